"""Full inertia matrices: rotated diagonal metrics, an orthonormal frame of its own, bad matrices."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.connect import connect
from qgeom.geodesic.flow import shoot
from qgeom.metric.dense import DenseMetric
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.readings.bounds import straight_line
from qgeom.readings.curvature import ricci_tensor, scalar_curvature, sectional_curvature
from qgeom.readings.distance import distance
from qgeom.readings.jacobi import conjugate_times
from tests.closeness import assert_close
from tests.laws.cases import CASES, SO4, full_inertia, small_vectors
from tests.oracles import curvature as oracle
from tests.oracles.distances import berger

FOUND = 1e-8  # lengths of geodesics whose end point is right to 1e-9
DEVIATION = 1e-5  # finite differences of geodesics

BERGER = PauliMetric(1, custom({"Z": 5.0}))
LOCAL = PauliMetric(2, nielsen(6.0, locality=1))
# No symmetry at all: a cost of its own for every string.
GENERAL = PauliMetric(
    2, custom(lambda label: 1.0 + "IXYZ".index(label[0]) + 7.0 * (label[1] == "Z"))
)
FULL = CASES["su4-dense"]
assert isinstance(FULL, DenseMetric)


def automorphism(metric: PauliMetric, g: np.ndarray) -> np.ndarray:
    """Orthogonal matrix of ``Ad_g``."""
    return metric.adjoint(g, np.eye(metric.dim)).T


def conjugated(metric: PauliMetric, g: np.ndarray) -> DenseMetric:
    """The metric for which ``U -> g U g^-1`` is an isometry from `metric`."""
    turn = automorphism(metric, g)
    return DenseMetric(metric, turn @ np.diag(metric.inertia) @ turn.T)


def some_gate(metric: PauliMetric, rng: np.random.Generator) -> np.ndarray:
    return metric.exp(rng.normal(size=metric.dim))


# ---- the same metric, written as a matrix


@pytest.mark.parametrize("metric", [BERGER, GENERAL, SO4, CASES["gl3-band"], CASES["aff2-band"]])
def test_a_diagonal_matrix_is_the_diagonal_metric(
    metric: RightInvariantMetric, rng: np.random.Generator
) -> None:
    dense = DenseMetric(metric, np.diag(metric.inertia))
    x, y = small_vectors(metric, rng, 2)
    there, onward = dense.to_axes(x), dense.to_axes(y)
    assert_close(dense.inner(there, onward), metric.inner(x, y))
    assert_close(dense.from_axes(dense.bracket(there, onward)), metric.bracket(x, y))
    assert_close(
        sectional_curvature(dense, there, onward), sectional_curvature(metric, x, y), 1e-10
    )
    assert_close(scalar_curvature(dense), scalar_curvature(metric), 1e-10)
    assert_close(shoot(dense, 3 * there).endpoint, shoot(metric, 3 * x).endpoint, FOUND)


def test_closed_forms_survive_the_rotation(rng: np.random.Generator) -> None:
    assert closed_form(FULL) is None
    for metric in (BERGER, LOCAL):
        dense = conjugated(metric, some_gate(metric, rng))
        x = rng.normal(size=dense.dim)
        exact, integrated = (shoot(dense, x, method=name) for name in ("closed form", "integrate"))
        assert_close(exact.endpoint, integrated.endpoint, FOUND)


def test_conjugate_times_do_not_depend_on_the_coordinates() -> None:
    dense = DenseMetric(BERGER, np.diag(BERGER.inertia))
    x = np.array([0.4, 0.1, 1.0])
    times = conjugate_times(shoot(BERGER, x, 5.0)).times
    assert len(times) > 0
    assert_close(conjugate_times(shoot(dense, dense.to_axes(x), 5.0)).times, times, FOUND)


# ---- rotations by inner automorphisms are isometries


def test_an_inner_automorphism_keeps_the_curvature(rng: np.random.Generator) -> None:
    g = some_gate(GENERAL, rng)
    dense = conjugated(GENERAL, g)
    assert_close(scalar_curvature(dense), scalar_curvature(GENERAL), 1e-10)
    x, y = small_vectors(GENERAL, rng, 2)
    there, onward = (dense.to_axes(GENERAL.adjoint(g, v)) for v in (x, y))
    expected = sectional_curvature(GENERAL, x, y)
    assert_close(sectional_curvature(dense, there, onward), expected, 1e-10)


def test_an_inner_automorphism_moves_geodesics(rng: np.random.Generator) -> None:
    g, x = some_gate(GENERAL, rng), rng.normal(size=15)
    dense = conjugated(GENERAL, g)
    moved = shoot(dense, dense.to_axes(GENERAL.adjoint(g, x)))
    assert_close(moved.endpoint, g @ shoot(GENERAL, x).endpoint @ g.conj().T, FOUND)


def test_an_inner_automorphism_keeps_distances(rng: np.random.Generator) -> None:
    for theta in (0.3, 1.2):
        g = some_gate(BERGER, rng)
        goal = g @ np.diag(np.exp([-1j * theta, 1j * theta])) @ g.conj().T
        found = distance(conjugated(BERGER, g), goal, rng=rng)
        assert found.lower <= found.upper
        assert_close(found.upper, berger(theta, 5.0), FOUND)
    g = some_gate(LOCAL, rng)
    cnot = g @ target("cnot").matrix @ g.conj().T
    shortest = connect(conjugated(LOCAL, g), cnot, rng=rng, starts=4)[0]
    assert_close(shortest.length, np.pi / 4 * np.sqrt(8.0), FOUND)  # (pi / 4) sqrt(2 + q)


def test_an_outer_rotation_is_no_isometry(rng: np.random.Generator) -> None:
    """Negative control: same principal inertias, but axes turned by no automorphism."""
    turn, _ = np.linalg.qr(rng.normal(size=(15, 15)))
    dense = DenseMetric(GENERAL, turn @ np.diag(GENERAL.inertia) @ turn.T)
    assert_close(dense.inertia, np.sort(GENERAL.inertia))
    with pytest.raises(AssertionError):
        assert_close(scalar_curvature(dense), scalar_curvature(GENERAL), 1e-3)


# ---- a full matrix, by routes that never diagonalise it


@pytest.mark.parametrize("name", ["su4-dense", "su2-times-gl2-dense"])
def test_the_form_is_that_of_the_matrix(name: str, rng: np.random.Generator) -> None:
    dense = CASES[name]
    assert isinstance(dense, DenseMetric)
    x, y = rng.normal(size=(2, 3, dense.dim))
    there, onward = dense.to_axes(x), dense.to_axes(y)
    assert_close(dense.inner(there, onward), np.einsum("ka,ab,kb->k", x, dense.matrix, y))
    assert_close(dense.from_axes(there), x)
    assert_close(dense.hat(there), dense.base.hat(x))
    flat, form = dense.relaxed(0.0), dense.base.relaxed(0.0)
    assert_close(flat.inner(there, onward), form.inner(x, y))


def test_curvature_in_the_frame_of_the_cholesky_factor(rng: np.random.Generator) -> None:
    """``I = C C^T``: the columns of ``C^-T`` are orthonormal; Milnor's connection there."""
    factor = np.linalg.cholesky(FULL.matrix)
    frame = np.linalg.inv(factor)  # rows: ``C^-T`` transposed
    constants = oracle.structure_constants(oracle.pauli_basis(2))
    turned = np.einsum("ia,jb,abc,ck->ijk", frame, frame, constants, factor, optimize=True)
    for x, y in rng.normal(size=(4, 2, 15)):
        expected = oracle.sectional(turned, np.ones(15), x @ factor, y @ factor)
        found = sectional_curvature(FULL, FULL.to_axes(x), FULL.to_axes(y))
        assert_close(found, expected, 1e-10)
    scalar = float(np.trace(oracle.ricci(turned, np.ones(15))))
    assert_close(scalar_curvature(FULL), scalar, 1e-10)
    assert_close(float(np.sum(np.diag(ricci_tensor(FULL)) / FULL.inertia)), scalar, 1e-10)


