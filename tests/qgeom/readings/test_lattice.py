"""The closest vector problem against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qgeom.readings.lattice import ClosestVector, closest_vector
from tests.closeness import ROUNDING, assert_close

REACH = 3
SHEARED = 1e-9  # the shear of five dimensions has a condition of about 1e4


def problem(rng: np.random.Generator, size: int) -> tuple[np.ndarray, np.ndarray]:
    """A moderately skew lattice, so that the closest vector lies within REACH steps."""
    basis = np.eye(size) + 0.4 * rng.normal(size=(size, size))
    return basis @ basis.T + 0.1 * np.eye(size), rng.uniform(-0.5, 0.5, size=size)


def brute_force(gram: np.ndarray, offset: np.ndarray) -> float:
    shifts = itertools.product(range(-REACH, REACH + 1), repeat=len(offset))
    points = offset + np.array(list(shifts))
    return float(np.einsum("ki,ij,kj->k", points, gram, points).min())


def energy(gram: np.ndarray, offset: np.ndarray, found: ClosestVector) -> float:
    return float((offset + found.shift) @ gram @ (offset + found.shift))


@pytest.mark.parametrize("size", [2, 3, 5])
def test_no_basis_is_too_skew(size: int, rng: np.random.Generator) -> None:
    """The same lattice in a sheared basis, where the nearest plane is often several steps away."""
    for _ in range(20):
        gram, offset = problem(rng, size)
        shear = np.eye(size) + np.tril(rng.integers(-4, 5, size=(size, size)), -1)
        found = closest_vector(
            shear.T @ gram @ shear, np.linalg.solve(shear, offset), budget=100_000
        )
        assert found.exact
        assert_close(found.energy, closest_vector(gram, offset, budget=10_000).energy, SHEARED)


@pytest.mark.parametrize("size", [1, 2, 4, 5])
def test_closest_vector_is_the_closest(size: int, rng: np.random.Generator) -> None:
    for _ in range(20):
        gram, offset = problem(rng, size)
        found = closest_vector(gram, offset, budget=10_000)
        assert found.exact
        assert_close(found.energy, energy(gram, offset, found), ROUNDING)
        # Brute force sees a finite box: it cannot be below, and has to agree where the box is enough.
        least = brute_force(gram, offset)
        assert found.energy <= least * (1 + ROUNDING)
        if np.abs(found.shift).max() <= REACH:
            assert_close(found.energy, least, ROUNDING)


def test_without_a_budget_it_is_the_nearest_plane(rng: np.random.Generator) -> None:
    """Babai: round the last coordinate first; every further node can only improve on it."""
    improved = 0
    for _ in range(20):
        gram, offset = problem(rng, 6)
        factor, point = np.linalg.cholesky(gram).T, offset.copy()
        for i in range(5, -1, -1):
            point[i] -= np.round(point[i] + factor[i, i + 1 :] @ point[i + 1 :] / factor[i, i])
        first = closest_vector(gram, offset, budget=0)
        assert_close(energy(gram, offset, first), float(point @ gram @ point), ROUNDING)
        assert_close(first.energy, float(point @ gram @ point), ROUNDING)
        best = closest_vector(gram, offset, budget=10_000)
        assert best.energy <= first.energy * (1 + ROUNDING)
        improved += best.energy < first.energy * (1 - ROUNDING)
        assert not first.exact
    assert improved


def test_integers_are_removed(rng: np.random.Generator) -> None:
    gram, _ = problem(rng, 4)
    found = closest_vector(gram, np.array([3.0, -7.0, 0.0, 11.0]), budget=1000)
    assert found.shift.tolist() == [-3, 7, 0, -11]
    assert found.energy == 0.0


def test_flat_directions_are_refused() -> None:
    with pytest.raises(np.linalg.LinAlgError):
        closest_vector(np.zeros((2, 2)), np.zeros(2), budget=10)
