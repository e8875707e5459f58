"""Infinite costs in the metric layer: forbidden directions, and what is refused there."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import FAR, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.metric.schedules import draconian
from qgeom.readings.curvature import (
    levi_civita,
    ricci_curvature,
    ricci_tensor,
    riemann,
    scalar_curvature,
    sectional_curvature,
    sectional_numerator,
)
from qgeom.readings.diameter import diameter
from qgeom.readings.distance import distance
from qgeom.readings.ricci import pauli_ricci, pauli_sectional
from qgeom.readings.sampling import sample_curvature
from qgeom.readings.volume import log_volume, volume_bound
from qgeom.readings.weights import ricci_by_weight
from tests.closeness import assert_close

HEISENBERG = PauliMetric(1, custom({"Z": np.inf}))
ROTATIONS = MatrixMetric("so", 4, custom({2: np.inf, 3: np.inf}))
PRODUCT = ProductMetric(HEISENBERG, PauliMetric(1, nielsen(1.0)))
X, Z = np.array([1.0, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])


def test_draconian_is_the_limit_of_nielsen() -> None:
    for locality in (1, 2):
        cliff = PauliMetric(3, nielsen(7.0, locality)).inertia
        limit = PauliMetric(3, draconian(locality)).inertia
        assert_close(np.where(np.isinf(limit), 7.0, limit), cliff)


def test_a_locality_that_forbids_nothing_is_unpenalised() -> None:
    assert PauliMetric(2, draconian(2)).riemannian
    assert_close(PauliMetric(2, draconian(3)).inertia, np.ones(15))


@pytest.mark.parametrize(("locality", "message"), [(0, "be at least 1"), (1.5, "be an integer")])
def test_a_wrong_locality_is_refused(locality: float, message: str) -> None:
    with pytest.raises(ValueError, match=f"`locality` must {message}"):
        draconian(locality)  # type: ignore[arg-type]


def test_only_finite_costs_are_riemannian() -> None:
    assert not any(metric.riemannian for metric in (HEISENBERG, ROTATIONS, PRODUCT))
    assert PauliMetric(1, nielsen(1e300)).riemannian


def test_forbidden_components_are_infinitely_long_and_absent_ones_cost_nothing() -> None:
    vectors = np.stack([X, Z, X - Z])
    assert HEISENBERG.norm(vectors).tolist() == [1.0, np.inf, np.inf]
    inner = HEISENBERG.inner(vectors[:, None], vectors)
    # X and Z share no direction.  A product of shared ones is infinite, whatever its sign.
    assert inner.tolist() == [[1.0, 0.0, 1.0], [0.0, np.inf, np.inf], [1.0, np.inf, np.inf]]


def test_momenta_of_forbidden_directions_are_open() -> None:
    assert HEISENBERG.lower(np.stack([2 * X, -Z])).tolist() == [[2.0, 0, 0], [0, 0, -np.inf]]
    assert HEISENBERG.raise_(np.array([2.0, 3.0, 4.0])).tolist() == [2.0, 3.0, 0.0]


def test_factors_and_matrices_agree_with_their_limit(rng: np.random.Generator) -> None:
    for metric in (ROTATIONS, PRODUCT):
        free = np.isfinite(metric.inertia)
        x = rng.normal(size=(3, metric.dim)) * free
        large = np.where(free, metric.inertia, 1e9)
        assert_close(metric.norm(x) ** 2, np.sum(large * x**2, axis=-1))
        assert_close(metric.raise_(metric.lower(x)), x)


def test_relaxed_costs_are_finite_below_exponent_one() -> None:
    ladder = [HEISENBERG.relaxed(e) for e in (0.0, 0.5, 1.0, 1.5)]
    assert [metric.riemannian for metric in ladder] == [True, True, False, False]
    assert [metric.inertia[2] for metric in ladder] == [1.0, FAR**0.5, np.inf, np.inf]
    assert_close(ladder[0].inertia, HEISENBERG.isotropic)


READINGS: dict[str, Callable[[PauliMetric], object]] = {
    "sectional": lambda metric: sectional_curvature(metric, X, Z),
    "numerator": lambda metric: sectional_numerator(metric, X, Z),
    "connection": lambda metric: levi_civita(metric, X, Z),
    "riemann": lambda metric: riemann(metric, X, Z, Z),
    "ricci of strings": ricci_curvature,
    "ricci of a vector": lambda metric: ricci_curvature(metric, X),
    "ricci tensor": ricci_tensor,
    "scalar": scalar_curvature,
    "pauli ricci": pauli_ricci,
    "pauli pairs": lambda metric: pauli_sectional(metric, 0, 1),
    "planes": lambda metric: sample_curvature(metric, rng=np.random.default_rng(0)),
    "volume": log_volume,
    "volume bound": volume_bound,
    "diameter": lambda metric: diameter(metric, rng=np.random.default_rng(0), count=0),
    "distance": lambda metric: distance(metric, target("z"), rng=np.random.default_rng(0)),
}


@pytest.mark.parametrize("name", READINGS)
def test_readings_of_riemannian_metrics_refuse_infinite_costs(name: str) -> None:
    message = "^Argument `metric` must have finite costs, but has infinite ones.$"
    READINGS[name](PauliMetric(1, nielsen(1.0)))
    with pytest.raises(ValueError, match=message):
        READINGS[name](HEISENBERG)


def test_ricci_by_weight_refuses_infinite_costs() -> None:
    with pytest.raises(ValueError, match="`penalty` must have finite costs, but has infinite ones"):
        ricci_by_weight(3, draconian())


def test_a_curvature_of_a_product_refuses_a_forbidden_factor(rng: np.random.Generator) -> None:
    metric: RightInvariantMetric = PRODUCT
    with pytest.raises(ValueError, match="`metric` must have finite costs"):
        sectional_curvature(metric, *rng.normal(size=(2, 6)))
