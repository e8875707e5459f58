"""Random solutions of the equation of a given length, and the shortest path found to where they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.stats

from qgeom._typing import Matrix, Real
from qgeom.algebra.targets import target
from qgeom.diffeo.kernels import Matern
from qgeom.diffeo.landmark_matching import match_landmarks
from qgeom.diffeo.landmarks import Cometric, shoot_landmarks
from qgeom.geodesic.connect import connect
from qgeom.geodesic.flow import shoot
from qgeom.geodesic.refine import RESIDUAL
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

# A path that is shorter by this share beats another one: far above the error of the end.
BEATEN = 1e-6
# Landmarks whose shots are compared, and how far each is moved at random.
SQUARE, SHAKE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]), 0.15
KERNEL = Matern(1.0, order=3)
# Local error of the integrator, for ends that are met to 1e-9.
TOLERANCE = 1e-12


@dataclass(frozen=True)
class Search:
    """A group with a metric, its typical elements, and how hard to search on it.

    Attributes
    ----------
    metric, typical
        The metric, and a random element of Haar's law.
    branches, starts
        Of `connect`; None: its own choice.
    shots
        Random solutions a seed and length.
    """

    metric: RightInvariantMetric
    typical: Callable[[np.random.Generator], Matrix]
    branches: int | None
    starts: int | None
    shots: int

    def shortest(self, element: Matrix, rng: np.random.Generator) -> float:
        """Length of the shortest geodesic found to an element, infinite if none is."""
        found = connect(
            self.metric, element, rng=rng, branches=self.branches, starts=self.starts, keep=1
        )[0]
        return float(found.length) if found.residual <= RESIDUAL else np.inf


UNITARY = Search(
    PauliMetric(2, nielsen(16.0, locality=1)),
    lambda rng: target("haar", 2, rng=rng).matrix,
    branches=None,
    starts=None,
    shots=8,
)
ROTATION = Search(
    MatrixMetric("so", 4, band(1, 16.0)),
    lambda rng: scipy.stats.special_ortho_group.rvs(4, random_state=rng),
    branches=2,
    starts=1,
    shots=4,
)


def shorter_paths(search: Search, length: float, rng: np.random.Generator) -> Real:
    """``shortest / length`` of random solutions of this length, (shots,): 1 where none was beaten.

    Directions are uniform in the metric.
    """
    momenta = directions((search.shots, search.metric.dim), length, rng) * search.metric.frame
    ends = shoot(search.metric, momentum=momenta, tolerance=TOLERANCE).endpoint
    found = np.array([search.shortest(end, rng) for end in ends])
    return np.minimum(found / length, 1.0)


def shorter_matches(start: Real, momenta: Real) -> Real:
    """The same for landmarks: the match from rest over the shot of these momenta (B, N, D), (B,)."""
    shot = shoot_landmarks(KERNEL, start, momenta, tolerance=TOLERANCE)
    match = match_landmarks(KERNEL, start, shot.endpoint)
    found = np.where(match.converged, match.path.length, np.inf)
    return np.minimum(found / shot.length, 1.0)


def landmark_starts(length: float, count: int, rng: np.random.Generator) -> tuple[Real, Real]:
    """Shaken squares and momenta of geodesics of this length, (count, 4, 2) each.

    Examples
    --------
    >>> start, momenta = landmark_starts(2.0, 3, np.random.default_rng(0))
    >>> np.sqrt(Cometric.at(KERNEL, start).inner(momenta, momenta)).round(9).tolist()
    [2.0, 2.0, 2.0]
    """
    start = SQUARE + SHAKE * rng.normal(size=(count, *SQUARE.shape))
    return start, landmark_momenta(start, length, rng)


def landmark_momenta(points: Real, length: float, rng: np.random.Generator) -> Real:
    """Random momenta of this norm at configurations (B, N, D), uniform in the metric."""
    velocities = directions((len(points), points[0].size), length, rng).reshape(points.shape)
    return Cometric.at(KERNEL, points).coframe() @ velocities


def kept(ratios: Real) -> np.ndarray:
    """Where no shorter path was found.

    Examples
    --------
    >>> kept(np.array([1.0, 1.0 - 1e-9, 0.9])).tolist()
    [True, True, False]
    """
    return ratios >= 1.0 - BEATEN


def directions(shape: tuple[int, int], length: float, rng: np.random.Generator) -> Real:
    """Vectors (B, dim) of this length, uniform in direction.

    Examples
    --------
    >>> found = directions((5, 3), 2.0, np.random.default_rng(0))
    >>> bool(np.allclose(np.linalg.norm(found, axis=-1), 2.0))
    True
    """
    normal = rng.normal(size=shape)
    return length * normal / np.linalg.norm(normal, axis=-1, keepdims=True)
