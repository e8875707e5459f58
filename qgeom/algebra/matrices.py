"""Lie algebras of real matrices: so(d), gl(d), block-circulant gl(C) x R[Z_d], aff(d).

Each algebra is a pattern: every matrix entry holds plus or minus one coordinate, or nothing.  So the
basis matrices are sparse, mutually orthogonal in the Frobenius product, and never stored.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_choice, check_integer, fail
from qgeom._typing import Covector, Integer, Matrix, Real, Vector

ALGEBRAS = ("so", "gl", "aff", "circulant")


@dataclass(frozen=True)
class MatrixAlgebra:
    """A pattern of coordinates in N x N matrices.

    Entry e of the flat matrix holds ``sign[e] * x[index[e]]``; entries outside `entries` are zero.
    """

    name: str
    size: int  # N
    dim: int
    entries: Integer  # (E,) flat positions, sorted by coordinate
    index: Integer  # (E,) coordinate of each
    sign: Real  # (E,)
    start: Integer  # (dim,) first entry of each coordinate in `entries`
    distance: Integer  # (dim,) how far the coordinate reaches: |i - j| (cyclic for circulant)
    labels: tuple[str, ...]

    def matrix(self, x: Vector) -> Matrix:
        """Matrix ``sum_a x_a E_a`` of coordinates (..., dim)."""
        out = np.zeros((*x.shape[:-1], self.size * self.size))
        out[..., self.entries] = x[..., self.index] * self.sign
        return out.reshape(*x.shape[:-1], self.size, self.size)

    def coordinates(self, matrix: Matrix) -> Vector:
        """Coordinates of matrices that lie in the algebra (nothing is projected or checked)."""
        flat = matrix.reshape(*matrix.shape[:-2], -1)
        return flat[..., self.entries[self.start]] * self.sign[self.start]

    def pull_back(self, comatrix: Matrix) -> Covector:
        """Covector ``m_a = tr(M^T E_a)`` of a matrix M that acts by the trace pairing."""
        flat = comatrix.reshape(*comatrix.shape[:-2], -1)
        return np.add.reduceat(flat[..., self.entries] * self.sign, self.start, axis=-1)

    def comatrix(self, m: Covector) -> Matrix:
        """Some matrix M in the algebra's pattern with ``tr(M^T E_a) = m_a``."""
        return self.matrix(m / self.multiplicity)

    @functools.cached_property
    def multiplicity(self) -> Real:
        """Number of entries that hold each coordinate, ``tr(E_a^T E_a)``, shape (dim,)."""
        return np.bincount(self.index, minlength=self.dim).astype(np.float64)

    def contains(self, matrix: Matrix, tolerance: float = 1e-9) -> bool:
        """Whether the matrices lie in the algebra up to `tolerance` (relative to the largest entry)."""
        defect = np.abs(self.matrix(self.coordinates(matrix)) - matrix).max()
        return bool(defect <= tolerance * max(1.0, np.abs(matrix).max()))


@functools.lru_cache(maxsize=None, typed=True)
def matrix_algebra(name: str, size: int, channels: int = 1) -> MatrixAlgebra:
    """Return the algebra of a name.

    Parameters
    ----------
    name
        ``"so"``: antisymmetric d x d; ``"gl"``: all d x d; ``"aff"``: d x d and a translation, as
        (d+1) x (d+1) with last row zero; ``"circulant"``: ``sum_k B_k (x) S^k`` with B_k any C x C
        matrix and S the cyclic shift of d sites (a circular convolution with C channels).
    size
        d, the dimension of the features or the number of sites.
    channels
        C, for ``"circulant"`` only.

    Raises
    ------
    ValueError
        For an unknown name, size < 1 (so: < 2), or channels with another algebra than circulant.

    Examples
    --------
    >>> matrix_algebra("so", 4).dim, matrix_algebra("circulant", 8, channels=2).dim
    (6, 32)
    """
    check_choice("name", name, ALGEBRAS)
    size = check_integer("size", size, 2 if name == "so" else 1)
    channels = check_integer("channels", channels, 1)
    if channels != 1 and name != "circulant":
        raise fail("channels", f"be 1 for {name}", f"is {channels}")
    if name == "circulant":
        return _circulant(size, channels)
    if name == "so":
        rows, columns = np.triu_indices(size, 1)
        n = size
    elif name == "gl":
        rows, columns = np.divmod(np.arange(size * size), size)
        n = size
    else:
        rows, columns = np.divmod(np.arange(size * (size + 1)), size + 1)
        n = size + 1
    dim = len(rows)
    labels = tuple(f"{i},{j}" for i, j in zip(rows.tolist(), columns.tolist(), strict=True))
    distance = np.abs(rows - columns)
    if name == "aff":
        distance = np.where(columns == size, 0, distance)
    entries, index, sign = rows * n + columns, np.arange(dim), np.ones(dim)
    if name == "so":
        entries = np.concatenate([entries, columns * n + rows])
        index, sign = np.tile(index, 2), np.repeat([1.0, -1.0], dim)
    return _pattern(name, n, entries, index, sign, distance, labels)


def _circulant(sites: int, channels: int) -> MatrixAlgebra:
    # Coordinate (k, a, b): B_k[a, b]; matrix row (a, i), column (b, j) with i - j = k mod d.
    k, a, b = np.indices((sites, channels, channels)).reshape(3, -1)
    n = channels * sites
    j = np.arange(sites)
    rows = a[:, None] * sites + (j + k[:, None]) % sites
    columns = b[:, None] * sites + j
    index = np.repeat(np.arange(len(k)), sites)
    distance = np.minimum(k, sites - k)
    coordinates = zip(k.tolist(), a.tolist(), b.tolist(), strict=True)
    labels = tuple(f"{shift}:{out},{into}" for shift, out, into in coordinates)
    entries = (rows * n + columns).ravel()
    return _pattern("circulant", n, entries, index, np.ones(len(index)), distance, labels)


def _pattern(
    name: str,
    size: int,
    entries: Integer,
    index: Integer,
    sign: Real,
    distance: Integer,
    labels: tuple[str, ...],
) -> MatrixAlgebra:
    order = np.argsort(index, kind="stable")
    entries, index, sign = entries[order], index[order], sign[order]
    dim = len(labels)
    start = np.searchsorted(index, np.arange(dim))
    return MatrixAlgebra(name, size, dim, entries, index, sign, start, distance, labels)
