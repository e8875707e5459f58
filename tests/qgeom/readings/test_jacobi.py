"""Conjugate times: exact spectra of Pauli geodesics, closed forms, the Toffoli line, and the index."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg

from qgeom._linalg import log_unitary
from qgeom.algebra.paulis import pauli_coefficients, pauli_index
from qgeom.algebra.targets import target
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.readings.jacobi import ConjugateTimes, conjugate_times, jacobi_matrix
from qgeom.readings.pauli_jacobi import pauli_conjugate_times
from tests.closeness import assert_close

TIME = 1e-7  # a zero found as the minimum of a singular value is as good as that value vanishes


def pauli_line(metric: PauliMetric, label: str) -> Geodesic:
    return shoot(metric, np.eye(metric.dim)[pauli_index(label)])


@pytest.mark.parametrize("q", [1.5, 4.0, 0.9])
@pytest.mark.parametrize("label", ["X", "Z"])
def test_berger_sphere(q: float, label: str) -> None:
    """Along Z at pi/q; along X at pi and where tan t = (1 - 1/q) t (QUANTUM_GEOMETRY.md 2.10, 3.1)."""
    metric = PauliMetric(1, custom({"Z": q}))
    found = conjugate_times(pauli_line(metric, label), 4.0)
    first = np.pi / q if label == "Z" else np.pi
    assert np.abs(found.times - first).min() < TIME
    exact = pauli_conjugate_times(metric, label, 4.0)
    assert_close(found.times, exact.times, TIME)
    assert found.multiplicity.tolist() == exact.multiplicity.tolist()


CASES = {
    "cliff, weight 1": (PauliMetric(3, nielsen(5.0)), "XII", 3.3),
    "cliff, weight 2": (PauliMetric(3, nielsen(5.0)), "XYI", 3.3),
    "cliff, weight 3": (PauliMetric(3, nielsen(5.0)), "XYZ", 1.5),
    "three costs": (PauliMetric(2, custom({"XX": 3.0, "ZI": 0.5, "IY": 2.0})), "YX", 4.0),
    "hyperbolic": (PauliMetric(1, custom({"X": 0.5, "Y": 1.0, "Z": 2.0})), "Y", 9.0),
}


@pytest.mark.parametrize("name", CASES)
def test_exact_spectrum_against_singular_values(name: str) -> None:
    metric, label, horizon = CASES[name]
    found = conjugate_times(pauli_line(metric, label), horizon, grid=100)
    exact = pauli_conjugate_times(metric, label, horizon)
    assert len(exact.times) > 0
    assert_close(found.times, exact.times, TIME)
    assert found.multiplicity.tolist() == exact.multiplicity.tolist()


def test_factorised_condition_is_the_published_one(rng: np.random.Generator) -> None:
    """1 - cos 2T cos OmT - (a + b) sin 2T sin(OmT) / Om = 2 h_a h_b, for either sign of a b."""
    t = rng.uniform(0.1, 3.0, size=50)
    for a, b in [(0.7, 0.2), (-0.5, -3.0), (0.5, -1.0)]:
        omega = 2 * np.sqrt(complex(a * b))
        published = 1 - np.cos(2 * t) * np.cos(omega * t)
        published = published - (a + b) * np.sin(2 * t) * np.sin(omega * t) / omega
        r = omega / 2
        factors = [np.sin(t) * np.cos(r * t) - c * np.cos(t) * np.sin(r * t) / r for c in (a, b)]
        assert_close(published, 2 * factors[0] * factors[1])


@pytest.mark.parametrize("q", [8.0, 16.0, 64.0])
def test_first_conjugate_time_of_the_toffoli_line(q: float) -> None:
    line = shoot(
        PauliMetric(3, nielsen(q)), pauli_coefficients(log_unitary(target("toffoli").matrix))
    )
    found = conjugate_times(line, 1.2 * 8 / (q - 1))
    assert abs(found.times[0] - 8 / (q - 1)) < TIME


def test_jacobi_matrix_of_constant_hamiltonian_by_block_exponential(
    rng: np.random.Generator,
) -> None:
    """Upper-right block of exp(t [[-ad_H, F], [0, -ad_H + ad_L F]]) (QUANTUM_GEOMETRY.md 2.9)."""
    metric = PauliMetric(2, nielsen(3.0, locality=1))
    line = pauli_line(metric, "XY")
    basis = np.eye(metric.dim)
    # Right-trivialised: J' = [., .] terms in our bracket, ad_A x = i [A, x] = -bracket(A, x).
    ad_h = -metric.bracket(line.velocity, basis).T
    ad_l = -metric.bracket(line.momentum, basis).T
    inverse = np.diag(1 / metric.inertia)
    zero = np.zeros_like(inverse)
    t = 0.8
    block = scipy.linalg.expm(t * np.block([[-ad_h, inverse], [zero, -ad_h + ad_l @ inverse]]))
    right = block[: metric.dim, metric.dim :]
    g = line.at(np.array([t])).endpoint
    left = metric.adjoint(metric.inverse(g), right.T).T
    assert_close(jacobi_matrix(line, np.array([t]))[0], left, 1e-9)


def test_index_counts_with_multiplicity() -> None:
    found = conjugate_times(pauli_line(PauliMetric(1, custom({"Z": 4.0})), "Z"), np.pi)
    assert [found.index(t) for t in (0.5, 1.0, 2.0, 3.0)] == [0, 2, 4, 6]
    with pytest.raises(ValueError, match="`time` must be at most the horizon"):
        found.index(4.0)


def test_general_linear_group_with_equal_weights() -> None:
    """A symmetric direction of GL+(2): nonpositive curvature along it, no conjugate point."""
    metric = MatrixMetric("gl", 2, band(1, 1.0))
    line = shoot(metric, np.array([1.0, 0.3, 0.3, -0.5]))
    assert len(conjugate_times(line, 3.0, grid=60).times) == 0


def test_a_shifted_time_is_no_conjugate_time() -> None:
    """Negative control of the comparison above."""
    metric, label, horizon = CASES["cliff, weight 2"]
    exact = pauli_conjugate_times(metric, label, horizon)
    shifted = ConjugateTimes(exact.times + 1e-5, exact.multiplicity, horizon)
    values = np.linalg.svd(jacobi_matrix(pauli_line(metric, label), shifted.times[:1]))[1]
    at_zero = np.linalg.svd(jacobi_matrix(pauli_line(metric, label), exact.times[:1]))[1]
    assert values[0, -1] > 1e-7 > at_zero[0, -1]


def test_exact_spectrum_on_eight_qubits_is_quick() -> None:
    found = pauli_conjugate_times(PauliMetric(8, nielsen(100.0)), "XXXIIIII", 0.1)
    assert found.times[0] < 0.1


def test_bad_input_is_refused() -> None:
    metric = PauliMetric(2, nielsen(2.0))
    with pytest.raises(ValueError, match="`label` must be a string on 2 qubits, but is 'X'"):
        pauli_conjugate_times(metric, "X", 1.0)
    with pytest.raises(ValueError, match="`horizon` must be positive"):
        pauli_conjugate_times(metric, "XI", 0.0)
    with pytest.raises(ValueError, match="`geodesic` must be a single one"):
        conjugate_times(shoot(metric, np.zeros((2, 15))))
