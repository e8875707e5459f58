"""C11: how much networks with and without pooling feel a small deformation of their input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.stats
import torch
from numpy.typing import NDArray

from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.repetition import Tables
from analogs.evidence.statistics import bca_interval
from analogs.mirrors.pooling.deformations import deformed
from analogs.mirrors.pooling.extrapolation import extrapolated
from analogs.mirrors.pooling.smoothing import smooth_gradients
from analogs.training import Split, accuracy, convnet, digits, train
from analogs.training.data import images_for

# Fixed beforehand (CLAIMS.md 1.9, row P1).
LEAST_GAIN = 0.03
CHANNELS, KERNEL = (8, 16), 5
TRAIN, TRAIN_FRACTION = 600, 0.5
# Test images that are deformed.
TEST = 400
EPOCHS_QUICK, EPOCHS_FULL = 12, 24
BATCH_SIZE, LEARNING_RATE = 32, 0.05
# Of the smoothed gradients, in (1 + a L)^-1.
STRENGTH = 1.0

POOLED, PLAIN = ("max", "average"), ("stride", "none")
SMOOTHED = "none, smoothed gradients"
ARMS = (*POOLED, *PLAIN, SMOOTHED)
START, END = "at the start", "after training"
STAGES = (START, END)

NOTE = (
    "The sensitivity compares a small change of the image with the change to another image, so the "
    "scale of the scores cancels. Pooling is neither necessary nor sufficient for deformation "
    "stability (Ruderman et al. 2018, arXiv:1804.04438): what a network is at the start need not be "
    "what training makes of it."
)

Network = Callable[[NDArray[np.float64]], NDArray[np.float64]]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Test images, each deformed, and each beside another."""

    images: NDArray[np.float64]
    moved: NDArray[np.float64]

    def sensitivity(self, network: Network) -> float:
        """``mean |f(x) - f(x o phi)| / mean |f(x) - f(x')|``, x' the image before x."""
        scores = network(self.images)
        near = np.linalg.norm(network(self.moved) - scores, axis=-1).mean()
        far = np.linalg.norm(np.roll(scores, 1, axis=0) - scores, axis=-1).mean()
        return float(near / far)


def repeat(trial: Trial) -> Tables:
    """Measure all arms at the start and after training, the images themselves, and landmarks."""
    rng = trial.generator()
    split = images_for(
        trial.data,
        lambda rng: digits(train_fraction=TRAIN_FRACTION, rng=rng),
        divisor=2 ** len(CHANNELS),
        train_fraction=TRAIN_FRACTION,
        rng=rng,
    ).first(TRAIN, TEST)
    pairs = Pairs(split.test_x, deformed(split.test_x, rng))
    number = int(rng.integers(2**31))
    rows: list[Row] = []
    for done, arm in enumerate(ARMS):
        trial.report(arm, done / len(ARMS))
        rows += arm_rows(arm, split, pairs, number, EPOCHS_QUICK if trial.quick else EPOCHS_FULL)
    pixels = pairs.sensitivity(lambda images: images.reshape(len(images), -1))
    return {
        "sensitivities": rows,
        "images": [{"sensitivity": pixels}],
        "landmarks": [vars(extrapolated(rng))],
    }


def arm_rows(arm: str, split: Split, pairs: Pairs, number: int, epochs: int) -> Iterator[Row]:
    """Build, measure, train and measure one network."""
    model = network_for(arm, split, number)
    for stage in STAGES:
        if stage == END:
            train(
                model,
                split,
                epochs=epochs,
                batch_size=BATCH_SIZE,
                learning_rate=LEARNING_RATE,
                weight_decay=0.0,
                seed=number,
                optimizer="sgd",
            )
        yield {
            "arm": arm,
            "stage": stage,
            "sensitivity": pairs.sensitivity(scores_of(model)),
            "accuracy": accuracy(model, split.test_x, split.test_y),
        }


