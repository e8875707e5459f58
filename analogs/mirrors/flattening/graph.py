r"""The graph of nearest neighbours of a cloud of points: its detours, and its curvature.

A shortest path through near neighbours follows the manifold; a straight line cuts through.  The ratio
of both lengths is 1 for flat convex data and grows with the curvature (Tenenbaum, de Silva and
Langford 2000).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
import scipy.sparse.csgraph
from scipy.spatial.distance import pdist, squareform

from qgeom._checks import check_finite_array, check_integer
from qgeom._typing import Integer, Real

# Of logarithms of ratios of distances.
ROUNDING = 1e-12


def distance_matrix(points: Real) -> Real:
    """Euclidean distances (n, n).

    Examples
    --------
    >>> distance_matrix(np.array([[0.0, 0.0], [3.0, 4.0]])).tolist()
    [[0.0, 5.0], [5.0, 0.0]]
    """
    distances: Real = squareform(pdist(check_finite_array("points", points)))
    return distances


def neighbour_edges(distances: Real, count: int) -> Integer:
    """Pairs i < j, (E, 2), of which one is among the `count` nearest of the other.

    Pairs of points that coincide are no edges.

    Examples
    --------
    >>> line = np.array([[0.0], [1.0], [3.0], [7.0]])
    >>> neighbour_edges(distance_matrix(line), 1).tolist()
    [[0, 1], [1, 2], [2, 3]]
    """
    size = len(distances)
    check_integer("count", count, 1, size - 1)
    apart = np.where(distances > 0, distances, np.inf)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :count]
    joined = np.zeros((size, size), dtype=bool)
    joined[np.arange(size)[:, None], nearest] = True
    joined &= np.isfinite(apart)
    return np.argwhere(np.triu(joined | joined.T, 1))


def spanning_edges(distances: Real) -> Integer:
    """Edges (n - 1, 2) of a shortest tree, which joins clusters that no near neighbours join.

    Examples
    --------
    >>> spanning_edges(distance_matrix(np.array([[0.0], [9.0], [1.0]]))).tolist()
    [[0, 2], [1, 2]]
    """
    tree = scipy.sparse.csgraph.minimum_spanning_tree(scipy.sparse.csr_array(distances)).tocoo()
    return np.unique(np.sort(np.column_stack([tree.row, tree.col]), axis=1), axis=0)


def detour(distances: Real, count: int) -> float:
    """Mean over pairs of the shortest path through near neighbours over the straight distance.

    The graph joins each point with its `count` nearest, and clusters by a shortest tree.

    Examples
    --------
    Along a line there is no detour; around a right angle the ends are 2 apart instead of the root.

    >>> detour(distance_matrix(np.arange(5.0)[:, None]), 1)
    1.0
    >>> angle = distance_matrix(np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))
    >>> round(3 * detour(angle, 1) - 2, 6)
    1.414214
    """
    edges = np.concatenate([neighbour_edges(distances, count), spanning_edges(distances)])
    paths = scipy.sparse.csgraph.dijkstra(_graph(edges, distances), directed=False)
    apart = distances > 0
    return float((paths[apart] / distances[apart]).mean())


def forman_curvature(size: int, edges: Integer) -> Real:
    """Forman's curvature (E,) of edges, triangles filled: ``4 - deg i - deg j + 3 triangles``.

    Examples
    --------
    >>> forman_curvature(4, np.array([[0, 1], [0, 2], [1, 2], [2, 3]])).tolist()
    [3.0, 2.0, 2.0, 0.0]
    """
    joined = np.zeros((size, size))
    joined[edges[:, 0], edges[:, 1]] = joined[edges[:, 1], edges[:, 0]] = 1.0
    degrees, (first, second) = joined.sum(axis=1), edges.T
    triangles = np.einsum("ea,ea->e", joined[first], joined[second])
    curvature: Real = 4.0 - degrees[first] - degrees[second] + 3.0 * triangles
    return curvature


def flow_coefficient(before: Real, after: Real, count: int) -> float:
    """Correlation over edges of the curvature before and the logarithmic change of the length.

    Ricci's flow ``dg/dt = -2 Ric`` shrinks what is positively curved and stretches what is
    negatively curved: it has a negative coefficient.  An edge of length 0 after is left out; where
    nothing varies beyond rounding the coefficient is 0.

    Parameters
    ----------
    before, after
        Distances (n, n) of the same points in two layers.
    count
        Neighbours of the graph of `before`.

    Examples
    --------
    A network that only scales has no flow.

    >>> points = np.random.default_rng(0).normal(size=(50, 2))
    >>> flow_coefficient(distance_matrix(points), distance_matrix(3 * points), 5)
    0.0
    """
    edges = neighbour_edges(before, count)
    curvature = forman_curvature(len(before), edges)
    old, new = (distances[edges[:, 0], edges[:, 1]] for distances in (before, after))
    kept = new > 0
    columns = curvature[kept], np.log(new[kept] / old[kept])
    if min(map(np.ptp, columns)) < ROUNDING:
        return 0.0
    return float(np.corrcoef(*columns)[0, 1])


def _graph(edges: Integer, distances: Real) -> Any:
    first, second = np.unique(edges, axis=0).T
    size = len(distances)
    return scipy.sparse.csr_array((distances[first, second], (first, second)), shape=(size, size))
