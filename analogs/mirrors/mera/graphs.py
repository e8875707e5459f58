"""Graphs of circuits, of convolutional pyramids and of flat references."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import networkx as nx

from analogs.mirrors.mera.circuit import Layer
from qgeom._checks import check_integer, fail


def circuit_graph(layers: Sequence[Layer], outputs: int = 0) -> nx.Graph:
    """Gates as vertices, numbered in order of time, and the wires between them as edges.

    The inputs |0> are left out.  An edge has the number of its wires as `capacity`.

    Parameters
    ----------
    layers
        Pairs of qubits.
    outputs
        Number of qubits whose last wires end at vertices ``("out", qubit)``; 0 leaves these out.

    Raises
    ------
    ValueError
        If an output has no gate.

    Examples
    --------
    >>> graph = circuit_graph((((0, 1), (2, 3)), ((1, 2),)))
    >>> sorted(graph.edges)
    [(0, 2), (1, 2)]
    """
    graph = nx.Graph()
    last: dict[int, int] = {}
    for gate, pair in enumerate(itertools.chain.from_iterable(layers)):
        graph.add_node(gate)
        for qubit in pair:
            if qubit in last:
                _add_wire(graph, last[qubit], gate)
            last[qubit] = gate
    for qubit in range(check_integer("outputs", outputs, 0)):
        if qubit not in last:
            raise fail("layers", "act on all outputs", f"leaves out qubit {qubit}")
        _add_wire(graph, last[qubit], ("out", qubit))
    return graph


def convolution_graph(sites: int, kernel: int, stride: int, layers: int) -> nx.Graph:
    """Units ``(layer, position)`` of a convolutional network on a ring, joined to what they see.

    The positions of a layer are `stride` times fewer than those before; unit j sees the `kernel`
    units around ``stride * j``.  Stride 2 with kernel 2 is a forest, stride 1 is a cylinder.

    Raises
    ------
    ValueError
        If `sites` is not a multiple of ``stride^layers``, or a size is not positive.

    Examples
    --------
    >>> graph = convolution_graph(8, 2, 2, 3)
    >>> len(graph), nx.is_tree(graph)
    (15, True)
    """
    for name, value in (("kernel", kernel), ("stride", stride), ("layers", layers)):
        check_integer(name, value, least=1)
    if check_integer("sites", sites, least=1) % stride**layers:
        raise fail("sites", f"be a multiple of {stride**layers}", f"is {sites}")
    graph = nx.Graph()
    for layer in range(layers):
        width = sites // stride**layer
        reach = range(-((kernel - 1) // 2), kernel // 2 + 1)
        for unit, offset in itertools.product(range(width // stride), reach):
            graph.add_edge((layer, (stride * unit + offset) % width), (layer + 1, unit))
    return graph


def _add_wire(graph: nx.Graph, start: object, end: object) -> None:
    wires = graph.get_edge_data(start, end, {"capacity": 0})["capacity"]
    graph.add_edge(start, end, capacity=wires + 1)