def network_for(arm: str, split: Split, number: int) -> torch.nn.Module:
    """Return the network of an arm with the initial weights of seed `number`."""
    model = convnet(
        CHANNELS,
        KERNEL,
        classes=split.classes,
        side=split.train_x.shape[-1],
        in_channels=split.train_x.shape[1],
        pooling="none" if arm == SMOOTHED else arm,
        seed=number,
    )
    return smooth_gradients(model, STRENGTH) if arm == SMOOTHED else model


def scores_of(model: torch.nn.Module) -> Network:
    """Return a model of float32 weights as a map of arrays."""

    def network(images: NDArray[np.float64]) -> NDArray[np.float64]:
        with torch.no_grad():
            scores = model(torch.tensor(images, dtype=torch.float32))
        return np.asarray(scores, dtype=np.float64)

    return network


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Compare sensitivities within each seed."""
    rng = setting.resampling_generator()
    rows = tables["sensitivities"]
    readings = [
        *(_reading(rows, stage, POOLED, PLAIN, rng) for stage in STAGES),
        *(
            _reading(rows, stage, (pooled,), (plain,), rng, decisive=False)
            for stage in STAGES
            for pooled in POOLED
            for plain in PLAIN
        ),
        _reading(rows, END, (SMOOTHED,), ("none",), rng, decisive=False),
        _accuracy_reading(rows, rng),
        _landmark_reading(tables["landmarks"], rng),
    ]
    return Evidence(tuple(readings), tables, note=NOTE)


def paired(
    rows: Sequence[Row], column: str, stage: str, first: Sequence[str], second: Sequence[str]
) -> NDArray[np.float64]:
    """Mean of a column over some arms minus its mean over others, one number a seed.

    Examples
    --------
    >>> rows = [{"seed": s, "arm": a, "stage": START, "x": x}
    ...         for s, a, x in [(0, "max", 1.0), (0, "none", 3.0), (1, "max", 1.0), (1, "none", 2.0)]]
    >>> paired(rows, "x", START, ["max"], ["none"])
    array([-2., -1.])
    """
    means = []
    for arms in (first, second):
        columns = [
            np.array(
                [row[column] for row in rows if row["arm"] == arm and row["stage"] == stage],
                dtype=np.float64,
            )
            for arm in arms
        ]
        means.append(np.mean(columns, axis=0))
    return np.asarray(means[0] - means[1])


def _reading(
    rows: Sequence[Row],
    stage: str,
    first: Sequence[str],
    second: Sequence[str],
    rng: np.random.Generator,
    *,
    decisive: bool = True,
) -> Reading:
    differences = paired(rows, "sensitivity", stage, first, second)
    return effect_reading(
        f"sensitivity, {' and '.join(first)} minus {' and '.join(second)}",
        "network",
        stage,
        bca_interval(differences, rng=rng),
        count=len(differences),
        smallest_effect=LEAST_GAIN,
        direction=-1,
        p_value=float(scipy.stats.ttest_1samp(differences, 0.0, alternative="less").pvalue),
        decisive=decisive,
    )


def _accuracy_reading(rows: Sequence[Row], rng: np.random.Generator) -> Reading:
    gains = paired(rows, "accuracy", END, POOLED, PLAIN)
    return effect_reading(
        "control: accuracy, max and average minus stride and none",
        "network",
        END,
        bca_interval(gains, rng=rng),
        count=len(gains),
        smallest_effect=LEAST_GAIN,
        decisive=False,
    )


def _landmark_reading(rows: Sequence[Row], rng: np.random.Generator) -> Reading:
    gains = np.array([row["wide"] for row in rows], dtype=np.float64) - np.array(
        [row["narrow"] for row in rows], dtype=np.float64
    )
    return effect_reading(
        "relative error between landmarks, wide minus narrow kernel",
        "template",
        "nine noisy landmarks, Matern kernel of order 3, width 0.8 or 0.08 of the square",
        bca_interval(gains, rng=rng),
        count=len(gains),
        smallest_effect=LEAST_GAIN,
        direction=-1,
        decisive=False,
    )
