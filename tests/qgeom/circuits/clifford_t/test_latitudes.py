"""Words with a given tilt, against brute force over all words."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.circuits.clifford_t import latitudes
from qgeom.circuits.clifford_t.latitudes import latitude_words, tilt
from tests.qgeom.circuits.clifford_t.test_directions import all_words

TILTS = np.array([0.0, 1e-3, 0.4, 1.1, np.pi / 2, 2.0, np.pi - 1e-2, np.pi])


def off(found: list, angle: float) -> np.ndarray:
    return np.array([abs(tilt(one.rotation[:, 2]) - angle) for one in found])


@pytest.mark.parametrize("distance", [1e-1, 1e-3, 1e-5])
def test_tilts_are_met(distance: float) -> None:
    for angle, found in zip(TILTS, latitude_words(TILTS, distance), strict=True):
        gaps = off(found, angle)
        assert gaps[-1] <= distance
        assert (np.diff(gaps) < 0).all()
        assert (np.diff([one.t_count for one in found]) >= 0).all()
        # At a pole a small change of the height is a large one of the tilt.
        assert found[-1].t_count <= np.log2(1 / distance) + 8 or np.sin(angle) < 0.1


def test_every_word_is_the_closest_of_its_length() -> None:
    every = all_words(4)
    counts = np.array([one.t_count for one in every])
    for angle, found in zip(TILTS, latitude_words(TILTS, 1e-4), strict=True):
        gaps = off(every, angle)
        for t in range(5):
            best = gaps[counts <= t].min()
            reached = off([one for one in found if one.t_count <= t], angle).min()
            assert abs(reached - best) < 1e-7  # square root of rounding, at the poles


def test_the_search_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latitudes, "MOST", 6)
    (found,) = latitude_words(np.array([1.234]), 1e-9)
    assert 1 <= found[-1].t_count <= 6


def test_tilts_keep_their_digits_at_the_poles() -> None:
    assert tilt(np.array([3e-12, 4e-12, 1.0])) == pytest.approx(5e-12, rel=1e-12)
    assert tilt(np.array([1.0, 0.0, 1.0]), pole=0) == pytest.approx(np.pi / 4)
