"""Many boundary-value problems at once, against formulas, the ladder and integration."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import math
from typing import Any

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.geodesic import batch as batch_module
from qgeom.geodesic import endpoint as endpoint_module
from qgeom.geodesic.batch import GeodesicBatch, connect_batch
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.continuation import Ladder, cost_ratio
from qgeom.geodesic.flow import shoot
from qgeom.geodesic.refine import RESIDUAL, Refined
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from tests.backends import BACKENDS, fetch, place
from tests.closeness import assert_close

# Residuals of 1e-12 and a derivative of the endpoint map that is far from singular.
SOLVED = 1e-9
COSTS = np.geomspace(1.0, 200.0, 50)
CLIFF = PauliMetric(3, nielsen(64.0))
# On their way up the ladder 0 and 4 take six steps, 1 and 3 shorter ones, and 2 is lost.
HAAR = np.stack([target("haar", 3, rng=np.random.default_rng(k)).matrix for k in range(5)])
LOST = 2


@functools.cache
def cliff_batch() -> GeodesicBatch:
    return connect_batch(CLIFF, HAAR)


def fetched(found: GeodesicBatch, backend: str) -> GeodesicBatch:
    return GeodesicBatch(
        fetch(found.momentum, backend), fetch(found.length, backend), fetch(found.residual, backend)
    )


def climb(metric: PauliMetric, goal: np.ndarray) -> Refined:
    """The first logarithm, followed rung by rung by `Ladder`."""
    ladder = Ladder(metric.relaxed, goal, RESIDUAL)
    found = Refined(log_branches(metric, goal, 1), np.zeros(1))
    rungs = 1 + math.ceil(math.log2(cost_ratio(metric)) - 1e-9)  # the cost doubles at each
    for low, high in itertools.pairwise(np.linspace(0.0, 1.0, rungs)):
        if found.residual[0] <= RESIDUAL:
            found = ladder.follow(found.momentum, low, high)
    return found


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("gate", "squared", "straight"),
    [
        ("cnot", 2.0 + COSTS, [True, True]),
        ("swap", 3.0 * COSTS, [True, True]),
        ("iswap", 2.0 * COSTS, [True, False]),
    ],
)
def test_the_shortest_logarithm_of_a_gate_stays_a_straight_line(
    gate: str, squared: np.ndarray, straight: list[bool], backend: str
) -> None:
    """Lengths (pi/4) sqrt(2 + q), (pi/4) sqrt(3 q), (pi/4) sqrt(2 q) for 50 costs at once.

    The second logarithm of iswap is longer at every cost.
    """
    metrics = [PauliMetric(2, nielsen(q, locality=1)) for q in COSTS]
    goal = place(target(gate).matrix, backend)
    found = fetched(connect_batch(metrics, goal, branches=2), backend)
    line = math.pi / 4 * np.sqrt(squared)
    assert found.length.shape == (50, 2)
    assert found.converged.all()
    reached = np.abs(found.length - line[:, None]) < SOLVED * line[:, None]
    assert (reached == np.array(straight)).all()
    assert_close(found.best().length, line, SOLVED)


def test_paths_are_those_of_the_ladder() -> None:
    found = cliff_batch()
    for k, goal in enumerate(HAAR):
        alone = climb(CLIFF, goal)
        assert found.converged[k, 0] == (alone.residual[0] <= RESIDUAL) == (k != LOST)
        if k != LOST:
            assert_close(found.momentum[k], alone.momentum, SOLVED)


@pytest.mark.parametrize(
    ("metric", "seed"),
    [(CLIFF, 0), (CLIFF, 3), (PauliMetric(2, nielsen(30.0, locality=1)), 0)],
)
def test_steps_are_those_of_the_ladder(
    metric: PauliMetric, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also halved ones; a last correction comes at the end.

    The ladder tries a value twice where it keeps first the momentum, then the velocity.
    """
    goal = target("haar", metric.n_qubits, rng=np.random.default_rng(seed)).matrix
    ours, theirs = batch_module._Members.correct, Ladder.correct
    tried, expected = [], []

    def spy_batch(members: Any, exponent: np.ndarray, *rest: Any, **options: Any) -> Refined:
        tried.append(exponent.item())
        return ours(members, exponent, *rest, **options)

    def spy_ladder(ladder: Ladder, value: float, *rest: Any, **options: Any) -> Refined:
        expected.append(value)
        return theirs(ladder, value, *rest, **options)

    monkeypatch.setattr(batch_module._Members, "correct", spy_batch)
    monkeypatch.setattr(Ladder, "correct", spy_ladder)
    connect_batch(metric, goal)
    climb(metric, goal)
    once = [value for value, _ in itertools.groupby(expected)]
    assert_close(np.array(tried), np.array([*once, 1.0]))


def test_end_points_are_those_of_integration() -> None:
    found = cliff_batch()
    kept = found.converged[:, 0]
    velocity = CLIFF.raise_(found.momentum[kept, 0])
    ends = shoot(CLIFF, velocity, method="integrate", tolerance=1e-12).endpoint
    overlap = np.einsum("bij,bij->b", ends.conj(), HAAR[kept])
    assert_close(np.abs(overlap), np.full(kept.sum(), 8.0), SOLVED)
    assert_close(found.length[kept, 0], CLIFF.norm(velocity))


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_torch_agrees_with_numpy(backend: str) -> None:
    expected = cliff_batch()
    found = fetched(connect_batch(CLIFF, place(HAAR, backend)), backend)
    kept = expected.converged
    assert (found.converged == kept).all()
    assert_close(found.momentum[kept], expected.momentum[kept], SOLVED)
    assert_close(found.length[kept], expected.length[kept], SOLVED)


