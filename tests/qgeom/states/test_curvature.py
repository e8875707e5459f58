"""State curvature by O'Neill's formula against charts, closed forms and theorems.

The charts know no group: their metric is a constrained minimum, their curvature finite differences.
"""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from qgeom.readings.curvature import sectional_curvature
from qgeom.states.curvature import integrability, state_curvature
from qgeom.states.quotient import cometric, horizontal_lift, tangent, tangent_basis
from tests.closeness import assert_close
from tests.oracles import charts
from tests.oracles.geodesics import LETTERS, dense_paulis

METRICS = {
    "squashed": PauliMetric(1, custom({"X": 1.0, "Y": 2.0, "Z": 5.0})),
    "local": PauliMetric(2, nielsen(4.0, locality=1)),
    "crooked": PauliMetric(2, custom({"XX": 3.0, "IZ": 7.0, "YI": 0.3})),
    "cliff": PauliMetric(3, nielsen(9.0)),
}
# Measured over 240 planes: at most 5e-8.
DIFFERENCES = 1e-6
SOLVED = 1e-9
NODES, QUADRATURE = 28, 1e-8


def random_state(rng: np.random.Generator, size: int) -> np.ndarray:
    psi = rng.normal(size=size) + 1j * rng.normal(size=size)
    return psi / np.linalg.norm(psi)


def random_plane(rng: np.random.Generator, basis: np.ndarray) -> np.ndarray:
    """Coordinates of two orthonormal vectors, (2, 2N - 2)."""
    return np.linalg.qr(rng.normal(size=(len(basis), 2)))[0].T


def group_curvature(metric: PauliMetric, psi: np.ndarray, v: np.ndarray, w: np.ndarray) -> float:
    lifts = (horizontal_lift(metric, psi, vector) for vector in (v, w))
    return float(sectional_curvature(metric, *lifts))


def vertical_basis(metric: PauliMetric, psi: np.ndarray) -> np.ndarray:
    """Velocities that leave the ray, orthonormal, by a null space."""
    moved = tangent(psi, np.eye(metric.dim)) * (1 + 0j)
    columns = np.concatenate([moved.real, moved.imag], axis=1) / np.sqrt(metric.inertia)[:, None]
    left, values, _ = np.linalg.svd(columns)
    rank = int((values > SOLVED).sum())
    return left[:, rank:].T / np.sqrt(metric.inertia)


# ---- second routes


@pytest.mark.parametrize("name", METRICS)
def test_curvature_against_a_chart(name: str, rng: np.random.Generator) -> None:
    metric = METRICS[name]
    for _ in range(3):
        psi = random_state(rng, metric.size)
        basis = tangent_basis(psi)
        a, b = random_plane(rng, basis)
        expected = charts.sectional(charts.state_chart(metric.inertia, psi, basis), a, b)
        assert_close(state_curvature(metric, psi, a @ basis, b @ basis), expected, DIFFERENCES)


@pytest.mark.parametrize("name", METRICS)
def test_group_curvature_alone_is_not_that_of_states(name: str, rng: np.random.Generator) -> None:
    """Negative control: without the vertical part of the bracket the chart is missed."""
    metric = METRICS[name]
    psi = random_state(rng, metric.size)
    basis = tangent_basis(psi)
    a, b = random_plane(rng, basis)
    expected = charts.sectional(charts.state_chart(metric.inertia, psi, basis), a, b)
    with pytest.raises(AssertionError):
        assert_close(group_curvature(metric, psi, a @ basis, b @ basis), expected, DIFFERENCES)


def test_one_qubit_against_the_chart_of_its_closed_form(rng: np.random.Generator) -> None:
    metric, paulis = METRICS["squashed"], dense_paulis(1)[1]
    for _ in range(5):
        psi = random_state(rng, 2)
        frame = tangent_basis(psi)
        n = np.einsum("i,aij,j->a", psi.conj(), paulis, psi).real
        moved = 2 * np.einsum("ki,aij,j->ka", frame.conj(), paulis, psi).real
        expected = charts.sectional(charts.bloch_chart(metric.inertia, n, moved), *np.eye(2))
        assert_close(state_curvature(metric, psi, *frame), expected, DIFFERENCES)


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_without_costs_it_is_a_scaled_projective_space(
    n_qubits: int, rng: np.random.Generator
) -> None:
    metric = PauliMetric(n_qubits, nielsen(1.0))
    psi = random_state(rng, metric.size)
    basis = tangent_basis(psi)
    v, w = random_plane(rng, basis) @ basis
    kaehler = np.vdot(1j * v, w).real
    expected = metric.size / 2 * (1 + 3 * kaehler**2)
    assert_close(state_curvature(metric, psi, v, w), expected, SOLVED)
    assert_close(state_curvature(metric, psi, v, 1j * v), 2.0 * metric.size, SOLVED)


@pytest.mark.parametrize("q", [0.3, 1.0, 2.0, 9.0])
def test_poles_and_equator_of_the_squashed_sphere(q: float) -> None:
    """``ds^2 = d theta^2 / 4 + (q / 4) sin^2 theta d phi^2 / (sin^2 + q cos^2)``, so K = - f'' / f."""
    metric = PauliMetric(1, custom({"Z": q}))
    zero, one = np.eye(2)
    assert_close(state_curvature(metric, zero, one, 1j * one), 12 / q - 8, SOLVED)
    plus, minus = np.array([1.0, 1.0]) / np.sqrt(2), np.array([1.0, -1.0]) / np.sqrt(2)
    assert_close(state_curvature(metric, plus, minus, 1j * minus), 4 * q, SOLVED)


