r"""Discrete curvatures of the edges of a graph.

Ollivier (2009): ``kappa(x, y) = 1 - W_1(m_x, m_y) / d(x, y)`` with m_x uniform on the neighbours of x,
but for an idle share at x; W_1 is the cost of the best transport, a linear programme.  Forman, for
unweighted edges with triangles filled (Samal et al. 2018): ``4 - deg x - deg y + 3 triangles``.  It
is negative on flat grids too, so its sign alone says nothing.
"""

from __future__ import annotations

import networkx as nx
import numpy as np
import scipy.optimize
import scipy.sparse

from analogs.mirrors.mera.hyperbolicity import distances
from qgeom._checks import check_finite_number, fail
from qgeom._typing import Integer, Real


def forman_curvature(graph: nx.Graph) -> Integer:
    """Forman curvature of the edges (E,), in the order of the graph.

    Examples
    --------
    >>> forman_curvature(nx.cycle_graph(5)).tolist(), forman_curvature(nx.complete_graph(4)).tolist()
    ([0, 0, 0, 0, 0], [4, 4, 4, 4, 4, 4])
    """
    around = {vertex: set(graph[vertex]) for vertex in graph}
    return np.array(
        [
            4 - len(around[x]) - len(around[y]) + 3 * len(around[x] & around[y])
            for x, y in graph.edges
        ]
    )


def ollivier_curvature(graph: nx.Graph, idleness: float = 0.0) -> Real:
    """Ollivier-Ricci curvature of the edges (E,), in the order of the graph.

    Parameters
    ----------
    graph
        Connected.
    idleness
        Share of the measure that stays at the vertex, from 0 to below 1.

    Raises
    ------
    ValueError
        If the graph is not connected or `idleness` out of range.

    Examples
    --------
    Complete graphs have ``(n - 2) / (n - 1)``, long cycles 0, regular trees ``4 / degree - 2``.

    >>> complete, cycle = nx.complete_graph(4), nx.cycle_graph(7)
    >>> [round(float(ollivier_curvature(g).max()), 6) for g in (complete, cycle)]
    [0.666667, 0.0]
    """
    share = check_finite_number("idleness", idleness)
    if not 0.0 <= share < 1.0:
        raise fail("idleness", "be at least 0 and below 1", f"is {idleness}")
    distance, place = distances(graph), {vertex: i for i, vertex in enumerate(graph)}
    measures = {v: _measure([place[v], *(place[u] for u in graph[v])], share) for v in graph}
    out = []
    for x, y in graph.edges:
        (sources, supply), (sinks, demand) = measures[x], measures[y]
        out.append(1.0 - transport_cost(distance[np.ix_(sources, sinks)], supply, demand))
    return np.array(out)


def transport_cost(costs: Integer | Real, supply: Real, demand: Real) -> float:
    """Least ``sum_ij c_ij p_ij`` over ``p >= 0`` with rows that sum to supply, columns to demand.

    Examples
    --------
    >>> transport_cost(np.array([[0, 2], [1, 3]]), np.array([0.5, 0.5]), np.array([0.25, 0.75]))
    2.0
    """
    rows, columns = np.shape(costs)
    sums = scipy.sparse.vstack(
        [
            scipy.sparse.kron(scipy.sparse.eye_array(rows), np.ones((1, columns))),
            scipy.sparse.kron(np.ones((1, rows)), scipy.sparse.eye_array(columns)),
        ]
    )
    plan = scipy.optimize.linprog(
        np.ravel(costs), A_eq=sums, b_eq=np.concatenate([supply, demand]), method="highs"
    )
    if not plan.success:
        raise RuntimeError(f"No transport plan: {plan.message}")
    return float(plan.fun)


def _measure(support: list[int], idle: float) -> tuple[list[int], Real]:
    """A vertex and its neighbours, and their shares."""
    shares = np.full(len(support), (1.0 - idle) / (len(support) - 1))
    shares[0] = idle
    return support, shares
