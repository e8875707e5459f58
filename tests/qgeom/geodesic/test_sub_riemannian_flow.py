"""Shooting with infinite costs: closed forms, an integrator that knows none, and loops on SU(2)."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg

from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.flow import shoot, shoot_momentum
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.metric.schedules import draconian
from tests.closeness import assert_close
from tests.oracles import geodesics as oracle

PROMISED = 1e-9  # closed form against integrator
HEISENBERG = PauliMetric(1, custom({"Z": np.inf}))
CLIFF = PauliMetric(3, draconian())
TIMES = np.linspace(0.0, 1.0, 4)

METRICS: dict[str, RightInvariantMetric] = {
    "su2": HEISENBERG,
    "su8": CLIFF,
    "su16": PauliMetric(4, draconian()),
    "so4": MatrixMetric("so", 4, custom({2: np.inf, 3: np.inf})),
    "gl3": MatrixMetric("gl", 3, custom({2: np.inf})),
    "product": ProductMetric(HEISENBERG, MatrixMetric("so", 3, band(1, 4.0))),
}


def three_qubit_limit(momentum: np.ndarray, t: float) -> np.ndarray:
    """``e^{-iSt} e^{i(Lam+S)t} e^{-i(S+T+Lam)t}``: q to infinity with q Q = Lam (QG.md 2.14)."""
    _, paulis = oracle.dense_paulis(3)
    terms = momentum[:, None, None] * paulis
    s, two, lam = (terms[oracle.weights(3) == w].sum(0) for w in (1, 2, 3))
    first, second = scipy.linalg.expm(-1j * t * s), scipy.linalg.expm(1j * t * (lam + s))
    return first @ second @ scipy.linalg.expm(-1j * t * (s + two + lam))


@pytest.mark.parametrize("name", METRICS)
def test_forbidden_directions_stay_at_rest(name: str, rng: np.random.Generator) -> None:
    """Horizontal, at constant speed, on the group: by the integrator, with momenta everywhere."""
    metric = METRICS[name]
    momentum = rng.normal(size=(2, metric.dim))
    curve = shoot_momentum(metric, momentum, TIMES, 1e-11, None)
    assert curve.scheme == "DOP853"
    forbidden = np.isinf(metric.inertia)
    assert not curve.velocities[..., forbidden].any()
    assert float(curve.energy_drift.max()) < PROMISED
    allowed = (momentum**2 / metric.inertia).sum(axis=-1)
    assert_close(curve.length, np.sqrt(allowed))
    metric.check_element("g", curve.points)


def test_three_qubits_in_closed_form(rng: np.random.Generator) -> None:
    momentum = rng.normal(size=63)
    exact = shoot(CLIFF, momentum=momentum, times=TIMES, method="closed form")
    expected = np.stack([three_qubit_limit(momentum, t) for t in TIMES])
    assert_close(exact.points, expected, 1e-11)
    integrated = shoot_momentum(CLIFF, momentum, TIMES, 1e-12, None)
    assert integrated.scheme == "DOP853"
    assert_close(integrated.points, expected, PROMISED)


@pytest.mark.parametrize("name", ["su2", "su8", "product"])
def test_closed_forms_agree_with_the_integrator(name: str, rng: np.random.Generator) -> None:
    metric = METRICS[name]
    momentum = rng.normal(size=(3, metric.dim))
    form = closed_form(metric)
    assert form is not None
    exact, integrated = (shoot_momentum(metric, momentum, TIMES, 1e-12, f) for f in (form, None))
    assert_close(exact.points, integrated.points, PROMISED)


def test_no_closed_form_is_claimed_where_there_is_none() -> None:
    """On GL the costs are not all equal: the Frobenius formula would be wrong."""
    assert all(closed_form(METRICS[name]) is None for name in ("su16", "so4", "gl3"))


def test_ever_larger_costs_tend_to_the_limit(rng: np.random.Generator) -> None:
    momentum = rng.normal(size=63)
    limit = shoot(CLIFF, momentum=momentum).endpoint
    errors = [
        np.abs(shoot(PauliMetric(3, nielsen(q)), momentum=momentum).endpoint - limit).max()
        for q in (1e3, 1e4, 1e5)
    ]
    rates = np.array(errors[1:]) / errors[:-1]
    assert_close(rates, np.array([0.1, 0.1]), 1e-2)


@pytest.mark.parametrize("theta", [0.01, 0.5, 2.0, np.pi])
def test_loops_on_su2(theta: float, rng: np.random.Generator) -> None:
    """``e^{iKZ} e^{-i(P + KZ)}`` with ``|P + KZ| = pi`` ends at ``-e^{iKZ} = e^{-i(pi - K)Z}``.

    Its length ``|P|`` is the distance in SU(2), ``sqrt(theta (2 pi - theta))`` (QG.md 3.1).
    """
    length = np.sqrt(theta * (2 * np.pi - theta))
    angle = rng.uniform(0, 2 * np.pi)
    momentum = np.array([length * np.cos(angle), length * np.sin(angle), np.pi - theta])
    for method in ("closed form", "integrate"):
        loop = shoot(HEISENBERG, momentum=momentum, method=method, tolerance=1e-12)
        expected = np.diag(np.exp([-1j * theta, 1j * theta]))
        assert_close(loop.endpoint, expected, PROMISED)
        assert_close(float(loop.length), length)


def test_one_velocity_has_many_geodesics() -> None:
    turned = shoot(HEISENBERG, momentum=np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 2.0]]))
    assert_close(turned.velocity[0], turned.velocity[1])
    assert np.abs(turned.endpoint[0] - turned.endpoint[1]).max() > 0.1
    straight = shoot(HEISENBERG, np.array([1.0, 0.0, 0.0]))
    assert_close(straight.endpoint, turned.endpoint[0])


def test_a_momentum_is_a_velocity_where_costs_are_finite(rng: np.random.Generator) -> None:
    metric = PauliMetric(2, nielsen(4.0, locality=1))
    x = rng.normal(size=(2, 15))
    by_momentum = shoot(metric, momentum=metric.lower(x))
    assert_close(by_momentum.endpoint, shoot(metric, x).endpoint)


def test_bad_starts_are_refused() -> None:
    z = np.array([0.0, 0.0, 1.0])
    with pytest.raises(ValueError, match="`velocity` must be 0 in directions of infinite cost"):
        shoot(HEISENBERG, z)
    with pytest.raises(ValueError, match="`velocity` must be given unless a momentum is"):
        shoot(HEISENBERG)
    with pytest.raises(ValueError, match="`momentum` must be given in place of a velocity"):
        shoot(HEISENBERG, z, momentum=z)
    with pytest.raises(ValueError, match=r"`momentum` must have shape \(\.\.\., 3\)"):
        shoot(HEISENBERG, momentum=np.zeros(4))
