"""Shooting: against an independent integrator, at the tolerance asked, also for stiff costs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qgeom.geodesic.flow import shoot
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from tests.closeness import assert_close
from tests.oracles import geodesics as oracle

# No flag of subalgebras fits: every string has a cost of its own.
COSTS = 1.0 + np.arange(63) % 7
GENERAL = PauliMetric(
    3,
    custom(
        {
            label: float(c)
            for label, c in zip(PauliMetric(3, nielsen(1.0)).strings.labels, COSTS, strict=True)
        }
    ),
)


def velocities(metric: PauliMetric, rng: np.random.Generator, count: int) -> np.ndarray:
    x = rng.normal(size=(count, metric.dim)) / np.sqrt(metric.inertia)
    return 2.0 * x / metric.norm(x)[:, None]


def test_general_cost_against_hamiltonian_integration(rng: np.random.Generator) -> None:
    x = velocities(GENERAL, rng, 1)[0]
    curve = shoot(GENERAL, x, tolerance=1e-12)
    assert curve.scheme == "DOP853"
    assert_close(curve.endpoint, oracle.euler_arnold_endpoint(3, COSTS, x), 1e-10)


@pytest.mark.parametrize("tolerance", [1e-6, 1e-8, 1e-10])
def test_error_follows_the_tolerance(tolerance: float, rng: np.random.Generator) -> None:
    x = velocities(GENERAL, rng, 16)
    truth = shoot(GENERAL, x, tolerance=1e-13).endpoint
    error = np.abs(shoot(GENERAL, x, tolerance=tolerance).endpoint - truth).max()
    assert 1e-4 * tolerance < error < 20 * tolerance


@pytest.mark.parametrize("q", [1e2, 1e4])
def test_stiff_costs(q: float, rng: np.random.Generator) -> None:
    metric = PauliMetric(3, nielsen(q))
    x = velocities(metric, rng, 4)
    exact = shoot(metric, x, method="closed form")
    curve = shoot(metric, x, method="integrate", tolerance=1e-10)
    assert_close(curve.endpoint, exact.endpoint, 1e-7)
    assert float(curve.energy_drift.max()) < 1e-6


def test_endpoints_are_unitary_to_rounding_whatever_the_tolerance(rng: np.random.Generator) -> None:
    ends = shoot(GENERAL, velocities(GENERAL, rng, 8), tolerance=1e-6).endpoint
    product = ends @ np.conj(np.swapaxes(ends, -1, -2))
    assert_close(product, np.broadcast_to(np.eye(8) + 0j, product.shape), 1e-13)


def test_dense_output_equals_recorded_times(rng: np.random.Generator) -> None:
    x = velocities(GENERAL, rng, 2)
    times = np.linspace(0.0, 1.0, 9)
    recorded = shoot(GENERAL, x, times=times, tolerance=1e-12)
    later = shoot(GENERAL, x, tolerance=1e-12).at(times)
    assert_close(later.points, recorded.points, 1e-13)
    alone = shoot(GENERAL, x, 0.5, tolerance=1e-12)
    assert_close(recorded.points[:, 4], alone.endpoint, 1e-10)


def test_energy_drift_reports_a_curve_that_is_no_geodesic(rng: np.random.Generator) -> None:
    """Negative control: points of another geodesic do not conserve this one's energy."""
    x = velocities(GENERAL, rng, 2)
    curve = shoot(GENERAL, x)
    mixed = replace(curve, interpolant=shoot(GENERAL, x[::-1]).interpolant).at(np.array([0.5]))
    assert float(mixed.energy_drift.max()) > 1e-3


def test_zero_velocity_stays_at_the_identity() -> None:
    curve = shoot(GENERAL, np.zeros(63))
    assert_close(curve.endpoint, np.eye(8) + 0j)
    assert float(curve.length) == 0.0
    assert float(curve.energy_drift) == 0.0


def test_long_geodesics_keep_their_energy(rng: np.random.Generator) -> None:
    curve = shoot(GENERAL, velocities(GENERAL, rng, 2), 20.0, times=np.linspace(0, 20, 5))
    assert float(curve.energy_drift.max()) < 1e-8


def test_a_trial_step_that_overflows_is_no_warning() -> None:
    metric = MatrixMetric("gl", 2, band(0, 1e4))
    curve = shoot(metric, np.array([1.0, 0.5, -0.5, 1.0]), tolerance=1e-8)
    assert np.isfinite(curve.endpoint).all()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"velocity": np.zeros(62)}, r"`velocity` must have shape \(\.\.\., 63\)"),
        ({"velocity": np.full(63, np.nan)}, "`velocity` must be finite"),
        ({"duration": 0.0}, "`duration` must be positive, but is 0.0"),
        ({"tolerance": -1.0}, "`tolerance` must be positive"),
        ({"method": "magic"}, "`method` must be one of auto, closed form, integrate"),
        ({"times": [0.5, 0.2]}, "`times` must increase"),
        ({"times": [0.0, 2.0]}, "`times` must increase within"),
    ],
)
def test_bad_input_is_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shoot(GENERAL, **{"velocity": np.zeros(63), **arguments})
