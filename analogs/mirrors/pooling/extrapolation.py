"""What the kernel of template matching says about points between the landmarks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qgeom.diffeo.kernels import Matern
from qgeom.diffeo.landmark_matching import match_landmarks
from qgeom.diffeo.landmarks import shoot_landmarks

# Landmarks that are matched, and points between them, in the unit square.
SEEN = np.stack(np.meshgrid(*2 * [np.array([0.1, 0.5, 0.9])]), axis=-1).reshape(-1, 2)
BETWEEN = np.stack(np.meshgrid(*2 * [np.array([0.3, 0.7])]), axis=-1).reshape(-1, 2)
# Widths of the kernel: beyond the distance of landmarks, and well below it, as if there were none.
WIDE, NARROW = 0.8, 0.08
# Of the deformation, a wave of this length along each axis, and noise of the landmarks' goals.
AMPLITUDE, WAVELENGTH, NOISE = 0.08, 2.0, 0.01


@dataclass(frozen=True)
class Extrapolated:
    """Root mean square error between the landmarks over the displacement there, by kernel."""

    wide: float
    narrow: float


def extrapolated(rng: np.random.Generator) -> Extrapolated:
    """Match noisy landmarks of a random smooth deformation with both kernels.

    Examples
    --------
    Without a kernel that reaches them, points between the landmarks stay where they are.

    >>> extrapolated(np.random.default_rng(0)).narrow > 0.9
    True
    """
    phase, direction = rng.uniform(0, 2 * np.pi, size=2), rng.normal(size=(2, 2))
    goal = deformation(SEEN, phase, direction) + NOISE * rng.normal(size=SEEN.shape)
    truth = deformation(BETWEEN, phase, direction)
    return Extrapolated(*(_error(width, goal, truth) for width in (WIDE, NARROW)))


def deformation(
    points: NDArray[np.float64], phase: NDArray[np.float64], direction: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return points (N, 2) moved by one wave along each axis.

    Examples
    --------
    >>> deformation(np.zeros((1, 2)), np.array([0.0, np.pi / 2]), np.eye(2))
    array([[0.  , 0.08]])
    """
    waves = np.sin(2 * np.pi / WAVELENGTH * points + phase)
    return points + AMPLITUDE * waves @ direction


def _error(width: float, goal: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    kernel = Matern(width, order=3)
    momenta = match_landmarks(kernel, SEEN, goal, throw=True).path.momenta[0]
    # A point without momentum is carried by the flow of the others.
    points = np.concatenate([SEEN, BETWEEN])
    carried = np.concatenate([momenta, np.zeros_like(BETWEEN)])
    ends = shoot_landmarks(kernel, points, carried).endpoint[len(SEEN) :]
    return float(np.linalg.norm(ends - truth) / np.linalg.norm(truth - BETWEEN))
