"""The search behind `connect`: paths relaxed at every cost, and geodesics carried between costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._typing import Covector, Real, Vector
from qgeom.geodesic.continuation import Ladder, Report, cost_ratio
from qgeom.geodesic.refine import RESIDUAL
from qgeom.geodesic.relaxation import reach, relax, smooth_noise
from qgeom.metric.invariant import RightInvariantMetric

# Geodesics are told apart by their energy in each cost class, to this relative accuracy.
SAME = 1e-6
# Costs up to this ratio are relaxed at; beyond, pieces of constant velocity are too long, and the
# geodesics found here are continued.
STEEPEST = 256.0
# Speed of the noise in unpenalised lengths of the logarithms: a little on the line of each, which may
# be a saddle, and that of random paths.  Those know no logarithm: about one they would relax to what
# it relaxes to anyway, and meet the shortest geodesics of gates two to four times less often (measured).
LINE_NOISE, SHORTEST, LONGEST = 0.3, 0.5, 1.5
# A path whose velocities still change by this share after so many steps is given up.
SETTLED, STEPS = 0.1, 50
# Where Newton's method fails the path is relaxed on, to this share of the accuracy, and Newton's method
# has more patience: minima of Toffoli lie in nearly flat valleys, along which it creeps.
FINER, PATIENCE = 0.1, 150


@dataclass(frozen=True, eq=False)
class Pool:
    """Distinct solutions at one cost: momenta (K, dim), lengths (K,), residuals and origins."""

    momentum: Covector
    length: Real
    residual: Real
    origin: tuple[str, ...]


@dataclass(frozen=True)
class Effort:
    """How hard to search.

    Attributes
    ----------
    branches, starts
        Logarithms, and random starts at each cost.
    pieces, accuracy
        Of the relaxation: where a Newton step is expensive, more of them are spared by a better start.
    residual
        What counts as a solution before the last polish.
    climb
        Whether to continue the logarithms through all costs where nothing else was found.
    """

    branches: int
    starts: int
    pieces: int
    accuracy: float
    residual: float
    climb: bool


@dataclass(frozen=True, eq=False)
class Search:
    """Finds geodesics at all wanted costs of a family of metrics together.

    Attributes
    ----------
    ladder
        The family of metrics and the target.
    rng
        Source of the starts.
    effort, keep
        How hard to search, and how many solutions to keep.
    """

    ladder: Ladder
    rng: np.random.Generator
    effort: Effort
    keep: int

    def run(self, logs: Vector, wanted: Real, report: Report) -> list[Pool]:
        """Solutions at each wanted value, from logarithms (K, dim) of the target.

        Up and down the values: at each one, paths are relaxed where the cost allows, and the solutions
        of the value before are continued.
        """
        values = self._values(wanted)
        pools: dict[float, Pool] = {}
        for i, value in enumerate(values):
            report(f"cost {i + 1} of {len(values)}: relaxing", 0.8 * i / len(values))
            found = [self._relaxed(value, logs)] if self._relaxable(value) else []
            if i:
                found.append(self._continued(pools[values[i - 1]], values[i - 1], value))
            pools[value] = self._merge(value, found)
            lost = not (pools[value].residual <= self.ladder.residual).any()
            if lost and self.effort.climb and len(logs):
                pools[value] = self._merge(value, [pools[value], self._climbed(value, logs)])
        for i in range(len(values) - 2, -1, -1):
            report(f"cost {i + 1} of {len(values)}: once more", 0.99 - 0.19 * (i + 1) / len(values))
            back = self._continued(pools[values[i + 1]], values[i + 1], values[i])
            pools[values[i]] = self._merge(values[i], [pools[values[i]], back])
        report("polishing", 0.99)
        return [self._polished(value, pools[value]) for value in wanted.tolist()]

    def lines(self, value: float, logs: Vector) -> Pool:
        """The straight lines of the logarithms that are geodesics."""
        metric = self.ladder.family(value)
        momentum = metric.lower(logs)
        momentum = momentum[np.isfinite(momentum).all(axis=-1)]
        straight = self.ladder.correct(value, momentum, iterations=0)
        kept = np.flatnonzero(straight.residual <= self.ladder.residual)
        names = [f"branch {k + 1}" for k in kept]
        return _pool(metric, momentum[kept], straight.residual[kept], names)

    def warm(self, value: float, momentum: Covector) -> Pool:
        """Geodesics that Newton's method finds from given momenta (K, dim)."""
        found = self.ladder.polish(value, self.ladder.correct(value, momentum).momentum)
        names = ["a guess"] * len(momentum)
        return _pool(self.ladder.family(value), found.momentum, found.residual, names)

    def _values(self, wanted: Real) -> list[float]:
        """Wanted values in order, and a value to relax at if all are too steep."""
        values = sorted(set(wanted.tolist()))
        if not self._relaxable(values[0]):
            low, high = self.ladder.flat, values[0]
            for _ in range(30):
                middle = 0.5 * (low + high)
                low, high = (middle, high) if self._relaxable(middle) else (low, middle)
            values.insert(0, low)
        return values

    def _relaxable(self, value: float) -> bool:
        return cost_ratio(self.ladder.family(value)) <= STEEPEST

    def _relaxed(self, value: float, logs: Vector) -> Pool:
        """Lines that are geodesics, and what lines with noise and random paths relax to."""
        metric = self.ladder.family(value)
        paths, names = self._paths(metric, logs)
        end, watch = reach(metric, self.ladder.target), self.ladder.watch
        rough = relax(
            metric, end, paths, accuracy=self.effort.accuracy, iterations=STEPS, watch=watch
        )
        settled = np.flatnonzero(rough.change <= SETTLED)
        paths, names = rough.velocities[settled], [names[i] for i in settled]
        pools = [self.lines(value, logs)]
        patience = PATIENCE if self.effort.climb else 40  # large groups cannot afford it
        for finer, iterations in ((1.0, 40), (FINER, patience)):
            accuracy = finer * self.effort.accuracy
            relaxed = relax(metric, end, paths, accuracy=accuracy, watch=watch)
            bent = self.ladder.correct(value, relaxed.momentum, iterations)
            pools.append(_pool(metric, bent.momentum, bent.residual, names))
            lost = np.flatnonzero(bent.residual > self.ladder.residual)
            paths, names = relaxed.velocities[lost], [names[i] for i in lost]
        if not any(len(pool.length) for pool in pools):
            # No path settles: Newton's method starts at rest, for an attempt to report.
            rest = self.ladder.correct(value, np.zeros((1, metric.dim)))
            pools.append(_pool(metric, rest.momentum, rest.residual, ["rest"]))
        return self._merge(value, pools)

    def _paths(self, metric: RightInvariantMetric, logs: Vector) -> tuple[Vector, list[str]]:
        """Starts (B, pieces, dim) with their names."""
        flat = metric.relaxed(0.0).norm(logs)
        random = self.rng.uniform(SHORTEST, LONGEST, self.effort.starts)
        speed = np.concatenate([np.full(len(logs), LINE_NOISE), random])
        # Logarithms of the identity include 0: there the longer ones set the scale.
        speed *= float(flat.mean()) if flat.any() else 1.0
        noise = smooth_noise(metric, len(speed), self.effort.pieces, self.rng)
        paths = speed[:, None, None] * noise
        paths[: len(logs)] += logs[:, None]
        names = [f"branch {k + 1}, relaxed" for k in range(len(logs))]
        return paths, names + ["random start"] * self.effort.starts

    def _climbed(self, value: float, logs: Vector) -> Pool:
        """The logarithms, geodesics at zero penalty, continued to a cost where nothing else was found."""
        metric = self.ladder.family(self.ladder.flat)
        names = [f"branch {k + 1}, continued" for k in range(len(logs))]
        lines = _pool(metric, metric.lower(logs), np.zeros(len(logs)), names)
        return self._continued(lines, self.ladder.flat, value)

    def _continued(self, pool: Pool, before: float, after: float) -> Pool:
        kept = pool.residual <= self.ladder.residual
        names = [name for name, good in zip(pool.origin, kept, strict=True) if good]
        found = self.ladder.follow(pool.momentum[kept], before, after)
        return _pool(self.ladder.family(after), found.momentum, found.residual, names)

    def _merge(self, value: float, pools: list[Pool]) -> Pool:
        return merge(self.ladder.family(value), pools, self.ladder.residual, self.keep)

    def _polished(self, value: float, pool: Pool) -> Pool:
        metric = self.ladder.family(value)
        final = self.ladder.polish(value, pool.momentum)
        polished = _pool(metric, final.momentum, final.residual, list(pool.origin))
        return merge(metric, [polished], RESIDUAL, self.keep)


