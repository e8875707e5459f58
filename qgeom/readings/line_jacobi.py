r"""Jacobi fields and exactly counted conjugate times of one-parameter subgroups exp(t hat(u)).

The line is a geodesic if and only if ``ad*_u m = 0`` with ``m = I u`` (on qubits ``[H, G(H)] = 0``).
Its linearisation has constant coefficients (QUANTUM_GEOMETRY.md 2.9): with ``K j = ad*_j m`` and
``B = -ad*_u - K I^-1``,

    M(t) = int_0^t exp(-s ad_u) I^-1 exp(s B) ds,   dg(t) = g(t) hat(M(t) dm(0)).

Conjugate times are counted as in Morse's index theorem.  The field from 0 at time 0 to v at time t
ends with the momentum ``Z^T v``; the one from v at time t to 0 at time t + s starts with the momentum
``-M(s)^-1 v``.  The index form of the broken field is their difference, which is symmetric,

    R(s) = M(s)^-1 + Z^T,    Z -> exp(-s ad_u)^T (M(s)^-1 - M(s)^-T R(s)^-1 M(s)^-1) exp(-s ad_u),

and while s is shorter than the first conjugate time, its negative eigenvalues are the conjugate times
in (t, t + s), with multiplicity.  No zero can be missed, however many coincide, and all matrices stay
bounded where Jacobi fields grow exponentially.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.optimize

from qgeom._checks import check_integer, check_positive, check_vector, fail
from qgeom._typing import Real, Vector
from qgeom.geodesic.continuation import Report
from qgeom.geodesic.endpoint import MAX_MATRIX
from qgeom.metric.invariant import RightInvariantMetric, check_riemannian
from qgeom.readings.jacobi import ConjugateTimes

# A line counts as a geodesic if its momentum turns by less than this share of its norm.
STATIONARY = 1e-9
# Within a cell M is a Taylor polynomial; the first term left out is 2^25 / 25! = 2e-18.
RADIUS, TERMS = 2.0, 24
# Conjugate times closer than this share of a cell count as one.
SAME_TIME = 1e-9


def is_line_geodesic(metric: RightInvariantMetric, velocity: Vector) -> bool:
    """Whether ``exp(t hat(u))`` is a geodesic: ``ad*_u (I u) = 0``, on qubits ``[H, G(H)] = 0``.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import custom
    >>> berger = PauliMetric(1, custom({"Z": 4.0}))
    >>> is_line_geodesic(berger, np.array([1.0, 1.0, 0.0]))
    True
    >>> is_line_geodesic(berger, np.array([1.0, 0.0, 1.0]))
    False
    """
    momentum = metric.lower(velocity)
    turn = np.linalg.norm(metric.coadjoint(velocity, momentum))
    return bool(turn <= STATIONARY * np.linalg.norm(momentum) * np.linalg.norm(velocity))


def line_jacobi_matrix(metric: RightInvariantMetric, velocity: Vector, times: Real) -> Real:
    """Matrices M(t), (T, dim, dim), of the line of a constant velocity (dim,): see the module.

    Upper-right blocks of ``exp(t [[ad_u, I^-1], [0, B]])``, moved to the identity.

    Raises
    ------
    ValueError
        If the line is not a geodesic, or dim is above 255.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> line_jacobi_matrix(PauliMetric(1, nielsen(2.0)), np.zeros(3), np.array([0.5]))[0]
    array([[0.5, 0. , 0. ],
           [0. , 0.5, 0. ],
           [0. , 0. , 0.5]])
    """
    line, dim = _line(metric, velocity), metric.dim
    times = np.atleast_1d(np.asarray(times, dtype=np.float64))
    raised = np.diag(1.0 / metric.inertia)
    block = np.block([[line.ad, raised], [np.zeros((dim, dim)), line.drift]])
    right = [scipy.linalg.expm(t * block)[:dim, dim:] for t in times]
    back = [scipy.linalg.expm(-t * line.ad) for t in times]
    return np.array([b @ r for b, r in zip(back, right, strict=True)]).reshape(-1, dim, dim)


def line_conjugate_times(
    metric: RightInvariantMetric,
    velocity: Vector,
    horizon: float,
    *,
    most: int | None = None,
    report: Report | None = None,
) -> ConjugateTimes:
    """Conjugate times of ``exp(t hat(u))`` in (0, horizon], with multiplicities; none is missed.

    Parameters
    ----------
    metric
        The metric, dim at most 255 (n <= 4 qubits; n <= 3 is quick).
    velocity
        u, (dim,).
    horizon
        End of the search.
    most
        Stop after this many distinct times; the horizon of the answer is then the last of them.
    report
        Called with a message and the finished share.

    Raises
    ------
    ValueError
        If the line is not a geodesic, the horizon is not positive, or dim is above 255.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import custom
    >>> berger = PauliMetric(1, custom({"Z": 4.0}))
    >>> found = line_conjugate_times(berger, np.array([0.0, 0.0, 1.0]), 1.0)  # theta = pi / q
    >>> (found.times / np.pi).round(9), found.multiplicity
    (array([0.25]), array([2]))
    """
    horizon = check_positive("horizon", horizon)
    most = None if most is None else check_integer("most", most, 1)
    times: list[float] = []
    multiplicity: list[int] = []
    for start, cell in _line(metric, velocity).cells(horizon):
        if report is not None:
            report(f"{len(times)} conjugate times", min(1.0, start / horizon))
        for offset, count in cell.zeros(most and most - len(times)):
            if start + offset <= horizon * (1 + 1e-12):
                times.append(start + offset)
                multiplicity.append(count)
        if len(times) == most:
            horizon = times[-1]
            break
    return ConjugateTimes(np.array(times), np.array(multiplicity, dtype=np.int64), horizon)


def _line(metric: RightInvariantMetric, velocity: Vector) -> _Line:
    check_riemannian("metric", metric)
    velocity = check_vector("velocity", velocity, metric.dim)
    if velocity.ndim != 1:
        raise fail("velocity", "be a single one", f"has shape {velocity.shape}")
    if metric.dim > MAX_MATRIX:
        raise fail("metric", f"have a dimension of at most {MAX_MATRIX}", f"has {metric.dim}")
    if not is_line_geodesic(metric, velocity):
        must = "commute with its momentum, so that its line is a geodesic"
        raise fail("velocity", must, "does not")
    one, momentum = np.eye(metric.dim), metric.lower(velocity)
    ad = metric.bracket(velocity, one).T
    twist = metric.coadjoint(one, momentum).T  # K
    drift = -metric.coadjoint(velocity, one).T - twist / metric.inertia
    return _Line(metric.inertia, ad, drift)


@dataclass(frozen=True, eq=False)
class _Line:
    inertia: Real
    ad: Real
    drift: Real

    @functools.cached_property
    def taylor(self) -> Real:
        """Derivatives of M(s) at 0 over k!, (TERMS, dim, dim): ``T' = -ad T + T B``."""
        terms = [np.diag(1.0 / self.inertia)]
        for k in range(2, TERMS + 1):
            terms.append((terms[-1] @ self.drift - self.ad @ terms[-1]) / k)
        return np.array(terms)

    def mean(self, s: float) -> Real:
        """``M(s) / s`` within the radius, regular at 0."""
        return np.tensordot(s ** np.arange(TERMS), self.taylor, axes=1)

    @functools.cached_property
    def step(self) -> float:
        """Length of the cells: within the Taylor radius, and free of conjugate times."""
        root = np.sqrt(self.inertia)
        size = _norm(self.ad) + _norm(self.drift)
        scaled = _norm(root[:, None] * self.ad / root) + _norm(self.drift * root / root[:, None])
        if scaled == 0.0:
            return np.inf
        # |M(s) / s - I^-1| < 1 relative to I^-1 as (e^x - 1) / x < 2 at x = 1: no zero up to here.
        step = min(1.0 / scaled, RADIUS / size)
        while 2 * size * step <= RADIUS and not next(self._from(step))[1].count():
            step *= 2
        return step

    def cells(self, horizon: float) -> Iterator[tuple[float, _Cell]]:
        """Starts and cells that cover the times up to the horizon; the first step holds no zero."""
        # Off the round fractions of the horizon, where the zeros of symmetric lines like to be.
        cells = self._from(0.97 * self.step) if horizon > self.step else iter(())
        return itertools.takewhile(lambda pair: pair[0] < horizon, cells)

    def _from(self, width: float) -> Iterator[tuple[float, _Cell]]:
        back = scipy.linalg.expm(-width * self.ad)
        inverse = np.linalg.inv(width * self.mean(width))
        momentum = back.T @ inverse @ back  # Z
        for k in itertools.count(1):
            yield k * width, _Cell(self, width, momentum)
            form = inverse + momentum.T
            turned = np.linalg.solve(0.5 * (form + form.T), inverse)
            momentum = back.T @ (inverse - inverse.T @ turned) @ back


