"""L2: whether one repeated layer makes it easier to learn the representation along with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from analogs.evidence import Evidence, Reading, Setting, Trial, bound_reading, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import bca_interval
from analogs.training import History, build, digits, train
from qgeom._typing import Real

# Fixed beforehand: tied layers need fewer steps by this factor, and lose no more accuracy than this.
LEAST_SPEEDUP = float(np.log(1.1))
MOST_LOST = 0.02
# Loss that counts as learnt; chance is log 10 = 2.3.
LOSS = 0.5
PIXELS, FEATURES, CLASSES, LAYERS = 64, 16, 10, 6
# 6 layers of 16 units have about as many weights as one of 99.
WIDTH, WIDE = 16, 99
EPOCHS, BATCH, RATE, TRAIN_FRACTION = 15, 64, 3e-3, 0.75
SAME_WIDTH = "digits, tied and untied layers of 16 units"
SAME_SIZE = "digits, tied layers of 99 units and untied ones of 16, as many weights"


class RecursiveNet(torch.nn.Module):
    """A linear encoder, ``h + W_l' tanh(W_l h)`` repeated, and a linear readout.

    Tied: one layer repeated.  Frozen: the encoder keeps its random weights.
    """

    def __init__(self, width: int, *, tied: bool, frozen: bool = False) -> None:
        super().__init__()
        count = 1 if tied else LAYERS
        self.encoder = torch.nn.Linear(PIXELS, FEATURES).requires_grad_(not frozen)
        self.inward = torch.nn.ModuleList(torch.nn.Linear(FEATURES, width) for _ in range(count))
        self.outward = torch.nn.ModuleList(torch.nn.Linear(width, FEATURES) for _ in range(count))
        self.readout = torch.nn.Linear(FEATURES, CLASSES)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Scores of the classes."""
        features = self.encoder(images.flatten(1))
        for layer in range(LAYERS):
            number = layer % len(self.inward)
            hidden = torch.tanh(self.inward[number](features))
            features = features + self.outward[number](hidden)
        scores: torch.Tensor = self.readout(features)
        return scores

    @property
    def recursive_weights(self) -> int:
        """Number of weights of the repeated part."""
        parts = (self.inward, self.outward)
        return sum(weight.numel() for part in parts for weight in part.parameters())


@dataclass(frozen=True)
class Arm:
    """A kind of network."""

    name: str
    width: int
    tied: bool
    frozen: bool = False

    def make(self, seed: int) -> RecursiveNet:
        """The network of one seed."""
        return build(seed, lambda: RecursiveNet(self.width, tied=self.tied, frozen=self.frozen))


UNTIED = Arm("untied", WIDTH, tied=False)
TIED = Arm("tied", WIDTH, tied=True)
TIED_WIDE = Arm("tied, as many weights", WIDE, tied=True)
# The last two are shown without a vote: what a learnt representation is worth to either.
ARMS = (
    UNTIED,
    TIED,
    TIED_WIDE,
    Arm("untied, encoder frozen", WIDTH, tied=False, frozen=True),
    Arm("tied, encoder frozen", WIDTH, tied=True, frozen=True),
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """One network of every kind, on one split of the digits."""
    split = digits(train_fraction=TRAIN_FRACTION, rng=trial.generator())
    rows: list[Row] = []
    for done, arm in enumerate(ARMS):
        trial.report(arm.name, done / len(ARMS))
        model = arm.make(trial.seed)
        history = train(
            model,
            split,
            epochs=EPOCHS,
            batch_size=BATCH,
            learning_rate=RATE,
            weight_decay=0.0,
            seed=trial.seed,
        )
        batches = -(-len(split.train_y) // BATCH)
        rows.append(
            {
                "arm": arm.name,
                "weights": model.recursive_weights,
                "steps": batches * epochs_to(history, LOSS),
                "loss": history.loss[-1],
                "test_accuracy": history.test_accuracy[-1],
            }
        )
    return {"networks": rows}


def epochs_to(history: History, loss: float) -> float:
    """Epochs until the mean loss of an epoch is `loss`, by interpolation; one more than all if never.

    Examples
    --------
    >>> epochs_to(History((2.0, 1.0, 0.2), (0.0,) * 3, (0.0,) * 3), 0.6)
    2.5
    """
    below = np.flatnonzero(np.array(history.loss) <= loss)
    if not len(below):
        return float(history.epochs + 1)
    last = int(below[0])
    if last == 0:
        return 1.0
    before, after = history.loss[last - 1], history.loss[last]
    return last + (before - loss) / (before - after)


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Steps and accuracies of tied layers beside those of untied ones."""
    rng = setting.resampling_generator()
    rows = tables["networks"]
    readings = [
        *_compare(SAME_WIDTH, TIED, rows, rng),
        *_compare(SAME_SIZE, TIED_WIDE, rows, rng),
        _worth(rows, rng),
    ]
    return Evidence(tuple(readings), tables, note=_note(rows))


def _compare(
    definition: str, tied: Arm, rows: Sequence[Row], rng: np.random.Generator
) -> Iterator[Reading]:
    speedup = np.log(_of(rows, UNTIED.name, "steps") / _of(rows, tied.name, "steps"))
    yield effect_reading(
        f"log ratio of the steps to a loss of {LOSS:g}, untied over tied",
        "network",
        definition,
        bca_interval(speedup, rng=rng),
        count=len(speedup),
        smallest_effect=LEAST_SPEEDUP,
    )
    gain = _of(rows, tied.name, "test_accuracy") - _of(rows, UNTIED.name, "test_accuracy")
    yield bound_reading(
        "accuracy, tied minus untied",
        "network",
        definition,
        bca_interval(gain, rng=rng),
        count=len(gain),
        bound=-MOST_LOST,
    )


def _worth(rows: Sequence[Row], rng: np.random.Generator) -> Reading:
    tied, untied = (
        _of(rows, arm, "test_accuracy") - _of(rows, f"{arm}, encoder frozen", "test_accuracy")
        for arm in (TIED.name, UNTIED.name)
    )
    return effect_reading(
        "accuracy gained by learning the encoder too, tied minus untied",
        "network",
        SAME_WIDTH,
        bca_interval(tied - untied, rng=rng),
        count=len(tied),
        smallest_effect=MOST_LOST,
        decisive=False,
    )


def _note(rows: Sequence[Row]) -> str:
    parts = [
        f"{arm.name} {_of(rows, arm.name, 'test_accuracy').mean():.3f} "
        f"({_of(rows, arm.name, 'weights')[0]:.0f} weights)"
        for arm in ARMS
    ]
    return f"Mean test accuracy, and weights of the recursion: {'; '.join(parts)}."


def _of(rows: Sequence[Row], arm: str, name: str) -> Real:
    return numbers([row for row in rows if row["arm"] == arm], name)
