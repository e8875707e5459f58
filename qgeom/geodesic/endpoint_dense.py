r"""The derivative of the endpoint map as a matrix M: ``dg = g hat(j)``, ``j = M dm(0)``.

Closed forms are differentiated factor by factor (Daleckii-Krein); otherwise M is integrated along with
g (QUANTUM_GEOMETRY.md 2.9 in general form):

    dM/dt = Ad_{g^-1} I^-1 Ad*_{g^-1} (1 - K M),   K j = ad*_j m(0),   M(0) = 0.
"""

from __future__ import annotations

import numpy as np

from qgeom._linalg import dagger, like, namespace, unitarise, zeros_like
from qgeom._typing import Array, Covector, Matrix, Real, Vector
from qgeom.geodesic.flow import reduced_field, solve
from qgeom.metric.invariant import RightInvariantMetric

# The derivative only steers Newton: its error may be this much larger than that of the end point.
DERIVATIVE_SLACK = 1e-4


def closed_derivative(
    metric: RightInvariantMetric, factors: Array, momentum: Array
) -> tuple[Array, Array]:
    """End points (B, N, N) and M (B, dim, dim) of ``g = prod_k exp(hat(A_k m))``.

    ``M = sum_k Ad(h_k^-1) D_k A_k`` with h_k the product of the factors after the k-th, and D_k the
    derivative of the exponential.

    Parameters
    ----------
    metric
        A metric on a compact group.
    factors
        A_k: diagonal (K, dim), or one set for each member (B, K, dim), or full (K, dim, dim).
    momentum
        (B, dim); numpy, or torch on qubits.
    """
    xp = namespace(momentum)
    full = factors.ndim == 3 and factors.shape[-2] == factors.shape[-1] == metric.dim
    basis = metric.hat(like(np.eye(metric.dim), momentum))
    count = len(momentum)
    after = None
    derivative = zeros_like(momentum, (count, metric.dim, metric.dim))
    for k in reversed(range(factors.shape[-3 if full else -2])):
        factor = factors[k] if full else factors[..., k, :]
        generator = xp.einsum("ab,zb->za", factor, momentum) if full else factor * momentum
        values, vectors = xp.linalg.eigh(1j * metric.hat(generator))
        gaps = 0.5 * (values[:, :, None] - values[:, None, :])
        kernel = xp.exp(1j * gaps) * xp.sinc(gaps / np.pi)
        # Columns that this factor does not see are skipped: a diagonal A_k scales its columns.
        seen = slice(None) if full else _seen(factor)
        inner = dagger(vectors)[:, None] @ basis[seen] @ vectors[:, None]
        frame = (vectors if after is None else dagger(after) @ vectors)[:, None]
        moved = metric.vee(_match(frame @ (kernel[:, None] * inner) @ dagger(frame), metric))
        columns = moved.swapaxes(-1, -2)  # (B, dim, seen)
        if full:
            derivative += columns @ factor
        else:
            derivative[:, :, seen] += columns * factor[..., None, seen]
        step = _match((vectors * xp.exp(-1j * values)[:, None, :]) @ dagger(vectors), metric)
        after = step if after is None else step @ after
    assert after is not None
    return after, derivative


def _seen(factor: Array) -> Array:
    """Indices of the columns that some member of a diagonal factor (..., dim) sees."""
    xp = namespace(factor)
    used = factor != 0
    return xp.where(used if used.ndim == 1 else used.any(0))[0]


def _match(matrix: Array, metric: RightInvariantMetric) -> Array:
    return matrix if np.issubdtype(metric.dtype, np.complexfloating) else matrix.real


def integrated_derivative(
    metric: RightInvariantMetric, momentum: Covector, tolerance: float
) -> tuple[Matrix, Real]:
    """End points (B, N, N) and M (B, dim, dim) by integrating both; `tolerance` is that of g."""
    count, dim, shape = len(momentum), metric.dim, (-1, metric.size, metric.size)
    one, basis = np.eye(dim), metric.hat(np.eye(dim))
    twist = np.swapaxes(metric.coadjoint(one, momentum[:, None]), -1, -2)  # K
    field = reduced_field(metric, momentum, 0.0)

    def pack(g: Matrix, jacobian: Real) -> Real:
        reals = np.ascontiguousarray(g, dtype=metric.dtype).reshape(count, -1).view(np.float64)
        return np.concatenate([reals, DERIVATIVE_SLACK * jacobian.reshape(count, -1)], axis=1)

    def unpack(state: Real) -> tuple[Matrix, Real]:
        reals = np.ascontiguousarray(state[:, : -dim * dim])
        jacobian = state[:, -dim * dim :].reshape(-1, dim, dim) / DERIVATIVE_SLACK
        return reals.view(metric.dtype).reshape(shape), jacobian

    def joint(state: Real) -> Real:
        g, jacobian = unpack(state)
        moved: Vector = metric.vee(metric.inverse(g)[:, None] @ basis @ g[:, None])
        # Row a of `moved` is Ad_{g^-1} e_a: its transpose acts on vectors, itself on momenta.
        raised = np.swapaxes(moved, -1, -2) / metric.inertia
        return pack(field(g), raised @ (moved @ (one - twist @ jacobian)))

    start = pack(np.broadcast_to(metric.identity, (count, *shape[1:])), np.zeros((count, dim, dim)))
    g, jacobian = unpack(solve(joint, start, np.array([1.0]), tolerance)[0])
    return (unitarise(g) if metric.compact else g), jacobian
