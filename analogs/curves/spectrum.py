"""Singular values of a layer, and the three numbers read off them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


def singular_values(matrix: Matrix) -> NDArray[np.float64]:
    """Return the singular values of `matrix` (m, n), largest first, shape (min(m, n),).

    Jacobians of entrywise layers and of max pooling have orthogonal rows (or columns), with zeros
    that are exact.  Their singular values are the lengths of those rows, and need no SVD.

    Examples
    --------
    >>> singular_values(np.array([[0.0, 3.0, 4.0], [2.0, 0.0, 0.0]]))
    array([5., 2.])
    """
    short = matrix if len(matrix) <= matrix.shape[1] else matrix.T
    gram = short @ short.T
    if np.count_nonzero(gram) == np.count_nonzero(gram.diagonal()):
        return np.sort(np.sqrt(gram.diagonal()))[::-1]
    return np.linalg.svd(matrix, compute_uv=False).astype(np.float64, copy=False)


def singular_numbers(values: NDArray[np.float64], shape: tuple[int, ...]) -> dict[str, float]:
    """Return operator norm, log volume ratio and rank share of a matrix of `shape` (m, n).

    `values` are its singular values, largest first.

    log_volume = sum_i log s_i = 1/2 log det(J J^T) for m <= n (det(J^T J) for m >= n), which is
    -inf if the rank is below min(m, n); rank_share = rank / min(m, n).  Singular values below
    max(m, n) eps s_1 count as zero, the usual rank tolerance.

    Source: CLAIMS.md C4; M. Hauser and A. Ray, Principles of Riemannian geometry in neural
    networks (NIPS 2017), where J^T J is the pulled-back metric.

    Examples
    --------
    >>> singular_numbers(np.array([1.0, 0.0]), (2, 2))
    {'operator_norm': 1.0, 'log_volume': -inf, 'rank_share': 0.5}
    """
    rounding = max(shape) * float(np.finfo(np.float64).eps) * values[0]
    kept = values[values > rounding]
    lost = len(kept) < len(values)
    return {
        "operator_norm": float(values[0]),
        "log_volume": -np.inf if lost else float(np.log(kept).sum()),
        "rank_share": len(kept) / len(values),
    }
