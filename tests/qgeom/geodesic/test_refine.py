"""The corrector converges quadratically, also where solutions come in families; and continuation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.linalg

from qgeom.algebra.targets import target
from qgeom.geodesic.continuation import Ladder
from qgeom.geodesic.endpoint import endpoint_map
from qgeom.geodesic.refine import RESIDUAL, endpoint_residual, refine
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.metric.product import ProductMetric
from tests.backends import BACKENDS, fetch, place
from tests.closeness import assert_close
from tests.laws.cases import small_vectors

METRIC = PauliMetric(3, nielsen(8.0))
ENDPOINT = endpoint_map(METRIC)


def residual_after(iterations: int, goal: np.ndarray, momentum: np.ndarray) -> float:
    return float(refine(METRIC, ENDPOINT, goal, momentum, iterations=iterations).residual[0])


def test_convergence_is_quadratic(rng: np.random.Generator) -> None:
    momentum = METRIC.lower(0.1 * rng.normal(size=(1, 63)))
    goal = ENDPOINT.ends(momentum)[0]
    kick = 1e-3 * METRIC.lower(rng.normal(size=(1, 63)))
    errors = [residual_after(k, goal, momentum + kick) for k in range(4)]
    assert errors[0] > 1e-4
    for before, after in itertools.pairwise(errors):
        assert after < max(10.0 * before**2, 1e-12)


def test_a_family_of_solutions_does_not_stop_newton(rng: np.random.Generator) -> None:
    """At U = identity and length 2 pi the derivative of the endpoint map is singular."""
    flat = PauliMetric(1, nielsen(1.0))
    start = np.array([[np.pi, 0.0, 0.0]]) + 1e-2 * rng.normal(size=(1, 3))
    found = refine(flat, endpoint_map(flat), np.eye(2) + 0j, start)
    assert found.residual[0] <= RESIDUAL
    assert abs(flat.norm(found.momentum[0]) - np.pi) < 1e-8


@pytest.mark.parametrize("backend", BACKENDS)
def test_residual_vanishes_only_at_the_target_up_to_phase(backend: str) -> None:
    goal = target("toffoli").matrix
    ends = np.stack([np.exp(0.3j) * goal, target("fredkin").matrix])
    found = endpoint_residual(METRIC, place(ends, backend), place(goal, backend))
    size = np.linalg.norm(fetch(found, backend), axis=-1)
    assert size[0] < 1e-12
    assert size[1] > 0.1


@pytest.mark.parametrize("backend", BACKENDS)
def test_residual_is_the_step_that_is_missing(backend: str, rng: np.random.Generator) -> None:
    """``g exp(x) = target`` up to a phase, with another target for each end."""
    ends = METRIC.exp(rng.normal(size=(3, 63)))
    step = small_vectors(METRIC, rng, 3)
    goals = np.exp(1j * rng.normal(size=(3, 1, 1))) * ends @ METRIC.exp(step)
    found = endpoint_residual(METRIC, place(ends, backend), place(goals, backend))
    assert_close(fetch(found, backend), step)


def test_residual_of_a_product_is_not_fooled_by_a_hermitian_unitary() -> None:
    """g^-1 target = ZZ has no anti-Hermitian part, but is not the identity."""
    metric = ProductMetric(
        PauliMetric(2, nielsen(4.0, locality=1)), MatrixMetric("gl", 2, band(1, 2.0))
    )
    zz = np.diag([1.0, -1.0, -1.0, 1.0])
    ends = metric.identity[None]
    for part, same in ((zz, False), (1j * np.eye(4), True)):
        goal = scipy.linalg.block_diag(part, np.eye(2))
        size = float(np.linalg.norm(endpoint_residual(metric, ends, goal)))
        assert (size < 1e-12) == same


def test_continuation_stays_on_the_path(rng: np.random.Generator) -> None:
    """Following up in cost and down again returns to the start."""
    goal = METRIC.exp(0.08 * rng.normal(size=63))
    ladder = Ladder(METRIC.relaxed, goal, RESIDUAL)
    flat = METRIC.relaxed(0.0)
    start = flat.lower(flat.log(goal))[None]
    up = ladder.follow(start, 0.0, 1.0)
    assert up.residual[0] <= RESIDUAL
    down = ladder.follow(up.momentum, 1.0, 0.0)
    assert_close(down.momentum, start, 1e-7)


def test_no_starts_are_no_error() -> None:
    found = refine(METRIC, ENDPOINT, np.eye(8) + 0j, np.empty((0, 63)))
    assert found.momentum.shape == (0, 63)
