"""Structure constants, and the metric of an algebra that is given by nothing else."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from qgeom._checks import check_finite_array, check_square, fail
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric

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
    >>> structure_constants(PauliMetric(1, nielsen(1.0)))[0, 1]  # -i (XY - YX) = 2 Z
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
        c = check_finite_array("constants", self.constants)
        if c.ndim != 3 or len(set(c.shape)) != 1 or len(c) > MAX_DIM:
            must = f"have shape (dim, dim, dim) with dim at most {MAX_DIM}"
            raise fail("constants", must, f"has shape {c.shape}")
        costs = check_finite_array("costs", self.costs)
        if costs.shape != c.shape[:1] or (costs <= 0).any():
            raise fail("costs", f"be {len(c)} positive numbers", f"is {self.costs!r}")
        scale = np.abs(c).max()
        if np.abs(c + c.swapaxes(0, 1)).max() > JACOBI_TOLERANCE * scale:
            raise fail("constants", "be antisymmetric in the first two indices", "is not")
        nested = np.einsum("abk,kcl->abcl", c, c)
        cyclic = nested + nested.transpose(1, 2, 0, 3) + nested.transpose(2, 0, 1, 3)
        if np.abs(cyclic).max() > JACOBI_TOLERANCE * scale**2:
            raise fail(
                "constants", "obey the Jacobi identity", f"break it by {np.abs(cyclic).max():.3g}"
            )
        if np.linalg.matrix_rank(self._embedding) < len(c):
            raise fail("constants", "belong to an algebra without a centre", "have one")

    @functools.cached_property
    def _embedding(self) -> Real:
        # Column a is ad_{e_a} as a flat matrix (k, b).
        return self.constants.transpose(2, 1, 0).reshape(-1, len(self.constants))

    @functools.cached_property
    def _projection(self) -> Real:
        return np.linalg.pinv(self._embedding)

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
        return np.linalg.solve(np.swapaxes(g, -1, -2), m[..., None])[..., 0]

    def coadjoint(self, x: Vector, m: Covector) -> Covector:
        """``ad_x^T m``."""
        return (np.swapaxes(self.hat(x), -1, -2) @ m[..., None])[..., 0]

    def exp(self, x: Vector) -> Matrix:
        """``exp(ad_x)``."""
        return scipy.linalg.expm(self.hat(x))

    def log(self, g: Matrix) -> Vector:
        """Principal logarithm of the adjoint action."""
        flat = g.reshape(-1, self.dim, self.dim)
        return self.vee(np.stack([scipy.linalg.logm(one).real for one in flat]).reshape(g.shape))

    def relaxed(self, exponent: float) -> StructureMetric:
        """Costs to a power."""
        return StructureMetric(self.constants, self.costs**exponent)

    def check_element(self, name: str, g: Matrix) -> Matrix:
        """Return `g`, or raise ValueError unless it preserves the bracket."""
        matrix = check_square(name, g).astype(np.float64)
        if matrix.shape[-1] != self.dim:
            raise fail(name, f"be a {self.dim} x {self.dim} matrix", f"has shape {matrix.shape}")
        c = self.constants
        moved = np.einsum("abk,...lk->...abl", c, matrix)
        mapped = np.einsum("...pa,...qb,pql->...abl", matrix, matrix, c, optimize=True)
        if np.abs(moved - mapped).max() > JACOBI_TOLERANCE * max(1.0, np.abs(mapped).max()):
            raise fail(name, "be an automorphism of the algebra", "does not preserve the bracket")
        return matrix
