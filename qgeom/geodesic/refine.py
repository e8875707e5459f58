"""The corrector: damped Newton on the endpoint map, for many starts at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from qgeom._linalg import log_real, namespace
from qgeom._typing import Array
from qgeom.geodesic.endpoint import EndpointMap
from qgeom.metric.dense import DenseMetric
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.product import ProductMetric

# Called with a message about what goes on.
Watch: TypeAlias = Callable[[str], None]
# A geodesic counts as found below this endpoint residual.
RESIDUAL = 1e-9
# Newton goes on to this share of the residual asked for.
OVERSHOT = 1e-3
LARGEST_DAMPING, SMALLEST_DAMPING = 1e4, 1e-6
# Near a singular M a step may be huge; none changes the length by more than this.
LONGEST_STEP = 2.0


@dataclass(frozen=True, eq=False)
class Refined:
    """Momenta (B, dim) after correction, and the residual of each, (B,)."""

    momentum: Array
    residual: Array


def endpoint_residual(metric: RightInvariantMetric, ends: Array, target: Array) -> Array:
    """``log(g^-1 target)`` in coordinates, (B, dim); zero exactly where g is the target.

    Where no real logarithm exists (GL+ only) the first-order residual ``g^-1 target - 1`` stands in;
    it has the same zeros.  A product is measured factor by factor: on a unitary factor the
    first-order residual would also vanish at other Hermitian unitaries.
    """
    if isinstance(metric, ProductMetric):
        factors = (metric.a, metric.b)
        parts = zip(factors, metric.split(ends), metric.split(target), strict=True)
        return np.concatenate([endpoint_residual(*part) for part in parts], axis=-1)
    if isinstance(metric, DenseMetric):
        return metric.to_axes(endpoint_residual(metric.base, ends, target))
    gap = metric.inverse(ends) @ target
    if metric.compact:
        return metric.log(gap)
    logs, exists = log_real(gap)
    return metric.vee(np.where(exists[:, None, None], logs, gap - metric.identity))


def refine(
    metric: RightInvariantMetric,
    endpoint: EndpointMap,
    target: Array,
    momentum: Array,
    *,
    residual: float = RESIDUAL,
    iterations: int = 40,
    watch: Watch | None = None,
) -> Refined:
    """Solve ``g(1; m) = target`` by Levenberg-Marquardt from each start (MATH.md section 2).

    The step solves ``M dm = log(g^-1 target)`` with damping of the order of the squared residual:
    quadratic convergence also at solutions that come in families, where M is singular.

    Parameters
    ----------
    metric, endpoint
        The metric and its `endpoint_map`.
    target
        Group element (N, N), or one for each start (B, N, N).
    momentum
        Starts, (B, dim); numpy, or torch where the endpoint map takes it.
    residual
        Endpoint residual asked for.
    iterations
        Newton steps at most.
    watch
        Called with a message before each step.
    """
    if not len(momentum):
        return Refined(momentum, np.empty(0))
    goals = namespace(momentum).broadcast_to(target, (len(momentum), *target.shape[-2:]))

    def gap(ends: Array, index: Array) -> Array:
        return endpoint_residual(metric, ends, goals[index])

    return newton(endpoint, gap, momentum, residual=residual, iterations=iterations, watch=watch)


def newton(
    endpoint: EndpointMap,
    gap: Callable[[Array, Array], Array],
    start: Array,
    *,
    residual: float = RESIDUAL,
    iterations: int = 40,
    watch: Watch | None = None,
) -> Refined:
    """Solve ``gap(ends(m)) = 0`` for any condition on the end; `refine` is that of a group element.

    Parameters
    ----------
    endpoint
        The map and its Newton step; momenta stand for whatever unknowns it takes.
    gap
        Ends (A, N, N) and the indices (A,) of their starts -> what is missing, (A, k).
    start, residual, iterations, watch
        As for `refine`.
    """
    xp = namespace(start)
    best = 1.0 * start
    missing = gap(endpoint.ends(best), xp.where(_norm(best) >= 0)[0])
    size = _norm(missing)
    damping = xp.ones_like(size)
    for i in range(iterations):
        active = xp.where((size > OVERSHOT * residual) & (damping < LARGEST_DAMPING))[0]
        if not len(active):
            break
        if watch is not None:
            watch(f"Newton step {i + 1}, residual {float(size[active].min()):.1e}")
        some = endpoint.take(active)
        step = some.step(best[active], missing[active], damping[active])
        length = _norm(step / some.frame)[:, None]
        trial = best[active] + step * LONGEST_STEP / xp.clip(length, LONGEST_STEP, None)
        trial_gap = gap(some.ends(trial), active)
        trial_size = _norm(trial_gap)
        better = trial_size < size[active]
        changed = xp.where(better, 0.1 * damping[active], 10.0 * damping[active])
        damping[active] = xp.clip(changed, SMALLEST_DAMPING, None)
        kept, dropped = active[better], active[~better]
        # At the rounding floor a step no longer helps: stop instead of damping ever more.
        damping[dropped[size[dropped] < 0.1 * residual]] = LARGEST_DAMPING
        best[kept], missing[kept], size[kept] = trial[better], trial_gap[better], trial_size[better]
    return Refined(best, size)


def _norm(x: Array) -> Array:
    return namespace(x).sqrt((x**2).sum(-1))