def _pool(
    metric: RightInvariantMetric, momentum: Covector, residual: Real, origin: list[str]
) -> Pool:
    return Pool(momentum, metric.norm(metric.raise_(momentum)), residual, tuple(origin))


def merge(metric: RightInvariantMetric, pools: list[Pool], accepted: float, keep: int) -> Pool:
    """Distinct converged solutions, shortest first; the best attempt alone if none converged."""
    momentum = np.concatenate([pool.momentum for pool in pools])
    length = np.concatenate([pool.length for pool in pools])
    residual = np.concatenate([pool.residual for pool in pools])
    origin = [name for pool in pools for name in pool.origin]
    signature = np.concatenate([length[:, None], _energies(metric, momentum)], axis=1)
    chosen: list[int] = []
    for i in np.argsort(length, kind="stable"):
        near = SAME * max(1.0, float(length[i]))
        new = all(np.abs(signature[i] - signature[j]).max() > near for j in chosen)
        if residual[i] <= accepted and new and len(chosen) < keep:
            chosen.append(int(i))
    if not chosen and len(length):
        chosen = [int(np.argmin(residual))]
    return Pool(
        momentum[chosen], length[chosen], residual[chosen], tuple(origin[i] for i in chosen)
    )


def _energies(metric: RightInvariantMetric, momentum: Covector) -> Real:
    """Return the root energy in each class of equal inertia, (K, classes): the same for mirror images."""
    energy = momentum * metric.raise_(momentum)
    _, member = np.unique(np.round(np.log(metric.inertia), 9), return_inverse=True)
    classes = np.zeros((len(momentum), int(member.max()) + 1))
    np.add.at(classes.T, member, energy.T)
    return np.sqrt(np.maximum(classes, 0.0))
