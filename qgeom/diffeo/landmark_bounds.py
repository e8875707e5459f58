r"""Lower bounds of landmark distances that hold for every path, not for the one that was found."""

from __future__ import annotations

import numpy as np

from qgeom._checks import fail
from qgeom._typing import Real
from qgeom.diffeo.kernels import RadialKernel
from qgeom.diffeo.landmarks import check_landmarks, differences

# Nodes of the quadrature in log r: relative error below 1e-8 from r = 1e-4 s to 1e2 s.
NODES = 64


def landmark_distance_bound(kernel: RadialKernel, start: Real, goal: Real) -> Real:
    r"""Lower bound of the distance of two configurations of landmarks.

    A velocity field of norm 1 moves a landmark by at most ``k(0) = 1`` and changes the distance r of
    a pair by at most ``sqrt(2 (k(0) - k(r)))``, so that

        d >= max_i |q_i(1) - q_i(0)|   and   d >= max_ij | int dr / sqrt(2 (k(0) - k(r))) |

    from r_ij(0) to r_ij(1), which is at least ``|log(r_ij(1) / r_ij(0))| / sqrt(-k''(0))``: the
    diameter is infinite (TEMPLATE_MATCHING.md section 3.4).  A pair that moves symmetrically about
    its midpoint, along its line, meets the second bound.

    Parameters
    ----------
    kernel
        The kernel of the metric.
    start, goal
        Configurations, (..., N, D).

    Returns
    -------
    (...)

    Raises
    ------
    ValueError
        For shapes that do not broadcast, or landmarks that coincide.

    Examples
    --------
    >>> from qgeom.diffeo.kernels import Gaussian
    >>> pair = np.array([[-0.5], [0.5]])
    >>> float(landmark_distance_bound(Gaussian(1.0), pair, 0.1 * pair).round(6))
    2.365056
    """
    start, goal = check_landmarks(start=start, goal=goal)
    moved = np.linalg.norm(goal - start, axis=-1).max(axis=-1)
    first, second = np.triu_indices(start.shape[-2], 1)
    if not len(first):
        return moved
    before, after = (
        np.linalg.norm(differences(points)[..., first, second, :], axis=-1)
        for points in (start, goal)
    )
    if not (before.min() > 0 and after.min() > 0):
        raise fail("start, goal", "have landmarks apart", "have two in one place")
    stretch = _stretch(kernel, np.log(before), np.log(after))
    return np.maximum(moved, stretch.max(axis=-1))


def _stretch(kernel: RadialKernel, before: Real, after: Real) -> Real:
    """``| int dr / sqrt(2 (k(0) - k(r))) |`` between logarithms of r, by Gauss and Legendre."""
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = 0.5 * (after - before)
    r = np.exp(0.5 * (after + before)[..., None] + half[..., None] * nodes)
    return np.abs(half * (r / np.sqrt(2.0 * (1.0 - kernel(r))) @ weights))
