"""The search itself: what random paths and single logarithms reach, and how solutions are told apart."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.connect import connect
from qgeom.geodesic.continuation import Ladder
from qgeom.geodesic.refine import RESIDUAL
from qgeom.geodesic.search import Pool, merge
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from tests.oracles import distances

DIGITS = 1e-6  # of the table of shortest lengths
STEEP = PauliMetric(3, nielsen(64.0))
SHORTEST = {
    gate: lengths[distances.CLIFF_COSTS.index(64.0)] for gate, lengths in distances.CLIFF.items()
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("gate", ["toffoli", "fredkin"])
def test_random_paths_alone_reach_the_shortest_geodesic(gate: str, seed: int) -> None:
    """Without a logarithm and without a ladder of costs."""
    found = connect(STEEP, target(gate), rng=np.random.default_rng(seed), branches=0, starts=12)
    assert abs(found[0].length - SHORTEST[gate]) < DIGITS
    assert found[0].residual <= RESIDUAL


def test_continuation_alone_stays_on_the_commuting_line() -> None:
    """A control: of length ``(pi / 8) sqrt(6 + q)``, no minimum beyond q = 9; relaxation leaves it."""
    goal = target("toffoli").matrix
    line = log_branches(STEEP, goal, 1)
    found = Ladder(STEEP.relaxed, goal, RESIDUAL).follow(STEEP.relaxed(0.0).lower(line), 0.0, 1.0)
    assert found.residual[0] <= RESIDUAL
    assert abs(STEEP.norm(STEEP.raise_(found.momentum))[0] - np.pi / 8 * np.sqrt(70)) < DIGITS
    relaxed = connect(STEEP, goal, rng=np.random.default_rng(0), branches=4, starts=0)
    assert relaxed[0].length < SHORTEST["toffoli"] + 1.0


@pytest.mark.parametrize("seed", [0, 30, 78, 94])
def test_one_logarithm_is_enough_for_a_random_target(seed: int) -> None:
    """From the first relaxation of the last three Newton's method does not converge."""
    rng = np.random.default_rng(seed)
    found = connect(STEEP, target("haar", 3, rng=rng), rng=rng, branches=1, starts=0)
    assert found[0].residual <= RESIDUAL


def pool(metric: PauliMetric, velocities: list[np.ndarray], residuals: list[float]) -> Pool:
    x = np.array(velocities)
    names = tuple(str(k) for k in range(len(x)))
    return Pool(metric.lower(x), metric.norm(x), np.array(residuals), names)


def test_solutions_are_merged_by_length_and_energy_of_each_class() -> None:
    """Mirror images count once; of what did not converge nothing is kept; the shortest is first."""
    metric = PauliMetric(2, nielsen(4.0, locality=1))
    x = np.random.default_rng(0).normal(size=15)
    mirror = x * np.where(np.arange(15) % 2, 1.0, -1.0)
    cheap, dear = np.zeros(15), np.zeros(15)
    cheap[metric.inertia == 1] = 2.0 / np.sqrt(6)
    dear[metric.inertia == 4] = 1.0 / 3.0  # as long as the cheap one
    solutions = pool(metric, [9 * x, x, mirror, cheap, dear, 0.1 * x], [0.0, 0, 0, 0, 0, 1.0])
    merged = merge(metric, [solutions], RESIDUAL, keep=10)
    assert set(merged.origin) == {"0", "1", "3", "4"}
    assert (np.diff(merged.length) >= 0).all()
    assert merge(metric, [solutions], RESIDUAL, keep=2).origin == merged.origin[:2]


def test_without_a_solution_the_best_attempt_is_left() -> None:
    metric = PauliMetric(1, nielsen(1.0))
    attempts = pool(metric, [np.ones(3), 2 * np.ones(3), 3 * np.ones(3)], [0.3, 0.1, 0.2])
    assert merge(metric, [attempts], RESIDUAL, keep=5).origin == ("1",)
