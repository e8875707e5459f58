"""The closest vector problem: the integer shift that makes a vector shortest.

Depth-first enumeration in the order of Schnorr and Euchner (Math. Programming 66, 181): on each level
the integers nearest to the conditional minimum come first, so the first leaf is Babai's nearest
plane, and a branch is cut off where its part of the length exceeds the best leaf.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Integer, Real

# Rounding of a squared length: a branch that gains less than this share is not followed.
GAIN = 1e-12


@dataclass(frozen=True, eq=False)
class ClosestVector:
    """An integer shift k, the squared length ``(b + k)^T G (b + k)``, and whether it is the least."""

    shift: Integer
    energy: float
    exact: bool


def closest_vector(gram: Real, offset: Real, *, budget: int) -> ClosestVector:
    """Minimise ``(b + k)^T G (b + k)`` over integer vectors k.

    Parameters
    ----------
    gram
        G (m, m), positive definite.
    offset
        b (m,).
    budget
        Nodes of the search tree to visit beyond the first leaf; then the best leaf counts, and it
        is not proved to be the least.

    Raises
    ------
    numpy.linalg.LinAlgError
        If G is not positive definite.

    Examples
    --------
    Two nearly parallel steps of length 1: nearer to the origin than ``b = (0.4, 0.45)`` is (0.4, -0.55).

    >>> found = closest_vector(np.array([[1.0, 0.9], [0.9, 1.0]]), np.array([0.4, 0.45]), budget=9)
    >>> found.shift, round(found.energy, 12), found.exact
    (array([ 0, -1]), 0.0665, True)
    """
    factor: Real = np.linalg.cholesky(gram).T.astype(np.float64)
    size = len(offset)
    shift, best, visited = np.zeros(size, dtype=np.int64), np.inf, 0
    trial = np.zeros(size, dtype=np.int64)
    levels = [_level(factor, offset, trial, size - 1)]
    spent = [0.0]  # squared length of the levels above
    while levels:
        level = size - len(levels)
        trial[level], residual = next(levels[-1])
        energy = spent[-1] + residual**2
        visited += 1
        if energy >= best * (1 - GAIN):
            levels.pop()
            spent.pop()
        elif level == 0:
            shift, best = trial.copy(), energy
        else:
            levels.append(_level(factor, offset, trial, level - 1))
            spent.append(energy)
        if visited >= budget + size and levels:
            return ClosestVector(shift, float(best), False)
    return ClosestVector(shift, float(best), True)


def _level(factor: Real, offset: Real, trial: Integer, level: int) -> Iterator[tuple[int, float]]:
    """Integers at a level, nearest to its conditional minimum first, each with its residual."""
    above = slice(level + 1, None)
    step = float(factor[level, level])
    centre = float(-offset[level] - factor[level, above] @ (offset[above] + trial[above]) / step)
    integer = round(centre)
    side = 1 if centre >= integer else -1
    distance = 0
    while True:
        yield integer, step * (integer - centre)
        distance += 1
        integer += side * distance
        side = -side
