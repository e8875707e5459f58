"""Logarithms of a target: all of them reach it, sorted, none twice, the shortest first."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from qgeom.algebra.targets import target
from qgeom.geodesic.branches import log_branches
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.metric.product import ProductMetric
from tests.closeness import assert_close
from tests.oracles import geodesics as oracle

SU8 = PauliMetric(3, nielsen(1.0))


def same_up_to_phase(ends: np.ndarray, goal: np.ndarray) -> None:
    overlap = np.einsum("kij,ij->k", np.conj(ends), goal) / len(goal)
    assert_close(np.abs(overlap), np.ones(len(ends)))


@pytest.mark.parametrize("name", ["toffoli", "qft", "haar", "identity"])
def test_unitary_branches(name: str, rng: np.random.Generator) -> None:
    goal = target(name, 3, rng=rng).matrix
    logs = log_branches(SU8, goal, 16)
    lengths = SU8.norm(logs)
    assert logs.shape == (16, 63)
    assert (np.diff(lengths) >= -1e-12).all()
    same_up_to_phase(SU8.exp(logs), goal)
    assert len({tuple(np.round(log, 9)) for log in logs}) == 16


@pytest.mark.parametrize("name", ["cnot", "swap", "b", "qft"])
def test_first_branch_is_the_unpenalised_distance(name: str) -> None:
    """Against every shift of the eigenphases by up to two turns."""
    metric = PauliMetric(2, nielsen(1.0))
    goal = target(name, 2).matrix
    shortest = float(metric.norm(log_branches(metric, goal, 1)[0]))
    assert_close(shortest, oracle.unpenalised_distance(goal, reach=2))


@pytest.mark.parametrize("size", [2, 4, 5])
def test_rotation_branches(size: int) -> None:
    metric = MatrixMetric("so", size, band(1, 1.0))
    goal = scipy.stats.special_ortho_group.rvs(size, random_state=size)
    logs = log_branches(metric, goal, 6)
    assert_close(metric.exp(logs), np.broadcast_to(goal, (6, size, size)))
    assert (np.diff(metric.norm(logs)) >= 0).all()


def test_half_turns_have_logarithms() -> None:
    metric = MatrixMetric("so", 4, band(1, 1.0))
    goal = -np.eye(4)
    assert_close(metric.exp(log_branches(metric, goal, 3)), np.broadcast_to(goal, (3, 4, 4)))


def test_identity_of_the_rotation_group_has_the_zero_branch() -> None:
    metric = MatrixMetric("so", 3, band(1, 1.0))
    assert_close(log_branches(metric, np.eye(3), 4), np.zeros((1, 3)))


def test_no_logarithm_gives_no_branch() -> None:
    metric = MatrixMetric("gl", 2, band(1, 1.0))
    assert log_branches(metric, np.diag([-1.0, -2.0]), 4).shape == (0, 4)


def test_product_branches_combine_both_factors() -> None:
    metric = ProductMetric(PauliMetric(1, nielsen(1.0)), MatrixMetric("so", 2, band(1, 1.0)))
    goal = metric.exp(np.array([0.3, 0.2, 0.1, 0.5]))
    logs = log_branches(metric, goal, 4)
    assert_close(metric.log(metric.exp(logs)), np.broadcast_to(metric.log(goal), (4, 4)))
    assert (np.diff(metric.norm(logs)) >= 0).all()
