"""The laws of geodesics, each a function that asserts one of them for any metric."""

from __future__ import annotations

import numpy as np
import scipy.integrate

from qgeom.geodesic.endpoint import dense_map
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from tests.closeness import assert_close, assert_order
from tests.laws.cases import small_vectors

Rng = np.random.Generator
TOLERANCE = 1e-11  # asked of the integrator
FLOW = 1e-8  # what a few dozen steps at that tolerance may add up to
TIMES = np.linspace(0.0, 1.0, 5)


def start(metric: RightInvariantMetric, rng: Rng, *lead: int) -> np.ndarray:
    """Velocities long enough to bend: matrices of Frobenius norm 3/2."""
    return 3.0 * small_vectors(metric, rng, *lead)


def euler_arnold(metric: RightInvariantMetric, velocity: np.ndarray) -> np.ndarray:
    """Velocities at TIMES by integrating ``dm/dt = -ad*_u m`` alone: never sees the group."""

    def rate(_t: float, m: np.ndarray) -> np.ndarray:
        return -metric.coadjoint(metric.raise_(m), m)

    solution = scipy.integrate.solve_ivp(
        rate, (0.0, 1.0), metric.lower(velocity), "DOP853", TIMES, rtol=1e-12, atol=1e-12
    )
    return metric.raise_(solution.y.T)


def check_velocity_obeys_euler_arnold(metric: RightInvariantMetric, rng: Rng) -> None:
    velocity = start(metric, rng)
    curve = shoot(metric, velocity, times=TIMES, tolerance=TOLERANCE)
    assert_close(curve.velocities, euler_arnold(metric, velocity), FLOW)


def check_curve_has_its_velocity(metric: RightInvariantMetric, rng: Rng) -> None:
    """``(dg/dt) g^-1 = hat(u)`` by central differences, with the order of convergence."""
    velocity = start(metric, rng)
    errors = []
    for h in (0.02, 0.01, 0.005):
        curve = shoot(metric, velocity, times=np.array([0.5 - h, 0.5, 0.5 + h]), tolerance=1e-13)
        before, middle, after = curve.points
        slope = (after - before) / (2 * h) @ metric.inverse(middle)
        errors.append(np.abs(slope - metric.hat(curve.velocities[1])).max())
    assert_order(errors, 2.0)


def check_energy_is_conserved(metric: RightInvariantMetric, rng: Rng) -> None:
    velocity = start(metric, rng, 2)
    curve = shoot(metric, velocity, times=TIMES, tolerance=TOLERANCE)
    energy = metric.inner(curve.velocities, curve.velocities)
    assert_close(energy, np.repeat(energy[:, :1], len(TIMES), axis=1), FLOW)
    assert curve.energy_drift.shape == (2,)
    assert float(curve.energy_drift.max()) <= FLOW
    assert_close(curve.length, metric.norm(velocity))


def check_duration_scales_velocity(metric: RightInvariantMetric, rng: Rng) -> None:
    velocity = start(metric, rng)
    short = shoot(metric, 2.0 * velocity, 0.5, tolerance=TOLERANCE)
    long = shoot(metric, velocity, 1.0, tolerance=TOLERANCE)
    assert_close(short.endpoint, long.endpoint, FLOW)
    assert_close(short.length, long.length)


def check_geodesic_continues_itself(metric: RightInvariantMetric, rng: Rng) -> None:
    """From g(s) with velocity u(s) the same curve goes on: right-invariance."""
    velocity = start(metric, rng)
    whole = shoot(metric, velocity, times=np.array([0.0, 0.4, 1.0]), tolerance=TOLERANCE)
    rest = shoot(metric, whole.velocities[1], 0.6, tolerance=TOLERANCE)
    assert_close(metric.compose(rest.endpoint, whole.points[1]), whole.endpoint, FLOW)


def check_geodesic_runs_backwards(metric: RightInvariantMetric, rng: Rng) -> None:
    """``d(g) = d(g^-1)``: shooting back from the end with -u(1) reaches the inverse."""
    velocity = start(metric, rng)
    there = shoot(metric, velocity, tolerance=TOLERANCE)
    back = shoot(metric, -there.velocities[-1], tolerance=TOLERANCE)
    assert_close(back.endpoint, metric.inverse(there.endpoint), FLOW)
    assert_close(back.length, there.length, FLOW)


def check_batches_are_independent(metric: RightInvariantMetric, rng: Rng) -> None:
    velocity = start(metric, rng, 2, 2)
    together = shoot(metric, velocity, tolerance=TOLERANCE)
    assert together.points.shape == (2, 2, 2, metric.size, metric.size)
    alone = shoot(metric, velocity[1, 0], tolerance=TOLERANCE)
    assert_close(together.endpoint[1, 0], alone.endpoint, FLOW)


def check_group_is_kept(metric: RightInvariantMetric, rng: Rng) -> None:
    curve = shoot(metric, start(metric, rng, 2), times=TIMES, tolerance=TOLERANCE)
    assert_close(metric.check_element("g", curve.points), curve.points)
    if metric.compact:
        product = curve.points @ metric.inverse(curve.points)
        assert_close(product, np.broadcast_to(metric.identity, product.shape), 1e-13)


def check_endpoint_derivative(metric: RightInvariantMetric, rng: Rng) -> None:
    """Left-trivialised derivative of the endpoint map against central differences, order 2."""
    endpoint = dense_map(metric, 1e-13)
    momentum = metric.lower(start(metric, rng))[None]
    direction = metric.lower(start(metric, rng))
    end, derivative = endpoint(momentum)
    errors = []
    for h in (0.02, 0.01, 0.005):
        ahead, behind = (endpoint(momentum + sign * h * direction)[0] for sign in (1.0, -1.0))
        slope = metric.vee(metric.inverse(end) @ (ahead - behind) / (2 * h))
        errors.append(np.abs(slope - derivative @ direction).max())
    assert_order(errors, 2.0)
