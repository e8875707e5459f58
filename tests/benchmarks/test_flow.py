"""Shooting on SU(8) against scipy's DOP853 on (H, U) and a Lie-group scheme, at the same error."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.flow import shoot
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom
from tests.benchmarks.peers import best_time, commutator_free, hamiltonian_and_unitary

ERROR = 1e-8
# A cost for each weight (integrable on three qubits: the integrator is asked for explicitly), and
# the same with one string singled out, for which no closed form is known.
BY_WEIGHT = PauliMetric(3, custom({1: 1.0, 2: 4.0, 3: 16.0}))
GENERAL = PauliMetric(
    3, custom(lambda label: 5.0 if label == "XYI" else 4.0 ** (2 - label.count("I")))
)


def velocities(metric: PauliMetric, count: int) -> np.ndarray:
    x = np.random.default_rng(1).normal(size=(count, metric.dim))
    return 2.0 * x / metric.norm(x)[:, None]


def loosest(run: Callable[[float], np.ndarray], truth: np.ndarray) -> tuple[float, float]:
    """Largest tolerance (half decades) whose endpoint error is at most ERROR."""
    for exponent in np.arange(-6.0, -13.0, -0.5):
        error = np.abs(run(10.0**exponent) - truth).max()
        if error <= ERROR:
            return 10.0**exponent, error
    raise AssertionError("no tolerance reaches the error")


@pytest.mark.parametrize("name", ["by weight", "general"])
@pytest.mark.parametrize("count", [1, 64])
def test_shoot_against_scipy(name: str, count: int, capsys: pytest.CaptureFixture[str]) -> None:
    metric = {"by weight": BY_WEIGHT, "general": GENERAL}[name]
    assert name == "by weight" or closed_form(metric) is None
    method = "integrate" if name == "by weight" else "auto"
    x = velocities(metric, count)
    truth = shoot(metric, x, method=method, tolerance=1e-13).endpoint

    def ours(tolerance: float) -> np.ndarray:
        return shoot(metric, x, method=method, tolerance=tolerance).endpoint

    def peer(tolerance: float) -> np.ndarray:
        return np.stack([hamiltonian_and_unitary(metric, one, tolerance) for one in x])

    our_tolerance, our_error = loosest(ours, truth)
    peer_tolerance, peer_error = loosest(peer, truth)
    our_time, _ = best_time(lambda: ours(our_tolerance), 7)
    peer_time, _ = best_time(lambda: peer(peer_tolerance), 3)
    with capsys.disabled():
        print(
            f"\n{name}, batch {count}: shoot {1e3 * our_time:.2f} ms (error {our_error:.1e}), "
            f"scipy loop {1e3 * peer_time:.2f} ms ({peer_error:.1e}), "
            f"ratio {peer_time / our_time:.1f}"
        )
    assert max(our_error, peer_error) <= ERROR
    assert peer_time / our_time >= (5.0 if count > 1 else 1.0)


@pytest.mark.parametrize("costs", [(1.0, 4.0, 16.0), (1.0, 1.5, 1e4), (1.0, 100.0, 1e4)])
def test_scheme_against_a_lie_group_scheme(
    costs: tuple[float, float, float], capsys: pytest.CaptureFixture[str]
) -> None:
    """The measurement behind the choice of DOP853, stiff costs included."""
    metric = PauliMetric(3, custom(dict(enumerate(costs, 1))))
    x = np.random.default_rng(2).normal(size=(16, metric.dim)) / np.sqrt(metric.inertia)
    x = 2.0 * x / metric.norm(x)[:, None]
    truth = shoot(metric, x, method="closed form").endpoint
    tolerance, _ = loosest(
        lambda t: shoot(metric, x, method="integrate", tolerance=t).endpoint, truth
    )
    our_time, _ = best_time(lambda: shoot(metric, x, method="integrate", tolerance=tolerance), 5)
    steps = 25
    while np.abs(commutator_free(metric, x, steps) - truth).max() > ERROR:
        steps *= 2
        if steps > 3200:
            break
    peer_time, ends = best_time(lambda: commutator_free(metric, x, steps), 1)
    reached = np.abs(ends - truth).max()
    with capsys.disabled():
        print(
            f"\ncosts {costs}: DOP853 {1e3 * our_time:.1f} ms, commutator-free {steps} steps "
            f"{1e3 * peer_time:.1f} ms (error {reached:.1e}), ratio {peer_time / our_time:.1f}"
        )
    assert peer_time > our_time
