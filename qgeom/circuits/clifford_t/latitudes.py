r"""Shortest Clifford+T words that tilt the z axis by a given angle.

One number, met within d by ``log2(1/d) + 3`` T gates for any small d, where two numbers at once
(`directions`) take too long.  The element zz of ``A^dagger g B`` is the scalar product of the
directions to which A and g B turn the z axis, so the words of t T gates come from two levels of t/2
and the 24 rotations g of the cube.  All targets share one pass over these products.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qgeom._typing import Real
from qgeom.circuits.clifford_t.directions import axis_level, reversing, tree_word
from qgeom.circuits.clifford_t.words import CLIFFORD_ROTATIONS, Word

BLOCK = (8, 8192)  # products at once, and cells of [0, 1]: both stay in the cache
CELLS = 1 << 16
MOST = 32  # 2^32 words take some seconds
ROUNDING = (
    1e-15  # of a scalar product; near the poles it hides tilts, which are measured afterwards
)

Pair = tuple[int, int, int]  # place in the first level, rotation of the cube, place in the second


def tilt(direction: Real, pole: int = 2) -> float:
    """Angle in [0, pi] between a coordinate axis and a direction (3,), exact to rounding anywhere."""
    return float(np.arctan2(np.linalg.norm(np.delete(direction, pole)), direction[pole]))


def latitude_words(tilts: Real, distance: float) -> list[list[Word]]:
    r"""Words that tilt the z axis ever closer to each angle, with ever more T gates.

    Parameters
    ----------
    tilts
        Angles (M,) in [0, pi].
    distance
        A list ends with the first word within this angle, or with MOST T gates.

    Examples
    --------
    >>> [words[-1].t_count for words in latitude_words(np.pi / np.array([1, 2, 3, 4]), 1e-9)]
    [0, 0, 2, 1]
    """
    found: list[list[Word]] = [[] for _ in tilts]
    reached = np.full(len(tilts), np.inf)
    for t_count in range(MOST + 1):
        missing = np.flatnonzero(reached > distance)
        if missing.size == 0:
            break
        bounds = np.minimum(reached[missing], np.pi)
        for target, pair in _closest(tilts[missing], bounds, t_count).items():
            place = missing[target]
            word = _joined(pair, t_count, tilts[place] > 0.5 * np.pi)
            off = abs(tilt(word.rotation[:, 2]) - tilts[place])
            if off < reached[place]:
                reached[place] = off
                found[place].append(word)
    return found


def _closest(tilts: Real, bounds: Real, t_count: int) -> dict[int, Pair]:
    """For every tilt that some product meets within its bound, the closest product."""
    heights = np.abs(np.cos(tilts))
    # A tilt off by d changes the height by d sin + d^2 cos / 2 at most.
    widths = bounds * np.sin(tilts) + 0.5 * bounds**2 + ROUNDING
    first = axis_level(t_count // 2).points.T
    second = CLIFFORD_ROTATIONS @ axis_level(t_count - t_count // 2).points
    best: dict[int, Pair] = {}
    marked = _marked(heights, widths)
    for start, products in _products(first, second.swapaxes(0, 1).reshape(3, -1)):
        hits = np.flatnonzero(marked.take((CELLS * products).astype(np.int32)))
        if hits.size == 0:
            continue
        gaps = np.abs(products.flat[hits][:, None] - heights)
        closest = gaps.argmin(axis=0)
        for target in np.flatnonzero(gaps.min(axis=0) < widths):
            widths[target] = gaps[closest[target], target]
            row, column = divmod(int(hits[closest[target]]), products.shape[1])
            cube, place = divmod(start[1] + column, second.shape[2])
            best[int(target)] = (start[0] + row, cube, place)
            marked = _marked(heights, widths)
    return best


def _marked(heights: Real, widths: Real) -> np.ndarray:
    """Mask of the cells that a window touches: most products need no other test."""
    mask = np.zeros(CELLS + 2, dtype=bool)
    for height, width in zip(heights, widths, strict=True):
        mask[max(int(CELLS * (height - width)), 0) : int(CELLS * (height + width)) + 2] = True
    return mask


def _products(first: Real, second: Real) -> Iterator[tuple[tuple[int, int], Real]]:
    """Corners and blocks of the absolute scalar products of directions (K, 3) and (3, M)."""
    for column in range(0, second.shape[1], BLOCK[1]):
        block = np.ascontiguousarray(second[:, column : column + BLOCK[1]])
        for row in range(0, len(first), BLOCK[0]):
            products = first[row : row + BLOCK[0]] @ block
            yield (row, column), np.abs(products, out=products)


def _joined(pair: Pair, t_count: int, southern: bool) -> Word:
    """Word of a product, which tilts the z axis beyond the equator or not."""
    first = tree_word(axis_level(t_count // 2), pair[0])
    second = tree_word(axis_level(t_count - t_count // 2), pair[2])
    joined = first.inverse() @ Word((), pair[1]) @ second
    return joined if (joined.rotation[2, 2] < 0) == southern else joined @ reversing(2)