def test_total_curvature_of_the_squashed_sphere_is_that_of_gauss_and_bonnet() -> None:
    """``int K dA = 4 pi``; the area is that of Fubini-Study times the root of the determinant."""
    heights, weights = np.polynomial.legendre.leggauss(NODES)
    turns = 2 * np.pi * np.arange(NODES) / NODES
    total = 0.0
    for height, weight in zip(heights, weights, strict=True):
        for turn in turns:
            half = np.arccos(height) / 2
            psi = np.array([np.cos(half), np.exp(1j * turn) * np.sin(half)])
            area = 1 / np.sqrt(np.linalg.det(cometric(METRICS["squashed"], psi))) / 4
            curvature = state_curvature(METRICS["squashed"], psi, *tangent_basis(psi))
            total += weight * 2 * np.pi / NODES * area * curvature
    assert_close(total, 4 * np.pi, QUADRATURE)


# ---- laws


@pytest.mark.parametrize("name", METRICS)
def test_inequality_of_oneill(name: str, rng: np.random.Generator) -> None:
    """The chart, which does not know the formula, is curved at least as much as the group."""
    metric = METRICS[name]
    for _ in range(5):
        psi = random_state(rng, metric.size)
        basis = tangent_basis(psi)
        a, b = random_plane(rng, basis)
        states = charts.sectional(charts.state_chart(metric.inertia, psi, basis), a, b)
        assert states >= group_curvature(metric, psi, a @ basis, b @ basis) - DIFFERENCES


@pytest.mark.parametrize("name", METRICS)
def test_integrability_against_its_definition(name: str, rng: np.random.Generator) -> None:
    """``- 2 <A_x y, s> = <y, [x, s]> + <s, [x, y]> + <x, [s, y]>``, one stabiliser element at a time."""
    metric = METRICS[name]
    psi = random_state(rng, metric.size)
    basis = tangent_basis(psi)
    x, y = (horizontal_lift(metric, psi, v) for v in random_plane(rng, basis) @ basis)
    found, opposite = integrability(metric, psi, x, y), integrability(metric, psi, y, x)
    assert_close(tangent(psi, found), np.zeros(metric.size), SOLVED)
    assert_close(opposite, -found, SOLVED)
    stabiliser = vertical_basis(metric, psi)
    assert len(stabiliser) == metric.dim - 2 * metric.size + 2
    expected = [
        -0.5
        * (
            metric.inner(y, metric.bracket(x, s))
            + metric.inner(s, metric.bracket(x, y))
            + metric.inner(x, metric.bracket(s, y))
        )
        for s in stabiliser
    ]
    assert_close(metric.inner(found, stabiliser), expected, SOLVED)


def test_plane_matters_and_its_basis_does_not(rng: np.random.Generator) -> None:
    metric = METRICS["local"]
    psi = random_state(rng, 4)
    basis = tangent_basis(psi)
    v, w = random_plane(rng, basis) @ basis
    one = state_curvature(metric, psi, v, w)
    assert_close(state_curvature(metric, psi, 2 * v - w, v + 3 * w + (1 + 2j) * psi), one, SOLVED)
    assert abs(state_curvature(metric, psi, v, 1j * w) - one) > 0.01


def test_local_gates_are_isometries_of_weight_costs(rng: np.random.Generator) -> None:
    """They keep the weight of every string; a CNOT does not."""
    metric = METRICS["local"]
    psi = random_state(rng, 4)
    basis = tangent_basis(psi)
    vectors = np.array([psi, *(random_plane(rng, basis) @ basis)])
    one = state_curvature(metric, *vectors)
    turn = np.linalg.qr(rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2)))[0]
    local = np.kron(turn, (LETTERS["X"] + LETTERS["Z"]) / np.sqrt(2))
    assert_close(state_curvature(metric, *(vectors @ local.T)), one, SOLVED)
    cnot = np.eye(4)[[0, 1, 3, 2]]
    assert abs(state_curvature(metric, *(vectors @ cnot.T)) - one) > 0.01


def test_curvature_scales_inversely_to_the_cost(rng: np.random.Generator) -> None:
    psi = random_state(rng, 2)
    one, other = (
        state_curvature(PauliMetric(1, custom({"Z": 5 * c}, default=c)), psi, *tangent_basis(psi))
        for c in (1.0, 4.0)
    )
    assert_close(other, one / 4, SOLVED)


# ---- what is refused

ZERO, ONE = np.eye(2)


@pytest.mark.parametrize(
    ("state", "v", "w", "message"),
    [
        (2 * ZERO, ONE, 1j * ONE, "`state` must be a unit vector"),
        (ZERO, ONE, np.ones(3), r"`w` must have shape \(2,\)"),
        (ZERO, np.array([0, np.nan]), ONE, "`v` must be finite"),
        (ZERO, 1j * ZERO, ONE, "`v` must move the state"),
        (ZERO, 0 * ONE, ONE, "`v` must move the state"),
        (ZERO, ONE, ZERO - 3 * ONE, "`v, w` must span a plane"),
    ],
)
def test_bad_planes_are_refused(
    state: np.ndarray, v: np.ndarray, w: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=f"Argument {message}"):
        state_curvature(METRICS["squashed"], state, v, w)


def test_infinite_costs_are_refused() -> None:
    metric = PauliMetric(1, custom({"Z": np.inf}))
    with pytest.raises(ValueError, match="`metric` must have finite costs"):
        state_curvature(metric, ZERO, ONE, 1j * ONE)
