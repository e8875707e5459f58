"""Conjugate times of lines: exact spectra, closed forms, other groups, the scan of singular values."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qgeom._linalg import log_unitary
from qgeom.algebra.hamiltonians import chaotic_ising, syk
from qgeom.algebra.paulis import pauli_coefficients, pauli_index
from qgeom.algebra.targets import target
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.schedules import majorana
from qgeom.readings.jacobi import conjugate_times, jacobi_matrix
from qgeom.readings.line_jacobi import (
    is_line_geodesic,
    line_conjugate_times,
    line_jacobi_matrix,
)
from qgeom.readings.pauli_jacobi import pauli_conjugate_times
from tests.closeness import assert_close

# Zeros of well-separated eigenvalues, refined to rounding.
TIME = 1e-11
# The scan finds minima of a singular value; the integrator has a tolerance of 1e-12 a step.
SCANNED, INTEGRATED = 1e-7, 1e-9

STRINGS = {
    "cliff, weight 1": (PauliMetric(3, nielsen(5.0)), "XII", 10.0),
    "cliff, weight 2": (PauliMetric(3, nielsen(64.0)), "XYI", 13.0),
    "cliff, weight 3": (PauliMetric(3, nielsen(5.0)), "XYZ", 1.5),
    "three costs": (PauliMetric(2, custom({"XX": 3.0, "ZI": 0.5, "IY": 2.0})), "YX", 4.0),
    "hyperbolic": (PauliMetric(1, custom({"X": 0.5, "Y": 1.0, "Z": 2.0})), "Y", 20.0),
    "four qubits": (PauliMetric(4, nielsen(3.0)), "XZII", 3.5),
}


@pytest.mark.parametrize("name", STRINGS)
def test_single_strings_against_the_exact_spectrum(name: str) -> None:
    """Also where Jacobi fields grow by e^14 (hyperbolic), and for multiplicities up to 64."""
    metric, label, horizon = STRINGS[name]
    found = line_conjugate_times(metric, np.eye(metric.dim)[pauli_index(label)], horizon)
    exact = pauli_conjugate_times(metric, label, horizon)
    assert len(exact.times) > 0
    assert_close(found.times, exact.times, TIME)
    assert found.multiplicity.tolist() == exact.multiplicity.tolist()


@pytest.mark.parametrize("q", [8.0, 16.0, 64.0])
def test_toffoli_line(q: float) -> None:
    metric = PauliMetric(3, nielsen(q))
    line = pauli_coefficients(log_unitary(target("toffoli").matrix))
    found = line_conjugate_times(metric, line, 3.0, most=1)
    assert_close(found.times, [8 / (q - 1)], TIME)
    assert found.horizon == found.times[0]


SO5 = MatrixMetric("so", 5, band(1, 9.0))
LINES: dict[str, tuple[RightInvariantMetric, np.ndarray, float]] = {
    "chaotic chain": (PauliMetric(3, nielsen(16.0)), chaotic_ising(3), 5.0),
    "syk": (
        PauliMetric(3, majorana(lambda w: 1.0 if w <= 4 else 20.0)),
        syk(3, rng=np.random.default_rng(0)),
        4.0,
    ),
    "so(5)": (SO5, np.eye(10)[0] + 0.7 * np.eye(10)[7], 9.0),
}


@pytest.mark.parametrize("name", LINES)
def test_against_the_integrated_jacobi_matrix(name: str) -> None:
    metric, velocity, horizon = LINES[name]
    times = horizon * np.array([0.2, 0.5])
    expected = jacobi_matrix(shoot(metric, velocity), times)
    assert_close(line_jacobi_matrix(metric, velocity, times), expected, INTEGRATED)


@pytest.mark.parametrize(("name", "grid"), [("chaotic chain", 1000), ("so(5)", 250)])
def test_against_the_scan_of_singular_values(name: str, grid: int) -> None:
    """On a grid of 250 the scan merges two times of the chaotic chain, 0.014 apart."""
    metric, velocity, horizon = LINES[name]
    found = line_conjugate_times(metric, velocity, horizon)
    scan = conjugate_times(shoot(metric, velocity), horizon, grid=grid)
    assert len(scan.times) > 0
    assert_close(found.times, scan.times, SCANNED)
    assert found.multiplicity.tolist() == scan.multiplicity.tolist()


def test_jacobi_matrix_is_singular_at_conjugate_times_only() -> None:
    metric, velocity, horizon = LINES["syk"]
    found = line_conjugate_times(metric, velocity, horizon)
    between = 0.5 * (found.times[1:] + found.times[:-1])
    at, beside = (
        np.linalg.svd(line_jacobi_matrix(metric, velocity, times))[1]
        for times in (found.times, between)
    )
    assert [int((row < 1e-9).sum()) for row in at] == found.multiplicity.tolist()
    assert beside.min() > 1e-6


def test_the_count_does_not_depend_on_the_horizon() -> None:
    metric, velocity, horizon = LINES["chaotic chain"]
    whole = line_conjugate_times(metric, velocity, horizon)
    for share in (0.5, 0.83, 0.97):
        part = line_conjugate_times(metric, velocity, share * horizon)
        kept = whole.times <= share * horizon
        assert_close(part.times, whole.times[kept], TIME)
        assert part.multiplicity.tolist() == whole.multiplicity[kept].tolist()


def test_rescaled_velocity_rescales_the_times() -> None:
    metric, velocity, horizon = LINES["syk"]
    slow = line_conjugate_times(metric, velocity, horizon)
    quick = line_conjugate_times(metric, 3.0 * velocity, horizon / 3.0)
    assert_close(3.0 * quick.times, slow.times, TIME)
    assert quick.multiplicity.tolist() == slow.multiplicity.tolist()


def test_no_conjugate_times() -> None:
    """None where the curvature is not positive, none for a velocity of zero, none for an early end."""
    gl = MatrixMetric("gl", 2, band(1, 1.0))
    assert not len(line_conjugate_times(gl, np.array([1.0, 0.3, 0.3, -0.5]), 5.0).times)
    metric, velocity, _ = LINES["syk"]
    assert not len(line_conjugate_times(metric, 0.0 * velocity, 5.0).times)
    assert not len(line_conjugate_times(metric, velocity, 1e-3).times)


def test_lines_that_are_no_geodesics_are_refused() -> None:
    metric = PauliMetric(3, nielsen(16.0))
    mixed = np.eye(63)[pauli_index("XXX")] + np.eye(63)[pauli_index("ZII")]
    assert is_line_geodesic(metric, chaotic_ising(3))
    assert not is_line_geodesic(metric, mixed)
    with pytest.raises(ValueError, match="`velocity` must commute with its momentum"):
        line_conjugate_times(metric, mixed, 1.0)
    # Negative control: the series assumes a line, and is wrong for this geodesic.
    with pytest.raises(ValueError, match="`velocity` must commute with its momentum"):
        line_jacobi_matrix(metric, mixed, np.array([0.5]))


def test_bad_input_is_refused() -> None:
    metric = PauliMetric(2, nielsen(2.0))
    with pytest.raises(ValueError, match="`velocity` must be a single one"):
        line_conjugate_times(metric, np.zeros((2, 15)), 1.0)
    with pytest.raises(ValueError, match="`horizon` must be positive"):
        line_conjugate_times(metric, np.zeros(15), 0.0)
    with pytest.raises(ValueError, match="`most` must be at least 1"):
        line_conjugate_times(metric, np.zeros(15), 1.0, most=0)
    with pytest.raises(ValueError, match="`metric` must have a dimension of at most 255"):
        line_conjugate_times(PauliMetric(5, nielsen(2.0)), np.zeros(1023), 1.0)


def test_progress_is_reported() -> None:
    metric, velocity, horizon = LINES["syk"]
    shares: list[float] = []
    line_conjugate_times(metric, velocity, horizon, report=lambda _m, share: shares.append(share))
    assert len(shares) > 2
    assert all(0 <= a < b <= 1 for a, b in itertools.pairwise(shares))
