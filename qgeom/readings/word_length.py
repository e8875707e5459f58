"""Word lengths in a finite group of permutations: the exact distance of a discrete metric.

The length of g is the fewest generators whose product is g, so that lengths are distances from the
identity in the Cayley graph: the counterpart of a right-invariant metric on a finite group, and one
that a breadth-first search knows exactly.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._typing import Integer

# 8^8 codes are a table of 32 MB.
MAX_POINTS = 8
UNREACHED = -1


@dataclass(frozen=True, eq=False)
class WordLengths:
    """The lengths of all elements of a group of permutations.

    Attributes
    ----------
    points
        Number of points that are permuted.
    table
        Length by code, (points^points,), -1 where a code is no element; see `of`.
    """

    points: int
    table: Integer

    @property
    def histogram(self) -> tuple[int, ...]:
        """Number of elements of length 0, 1, 2, ..."""
        return tuple(np.bincount(self.table[self.table != UNREACHED]).tolist())

    @property
    def order(self) -> int:
        """Number of elements."""
        return sum(self.histogram)

    @property
    def diameter(self) -> int:
        """Largest length."""
        return len(self.histogram) - 1

    def elements(self, length: int) -> Integer:
        """Return all elements of one length, (count, points), in the order of their codes."""
        check_integer("length", length, least=0)
        return _permutations(np.flatnonzero(self.table == length), self.points)

    def of(self, permutations: Integer) -> Integer:
        """Return the lengths of permutations (..., points); -1 for one that is not in the group."""
        image = np.asarray(permutations)
        if image.shape[-1:] != (self.points,) or (np.sort(image) != np.arange(self.points)).any():
            must = f"permute {self.points} points on the last axis"
            raise fail("permutations", must, f"is {image.tolist()}")
        return self.table[_codes(image)]


def word_lengths(generators: Integer) -> WordLengths:
    """Find the length of every element of the group that permutations generate.

    Parameters
    ----------
    generators
        Permutations as images of the points 0, 1, ..., (G, points), at most 8 points.  Products of
        generators alone count: give inverses too if they are to be free.

    Raises
    ------
    ValueError
        If there is no generator, one is no permutation, or there are more than 8 points.

    Examples
    --------
    Neighbouring transpositions, the sort of Bubblesort: lengths count inversions.

    >>> found = word_lengths(np.array([[1, 0, 2], [0, 2, 1]]))
    >>> found.histogram, found.diameter, int(found.of(np.array([2, 1, 0])))
    ((1, 2, 2, 1), 3, 3)
    """
    moves = np.asarray(generators)
    if moves.ndim != 2 or not len(moves) or (np.sort(moves) != np.arange(moves.shape[1])).any():
        raise fail("generators", "be permutations, (G, points)", f"is {moves.tolist()}")
    points = check_integer("points", moves.shape[1], 1, MAX_POINTS)
    table = np.full(points**points, UNREACHED, dtype=np.int16)
    frontier, length = np.arange(points)[None], 0
    while len(frontier):
        table[_codes(frontier)] = length
        reached = np.unique(_codes(moves[:, frontier].reshape(-1, points)))
        frontier = _permutations(reached[table[reached] == UNREACHED], points)
        length += 1
    return WordLengths(points, table)


def _places(points: int) -> Integer:
    return points ** np.arange(points)


def _codes(permutations: Integer) -> Integer:
    """Numbers whose digits to the base of the number of points are the images."""
    return permutations @ _places(permutations.shape[-1])


def _permutations(codes: Integer, points: int) -> Integer:
    return codes[:, None] // _places(points) % points
