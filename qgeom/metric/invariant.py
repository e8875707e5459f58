"""The one abstraction of this package: a Lie algebra with an inertia.

Conventions (MATH.md section 1): ``u = (dg/dt) g^-1``, the inner product ``<x, y> = sum_a I_a x_a y_a``
is diagonal in the coordinates x, momenta pair as ``sum_a m_a x_a``, and the bracket is the commutator
of the matrices ``hat(x)``.  On qubits ``hat(x) = -i H``, which turns it into ``[X, Y] := -i (XY - YX)``.
"""

from __future__ import annotations

import abc
import functools
from typing import Self

import numpy as np

from qgeom._checks import fail
from qgeom._linalg import dagger
from qgeom._typing import Covector, Matrix, Real, Vector


class RightInvariantMetric(abc.ABC):
    """A right-invariant metric on a matrix Lie group.

    Everything batches over leading axes.  Subclasses are final: they say what the algebra, the group
    and the inertia are; all geometry is computed from that, once.
    """

    # ---- what an instance supplies

    @property
    @abc.abstractmethod
    def dim(self) -> int:
        """Dimension of the algebra."""

    @property
    @abc.abstractmethod
    def size(self) -> int:
        """Size N of the matrices that represent group elements."""

    @property
    @abc.abstractmethod
    def inertia(self) -> Real:
        """Diagonal inertia I_a > 0, shape (dim,); infinite where no motion is allowed."""

    @property
    @abc.abstractmethod
    def isotropic(self) -> Real | None:
        """Inertia (dim,) of a bi-invariant reference metric diagonal in the coordinates, or None."""

    @property
    @abc.abstractmethod
    def compact(self) -> bool:
        """Whether group elements are unitary (or orthogonal) matrices."""

    @property
    @abc.abstractmethod
    def dtype(self) -> type[np.generic]:
        """Type of the group matrices: complex128 or float64."""

    @abc.abstractmethod
    def hat(self, x: Vector) -> Matrix:
        """Matrix of an algebra element, (..., dim) -> (..., N, N)."""

    @abc.abstractmethod
    def vee(self, u: Matrix) -> Vector:
        """Coordinates of a matrix in the algebra, (..., N, N) -> (..., dim); inverse of `hat`."""

    @abc.abstractmethod
    def transport(self, g: Matrix, m: Covector) -> Covector:
        """Conserved momentum: ``Ad*_{g^-1} m``, that is ``<., v> = <m, Ad_{g^-1} v>``."""

    @abc.abstractmethod
    def coadjoint(self, x: Vector, m: Covector) -> Covector:
        """``ad*_x m``, that is ``<ad*_x m, v> = <m, [x, v]>``."""

    @abc.abstractmethod
    def exp(self, x: Vector) -> Matrix:
        """Group exponential ``exp(hat(x))``."""

    @abc.abstractmethod
    def log(self, g: Matrix) -> Vector:
        """Principal logarithm, up to what the group counts as the identity (a global phase)."""

    @abc.abstractmethod
    def relaxed(self, exponent: float) -> Self:
        """The same group with costs ``cost^exponent``: 0 unpenalised, 1 unchanged."""

    @abc.abstractmethod
    def check_element(self, name: str, g: Matrix) -> Matrix:
        """Return `g` as an array of the group's type, or raise ValueError."""

    # ---- what follows for every instance

    @property
    def identity(self) -> Matrix:
        """The identity element, (N, N)."""
        return np.eye(self.size, dtype=self.dtype)

    def compose(self, g: Matrix, h: Matrix) -> Matrix:
        """Group product ``g h``: first h, then g."""
        return g @ h

    def inverse(self, g: Matrix) -> Matrix:
        """Inverse element."""
        return dagger(g) if self.compact else np.linalg.inv(g)

    def bracket(self, x: Vector, y: Vector) -> Vector:
        """Lie bracket ``[x, y]``."""
        u, v = self.hat(x), self.hat(y)
        return self.vee(u @ v - v @ u)

    def adjoint(self, g: Matrix, x: Vector) -> Vector:
        """``Ad_g x``: coordinates of ``g hat(x) g^-1``."""
        return self.vee(g @ self.hat(x) @ self.inverse(g))

    @functools.cached_property
    def riemannian(self) -> bool:
        """Whether all costs are finite; else the metric is sub-Riemannian."""
        return bool(np.isfinite(self.inertia).all())

    @functools.cached_property
    def frame(self) -> Real:
        """Natural size of a momentum component, ``sqrt(I)``: then ``|m / frame|`` is ``|u|``.

        Where a cost is infinite the largest finite one stands in.
        """
        largest = self.inertia[np.isfinite(self.inertia)].max()
        return np.sqrt(np.minimum(self.inertia, largest))

    def lower(self, x: Vector) -> Covector:
        """Momentum ``m = I x`` of a velocity.

        A direction of infinite cost leaves the momentum open: 0 is returned where x is 0, and
        infinity where it is not.  Geodesics with another momentum there start from the momentum.
        """
        if self.riemannian:
            return self.inertia * x
        return np.multiply(self.inertia, x, out=np.zeros(x.shape), where=x != 0)

    def raise_(self, m: Covector) -> Vector:
        """Velocity ``x = I^-1 m`` of a momentum."""
        return m / self.inertia

    def inner(self, x: Vector, y: Vector) -> Real:
        """``<x, y> = sum_a I_a x_a y_a``, shape (...).

        Infinite where x and y share a direction of infinite cost.
        """
        if self.riemannian:
            return np.sum(self.inertia * x * y, axis=-1)
        product, free = x * y, np.isfinite(self.inertia)
        allowed = np.sum(self.inertia[free] * product[..., free], axis=-1)
        return np.where((product[..., ~free] != 0).any(axis=-1), np.inf, allowed)

    def norm(self, x: Vector) -> Real:
        """``sqrt(<x, x>)``."""
        return np.sqrt(self.inner(x, x))


def check_riemannian(name: str, metric: RightInvariantMetric) -> None:
    """Raise ValueError if a cost is infinite: for what has no meaning in the sub-Riemannian limit."""
    if not metric.riemannian:
        raise fail(name, "have finite costs", "has infinite ones")
