"""Exact rewriting of circuits: merging gates into blocks, and layers of pairs that act at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx
import numpy as np

from qgeom._checks import fail
from qgeom._typing import Complex
from qgeom.circuits.gates import Gate, apply_gate
from qgeom.circuits.weyl import kron_factors

# What rounding leaves of an identity or of a product: an angle ten times as large is kept.
IDENTITY = 1e-14

Pair = tuple[int, int]


def merge_gates(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """The same unitary (with its phase) as blocks on one and two qubits, none of them a product.

    Gates on one qubit go into a neighbour on two; gates on the same pair with nothing between them
    on either qubit become one; gates on two qubits that are products of local ones, and identities,
    go away.  Larger gates absorb what acts within their qubits.  A phase goes into the first gate; a
    circuit that is nothing but a phase becomes one gate on one qubit.

    Examples
    --------
    >>> h = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    >>> cx = np.eye(4)[[0, 3, 2, 1]]
    >>> [gate.qubits for gate in merge_gates([Gate((1,), h), Gate((0, 1), cx), Gate((1,), h)])]
    [(0, 1)]
    >>> merge_gates([Gate((0, 1), cx), Gate((2,), h), Gate((0, 1), cx), Gate((2,), h)])
    ()
    """
    merged = _merge_once(gates)
    # A product that falls apart may have stood between two gates of one pair.
    while len(split := _split_products(merged)) > len(merged):
        merged = _merge_once(split)
    kept, phase = _without_phases(merged)
    if not kept:
        return _phase_gate(merged, phase)
    first, *others = kept
    return (Gate(first.qubits, phase * first.matrix), *others)


def fuse_single_qubit_gates(gates: Iterable[Gate]) -> tuple[Gate, ...]:
    """The same unitary with at most one gate between larger ones on each qubit; those stay as they are.

    Examples
    --------
    >>> s, cx = np.diag([1, 1j]), np.eye(4)[[0, 3, 2, 1]]
    >>> fused = fuse_single_qubit_gates([Gate((0,), s), Gate((0,), s), Gate((0, 1), cx)])
    >>> [gate.qubits for gate in fused], fused[0].matrix.diagonal().real
    ([(0,), (0, 1)], array([ 1., -1.]))
    """
    fused: list[Gate] = []
    open_gate: dict[int, int] = {}
    for gate in gates:
        (first, *others) = gate.qubits
        if others:
            for qubit in gate.qubits:
                open_gate.pop(qubit, None)
            fused.append(gate)
        elif first in open_gate:
            place = open_gate[first]
            fused[place] = Gate(gate.qubits, gate.matrix @ fused[place].matrix)
        else:
            open_gate[first] = len(fused)
            fused.append(gate)
    kept, phase = _without_phases(fused)
    for place, gate in enumerate(kept):
        if len(gate.qubits) == 1:
            kept[place] = Gate(gate.qubits, phase * gate.matrix)
            return tuple(kept)
    return (*_phase_gate(fused, phase), *kept)


def _merge_once(gates: Iterable[Gate]) -> list[Gate]:
    blocks: dict[int, Gate] = {}  # in order of time: a block keeps the place of its first gate
    last: dict[int, int] = {}  # the latest block on each qubit
    for number, gate in enumerate(gates):
        before = {last[q] for q in gate.qubits if q in last}
        covering = [k for k in before if set(gate.qubits) <= set(blocks[k].qubits)]
        if covering and len(before) == 1:
            (k,) = covering
            blocks[k] = Gate(blocks[k].qubits, _embedded(gate, blocks[k].qubits, blocks[k].matrix))
            continue
        matrix = np.eye(len(gate.matrix), dtype=np.complex128)
        for k in before:
            qubits = blocks[k].qubits
            if set(qubits) <= set(gate.qubits) and all(last[q] == k for q in qubits):
                matrix = _embedded(blocks.pop(k), gate.qubits, matrix)
        blocks[number] = Gate(gate.qubits, gate.matrix @ matrix)
        last.update(dict.fromkeys(gate.qubits, number))
    return list(blocks.values())


def _embedded(gate: Gate, qubits: Sequence[int], matrix: Complex) -> Complex:
    """Product of a gate, as one on `qubits`, and a matrix on these."""
    places = tuple(qubits.index(q) for q in gate.qubits)
    return apply_gate(Gate(places, gate.matrix), matrix)


def _split_products(gates: Sequence[Gate]) -> list[Gate]:
    pairs = [gate.matrix for gate in gates if len(gate.qubits) == 2]
    if not pairs:
        return list(gates)
    found = iter(zip(*kron_factors(np.stack(pairs)), strict=True))
    split: list[Gate] = []
    for gate in gates:
        if len(gate.qubits) == 2:
            factors, defect = next(found)
            if defect <= IDENTITY:
                split += [Gate((q,), f) for q, f in zip(gate.qubits, factors, strict=True)]
                continue
        split.append(gate)
    return split


def is_phase(gate: Gate) -> bool:
    """Whether a gate acts on one qubit and is a multiple of the identity, up to rounding.

    Examples
    --------
    >>> is_phase(Gate((0,), 1j * np.eye(2))), is_phase(Gate((0,), np.diag([1, 1j])))
    (True, False)
    """
    if len(gate.qubits) > 1:
        return False
    (a, b), (c, d) = gate.matrix.tolist()
    return max(abs(b), abs(c), abs(a - d)) <= IDENTITY


def _without_phases(gates: Sequence[Gate]) -> tuple[list[Gate], complex]:
    """Gates that are no mere phase, and the product of the phases."""
    phase = 1.0 + 0.0j
    kept: list[Gate] = []
    for gate in gates:
        if is_phase(gate):
            corner = gate.matrix[0, 0]
            phase *= corner / abs(corner)
        else:
            kept.append(gate)
    return kept, phase


def _phase_gate(gates: Sequence[Gate], phase: complex) -> tuple[Gate, ...]:
    """A phase as a gate on some qubit in use, for a circuit with no other place for it."""
    if abs(phase - 1.0) <= IDENTITY:
        return ()
    return (Gate(gates[0].qubits[:1], phase * np.eye(2, dtype=np.complex128)),)


def depth(gates: Iterable[Gate]) -> int:
    """Two-qubit depth: the most gates on two or more qubits that have to wait for one another.

    Examples
    --------
    >>> cx = np.eye(4)[[0, 3, 2, 1]]
    >>> depth([Gate((0, 1), cx), Gate((2, 3), cx), Gate((1, 2), cx)])
    2
    """
    level: dict[int, int] = {}
    for gate in gates:
        if len(gate.qubits) > 1:
            top = 1 + max(level.get(q, 0) for q in gate.qubits)
            level.update(dict.fromkeys(gate.qubits, top))
    return max(level.values(), default=0)


def two_qubit_layers(pairs: Iterable[Pair]) -> tuple[tuple[Pair, ...], ...]:
    """Layers of disjoint pairs that hold each pair of a graph once: a proper edge colouring.

    The better one of two: peeling off matchings that cover all qubits of the highest degree, which
    takes as many layers as this degree on every bipartite graph (Koenig: chains, grids, stars), and
    the round robin, which takes n - 1 layers (n even) or n (odd) on n qubits, the fewest for all
    pairs.

    Parameters
    ----------
    pairs
        Pairs of distinct qubits; order and repetition do not matter.

    Raises
    ------
    ValueError
        For a pair of a qubit with itself.

    Examples
    --------
    >>> two_qubit_layers([(0, 1), (1, 2), (2, 3)])
    (((0, 1), (2, 3)), ((1, 2),))
    >>> len(two_qubit_layers((p, q) for p in range(6) for q in range(p)))
    5
    """
    graph = nx.Graph()
    graph.add_edges_from(sorted({(min(pair), max(pair)) for pair in pairs}))
    if loops := list(nx.selfloop_edges(graph)):
        raise fail("pairs", "hold pairs of distinct qubits", f"holds {loops[0]}")
    layers = min(_peeled_matchings(graph), _round_robin(graph), key=len)
    return tuple(tuple(sorted(layer)) for layer in layers)


def _peeled_matchings(graph: nx.Graph) -> list[list[Pair]]:
    rest, layers = graph.copy(), []
    while rest.size():
        highest = max(degree for _, degree in rest.degree)
        full = {qubit for qubit, degree in rest.degree if degree == highest}
        for p, q, edge in rest.edges(data=True):
            # Covering one full qubit more counts more than any number of other edges.
            edge["weight"] = 1 + len(rest) * ((p in full) + (q in full))
        layer = [(min(pair), max(pair)) for pair in nx.max_weight_matching(rest)]
        rest.remove_edges_from(layer)
        layers.append(layer)
    return layers


def _round_robin(graph: nx.Graph) -> list[list[Pair]]:
    """Layer ``i + j`` modulo m for qubits i, j < m odd; an even number leaves one that meets ``2 i``."""
    number = {qubit: i for i, qubit in enumerate(sorted(graph))}
    modulus = len(number) - 1 + len(number) % 2
    layers: dict[int, list[Pair]] = {}
    for p, q in graph.edges:
        i, j = sorted((number[p], number[q]))
        layers.setdefault((2 * i if j == modulus else i + j) % modulus, []).append((p, q))
    return [layers[colour] for colour in sorted(layers)]
