r"""Jacobi fields along a geodesic from the identity, and the times at which they vanish.

The endpoint map at time t is that at time 1 of the momentum ``t m(0)``, so the left-trivialised
derivative ``dg(t) = g(t) hat(M(t) dm(0))`` is ``M(t) = t M_1(t m(0))`` with M_1 from `dense_map`
(QUANTUM_GEOMETRY.md 2.9).  A Jacobi field that vanishes at 0 and at t exists when M(t) is singular: t is
a conjugate time, and beyond the first one the geodesic is no longer a local minimum of length.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_integer, check_positive, fail
from qgeom._typing import Covector, Real
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.endpoint import DenseMap, dense_map
from qgeom.metric.invariant import RightInvariantMetric, check_riemannian

# A singular value counts as zero below this share of the largest: the square root of rounding,
# since at a touching zero the value is quadratic in the error of the time.
VANISHING = 1e-7
REFINEMENTS = 45  # golden sections: 0.618^45 = 4e-10 of a grid step


@dataclass(frozen=True, eq=False)
class ConjugateTimes:
    """Conjugate times of a geodesic up to a horizon.

    Attributes
    ----------
    times
        (K,), increasing.
    multiplicity
        (K,), dimension of the space of vanishing Jacobi fields.
    horizon
        Where the search ended.
    """

    times: Real
    multiplicity: np.ndarray
    horizon: float

    def index(self, time: float) -> int:
        """Morse index of the geodesic on [0, time]: conjugate times before it, with multiplicity.

        Raises
        ------
        ValueError
            If `time` lies beyond the horizon.
        """
        time = check_positive("time", time)
        if time > self.horizon * (1 + 1e-12):
            raise fail("time", f"be at most the horizon {self.horizon:g}", f"is {time:g}")
        return int(self.multiplicity[self.times < time].sum())


def jacobi_matrix(geodesic: Geodesic, times: Real) -> Real:
    """Matrices M(t), (T, dim, dim), with ``dg(t) = g(t) hat(M(t) dm(0))``.

    Raises
    ------
    ValueError
        For a batch of geodesics.

    Examples
    --------
    >>> from qgeom.geodesic.flow import shoot
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> still = shoot(PauliMetric(1, nielsen(1.0)), np.zeros(3))
    >>> jacobi_matrix(still, np.array([0.5]))[0].round(12)
    array([[0.5, 0. , 0. ],
           [0. , 0.5, 0. ],
           [0. , 0. , 0.5]])
    """
    momentum = _single(geodesic)
    times = np.atleast_1d(np.asarray(times, dtype=np.float64))
    _, derivative = dense_map(geodesic.metric, 1e-12)(times[:, None] * momentum)
    return times[:, None, None] * derivative


def conjugate_times(
    geodesic: Geodesic, horizon: float | None = None, *, grid: int = 400
) -> ConjugateTimes:
    """Conjugate times in (0, horizon], by the smallest singular values of M(t).

    Zeros of even multiplicity change no sign, so minima of the singular values on a grid are
    refined by golden-section search and accepted where they vanish.  Two conjugate times closer
    than a grid step may be merged: raise `grid` then.

    Parameters
    ----------
    geodesic
        One geodesic (not a batch).
    horizon
        Default: the duration of the geodesic.
    grid
        Number of intervals.

    Raises
    ------
    ValueError
        For a batch, infinite costs, a horizon that is not positive, or fewer than 8 intervals.

    Examples
    --------
    >>> from qgeom.geodesic.flow import shoot
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import custom
    >>> berger = PauliMetric(1, custom({"Z": 4.0}))
    >>> line = shoot(berger, np.array([0.0, 0.0, 1.0]))
    >>> found = conjugate_times(line, 1.0)  # along Z: theta = pi / q
    >>> (found.times / np.pi).round(9), found.multiplicity
    (array([0.25]), array([2]))
    """
    momentum = _single(geodesic)
    check_riemannian("geodesic.metric", geodesic.metric)
    horizon = check_positive("horizon", geodesic.duration if horizon is None else horizon)
    grid = check_integer("grid", grid, 8)
    metric = geodesic.metric
    scan = _Scan(metric, dense_map(metric, 1e-12), momentum)
    moments = horizon * np.arange(1, grid + 2) / grid
    values = scan.spectrum(moments)[:, 0]
    inner = (values[1:-1] <= values[:-2]) & (values[1:-1] <= values[2:])
    brackets = np.flatnonzero(inner)
    found = _golden(scan, moments[brackets], moments[brackets + 2])
    spectrum = scan.spectrum(found)
    zero = spectrum <= VANISHING
    kept = zero[:, 0] & (found <= horizon * (1 + 1e-12)) if len(found) else np.zeros(0, bool)
    return ConjugateTimes(found[kept], zero[kept].sum(axis=-1), horizon)


@dataclass(frozen=True, eq=False)
class _Scan:
    metric: RightInvariantMetric
    endpoint: DenseMap
    momentum: Covector

    def spectrum(self, times: Real) -> Real:
        """Singular values of M_1(t m) between orthonormal frames, ascending, largest scaled to 1."""
        if not len(times):
            return np.empty((0, self.metric.dim))
        _, derivative = self.endpoint(times[:, None] * self.momentum)
        root = np.sqrt(self.metric.inertia)
        values = np.linalg.svd(root[:, None] * derivative * root, compute_uv=False)[:, ::-1]
        return values / values[:, -1:]


def _single(geodesic: Geodesic) -> Covector:
    if geodesic.momentum.ndim != 1:
        raise fail("geodesic", "be a single one", f"is a batch of {geodesic.momentum.shape[:-1]}")
    return geodesic.momentum


def _golden(scan: _Scan, low: Real, high: Real) -> Real:
    """Minimise the smallest singular value in all brackets at once."""
    ratio = (np.sqrt(5.0) - 1) / 2
    left, right = high - ratio * (high - low), low + ratio * (high - low)
    at_left, at_right = scan.spectrum(left)[:, :1], scan.spectrum(right)[:, :1]
    for _ in range(REFINEMENTS if len(low) else 0):
        lower = (at_left < at_right)[:, 0]
        low, high = np.where(lower, low, left), np.where(lower, right, high)
        kept = np.where(lower, left, right)
        new = np.where(lower, high - ratio * (high - low), low + ratio * (high - low))
        value, at_kept = scan.spectrum(new)[:, :1], np.where(lower[:, None], at_left, at_right)
        left, right = np.where(lower, new, kept), np.where(lower, kept, new)
        at_left = np.where(lower[:, None], value, at_kept)
        at_right = np.where(lower[:, None], at_kept, value)
    return 0.5 * (low + high)
