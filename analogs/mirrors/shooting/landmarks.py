"""Problems on landmarks: N points of R^D and the paths on which a kernel moves them."""

from __future__ import annotations

import numpy as np

from analogs.mirrors.shooting.problems import MOMENTS, Problems, jacobi_growth, time_average
from qgeom._typing import Array, Integer, Real
from qgeom.diffeo.kernels import RadialKernel
from qgeom.diffeo.landmark_curvature import landmark_ricci
from qgeom.diffeo.landmark_derivative import tangent_flow
from qgeom.diffeo.landmarks import Cometric, integrate, shoot_landmarks
from qgeom.geodesic.endpoint import EndpointMap
from qgeom.geodesic.least_squares import damped_solve

# Corners of a square, shaken a little: every problem has a template of its own.
CORNERS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
SHAKE = 0.15
# Local error of the integration, as on the groups.
TOLERANCE = 1e-10


def landmark_problems(kernel: RadialKernel, length: Real, rng: np.random.Generator) -> Problems:
    """Targets at the end of geodesics of given lengths, directions uniform in the metric.

    The start is the displacement of each landmark as its velocity: the straight line, which would be
    the geodesic if the landmarks did not feel one another.
    """
    templates = CORNERS + SHAKE * rng.normal(size=(len(length), *CORNERS.shape))
    coframe = Cometric.at(kernel, templates).coframe()
    directions = rng.normal(size=(len(length), CORNERS.size))
    directions *= (length / np.linalg.norm(directions, axis=-1))[:, None]
    times = np.linspace(0.0, 1.0, MOMENTS)
    momenta = coframe @ directions.reshape(templates.shape)
    paths = shoot_landmarks(kernel, templates, momenta, times=times)
    ricci = landmark_ricci(kernel, paths.points, paths.momenta)
    targets = paths.endpoint

    def gap(ends: Array, index: Integer) -> Array:
        return (targets[index] - ends).reshape(len(ends), -1)

    still = gap(templates, np.arange(len(length))).reshape(templates.shape)
    return Problems(
        length=length,
        curvature=time_average(ricci) / (CORNERS.size - 1),
        growth=jacobi_growth(jacobi_frames(kernel, templates, momenta)),
        endpoint=landmark_map(kernel, templates),
        gap=gap,
        start=(coframe.swapaxes(-1, -2) @ still).reshape(len(length), -1),
    )


def landmark_map(kernel: RadialKernel, templates: Real) -> EndpointMap:
    """The endpoint map of initial momenta in the orthonormal coframe of each template (B, N, D)."""
    coframe = Cometric.at(kernel, templates).coframe()

    def momenta(unknowns: Array) -> Real:
        return coframe @ unknowns.reshape(templates.shape)

    def ends(unknowns: Array) -> Array:
        one = np.array([1.0])
        return integrate(kernel, templates, momenta(unknowns), one, TOLERANCE)[0, :, 0]

    def step(unknowns: Array, gap: Array, damping: Array) -> Array:
        derivative = _derivative(kernel, templates, momenta(unknowns))
        return damped_solve(_into_frame(derivative, coframe), gap, damping)

    return EndpointMap(
        ends,
        step,
        np.ones(templates[0].size),
        lambda index: landmark_map(kernel, templates[index]),
    )


def jacobi_frames(kernel: RadialKernel, templates: Real, momenta: Real) -> Real:
    """Jacobi matrices at time 1 between orthonormal frames, (B, N D, N D).

    ``C_1^T (dq(1) / dp(0)) C_0`` with ``C C^T = K^-1``, the metric at the start and at the end.
    """
    ends = integrate(kernel, templates, momenta, np.array([1.0]), TOLERANCE)[0, :, 0]
    first, last = (Cometric.at(kernel, points).coframe() for points in (templates, ends))
    derivative = _derivative(kernel, templates, momenta)
    outward = _into_frame(derivative.swapaxes(-1, -2), last).swapaxes(-1, -2)
    return _into_frame(outward, first)


def _derivative(kernel: RadialKernel, templates: Real, momenta: Real) -> Real:
    """``dq(1) / dp(0)``, (B, N D, N D)."""
    size = templates[0].size
    tangents = np.stack([np.zeros((size, size)), np.eye(size)])
    return tangent_flow(kernel, templates, momenta, tangents, TOLERANCE)[1][:, 0]


def _into_frame(matrix: Real, coframe: Real) -> Real:
    """Columns of (B, m, N D) along the orthonormal covectors, with each axis of R^D."""
    count, points = len(matrix), coframe.shape[-1]
    blocks = matrix.reshape(count, -1, points, matrix.shape[-1] // points)
    return np.einsum("bmid,bik->bmkd", blocks, coframe).reshape(matrix.shape)
