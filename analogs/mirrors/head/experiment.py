"""C6: the accuracy that is lost when the fully connected network is replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, takewhile

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.evidence import Evidence, Reading, Setting, Trial, bound_reading
from analogs.evidence.claim import Row
from analogs.evidence.repetition import Tables
from analogs.evidence.statistics import tost
from analogs.mirrors.head.heads import HEADS, each
from analogs.training import Split, accuracy, convnet, digits, seeded, train
from analogs.training.data import images_for, shapes

# Fixed beforehand (CLAIMS.md 1.9, row C6): accuracy that may be lost.
MARGIN = 0.02
CHANNELS, KERNEL, HIDDEN = (8, 16, 32), 3, 32
DIGITS_FRACTION, SHAPES, SHAPES_FRACTION, SIDE = 1200 / 1797, 1500, 2 / 3, 16
# Of a user's images; no more than these are used.
USER_FRACTION, MOST_TRAIN, MOST_TEST = 0.75, 1200, 600
# Until the training images are fitted, in a quick run as well: a poor network is easy to replace.
EPOCHS, BATCH_SIZE, LEARNING_RATE = 30, 32, 5e-3

DATA: dict[str, Callable[[np.random.Generator], Split]] = {
    "digits": lambda rng: digits(train_fraction=DIGITS_FRACTION, rng=rng),
    "shapes": lambda rng: shapes(SHAPES, side=SIDE, train_fraction=SHAPES_FRACTION, rng=rng),
}
OWN = "own images"
TRAINED, UNTRAINED, PIXELS = "trained convolutions", "untrained convolutions", "pixels"
FULL = "fully connected network"

NOTE = (
    "The features were trained under a fully connected network, not under the head that replaces it: "
    "a network that is trained from the start without it may do better still. What the heads reach on "
    "untrained convolutions or on pixels is no work of the training."
)


def repeat(trial: Trial) -> Tables:
    """Train a network on each data set, replace its head, and do the same without training."""
    rng = trial.generator()
    rows: list[Row] = []
    networks: list[Row] = []
    names = list(DATA) if trial.data is None else [OWN]
    for done, name in enumerate(names):
        trial.report(f"network on {name}", done / len(names))
        split = images_for(
            trial.data,
            DATA.get(name, DATA["digits"]),
            divisor=2,
            train_fraction=USER_FRACTION,
            rng=rng,
        ).first(MOST_TRAIN, MOST_TEST)
        number = int(rng.integers(2**31))
        start, model = network(split, number), network(split, number)
        history = train(
            model,
            split,
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            weight_decay=0.0,
            seed=number,
        )
        networks.append({"data": name, "train_accuracy": history.train_accuracy[-1]})
        rows += head_rows(name, split, start, model)
    return {"accuracies": rows, "networks": networks}


def head_rows(
    name: str, split: Split, start: torch.nn.Sequential, model: torch.nn.Sequential
) -> Iterator[Row]:
    """Test accuracy of a trained network, and of each head on each kind of features."""
    full = accuracy(model, split.test_x, split.test_y)
    yield {"data": name, "features": TRAINED, "head": FULL, "accuracy": full}
    kinds = {
        TRAINED: features_of(model, split),
        UNTRAINED: features_of(start, split),
        PIXELS: split,
    }
    for features, inputs in kinds.items():
        for head, fit in HEADS.items():
            yield {"data": name, "features": features, "head": head, "accuracy": fit(inputs)}


def depth_for(side: int) -> int:
    """Return how often a side can be halved until it is 2 or odd, at most once a convolution.

    Examples
    --------
    >>> depth_for(8), depth_for(16), depth_for(28), depth_for(64)
    (2, 3, 2, 3)
    """
    halvings = takewhile(lambda n: side % 2**n == 0 and side // 2**n >= 2, count(1))
    return min(len(CHANNELS), max(1, sum(1 for _ in halvings)))


def network(split: Split, number: int) -> torch.nn.Sequential:
    """Return convolutions, and after them a fully connected network with one hidden layer."""
    side = split.train_x.shape[-1]
    channels = CHANNELS[: depth_for(side)]
    whole = convnet(
        channels,
        KERNEL,
        classes=split.classes,
        side=side,
        in_channels=split.train_x.shape[1],
        seed=number,
    )
    features = channels[-1] * (side // 2 ** len(channels)) ** 2
    with seeded(number, 1):
        hidden, last = torch.nn.Linear(features, HIDDEN), torch.nn.Linear(HIDDEN, split.classes)
    return torch.nn.Sequential(whole[:-2], torch.nn.Flatten(), hidden, torch.nn.ReLU(), last)


def features_of(model: torch.nn.Sequential, split: Split) -> Split:
    """Return what the convolutions of `network` give, (n, channels, height, width)."""

    def frozen(images: NDArray[np.float64]) -> NDArray[np.float64]:
        with torch.no_grad():
            features = model[0](torch.tensor(images, dtype=torch.float32))
        return np.asarray(features, dtype=np.float64)

    return each(split, frozen)


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Decide for each head, on each data set, whether it loses too much."""
    rows = tables["accuracies"]
    names = dict.fromkeys(str(row["data"]) for row in rows)
    readings = [
        loss_reading(rows, name, features, head)
        for features in (TRAINED, UNTRAINED, PIXELS)
        for head in HEADS
        for name in names
    ]
    return Evidence(tuple(readings), tables, note=NOTE)


def loss_reading(rows: Sequence[Row], name: str, features: str, head: str) -> Reading:
    """Accuracy of the fully connected network minus that of a head, paired by seed."""
    full, other = (
        np.array(
            [
                row["accuracy"]
                for row in rows
                if (row["data"], row["features"], row["head"]) == (name, kind, top)
            ],
            dtype=np.float64,
        )
        for kind, top in ((TRAINED, FULL), (features, head))
    )
    control = "" if features == TRAINED else f"control, {features}: "
    return bound_reading(
        f"{control}accuracy lost on {name}",
        "network",
        head,
        tost(full - other, MARGIN).interval,
        count=len(full),
        bound=MARGIN,
        direction=-1,
        decisive=features == TRAINED,
    )
