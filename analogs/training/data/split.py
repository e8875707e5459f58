"""Inputs and labels, divided into a training and a test part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split

from qgeom._checks import check_finite_array, check_finite_number, fail


@dataclass(frozen=True, eq=False)
class Split:
    """Inputs with class labels, divided into a training and a test part.

    Parameters
    ----------
    train_x, test_x
        float64, shape (n, channels, height, width) for images, (n, features) for points.
    train_y, test_y
        int64 class numbers 0, 1, ..., shape (n,).

    Raises
    ------
    ValueError
        If shapes do not fit, a part is empty, or an entry is NaN or infinite.
    """

    train_x: NDArray[np.float64]
    train_y: NDArray[np.int64]
    test_x: NDArray[np.float64]
    test_y: NDArray[np.int64]

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            _check_part(part, getattr(self, f"{part}_x"), getattr(self, f"{part}_y"))
        if self.train_x.shape[1:] != self.test_x.shape[1:]:
            but = f"has samples of shape {self.test_x.shape[1:]}"
            raise fail("test_x", f"have samples of shape {self.train_x.shape[1:]}", but)

    @property
    def classes(self) -> int:
        """Number of classes, counted as the largest label plus one."""
        return int(max(self.train_y.max(), self.test_y.max())) + 1

    def first(self, train: int | None = None, test: int | None = None) -> Split:
        """Return the first samples of each part, all of a part if no number is given or to be had.

        Examples
        --------
        >>> x, y = np.zeros((6, 2)), np.arange(6)
        >>> few = Split(x, y, x, y).first(train=4)
        >>> few.train_y, len(few.test_y)
        (array([0, 1, 2, 3]), 6)
        """
        return Split(
            self.train_x[:train], self.train_y[:train], self.test_x[:test], self.test_y[:test]
        )


def divide(
    x: NDArray[np.float64],
    y: NDArray[np.int64],
    *,
    train_fraction: float,
    rng: np.random.Generator,
) -> Split:
    """Return samples shuffled and split so that both parts have the same share of each class.

    Parameters
    ----------
    x
        float64, shape (n, ...).
    y
        int64 class numbers 0, 1, ..., k - 1, all of which occur, shape (n,).
    train_fraction
        Strictly between 0 and 1.
    rng
        Draws one integer, the seed of the shuffle.

    Raises
    ------
    ValueError
        If a class has a single sample, or `train_fraction` leaves a part fewer samples than there
        are classes.

    Examples
    --------
    >>> x, y = np.arange(8.0)[:, None], np.repeat([0, 1], 4)
    >>> split = divide(x, y, train_fraction=0.75, rng=np.random.default_rng(0))
    >>> np.bincount(split.train_y), np.bincount(split.test_y)
    (array([3, 3]), array([1, 1]))
    """
    fraction = check_finite_number("train_fraction", train_fraction)
    counts = np.bincount(y)
    if counts.min() < 2:
        alone = int(np.argmin(counts))
        raise fail("y", "hold each class at least twice", f"holds {counts[alone]} of class {alone}")
    train_size, classes = round(fraction * len(y)), len(counts)
    if not classes <= train_size <= len(y) - classes:
        but = f"{fraction} leaves {train_size} of {len(y)} samples"
        raise fail("train_fraction", "leave at least one sample of a class in each part", but)
    parts = train_test_split(
        x, y, train_size=train_size, stratify=y, random_state=int(rng.integers(2**32))
    )
    train_x, test_x, train_y, test_y = parts
    return Split(train_x, train_y, test_x, test_y)


def _check_part(part: str, x: NDArray[np.float64], y: NDArray[np.int64]) -> None:
    inputs, labels = check_finite_array(f"{part}_x", x), check_finite_array(f"{part}_y", y)
    if inputs.ndim < 2 or inputs.dtype != np.float64:
        but = f"is {inputs.dtype} of shape {inputs.shape}"
        raise fail(f"{part}_x", "be float64 of shape (n, ...)", but)
    if labels.shape != inputs.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        but = f"is {labels.dtype} of shape {labels.shape}"
        raise fail(f"{part}_y", f"hold {len(inputs)} integers", but)
    if labels.size == 0 or labels.min() < 0:
        raise fail(f"{part}_y", "hold at least one label, none below 0", f"is {labels[:4]}")
