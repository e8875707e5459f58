"""Matching: distances in closed form, symmetry, bounds, the convergence of Newton's method."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.diffeo.kernels import Gaussian, Matern, RadialKernel
from qgeom.diffeo.landmark_bounds import landmark_distance_bound
from qgeom.diffeo.landmark_matching import match_landmarks
from qgeom.diffeo.landmarks import shoot_landmarks
from tests.closeness import EXACT, ROUNDING, assert_close
from tests.oracles import landmarks as oracle

KERNELS = ((Gaussian(0.8), oracle.gaussian(0.8)), (Matern(1.1), oracle.matern(1.1)))
# Lengths of geodesics with the endpoint residual 1e-9.
LENGTH = 1e-8
PAIR = np.array([[-0.5], [0.5]])


def near_pairs(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    start = 1.5 * rng.normal(size=(count, 4, 2))
    return start, start + 0.3 * rng.normal(size=start.shape)


@pytest.mark.parametrize(("ratio", "distance"), [(0.5, 0.740579), (0.1, 2.365056)])
def test_pair_on_a_line_has_the_known_distance(ratio: float, distance: float) -> None:
    found = match_landmarks(Gaussian(1.0), PAIR, ratio * PAIR)
    assert found.converged
    assert_close(float(found.path.length), distance, 1e-6)
    assert_close(float(found.lower), oracle.pair_distance(oracle.gaussian(1.0), 1.0, ratio), LENGTH)
    assert_close(found.path.length, found.lower, LENGTH)


@pytest.mark.parametrize(("kernel", "plain"), KERNELS)
def test_pair_in_the_plane_meets_the_bound_of_any_kernel(
    kernel: RadialKernel, plain: oracle.Kernel
) -> None:
    start = PAIR * np.array([0.6, 0.8])
    for ratio in (0.4, 2.0):
        found = match_landmarks(kernel, start, ratio * start)
        assert_close(float(found.path.length), oracle.pair_distance(plain, 1.0, ratio), LENGTH)


@pytest.mark.parametrize("kernel", [kernel for kernel, _ in KERNELS])
def test_bound_grows_without_end(kernel: RadialKernel) -> None:
    """The diameter is infinite: ``d >= |log(r1 / r0)| / sqrt(-k''(0))``, and nearly that."""
    ratios = np.array([0.5, 0.1, 1e-2, 1e-4])
    bounds = landmark_distance_bound(kernel, PAIR, ratios[:, None, None] * PAIR)
    logs = -np.log(ratios) / kernel.strain
    assert (bounds >= logs).all()
    assert_close(np.diff(bounds)[1:] / np.diff(logs)[1:], np.ones(2), 2e-3)


def test_matches_invert_shooting(rng: np.random.Generator) -> None:
    q, p = rng.normal(size=(2, 6, 4, 2))
    path = shoot_landmarks(Gaussian(1.0), 1.5 * q, 0.4 * p, tolerance=1e-12)
    found = match_landmarks(Gaussian(1.0), 1.5 * q, path.endpoint)
    assert found.status.startswith("Converged")
    assert_close(found.path.momenta[:, 0], 0.4 * p, 1e-6)
    assert_close(found.path.endpoint, path.endpoint, LENGTH)
    assert_close(found.path.length, path.length, LENGTH)


@pytest.mark.parametrize("kernel", [kernel for kernel, _ in KERNELS])
def test_distance_is_symmetric_and_above_its_bound(
    kernel: RadialKernel, rng: np.random.Generator
) -> None:
    start, goal = near_pairs(rng, 8)
    there, back = match_landmarks(kernel, start, goal), match_landmarks(kernel, goal, start)
    both = there.converged & back.converged
    assert both.sum() >= 7
    assert_close(there.path.length[both], back.path.length[both], LENGTH)
    assert_close(there.lower, back.lower, ROUNDING)
    assert (there.path.length[both] >= there.lower[both]).all()


def test_motions_and_scale_change_nothing(rng: np.random.Generator) -> None:
    start, goal = near_pairs(rng, 3)
    turn = np.linalg.qr(rng.normal(size=(2, 2)))[0]
    found = match_landmarks(Gaussian(1.0), start, goal)
    moved = match_landmarks(Gaussian(2.0), 2.0 * start @ turn + 3.0, 2.0 * goal @ turn + 3.0)
    assert_close(moved.path.length, 2.0 * found.path.length, LENGTH)
    assert_close(moved.steps, found.steps, EXACT)


def test_flat_space_takes_few_steps_and_meets_the_bound() -> None:
    """Flat space: what is missing falls by the damping, which falls with its square."""
    found = match_landmarks(Gaussian(1.0), np.zeros((1, 2)), np.array([[0.3, 0.4]]))
    assert_close(float(found.path.length), 0.5, LENGTH)
    assert_close(float(found.lower), 0.5, EXACT)
    assert 1 <= found.steps <= 4


def test_steps_are_those_that_were_needed(rng: np.random.Generator) -> None:
    start, goal = near_pairs(rng, 4)
    found = match_landmarks(Gaussian(1.0), start, goal)
    assert found.converged.all()
    for i, steps in enumerate(found.steps.tolist()):
        enough = match_landmarks(Gaussian(1.0), start[i], goal[i], iterations=steps)
        short = match_landmarks(Gaussian(1.0), start[i], goal[i], iterations=steps - 1)
        assert (bool(enough.converged), bool(short.converged)) == (True, False)
        assert int(enough.steps) == steps


def test_rest_is_its_own_match(rng: np.random.Generator) -> None:
    points = rng.normal(size=(4, 2))
    found = match_landmarks(Gaussian(1.0), points, points)
    assert (int(found.steps), float(found.path.length)) == (0, 0.0)
    assert found.converged


def test_what_does_not_converge_says_so(rng: np.random.Generator) -> None:
    start, goal = near_pairs(rng, 3)
    found = match_landmarks(Gaussian(1.0), start, goal, iterations=1)
    assert not found.converged.any()
    assert "Did not converge: 3 of 3" in found.status
    with pytest.raises(RuntimeError, match="Did not converge"):
        match_landmarks(Gaussian(1.0), start, goal, iterations=1, throw=True)


def test_geodesics_that_are_too_long_are_refused() -> None:
    found = match_landmarks(Gaussian(1.0), np.zeros((1, 1)), np.full((1, 1), 17.0))
    assert not found.converged
    assert "none longer than 16 widths" in found.status
    assert found.path.length <= 16.0 + LENGTH


@pytest.mark.parametrize(
    ("start", "goal", "options", "message"),
    [
        (PAIR, 0.0 * PAIR, {}, "must be apart"),
        (PAIR, np.zeros((3, 1)), {}, "share N and D"),
        (PAIR, 2 * PAIR, {"residual": 0.0}, "`residual` must be positive"),
        (PAIR, 2 * PAIR, {"iterations": 0}, "`iterations` must be at least 1"),
        (PAIR, 2 * PAIR, {"tolerance": -1.0}, "`tolerance` must be positive"),
        (PAIR, 2 * PAIR, {"times": np.array([0.0, 2.0])}, "`times` must increase"),
    ],
)
def test_wrong_arguments_are_refused(
    start: np.ndarray, goal: np.ndarray, options: dict, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        match_landmarks(Gaussian(1.0), start, goal, **options)


def test_bound_of_a_shift_is_the_shift() -> None:
    assert_close(float(landmark_distance_bound(Gaussian(1.0), PAIR, PAIR + 3.0)), 3.0, EXACT)


def test_bound_refuses_landmarks_in_one_place() -> None:
    with pytest.raises(ValueError, match="have landmarks apart"):
        landmark_distance_bound(Gaussian(1.0), PAIR, 0.0 * PAIR)