@dataclass(frozen=True, eq=False)
class _Cell:
    """An interval of times of this width, and the matrix Z at its start."""

    line: _Line
    width: float
    momentum: Real

    def spectrum(self, s: float) -> Real:
        """Eigenvalues of ``s R(s)``, ascending, in orthonormal frames."""
        form = np.linalg.inv(self.line.mean(s)) + s * self.momentum.T
        root = np.sqrt(self.line.inertia)
        symmetric: Real = (form + form.T) / (2.0 * root[:, None] * root)
        return np.asarray(np.linalg.eigvalsh(symmetric), dtype=np.float64)

    def count(self, s: float | None = None) -> int:
        """Conjugate times up to the offset s (default: in the cell), with multiplicity."""
        return int((self.spectrum(self.width if s is None else s) < 0).sum())

    def zeros(self, most: int | None) -> Iterator[tuple[float, int]]:
        """Offsets of the distinct conjugate times in the cell, and their multiplicities."""
        total, done, low, found = self.count(), 0, 0.0, 0
        while done < total and found != most:
            value = functools.partial(self._value, done)
            zero = scipy.optimize.brentq(value, low, self.width, xtol=1e-14 * self.width)
            low = min(zero + SAME_TIME * self.width, self.width)
            reached = max(self.count(low), done + 1)
            yield zero, reached - done
            done, found = reached, found + 1

    def _value(self, index: int, s: float) -> float:
        return float(self.spectrum(s)[index])


def _norm(matrix: Real) -> float:
    return float(np.linalg.norm(matrix, 2))
