"""Graphs, hyperbolicity by brute force and closed forms, curvature by closed forms and assignment."""

from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
import scipy.optimize

from analogs.mirrors.mera.circuit import brickwork_layers, gate_count, mera_layers
from analogs.mirrors.mera.curvature import forman_curvature, ollivier_curvature, transport_cost
from analogs.mirrors.mera.graphs import circuit_graph, convolution_graph
from analogs.mirrors.mera.hyperbolicity import (
    diameter,
    distances,
    far_apart_pairs,
    hyperbolicity,
)
from tests.closeness import assert_close

# Of linear programmes.
SIMPLEX = 1e-9
GRAPHS = {
    "MERA": circuit_graph(mera_layers(8)),
    "brickwork": circuit_graph(brickwork_layers(8, 13)),
    "convolutions": convolution_graph(8, 3, 2, 3),
    "Petersen": nx.petersen_graph(),
    "lollipop": nx.lollipop_graph(4, 3),
    "two cycles": nx.from_edgelist(
        [*nx.cycle_graph(7).edges, *nx.cycle_graph([0, 7, 8, 9, 10]).edges]
    ),
    **{f"random {s}": nx.connected_watts_strogatz_graph(13, 4, 0.4, seed=s) for s in range(6)},
    **{f"sparse {s}": nx.connected_watts_strogatz_graph(14, 2, 0.5, seed=s) for s in range(6)},
}


def four_point(graph: nx.Graph) -> float:
    d = dict(nx.all_pairs_shortest_path_length(graph))
    worst = 0
    for a, b, c, e in itertools.combinations(graph, 4):
        sums = sorted([d[a][b] + d[c][e], d[a][c] + d[b][e], d[a][e] + d[b][c]])
        worst = max(worst, sums[2] - sums[1])
    return worst / 2


@pytest.mark.parametrize("name", GRAPHS)
def test_hyperbolicity_is_that_of_all_quadruples(name: str) -> None:
    assert hyperbolicity(GRAPHS[name]) == four_point(GRAPHS[name])


@pytest.mark.parametrize("name", GRAPHS)
def test_no_shortest_path_runs_through_a_far_apart_pair_and_beyond(name: str) -> None:
    d = distances(GRAPHS[name])
    vertices = range(len(d))
    expected = {
        (a, b)
        for a, b in itertools.combinations(vertices, 2)
        if all(d[c, a] + d[a, b] > d[c, b] for c in vertices if c != a)
        and all(d[c, b] + d[a, b] > d[c, a] for c in vertices if c != b)
    }
    first, second = far_apart_pairs(d)
    assert set(zip(first.tolist(), second.tolist(), strict=True)) == expected
    assert (np.diff(d[first, second]) <= 0).all()


@pytest.mark.parametrize("size", range(3, 18))
def test_hyperbolicity_of_cycles(size: int) -> None:
    quarter, rest = divmod(size, 4)
    assert hyperbolicity(nx.cycle_graph(size)) == quarter - (0.5 if rest == 1 else 0.0)


def test_hyperbolicity_of_grids_trees_and_cliques() -> None:
    assert [hyperbolicity(nx.grid_2d_graph(n, n)) for n in (2, 3, 5, 8)] == [1, 2, 4, 7]
    assert hyperbolicity(nx.balanced_tree(2, 6)) == 0
    assert hyperbolicity(nx.complete_graph(9)) == 0
    assert hyperbolicity(nx.empty_graph(1)) == 0


def test_distances_are_those_of_networkx() -> None:
    graph = GRAPHS["random 0"]
    expected = dict(nx.all_pairs_shortest_path_length(graph))
    assert distances(graph).tolist() == [[expected[a][b] for b in graph] for a in graph]
    assert diameter(graph) == nx.diameter(graph)


def test_disconnected_graphs_are_refused() -> None:
    for function in (hyperbolicity, ollivier_curvature):
        with pytest.raises(ValueError, match="be connected, but has 2 parts"):
            function(nx.empty_graph(2))


@pytest.mark.parametrize("sites", [8, 16, 32])
def test_circuit_graphs_count_gates_and_wires(sites: int) -> None:
    """Two wires enter a gate, but for the |0> inputs, one on each qubit."""
    graph = circuit_graph(mera_layers(sites))
    wires = sum(graph.edges[edge]["capacity"] for edge in graph.edges)
    assert len(graph) == 2 * sites - 3
    assert wires == 2 * (2 * sites - 3) - sites
    assert nx.is_connected(graph)
    with_outputs = circuit_graph(mera_layers(sites), outputs=sites)
    assert with_outputs.number_of_edges() == graph.number_of_edges() + sites


def test_two_wires_between_gates_are_an_edge_of_capacity_two() -> None:
    graph = circuit_graph((((0, 1),), ((0, 1),)))
    assert graph.edges[0, 1]["capacity"] == 2
    with pytest.raises(ValueError, match="leaves out qubit 2"):
        circuit_graph((((0, 1),),), outputs=3)


def test_convolutions_see_their_kernel() -> None:
    graph = convolution_graph(16, 3, 2, 2)
    assert set(graph[1, 3]) & {(0, k) for k in range(16)} == {(0, 5), (0, 6), (0, 7)}
    assert set(graph[1, 0]) & {(0, k) for k in range(16)} == {(0, 15), (0, 0), (0, 1)}
    assert len(graph) == 16 + 8 + 4
    with pytest.raises(ValueError, match="be a multiple of 8, but is 12"):
        convolution_graph(12, 3, 2, 3)


