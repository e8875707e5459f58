"""Derivative and integral of smooth functions of time from their values at Chebyshev's points."""

from __future__ import annotations

import numpy as np

from qgeom._typing import Real


def chebyshev_times(count: int) -> Real:
    """``(1 - cos(pi k / (count - 1))) / 2``, increasing from 0 to 1.

    Examples
    --------
    >>> chebyshev_times(3).round(12).tolist()
    [0.0, 0.5, 1.0]
    """
    return 0.5 * (1.0 - np.cos(np.pi * np.arange(count) / (count - 1)))


def derivative_matrix(times: Real) -> Real:
    """D with ``(D f)_k = f'(t_k)`` for polynomials of degree below len(times).

    ``D_jk = w_k / (w_j (t_j - t_k))`` with the barycentric weights w, and rows that sum to 0
    (Berrut & Trefethen 2004, SIAM Rev. 46, 501, section 9.3).

    Examples
    --------
    >>> times = chebyshev_times(4)
    >>> bool(np.allclose(derivative_matrix(times) @ times**3, 3 * times**2))
    True
    """
    apart = times[:, None] - times + np.eye(len(times))
    # Scaled by the capacity 1/4 of [0, 1], the products stay of order one.
    weights = 1.0 / np.prod(4.0 * apart, axis=1)
    matrix = weights / (weights[:, None] * apart)
    np.fill_diagonal(matrix, 0.0)
    np.fill_diagonal(matrix, -matrix.sum(axis=1))
    return matrix


def integral_matrix(times: Real) -> Real:
    """S with ``(S f)_k = int_0^t_k f dt``, for times that begin at 0.

    Examples
    --------
    >>> times = chebyshev_times(4)
    >>> bool(np.allclose(integral_matrix(times) @ times, times**2 / 2))
    True
    """
    matrix = np.zeros((len(times), len(times)))
    inner = derivative_matrix(times)[1:]
    # D F = f away from 0 with F(0) = 0; one condition fewer than values of f.
    matrix[1:, 1:] = np.linalg.inv(inner[:, 1:])
    return matrix
