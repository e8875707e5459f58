r"""How near one repeated layer ``exp(a/L)^L = exp(a)`` comes to a matrix of positive determinant.

Two different layers reach every such matrix, by its polar decomposition: both factors are exponentials.
One repeated layer reaches those with a real logarithm.  Of 2 x 2 matrices the distance of the others is
known: with ``g = t 1 + b J + S``, J the quarter turn and S symmetric without trace,

    disc = tr^2 - 4 det = 4 (|S|^2/2 - b^2),

two negative eigenvalues have ``disc > 0``, and the nearest matrices with a logarithm ``disc < 0``: at a
distance ``|S| - sqrt(2) |b|``, which is an infimum and not attained.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg
import scipy.optimize

from qgeom._linalg import log_real, log_rotation
from qgeom._typing import Array, Matrix, Real

# Starts: logarithms of the matrix after a random change of this relative size, where they exist.
CHANGES = (0.2, 0.4, 0.8)
DRAWS, KEPT = 32, 2
EVALUATIONS = 100


def random_matrix(size: int, rng: np.random.Generator) -> Matrix:
    """Normal entries; the first row changes sign if the determinant is negative."""
    matrix = rng.normal(size=(size, size))
    matrix[0] *= np.sign(np.linalg.det(matrix))
    return matrix


def has_real_log(matrix: Matrix) -> bool:
    """Whether no eigenvalue is negative: the test of almost every matrix.

    Examples
    --------
    >>> has_real_log(np.diag([1.0, 2.0])), has_real_log(np.diag([-1.0, -2.0]))
    (True, False)
    """
    return bool(log_real(matrix)[1])


def tied_residual(matrix: Matrix, rng: np.random.Generator) -> float:
    """Least ``|exp(a) - g|`` found over real a, Frobenius norm; 0 where g has a principal logarithm.

    Examples
    --------
    >>> round(tied_residual(np.diag([-1.0, -2.0]), np.random.default_rng(0)), 2)
    0.5
    """
    if has_real_log(matrix):
        return 0.0
    size = len(matrix)

    def gap(a: Real) -> Real:
        return (scipy.linalg.expm(a.reshape(size, size)) - matrix).ravel()

    found = [
        scipy.optimize.least_squares(
            gap, start.ravel(), lambda a: derivative(a.reshape(size, size)), max_nfev=EVALUATIONS
        )
        for start in _starts(matrix, rng)
    ]
    return float(np.sqrt(2 * min(one.cost for one in found)))


def untied_residual(matrix: Matrix) -> float:
    """``|exp(a_2) exp(a_1) - g|`` with the rotation and the stretch of the polar decomposition.

    Examples
    --------
    >>> untied_residual(np.diag([-1.0, -2.0])) < 1e-12
    True
    """
    rotation, stretch = scipy.linalg.polar(matrix)
    layers = log_rotation(rotation), scipy.linalg.logm(stretch).real
    product = scipy.linalg.expm(layers[0]) @ scipy.linalg.expm(layers[1])
    return float(np.linalg.norm(product - matrix))


def planar_distance(matrix: Matrix) -> float:
    """Distance of a 2 x 2 matrix of positive determinant from the exponentials, in closed form.

    Examples
    --------
    >>> planar_distance(np.diag([-1.0, -2.0])), planar_distance(np.array([[-1.0, 1.0], [0.0, -1.0]]))
    (0.5, 0.0)
    """
    if np.trace(matrix) > 0:
        return 0.0
    twist = 0.5 * (matrix[1, 0] - matrix[0, 1])
    symmetric = 0.5 * (matrix + matrix.T) - 0.5 * np.trace(matrix) * np.eye(2)
    return max(0.0, (np.linalg.norm(symmetric) / np.sqrt(2) - abs(twist)).item())


def _starts(matrix: Matrix, rng: np.random.Generator) -> Matrix:
    """Logarithms of changed matrices."""
    found: list[Array] = []
    for change in CHANGES:
        noise = rng.normal(size=(DRAWS, *matrix.shape))
        noise *= change * np.linalg.norm(matrix) / np.linalg.norm(noise, axis=(1, 2))[:, None, None]
        logs, exists = log_real(matrix + noise)
        found.append(logs[exists][:KEPT])
    # The stretch alone always has a logarithm.
    found.append(scipy.linalg.logm(scipy.linalg.polar(matrix)[1]).real[None])
    return np.concatenate(found)


def derivative(a: Matrix) -> Real:
    """``d vec(exp(a)) / d vec(a)``, (d^2, d^2), from ``exp [[a, e], [0, a]]``."""
    size = len(a)
    blocks = np.zeros((size * size, 2 * size, 2 * size))
    blocks[:, :size, :size] = blocks[:, size:, size:] = a
    blocks[:, :size, size:] = np.eye(size * size).reshape(-1, size, size)
    columns = scipy.linalg.expm(blocks)[:, :size, size:]
    return columns.reshape(size * size, size * size).T
