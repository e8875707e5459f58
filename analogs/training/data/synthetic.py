"""What all made data share: labels in turn, noise, and for images the grid of pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analogs.training.data.split import Split, divide
from qgeom._checks import check_finite_number, check_integer, fail

LEAST_SIDE, MOST_SIDE = 4, 64


def class_numbers(count: int, classes: int) -> NDArray[np.int64]:
    """Return 0, 1, ..., k - 1, 0, 1, ...: `count` labels, classes of equal size up to one.

    Raises
    ------
    ValueError
        If `count` leaves a class fewer than two, one for each part of a split.

    Examples
    --------
    >>> class_numbers(5, 2).tolist()
    [0, 1, 0, 1, 0]
    """
    check_integer("count", count, 2 * classes)
    return np.arange(count, dtype=np.int64) % classes


def normal_noise(
    noise: float, shape: tuple[int, ...], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Return normal numbers of standard deviation `noise`, or raise ValueError if it is negative."""
    if check_finite_number("noise", noise) < 0:
        raise fail("noise", "be at least 0", f"is {noise}")
    return rng.normal(scale=noise, size=shape)


def pixel_grid(side: int) -> NDArray[np.float64]:
    """Return the centres of `side` x `side` pixels of the square [-1, 1]^2, shape (2, side, side).

    The first axis holds x, which grows with the column, and y, which grows with the row.

    Raises
    ------
    ValueError
        If `side` is not an integer from 4 to 64.

    Examples
    --------
    >>> pixel_grid(4)[0, 0].tolist()
    [-0.75, -0.25, 0.25, 0.75]
    """
    pixels = check_integer("side", side, LEAST_SIDE, MOST_SIDE)
    centres = (2 * np.arange(pixels) + 1) / pixels - 1
    return np.stack(np.meshgrid(centres, centres, indexing="xy"))


def noisy_images(
    clean: NDArray[np.float64],
    y: NDArray[np.int64],
    *,
    noise: float,
    train_fraction: float,
    rng: np.random.Generator,
) -> Split:
    """Add noise to grey images (n, side, side), clip to [0, 1], and split; see `divide`."""
    x = np.clip(clean + normal_noise(noise, clean.shape, rng), 0.0, 1.0)
    return divide(x[:, None], y, train_fraction=train_fraction, rng=rng)