def test_curvature_by_geodesic_deviation(rng: np.random.Generator) -> None:
    inertia = full_inertia(3)
    dense = DenseMetric(BERGER, inertia)
    values, vectors = np.linalg.eigh(inertia)
    basis = np.einsum("ab,aij->bij", vectors, oracle.pauli_basis(1))
    x, y = np.linalg.qr(rng.normal(size=(3, 2)))[0].T / np.sqrt(values)
    expected = oracle.geodesic_deviation(basis, values, x, y)
    u, v = (dense.to_axes(vectors @ one) for one in (x, y))
    assert_close(float(sectional_curvature(dense, u, v)), expected, DEVIATION)


# ---- coordinates, costs, logarithms


def test_relaxing_keeps_the_axes() -> None:
    half = FULL.relaxed(0.5).relaxed(3.0)
    assert_close(half.axes, FULL.axes)
    assert_close(half.inertia, FULL.inertia**1.5)
    assert_close(FULL.relaxed(0.0).inertia, np.ones(15))


def test_costs_of_the_base_do_not_matter(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(2, 15))
    other = DenseMetric(GENERAL, FULL.matrix)
    assert_close(other.inertia, FULL.inertia)
    assert_close(sectional_curvature(other, x, y), sectional_curvature(FULL, x, y))


def test_branches_are_those_of_the_base_along_the_axes() -> None:
    goal = target("swap").matrix
    expected = log_branches(PauliMetric(2, nielsen(1.0)), goal, 5)
    assert_close(FULL.from_axes(log_branches(FULL, goal, 5)), expected)
    shortest = np.sqrt(np.einsum("ka,ab,kb->k", expected, FULL.matrix, expected).min())
    assert_close(straight_line(FULL, goal, 5), float(shortest))


def test_branches_of_a_coupled_product_are_the_shortest_without_costs() -> None:
    factors = ProductMetric(BERGER, PauliMetric(1, nielsen(9.0, locality=0)))
    dense = DenseMetric(factors, full_inertia(6))
    logs = log_branches(dense, dense.exp(dense.to_axes(np.array([0.1, 0, 0, 0, 0.7, 0]))), 6)
    assert (np.diff(dense.relaxed(0.0).norm(logs)) >= 0).all()


@pytest.mark.parametrize(
    ("base", "matrix", "message"),
    [
        (4.0, np.eye(3), "`base` must be a metric such as PauliMetric"),
        (PauliMetric(5, nielsen(2.0)), np.eye(3), "`base` must have a dimension of at most 255"),
        (BERGER, np.eye(4), "`matrix` must be a real 3 x 3 matrix, but has shape"),
        (BERGER, np.eye(3) + 0j, "`matrix` must be a real 3 x 3 matrix"),
        (BERGER, np.ones(3), "`matrix` must be a square matrix"),
        (BERGER, np.diag([1.0, np.inf, 1.0]), "`matrix` must be finite"),
        (BERGER, np.eye(3) + np.eye(3, k=1), "`matrix` must be symmetric, but differs"),
        (BERGER, np.diag([1.0, -1.0, 1.0]), "`matrix` must be positive definite, but has a pri"),
        (BERGER, np.ones((3, 3)), "`matrix` must be positive definite"),
    ],
)
def test_bad_input_is_refused(base: object, matrix: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        DenseMetric(base, matrix)  # type: ignore[arg-type]
