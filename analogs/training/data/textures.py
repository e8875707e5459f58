"""Procedural textures of random wave, phase and contrast: classes that no single pixel tells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analogs.training.data.split import Split
from analogs.training.data.synthetic import class_numbers, noisy_images, pixel_grid

Field = NDArray[np.float64]

# Waves over the side of an image, and the amplitude about the grey level 1/2.
WAVES, AMPLITUDE = (2.0, 3.5), (0.25, 0.45)
# Waves that make up noise.
MANY = 12


def textures(
    count: int,
    *,
    side: int = 16,
    noise: float = 0.05,
    train_fraction: float,
    rng: np.random.Generator,
) -> Split:
    """Return `side` x `side` grey images of gratings, plaids, checkerboards and noise.

    The classes are those of `TEXTURES`, in that order and of equal size.  An image is
    ``1/2 + amplitude * texture``, clipped to [0, 1] after normal noise of standard deviation `noise`
    was added.  Direction, phase, number of waves and amplitude are uniform, so that the mean image
    of every class is grey.  Inputs have shape (n, 1, side, side).

    Raises
    ------
    ValueError
        If `count` is below 8, `side` not in 4..64, `noise` negative, or the split impossible.

    Examples
    --------
    >>> split = textures(80, side=32, train_fraction=0.5, rng=np.random.default_rng(0))
    >>> split.train_x.shape, np.bincount(split.train_y).tolist()
    ((40, 1, 32, 32), [10, 10, 10, 10])
    """
    y = class_numbers(count, len(TEXTURES))
    grid, known = pixel_grid(side), tuple(TEXTURES.values())
    clean = np.stack([0.5 + rng.uniform(*AMPLITUDE) * known[label](grid, rng) for label in y])
    return noisy_images(clean, y, noise=noise, train_fraction=train_fraction, rng=rng)


def grating(grid: Field, rng: np.random.Generator) -> Field:
    """One wave, values in [-1, 1]."""
    return _wave(grid, rng.uniform(0.0, np.pi), rng)


def plaid(grid: Field, rng: np.random.Generator) -> Field:
    """The mean of two waves at a right angle, values in [-1, 1]."""
    turn = rng.uniform(0.0, np.pi)
    return 0.5 * (_wave(grid, turn, rng) + _wave(grid, turn + 0.5 * np.pi, rng))


def checkerboard(grid: Field, rng: np.random.Generator) -> Field:
    """The sign of the product of two waves at a right angle, values -1 and 1."""
    turn = rng.uniform(0.0, np.pi)
    product = _wave(grid, turn, rng) * _wave(grid, turn + 0.5 * np.pi, rng)
    return np.where(product < 0, -1.0, 1.0)


def wave_noise(grid: Field, rng: np.random.Generator) -> Field:
    """Twelve waves of random directions, scaled to values in [-1, 1]."""
    total = np.sum([_wave(grid, rng.uniform(0.0, np.pi), rng) for _ in range(MANY)], axis=0)
    return total / np.abs(total).max()


TEXTURES: dict[str, Callable[[Field, np.random.Generator], Field]] = {
    "grating": grating,
    "plaid": plaid,
    "checkerboard": checkerboard,
    "noise": wave_noise,
}


def _wave(grid: Field, turn: float, rng: np.random.Generator) -> Field:
    """A plane wave along the direction `turn`, of random phase and number."""
    along = np.cos(turn) * grid[0] + np.sin(turn) * grid[1]
    waves, phase = rng.uniform(*WAVES), rng.uniform(0.0, 2 * np.pi)
    return np.cos(np.pi * waves * along + phase)
