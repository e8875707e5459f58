"""The search behind `connect`: pools of solutions carried up and down a ladder of costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._typing import Covector, Real, Vector
from qgeom.geodesic.continuation import Ladder, Report
from qgeom.geodesic.refine import RESIDUAL, Refined
from qgeom.metric.invariant import RightInvariantMetric

# Geodesics are told apart by their energy in each cost class, to this relative accuracy.
SAME = 1e-6
# Length of a random kick as a share of the momentum: enough to leave a bifurcation point.
KICK = 0.1


@dataclass(frozen=True, eq=False)
class Pool:
    """Distinct solutions at one exponent: momenta (K, dim), lengths (K,), residuals and origins."""

    momentum: Covector
    length: Real
    residual: Real
    origin: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Search:
    """Walks a path of costs with continued, kicked and random starts.

    Attributes
    ----------
    ladder
        The family of metrics and the target.
    path
        Values of the family's parameter; the first is the unpenalised one.
    rng, starts, keep
        Random starts at each rung, and solutions carried on.
    """

    ladder: Ladder
    path: Real
    rng: np.random.Generator
    starts: int
    keep: int

    def run(self, logs: Vector, wanted: Real, report: Report) -> list[Pool]:
        """Solutions at each wanted value, from logarithms (K, dim) of the target."""
        flat = self.ladder.family(self.path[0])
        names = [f"branch {k + 1}" for k in range(len(logs))]
        start = self.ladder.correct(self.path[0], flat.lower(logs))
        pool = self._select(self.path[0], start, names)
        pools: list[list[Pool]] = [[pool] if v == self.path[0] else [] for v in wanted]
        for i in range(1, len(self.path)):
            report(f"rung {i}, {len(pool.length)} geodesics", i / len(self.path))
            pool = self._advance(pool, self.path[i - 1], self.path[i])
            for seen, value in zip(pools, wanted, strict=True):
                if self.path[i] == value:
                    seen.append(pool)
        return [self._polished(v, seen) for v, seen in zip(wanted, pools, strict=True)]

    def _polished(self, value: float, pools: list[Pool]) -> Pool:
        metric = self.ladder.family(value)
        pool = merge(metric, pools, self.ladder.residual, self.keep)
        final = self.ladder.polish(value, pool.momentum)
        length = metric.norm(metric.raise_(final.momentum))
        polished = Pool(final.momentum, length, final.residual, pool.origin)
        return merge(metric, [polished], RESIDUAL, self.keep)

    def _advance(self, pool: Pool, before: float, after: float) -> Pool:
        kept = pool.residual <= self.ladder.residual
        kept[:1] |= not kept.any()  # the best attempt goes on if nothing else does
        momentum = pool.momentum[kept]
        names = [name for name, good in zip(pool.origin, kept, strict=True) if good]
        continued = self.ladder.follow(momentum, before, after)
        tried = [continued]
        if len(momentum):
            tried.append(self.ladder.correct(after, self._kicked(after, momentum)))
        tried.append(self.ladder.correct(after, self._random(after, pool), iterations=25))
        kicked = [name.removesuffix(", kicked") + ", kicked" for name in names]
        origins = [*names, *kicked, *["random start"] * self.starts]
        joined = Refined(
            np.concatenate([part.momentum for part in tried]),
            np.concatenate([part.residual for part in tried]),
        )
        return self._select(after, joined, origins)

    def _kicked(self, value: float, momentum: Covector) -> Covector:
        kick = self.rng.normal(size=momentum.shape) * np.sqrt(self.ladder.family(value).inertia)
        size = np.linalg.norm(momentum, axis=-1, keepdims=True)
        return momentum + KICK * size * kick / np.linalg.norm(kick, axis=-1, keepdims=True)

    def _random(self, value: float, pool: Pool) -> Covector:
        """Random momenta, somewhat shorter than the shortest known geodesic.

        From there Newton runs uphill into short geodesics; long starts mostly fail or end in long
        ones.  Damping the costly directions by ``cost^-b`` with random b covers both the minimal
        geodesics of cheap metrics (b = 0) and of very costly ones.
        """
        metric = self.ladder.family(value)
        relative = metric.inertia / self.ladder.family(self.path[0]).inertia
        bend = self.rng.uniform(0.0, 0.4, size=(self.starts, 1))
        y = self.rng.normal(size=(self.starts, metric.dim)) * relative**-bend
        scale = float(pool.length.min()) if len(pool.length) else float(np.sqrt(metric.size))
        radius = scale * self.rng.uniform(0.5, 1.1, size=(self.starts, 1))
        return radius * y / np.linalg.norm(y, axis=-1, keepdims=True) * np.sqrt(metric.inertia)

    def _select(self, value: float, tried: Refined, origins: list[str]) -> Pool:
        metric = self.ladder.family(value)
        length = metric.norm(metric.raise_(tried.momentum))
        tried_pool = Pool(tried.momentum, length, tried.residual, tuple(origins))
        return merge(metric, [tried_pool], self.ladder.residual, self.keep)


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
