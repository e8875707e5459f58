"""The corrector: damped Newton on the endpoint map, for many starts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._linalg import log_real
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.geodesic.endpoint import EndpointMap
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.product import ProductMetric

# A geodesic counts as found below this endpoint residual.
RESIDUAL = 1e-9
# Newton goes on to this share of the residual asked for.
OVERSHOT = 1e-3
FLOOR = 1e-13  # damping never below this share of |M|^2: keeps singular M (families) solvable
LARGEST_DAMPING = 1e4
# Near a singular M a step may be huge; none changes the length by more than this.
LONGEST_STEP = 2.0


@dataclass(frozen=True, eq=False)
class Refined:
    """Momenta (B, dim) after correction, and the residual of each, (B,)."""

    momentum: Covector
    residual: Real


def endpoint_residual(metric: RightInvariantMetric, ends: Matrix, target: Matrix) -> Vector:
    """``log(g^-1 target)`` in coordinates, (B, dim); zero exactly where g is the target.

    Where no real logarithm exists (GL+ only) the first-order residual ``g^-1 target - 1`` stands in;
    it has the same zeros.  A product is measured factor by factor: on a unitary factor the
    first-order residual would also vanish at other Hermitian unitaries.
    """
    if isinstance(metric, ProductMetric):
        factors = (metric.a, metric.b)
        parts = zip(factors, metric.split(ends), metric.split(target), strict=True)
        return np.concatenate([endpoint_residual(*part) for part in parts], axis=-1)
    gap = metric.inverse(ends) @ target
    if metric.compact:
        return metric.log(gap)
    logs, exists = log_real(gap)
    return metric.vee(np.where(exists[:, None, None], logs, gap - metric.identity))


def refine(
    metric: RightInvariantMetric,
    endpoint: EndpointMap,
    target: Matrix,
    momentum: Covector,
    *,
    residual: float = RESIDUAL,
    iterations: int = 40,
) -> Refined:
    """Solve ``g(1; m) = target`` by Levenberg-Marquardt from each start (MATH.md section 2).

    The step solves ``M dm = log(g^-1 target)`` damped in the orthonormal frame (``y = m / sqrt(I)``,
    so that ``|y|`` is the length), with damping of the order of the squared residual: quadratic
    convergence also at solutions that come in families, where M is singular.

    Parameters
    ----------
    metric, endpoint
        The metric and its `endpoint_map`.
    target
        Group element, (N, N).
    momentum
        Starts, (B, dim).
    residual
        Endpoint residual asked for.
    iterations
        Evaluations of the endpoint map at most.
    """
    if not len(momentum):
        return Refined(momentum, np.empty(0))
    root = np.sqrt(metric.inertia)
    best = momentum.copy()
    ends, jacobian = endpoint(best)
    gap = endpoint_residual(metric, ends, target)
    size = np.linalg.norm(gap, axis=-1)
    damping = np.ones(len(best))
    for _ in range(iterations):
        active = np.flatnonzero((size > OVERSHOT * residual) & (damping < LARGEST_DAMPING))
        if not len(active):
            break
        step = _damped_step(jacobian[active] * root, gap[active], damping[active])
        trial = best[active] + step * root
        trial_ends, trial_jacobian = endpoint(trial)
        trial_gap = endpoint_residual(metric, trial_ends, target)
        trial_size = np.linalg.norm(trial_gap, axis=-1)
        better = trial_size < size[active]
        damping[active] *= np.where(better, 0.1, 10.0)
        damping = np.maximum(damping, 1e-6)
        kept = active[better]
        # At the rounding floor a step no longer helps: stop instead of damping ever more.
        damping[active[~better & (size[active] < 0.1 * residual)]] = LARGEST_DAMPING
        best[kept], jacobian[kept] = trial[better], trial_jacobian[better]
        gap[kept], size[kept] = trial_gap[better], trial_size[better]
    return Refined(best, size)


def _damped_step(jacobian: Real, gap: Vector, damping: Real) -> Real:
    transposed = np.swapaxes(jacobian, -1, -2)
    normal = transposed @ jacobian
    scale = np.trace(normal, axis1=-2, axis2=-1) / normal.shape[-1]
    squared = np.sum(gap**2, axis=-1)
    mu = np.maximum(FLOOR, damping * np.minimum(squared, 1.0)) * scale
    diagonal = np.arange(normal.shape[-1])
    normal[:, diagonal, diagonal] += mu[:, None]
    step = np.linalg.solve(normal, transposed @ gap[..., None])[..., 0]
    length = np.linalg.norm(step, axis=-1, keepdims=True)
    return step * np.minimum(1.0, LONGEST_STEP / np.maximum(length, LONGEST_STEP))
