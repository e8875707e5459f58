r"""Gromov's four-point hyperbolicity of a graph, exactly.

``2 delta(a, b, c, d)`` is the largest of ``d(ab) + d(cd)``, ``d(ac) + d(bd)``, ``d(ad) + d(bc)`` minus
the second largest; delta of the graph is the maximum over all quadruples.  It is 0 for trees and
complete graphs, ``n - 1`` for the n x n grid, about n / 4 for the cycle; a family of growing graphs
is hyperbolic if delta stays bounded.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import scipy.sparse.csgraph

from qgeom._checks import fail
from qgeom._typing import Integer


def distances(graph: nx.Graph) -> Integer:
    """Numbers of edges between vertices (N, N), in the order of the graph.

    Raises
    ------
    ValueError
        If the graph is empty or not connected.

    Examples
    --------
    >>> distances(nx.path_graph(3))
    array([[0, 1, 2],
           [1, 0, 1],
           [2, 1, 0]])
    """
    if not len(graph) or not nx.is_connected(graph):
        raise fail("graph", "be connected", f"has {nx.number_connected_components(graph)} parts")
    adjacency = nx.to_scipy_sparse_array(graph, weight=None, format="csr")
    return scipy.sparse.csgraph.shortest_path(adjacency, unweighted=True).astype(np.int64)


def diameter(graph: nx.Graph) -> int:
    """The largest distance of two vertices.

    Examples
    --------
    >>> diameter(nx.cycle_graph(9))
    4
    """
    return int(distances(graph).max())


def hyperbolicity(graph: nx.Graph) -> float:
    """delta, a multiple of 1/2, exact for every size.

    It is the largest of the biconnected parts, and found on two far-apart pairs, which no path
    prolongs to a longer shortest one.  Pairs are taken in order of falling distance; since
    ``2 delta(a, b, c, d) <= min(d(ab), d(cd))`` for the largest of the three sums, the search ends
    once twice the best delta reaches the distance of the pair (Cohen, Coudert and Lancichinetti, ACM
    J. Exp. Algorithmics 20, 1.6, 2015).

    Raises
    ------
    ValueError
        If the graph is empty or not connected.

    Examples
    --------
    >>> [hyperbolicity(g) for g in (nx.path_graph(9), nx.grid_2d_graph(4, 4), nx.cycle_graph(9))]
    [0.0, 3.0, 1.5]
    """
    distances(graph)  # refuses what is not connected
    parts = (part for part in nx.biconnected_components(graph) if len(part) > 3)
    return max((_twice_delta(distances(graph.subgraph(part))) for part in parts), default=0) / 2


def _twice_delta(distance: Integer) -> int:
    first, second = far_apart_pairs(distance)
    lengths, best = distance[first, second], 0
    for k in range(1, len(first)):
        if lengths[k] <= best:
            break
        a, b = distance[first[k]], distance[second[k]]
        c, d = first[:k], second[:k]
        others = np.maximum(a[c] + b[d], a[d] + b[c])
        best = max(best, int((lengths[k] + lengths[:k] - others).max()))
    return best


def far_apart_pairs(distance: Integer) -> tuple[Integer, Integer]:
    """Pairs a < b such that no neighbour of one is farther from the other, the longest first.

    Examples
    --------
    >>> first, second = far_apart_pairs(distances(nx.path_graph(4)))
    >>> first.tolist(), second.tolist()
    ([0], [3])
    """
    neighbours = [np.flatnonzero(row == 1) for row in distance]
    # Largest distance of the neighbours of one vertex from another one.
    beyond = np.array([distance[own].max(axis=0) for own in neighbours])
    far = beyond <= distance
    first, second = np.nonzero(np.triu(far & far.T, 1))
    order = np.argsort(-distance[first, second], kind="stable")
    return first[order], second[order]
