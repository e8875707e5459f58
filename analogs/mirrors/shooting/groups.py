"""Problems on groups: unitaries and network layers, by the same code."""

from __future__ import annotations

import numpy as np

from analogs.mirrors.shooting.problems import MOMENTS, Problems, jacobi_growth, time_average
from qgeom._typing import Array, Covector, Integer, Matrix, Real
from qgeom.geodesic.endpoint import dense_map, endpoint_map
from qgeom.geodesic.flow import shoot
from qgeom.geodesic.refine import endpoint_residual
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.readings.curvature import ricci_tensor

# Of the derivative, which is less accurate than the end point.
TOLERANCE = 1e-12


def group_problems(
    metric: RightInvariantMetric, length: Real, rng: np.random.Generator
) -> Problems:
    """Targets at the end of geodesics of given lengths, directions uniform in the metric.

    The start is the velocity log(target) of the unpenalised geodesic, or target - 1 where there is
    no real logarithm.
    """
    directions = rng.normal(size=(len(length), metric.dim))
    directions *= (length / np.linalg.norm(directions, axis=-1))[:, None]
    momentum = directions * metric.frame
    times = np.linspace(0.0, 1.0, MOMENTS)
    paths = shoot(metric, momentum=momentum, times=times)
    targets = paths.endpoint
    ricci = np.einsum("...a,ab,...b->...", paths.velocities, ricci_tensor(metric), paths.velocities)
    planes = (metric.dim - 1) * length**2

    def gap(ends: Matrix, index: Integer) -> Array:
        return endpoint_residual(metric, ends, targets[index])

    still = np.broadcast_to(metric.identity, targets.shape)
    return Problems(
        length=length,
        curvature=time_average(ricci) / planes,
        growth=jacobi_growth(jacobi_frames(metric, momentum)),
        endpoint=endpoint_map(metric),
        gap=gap,
        start=metric.lower(gap(still, np.arange(len(length)))),
    )


def jacobi_frames(metric: RightInvariantMetric, momentum: Covector) -> Real:
    """Jacobi matrices at time 1 between orthonormal frames, (B, dim, dim).

    ``sqrt(I) Ad_g M sqrt(I)``: M of `dense_map` gives ``g^-1 dg``, and the metric is right-invariant.
    """
    ends, derivative = dense_map(metric, TOLERANCE)(momentum)
    fields = metric.adjoint(ends[:, None], derivative.swapaxes(-1, -2))  # (B, dm, dg g^-1)
    return fields.swapaxes(-1, -2) * metric.frame[:, None] * metric.frame
