"""Volume bound of the diameter: golden values, closed forms, and adaptive quadrature."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from qgeom.readings.volume import log_ball, log_volume, volume_bound
from tests.closeness import ROUNDING, assert_close
from tests.oracles import diameters

# QUANTUM_GEOMETRY.md 3.4 prints three digits after the point.
THREE_DIGITS = 6e-4
QUADRATURE = 1e-9


@pytest.mark.parametrize(
    ("n_qubits", "q", "bound"),
    [(1, 1.0, np.pi), (3, 1.0, 1.710), (3, 64.0, 0.717), (6, 4096.0, 0.738)],
)
def test_golden_values(n_qubits: int, q: float, bound: float) -> None:
    metric = PauliMetric(n_qubits, nielsen(q))
    assert abs(volume_bound(metric, phase=True) - bound) <= THREE_DIGITS


def test_three_sphere_and_its_half_are_tight() -> None:
    sphere = PauliMetric(1, nielsen(1.0))
    assert_close(volume_bound(sphere, phase=True), np.pi, QUADRATURE)
    assert_close(volume_bound(sphere), np.pi / 2, QUADRATURE)


@pytest.mark.parametrize("scale", [0.25, 9.0])
def test_bound_scales_like_a_length(scale: float) -> None:
    plain = PauliMetric(3, nielsen(5.0))
    scaled = PauliMetric(3, custom({1: scale, 2: scale, 3: 5.0 * scale}))
    assert_close(volume_bound(scaled), np.sqrt(scale) * volume_bound(plain), QUADRATURE)


@pytest.mark.parametrize("curvature", [1.0, 0.25, 0.0, -0.5, -30.0])
@pytest.mark.parametrize("dim", [3, 15, 63])
@pytest.mark.parametrize("radius", [0.2, 1.5, 3.0])
def test_ball_beside_quadrature(radius: float, dim: int, curvature: float) -> None:
    exact = diameters.log_ball_volume(radius, dim, curvature)
    assert_close(log_ball(radius, dim, curvature), exact, QUADRATURE)


def test_three_dimensional_balls() -> None:
    """``pi (2 r - sin 2 r)`` on the sphere, ``pi (sinh 2 r - 2 r)`` in hyperbolic space."""
    for radius in (0.1, 1.0, 2.5):
        round_ball = np.pi * (2 * radius - np.sin(2 * radius))
        assert_close(np.exp(log_ball(radius, 3, 1.0)), round_ball, QUADRATURE)
        hyperbolic = np.pi * (np.sinh(2 * radius) - 2 * radius)
        assert_close(np.exp(log_ball(radius, 3, -1.0)), hyperbolic, QUADRATURE)


@pytest.mark.parametrize("q", [0.3, 4.0])
def test_volume_of_the_berger_sphere(q: float) -> None:
    metric = PauliMetric(1, custom({"Z": q}))
    assert_close(np.exp(log_volume(metric, phase=True)), 2 * np.pi**2 * np.sqrt(q), ROUNDING)
    assert_close(np.exp(log_volume(metric)), np.pi**2 * np.sqrt(q), ROUNDING)