@pytest.mark.parametrize("backend", BACKENDS)
def test_pairs_are_solved_as_if_alone(backend: str, rng: np.random.Generator) -> None:
    """Flags of one step and of two, and costs below 1."""
    below = [custom({1: 0.5, 2: 3.0}), custom({1: 1.0, 2: 0.3})]
    penalties = [nielsen(30.0, locality=1), nielsen(1.0), *below]
    metrics = [PauliMetric(2, penalty) for penalty in penalties]
    goals = np.stack([target("haar", 2, rng=rng).matrix for _ in metrics])
    found = fetched(connect_batch(metrics, place(goals, backend), branches=3), backend)
    assert found.momentum.shape == (4, 3, 15)
    for k, (metric, goal) in enumerate(zip(metrics, goals, strict=True)):
        alone = connect_batch(metric, goal, branches=3)
        kept = alone.converged[0]
        assert kept.any()
        assert (found.converged[k] == kept).all()
        assert_close(found.momentum[k, kept], alone.momentum[0, kept], SOLVED)


def test_one_cost_for_all_scales_the_length() -> None:
    costs = np.array([1.0, 0.2, 5.0, 1000.0])
    metrics = [PauliMetric(3, custom({}, default=cost)) for cost in costs]
    found = connect_batch(metrics, HAAR[0])
    assert_close(found.length, np.sqrt(costs)[:, None] * found.length[0], SOLVED)
    assert_close(found.momentum / costs[:, None, None], np.stack([found.momentum[0]] * 4), SOLVED)


@pytest.mark.parametrize("backend", BACKENDS)
def test_steps_are_computed_in_pieces(
    backend: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    metric = PauliMetric(2, nielsen(1.0))
    arrays = [rng.normal(size=(3, 2, 15)), np.exp(rng.normal(size=(3, 15)))]
    arguments = [rng.normal(size=(3, 15)), rng.normal(size=(3, 15)), np.array([0.1, 1.0, 2.0])]

    def step() -> np.ndarray:
        endpoint = batch_module._closed_map(metric, *(place(x, backend) for x in arrays))
        return fetch(endpoint.step(*(place(x, backend) for x in arguments)), backend)

    together = step()
    monkeypatch.setattr(endpoint_module, "BATCH_BYTES", 1)
    assert_close(step(), together)


@pytest.mark.parametrize("backend", BACKENDS)
def test_best_is_the_shortest_that_converged(backend: str) -> None:
    batch = GeodesicBatch(
        place(np.arange(12.0).reshape(2, 3, 2), backend),
        place(np.array([[1.0, 3.0, 2.0], [5.0, 4.0, 6.0]]), backend),
        place(np.array([[0.1, 0.0, 0.0], [0.3, 0.2, 0.1]]), backend),
    )
    best = fetched(batch.best(), backend)
    # In the second row nothing converged: the first attempt stands, with its residual.
    assert_close(best.momentum, np.array([[4.0, 5.0], [6.0, 7.0]]))
    assert_close(best.length, np.array([2.0, 5.0]))
    assert_close(best.residual, np.array([0.0, 0.3]))


def test_a_target_is_a_gate_or_lists_of_numbers() -> None:
    metric = PauliMetric(1, nielsen(1.0))
    z = target("z")
    by_name, by_list = connect_batch(metric, z), connect_batch(metric, z.matrix.tolist())
    assert_close(by_name.length, np.array([[math.pi / 2]]))
    assert_close(by_list.length, by_name.length, SOLVED)


FLAT = PauliMetric(2, nielsen(1.0))
ONES = np.broadcast_to(np.eye(4), (3, 4, 4))


@pytest.mark.parametrize(
    ("metrics", "targets", "branches", "message"),
    [
        ([], ONES, 1, "`metrics` must be one or more PauliMetric"),
        ("flat", ONES, 1, "`metrics` must be one or more PauliMetric"),
        ([FLAT, CLIFF], ONES, 1, "`metrics` must have the same number of qubits"),
        (PauliMetric(5, nielsen(1.0)), np.eye(32), 1, "`metrics` must have a dimension"),
        (PauliMetric(2, custom({"ZZ": math.inf})), ONES, 1, "`metrics` must have finite costs"),
        (PauliMetric(2, custom({"XX": 4.0, "IZ": 3.0})), ONES, 1, "`metrics` must have geodesics"),
        ([FLAT, FLAT], ONES, 1, "`targets` must be 1 or 2, one for each metric, but are 3"),
        (FLAT, np.ones((4, 4)), 1, "`targets` must be unitary"),
        (FLAT, np.eye(8), 1, "`targets` must be a unitary on 2 qubits"),
        (FLAT, ONES[:0], 1, "`targets` must have shape"),
        (FLAT, ONES[None], 1, "`targets` must have shape"),
        (FLAT, ONES, 0, "`branches` must be at least 1"),
    ],
)
def test_door(metrics: Any, targets: np.ndarray, branches: int, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        connect_batch(metrics, targets, branches=branches)


def test_a_batch_is_immutable() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        cliff_batch().length = np.zeros(1)  # type: ignore[misc]
