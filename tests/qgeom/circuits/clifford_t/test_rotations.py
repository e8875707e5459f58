"""R_z by gridsynth: the error that was asked for, at three logarithms; Solovay-Kitaev far behind."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from qiskit.synthesis import gridsynth_rz

from qgeom.circuits.clifford_t import rotations
from qgeom.circuits.clifford_t.rotations import rz_clifford_t, rz_matrix, solovay_kitaev
from qgeom.circuits.clifford_t.words import word_matrix
from qgeom.circuits.gates import operator_error

ANGLES = np.random.default_rng(7).uniform(-2 * np.pi, 2 * np.pi, 21)
BAR = 4  # T gates above 3 log2(1 / error), as a median


@pytest.mark.parametrize("error", [1e-2, 1e-4, 1e-6, 1e-8])
def test_every_error_is_kept_at_three_logarithms(error: float) -> None:
    words = [rz_clifford_t(angle, error) for angle in ANGLES]
    reached = [
        operator_error(word_matrix(one.gates), rz_matrix(angle))
        for one, angle in zip(words, ANGLES, strict=True)
    ]
    assert max(reached) <= error
    assert max(reached) > 0.5 * error  # no accuracy is given away: the epsilon is an operator norm
    assert np.median([one.t_count for one in words]) <= 3 * np.log2(1 / error) + BAR
    assert all(one.t_count == one.gates.count("t") for one in words)


@pytest.mark.parametrize("eighths", range(-9, 10))
def test_multiples_of_an_eighth_turn_are_exact(eighths: int) -> None:
    angle = eighths * np.pi / 4
    found = rz_clifford_t(angle, 1e-10)
    assert found.t_count == eighths % 2
    assert operator_error(found.matrix, rz_matrix(angle)) < 1e-14


def test_large_angles_after_a_coarse_first_call() -> None:
    """Of its first call in a process gridsynth keeps a pi, too coarse for angles above a full turn."""
    gridsynth_rz(0.3, 0.5)
    for angle in (7.0, -7.0, 100.0):
        assert operator_error(rz_clifford_t(angle, 1e-10).matrix, rz_matrix(angle)) <= 1e-10


def test_a_broken_promise_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotations, "gridsynth_rz", lambda angle, _: gridsynth_rz(angle, 0.1))
    with pytest.raises(ArithmeticError, match="has an error of"):
        rz_clifford_t(0.123456, 1e-6)


@pytest.mark.parametrize(("degree", "error"), [(3, 1e-2), (4, 1e-3)])
def test_solovay_kitaev_is_far_worse(degree: int, error: float) -> None:
    by_kitaev = by_gridsynth = 0
    for angle in ANGLES[:5]:
        names = solovay_kitaev(rz_matrix(angle), degree)
        assert operator_error(word_matrix(names), rz_matrix(angle)) < 20 * error
        by_kitaev += sum(name in ("t", "tdg") for name in names)
        by_gridsynth += rz_clifford_t(angle, error).t_count
    assert by_kitaev > 10 * by_gridsynth


@pytest.mark.parametrize("error", [0.0, -1.0, 1.0, 1e-13, np.nan])
def test_errors_out_of_range_are_refused(error: float) -> None:
    with pytest.raises(ValueError, match="Argument `error` must be"):
        rz_clifford_t(0.3, error)


def test_other_bad_arguments_are_refused() -> None:
    with pytest.raises(ValueError, match="Argument `angle` must be finite"):
        rz_clifford_t(np.inf, 1e-3)
    with pytest.raises(ValueError, match=r"Argument `unitary` must have shape \(2, 2\)"):
        solovay_kitaev(np.eye(4), 1)
    with pytest.raises(ValueError, match="Argument `recursion_degree` must be at least 0"):
        solovay_kitaev(np.eye(2), -1)


def test_words_do_not_depend_on_what_was_asked_before() -> None:
    """Gridsynth on its own keeps the precision of the first call of a process."""
    ask = "print([rz_clifford_t(0.2 * k, e).gates for k in range(1, 30) for e in (1e-7, 3e-8)])"
    head = "from qgeom.circuits.clifford_t.rotations import rz_clifford_t"
    fresh, after = (
        subprocess.run(
            [sys.executable, "-c", f"{head}; {earlier}{ask}"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for earlier in ("", "rz_clifford_t(0.3, 1e-4); ")
    )
    assert fresh == after
