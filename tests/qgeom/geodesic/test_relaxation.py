"""Relaxed paths are local minima of the energy: geodesics stay, saddles are left."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.endpoint import endpoint_map
from qgeom.geodesic.flow import shoot
from qgeom.geodesic.refine import RESIDUAL, refine
from qgeom.geodesic.relaxation import reach, relax
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from tests.closeness import assert_close, assert_order
from tests.laws.cases import CASES, small_vectors
from tests.oracles import distances

CONVERGED = 1e-9


def waves(rng: np.random.Generator, count: int, pieces: int, dim: int) -> np.ndarray:
    """Smooth random functions of t, (count, pieces, dim)."""
    t = (np.arange(pieces) + 0.5) / pieces
    modes = np.cos(np.pi * np.arange(3)[:, None] * t)
    return np.einsum("bma,mk->bka", rng.normal(size=(count, 3, dim)), modes)


def lines(x: np.ndarray, pieces: int = 40) -> np.ndarray:
    return np.repeat(np.atleast_2d(x)[:, None], pieces, axis=1)


def lengths(metric: RightInvariantMetric, goal: np.ndarray, momentum: np.ndarray) -> np.ndarray:
    """Lengths of the geodesics that Newton finds from relaxed paths, shortest first."""
    found = refine(metric, endpoint_map(metric, 1e-12), goal, momentum)
    assert (found.residual <= RESIDUAL).all()
    return np.sort(metric.norm(metric.raise_(found.momentum)))


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_short_geodesic_is_a_fixed_point(name: str, rng: np.random.Generator) -> None:
    """Pieces of constant velocity are the only error: it is of order 2."""
    metric = CASES[name]
    curve = shoot(metric, 0.7 * small_vectors(metric, rng), tolerance=1e-12)
    changes = []
    for pieces in (20, 40, 80):
        middles = (np.arange(pieces) + 0.5) / pieces
        path = curve.at(middles).velocities[None]
        changes.append(relax(metric, reach(metric, curve.endpoint), path, iterations=1).change[0])
    if max(changes) > 1e-3:  # else lost in the accuracy of the Gramian
        assert_order(changes, 2.0, slack=0.6)


@pytest.mark.parametrize("q", [4.0, 9.0, 64.0])
@pytest.mark.parametrize("theta", [0.9, 1.5])
def test_a_saddle_is_left(q: float, theta: float, rng: np.random.Generator) -> None:
    """Beyond ``theta = pi / q`` the line along Z is no minimum; the distance is known."""
    metric = PauliMetric(1, custom({"Z": q}))
    x = np.array([0.0, 0.0, theta])
    noise = 0.3 * waves(rng, 6, 40, 3) / np.sqrt(metric.inertia)
    relaxed = relax(metric, reach(metric, metric.exp(x)), lines(x) + noise, accuracy=1e-3)
    assert_close(
        lengths(metric, metric.exp(x), relaxed.momentum),
        np.full(6, distances.berger(theta, q)),
        CONVERGED,
    )


def test_without_noise_a_saddle_stays() -> None:
    metric, x = PauliMetric(1, custom({"Z": 9.0})), np.array([0.0, 0.0, 1.2])
    relaxed = relax(metric, reach(metric, metric.exp(x)), lines(x))
    assert_close(relaxed.momentum, metric.lower(x[None]), CONVERGED)


@pytest.mark.parametrize("gate", ["toffoli", "fredkin"])
def test_three_qubits_at_a_high_cost_directly(gate: str) -> None:
    """Best values known, reached without a ladder of costs (QUANTUM_GEOMETRY.md 3.3 for Toffoli)."""
    metric, goal = PauliMetric(3, nielsen(64.0)), target(gate).matrix
    rng = np.random.default_rng(0)
    logs = log_branches(metric, goal, 16)
    noise = 0.5 * waves(rng, 16, 40, 63) / np.sqrt(metric.inertia)
    relaxed = relax(metric, reach(metric, goal), lines(logs) + noise)
    found = refine(metric, endpoint_map(metric), goal, relaxed.momentum)
    best = metric.norm(metric.raise_(found.momentum))[found.residual <= RESIDUAL].min()
    assert best <= {"toffoli": 1.841258, "fredkin": 2.23289}[gate]


@pytest.mark.parametrize(
    "name", ["so4-band", "gl3-band", "aff2-band", "su4-times-gl2", "su4-dense"]
)
def test_every_kind_of_group(name: str, rng: np.random.Generator) -> None:
    metric = CASES[name]
    goal = metric.exp(small_vectors(metric, rng))
    path = waves(rng, 2, 40, metric.dim)
    path *= 0.5 / np.sqrt(metric.inner(path, path).mean(axis=1))[:, None, None]
    relaxed = relax(metric, reach(metric, goal), path)
    assert len(lengths(metric, goal, relaxed.momentum)) == 2


def test_members_do_not_depend_on_each_other(rng: np.random.Generator) -> None:
    metric, x = PauliMetric(1, custom({"Z": 4.0})), np.array([0.3, 0.0, 1.2])
    paths = lines(x) + 0.2 * waves(rng, 3, 40, 3)
    together = relax(metric, reach(metric, metric.exp(x)), paths)
    alone = relax(metric, reach(metric, metric.exp(x)), paths[1:2])
    assert_close(together.momentum[1], alone.momentum[0], 1e-3)
    assert (together.change <= 0.02).all()
