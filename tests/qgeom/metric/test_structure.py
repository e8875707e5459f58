"""Metrics from structure constants: what is refused, and that nothing of size dim^4 is made."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.metric.structure import StructureMetric, structure_constants
from tests.closeness import EXACT, assert_close

EPSILON = np.zeros((3, 3, 3))
EPSILON[[0, 1, 2], [1, 2, 0], [2, 0, 1]] = 1.0
EPSILON[[1, 2, 0], [0, 1, 2], [2, 0, 1]] = -1.0
COSTS = np.array([1.0, 2.0, 3.0])


def test_structure_constants_are_brackets_of_the_basis() -> None:
    metric = MatrixMetric("aff", 2, band(0, 4.0))
    constants = structure_constants(metric)
    basis = np.eye(metric.dim)
    for a, b in np.ndindex(metric.dim, metric.dim):
        assert_close(constants[a, b], metric.bracket(basis[a], basis[b]), EXACT)


def test_constants_may_be_given_as_lists() -> None:
    metric = StructureMetric(EPSILON.tolist(), COSTS.tolist())
    assert_close(metric.hat(np.array([0.0, 0.0, 1.0])), np.array([[0, -1, 0], [1, 0, 0], [0] * 3]))


def test_relaxed_costs_are_powers() -> None:
    relaxed = StructureMetric(EPSILON, COSTS).relaxed(2.0)
    assert_close(relaxed.inertia, np.array([1.0, 4.0, 9.0]), EXACT)
    assert_close(relaxed.constants, EPSILON, EXACT)


def test_a_large_algebra_is_validated_in_little_memory() -> None:
    constants = structure_constants(PauliMetric(3, nielsen(4.0)))
    tracemalloc.start()
    metric = StructureMetric(constants, np.ones(63))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert metric.dim == 63
    assert (
        peak < 20 * constants.nbytes
    )  # one table of dim^4 numbers would be 63 times the constants


def perturbed(entry: tuple[int, int, int]) -> np.ndarray:
    constants = EPSILON.copy()
    constants[entry] += 0.1
    return constants


def without_jacobi() -> np.ndarray:
    """``[e0, e1] = e2`` and ``[e1, e2] = e1``: the cyclic sum is ``[e1, e0] = -e2``."""
    constants = np.zeros((3, 3, 3))
    constants[0, 1, 2], constants[1, 0, 2] = 1.0, -1.0
    constants[1, 2, 1], constants[2, 1, 1] = 1.0, -1.0
    return constants


@pytest.mark.parametrize(
    ("constants", "costs", "message"),
    [
        (np.zeros((3, 3)), COSTS, r"`constants` must have shape \(dim, dim, dim\)"),
        (np.zeros((3, 3, 2)), COSTS, r"`constants` must have shape \(dim, dim, dim\)"),
        (perturbed((0, 1, 2)), COSTS, "`constants` must be antisymmetric"),
        (without_jacobi(), COSTS, "`constants` must obey the Jacobi identity, but break it by"),
        (np.zeros((3, 3, 3)), COSTS, "`constants` must belong to an algebra without a centre"),
        (EPSILON * np.nan, COSTS, "`constants` must be finite"),
        (EPSILON, COSTS[:2], r"`costs` must have shape \(..., 3\), but has shape \(2,\)"),
        (EPSILON, np.array([1.0, 0.0, 1.0]), "`costs` must be 3 positive numbers"),
        (EPSILON, np.ones((2, 3)), "`costs` must be 3 positive numbers"),
    ],
)
def test_wrong_constants_are_refused(
    constants: np.ndarray, costs: np.ndarray, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        StructureMetric(constants, costs)


def test_a_rotation_by_pi_has_no_principal_logarithm() -> None:
    metric = StructureMetric(EPSILON, COSTS)
    with pytest.raises(ValueError, match="must have a principal real logarithm"):
        metric.log(metric.exp(np.array([np.pi, 0.0, 0.0])))


def test_constants_of_too_large_an_algebra_are_refused() -> None:
    with pytest.raises(ValueError, match="`metric` must have a dimension of at most 300"):
        structure_constants(PauliMetric(5, nielsen(4.0)))
