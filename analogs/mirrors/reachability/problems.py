"""Targets at a known distance: on SU(4), SO(5), and for four landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analogs.mirrors.reachability.spaces import (
    Aim,
    Space,
    group_aim,
    group_space,
    landmark_aim,
    landmark_space,
)
from qgeom._typing import Matrix
from qgeom.diffeo.kernels import Gaussian
from qgeom.diffeo.landmark_matching import match_landmarks
from qgeom.diffeo.landmarks import Cometric, shoot_landmarks
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

# Name, side and bi-invariant metric, tr/N.
GROUPS: tuple[tuple[str, str, RightInvariantMetric], ...] = (
    ("SU(4)", "quantum", PauliMetric(2, nielsen(1.0))),
    ("SO(5)", "network", MatrixMetric("so", 5, band(1, 1.0))),
)
# Within the cut locus of both groups (1.36 on SU(4) modulo phase, 1.99 on SO(5)).
GROUP_DISTANCE = 1.2
GROUP_STARTS, GROUP_STEPS = 3, 60
# Landmarks: a shaken square, in widths of the kernel.
KERNEL = Gaussian(1.0)
SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
SHAKE, LANDMARK_DISTANCE = 0.1, 1.5
LANDMARK_STARTS, LANDMARK_STEPS = 2, 40


@dataclass(frozen=True, eq=False)
class Problem:
    """A space, a target in it, and how hard to try.

    Attributes
    ----------
    space
        Where the layers move.
    aim
        Half the squared distance from the target.
    distance
        Of the target from where the network begins.
    starts, steps
        Random starts, and steps of the descent.
    """

    space: Space
    aim: Aim
    distance: float
    starts: int
    steps: int


def group_target(metric: RightInvariantMetric, rng: np.random.Generator) -> Matrix:
    """The end of a geodesic of length 1.2 in a direction uniform in the metric."""
    velocity = rng.normal(size=metric.dim) / np.sqrt(metric.inertia)
    return metric.exp(velocity * (GROUP_DISTANCE / metric.norm(velocity)))


def group_problems(rng: np.random.Generator) -> list[Problem]:
    """One target on each group.

    Examples
    --------
    >>> [problem.space.name for problem in group_problems(np.random.default_rng(0))]
    ['SU(4)', 'SO(5)']
    """
    return [
        Problem(
            group_space(name, side, metric),
            group_aim(metric, group_target(metric, rng)),
            GROUP_DISTANCE,
            GROUP_STARTS,
            GROUP_STEPS,
        )
        for name, side, metric in GROUPS
    ]


def landmark_problem(rng: np.random.Generator) -> Problem:
    """Four landmarks, and where a random geodesic takes them."""
    start = SQUARE + SHAKE * rng.normal(size=SQUARE.shape)
    direction = rng.normal(size=SQUARE.shape)
    direction *= LANDMARK_DISTANCE / np.linalg.norm(direction)
    momenta = Cometric.at(KERNEL, start).coframe() @ direction
    goal = shoot_landmarks(KERNEL, start, momenta).endpoint
    # The geodesic home may be shorter than the one that led here.
    distance = float(match_landmarks(KERNEL, start, goal, throw=True).path.length)
    return Problem(
        landmark_space("4 landmarks", KERNEL, start),
        landmark_aim(KERNEL, goal),
        distance,
        LANDMARK_STARTS,
        LANDMARK_STEPS,
    )
