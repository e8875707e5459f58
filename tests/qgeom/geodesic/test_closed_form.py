"""Closed forms: found where they exist, equal to the published formulas and to the integrator."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from tests.closeness import assert_close
from tests.oracles import geodesics as oracle

PROMISED = 1e-9  # closed form against integrator, issue 2

BERGER = PauliMetric(1, custom({"Z": 5.0}))
PARITY = custom({1: 3.0, 2: 1.0, 3: 3.0, 4: 1.0})


def velocity(metric: RightInvariantMetric, rng: np.random.Generator, speed: float) -> np.ndarray:
    x = rng.normal(size=metric.dim)
    return speed * x / np.linalg.norm(x)


def test_berger_sphere_is_the_reductive_formula(rng: np.random.Generator) -> None:
    x = velocity(BERGER, rng, 1.3)
    expected = oracle.reductive_geodesic(1, np.array([False, False, True]), 5.0, x)
    assert_close(shoot(BERGER, x, method="closed form").endpoint, expected)


@pytest.mark.parametrize("q", [0.3, 4.0, 1e4])
def test_two_qubits_with_a_weight_cost(q: float, rng: np.random.Generator) -> None:
    metric = PauliMetric(2, nielsen(q, locality=1))
    x = velocity(metric, rng, 1.0) / np.sqrt(metric.inertia)
    curve = shoot(metric, x)
    assert curve.scheme == "closed form"
    assert_close(curve.endpoint, oracle.two_qubit_weight_geodesic(q, x), 1e-11)


@pytest.mark.parametrize("q", [2.0, 3.0, 64.0])
def test_three_qubit_cliff(q: float, rng: np.random.Generator) -> None:
    metric = PauliMetric(3, nielsen(q))
    x = velocity(metric, rng, 1.0)
    curve = shoot(metric, x)
    assert curve.scheme == "closed form"
    assert_close(curve.endpoint, oracle.three_qubit_cliff_geodesic(q, x), 1e-11)


@pytest.mark.parametrize("n_qubits", [2, 3, 4])
def test_parity_cost_on_any_number_of_qubits(n_qubits: int, rng: np.random.Generator) -> None:
    metric = PauliMetric(n_qubits, custom({w: 3.0 ** (w % 2) for w in range(1, n_qubits + 1)}))
    x = velocity(metric, rng, 1.0)
    expected = oracle.reductive_geodesic(n_qubits, oracle.weights(n_qubits) % 2 == 1, 3.0, x)
    assert shoot(metric, x).scheme == "closed form"
    assert_close(shoot(metric, x).endpoint, expected, 1e-11)


def test_general_linear_group_with_equal_weights(rng: np.random.Generator) -> None:
    metric = MatrixMetric("gl", 3, band(1, 1.0))
    x = velocity(metric, rng, 1.5)
    curve = shoot(metric, x)
    assert curve.scheme == "closed form"
    assert_close(curve.endpoint, oracle.frobenius_geodesic(x.reshape(3, 3)))


CLOSED: dict[str, RightInvariantMetric] = {
    "berger": BERGER,
    "cliff n=3, q=3": PauliMetric(3, nielsen(3.0)),
    "every weight its cost, n=3": PauliMetric(3, custom({1: 1.0, 2: 4.0, 3: 16.0})),
    "one-local n=3": PauliMetric(3, nielsen(6.0, locality=1)),
    "parity n=4": PauliMetric(4, PARITY),
    "no penalty n=4": PauliMetric(4, nielsen(1.0)),
    "SO(3)": MatrixMetric("so", 3, band(1, 8.0)),
    "GL+(3)": MatrixMetric("gl", 3, band(1, 1.0)),
    "SU(2) x SU(2)": ProductMetric(BERGER, BERGER),
}


@pytest.mark.parametrize("name", CLOSED)
def test_closed_form_agrees_with_the_integrator(name: str, rng: np.random.Generator) -> None:
    metric = CLOSED[name]
    times = np.linspace(0, 1, 4)
    x = np.stack([velocity(metric, rng, 1.2) for _ in range(3)])
    exact = shoot(metric, x, times=times, method="closed form")
    integrated = shoot(metric, x, times=times, method="integrate", tolerance=1e-12)
    assert integrated.scheme == "DOP853"
    assert_close(exact.points, integrated.points, PROMISED)
    assert float(exact.energy_drift.max()) < 1e-12


@pytest.mark.parametrize(
    "metric",
    [
        PauliMetric(4, nielsen(8.0)),
        PauliMetric(3, custom({"XXI": 4.0, "IZI": 2.0})),
        MatrixMetric("so", 4, band(1, 4.0)),
        MatrixMetric("gl", 3, band(1, 4.0)),
        MatrixMetric("aff", 2, band(0, 4.0)),
    ],
)
def test_no_closed_form_is_claimed_where_there_is_none(metric: RightInvariantMetric) -> None:
    assert closed_form(metric) is None
    with pytest.raises(ValueError, match="`method` must be auto or integrate"):
        shoot(metric, np.zeros(metric.dim), method="closed form")


def test_a_wrong_flag_would_be_seen(rng: np.random.Generator) -> None:
    """Negative control: the cliff formula with two factors exchanged is no geodesic."""
    metric = PauliMetric(3, nielsen(3.0))
    x = velocity(metric, rng, 1.2)
    form = closed_form(metric)
    assert form is not None
    swapped = type(form)(metric, form.factors[[1, 0, 2]])
    wrong = swapped.points(metric.lower(x), np.array([1.0]))[0]
    with pytest.raises(AssertionError):
        assert_close(wrong, shoot(metric, x, method="integrate").endpoint, PROMISED)
