"""Path following in the penalty: a geodesic of a cheap metric becomes one of the costly metric."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Covector, Matrix
from qgeom.geodesic.endpoint import endpoint_map
from qgeom.geodesic.refine import Refined, Watch, refine
from qgeom.metric.invariant import RightInvariantMetric

# Smallest step as a share of the rung: below it a path counts as lost (it met a conjugate point).
SMALLEST_STEP = 1 / 16


@dataclass(frozen=True, eq=False)
class Ladder:
    """A one-parameter family of metrics on the way from the unpenalised one, and a target.

    For `connect` the family is ``metric.relaxed``: costs to a power, linear in log cost.
    """

    family: Callable[[float], RightInvariantMetric]
    target: Matrix
    residual: float  # what counts as a solution on the way
    flat: float = 0.0  # where nothing is penalised
    watch: Watch | None = None

    def correct(self, value: float, momentum: Covector, iterations: int = 40) -> Refined:
        """Newton-correct momenta (B, dim) to geodesics at a value of the parameter."""
        rung = self.family(value)
        endpoint = endpoint_map(rung, max(1e-3 * self.residual, 1e-12))
        return refine(
            rung,
            endpoint,
            self.target,
            momentum,
            residual=self.residual,
            iterations=iterations,
            watch=self.watch,
        )

    def polish(self, value: float, momentum: Covector) -> Refined:
        """Newton-correct momenta (B, dim) to the residual of a geodesic."""
        rung = self.family(value)
        endpoint = endpoint_map(rung, 1e-13)
        return refine(rung, endpoint, self.target, momentum, iterations=10, watch=self.watch)

    def follow(self, momentum: Covector, start: float, stop: float) -> Refined:
        """Continue solutions (B, dim) at parameter `start` to parameter `stop`.

        The predictor keeps the momentum, so the first Newton step of the corrector is the tangent
        predictor ``dm/dq = -M^-1 b`` (QUANTUM_GEOMETRY.md 2.11) with b taken as a difference.  Paths
        that fail are tried with the velocity kept (right where costly motion cannot be avoided), and
        then with half the step.
        """
        return self._follow(momentum, start, stop, abs(stop - start) * SMALLEST_STEP)

    def _follow(self, momentum: Covector, start: float, stop: float, least: float) -> Refined:
        reached = self.correct(stop, momentum, iterations=12)
        self._retry(reached, momentum, start, stop)
        lost = np.flatnonzero(reached.residual > self.residual)
        half = 0.5 * (stop - start)
        if not len(lost) or abs(half) < least:
            return reached
        middle = self._follow(momentum[lost], start, start + half, least)
        found = middle.residual <= self.residual
        alive = lost[found]
        if not len(alive):
            return reached
        onward = self._follow(middle.momentum[found], start + half, stop, least)
        best, residual = reached.momentum.copy(), reached.residual.copy()
        best[alive], residual[alive] = onward.momentum, onward.residual
        return Refined(best, residual)

    def _retry(self, reached: Refined, momentum: Covector, start: float, stop: float) -> None:
        """Try the lost ones again from the velocity that they had; `reached` is written to."""
        lost = np.flatnonzero(reached.residual > self.residual)
        before, after = self.family(start), self.family(stop)
        if not len(lost) or not (before.riemannian and after.riemannian):
            return
        again = self.correct(stop, after.lower(before.raise_(momentum[lost])), iterations=12)
        found = again.residual <= self.residual
        reached.momentum[lost[found]] = again.momentum[found]
        reached.residual[lost[found]] = again.residual[found]


def cost_ratio(metric: RightInvariantMetric) -> float:
    """Largest cost over the smallest, costs counted beside the unpenalised metric.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> cost_ratio(PauliMetric(3, nielsen(8.0)))
    8.0
    """
    costs = metric.inertia / metric.relaxed(0.0).inertia
    return float(costs.max() / costs.min())


Report = Callable[[str, float], None]
