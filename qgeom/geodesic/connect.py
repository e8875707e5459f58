"""The boundary-value problem: every geodesic that a search finds from the identity to a target."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.algebra.targets import Target
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.continuation import Ladder, Report, rungs
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot_momentum
from qgeom.geodesic.refine import RESIDUAL, Refined, endpoint_residual
from qgeom.metric.invariant import RightInvariantMetric

# The Newton matrix is dim x dim, dense: four qubits are 255 x 255.
MAX_DIM = 255
# Geodesics are told apart by their energy in each cost class, to this relative accuracy.
SAME = 1e-6
# The ladder goes this factor above the wanted cost: solutions found there often win on the way down.
OVERSHOOT = 4.0
# Where each evaluation is an integration: fewer starts, longer steps, and loose until the end.
THRIFTY_STARTS, THRIFTY_RATIO, THRIFTY_RESIDUAL = 8, 4.0, 1e-6


@dataclass(frozen=True, eq=False)
class Pool:
    """Distinct solutions at one exponent: momenta (K, dim), lengths (K,), residuals and origins."""

    momentum: Covector
    length: Real
    residual: Real
    origin: tuple[str, ...]


def connect(
    metric: RightInvariantMetric,
    target: Target | Matrix,
    *,
    rng: np.random.Generator,
    branches: int | None = None,
    starts: int | None = None,
    keep: int = 12,
    report: Report | None = None,
    throw: bool = False,
) -> tuple[Geodesic, ...]:
    """Geodesics from the identity to a target, shortest first.

    Logarithms of the target are geodesics at zero penalty; they are continued up a ladder of costs to
    a little above the wanted one and down again.  At every rung the shortest distinct solutions go on
    with and without a random kick (a commuting line is a bifurcation point that unperturbed
    continuation never leaves), and random starts are added.  Multi-start alone and continuation alone
    each miss the shortest geodesic (QUANTUM_GEOMETRY.md 3.3).

    Parameters
    ----------
    metric
        The metric; dim at most 255 (n <= 4 qubits; n <= 3 is quick).
    target
        A Target or a group element (N, N); on qubits it counts up to a global phase.
    rng
        Source of the random starts.
    branches
        Logarithms to start from; default: two for each eigenvalue, so all phase lifts.
    starts
        Random starts at each rung; default: 24 with a closed form, else 8.
    keep
        Solutions carried from rung to rung.
    report
        Called with a message and the finished share.
    throw
        Raise if nothing converges, instead of returning the best attempt with its status.

    Returns
    -------
    tuple of Geodesic
        Distinct solutions with ``residual <= 1e-9``; if there are none, the best attempt.  A search
        gives upper bounds of the distance: no solution is proved to be minimal.

    Raises
    ------
    ValueError
        For a target that is not in the group, a metric that is too large, or no start at all.
    RuntimeError
        If nothing converges and `throw` is set.

    Examples
    --------
    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> cost = PauliMetric(2, nielsen(4.0, locality=1))
    >>> found = connect(cost, target("cnot"), rng=np.random.default_rng(0))
    >>> round(float(found[0].length), 6)  # (pi / 4) sqrt(2 + q)
    1.923825
    """
    element = metric.check_element(
        "target", target.matrix if isinstance(target, Target) else target
    )
    if element.ndim != 2:
        raise fail("target", "be one group element", f"has shape {element.shape}")
    if metric.dim > MAX_DIM:
        raise fail("metric", f"have a dimension of at most {MAX_DIM}", f"has {metric.dim}")
    count = 2 * metric.size if branches is None else check_integer("branches", branches, 0)
    quick = metric.compact and closed_form(metric) is not None
    default = 24 if quick else THRIFTY_STARTS
    starts = default if starts is None else check_integer("starts", starts, 0)
    keep = check_integer("keep", keep, 1)
    ladder = Ladder(metric, element, RESIDUAL if quick else THRIFTY_RESIDUAL)
    path = _path(metric, 2.0 if quick else THRIFTY_RATIO)
    logs = log_branches(metric, element, count)
    if not len(logs) and not starts:
        raise fail("starts", "be positive where no logarithm starts the search", "is 0")
    search = _Search(ladder, path, rng, starts, keep)
    pool = search.run(logs, report or (lambda _message, _share: None))
    found = _geodesics(metric, element, pool)
    if throw and not found[0].residual <= RESIDUAL:
        raise RuntimeError(found[0].status)
    return found


@dataclass(frozen=True, eq=False)
class _Search:
    ladder: Ladder
    path: Real
    rng: np.random.Generator
    starts: int
    keep: int

    def run(self, logs: Vector, report: Report) -> Pool:
        metric, path = self.ladder.metric, self.path
        flat = metric.relaxed(0.0)
        names = [f"branch {k + 1}" for k in range(len(logs))]
        pool = self._select(0.0, self.ladder.correct(0.0, flat.lower(logs)), names)
        pools = []
        for i in range(1, len(path)):
            report(f"cost exponent {path[i]:.2f}, {len(pool.length)} geodesics", i / len(path))
            pool = self._advance(pool, path[i - 1], path[i])
            if path[i] == 1.0:
                pools.append(pool)
        return self._polished(_merge(metric, pools, self.ladder.residual, self.keep))

    def _polished(self, pool: Pool) -> Pool:
        metric = self.ladder.metric
        final = self.ladder.polish(pool.momentum)
        length = metric.norm(metric.raise_(final.momentum))
        polished = Pool(final.momentum, length, final.residual, pool.origin)
        return _merge(metric, [polished], RESIDUAL, self.keep)

    def _advance(self, pool: Pool, before: float, after: float) -> Pool:
        kept = pool.residual <= self.ladder.residual
        kept[:1] |= not kept.any()  # the best attempt goes on if nothing else does
        momentum = pool.momentum[kept]
        names = [name for name, good in zip(pool.origin, kept, strict=True) if good]
        continued = self.ladder.follow(momentum, before, after)
        tried = [continued]
        if len(momentum):
            kick = self.rng.normal(size=momentum.shape) * np.sqrt(self.ladder.metric.inertia)
            kick *= (
                0.1
                * np.linalg.norm(momentum, axis=-1, keepdims=True)
                / np.linalg.norm(kick, axis=-1, keepdims=True)
            )
            tried.append(self.ladder.correct(after, momentum + kick))
        tried.append(self.ladder.correct(after, self._random(after, pool), iterations=25))
        kicked = [name.removesuffix(", kicked") + ", kicked" for name in names]
        origins = [*names, *kicked, *["random start"] * self.starts]
        joined = Refined(
            np.concatenate([part.momentum for part in tried]),
            np.concatenate([part.residual for part in tried]),
        )
        return self._select(after, joined, origins)

    def _random(self, exponent: float, pool: Pool) -> Covector:
        """Random momenta, somewhat shorter than the shortest known geodesic.

        From there Newton runs uphill into short geodesics; long starts mostly fail or end in long
        ones.  Damping the costly directions by ``cost^-b`` with random b covers both the minimal
        geodesics of cheap metrics (b = 0) and of very costly ones.
        """
        metric = self.ladder.metric.relaxed(exponent)
        relative = metric.inertia / self.ladder.metric.relaxed(0.0).inertia
        bend = self.rng.uniform(0.0, 0.4, size=(self.starts, 1))
        y = self.rng.normal(size=(self.starts, metric.dim)) * relative**-bend
        scale = float(pool.length.min()) if len(pool.length) else float(np.sqrt(metric.size))
        radius = scale * self.rng.uniform(0.5, 1.1, size=(self.starts, 1))
        return radius * y / np.linalg.norm(y, axis=-1, keepdims=True) * np.sqrt(metric.inertia)

    def _select(self, exponent: float, tried: Refined, origins: list[str]) -> Pool:
        metric = self.ladder.metric.relaxed(exponent)
        length = metric.norm(metric.raise_(tried.momentum))
        tried_pool = Pool(tried.momentum, length, tried.residual, tuple(origins))
        return _merge(metric, [tried_pool], self.ladder.residual, self.keep)


def _path(metric: RightInvariantMetric, ratio: float) -> Real:
    """Exponents of the ladder: up to OVERSHOOT times the wanted cost, and down again."""
    up = rungs(metric, ratio)
    if len(up) == 1:
        return np.array([0.0, 1.0])
    beyond = 1.0 + up[1] * np.arange(1, 1 + round(np.log(OVERSHOOT) / np.log(ratio)))
    return np.concatenate([up, beyond, beyond[-2::-1], [1.0]])


def _merge(metric: RightInvariantMetric, pools: list[Pool], accepted: float, keep: int) -> Pool:
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
    """Root energy in each class of equal inertia, (K, classes): the same for mirror images."""
    energy = momentum * metric.raise_(momentum)
    _, member = np.unique(np.round(np.log(metric.inertia), 9), return_inverse=True)
    classes = np.zeros((len(momentum), int(member.max()) + 1))
    np.add.at(classes.T, member, energy.T)
    return np.sqrt(np.maximum(classes, 0.0))


def _geodesics(metric: RightInvariantMetric, target: Matrix, pool: Pool) -> tuple[Geodesic, ...]:
    form = closed_form(metric)
    times = np.array([0.0, 1.0])
    found = []
    for momentum, origin in zip(pool.momentum, pool.origin, strict=True):
        curve = shoot_momentum(metric, momentum, times, 1e-12, form)
        gap = endpoint_residual(metric, curve.endpoint[None], target)
        residual = np.linalg.norm(gap, axis=-1)[0]
        word = "Converged" if residual <= RESIDUAL else "Did not converge"
        status = f"{word}: endpoint residual {residual:.1e}, from {origin}."
        found.append(replace(curve, residual=residual, status=status))
    return tuple(found)
