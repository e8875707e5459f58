"""Groups of real matrices: SO(d), GL+(d), Aff(d) and circular convolutions, with band costs."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np
import scipy.linalg

from qgeom._checks import check_square, fail
from qgeom._linalg import expm_hermitian, log_real, log_rotation
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.algebra.matrices import MatrixAlgebra, matrix_algebra
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.penalties import Generators, Penalty

ORTHOGONALITY_TOLERANCE = 1e-8
# Eigenvalues this close to the negative axis (relative) are on it: their branch is a coin toss.


@dataclass(frozen=True)
class MatrixMetric(RightInvariantMetric):
    """``<A, B> = sum_ij w_ij A_ij B_ij / N`` on a group of real N x N matrices.

    Coordinates: so(d): ``A_ij`` for i < j; gl(d), aff(d): all free entries; circulant: the channel
    matrices ``B_k`` (see `matrix_algebra`).  N is the matrix size (MATH.md section 1).

    Parameters
    ----------
    algebra_name
        "so", "gl", "aff" or "circulant".
    features
        d: features, or sites for circulant.
    penalty
        The weights w, e.g. ``band(1, 16.0)``.
    channels
        C, for circulant only.

    Raises
    ------
    ValueError
        For an unknown algebra, a size below 1 (so: 2), or a penalty that does not fit.

    Examples
    --------
    >>> from qgeom.metric.penalties import band
    >>> metric = MatrixMetric("gl", 2, band(0, 4.0))
    >>> float(metric.inner(np.ones(4), np.ones(4)))  # (1 + 4 + 4 + 1) / 2
    5.0
    """

    algebra_name: str
    features: int
    penalty: Penalty
    channels: int = 1

    def __post_init__(self) -> None:
        if not isinstance(self.penalty, Penalty):
            raise fail("penalty", "be a Penalty such as band(1, 16.0)", f"is {self.penalty!r}")
        _ = self.inertia  # validates at construction

    @property
    def algebra(self) -> MatrixAlgebra:
        """The pattern of coordinates."""
        return matrix_algebra(self.algebra_name, self.features, self.channels)

    @property
    def dim(self) -> int:
        """Number of coordinates."""
        return self.algebra.dim

    @property
    def size(self) -> int:
        """Matrix size N."""
        return self.algebra.size

    @functools.cached_property
    def inertia(self) -> Real:
        """``w_a tr(E_a^T E_a) / N``."""
        algebra = self.algebra
        costs = self.penalty.costs(Generators("entry", lambda: algebra.labels, algebra.distance))
        return costs * algebra.multiplicity / algebra.size

    @property
    def isotropic(self) -> Real | None:
        """The Frobenius metric is bi-invariant on SO(d) and on one-channel convolutions alone."""
        if self.compact or (self.algebra_name == "circulant" and self.channels == 1):
            return self.algebra.multiplicity / self.algebra.size
        return None

    @property
    def compact(self) -> bool:
        """Whether the matrices are orthogonal."""
        return self.algebra_name == "so"

    @property
    def dtype(self) -> type[np.generic]:
        """Real matrices."""
        return np.float64

    def hat(self, x: Vector) -> Matrix:
        """``sum_a x_a E_a``."""
        return self.algebra.matrix(x)

    def vee(self, u: Matrix) -> Vector:
        """Coordinates of a matrix of the algebra."""
        return self.algebra.coordinates(u)

    def transport(self, g: Matrix, m: Covector) -> Covector:
        """``g^-T M g^T`` seen by the algebra, since ``tr(M^T g^-1 v g) = tr((g^-T M g^T)^T v)``."""
        inverse = self.inverse(g)
        moved = np.swapaxes(inverse, -1, -2) @ self.algebra.comatrix(m) @ np.swapaxes(g, -1, -2)
        return self.algebra.pull_back(moved)

    def coadjoint(self, x: Vector, m: Covector) -> Covector:
        """``u^T M - M u^T`` seen by the algebra."""
        ut, comatrix = np.swapaxes(self.hat(x), -1, -2), self.algebra.comatrix(m)
        return self.algebra.pull_back(ut @ comatrix - comatrix @ ut)

    def exp(self, x: Vector) -> Matrix:
        """Matrix exponential."""
        if self.compact:
            return expm_hermitian(1j * self.hat(x)).real
        return scipy.linalg.expm(self.hat(x))

    def log(self, g: Matrix) -> Vector:
        """Principal real logarithm.

        Raises
        ------
        ValueError
            If a matrix (not of SO(d)) has an eigenvalue on the closed negative real axis.
        """
        return self.vee(log_rotation(g) if self.compact else real_log(g))

    def relaxed(self, exponent: float) -> MatrixMetric:
        """Weights ``w^exponent``."""
        return MatrixMetric(
            self.algebra_name, self.features, self.penalty.power(exponent), self.channels
        )

    def check_element(self, name: str, g: Matrix) -> Matrix:
        """Return `g` as float64, or raise ValueError unless it is in the identity component."""
        matrix = check_square(name, g)
        if matrix.shape[-1] != self.size or np.iscomplexobj(matrix):
            must = f"be a real {self.size} x {self.size} matrix"
            raise fail(name, must, f"has shape {matrix.shape} and type {matrix.dtype}")
        matrix = matrix.astype(np.float64, copy=False)
        self._check_structure(name, matrix)
        determinant = float(self._determinants(matrix).min())
        if determinant <= 0:
            must = "lie in the identity component (determinants above 0)"
            raise fail(name, must, f"has a determinant of {determinant:.3g}")
        return matrix

    def _determinants(self, matrix: Matrix) -> Real:
        """Return determinants that are all positive on the identity component, and only there."""
        whole = np.linalg.det(matrix)[None]
        if self.algebra_name != "circulant":
            return whole
        # Fourier blocks at a frequency that is its own mirror image are real, in GL(C, R), which
        # has two components; the other blocks come in pairs from GL(C, C), which has one.
        sites, channels = self.features, self.channels
        column = matrix.reshape(*matrix.shape[:-2], channels, sites, channels, sites)[..., 0]
        waves = (-1.0) ** np.outer(np.arange(2 if sites % 2 == 0 else 1), np.arange(sites))
        real_blocks = np.einsum("fi,...aib->f...ab", waves, column)
        return np.concatenate([whole, np.linalg.det(real_blocks)])

    def _check_structure(self, name: str, matrix: Matrix) -> None:
        if self.compact:
            defect = float(np.abs(matrix @ np.swapaxes(matrix, -1, -2) - np.eye(self.size)).max())
            if defect > ORTHOGONALITY_TOLERANCE:
                raise fail(
                    name, "be orthogonal", f"g g^T differs from the identity by {defect:.3g}"
                )
        elif not self.algebra.contains(matrix - (self.algebra_name == "aff") * np.eye(self.size)):
            raise fail(name, f"have the pattern of {self.algebra_name}", "has entries outside it")


def real_log(g: Matrix) -> Matrix:
    """Principal logarithm of real matrices (..., N, N).

    Raises
    ------
    ValueError
        If a matrix has an eigenvalue on the closed negative real axis.

    Examples
    --------
    >>> real_log(np.array([[1.0, 2.0], [0.0, 1.0]]))
    array([[0., 2.],
           [0., 0.]])
    """
    logs, exists = log_real(g)
    if not exists.all():
        but = f"{int((~exists).sum())} of {exists.size} have an eigenvalue <= 0"
        raise fail("g", "have a principal real logarithm", but)
    return logs
