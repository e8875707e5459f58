"""The state metric against brute force, Fubini-Study, and the closed form of one qubit."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from qgeom.states.connect import state_distance
from qgeom.states.quotient import (
    cometric,
    horizontal_lift,
    state_norm,
    tangent,
    tangent_basis,
)
from tests.closeness import assert_close
from tests.oracles.geodesics import dense_paulis

METRICS = {
    1: PauliMetric(1, custom({"X": 1.0, "Y": 2.0, "Z": 5.0})),
    2: PauliMetric(2, nielsen(4.0, locality=1)),
    3: PauliMetric(3, nielsen(9.0)),
}


def random_state(rng: np.random.Generator, size: int) -> np.ndarray:
    psi = rng.normal(size=size) + 1j * rng.normal(size=size)
    return psi / np.linalg.norm(psi)


def random_tangent(rng: np.random.Generator, psi: np.ndarray) -> np.ndarray:
    v = rng.normal(size=len(psi)) + 1j * rng.normal(size=len(psi))
    return v - psi * np.vdot(psi, v)


@pytest.mark.parametrize("n_qubits", METRICS)
def test_lift_against_constrained_least_squares(n_qubits: int, rng: np.random.Generator) -> None:
    """Minimal sum q h^2 under -i H psi = v mod psi, with dense matrices and a pseudo-inverse."""
    metric = METRICS[n_qubits]
    psi = random_state(rng, metric.size)
    v = random_tangent(rng, psi)
    columns = -1j * np.einsum("aij,j->ia", dense_paulis(n_qubits)[1], psi)
    columns -= np.outer(psi, psi.conj() @ columns)
    a = np.concatenate([columns.real, columns.imag]) / np.sqrt(metric.inertia)
    expected = np.linalg.pinv(a) @ np.concatenate([v.real, v.imag]) / np.sqrt(metric.inertia)
    lift = horizontal_lift(metric, psi, v)
    assert_close(lift, expected, 1e-10)
    assert_close(tangent(psi, lift), v)
    assert_close(state_norm(metric, psi, v), metric.norm(expected))


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_without_costs_it_is_fubini_study(n_qubits: int, rng: np.random.Generator) -> None:
    metric = PauliMetric(n_qubits, nielsen(1.0))
    psi = random_state(rng, metric.size)
    v = random_tangent(rng, psi)
    assert_close(state_norm(metric, psi, v), np.sqrt(2 / metric.size) * np.linalg.norm(v))


def test_one_qubit_closed_form(rng: np.random.Generator) -> None:
    """``ds^2 = w.Gw - (w.Gn)^2 / n.Gn`` with w = (n x dn) / 2 (QUANTUM_GEOMETRY.md 2.13)."""
    metric = METRICS[1]
    psi = random_state(rng, 2)
    v = random_tangent(rng, psi)
    paulis = dense_paulis(1)[1]
    n = np.einsum("i,aij,j->a", psi.conj(), paulis, psi).real
    dn = 2 * np.einsum("i,aij,j->a", v.conj(), paulis, psi).real
    w, g = np.cross(n, dn) / 2, metric.inertia
    expected = w @ (g * w) - (w @ (g * n)) ** 2 / (n @ (g * n))
    assert_close(state_norm(metric, psi, v) ** 2, expected)


@pytest.mark.parametrize("n_qubits", METRICS)
def test_cometric_is_symmetric_positive_and_inverse(
    n_qubits: int, rng: np.random.Generator
) -> None:
    metric = METRICS[n_qubits]
    psi = random_state(rng, metric.size)
    matrix = cometric(metric, psi)
    assert_close(matrix, matrix.T)
    assert np.linalg.eigvalsh(matrix).min() > 0
    coordinates = rng.normal(size=len(matrix))
    v = coordinates @ tangent_basis(psi)
    assert_close(
        state_norm(metric, psi, v) ** 2, coordinates @ np.linalg.solve(matrix, coordinates)
    )


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_unpenalised_distance_is_the_angle(n_qubits: int, rng: np.random.Generator) -> None:
    metric = PauliMetric(n_qubits, nielsen(1.0))
    psi, phi = random_state(rng, metric.size), random_state(rng, metric.size)
    found = state_distance(metric, psi, phi, rng=rng, starts=1)
    angle = np.arccos(abs(np.vdot(psi, phi)))
    assert_close(found.upper, np.sqrt(2 / metric.size) * angle, 1e-8)
    assert_close(found.lower, found.upper, 1e-8)


@pytest.mark.parametrize("n_qubits", METRICS)
def test_state_geodesics_arrive_and_are_horizontal(n_qubits: int, rng: np.random.Generator) -> None:
    metric = METRICS[n_qubits]
    psi, phi = random_state(rng, metric.size), random_state(rng, metric.size)
    found = state_distance(metric, psi, phi, rng=rng)
    assert found.status.startswith("Converged")
    assert_close(abs(np.vdot(phi, found.geodesic.endpoint @ psi)), 1.0)
    assert found.lower <= found.upper + 1e-9
    # Horizontal all along: the velocity is the cheapest that moves the state so.
    later = found.geodesic.at(np.array([0.0, 0.6]))
    state, velocity = later.points[1] @ psi, later.velocities[1]
    assert_close(horizontal_lift(metric, state, tangent(state, velocity)), velocity, 1e-8)


def test_a_stabiliser_component_is_not_horizontal(rng: np.random.Generator) -> None:
    """Negative control: a velocity that also turns the state about itself is not its own lift."""
    metric, psi = METRICS[1], np.array([1.0, 0.0])
    velocity = np.array([0.3, 0.2, 0.5])
    with pytest.raises(AssertionError):
        assert_close(horizontal_lift(metric, psi, tangent(psi, velocity)), velocity, 1e-8)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (np.ones(4), "`start` must be a unit vector, but has norm 2"),
        (np.ones(3), r"`start` must have shape \(4,\)"),
        (np.array([np.nan, 0, 0, 1]), "`start` must be finite"),
    ],
)
def test_bad_states_are_refused(state: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        state_distance(METRICS[2], state, np.eye(4)[0], rng=np.random.default_rng(0))
