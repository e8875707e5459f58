r"""The endpoint map m(0) -> g(1) and its derivative, for many momenta at once.

The derivative is left-trivialised, ``dg = g hat(j)``, ``j = M dm(0)``; a loss of rank of M is a
conjugate point.  Closed forms are differentiated factor by factor (Daleckii-Krein); otherwise M is
integrated along with g (QUANTUM_GEOMETRY.md 2.9 in general form):

    dM/dt = Ad_{g^-1} I^-1 Ad*_{g^-1} (1 - K M),   K j = ad*_j m(0),   M(0) = 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from qgeom._linalg import dagger, unitarise
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.geodesic.closed_form import ClosedForm, closed_form
from qgeom.geodesic.flow import reduced_field, solve
from qgeom.metric.invariant import RightInvariantMetric

# Momenta (B, dim) -> end points (B, N, N) and derivatives (B, dim, dim).
EndpointMap: TypeAlias = Callable[[Covector], tuple[Matrix, Real]]

# The derivative only steers Newton: its error may be this much larger than that of the end point.
DERIVATIVE_SLACK = 1e-4
# One batch of derivatives holds a few times B * dim matrices of N x N; stay near 64 MB.
BATCH_BYTES = 64_000_000


def endpoint_map(metric: RightInvariantMetric, tolerance: float = 1e-10) -> EndpointMap:
    """Return the function momenta -> (g(1), M(1)) of a metric.

    `tolerance` is the local error of the integration; a closed form is exact to rounding.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> g, derivative = endpoint_map(PauliMetric(1, nielsen(1.0)))(np.zeros((1, 3)))
    >>> derivative[0]
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """
    form = closed_form(metric) if metric.compact else None
    chunk = max(1, BATCH_BYTES // (16 * metric.dim * max(metric.dim, metric.size**2)))

    def evaluate(momentum: Covector) -> tuple[Matrix, Real]:
        pieces = [momentum[i : i + chunk] for i in range(0, len(momentum), chunk)] or [momentum]
        if form is None:
            parts = [_integrated(metric, piece, tolerance) for piece in pieces]
        else:
            parts = [_closed(form, metric.hat(np.eye(metric.dim)), piece) for piece in pieces]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    return evaluate


def _closed(form: ClosedForm, basis: Matrix, momentum: Covector) -> tuple[Matrix, Real]:
    """``M = sum_k Ad(h_k^-1) D_k A_k`` with h_k the product of the factors after the k-th."""
    metric = form.metric
    generators = form.generators(momentum)
    after = np.broadcast_to(metric.identity, (len(momentum), metric.size, metric.size))
    derivative = np.zeros((len(momentum), metric.dim, metric.dim))
    for k in reversed(range(len(form.factors))):
        values, vectors = np.linalg.eigh(1j * metric.hat(generators[:, k]))
        gaps = 0.5 * (values[:, :, None] - values[:, None, :])
        kernel = np.exp(1j * gaps) * np.sinc(gaps / np.pi)
        # Columns that this factor does not see are skipped: a diagonal A_k scales its columns.
        seen = np.flatnonzero(form.factors[k]) if form.factors.ndim == 2 else np.arange(metric.dim)
        inner = dagger(vectors)[:, None] @ basis[seen] @ vectors[:, None]
        frame = (dagger(after) @ vectors)[:, None]
        moved = metric.vee(_match(frame @ (kernel[:, None] * inner) @ dagger(frame), metric))
        columns = np.swapaxes(moved, -1, -2)  # (B, dim, seen)
        if form.factors.ndim == 2:
            derivative[:, :, seen] += columns * form.factors[k, seen]
        else:
            derivative += columns @ form.factors[k]
        factor = (vectors * np.exp(-1j * values)[:, None, :]) @ dagger(vectors)
        after = _match(factor, metric) @ after
    return after, derivative


def _match(matrix: Matrix, metric: RightInvariantMetric) -> Matrix:
    return matrix if np.issubdtype(metric.dtype, np.complexfloating) else matrix.real


def _integrated(
    metric: RightInvariantMetric, momentum: Covector, tolerance: float
) -> tuple[Matrix, Real]:
    count, dim, shape = len(momentum), metric.dim, (-1, metric.size, metric.size)
    if not count:
        return np.empty((0, metric.size, metric.size), metric.dtype), np.empty((0, dim, dim))
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
