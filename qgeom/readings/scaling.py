"""How a diameter or a distance grows with the cost q and the number of qubits n, and how surely.

A power law where it grows without end, and the cost beyond which it no longer does: raising all costs
beyond a critical one leaves long distances as they are (Brown, Freedman, Lin and Susskind,
arXiv:2111.12700; QUANTUM_GEOMETRY.md 3.4).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import scipy.stats

from qgeom._checks import check_finite_array, check_finite_number, check_integer, fail
from qgeom._typing import Real
from qgeom.geodesic.continuation import Report
from qgeom.metric.invariant import check_riemannian
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty
from qgeom.readings.diameter import Diameter, diameter

CONFIDENCE = 0.95
# A line through fewer points leaves no residual to judge it by.
LEAST = 3
# Lengths from a search agree to about this relative accuracy: a smaller decrease is rounding.
SAME_LENGTH = 1e-9


@dataclass(frozen=True)
class PowerLaw:
    """``y = prefactor x^exponent``, fitted to the logarithms.

    Attributes
    ----------
    exponent, prefactor
        The law.
    standard_error
        Of the exponent.
    points
        How many were fitted.
    """

    exponent: float
    standard_error: float
    prefactor: float
    points: int

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Interval of the exponent by Student's t, for independent relative errors of equal size."""
        width = _quantile(self.points, confidence) * self.standard_error
        return self.exponent - width, self.exponent + width


@dataclass(frozen=True)
class Saturation:
    """``d(q) = limit - slope / q`` at large q, and the cost beyond which little is left.

    Attributes
    ----------
    limit
        The length at infinite cost, at least the last length.
    standard_error
        Of the limit.
    slope
        How the length nears it.
    points
        How many lengths, the last ones, were fitted.
    tolerance
        Relative distance to the limit that counts as saturated.
    critical
        Least cost from which on the length is within the tolerance of the limit, interpolated
        linearly in 1/q, or the first cost if the first length is.  None without saturation within
        the scan: the upper end of the confidence interval of the limit is further away from the
        last length than the tolerance.
    """

    limit: float
    standard_error: float
    slope: float
    points: int
    tolerance: float
    critical: float | None

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        """Interval of the limit by Student's t."""
        width = _quantile(self.points, confidence) * self.standard_error
        return self.limit - width, self.limit + width


@dataclass(frozen=True, eq=False)
class ScanRow:
    """The bracket of one diameter of a scan."""

    n_qubits: int
    q: float
    diameter: Diameter


@dataclass(frozen=True)
class _Line:
    slope: float
    intercept: float
    slope_error: float
    intercept_error: float


def power_law(x: Real, y: Real) -> PowerLaw:
    """Fit ``y = prefactor x^exponent`` by least squares of log y on log x.

    An exponential ``y = c b^n`` is a power law in ``x = 2^n``, with the exponent ``log2(b)``.

    Parameters
    ----------
    x, y
        At least 3 positive numbers each, (P,); x takes two values or more.

    Raises
    ------
    ValueError
        For other shapes or numbers.

    Examples
    --------
    A turn by a right angle in d/2 planes has the Frobenius length ``(pi / 2) sqrt(d)``.

    >>> sizes = np.array([2.0, 4.0, 8.0, 16.0])
    >>> found = power_law(sizes, np.pi / 2 * np.sqrt(sizes))
    >>> round(found.exponent, 9), round(found.prefactor / np.pi, 9)
    (0.5, 0.5)
    """
    x, y = _positive("x", x), _positive("y", y)
    if x.shape != y.shape:
        raise fail("y", f"have shape {x.shape}", f"has shape {y.shape}")
    if (x == x[0]).all():
        raise fail("x", "take at least two values", f"is {x[0]} everywhere")
    line = _fitted_line(np.log(x), np.log(y))
    return PowerLaw(line.slope, line.slope_error, math.exp(line.intercept), len(x))


def saturation(
    costs: Real, lengths: Real, tolerance: float = 0.01, *, points: int = LEAST
) -> Saturation:
    r"""Limit of a length at infinite cost, and the critical cost.

    The limit is finite if the cheap directions generate the algebra.  Where the momentum m of the
    shortest path stays finite too, the length is smooth in 1/q: with costs 1 and q the envelope
    theorem gives ``d(d^2) / d(1/q) = - int |m_q|^2 dt`` over the penalised part of m, so that
    ``d(q) = limit - slope / q`` up to ``b / q^2``.  The last `points` lengths are fitted.  At doubling
    costs the term ``b / q^2`` moves the limit of three points by 2.55 standard errors, whatever b,
    and the interval at 95 % reaches 12.7 either way: it allows for that term.  A length that grows
    without end, like ``sqrt(q)``, fits badly or leaves much to come.

    Parameters
    ----------
    costs
        Increasing and positive, (P,), at least `points` of them.
    lengths
        The length at each cost, (P,), positive and nondecreasing, as every distance and diameter is
        while no cost falls.
    tolerance
        Relative distance to the limit that counts as saturated, between 0 and 1.
    points
        How many of the last lengths to fit, at least 3.

    Raises
    ------
    ValueError
        For other shapes, numbers or orders.

    Examples
    --------
    The diameter of one qubit with costs (1, 1, q) is ``(pi / 2) sqrt(3 - 1 / (q - 1))`` for q > 2:
    within 1 % of ``sqrt(3) pi / 2`` from ``q = 1 + 1 / (3 - 3 * 0.99^2)`` on.

    >>> from qgeom.readings.diameter import berger_diameter
    >>> costs = 2.0 ** np.arange(2, 12, 0.25)
    >>> found = saturation(costs, np.array([berger_diameter(q) for q in costs]))
    >>> round(found.limit / np.pi, 5), round(found.critical, 1)
    (0.86603, 17.8)
    """
    points = check_integer("points", points, LEAST)
    costs = _positive("costs", costs, points)
    lengths = _positive("lengths", lengths, points)
    if costs.shape != lengths.shape:
        raise fail("lengths", f"have shape {costs.shape}", f"has shape {lengths.shape}")
    if (np.diff(costs) <= 0).any():
        raise fail("costs", "increase", "does not")
    drop = float((1 - lengths[1:] / lengths[:-1]).max())
    if drop > SAME_LENGTH:
        raise fail("lengths", "not decrease", f"falls by {drop:.2%}: a shorter path was missed")
    tolerance = _share("tolerance", tolerance)
    first = float(costs[-points])  # the unit of q: no square of 1/q underflows
    line = _fitted_line(first / costs[-points:], lengths[-points:])
    limit = max(line.intercept, float(lengths[-1]))
    most = limit + _quantile(points, CONFIDENCE) * line.intercept_error
    critical = None
    if lengths[-1] >= (1 - tolerance) * most:
        critical = _crossing(costs, np.maximum.accumulate(lengths), (1 - tolerance) * limit)
    return Saturation(limit, line.intercept_error, -line.slope * first, points, tolerance, critical)


