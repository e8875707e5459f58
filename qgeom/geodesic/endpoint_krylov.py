r"""The derivative of the endpoint map as an operator: M acts on vectors without being formed.

With ``x = Ad_g j``, the right-trivialised Jacobi field, and ``m(t) = Ad*_{g^-1} m(0)``,

    dx/dt = I^-1 (Ad*_{g^-1} k - ad*_x m(t)) + [u(t), x],   x(0) = 0,   M k = Ad_{g(1)^-1} x(1)

(MATH.md section 2, tangent flow).  The curve is integrated once and kept at equal steps; each
application is a Runge-Kutta sweep of order 4 over it.  The memory is that of a few hundred group
elements, not of dim^2 numbers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qgeom._linalg import dagger
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.algebra.paulis import (
    pauli_coefficients,
    pauli_matrix,
    pauli_rescale,
    symplectic_layout,
)
from qgeom.geodesic.flow import integrate
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric

# Phase of the fastest mode that a Runge-Kutta step may turn: errs by 0.6^5 / 120 = 6e-4 a step, enough
# to steer Newton.
TURN = 0.6
POWER_ITERATIONS = 12
MIN_STEPS = 8


@dataclass(frozen=True, eq=False)
class KrylovDerivative:
    """M at momenta (B, dim), acting on batches (B, dim); for one momentum, (1, dim), on any number.

    Attributes
    ----------
    metric, momentum
        The metric and m(0).
    points
        g at the ends and the middles of the Runge-Kutta steps, (2 S + 1, B, N, N).
    """

    metric: RightInvariantMetric
    momentum: Covector
    points: Matrix

    def apply(self, k: Covector) -> Vector:
        """``M k``."""
        return self.metric.adjoint(self.metric.inverse(self.points[-1]), self._sweep(k))

    @functools.cached_property
    def _field(self) -> _Field:
        if isinstance(self.metric, PauliMetric):
            return _pauli_field(self.metric, self.points, self.momentum)
        return _general_field(self.metric, self.points, self.momentum)

    def _sweep(self, k: Covector) -> Vector:
        """``x(1)`` by the classical Runge-Kutta scheme."""
        field = self._field
        sources = field.enter(self.metric.transport(self.points, k))
        steps = len(self.points) // 2
        h = 1.0 / steps
        x = np.zeros_like(sources[0])
        for i in range(0, 2 * steps, 2):
            a = field.rate(i, sources[i], x)
            b = field.rate(i + 1, sources[i + 1], x + 0.5 * h * a)
            c = field.rate(i + 1, sources[i + 1], x + 0.5 * h * b)
            d = field.rate(i + 2, sources[i + 2], x + h * c)
            x = x + (h / 6) * (a + 2 * b + 2 * c + d)
        return field.leave(x)


@dataclass(frozen=True)
class _Field:
    """The right-hand side, in whatever representation `enter` leads to and `leave` comes back from.

    `rate` takes the number of the node, ``Ad*_{g^-1} k`` there, and x.
    """

    enter: Callable[[Covector], Matrix]
    leave: Callable[[Matrix], Vector]
    rate: Callable[[int, Real, Real], Real]


def _general_field(metric: RightInvariantMetric, points: Matrix, momentum: Covector) -> _Field:
    m = metric.transport(points, momentum)
    u = metric.raise_(m)

    def rate(i: int, k: Covector, x: Vector) -> Vector:
        return metric.raise_(k - metric.coadjoint(x, m[i])) + metric.bracket(u[i], x)

    return _Field(lambda k: k, lambda x: x, rate)


def _pauli_field(metric: PauliMetric, points: Matrix, momentum: Covector) -> _Field:
    """The same in matrix form: two products and a rescaling a stage, since ``XL - LX = XL - h.c.``."""
    layout = symplectic_layout(1.0 / metric.inertia, metric.n_qubits)
    transported = points @ pauli_matrix(momentum) @ dagger(points)
    m, u = 1j * transported, 1j * pauli_rescale(transported, layout)

    def turned(x: Matrix, anti: Matrix) -> Matrix:
        """``X A - A X`` for Hermitian X and anti-Hermitian A: Hermitian."""
        product = x @ anti
        return product + dagger(product)

    def rate(i: int, k: Matrix, x: Matrix) -> Matrix:
        return pauli_rescale(k - turned(x, m[i]), layout) + turned(x, u[i])

    return _Field(pauli_matrix, pauli_coefficients, rate)


def krylov_derivative(
    metric: RightInvariantMetric, momentum: Covector, tolerance: float
) -> KrylovDerivative:
    """Integrate the curves of momenta (B, dim) and keep them where the sweeps need them.

    Examples
    --------
    At the identity M is the inverse inertia.

    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(2, nielsen(4.0, locality=1))
    >>> still = krylov_derivative(metric, np.zeros((1, 15)), 1e-9)
    >>> bool(np.allclose(still.apply(np.ones((1, 15))), 1 / metric.inertia))
    True
    """
    steps = max(MIN_STEPS, int(np.ceil(_fastest(metric, momentum) / TURN)))
    times = np.arange(2 * steps + 1) / (2 * steps)
    points = integrate(metric, momentum, times, tolerance)
    return KrylovDerivative(metric, momentum, np.moveaxis(points, 1, 0))


def _fastest(metric: RightInvariantMetric, momentum: Covector) -> float:
    """Largest frequency of ``x -> -I^-1 ad*_x m + [u, x]`` at t = 0, by power iteration."""
    u = metric.raise_(momentum)
    x = np.cos(np.arange(metric.dim))[None] / np.sqrt(metric.dim) + np.zeros_like(momentum)
    fastest = np.zeros(len(momentum))
    for _ in range(POWER_ITERATIONS):
        moved = metric.bracket(u, x) - metric.raise_(metric.coadjoint(x, momentum))
        size = np.linalg.norm(moved, axis=-1)
        fastest = np.maximum(fastest, size)
        x = moved / np.maximum(size, np.finfo(float).tiny)[:, None]
    return float(fastest.max(initial=0.0))
