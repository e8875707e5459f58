"""Procedural shapes of random place, size, turn and contrast: images that need no download."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analogs.training.data.split import Split
from analogs.training.data.synthetic import class_numbers, noisy_images, pixel_grid

Field = NDArray[np.float64]

# Half the extent of a shape, the square being [-1, 1]^2, and the largest shift of its centre.
SIZES, SHIFT = (0.4, 0.65), 0.3
# Grey level of the background, and how far above it the shape is.
BACKGROUND, CONTRAST = (0.0, 0.3), (0.4, 0.7)


def shapes(
    count: int,
    *,
    side: int = 16,
    noise: float = 0.05,
    train_fraction: float,
    rng: np.random.Generator,
) -> Split:
    """Return `side` x `side` grey images of discs, squares, triangles, crosses and rings.

    The classes are those of `SHAPES`, in that order and of equal size.  An image is
    ``background + contrast * coverage``, clipped to [0, 1] after normal noise of standard deviation
    `noise` was added; the coverage of a pixel falls from 1 to 0 within one pixel of the boundary.
    Place, size, turn, background and contrast are uniform.  Inputs have shape (n, 1, side, side).

    Raises
    ------
    ValueError
        If `count` is below 10, `side` not in 4..64, `noise` negative, or the split impossible.

    Examples
    --------
    >>> split = shapes(100, side=16, train_fraction=0.8, rng=np.random.default_rng(0))
    >>> split.train_x.shape, np.bincount(split.test_y).tolist()
    ((80, 1, 16, 16), [4, 4, 4, 4, 4])
    """
    y = class_numbers(count, len(SHAPES))
    grid, known = pixel_grid(side), tuple(SHAPES.values())
    clean = np.stack([_image(known[label], grid, rng) for label in y])
    return noisy_images(clean, y, noise=noise, train_fraction=train_fraction, rng=rng)


def disc(x: Field, y: Field) -> Field:
    """Signed distance to the unit circle, negative inside."""
    return np.hypot(x, y) - 1.0


def square(x: Field, y: Field) -> Field:
    """Signed distance (along an axis) to the square of half side 0.85."""
    return np.maximum(np.abs(x), np.abs(y)) - 0.85


def triangle(x: Field, y: Field) -> Field:
    """Signed distance to the sides of the equilateral triangle in the unit circle."""
    return np.maximum(-y, 0.5 * y + 0.5 * np.sqrt(3.0) * np.abs(x)) - 0.5


def cross(x: Field, y: Field) -> Field:
    """Signed distance (along an axis) to two bars of length 2 and width 0.6."""
    long, short = np.maximum(np.abs(x), np.abs(y)), np.minimum(np.abs(x), np.abs(y))
    return np.maximum(long - 1.0, short - 0.3)


def ring(x: Field, y: Field) -> Field:
    """Signed distance to the ring between the radii 0.5 and 1."""
    return np.abs(np.hypot(x, y) - 0.75) - 0.25


SHAPES: dict[str, Callable[[Field, Field], Field]] = {
    "disc": disc,
    "square": square,
    "triangle": triangle,
    "cross": cross,
    "ring": ring,
}


def coverage(
    distance_of: Callable[[Field, Field], Field],
    grid: Field,
    *,
    centre: Field,
    size: float,
    turn: float,
) -> Field:
    """Share of each pixel that a shape covers, to first order in the size of a pixel.

    The shape is scaled by `size`, turned by `turn` and moved to `centre`; `grid` is a `pixel_grid`.

    Examples
    --------
    The area of a disc of radius 1/2, in a square of area 4.

    >>> image = coverage(disc, pixel_grid(64), centre=np.zeros(2), size=0.5, turn=0.0)
    >>> round(4 * float(image.mean()), 2), round(np.pi / 4, 2)
    (0.79, 0.79)
    """
    x, y = (grid - centre[:, None, None]) / size
    along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
    pixel = 2.0 / grid.shape[-1]
    return np.clip(0.5 - size * distance_of(along, across) / pixel, 0.0, 1.0)


def _image(
    distance_of: Callable[[Field, Field], Field], grid: Field, rng: np.random.Generator
) -> Field:
    covered = coverage(
        distance_of,
        grid,
        centre=rng.uniform(-SHIFT, SHIFT, size=2),
        size=rng.uniform(*SIZES),
        turn=rng.uniform(0.0, 2 * np.pi),
    )
    background, contrast = rng.uniform(*BACKGROUND), rng.uniform(*CONTRAST)
    return background + contrast * covered
