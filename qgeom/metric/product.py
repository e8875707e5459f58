"""The product of two groups, each with its metric: block-diagonal matrices, no interaction."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_square, fail
from qgeom._linalg import block_diagonal
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric

# Leaks of a product computed in floating point, against entries of order 1.
BLOCK_TOLERANCE = 1e-12


@dataclass(frozen=True)
class ProductMetric(RightInvariantMetric):
    """``<(x, y), (x', y')> = <x, x'>_a + <y, y'>_b`` on ``A x B``; coordinates are concatenated.

    A plane spanned by one vector of each factor has curvature exactly 0 (CLAIMS.md, S4).

    Raises
    ------
    ValueError
        Unless both factors are metrics.

    Examples
    --------
    >>> from qgeom.metric.matrix import MatrixMetric
    >>> from qgeom.metric.penalties import band
    >>> so3 = MatrixMetric("so", 3, band(1, 2.0))
    >>> ProductMetric(so3, so3).dim
    6
    """

    a: RightInvariantMetric
    b: RightInvariantMetric

    def __post_init__(self) -> None:
        for name, factor in (("a", self.a), ("b", self.b)):
            if not isinstance(factor, RightInvariantMetric):
                raise fail(name, "be a metric such as PauliMetric(...)", f"is {factor!r}")

    @property
    def dim(self) -> int:
        """Sum of the dimensions."""
        return self.a.dim + self.b.dim

    @property
    def size(self) -> int:
        """Sum of the matrix sizes."""
        return self.a.size + self.b.size

    @property
    def inertia(self) -> Real:
        """Inertias, concatenated."""
        return np.concatenate([self.a.inertia, self.b.inertia])

    @property
    def isotropic(self) -> Real | None:
        """Bi-invariant references of both, or None if one has none."""
        first, second = self.a.isotropic, self.b.isotropic
        return None if first is None or second is None else np.concatenate([first, second])

    @property
    def compact(self) -> bool:
        """Whether both are."""
        return self.a.compact and self.b.compact

    @property
    def dtype(self) -> type[np.generic]:
        """Complex if one factor is."""
        return np.result_type(self.a.dtype, self.b.dtype).type

    def hat(self, x: Vector) -> Matrix:
        """Block-diagonal matrix."""
        return block_diagonal(self.a.hat(x[..., : self.a.dim]), self.b.hat(x[..., self.a.dim :]))

    def vee(self, u: Matrix) -> Vector:
        """Coordinates of both blocks."""
        return self._join(self.a.vee(self._first(u)), self.b.vee(self._second(u)))

    def transport(self, g: Matrix, m: Covector) -> Covector:
        """Each factor transports its own momentum."""
        return self._join(
            self.a.transport(self._first(g), m[..., : self.a.dim]),
            self.b.transport(self._second(g), m[..., self.a.dim :]),
        )

    def coadjoint(self, x: Vector, m: Covector) -> Covector:
        """Each factor acts on its own momentum."""
        cut = self.a.dim
        return self._join(
            self.a.coadjoint(x[..., :cut], m[..., :cut]),
            self.b.coadjoint(x[..., cut:], m[..., cut:]),
        )

    def exp(self, x: Vector) -> Matrix:
        """Block-diagonal exponential."""
        return block_diagonal(self.a.exp(x[..., : self.a.dim]), self.b.exp(x[..., self.a.dim :]))

    def log(self, g: Matrix) -> Vector:
        """Logarithm of each block."""
        return self._join(self.a.log(self._first(g)), self.b.log(self._second(g)))

    def relaxed(self, exponent: float) -> ProductMetric:
        """Both factors relaxed."""
        return ProductMetric(self.a.relaxed(exponent), self.b.relaxed(exponent))

    def check_element(self, name: str, g: Matrix) -> Matrix:
        """Return `g`, or raise ValueError unless it is block-diagonal with blocks of each factor."""
        matrix = check_square(name, g)
        if matrix.shape[-1] != self.size:
            raise fail(name, f"be a {self.size} x {self.size} matrix", f"has shape {matrix.shape}")
        cut = self.a.size
        stray = np.abs(
            block_diagonal(matrix[..., :cut, :cut], matrix[..., cut:, cut:]) - matrix
        ).max()
        if stray > BLOCK_TOLERANCE:
            raise fail(
                name, "be block-diagonal", f"has an entry of size {stray:.3g} off the blocks"
            )
        self._check_real(name, "first", self.a, matrix[..., :cut, :cut])
        self._check_real(name, "second", self.b, matrix[..., cut:, cut:])
        first = self.a.check_element(name, self._first(matrix))
        return block_diagonal(first, self.b.check_element(name, self._second(matrix)))

    @staticmethod
    def _check_real(name: str, which: str, factor: RightInvariantMetric, block: Matrix) -> None:
        imaginary = np.abs(block.imag).max()
        if not np.issubdtype(factor.dtype, np.complexfloating) and imaginary > BLOCK_TOLERANCE:
            must = f"be real on the {which} factor"
            raise fail(name, must, f"has an imaginary part of size {imaginary:.3g} there")

    def split(self, g: Matrix) -> tuple[Matrix, Matrix]:
        """The two blocks of group elements."""
        return self._first(g), self._second(g)

    def _first(self, g: Matrix) -> Matrix:
        return _as(g[..., : self.a.size, : self.a.size], self.a.dtype)

    def _second(self, g: Matrix) -> Matrix:
        return _as(g[..., self.a.size :, self.a.size :], self.b.dtype)

    @staticmethod
    def _join(x: Vector, y: Vector) -> Vector:
        return np.concatenate([x, y], axis=-1)


def _as(block: Matrix, dtype: type[np.generic]) -> Matrix:
    return block if np.issubdtype(dtype, np.complexfloating) else block.real
