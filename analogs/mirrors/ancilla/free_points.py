"""Matching landmarks with further landmarks beside them that may end anywhere."""

from __future__ import annotations

import numpy as np
import scipy.optimize

from analogs.mirrors.ancilla.enlarge import Compared
from qgeom._typing import Real
from qgeom.diffeo.kernels import Matern
from qgeom.diffeo.landmark_derivative import tangent_flow
from qgeom.diffeo.landmark_matching import match_landmarks
from qgeom.diffeo.landmarks import Cometric, integrate, shoot_landmarks

KERNEL = Matern(1.0, order=3)
# A shaken square, matched to the end of a geodesic of this length, and two free landmarks inside.
SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
INSIDE = np.array([[0.4, 0.6], [0.6, 0.4]])
SHAKE, LENGTH = 0.1, 2.0
# Steps of the minimiser, the accuracy of its energy, and the local error of the flow under it.
ITERATIONS, ACCURACY, TOLERANCE = 200, 1e-10, 1e-9
# The ends of an accepted path meet the goal to this, in the unit of the landmarks.
CLOSED = 1e-7
# Random momentum on all landmarks at the start, as a share of the length of the match.
PUSH = 0.5


def random_goal(rng: np.random.Generator) -> tuple[Real, Real]:
    """A shaken square, and where a random geodesic takes it, (4, 2) each."""
    start = SQUARE + SHAKE * rng.normal(size=SQUARE.shape)
    direction = rng.normal(size=SQUARE.shape)
    direction *= LENGTH / np.linalg.norm(direction)
    momenta = Cometric.at(KERNEL, start).coframe() @ direction
    return start, shoot_landmarks(KERNEL, start, momenta, tolerance=TOLERANCE).endpoint


def denser_match(start: Real, goal: Real, free: Real, rng: np.random.Generator) -> Compared:
    """Least length that takes `start` to `goal`, (N, 2) each, alone and with landmarks at `free`.

    The minimiser starts from the match of the N landmarks pushed at random, with momenta on the free
    ones; the match itself, with no momentum there, is one path of the larger family.

    Examples
    --------
    One landmark moves straight, and others beside it are of no help.

    >>> at = np.zeros((1, 2))
    >>> found = denser_match(at, at + [1.0, 0.0], INSIDE, np.random.default_rng(0))
    >>> round(found.small, 6), round(found.large, 6)
    (1.0, 1.0)
    """
    match = match_landmarks(KERNEL, start, goal, throw=True)
    alone = float(match.path.length)
    held = np.concatenate([match.path.momenta[0], np.zeros(free.shape)])
    large = least_length(np.concatenate([start, free]), goal, held, PUSH * alone, rng)
    # Where the minimiser ends higher, the match is shorter: it has no momentum on the free landmarks.
    return Compared(alone, min(large, alone), float(match.lower))


def least_length(
    points: Real, goal: Real, momenta: Real, push: float, rng: np.random.Generator
) -> float:
    """Local minimum of the length of paths that take the first landmarks to `goal`, (N, 2).

    Points and momenta of all landmarks, (N + M, 2), start the minimiser after a random push of this
    norm.  Infinite if it does not meet the goal.
    """
    # From coordinates in which the length is the norm to momenta.
    coframe = Cometric.at(KERNEL, points).coframe()
    pushed = rng.normal(size=points.shape)
    first = np.linalg.solve(coframe, momenta) + push * pushed / np.linalg.norm(pushed)
    kicks = np.zeros((2, points.size, points.size))
    kicks[1] = np.kron(coframe, np.eye(points.shape[1]))

    def kicked(x: Real) -> Real:
        return (coframe @ x.reshape(points.shape))[None]

    def miss(x: Real) -> Real:
        along = integrate(KERNEL, points[None], kicked(x), np.array([1.0]), TOLERANCE)
        return (along[0, 0, 0, : len(goal)] - goal).ravel()

    def slope(x: Real) -> Real:
        columns = tangent_flow(KERNEL, points[None], kicked(x), kicks, TOLERANCE)[1]
        return columns[0, 0, : goal.size]

    found = scipy.optimize.minimize(
        lambda x: 0.5 * float(x @ x),
        first.ravel(),
        jac=lambda x: x,
        method="SLSQP",
        constraints={"type": "eq", "fun": miss, "jac": slope},
        options={"maxiter": ITERATIONS, "ftol": ACCURACY},
    )
    met = np.abs(miss(found.x)).max() <= CLOSED
    return float(np.linalg.norm(found.x)) if met else np.inf