def test_mera_and_strided_networks_are_hyperbolic_and_flat_ones_are_not() -> None:
    sizes = (16, 32, 64)
    scales = [n.bit_length() - 1 for n in sizes]
    assert [hyperbolicity(circuit_graph(mera_layers(n))) for n in sizes] == [4, 4, 4]
    assert [diameter(circuit_graph(mera_layers(n))) for n in sizes] == [8, 12, 16]
    strided = [convolution_graph(n, 3, 2, k) for n, k in zip(sizes, scales, strict=True)]
    assert [hyperbolicity(graph) for graph in strided] == [2, 2, 2]
    assert [diameter(graph) for graph in strided] == [2 * k for k in scales]
    flat = [convolution_graph(n, 3, 1, k) for n, k in zip(sizes, scales, strict=True)]
    assert [hyperbolicity(graph) for graph in flat] == [4, 8, 16]
    walls = [circuit_graph(brickwork_layers(n, gate_count(mera_layers(n)))) for n in sizes]
    assert [hyperbolicity(graph) for graph in walls] == [4, 8, 16]


@pytest.mark.parametrize("size", [3, 4, 5, 6, 9])
def test_ollivier_curvature_of_cliques_and_cycles(size: int) -> None:
    edges = size * (size - 1) // 2
    expected = np.full(edges, (size - 2) / (size - 1))
    assert_close(ollivier_curvature(nx.complete_graph(size)), expected, SIMPLEX)
    plain = 0.5 if size == 3 else 0.0
    assert_close(ollivier_curvature(nx.cycle_graph(size)), np.full(size, plain), SIMPLEX)
    # Lin, Lu and Yau (2011): 3/2, 1, 1/2, 0, ... times 1 - 1/3.
    idle = max(0, 6 - size) / 2 * 2 / 3
    assert_close(ollivier_curvature(nx.cycle_graph(size), 1 / 3), np.full(size, idle), SIMPLEX)


@pytest.mark.parametrize("branching", [2, 3, 4])
def test_ollivier_curvature_of_trees(branching: int) -> None:
    """``-2 (1 - 1/deg x - 1/deg y)``, and 0 at leaves (Jost and Liu 2014)."""
    tree = nx.balanced_tree(branching, 3)
    expected = [-2 * max(0.0, 1 - 1 / tree.degree[x] - 1 / tree.degree[y]) for x, y in tree.edges]
    assert_close(ollivier_curvature(tree), np.array(expected), SIMPLEX)


@pytest.mark.parametrize("dimension", [2, 3, 4])
def test_idle_walks_on_the_hypercube(dimension: int) -> None:
    """With idleness 1 / (d + 1) the curvature is 2 / (d + 1), without it 0."""
    cube = nx.hypercube_graph(dimension)
    edges = cube.number_of_edges()
    idle = ollivier_curvature(cube, 1 / (dimension + 1))
    assert_close(idle, np.full(edges, 2 / (dimension + 1)), SIMPLEX)
    assert_close(ollivier_curvature(cube), np.zeros(edges), SIMPLEX)


@pytest.mark.parametrize("name", ["MERA", "convolutions", "random 0", "sparse 1"])
def test_ollivier_curvature_is_that_of_the_best_assignment(name: str) -> None:
    """Measures in equal parcels: the transport is an assignment of parcels."""
    graph = GRAPHS[name]
    d = dict(nx.all_pairs_shortest_path_length(graph))
    expected = []
    for x, y in graph.edges:
        parcels = math.lcm(graph.degree[x], graph.degree[y])
        own, other = (
            [u for u in graph[v] for _ in range(parcels // graph.degree[v])] for v in (x, y)
        )
        costs = np.array([[d[a][b] for b in other] for a in own])
        rows, columns = scipy.optimize.linear_sum_assignment(costs)
        expected.append(1.0 - costs[rows, columns].sum() / parcels)
    assert_close(ollivier_curvature(graph), np.array(expected), SIMPLEX)


def test_transport_on_a_line_is_the_area_between_the_sums() -> None:
    rng = np.random.default_rng(0)
    supply, demand = rng.dirichlet(np.ones(6)), rng.dirichlet(np.ones(6))
    costs = np.abs(np.subtract.outer(np.arange(6), np.arange(6)))
    expected = np.abs(np.cumsum(supply - demand)).sum()
    assert_close(transport_cost(costs, supply, demand), expected, SIMPLEX)
    with pytest.raises(RuntimeError, match="No transport plan"):
        transport_cost(costs, supply, 2.0 * demand)


def test_bad_idleness_is_refused() -> None:
    with pytest.raises(ValueError, match="idleness"):
        ollivier_curvature(nx.cycle_graph(4), 1.0)


def test_forman_curvature_of_known_graphs() -> None:
    assert set(forman_curvature(nx.complete_graph(6)).tolist()) == {4 - 10 + 12}
    assert set(forman_curvature(nx.cycle_graph(6)).tolist()) == {0}
    tree = nx.balanced_tree(2, 3)
    assert forman_curvature(tree).min() == 4 - 3 - 3
    grid = nx.grid_2d_graph(6, 6, periodic=True)
    assert set(forman_curvature(grid).tolist()) == {-4}  # flat, and yet negative


def test_curvature_of_mera_is_nowhere_positive_and_mostly_negative() -> None:
    curvature = ollivier_curvature(circuit_graph(mera_layers(16)))
    assert curvature.max() < SIMPLEX
    assert (curvature < -SIMPLEX).mean() > 0.7
    flat = ollivier_curvature(convolution_graph(16, 3, 1, 4))
    assert np.abs(flat).max() < SIMPLEX
