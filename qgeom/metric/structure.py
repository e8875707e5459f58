"""Structure constants, and the metric of an algebra that is given by nothing else."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from qgeom._checks import check_finite_array, check_square, check_vector, fail
from qgeom._linalg import commutator
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import real_log

# 300^3 doubles are 216 MB: beyond that, brackets of coordinates are the way.
MAX_DIM = 300
JACOBI_TOLERANCE = 1e-9


def structure_constants(metric: RightInvariantMetric) -> Real:
    """``c[a, b, k]`` with ``[e_a, e_b] = sum_k c[a, b, k] e_k`` in the metric's coordinates.

    Raises
    ------
    ValueError
        If ``dim > 300`` (the table would hold dim^3 numbers).

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> structure_constants(PauliMetric(1, nielsen(1.0)))[0, 1] + 0.0  # -i (XY - YX) = 2 Z
    array([0., 0., 2.])
    """
    if metric.dim > MAX_DIM:
        raise fail("metric", f"have a dimension of at most {MAX_DIM}", f"has {metric.dim}")
    basis = np.eye(metric.dim)
    return np.stack([metric.bracket(basis[a], basis) for a in range(metric.dim)])


@dataclass(frozen=True, eq=False)
class StructureMetric(RightInvariantMetric):
    """A metric from structure constants and an inertia; the group is the adjoint group.

    ``hat(x) = ad_x``, so a group element is the matrix of its adjoint action.  The centre acts as
    zero, which is why an algebra with a centre is refused.

    Parameters
    ----------
    constants
        ``c[a, b, k]``, (dim, dim, dim).
    costs
        Diagonal inertia, (dim,).

    Raises
    ------
    ValueError
        If the constants are not antisymmetric, break the Jacobi identity or have a centre, or a cost
        is not positive.

    Examples
    --------
    >>> epsilon = np.zeros((3, 3, 3))
    >>> epsilon[[0, 1, 2], [1, 2, 0], [2, 0, 1]] = 1.0
    >>> epsilon[[1, 2, 0], [0, 1, 2], [2, 0, 1]] = -1.0
    >>> top = StructureMetric(epsilon, np.array([1.0, 1.0, 2.0]))
    >>> top.bracket(np.array([1.0, 0, 0]), np.array([0, 1.0, 0]))
    array([0., 0., 1.])
    """

    constants: Real
    costs: Real

    def __post_init__(self) -> None:
        c = check_finite_array("constants", self.constants).astype(np.float64, copy=False)
        if c.ndim != 3 or len(set(c.shape)) != 1 or len(c) > MAX_DIM:
            must = f"have shape (dim, dim, dim) with dim at most {MAX_DIM}"
            raise fail("constants", must, f"has shape {c.shape}")
        costs = check_vector("costs", self.costs, len(c))
        if costs.ndim != 1 or (costs <= 0).any():
            raise fail("costs", f"be {len(c)} positive numbers", f"is {self.costs!r}")
        object.__setattr__(self, "constants", c)
        object.__setattr__(self, "costs", costs)
        scale = np.abs(c).max()
        if np.abs(c + c.swapaxes(0, 1)).max() > JACOBI_TOLERANCE * scale:
            raise fail("constants", "be antisymmetric in the first two indices", "is not")
        defect = _jacobi_defect(c)
        if defect > JACOBI_TOLERANCE * scale**2:
            raise fail("constants", "obey the Jacobi identity", f"break it by {defect:.3g}")
        if np.linalg.matrix_rank(self._embedding) < len(c):
            raise fail("constants", "belong to an algebra without a centre", "have one")

    @functools.cached_property
    def _embedding(self) -> Real:
        # Column a is ad_{e_a} as a flat matrix (k, b).
        return self.constants.transpose(2, 1, 0).reshape(-1, len(self.constants))

    @functools.cached_property
    def _projection(self) -> Real:
        return np.linalg.pinv(self._embedding).astype(np.float64, copy=False)

    @property
    def dim(self) -> int:
        """Dimension of the algebra."""
        return len(self.constants)

    @property
    def size(self) -> int:
        """The adjoint representation has the dimension of the algebra."""
        return self.dim

    @property
    def inertia(self) -> Real:
        """The costs."""
        return self.costs

    @property
    def isotropic(self) -> Real | None:
        """Unknown from the constants alone."""
        return None

    @property
    def compact(self) -> bool:
        """Not assumed."""
        return False

    @property
    def dtype(self) -> type[np.generic]:
        """Real matrices."""
        return np.float64

    def hat(self, x: Vector) -> Matrix:
        """``ad_x``."""
        return (x @ self._embedding.T).reshape(*x.shape[:-1], self.dim, self.dim)

    def vee(self, u: Matrix) -> Vector:
        """Least-squares inverse of `hat`."""
        return u.reshape(*u.shape[:-2], -1) @ self._projection.T

    def transport(self, g: Matrix, m: Covector) -> Covector:
        """``g^-T m``."""
        moved = np.linalg.solve(np.swapaxes(g, -1, -2), m[..., None])
        return moved[..., 0].astype(np.float64, copy=False)

    def coadjoint(self, x: Vector, m: Covector) -> Covector:
        """``ad_x^T m``."""
        return (np.swapaxes(self.hat(x), -1, -2) @ m[..., None])[..., 0]

    def exp(self, x: Vector) -> Matrix:
        """``exp(ad_x)``."""
        return scipy.linalg.expm(self.hat(x))

    def log(self, g: Matrix) -> Vector:
        """Principal logarithm of the adjoint action.

        Raises
        ------
        ValueError
            If a matrix has an eigenvalue on the closed negative real axis.
        """
        return self.vee(real_log(g))

    def relaxed(self, exponent: float) -> StructureMetric:
        """Costs to a power."""
        return StructureMetric(self.constants, self.costs**exponent)

    def check_element(self, name: str, g: Matrix) -> Matrix:
        """Return `g` as float64, or raise ValueError unless it is an invertible automorphism."""
        matrix = check_square(name, g)
        if matrix.shape[-1] != self.dim or np.iscomplexobj(matrix):
            must = f"be a real {self.dim} x {self.dim} matrix"
            raise fail(name, must, f"has shape {matrix.shape} and type {matrix.dtype}")
        matrix = matrix.astype(np.float64, copy=False)
        c = self.constants
        moved = np.einsum("abk,...lk->...abl", c, matrix)
        mapped = np.einsum("...pa,...qb,pql->...abl", matrix, matrix, c, optimize=True)
        if np.abs(moved - mapped).max() > JACOBI_TOLERANCE * max(1.0, np.abs(mapped).max()):
            raise fail(name, "be an automorphism of the algebra", "does not preserve the bracket")
        determinant = float(np.linalg.det(matrix).min())
        if determinant <= 0:
            must = "lie in the identity component (determinant above 0)"
            raise fail(name, must, f"has a determinant of {determinant:.3g}")
        return matrix


def _jacobi_defect(constants: Real) -> float:
    """Largest entry of ``[ad_a, ad_b] - ad_[a, b]``, one a at a time: dim^3 memory, not dim^4."""
    ad = constants.swapaxes(1, 2)
    return max(
        float(np.abs(commutator(ad[a], ad) - np.tensordot(constants[a], ad, 1)).max())
        for a in range(len(ad))
    )
