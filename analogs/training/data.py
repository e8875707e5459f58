"""Data sets that need no download: the 1797 handwritten digits bundled with scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from qgeom._checks import check_finite_array, check_finite_number, fail

# The grey levels of the digits are 0, 1, ..., 16.
GREY_LEVELS = 16


@dataclass(frozen=True, eq=False)
class Split:
    """Images and labels, divided into a training and a test part.

    Parameters
    ----------
    train_x, test_x
        float64, shape (n, channels, height, width); (n, 1, 8, 8) for the digits.
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
            but = f"has images of shape {self.test_x.shape[1:]}"
            raise fail("test_x", f"have images of shape {self.train_x.shape[1:]}", but)

    @property
    def classes(self) -> int:
        """Number of classes, counted as the largest label plus one."""
        return int(max(self.train_y.max(), self.test_y.max())) + 1


def _check_part(part: str, x: NDArray[np.float64], y: NDArray[np.int64]) -> None:
    images, labels = check_finite_array(f"{part}_x", x), check_finite_array(f"{part}_y", y)
    if images.ndim != 4 or images.dtype != np.float64:
        but = f"is {images.dtype} of shape {images.shape}"
        raise fail(f"{part}_x", "be float64 of shape (n, channels, height, width)", but)
    if labels.shape != images.shape[:1] or not np.issubdtype(labels.dtype, np.integer):
        but = f"is {labels.dtype} of shape {labels.shape}"
        raise fail(f"{part}_y", f"hold {len(images)} integers", but)
    if labels.size == 0 or labels.min() < 0:
        raise fail(f"{part}_y", "hold at least one label, none below 0", f"is {labels[:4]}")


def digits(*, train_fraction: float, rng: np.random.Generator) -> Split:
    """Return the 8x8 digits in [0, 1], split so that both parts have the same share of each class.

    Every grey level is k/16, so the float64 images survive a cast to float32 without any rounding.

    Raises
    ------
    ValueError
        If `train_fraction` is not strictly between 0 and 1, or leaves a part without some class.

    Source: the optical recognition of handwritten digits set (UCI), as shipped by scikit-learn.

    Examples
    --------
    >>> split = digits(train_fraction=0.75, rng=np.random.default_rng(0))
    >>> split.train_x.shape, split.test_x.shape, split.classes
    ((1348, 1, 8, 8), (449, 1, 8, 8), 10)
    >>> float(split.train_x.min()), float(split.train_x.max())
    (0.0, 1.0)
    """
    fraction = check_finite_number("train_fraction", train_fraction)
    bunch = load_digits()
    x = bunch.images[:, None, :, :].astype(np.float64) / GREY_LEVELS
    y = bunch.target.astype(np.int64)
    classes = int(y.max()) + 1
    train_size = round(fraction * len(y))
    if not classes <= train_size <= len(y) - classes:
        but = f"{fraction} leaves {train_size} of {len(y)} images"
        raise fail("train_fraction", "leave at least one image of a class in each part", but)
    parts = train_test_split(
        x, y, train_size=train_size, stratify=y, random_state=int(rng.integers(2**32))
    )
    train_x, test_x, train_y, test_y = parts
    return Split(train_x, train_y, test_x, test_y)
