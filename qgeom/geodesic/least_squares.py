"""Damped linear least squares with a batch of matrices: the step of Levenberg and Marquardt."""

from __future__ import annotations

import numpy as np

from qgeom._linalg import like, namespace
from qgeom._typing import Array

FLOOR = 1e-13  # damping never below this share of |A|^2: keeps singular A (families) solvable


def damped_solve(matrix: Array, gap: Array, damping: Array) -> Array:
    """Minimise ``|A x - gap|^2 + mu |x|^2`` by the normal equations.

    ``mu = max(FLOOR, damping min(|gap|^2, 1)) tr(A^T A) / dim``: of the order of the squared residual,
    for quadratic convergence also where A is singular at the solution.

    Parameters
    ----------
    matrix
        A, (B, m, m); numpy or torch.
    gap
        (B, m).
    damping
        (B,).

    Examples
    --------
    >>> damped_solve(2.0 * np.eye(2)[None], np.array([[1.0, 2.0]]), np.zeros(1)).round(9)
    array([[0.5, 1. ]])
    """
    xp = namespace(matrix)
    transposed = matrix.swapaxes(-1, -2)
    normal = transposed @ matrix
    scale = xp.einsum("...ii->...", normal) / normal.shape[-1]
    squared = xp.clip(xp.sum(gap**2, -1), None, 1.0)
    mu = xp.clip(damping * squared, FLOOR, None) * scale
    normal = normal + mu[:, None, None] * like(np.eye(normal.shape[-1]), normal)
    return xp.linalg.solve(normal, transposed @ gap[..., None])[..., 0]
