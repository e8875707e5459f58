"""Derivatives of closed forms, against central differences, on numpy arrays and torch tensors."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.endpoint_dense import closed_derivative
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from tests.backends import BACKENDS, fetch, place
from tests.closeness import assert_close, assert_order

METRICS = {
    "Berger sphere": PauliMetric(1, custom({"Z": 5.0})),
    "weights of two": PauliMetric(2, nielsen(4.0, locality=1)),
    "cliff of three": PauliMetric(3, nielsen(64.0)),
}


def factors_of(metric: PauliMetric) -> np.ndarray:
    form = closed_form(metric)
    assert form is not None
    return form.factors


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", METRICS)
def test_closed_derivative_is_that_of_differences(
    name: str, backend: str, rng: np.random.Generator
) -> None:
    """``log(g(m)^-1 g(m + h dm)) = h M dm + O(h^2)``, the middle of both signs O(h^3)."""
    metric = METRICS[name]
    momentum, direction = rng.normal(size=(2, 3, metric.dim))
    factors = place(factors_of(metric), backend)

    def evaluate(m: np.ndarray) -> list[np.ndarray]:
        return [fetch(x, backend) for x in closed_derivative(metric, factors, place(m, backend))]

    ends, derivative = evaluate(momentum)
    expected = (derivative @ direction[..., None])[..., 0]
    errors = []
    for h in (4e-3, 2e-3, 1e-3):
        after, before = evaluate(momentum + h * direction)[0], evaluate(momentum - h * direction)[0]
        slope = metric.log(metric.inverse(ends) @ after) - metric.log(metric.inverse(ends) @ before)
        errors.append(np.abs(slope / (2 * h) - expected).max())
    assert_order(errors, 2.0)
    assert errors[-1] < 1e-3 * np.abs(expected).max()


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_member_may_have_its_own_factors(backend: str, rng: np.random.Generator) -> None:
    """Padded with a factor that does nothing where the flag is shorter."""
    metrics = [
        PauliMetric(2, nielsen(4.0, locality=1)),
        PauliMetric(2, nielsen(1.0)),
        PauliMetric(2, custom({1: 0.5, 2: 3.0})),
    ]
    momentum = rng.normal(size=(3, 15))
    separate = [factors_of(metric) for metric in metrics]
    padded = np.stack([np.pad(one, ((2 - len(one), 0), (0, 0))) for one in separate])
    found = closed_derivative(metrics[0], place(padded, backend), place(momentum, backend))
    for k, metric in enumerate(metrics):
        expected = closed_derivative(metric, separate[k], momentum[k : k + 1])
        for together, alone in zip(found, expected, strict=True):
            assert_close(fetch(together, backend)[k], alone[0])
