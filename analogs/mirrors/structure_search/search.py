"""The outer loop of equilibrium propagation on a grid of structures, and random search beside it.

The paper's outer loop moves the structure along the derivative of the energy after each training.  A
structure is discrete: the derivative is the finite difference to the neighbours on the grid.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Real

Cell = tuple[int, ...]


@dataclass(frozen=True)
class Descent:
    """What the outer loop found.

    Attributes
    ----------
    end
        The last structure, lower than all its neighbours.
    visited
        All structures that were trained, without repetition, in order.
    """

    end: Cell
    visited: tuple[Cell, ...]


def neighbours(cell: Cell, shape: tuple[int, ...]) -> list[Cell]:
    """Cells one step away along one axis.

    Examples
    --------
    >>> neighbours((0, 1), (3, 2))
    [(1, 1), (0, 0)]
    """
    steps = [
        (*cell[:axis], cell[axis] + step, *cell[axis + 1 :])
        for axis, step in itertools.product(range(len(shape)), (-1, 1))
    ]
    return [own for own in steps if all(0 <= k < n for k, n in zip(own, shape, strict=True))]


def descend(energies: Real, start: Cell) -> Descent:
    """Go to the lowest neighbour until none is lower.

    Examples
    --------
    >>> found = descend(np.array([5.0, 4.0, 1.0, 2.0]), (0,))
    >>> found.end, len(found.visited)
    ((2,), 4)
    """
    here, visited = start, dict.fromkeys([start])
    while True:
        around = neighbours(here, energies.shape)
        visited |= dict.fromkeys(around)
        best = min(around, key=lambda cell: float(energies[cell]))
        if energies[best] >= energies[here]:
            return Descent(here, tuple(visited))
        here = best


def random_minimum(energies: Real, draws: int) -> float:
    """Mean of the lowest of some cells drawn at random without repetition, exactly.

    With N cells the k-th lowest is the lowest drawn with the chance C(N - k, m - 1) / C(N, m).

    Examples
    --------
    >>> random_minimum(np.array([3.0, 1.0, 2.0]), 1), random_minimum(np.array([3.0, 1.0, 2.0]), 3)
    (2.0, 1.0)
    """
    values = np.sort(energies, axis=None)
    size = values.size
    left, mean = 1.0, 0.0
    for k, value in enumerate(values[: size - draws + 1]):
        chance = left * draws / (size - k)
        mean += chance * float(value)
        left -= chance
    return mean


def regret(energies: Real, value: float) -> float:
    """How far above the lowest cell, over how far the mean cell is; 0 where all are equal.

    Examples
    --------
    >>> regret(np.array([1.0, 2.0, 3.0]), 1.5)
    0.5
    """
    least, mean = float(energies.min()), float(energies.mean())
    return (value - least) / (mean - least) if mean > least else 0.0
