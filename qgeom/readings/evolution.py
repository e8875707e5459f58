r"""Complexity of time evolution: the distance from the identity to ``exp(-i H t)`` as t grows.

The straight line gives ``C(t) <= t |H|``: linear growth, for as long as the line is minimal.  It stops
being locally minimal at its first conjugate time, and globally minimal at the latest there
(QUANTUM_GEOMETRY.md 3.4; arXiv 2101.02209 for SYK).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from qgeom._checks import check_finite_array, check_integer, check_vector, fail
from qgeom._typing import Integer, Matrix, Real, Vector
from qgeom.geodesic.continuation import Report
from qgeom.geodesic.endpoint import MAX_MATRIX
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.readings.bounds import lower_bounds, straight_line
from qgeom.readings.distance import ROUNDING, distance
from qgeom.readings.jacobi import ConjugateTimes
from qgeom.readings.line_jacobi import is_line_geodesic, line_conjugate_times


@dataclass(frozen=True, eq=False)
class Evolution:
    """``lower <= C(t) <= upper <= line`` along ``exp(t hat(u))``.

    Attributes
    ----------
    times
        (T,), positive and increasing.
    line
        (T,), length ``t |u|`` of the line itself.
    upper
        (T,), length of the shortest path known.
    lower
        (T,), certified lower bound.
    conjugate
        Conjugate times of the line up to the last time; None if the line is no geodesic, or the
        group too large.

    Raises
    ------
    ValueError
        Unless ``0 <= lower <= upper <= line`` everywhere: one of the bounds is wrong.
    """

    times: Real
    line: Real
    upper: Real
    lower: Real
    conjugate: ConjugateTimes | None

    def __post_init__(self) -> None:
        ordered = (self.lower >= 0) & (self.lower <= self.upper) & (self.upper <= self.line)
        if not ordered.all():
            wrong = self.times[np.argmin(ordered)]
            raise fail("lower", "be between 0 and upper, and upper at most line", f"at t = {wrong}")

    @property
    def index(self) -> Integer | None:
        """Morse index of the line on [0, t], (T,): 0 while it is a local minimum of length."""
        if self.conjugate is None:
            return None
        return np.array([self.conjugate.index(t) for t in self.times.tolist()])


def evolution(
    metric: RightInvariantMetric,
    velocity: Vector,
    times: Real,
    *,
    branches: int | None = None,
    rng: np.random.Generator | None = None,
    report: Report | None = None,
    **search: Any,
) -> Evolution:
    r"""Bracket the complexity of ``exp(t hat(u))`` (qubits: ``exp(-i H t)``); find conjugate times.

    Above it are the line, the straight lines of all logarithms, and with `rng` the geodesics that
    `connect` finds; below it the bounds of `qgeom.readings.bounds`.  By right-invariance
    ``|C(t) - C(s)| <= |t - s| |u|``, which carries each bound to the other times.

    Parameters
    ----------
    metric
        The metric.  Conjugate times and the search need dim <= 255 (n <= 4 qubits).
    velocity
        u, (dim,): on qubits the Pauli coefficients of H, e.g. from `qgeom.algebra.hamiltonians`.
    times
        (T,), positive and increasing.
    branches
        Logarithms to try at each time; default: two for each eigenvalue.
    rng
        Source of the random starts of the search; None: no search.
    report
        Called with a message and the finished share.
    **search
        Options of `connect` such as `starts`.

    Raises
    ------
    ValueError
        For times that are not positive and increasing, or a velocity of a wrong shape.

    Examples
    --------
    Unpenalised, ``exp(-i Z t)`` is minimal up to pi / 2, and then turns back.

    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> flat = PauliMetric(1, nielsen(1.0))
    >>> found = evolution(flat, np.array([0.0, 0.0, 1.0]), np.pi * np.array([0.25, 0.75]))
    >>> found.upper / np.pi, found.lower / np.pi
    (array([0.25, 0.25]), array([0.25, 0.25]))
    """
    velocity = check_vector("velocity", velocity, metric.dim)
    if velocity.ndim != 1:
        raise fail("velocity", "be a single one", f"has shape {velocity.shape}")
    times = _check_moments(times)
    count = 2 * metric.size if branches is None else check_integer("branches", branches, 1)
    report = report or (lambda _message, _share: None)
    speed = float(metric.norm(velocity))
    points = metric.exp(times[:, None] * velocity)
    lower, upper = np.zeros(len(times)), times * speed
    for i, point in enumerate(points):
        report(f"bounds at t = {times[i]:g}", 0.5 * i / len(times))
        if rng is None:
            lower[i] = max(lower_bounds(metric, point).values())
            upper[i] = min(upper[i], straight_line(metric, point, count))
        else:
            lower[i], upper[i] = _searched(metric, point, upper[i], count, rng, search)
    lower, upper = _carried(times * speed, lower, upper)
    conjugate = None
    if metric.dim <= MAX_MATRIX and is_line_geodesic(metric, velocity):
        conjugate = line_conjugate_times(
            metric,
            velocity,
            float(times[-1]),
            report=lambda message, share: report(message, 0.5 + 0.5 * share),
        )
    return Evolution(times, times * speed, upper, lower, conjugate)


def _check_moments(times: Real) -> Real:
    moments = check_finite_array("times", times).astype(np.float64)
    if moments.ndim != 1 or not len(moments) or moments[0] <= 0 or (np.diff(moments) <= 0).any():
        raise fail("times", "be one-dimensional, positive and increasing", f"is {times!r}")
    return moments


def _searched(
    metric: RightInvariantMetric,
    point: Matrix,
    line: float,
    branches: int,
    rng: np.random.Generator,
    search: dict[str, Any],
) -> tuple[float, float]:
    found = distance(metric, point, rng=rng, branches=branches, **search)
    return found.lower, min(line, found.upper)


def _carried(arc: Real, lower: Real, upper: Real) -> tuple[Real, Real]:
    """Bounds at all times from those at each: C changes by at most the length of the line between."""
    gap = np.abs(arc[:, None] - arc)
    upper = (upper + gap).min(axis=1)
    lower = (lower - gap).max(axis=1)
    # Ends of a tight bracket come from different formulas: they agree to rounding only.
    tight = (lower > upper) & (lower - upper <= ROUNDING * np.maximum(1.0, upper))
    return np.where(tight, upper, lower), upper