def diameter_scan(
    penalty: Callable[[float], Penalty],
    qubits: Sequence[int],
    costs: Sequence[float],
    *,
    rng: np.random.Generator,
    count: int = 1,
    report: Report | None = None,
    **search: Any,
) -> Iterator[ScanRow]:
    """Bracket the diameter for each number of qubits and each cost, one row after the other.

    The lower and upper ends are certified, so that a power law may be fitted to them; `found` is an
    estimate.  Every row draws the same random numbers: along q the targets are as alike as can be.

    Parameters
    ----------
    penalty
        The costs of the strings for each q, e.g. `nielsen`.
    qubits, costs
        The sizes, and the values of q; the last changes fastest.
    rng
        Source of the random numbers that all rows share.
    count, report, **search
        As in `diameter`; the reported share is that of the whole scan.

    Returns
    -------
    Iterator of ScanRow
        Each row is computed when it is asked for; what is wrong is refused at once.

    Raises
    ------
    ValueError
        If a number of qubits, a cost or a count is refused, or a cost is infinite.

    Examples
    --------
    Without penalty the diameter is ``pi sqrt((1 - 4^-n) / 3)``.

    >>> from qgeom.metric.penalties import nielsen
    >>> rows = diameter_scan(nielsen, [1, 2], [1.0], rng=np.random.default_rng(0), count=0)
    >>> [round(3 * (row.diameter.lower / np.pi) ** 2, 9) for row in rows]
    [0.75, 0.9375]
    """
    check_integer("count", count, 0)
    cells = [(PauliMetric(n, penalty(q)), float(q)) for n in qubits for q in costs]
    for metric, _ in cells:
        check_riemannian("penalty", metric)
    seed = rng.integers(2**63)

    def tell(k: int, message: str, share: float) -> None:
        if report is not None:
            metric, q = cells[k]
            report(f"n = {metric.n_qubits}, q = {q:g}, {message}", (k + share) / len(cells))

    def rows() -> Iterator[ScanRow]:
        for k, (metric, q) in enumerate(cells):
            same = np.random.default_rng(seed)
            found = diameter(metric, rng=same, count=count, report=partial(tell, k), **search)
            yield ScanRow(metric.n_qubits, q, found)

    return rows()


def _positive(name: str, values: Real, least: int = LEAST) -> Real:
    """Positive numbers (P,), at least `least` of them."""
    array = check_finite_array(name, values)
    if array.ndim != 1 or len(array) < least:
        raise fail(name, f"hold at least {least} numbers in a row", f"has shape {array.shape}")
    if np.iscomplexobj(array):
        raise fail(name, "be positive", "is complex")
    if (array <= 0).any():
        raise fail(name, "be positive", f"holds {array.min()}")
    return array.astype(np.float64)


def _fitted_line(x: Real, y: Real) -> _Line:
    """Least squares; scipy's `linregress` gives NaN for the errors of a constant."""
    centre, height = float(x.mean()), float(y.mean())
    apart = x - centre
    spread = float(np.linalg.norm(apart))
    slope = float(apart @ (y - height)) / spread**2
    noise = float(np.linalg.norm(y - height - slope * apart)) / math.sqrt(len(x) - 2)
    return _Line(
        slope,
        height - slope * centre,
        noise / spread,
        noise * math.hypot(1 / math.sqrt(len(x)), centre / spread),
    )


def _share(name: str, value: float) -> float:
    number = check_finite_number(name, value)
    if not 0 < number < 1:
        raise fail(name, "be between 0 and 1", f"is {value}")
    return number


def _quantile(points: int, confidence: float) -> float:
    """Student's t of a line through so many points."""
    return float(scipy.stats.t.ppf(0.5 + 0.5 * _share("confidence", confidence), points - 2))


def _crossing(costs: Real, lengths: Real, level: float) -> float:
    """Cost at which nondecreasing lengths reach a level, linear in 1/q between the scanned ones."""
    k = int(np.argmax(lengths >= level))
    if k == 0:
        return float(costs[0])
    share = (level - lengths[k - 1]) / (lengths[k] - lengths[k - 1])
    return float(1 / ((1 - share) / costs[k - 1] + share / costs[k]))
