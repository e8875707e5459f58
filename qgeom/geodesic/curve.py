"""What a geodesic is: a frozen record of the curve, with the numbers that say how far to trust it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from qgeom._checks import check_finite_array
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric


@dataclass(frozen=True, eq=False)
class Geodesic:
    """A solution g(t) of the Euler-Arnold equation, or a batch of them.

    The leading shape ``...`` is that of the initial velocities.

    Attributes
    ----------
    metric
        The metric that it is a geodesic of.
    momentum
        Initial momentum m(0), (..., dim); conserved: ``m(t) = Ad*_{g^-1} m(0)``.
    times
        (T,), increasing from 0 to the duration.
    points
        g(t), (..., T, N, N).
    length
        ``int |u| dt = duration * |u(0)|``, (...).
    energy_drift
        Largest relative change of ``<u, u>`` over `times`, (...): the error that nothing protects.
    residual
        Endpoint residual ``|log(g(1)^-1 target)|`` in the unpenalised norm, NaN without a target, (...).
    scheme
        "closed form", "DOP853", ... : how it was computed.
    status
        A sentence.
    """

    metric: RightInvariantMetric
    momentum: Covector
    times: Real
    points: Matrix
    length: Real
    energy_drift: Real
    residual: Real
    scheme: str
    status: str
    interpolant: Callable[[Real], Matrix]

    @property
    def velocity(self) -> Vector:
        """Initial velocity u(0), (..., dim)."""
        return self.metric.raise_(self.momentum)

    @property
    def velocities(self) -> Vector:
        """Velocities u(t) at `times`, (..., T, dim)."""
        return velocities_at(self.metric, self.points, self.momentum)

    @property
    def endpoint(self) -> Matrix:
        """Group element at the last time, (..., N, N)."""
        return self.points[..., -1, :, :]

    @property
    def duration(self) -> float:
        """Last time."""
        return float(self.times[-1])

    def at(self, times: Real) -> Geodesic:
        """Return the same geodesic seen at other times (dense output).

        Raises
        ------
        ValueError
            Unless `times` is one-dimensional, increasing, and inside [0, duration].
        """
        moments = check_times(times, self.duration)
        points = self.interpolant(moments)
        drift = energy_drift(self.metric, points, self.momentum)
        return replace(self, times=moments, points=points, energy_drift=drift)


def check_times(times: Real, duration: float) -> Real:
    """Return `times` as float64, or raise ValueError unless increasing inside [0, duration]."""
    from_input = check_finite_array("times", times).astype(np.float64)
    increasing = from_input.ndim == 1 and len(from_input) > 0 and (np.diff(from_input) > 0).all()
    if not increasing or from_input[0] < 0 or from_input[-1] > duration * (1 + 1e-12):
        raise ValueError(
            f"Argument `times` must increase within [0, {duration:g}], but is {times!r}."
        )
    return from_input


def velocities_at(metric: RightInvariantMetric, points: Matrix, momentum: Covector) -> Vector:
    """``u(t) = I^-1 Ad*_{g(t)^-1} m(0)``, (..., T, dim)."""
    return metric.raise_(metric.transport(points, momentum[..., None, :]))


def energy_drift(metric: RightInvariantMetric, points: Matrix, momentum: Covector) -> Real:
    """Largest relative deviation of ``<u, u>`` from its initial value, (...)."""
    start = metric.inner(*(2 * [metric.raise_(momentum)]))
    along = metric.inner(*(2 * [velocities_at(metric, points, momentum)]))
    scale = np.where(start > 0, start, 1.0)
    return np.abs(along - start[..., None]).max(axis=-1) / scale
