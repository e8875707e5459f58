r"""The template side: the energy of an inexact match of landmarks against what it leaves unmatched.

``J = H(q(0), p) + |q(1) - goal|^2 / (2 sigma^2)`` over initial momenta p: the energy of the geodesic, and
the mismatch weighted by ``sigma^-2``, the paper's eq. (2) for landmarks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import scipy.optimize

from qgeom._typing import Real
from qgeom.diffeo.kernels import RadialKernel
from qgeom.diffeo.landmark_derivative import tangent_flow
from qgeom.diffeo.landmarks import Cometric

OPTIONS = {"ftol": 1e-15, "gtol": 1e-8, "maxiter": 300}


def objective(
    kernel: RadialKernel, start: Real, goal: Real, momenta: Real, weight: float
) -> tuple[float, Real, float, float]:
    """J, its derivatives (N, D) by the momenta, the energy, and the mismatch ``|q(1) - goal|^2 / 2``.

    Examples
    --------
    One landmark at rest: the mismatch is all.

    >>> from qgeom.diffeo.kernels import Gaussian
    >>> rest, goal = np.zeros((1, 2)), np.array([[3.0, 4.0]])
    >>> value, slope, *_ = objective(Gaussian(1.0), rest, goal, rest, 2.0)
    >>> value, slope.round(9).tolist()
    (25.0, [[-6.0, -8.0]])
    """
    size = start.size
    tangents = np.stack([np.zeros((size, size)), np.eye(size)])
    ends, columns = tangent_flow(kernel, start[None], momenta[None], tangents)
    miss = (ends[0, 0] - goal).ravel()
    cometric = Cometric.at(kernel, start)
    velocity = cometric.raise_(momenta)
    energy, mismatch = 0.5 * float((momenta * velocity).sum()), 0.5 * float(miss @ miss)
    slope = velocity + weight * (columns[0, 0].T @ miss).reshape(start.shape)
    return energy + weight * mismatch, slope, energy, mismatch


def match_front(
    kernel: RadialKernel, start: Real, goal: Real, weights: Sequence[float]
) -> Iterator[tuple[float, float]]:
    """Energy and mismatch of the best momenta for rising weights, each from those before.

    Examples
    --------
    One landmark a distance 1 away: it goes ``w / (1 + w)`` of the way.

    >>> from qgeom.diffeo.kernels import Gaussian
    >>> ends = np.zeros((1, 1)), np.ones((1, 1))
    >>> [tuple(np.round(own, 6).tolist()) for own in match_front(Gaussian(1.0), *ends, (1.0, 3.0))]
    [(0.125, 0.125), (0.28125, 0.03125)]
    """
    momenta = np.zeros_like(start)

    def flat(x: Real, weight: float) -> tuple[float, Real]:
        value, slope, *_ = objective(kernel, start, goal, x.reshape(start.shape), weight)
        return value, slope.ravel()

    for weight in weights:
        found = scipy.optimize.minimize(
            flat, momenta.ravel(), (weight,), jac=True, method="L-BFGS-B", options=OPTIONS
        )
        momenta = found.x.reshape(start.shape)
        _, _, energy, mismatch = objective(kernel, start, goal, momenta, weight)
        yield energy, mismatch
