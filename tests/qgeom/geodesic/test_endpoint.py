"""The derivative of the endpoint map as an operator, and the Newton steps of large groups."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from qgeom.geodesic import endpoint as endpoint_module
from qgeom.geodesic import endpoint_krylov
from qgeom.geodesic.endpoint import dense_map, endpoint_map
from qgeom.geodesic.endpoint_krylov import krylov_derivative
from qgeom.geodesic.refine import RESIDUAL, refine
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from tests.closeness import ROUNDING, assert_close, assert_order
from tests.laws.cases import CASES, small_vectors

STEERING = 5e-3  # what the sweeps promise
FLOW = 1e-9
UNSOLVABLE = PauliMetric(2, custom({"XX": 4.0, "IZ": 3.0}))


def momenta(metric: RightInvariantMetric, rng: np.random.Generator, count: int) -> np.ndarray:
    velocity = small_vectors(metric, rng, count)
    return metric.lower(1.5 * velocity / metric.norm(velocity)[:, None])


@pytest.mark.parametrize("name", sorted(CASES))
def test_operator_is_the_matrix(name: str, rng: np.random.Generator) -> None:
    metric = CASES[name]
    start, direction = momenta(metric, rng, 2), momenta(metric, rng, 2)
    _, matrix = dense_map(metric, 1e-11)(start)
    image = krylov_derivative(metric, start, 1e-11).apply(direction)
    expected = (matrix @ direction[..., None])[..., 0]
    assert_close(image / np.abs(expected).max(), expected / np.abs(expected).max(), STEERING)


@pytest.mark.parametrize("metric", [UNSOLVABLE, MatrixMetric("gl", 2, band(0, 4.0))])
def test_sweeps_are_of_order_four(
    metric: RightInvariantMetric, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, direction = momenta(metric, rng, 1), momenta(metric, rng, 1)
    _, matrix = dense_map(metric, 1e-13)(start)
    exact = (matrix @ direction[..., None])[..., 0]
    monkeypatch.setattr(endpoint_krylov, "MIN_STEPS", 1)
    errors = []
    for steps in (8, 16, 32):
        monkeypatch.setattr(endpoint_krylov, "_fastest", lambda *_, s=steps: s)
        monkeypatch.setattr(endpoint_krylov, "TURN", 1.0)
        image = krylov_derivative(metric, start, 1e-13).apply(direction)
        errors.append(np.linalg.norm(image - exact))
    assert_order(errors, 4.0, slack=0.5)


def test_one_curve_takes_many_directions(rng: np.random.Generator) -> None:
    start = momenta(UNSOLVABLE, rng, 1)
    operator = krylov_derivative(UNSOLVABLE, start, 1e-10)
    one = np.eye(15)
    together = operator.apply(one)
    assert_close(together[3], operator.apply(one[3:4])[0], ROUNDING)


@pytest.mark.parametrize("metric", [UNSOLVABLE, PauliMetric(2, nielsen(4.0, locality=1))])
def test_krylov_steps_converge_to_the_same_geodesic(
    metric: PauliMetric, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = momenta(metric, rng, 1)
    goal = endpoint_map(metric, 1e-12).ends(start)[0]
    guess = start + 0.05 * momenta(metric, rng, 1)
    dense = refine(metric, endpoint_map(metric, 1e-12), goal, guess)
    monkeypatch.setattr(endpoint_module, "MAX_DENSE", 1)
    krylov = refine(metric, endpoint_map(metric, 1e-12), goal, guess)
    assert dense.residual[0] <= RESIDUAL
    assert krylov.residual[0] <= RESIDUAL
    assert_close(krylov.momentum, dense.momentum, FLOW)


def test_four_qubits_return_to_a_geodesic_by_krylov_steps(rng: np.random.Generator) -> None:
    metric = PauliMetric(4, nielsen(16.0))
    start = momenta(metric, rng, 1)
    endpoint = endpoint_map(metric, 1e-11)
    goal = endpoint.ends(start)[0]
    found = refine(metric, endpoint, goal, start + 0.05 * momenta(metric, rng, 1))
    assert found.residual[0] <= RESIDUAL
    assert_close(metric.norm(metric.raise_(found.momentum)), np.array([1.5]), 1e-6)


def test_no_array_of_dim_squared(rng: np.random.Generator) -> None:
    """On six qubits M would take 134 MB; a step takes a fraction of it."""
    metric = PauliMetric(6, nielsen(4.0))
    start = momenta(metric, rng, 1)
    operator = krylov_derivative(metric, start, 1e-6)
    tracemalloc.start()
    operator.apply(start)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 0.5 * 8 * metric.dim**2


def test_matrices_stop_at_four_qubits() -> None:
    with pytest.raises(ValueError, match="at most 255"):
        dense_map(PauliMetric(5, nielsen(2.0)))
