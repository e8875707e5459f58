"""Volume bound of the diameter: golden values, closed forms, and adaptive quadrature."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.special

from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, custom, nielsen
from qgeom.metric.schedules import binomial, draconian, exponential
from qgeom.readings import volume
from qgeom.readings.volume import log_ball, log_volume, volume_bound, volume_bound_by_weight
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


# ---- many qubits


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 6])
@pytest.mark.parametrize(
    "penalty",
    [nielsen(1), nielsen(64), nielsen(0.2), exponential(3), binomial()],
    ids=lambda p: p.name,
)
@pytest.mark.parametrize("phase", [False, True])
def test_bound_by_weight_is_the_bound(n_qubits: int, penalty: Penalty, phase: bool) -> None:
    expected = volume_bound(PauliMetric(n_qubits, penalty), phase=phase)
    assert_close(volume_bound_by_weight(n_qubits, penalty, phase=phase), expected, QUADRATURE)


@pytest.mark.parametrize("n_qubits", [15, 40, 500])
def test_bound_of_many_qubits_without_costs(n_qubits: int) -> None:
    """The volume to the power of 1/D is that of the sphere of curvature 1/2, times e^(1/4)/sqrt(2)."""
    limit = math.sqrt(2) * math.asin(math.exp(0.25) / math.sqrt(2))
    assert_close(volume_bound_by_weight(n_qubits, nielsen(1)), limit, 1e-7)


@pytest.mark.parametrize("n_qubits", [30, 500])
def test_bound_of_many_qubits_with_costs(n_qubits: int) -> None:
    """With nearly all strings at cost 100 and Ricci of about 4^n / 200: ten times as far."""
    limit = 10 * math.sqrt(2) * math.asin(math.exp(0.25) / math.sqrt(2))
    found = volume_bound_by_weight(n_qubits, nielsen(100, locality=0))
    assert_close(found, limit, 1e-7)
    assert volume_bound_by_weight(n_qubits, nielsen(4**n_qubits)) > 0.9


@pytest.mark.parametrize(("dim", "short"), [(1e5, 1e-2), (1e9, 1e-4)])
def test_balls_of_high_dimension_beside_the_beta_function(dim: float, short: float) -> None:
    """A cap of radius r has the share I(sin^2 r; dim / 2, 1 / 2) / 2 of its sphere."""
    whole = log_ball(math.pi, dim, 1.0)
    assert_close(log_ball(math.pi / 2, dim, 1.0) - whole, math.log(0.5), 1e-15 * abs(whole) + 1e-9)
    share = scipy.special.betainc(dim / 2, 0.5, math.sin(math.pi / 2 - short) ** 2) / 2
    found = log_ball(math.pi / 2 - short, dim, 1.0) - whole
    assert_close(found, math.log(share), 1e-15 * abs(whole) + 1e-6)


def test_balls_of_high_dimension_and_negative_curvature_are_finite() -> None:
    """``sinh^(D-1)`` integrates to ``sinh^(D-1) / ((D-1) coth)`` but for a share of 1 / D."""
    dim, radius = 1e12, 1e4
    sphere = math.log(2) + dim / 2 * math.log(math.pi) - math.lgamma(dim / 2)
    expected = sphere + (dim - 1) * (radius - math.log(2)) - math.log(dim)
    assert log_ball(radius, dim, -1.0) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("bits", [12, 13, 17])
def test_products_of_factorials(bits: int) -> None:
    expected = math.fsum(scipy.special.gammaln(np.arange(1, 2**bits) + 1.0))
    assert volume._log_factorials(2.0**bits) == pytest.approx(expected, rel=1e-14)


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="`n_qubits` must be between 1 and 500, but is 501"):
        volume_bound_by_weight(501, nielsen(1))
    with pytest.raises(ValueError, match="`penalty` must have finite costs"):
        volume_bound_by_weight(3, draconian())
