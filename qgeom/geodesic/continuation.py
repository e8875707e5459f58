"""Path following in the penalty: a geodesic of a cheap metric becomes one of the costly metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Covector, Matrix, Real
from qgeom.geodesic.endpoint import endpoint_map
from qgeom.geodesic.refine import Refined, refine
from qgeom.metric.invariant import RightInvariantMetric

# Smallest step as a share of the rung: below it a path counts as lost (it met a conjugate point).
SMALLEST_STEP = 1 / 16


@dataclass(frozen=True, eq=False)
class Ladder:
    """The family of metrics ``cost^exponent`` on the way to `metric`, linear in log cost."""

    metric: RightInvariantMetric
    target: Matrix

    def correct(self, exponent: float, momentum: Covector, iterations: int = 40) -> Refined:
        """Newton-correct momenta (B, dim) to geodesics at an exponent."""
        rung = self.metric.relaxed(exponent)
        return refine(rung, endpoint_map(rung), self.target, momentum, iterations=iterations)

    def follow(self, momentum: Covector, start: float, stop: float) -> Refined:
        """Continue solutions (B, dim) at exponent `start` to exponent `stop`.

        The predictor keeps the momentum, so the first Newton step of the corrector is the tangent
        predictor ``dm/dq = -M^-1 b`` (QUANTUM_GEOMETRY.md 2.11) with b taken as a difference.  Paths
        that fail are retried with half the step.
        """
        return self._follow(momentum, start, stop, abs(stop - start) * SMALLEST_STEP)

    def _follow(self, momentum: Covector, start: float, stop: float, least: float) -> Refined:
        reached = self.correct(stop, momentum, iterations=12)
        lost = np.flatnonzero(~reached.converged)
        half = 0.5 * (stop - start)
        if not len(lost) or abs(half) < least:
            return reached
        middle = self._follow(momentum[lost], start, start + half, least)
        alive = lost[middle.converged]
        if not len(alive):
            return reached
        onward = self._follow(middle.momentum[middle.converged], start + half, stop, least)
        best, residual = reached.momentum.copy(), reached.residual.copy()
        best[alive], residual[alive] = onward.momentum, onward.residual
        return Refined(best, residual)


def rungs(metric: RightInvariantMetric, ratio: float = 2.0) -> Real:
    """Exponents from 0 to 1 such that the largest cost ratio grows by at most `ratio` a rung.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> rungs(PauliMetric(3, nielsen(8.0)))
    array([0.        , 0.33333333, 0.66666667, 1.        ])
    """
    relative = metric.inertia / metric.relaxed(0.0).inertia
    spread = np.abs(np.log(relative)).max()
    count = max(1, int(np.ceil(spread / np.log(ratio) - 1e-9)))
    return np.linspace(0.0, 1.0, count + 1)


Report = Callable[[str, float], None]
