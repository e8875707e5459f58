"""Boundary-value problems, and the one solver that every side is measured with.

A problem is a target with a path that is known to lead there.  The solver is Newton's method with the
damping of Levenberg and Marquardt (`qgeom.geodesic.refine.newton`), from one start, with no search, no
continuation and no second chance: what `connect` adds would hide how hard a problem is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Array, Integer, Real
from qgeom.geodesic.endpoint import EndpointMap
from qgeom.geodesic.refine import newton

# A geodesic is found below this endpoint residual; linear solves at most.
TOLERANCE = 1e-8
CAP = 60
# Points in time of the average of the curvature.
MOMENTS = 65
# A growth below this is the error of the derivative, and counts as none.
NO_GROWTH = 1e-6


@dataclass(frozen=True, eq=False)
class Problems:
    """B problems with one metric, or with metrics of one kind.

    Attributes
    ----------
    length
        Length of the path that is known, (B,); the distance is no larger.
    curvature
        Mean over time of ``Ric(u, u) / ((D - 1) <u, u>)`` on that path, (B,).
    growth
        Of the Jacobi fields on that path, (B,), see `jacobi_growth`.
    endpoint
        The endpoint map of B unknowns, with its derivative.
    gap
        Ends and the indices of their problems -> what is missing to the targets.
    start
        Unknowns from which the solver starts, (B, k).
    """

    length: Real
    curvature: Real
    growth: Real
    endpoint: EndpointMap
    gap: Callable[[Array, Integer], Array]
    start: Array


@dataclass(frozen=True, eq=False)
class Shots:
    """What became of R starts: linear solves, (R,), the cap for a failure, and who arrived, (R,)."""

    steps: Integer
    success: np.ndarray


def shoot_once(problems: Problems) -> Shots:
    """Solve each problem from its own start."""
    return _shoot(problems, np.arange(len(problems.start)), problems.start)


def shoot_often(problems: Problems, starts: int, rng: np.random.Generator) -> Real:
    """Share of random starts that arrive, (B,).

    The starts have the length of the known path, so that only the direction is to be found; it is
    uniform in the metric.
    """
    which = np.repeat(np.arange(len(problems.length)), starts)
    directions = rng.normal(size=(len(which), problems.start.shape[-1]))
    directions /= np.linalg.norm(directions, axis=-1, keepdims=True)
    start = problems.length[which, None] * directions * problems.endpoint.frame
    return _shoot(problems, which, start).success.reshape(-1, starts).mean(axis=-1)


def time_average(values: Real) -> Real:
    """Average of values at MOMENTS equal steps of time, (..., MOMENTS), by the trapezoid rule.

    Examples
    --------
    >>> float(time_average(np.linspace(0.0, 1.0, MOMENTS)))
    0.5
    """
    return (values[..., 1:] + values[..., :-1]).mean(axis=-1) / 2


def jacobi_growth(matrix: Real) -> Real:
    """``log`` of the largest singular value of Jacobi matrices (..., D, D), and 0 for rounding.

    The matrix takes the change of the initial velocity to that of the end point, both in
    orthonormal frames; in flat space it is the identity.  The field along the path itself never
    grows or shrinks, so that the growth is at least 0.

    Examples
    --------
    >>> float(jacobi_growth(np.diag([1.0, np.e, 0.5])))
    1.0
    """
    growth = np.log(np.linalg.svd(matrix, compute_uv=False)[..., 0])
    return np.where(growth > NO_GROWTH, growth, 0.0)


def _shoot(problems: Problems, which: Integer, start: Array) -> Shots:
    """Solve the problems `which`, (R,), from starts (R, k)."""
    steps = np.zeros(len(which), dtype=np.int64)

    def counted(index: Integer) -> EndpointMap:
        inner = problems.endpoint.take(which[index])

        def step(momentum: Array, gap: Array, damping: Array) -> Array:
            # The solver goes on to the rounding floor: what it does there is not counted.
            steps[index] += np.linalg.norm(gap, axis=-1) > TOLERANCE
            return inner.step(momentum, gap, damping)

        return EndpointMap(inner.ends, step, inner.frame, lambda part: counted(index[part]))

    found = newton(
        counted(np.arange(len(which))),
        lambda ends, index: problems.gap(ends, which[index]),
        start,
        residual=TOLERANCE,
        iterations=CAP,
    )
    success = found.residual <= TOLERANCE
    return Shots(np.where(success, steps, CAP), success)
