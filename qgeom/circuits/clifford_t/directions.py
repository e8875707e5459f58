r"""Shortest Clifford+T words that turn a coordinate axis of the Bloch ball to a given direction.

Up to the 48 symmetries of the cube, which Cliffords and the inversion give for free, a direction is
its sorted absolute coordinates, and a T gate takes it to one of three neighbours: a turn by 45
degrees about x, y or z.  The words of t T gates reach ``6 2^t`` directions, so one within the
distance d of any target is expected at ``t = log2(2 / (3 d^2))``: two numbers for 2 log2(1/d) gates.
A tree grown from the axis (stored, sorted) and one grown from the target meet in the middle at the
cost ``2^(t/2)``.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Integer, Real
from qgeom.circuits.clifford_t.words import Word, clifford_index

# Level 22 of the stored tree has 2^19 directions: 20 MB, and twice that for all levels.
DEEPEST_LEVEL = 22
# Only so small a level holds directions on a mirror of the cube, which are reached twice.
MIRROR_LEVEL = 64
# The stored tree is that much deeper than half a word: its directions cost only a look-up.
STORED_LEAD = 5
ROOT = 3
SQRT_HALF = np.sqrt(0.5)


@dataclass(frozen=True, eq=False)
class Level:
    """Directions that take the same number of T gates from the root of a tree.

    Attributes
    ----------
    t_count
        That number.
    points
        Sorted absolute coordinates (3, M), the largest last.
    back
        Axis (M,) whose T leads back to the root, or ROOT at the root.
    path
        Axes of the T gates from the root (M,), two bits each, the first in the highest bits.
    """

    t_count: int
    points: Real
    back: Integer
    path: Integer

    def __getitem__(self, chosen: Integer) -> Level:
        """The directions at some places."""
        return Level(self.t_count, self.points[:, chosen], self.back[chosen], self.path[chosen])


def root(direction: Real) -> Level:
    """Tree of one direction (3,)."""
    points = np.sort(np.abs(direction))[:, None]
    return Level(0, points, np.array([ROOT], dtype=np.int8), np.zeros(1, dtype=np.int64))


def grow(level: Level) -> Level:
    """Next level: every direction turned about its axes other than the one that leads back."""
    turned = [_turned(level, axis) for axis in range(3)]
    return Level(
        level.t_count + 1,
        np.concatenate([one.points for one in turned], axis=1),
        np.concatenate([one.back for one in turned]),
        np.concatenate([one.path for one in turned]),
    )


def _turned(level: Level, axis: int) -> Level:
    kept = level.back != axis
    fixed = level.points[axis, kept]
    a, b = np.delete(level.points, axis, axis=0)[:, kept]
    small, large = SQRT_HALF * np.abs(a - b), SQRT_HALF * (a + b)
    # The three numbers in order: a network is faster than a sort.
    low, high = np.minimum(small, fixed), np.maximum(large, fixed)
    middle = np.maximum(small, np.minimum(fixed, large))
    back = (fixed > small).astype(np.int8) + (fixed > large)
    path = 4 * level.path[kept] + axis
    return Level(level.t_count + 1, np.stack([low, middle, high]), back, path)


@functools.cache
def axis_level(t_count: int) -> Level:
    """Directions at `t_count` T gates from a coordinate axis, in order of the largest coordinate.

    There are ``2^t_count / 8`` of them from three T gates on: the words' ``6 2^t_count`` directions
    fall into sets of 48.
    """
    if t_count == 0:
        return root(np.array([0.0, 0.0, 1.0]))
    level = grow(axis_level(t_count - 1))
    if level.path.size <= MIRROR_LEVEL:
        level = level[_new(level, axis_level(t_count - 1), axis_level(max(t_count - 2, 0)))]
    return level[np.argsort(level.points[2])]


def _new(level: Level, *earlier: Level) -> Integer:
    """Places of the directions of a level, each once, that no earlier level has."""
    keys = [np.rint(1e9 * one.points).astype(np.int64).T.tolist() for one in (level, *earlier)]
    known = {tuple(key) for one in keys[1:] for key in one}
    first = {tuple(key): place for place, key in reversed(list(enumerate(keys[0])))}
    return np.array([place for key, place in first.items() if key not in known])


def closest_pair(queries: Level, table: Level, distance: float) -> tuple[int, int] | None:
    """Places of the closest two directions of two trees, or None if none is within the distance."""
    heights = table.points[2]
    low = np.searchsorted(heights, queries.points[2] - distance)
    count = np.searchsorted(heights, queries.points[2] + distance) - low
    query = np.repeat(np.arange(count.size), count)
    if query.size == 0:
        return None
    start = np.cumsum(count) - count
    place = np.arange(query.size) - np.repeat(start - low, count)
    apart = ((queries.points[:2, query] - table.points[:2, place]) ** 2).sum(axis=0)
    apart += (queries.points[2, query] - heights[place]) ** 2
    best = int(apart.argmin())
    return None if apart[best] > distance**2 else (int(query[best]), int(place[best]))


def shortest_word(direction: Real, axis: int, distance: float, most: int) -> Word | None:
    r"""Word with the fewest T gates that turns a coordinate axis to a direction, within a distance.

    ``|R(word) e_axis - direction| <= distance``; of the words of that length, the closest.

    Parameters
    ----------
    direction
        Unit vector (3,).
    axis
        0, 1, 2 for x, y, z.
    distance
        Largest Euclidean distance.
    most
        Largest number of T gates; None is returned if they do not suffice.

    Examples
    --------
    >>> found = shortest_word(np.array([1.0, 1.0, 0.0]) * np.sqrt(0.5), 0, 1e-12, 5)
    >>> found.t_count, found.rotation[:, 0].round(12) + 0.0
    (1, array([0.70710678, 0.70710678, 0.        ]))
    """
    queries = root(direction)
    for t_count in range(most + 1):
        stored = min(t_count // 2 + STORED_LEAD, t_count, DEEPEST_LEVEL)
        while queries.t_count < t_count - stored:
            queries = grow(queries)
        table = axis_level(stored)
        pair = closest_pair(queries, table, distance)
        if pair is not None:
            target, target_sign = _replay(direction, queries, pair[0])
            source, source_sign = _replay(np.eye(3)[axis], table, pair[1])
            found = target.inverse() @ source
            return found if target_sign == source_sign else found @ reversing(axis)
    return None


def _replay(direction: Real, level: Level, place: int) -> tuple[Word, int]:
    """Word and sign with ``sign R(word) direction`` the point of a tree that grew from a direction."""
    word, sign = _folding(direction)
    for shift in reversed(range(level.t_count)):
        axis = int(level.path[place]) >> 2 * shift & 3
        word = Word((axis,)) @ word
        fold, flip = _folding(sign * word.rotation @ direction)
        word, sign = fold @ word, flip * sign
    return word, sign


def _folding(direction: Real) -> tuple[Word, int]:
    """Clifford and sign that bring a direction to its sorted absolute coordinates."""
    order = np.argsort(np.abs(direction))
    fold = np.where(direction < 0, -1.0, 1.0)[order, None] * np.eye(3)[order]
    sign = int(np.rint(np.linalg.det(fold)))
    return Word((), clifford_index(sign * fold)), sign


def reversing(axis: int) -> Word:
    """A half turn about another axis, which reverses this one."""
    return Word((), clifford_index(np.diag(np.where(np.arange(3) == (axis + 1) % 3, 1.0, -1.0))))


def tree_word(level: Level, place: int) -> Word:
    """Word that turns the z axis, or its opposite, to a point of `axis_level`, up to the cube."""
    return _replay(np.eye(3)[2], level, place)[0]
