r"""The endpoint map m(0) -> g(1), and the Newton step that its derivative gives, for many momenta.

The derivative is left-trivialised, ``dg = g hat(j)``, ``j = M dm(0)``; a loss of rank of M is a
conjugate point.  M is a matrix up to dim MAX_DENSE (`endpoint_dense`) and an operator beyond
(`endpoint_krylov`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import scipy.sparse.linalg

from qgeom._checks import fail
from qgeom._typing import Array, Covector, Matrix, Real, Vector
from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.endpoint_dense import closed_derivative, integrated_derivative
from qgeom.geodesic.endpoint_krylov import KrylovDerivative, krylov_derivative
from qgeom.geodesic.flow import integrate
from qgeom.geodesic.least_squares import damped_solve
from qgeom.metric.invariant import RightInvariantMetric

# Momenta (B, dim) -> end points (B, N, N) and derivatives (B, dim, dim).
DenseMap: TypeAlias = Callable[[Covector], tuple[Matrix, Real]]

# Beyond, GMRES is faster than M as a matrix: on four qubits 1.2 s a step beside 4 s.
MAX_DENSE = 100
# Readings want M as a matrix up to four qubits.
MAX_MATRIX = 255
# One batch of derivatives holds a few times B * dim matrices of N x N; stay near 64 MB.
BATCH_BYTES = 64_000_000
# A step of relative accuracy e reduces the residual by e: GMRES need not be exact.
FORCING, MAX_KRYLOV = 1e-2, 300


@dataclass(frozen=True)
class EndpointMap:
    """What the corrector needs of a metric.

    Attributes
    ----------
    ends
        Momenta (B, dim) -> g(1), (B, N, N).
    step
        Momenta, endpoint residuals (B, dim) and damping (B,) -> changes of the momentum (B, dim)
        that reduce the residuals.
    frame
        Natural size of a momentum component, (dim,), or one set for each momentum, (B, dim).
    restrict
        Where each momentum has a metric of its own: indices -> the map of those momenta.
    """

    ends: Callable[[Array], Array]
    step: Callable[[Array, Array, Array], Array]
    frame: Array
    restrict: Callable[[Array], EndpointMap] | None = None

    def take(self, index: Array) -> EndpointMap:
        """Return the map for the momenta of these indices; that of one metric serves all."""
        return self if self.restrict is None else self.restrict(index)


def endpoint_map(metric: RightInvariantMetric, tolerance: float = 1e-10) -> EndpointMap:
    """Return the endpoint map of a metric with its Newton step.

    The step solves ``M dm = gap`` in least squares, damped in the orthonormal frame
    (``y = m / sqrt(I)``, so that ``|y|`` is the length).  `tolerance` is the local error of the
    integration; a closed form is exact to rounding.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> endpoint = endpoint_map(PauliMetric(1, nielsen(1.0)))
    >>> endpoint.ends(np.array([[np.pi, 0.0, 0.0]]))[0].real.round(12) + 0.0
    array([[-1.,  0.],
           [ 0., -1.]])
    """
    form = closed_form(metric) if metric.compact else None
    moments = np.array([1.0])

    def ends(momentum: Covector) -> Matrix:
        if form is not None:
            return form.points(momentum, moments)[..., 0, :, :]
        return integrate(metric, momentum, moments, tolerance)[..., 0, :, :]

    if metric.dim <= MAX_DENSE:
        dense = dense_map(metric, tolerance)

        def matrix_step(momentum: Covector, gap: Vector, damping: Real) -> Covector:
            _, derivative = dense(momentum)
            return damped_solve(derivative * metric.frame, gap, damping) * metric.frame

        return EndpointMap(ends, matrix_step, metric.frame)

    def krylov_step(momentum: Covector, gap: Vector, damping: Real) -> Covector:
        steps = [
            _newton_step(krylov_derivative(metric, momentum[i : i + 1], tolerance), gap[i])
            for i in range(len(momentum))
        ]
        # No least squares here: a step that was rejected is shortened instead.
        return np.stack(steps) / np.maximum(damping, 1.0)[:, None]

    return EndpointMap(ends, krylov_step, metric.frame)


def _newton_step(operator: KrylovDerivative, gap: Vector) -> Covector:
    """Solve ``M dm = gap`` by GMRES: no transpose, and the condition number is not squared."""
    dim = len(gap)
    action = scipy.sparse.linalg.LinearOperator(
        (dim, dim), matvec=lambda k: operator.apply(k.reshape(1, dim))[0], dtype=np.float64
    )
    step, _ = scipy.sparse.linalg.gmres(action, gap, rtol=FORCING, restart=MAX_KRYLOV, maxiter=1)
    return step


def batch_size(metric: RightInvariantMetric) -> int:
    """Return the number of derivatives to compute at once."""
    return max(1, BATCH_BYTES // (16 * metric.dim * max(metric.dim, metric.size**2)))


def dense_map(metric: RightInvariantMetric, tolerance: float = 1e-10) -> DenseMap:
    """Return the function momenta -> (g(1), M(1)) of a metric.

    Raises
    ------
    ValueError
        Beyond dim 255, where M would be large.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> g, derivative = dense_map(PauliMetric(1, nielsen(1.0)))(np.zeros((1, 3)))
    >>> derivative[0]
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 1.]])
    """
    if metric.dim > MAX_MATRIX:
        raise fail("metric", f"have a dimension of at most {MAX_MATRIX}", f"has {metric.dim}")
    form = closed_form(metric) if metric.compact else None
    chunk = batch_size(metric)

    def piece(momentum: Covector) -> tuple[Matrix, Real]:
        if form is None:
            return integrated_derivative(metric, momentum, tolerance)
        return closed_derivative(metric, form.factors, momentum)

    def evaluate(momentum: Covector) -> tuple[Matrix, Real]:
        if not len(momentum):
            shape, dim = (0, metric.size, metric.size), metric.dim
            return np.empty(shape, metric.dtype), np.empty((0, dim, dim))
        parts = [piece(momentum[i : i + chunk]) for i in range(0, len(momentum), chunk)]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    return evaluate
