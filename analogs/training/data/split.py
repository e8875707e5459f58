"""Inputs and labels, divided into a training and a test part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qgeom._checks import check_finite_array, fail


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
