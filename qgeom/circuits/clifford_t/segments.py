r"""Clifford+T words of the one-qubit unitaries between the CX gates of one wire.

A turn about the axis e that the CX before a unitary U keeps on this wire (z on its control, x on its
target) commutes with that CX, so U is wanted only up to such a turn on its right: a word W need only
turn e to the direction ``R(U) e``, two numbers instead of three.  The turn that is left over, taken
from the word as it is, goes back in time through the CX into the unitary before.  Only the first
unitary of a wire is wanted in full.

Where the tolerance is too fine to search for two numbers at once, ``W = R_q(a) V``: the word V has
the right angle between e and the axis q of the CX after U, which no turn from there changes, and
gridsynth does R_q(a).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qgeom._typing import Real
from qgeom.circuits.clifford_t.directions import shortest_word
from qgeom.circuits.clifford_t.latitudes import latitude_words, tilt
from qgeom.circuits.clifford_t.rotations import rz_clifford_t
from qgeom.circuits.clifford_t.words import Word, about, from_z

# Both numbers of a direction at once take 2^(T/2) steps, some tenths of a second at 38 T gates.
LONGEST_SEARCH = 42
# A tolerance where more T gates are to be expected is too fine for that search.
EXPECTED_SEARCH = 39
# The closest word by latitude may be so many times worse than asked for: gridsynth takes 60 T more.
SLACK = 4.0
# Words as short as that are found, exactly, at any tolerance.
SHORT = 20


@dataclass(frozen=True, eq=False)
class Segment:
    """One unitary of a wire.

    Attributes
    ----------
    rotation
        Its turn of the Bloch ball (3, 3).
    before, after
        Axes (0, 1, 2 for x, y, z) that the CX before and the CX after it keep, None at the ends.
    """

    rotation: Real
    before: int | None
    after: int | None

    @property
    def axis(self) -> int:
        """Axis that a word has to turn to its direction."""
        return 2 if self.before is None else self.before

    @property
    def pole(self) -> int:
        """Axis from which that direction keeps its angle, whatever comes back through the next CX."""
        if self.after is not None:
            return self.after
        return int(np.abs(self.rotation[:, self.axis]).argmin())


@dataclass(frozen=True, eq=False)
class Latitudes:
    """Words with the right angle between axis and pole, for every segment, found when first asked.

    Attributes
    ----------
    wires
        Segments of every wire.
    distance
        Angle within which the last of the words of a segment comes, where T gates suffice.
    """

    wires: Sequence[Sequence[Segment]]
    distance: float

    @cached_property
    def _words(self) -> dict[Segment, list[Word]]:
        segments = [segment for wire in self.wires for segment in wire]
        tilts = np.array([tilt(one.rotation[:, one.axis], one.pole) for one in segments])
        found = latitude_words(tilts, self.distance)
        return dict(zip(segments, found, strict=True))

    def word(self, segment: Segment, tolerance: float) -> Word:
        """Word V with ``e_pole . R(V) e_axis`` that of the segment, to an operator-norm tolerance."""
        angle = tilt(segment.rotation[:, segment.axis], segment.pole)
        words = self._words[segment]
        gaps = [abs(tilt(word.rotation[:, 2]) - angle) for word in words]
        close = [word for word, gap in zip(words, gaps, strict=True) if gap <= 2.0 * tolerance]
        if close:
            word = close[0]
        elif gaps[-1] <= 2.0 * SLACK * tolerance:
            word = words[-1]
        else:
            word = about(1, rz_clifford_t(angle, tolerance))
        return from_z(segment.pole) @ word @ from_z(segment.axis).inverse()


def wire_words(wire: Sequence[Segment], tolerance: float, latitudes: Latitudes) -> list[Word]:
    """Words of the segments of a wire in order of time, each within an operator-norm tolerance.

    The tolerance is for each turn by gridsynth and each direction that is searched for; an angle from
    the pole may be off by SLACK times as much.
    """
    words: list[Word] = []
    carried = np.eye(3)
    for segment in reversed(wire[1:]):
        wanted = carried @ segment.rotation
        word = _searched(wanted[:, segment.axis], segment.axis, tolerance)
        if word is None:
            word = _by_latitude(wanted, segment, tolerance, latitudes)
        carried = _turn(segment.axis, _left_over(word, wanted, segment.axis))
        words.append(word)
    words.append(_whole(carried @ wire[0].rotation, wire[0], tolerance, latitudes))
    return words[::-1]


def _whole(wanted: Real, segment: Segment, tolerance: float, latitudes: Latitudes) -> Word:
    """Word of a rotation in full: a direction for any axis, and a turn about this axis first."""
    found = {axis: _searched(wanted[:, axis], axis, tolerance) for axis in range(3)}
    if all(word is None for word in found.values()):
        found[segment.axis] = _by_latitude(wanted, segment, tolerance, latitudes)
    words = [
        word @ about(axis, rz_clifford_t(_left_over(word, wanted, axis), tolerance))
        for axis, word in found.items()
        if word is not None
    ]
    return min(words, key=lambda word: word.t_count)


def _searched(direction: Real, axis: int, tolerance: float) -> Word | None:
    # The operator norm is half the angle.
    distance = 2.0 * tolerance
    expected = np.log2(2.0 / (3.0 * distance**2))
    most = LONGEST_SEARCH if expected <= EXPECTED_SEARCH else SHORT
    return shortest_word(direction, axis, distance, most)


def _by_latitude(wanted: Real, segment: Segment, tolerance: float, latitudes: Latitudes) -> Word:
    middle = latitudes.word(segment, tolerance)
    angle = _longitude(wanted[:, segment.axis], segment.pole) - _longitude(
        middle.rotation[:, segment.axis], segment.pole
    )
    return about(segment.pole, rz_clifford_t(angle, tolerance)) @ middle


def _longitude(direction: Real, pole: int) -> float:
    return float(np.arctan2(direction[pole - 1], direction[pole - 2]))


def _left_over(word: Word, wanted: Real, axis: int) -> float:
    """Angle of the turn about an axis that, before the word, comes closest to a rotation."""
    rest = word.rotation.T @ wanted
    i, j = axis - 2, axis - 1
    return float(np.arctan2(rest[j, i] - rest[i, j], rest[i, i] + rest[j, j]))


def _turn(axis: int, angle: float) -> Real:
    """Rotation (3, 3) by an angle about an axis."""
    i, j = axis - 2, axis - 1
    turn = np.eye(3)
    turn[i, i] = turn[j, j] = np.cos(angle)
    turn[j, i], turn[i, j] = np.sin(angle), -np.sin(angle)
    return turn
