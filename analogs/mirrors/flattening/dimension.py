r"""Intrinsic dimension of a cloud of points, from the distances of near neighbours.

TwoNN: the ratio of the second to the first distance has the law ``F(mu) = 1 - mu^-d`` where the
density is even over two neighbours; its estimate of largest likelihood is ``d = n / sum log mu``
(Facco et al., Sci. Rep. 7, 12140, 2017).  With k neighbours it is the mean of the inverse,
``1 / d = mean_i (k - 1)^-1 sum_{j < k} log(r_ik / r_ij)`` (Levina and Bickel 2004; MacKay and
Ghahramani 2005).
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from qgeom._checks import check_finite_array, check_integer, fail
from qgeom._typing import Real


def neighbour_distances(points: Real, count: int) -> Real:
    """Distances (n', count) to the nearest other points, without points that coincide with one.

    Raises
    ------
    ValueError
        If there are not more than `count` different points.

    Examples
    --------
    >>> neighbour_distances(np.array([[0.0], [1.0], [1.0], [3.0]]), 2).tolist()
    [[1.0, 3.0], [1.0, 2.0], [2.0, 3.0]]
    """
    check_integer("count", count, least=1)
    different = np.unique(check_finite_array("points", points), axis=0)
    if len(different) <= count:
        must = f"hold more than {count} different points"
        raise fail("points", must, f"holds {len(different)}")
    distances: Real = cKDTree(different).query(different, k=count + 1)[0]
    return distances[:, 1:]


def neighbour_dimension(points: Real, neighbours: int = 2) -> float:
    """Intrinsic dimension of points (n, D): TwoNN for two neighbours, else the mean over more.

    Raises
    ------
    ValueError
        If `neighbours` is below 2, or there are too few different points.

    Examples
    --------
    A lattice has neighbours at one distance, and no finite dimension at this scale; on the plane
    the estimate is near 2, however many coordinates there are.

    >>> plane = np.random.default_rng(0).random((2000, 2)) @ np.eye(2, 5)
    >>> [round(neighbour_dimension(plane, k), 1) for k in (2, 20)]
    [2.0, 1.9]
    """
    distances = neighbour_distances(points, check_integer("neighbours", neighbours, least=2))
    ratios = np.log(distances[:, -1:] / distances[:, :-1])
    mean = float(ratios.mean())
    return 1.0 / mean if mean > 0 else float("inf")
