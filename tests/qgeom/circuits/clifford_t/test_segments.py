"""What goes through a CX, and the words of one wire."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import unitary_group

from qgeom.circuits.clifford_t.latitudes import tilt
from qgeom.circuits.clifford_t.rotations import rz_matrix
from qgeom.circuits.clifford_t.segments import Latitudes, Segment, wire_words
from qgeom.circuits.clifford_t.words import bloch_rotation, from_z, word
from qgeom.circuits.gates import Gate, circuit_unitary
from qgeom.circuits.two_qubit import CX
from tests.closeness import assert_close

ROUNDING = 1e-12


def haar_rotation(seed: int) -> np.ndarray:
    return bloch_rotation(unitary_group.rvs(2, random_state=np.random.default_rng(seed)))


def turn(axis: int, angle: float) -> np.ndarray:
    frame = from_z(axis).matrix
    return frame @ rz_matrix(angle) @ frame.conj().T


@pytest.mark.parametrize(
    ("qubit", "axis", "commutes"), [(0, 2, 1), (1, 0, 1), (0, 0, 0), (1, 2, 0)]
)
def test_turns_about_the_kept_axis_pass_through_cx(qubit: int, axis: int, commutes: int) -> None:
    cx, gate = Gate((0, 1), CX), Gate((qubit,), turn(axis, 0.7))
    gap = np.abs(circuit_unitary(2, [cx, gate]) - circuit_unitary(2, [gate, cx])).max()
    assert (gap < ROUNDING) == bool(commutes)


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4])
@pytest.mark.parametrize("search", [True, False])
def test_words_and_what_they_leave_over_make_the_rotations(
    tolerance: float, search: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the last to the first, each word turns the kept axis as its rotation and the rest do."""
    if not search:
        monkeypatch.setattr("qgeom.circuits.clifford_t.segments.LONGEST_SEARCH", 0)
        monkeypatch.setattr("qgeom.circuits.clifford_t.segments.SHORT", 0)
    axes = [2, 0, 0]
    wire = [
        Segment(haar_rotation(seed), before, after)
        for seed, before, after in zip(range(4), [None, *axes], [*axes, None], strict=True)
    ]
    words = wire_words(wire, tolerance, Latitudes([wire], tolerance))
    allowed = 2 * tolerance * (1 if search else 2) * (1 + 1e-3)
    later = np.eye(3)
    for segment, one in zip(wire[:0:-1], words[:0:-1], strict=True):
        wanted = later @ segment.rotation
        gap = one.rotation[:, segment.before] - wanted[:, segment.before]
        assert np.linalg.norm(gap) <= allowed
        rest = one.rotation.T @ wanted
        i, j = segment.before - 2, segment.before - 1
        later = bloch_rotation(
            turn(segment.before, np.arctan2(rest[j, i] - rest[i, j], rest[i, i] + rest[j, j]))
        )
    assert (
        np.linalg.norm(words[0].rotation - later @ wire[0].rotation, 2) <= allowed + 2 * tolerance
    )


def test_the_middle_angle_survives_what_comes_back() -> None:
    segment = Segment(haar_rotation(5), 2, 0)
    returned = bloch_rotation(turn(0, 1.234)) @ segment.rotation
    angle = tilt(segment.rotation[:, 2], 0)
    assert_close(tilt(returned[:, 2], 0), angle, ROUNDING)
    middle = Latitudes([[segment]], 1e-5).word(segment, 1e-5)
    assert abs(tilt(middle.rotation[:, 2], 0) - angle) <= 2e-5


def test_gridsynth_takes_over_where_no_word_is_close(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qgeom.circuits.clifford_t.latitudes.MOST", 4)
    segment = Segment(haar_rotation(6), 0, 2)
    middle = Latitudes([[segment]], 1e-7).word(segment, 1e-7)
    assert abs(tilt(middle.rotation[:, 0], 2) - tilt(segment.rotation[:, 0], 2)) <= 2e-7
    assert middle.t_count > 40


def test_exact_words_stay_and_only_their_turns_move() -> None:
    first, last = word(["h", "t", "h"]), word(["t", "s", "h", "t"])
    wire = [Segment(first.rotation, None, 2), Segment(last.rotation, 2, None)]
    words = wire_words(wire, 1e-9, Latitudes([wire], 1e-9))
    # The first T of the later word stands before a CX that keeps z, so it goes to the earlier one.
    assert [one.t_count for one in words] == [2, 1]
    rest = words[1].inverse() @ last
    assert_close(rest.rotation[:, 2], [0.0, 0.0, 1.0], ROUNDING)
    assert words[0] == rest @ first


def test_a_word_a_little_off_is_taken_before_gridsynth(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qgeom.circuits.clifford_t.latitudes.MOST", 10)
    segment = Segment(haar_rotation(7), 2, 2)
    angle = tilt(segment.rotation[:, 2], 2)
    closest = Latitudes([[segment]], 1e-9).word(segment, 1e-2)
    for _ in range(20):
        gap = abs(tilt(closest.rotation[:, 2], 2) - angle)
        following = Latitudes([[segment]], 1e-9).word(segment, 0.49 * gap)
        if following == closest:
            break
        closest = following
    assert closest.t_count <= 10
    assert Latitudes([[segment]], 1e-9).word(segment, gap / 7) == closest
    assert Latitudes([[segment]], 1e-9).word(segment, gap / 9).t_count > 10
