"""A full inertia matrix: an algebra of another metric, in the coordinates of the principal axes."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_finite_number, check_square, fail
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric

MAX_DIM = 255  # four qubits
# Relative to the largest entry: what products of rounded matrices leave.
SYMMETRY_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class DenseMetric(RightInvariantMetric):
    """``<x, y> = sum_ab I_ab x_a y_b`` with a full symmetric matrix I, in the base's coordinates.

    With J the inertia of the base at cost 1 (the identity on qubits), the principal axes V solve
    ``V^T J V = 1`` and ``V^T I V = diag(c)``.  The coordinates of this metric are those along the axes,
    ``x = V x'``: there the inertia is the diagonal c, in increasing order, and a bi-invariant J is 1.
    Momenta pair with velocities, so that ``m' = V^T m``.  On qubits V is orthogonal and both turn alike.

    Parameters
    ----------
    base
        The group and its coordinates; its own costs do not matter.
    matrix
        I, (dim, dim).
    exponent
        The costs c are raised to this power, the axes kept: what `relaxed` changes.

    Raises
    ------
    ValueError
        If the base is no metric or has a dimension above 255; unless the matrix is real, of its
        dimension, symmetric and positive definite.

    Examples
    --------
    The Berger sphere, costs (1, 1, 3), about the axis (1, 1, 0): scalar curvature ``2 (4 - 3)``.

    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> inertia = np.array([[2.0, 1.0, 0.0], [1.0, 2.0, 0.0], [0.0, 0.0, 1.0]])
    >>> turned = DenseMetric(PauliMetric(1, nielsen(1.0)), inertia)
    >>> turned.inertia.round(12)
    array([1., 1., 3.])
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> round(scalar_curvature(turned), 12)
    2.0
    """

    base: RightInvariantMetric
    matrix: Real
    exponent: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.base, RightInvariantMetric):
            raise fail("base", "be a metric such as PauliMetric(...)", f"is {self.base!r}")
        dim = self.base.dim
        if dim > MAX_DIM:
            raise fail("base", f"have a dimension of at most {MAX_DIM}", f"has {dim}")
        matrix = check_square("matrix", self.matrix)
        if matrix.shape != (dim, dim) or np.iscomplexobj(matrix):
            must = f"be a real {dim} x {dim} matrix"
            raise fail("matrix", must, f"has shape {matrix.shape} and type {matrix.dtype}")
        defect = float(np.abs(matrix - matrix.T).max())
        if defect > SYMMETRY_TOLERANCE * float(np.abs(matrix).max()):
            raise fail("matrix", "be symmetric", f"differs from its transpose by {defect:.3g}")
        object.__setattr__(self, "matrix", 0.5 * (matrix + matrix.T))
        object.__setattr__(self, "exponent", check_finite_number("exponent", self.exponent))
        costs, _ = self._principal
        if costs[0] <= dim * np.finfo(np.float64).eps * costs[-1]:
            raise fail(
                "matrix", "be positive definite", f"has a principal inertia of {costs[0]:.3g}"
            )

    @functools.cached_property
    def _flat(self) -> Real:
        # The matrix J: diagonal.
        return self.base.relaxed(0.0).inertia

    @functools.cached_property
    def _principal(self) -> tuple[Real, Real]:
        """Costs c, and the columns of V."""
        root = np.sqrt(self._flat)
        costs, turn = np.linalg.eigh(self.matrix / root / root[:, None])
        return costs, turn / root[:, None]

    @property
    def axes(self) -> Real:
        """Principal axes V, one a column, in the base's coordinates."""
        return self._principal[1]

    def to_axes(self, x: Vector) -> Vector:
        """Coordinates ``x' = V^-1 x = V^T J x`` along the principal axes."""
        return (x * self._flat) @ self.axes

    def from_axes(self, x: Vector) -> Vector:
        """Coordinates ``x = V x'`` of the base."""
        return x @ self.axes.T

    def _from_axes_dual(self, m: Covector) -> Covector:
        # m = V^-T m' = J V m'
        return self._flat * (m @ self.axes.T)

    @property
    def dim(self) -> int:
        """Dimension of the base."""
        return self.base.dim

    @property
    def size(self) -> int:
        """Matrix size of the base."""
        return self.base.size

    @functools.cached_property
    def inertia(self) -> Real:
        """Costs of the principal axes."""
        return self._principal[0] ** self.exponent

    @property
    def isotropic(self) -> Real | None:
        """1 if the base at cost 1 is bi-invariant."""
        return None if self.base.isotropic is None else np.ones(self.dim)

    @property
    def compact(self) -> bool:
        """Whether the base is."""
        return self.base.compact

    @property
    def dtype(self) -> type[np.generic]:
        """Type of the base."""
        return self.base.dtype

    def hat(self, x: Vector) -> Matrix:
        """Matrix of ``V x``."""
        return self.base.hat(self.from_axes(x))

    def vee(self, u: Matrix) -> Vector:
        """Coordinates along the principal axes."""
        return self.to_axes(self.base.vee(u))

    def transport(self, g: Matrix, m: Covector) -> Covector:
        """The momentum transported by the base, seen from the axes."""
        return self.base.transport(g, self._from_axes_dual(m)) @ self.axes

    def coadjoint(self, x: Vector, m: Covector) -> Covector:
        """The coadjoint action of the base, seen from the axes."""
        return self.base.coadjoint(self.from_axes(x), self._from_axes_dual(m)) @ self.axes

    def exp(self, x: Vector) -> Matrix:
        """Exponential of ``V x``."""
        return self.base.exp(self.from_axes(x))

    def log(self, g: Matrix) -> Vector:
        """Logarithm of the base, along the axes."""
        return self.to_axes(self.base.log(g))

    def relaxed(self, exponent: float) -> DenseMetric:
        """Costs to a power, the same axes."""
        return DenseMetric(self.base, self.matrix, self.exponent * exponent)

    def check_element(self, name: str, g: Matrix) -> Matrix:
        """Return `g` if the base does."""
        return self.base.check_element(name, g)
