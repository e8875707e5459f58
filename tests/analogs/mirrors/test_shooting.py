"""Problems of geodesic shooting: spaces of known curvature, neighbouring geodesics, a counted solver."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from analogs.mirrors.shooting import groups, landmarks
from analogs.mirrors.shooting.groups import group_problems
from analogs.mirrors.shooting.landmarks import CORNERS, landmark_map, landmark_problems
from analogs.mirrors.shooting.problems import (
    CAP,
    TOLERANCE,
    Problems,
    jacobi_growth,
    shoot_often,
    shoot_once,
    time_average,
)
from qgeom._linalg import log_rotation
from qgeom.diffeo.kernels import Matern
from qgeom.diffeo.landmark_curvature import landmark_curvature
from qgeom.diffeo.landmarks import Cometric, hamiltonian, shoot_landmarks
from qgeom.geodesic.endpoint import EndpointMap
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.curvature import ricci_curvature

LENGTHS = np.array([0.5, 1.0, 1.5])
# Closed forms along integrated paths of local error 1e-10.
CLOSE = 1e-8
# Central differences with this step: their own error is its square.
STEP = 1e-4
DIFFERENCES = 1e-6
# Kernels much narrower than the distance of the landmarks: they do not feel one another.
APART = Matern(0.03)


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


# ---- the known path


def test_hyperbolic_plane() -> None:
    """Aff(1) has K = -2, where Jacobi fields grow like sinh(sqrt(2) d) / (sqrt(2) d)."""
    problems = group_problems(MatrixMetric("aff", 1, band(0, 1.0)), LENGTHS, rng())
    np.testing.assert_allclose(problems.curvature, -2.0, rtol=CLOSE)
    angle = np.sqrt(2.0) * LENGTHS
    np.testing.assert_allclose(problems.growth, np.log(np.sinh(angle) / angle), atol=CLOSE)


def test_bi_invariant_metric_is_round_and_starts_at_its_solution() -> None:
    metric = PauliMetric(2, nielsen(1.0))
    problems = group_problems(metric, np.array([0.5, 1.0]), rng())
    np.testing.assert_allclose(problems.curvature, 8.0 / 14.0, rtol=CLOSE)  # Ric = 4^n / 2
    assert not problems.growth.any()
    shots = shoot_once(problems)
    assert shots.steps.tolist() == [0, 0]
    assert shots.success.all()


def test_curvature_is_never_negative_on_two_qubits() -> None:
    for cost in (4.0, 64.0):
        problems = group_problems(PauliMetric(2, nielsen(cost, 1)), LENGTHS, rng())
        assert (problems.curvature > 0).all()
        assert not problems.growth.any()


@pytest.mark.parametrize(
    "metric", [MatrixMetric("gl", 3, band(1, 8.0)), PauliMetric(2, nielsen(8.0, 1))]
)
def test_mean_curvature_by_a_sum_over_planes(metric: RightInvariantMetric) -> None:
    problems = group_problems(metric, LENGTHS[:1], rng())
    directions = rng().normal(size=(1, metric.dim))
    momentum = LENGTHS[0] * directions / np.linalg.norm(directions) * metric.frame
    path = shoot(metric, momentum=momentum[0], times=np.linspace(0.0, 1.0, 65))
    ricci = ricci_curvature(metric, path.velocities)
    expected = time_average(ricci) / (metric.dim - 1)
    np.testing.assert_allclose(problems.curvature, [expected], rtol=CLOSE)


def test_groups_start_with_the_logarithm_of_the_target() -> None:
    metric = MatrixMetric("so", 4, band(1, 8.0))
    problems = group_problems(metric, LENGTHS, rng())
    still = np.broadcast_to(metric.identity, (len(LENGTHS), 4, 4))
    logs = problems.gap(still, np.arange(len(LENGTHS)))
    np.testing.assert_allclose(metric.raise_(problems.start), logs, atol=CLOSE)
    assert not np.allclose(problems.start, logs)


def test_time_average_is_exact_on_straight_lines() -> None:
    times = np.linspace(0.0, 1.0, 65)
    np.testing.assert_allclose(time_average(np.stack([times, 0 * times + 3])), [0.5, 3.0])


# ---- Jacobi fields


def group_differences(metric: RightInvariantMetric, momentum: np.ndarray) -> np.ndarray:
    """Jacobi matrix by neighbouring geodesics: what separates their ends, seen from the right."""
    sides = []
    for sign in (1.0, -1.0):
        moved = momentum + sign * STEP * np.diag(metric.frame)
        sides.append(shoot(metric, momentum=moved, tolerance=1e-13).endpoint)
    gap = metric.vee(log_rotation(sides[0] @ np.swapaxes(sides[1], -1, -2)))
    return (gap * metric.frame).T / (2 * STEP)


def check_jacobi(found: np.ndarray, expected: np.ndarray) -> None:
    np.testing.assert_allclose(found, expected, atol=DIFFERENCES)


def test_jacobi_matrix_of_a_group_by_neighbouring_geodesics() -> None:
    metric = MatrixMetric("so", 4, band(1, 8.0))
    momentum = rng().normal(size=metric.dim) * metric.frame
    expected = group_differences(metric, momentum)
    found = groups.jacobi_frames(metric, momentum[None])[0]
    check_jacobi(found, expected)
    with pytest.raises(AssertionError):
        check_jacobi(found.T, expected)
    # Only seen from the right is the field along the path as long as at the start.
    unit = momentum / metric.frame
    assert np.linalg.norm(found @ unit) == pytest.approx(np.linalg.norm(unit), abs=CLOSE)


def test_jacobi_matrix_of_landmarks_by_neighbouring_geodesics() -> None:
    kernel, template = Matern(1.0), CORNERS + 0.1 * rng().normal(size=CORNERS.shape)
    frame = np.kron(Cometric.at(kernel, template).coframe(), np.eye(2))
    unit = rng(1).normal(size=CORNERS.size)
    momentum = (frame @ unit).reshape(CORNERS.shape)
    sides = [
        shoot_landmarks(
            kernel, template, momentum + sign * STEP * frame.T.reshape(-1, 4, 2), tolerance=1e-13
        ).endpoint
        for sign in (1.0, -1.0)
    ]
    derivative = ((sides[0] - sides[1]) / (2 * STEP)).reshape(8, 8).T
    end = shoot_landmarks(kernel, template, momentum).endpoint
    last = np.kron(Cometric.at(kernel, end).coframe(), np.eye(2))
    found = landmarks.jacobi_frames(kernel, template[None], momentum[None])[0]
    check_jacobi(found, last.T @ derivative)
    with pytest.raises(AssertionError):
        check_jacobi(found, derivative)
    assert np.linalg.norm(found @ unit) == pytest.approx(np.linalg.norm(unit), abs=CLOSE)


def test_growth_is_the_log_of_the_largest_stretch() -> None:
    matrices = np.stack([np.diag([2.0, 0.1]), np.eye(2), (1 + 1e-9) * np.eye(2)])
    np.testing.assert_allclose(jacobi_growth(matrices), [np.log(2.0), 0.0, 0.0], atol=1e-15)


# ---- landmarks


def test_landmarks_far_apart_move_in_flat_space() -> None:
    short = LENGTHS / 5  # the landmarks do not meet
    problems = landmark_problems(APART, short, rng())
    np.testing.assert_allclose(problems.curvature, 0.0, atol=CLOSE)
    assert not problems.growth.any()
    np.testing.assert_allclose(np.linalg.norm(problems.start, axis=-1), short, rtol=CLOSE)
    assert shoot_once(problems).steps.tolist() == [0, 0, 0]


def drawn_landmarks(kernel: Matern) -> tuple[np.ndarray, np.ndarray]:
    """Templates and momenta that `landmark_problems` draws with `rng()`, by its definition."""
    generator = rng()
    templates = CORNERS + landmarks.SHAKE * generator.normal(size=(len(LENGTHS), *CORNERS.shape))
    unit = generator.normal(size=(len(LENGTHS), CORNERS.size))
    unit *= LENGTHS[:, None] / np.linalg.norm(unit, axis=-1, keepdims=True)
    coframe = Cometric.at(kernel, templates).coframe()
    return templates, coframe @ unit.reshape(templates.shape)


def test_mean_curvature_of_landmarks_by_a_sum_over_planes() -> None:
    kernel = Matern(0.7)
    templates, momenta = drawn_landmarks(kernel)
    path = shoot_landmarks(kernel, templates, momenta, times=np.linspace(0.0, 1.0, 65))
    # Any basis orthogonal to the momentum will do once it is orthonormal.
    size = CORNERS.size
    metric = np.kron(Cometric.at(kernel, path.points).matrix, np.eye(2))
    factor = np.linalg.cholesky(metric)
    along = np.einsum("btji,btj->bti", factor, path.momenta.reshape(3, 65, size))
    basis = np.linalg.qr(np.concatenate([along[..., None], factor], axis=-1))[0]
    covectors = np.linalg.solve(factor.swapaxes(-1, -2), basis)
    planes = np.moveaxis(covectors, -1, 0).reshape(size, 3, 65, 4, 2)
    mean = landmark_curvature(kernel, path.points, path.momenta, planes[1:]).mean(axis=0)
    problems = landmark_problems(kernel, LENGTHS, rng())
    np.testing.assert_allclose(problems.curvature, time_average(mean), rtol=CLOSE)


def test_landmarks_start_with_their_displacement_as_velocity() -> None:
    kernel = Matern(0.7)
    templates, momenta = drawn_landmarks(kernel)
    displacement = shoot_landmarks(kernel, templates, momenta).endpoint - templates
    cometric = Cometric.at(kernel, templates)
    start = landmark_problems(kernel, LENGTHS, rng()).start.reshape(templates.shape)
    velocity = cometric.raise_(cometric.coframe() @ start)
    np.testing.assert_allclose(velocity, displacement, atol=CLOSE)


def test_unknowns_of_landmarks_have_the_length_of_the_path() -> None:
    kernel, templates = Matern(1.0), CORNERS + 0.1 * rng().normal(size=(2, *CORNERS.shape))
    unknowns = rng(2).normal(size=(2, CORNERS.size))
    momenta = Cometric.at(kernel, templates).coframe() @ unknowns.reshape(templates.shape)
    squared = 2 * hamiltonian(kernel, templates, momenta)
    np.testing.assert_allclose(squared, (unknowns**2).sum(axis=-1), rtol=CLOSE)
    ends = landmark_map(kernel, templates).ends(unknowns)
    expected = shoot_landmarks(kernel, templates, momenta).endpoint
    np.testing.assert_allclose(ends, expected, atol=CLOSE)
    alone = landmark_map(kernel, templates).take(np.array([1])).ends(unknowns[1:])
    np.testing.assert_allclose(alone, expected[1:], atol=CLOSE)


def test_landmarks_are_shot_to_their_targets() -> None:
    problems = landmark_problems(Matern(1.0), LENGTHS, rng())
    shots = shoot_once(problems)
    assert shots.success.all()
    assert (shots.steps > 0).all()
    assert shoot_often(problems, 2, rng()).tolist() == [1.0, 1.0, 1.0]


# ---- the solver


def toy(start: list[float], shrink: float) -> Problems:
    """Problems x -> 0 whose steps leave the share `shrink` of what is missing."""

    def step(x: np.ndarray, gap: np.ndarray, damping: np.ndarray) -> np.ndarray:
        return (1.0 - shrink) * gap

    values = np.array(start)
    return Problems(
        length=np.abs(values),
        curvature=0 * values,
        growth=0 * values,
        endpoint=EndpointMap(lambda x: x, step, np.ones(1)),
        gap=lambda ends, index: -ends,
        start=values[:, None],
    )


def test_steps_are_the_linear_solves_down_to_the_tolerance() -> None:
    halved = shoot_once(toy([1.0, 0.5, 0.9 * TOLERANCE], 0.5))
    assert halved.steps.tolist() == [27, 26, 0]  # 2^-27 < 1e-8 < 2^-26
    assert halved.success.all()
    assert shoot_once(toy([1.0], 0.0)).steps.tolist() == [1]


def test_a_failure_counts_as_the_cap() -> None:
    for shrink in (1.0, 0.9, -2.0):  # no progress, too slow, away from the target
        shots = shoot_once(toy([1.0, 0.5], shrink))
        assert shots.steps.tolist() == [CAP, CAP]
        assert not shots.success.any()


def test_one_that_fails_leaves_the_others_alone() -> None:
    shots = shoot_once(toy([1.0, 1e9, 0.25], 0.5))
    assert shots.steps.tolist() == [27, CAP, 25]
    assert shots.success.tolist() == [True, False, True]


@pytest.mark.parametrize(
    "draw",
    [
        lambda generator: group_problems(PauliMetric(3, nielsen(4.0)), LENGTHS, generator),
        lambda generator: landmark_problems(Matern(0.5), LENGTHS, generator),
    ],
    ids=["group", "landmarks"],
)
def test_a_batch_is_solved_as_one_by_one(
    draw: Callable[[np.random.Generator], Problems],
) -> None:
    problems = draw(rng())
    together = shoot_once(problems)
    for i in range(len(LENGTHS)):
        only = np.array([i])
        alone = dataclasses.replace(
            problems,
            endpoint=problems.endpoint.take(only),
            gap=lambda ends, index, only=only: problems.gap(ends, only[index]),
            start=problems.start[only],
        )
        assert shoot_once(alone).steps.tolist() == [together.steps[i]]


def test_random_starts_have_the_length_of_the_path() -> None:
    seen = []
    problems = toy([0.5, 2.0], 0.5)

    def ends(x: np.ndarray) -> np.ndarray:
        seen.append(x.copy())
        return x

    endpoint = EndpointMap(ends, problems.endpoint.step, np.full(1, 3.0))
    share = shoot_often(dataclasses.replace(problems, endpoint=endpoint), 3, rng())
    assert share.tolist() == [1.0, 1.0]
    np.testing.assert_allclose(np.abs(seen[0][:, 0] / 3.0), [0.5, 0.5, 0.5, 2.0, 2.0, 2.0])


def test_share_of_starts_is_counted_for_each_problem() -> None:
    # From 1e9 halving does not arrive within the cap.
    assert shoot_often(toy([1.0, 1e9], 0.5), 2, rng()).tolist() == [1.0, 0.0]
