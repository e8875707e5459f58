"""Merging keeps the unitary, phase and all, and counts never rise; edge colourings are proper."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import unitary_group

from qgeom.algebra.targets import target
from qgeom.circuits.blocks import (
    depth,
    fuse_single_qubit_gates,
    is_phase,
    merge_gates,
    two_qubit_layers,
)
from qgeom.circuits.gates import Gate, circuit_unitary
from qgeom.circuits.two_qubit import rzz_matrix

N_QUBITS = 4
UNITARY = 1e-13
CX = target("cx").matrix


def haar(size: int, seed: int) -> np.ndarray:
    return unitary_group.rvs(size, random_state=np.random.default_rng(seed))


def make(kind: str, qubits: tuple[int, ...], seed: int) -> Gate:
    matrices = {
        "haar": lambda k: haar(2**k, seed),
        "identity": lambda k: np.exp(1j * seed) * np.eye(2**k),
        "product": lambda k: haar(2, seed) if k == 1 else np.kron(haar(2, seed), haar(2, seed + 1)),
        "fixed": lambda k: CX if k == 2 else target("h").matrix,
    }
    return Gate(qubits, matrices[kind](len(qubits)))


GATES = st.builds(
    make,
    st.sampled_from(["haar", "identity", "product", "fixed", "fixed"]),
    st.permutations(range(N_QUBITS)).flatmap(
        lambda order: st.integers(1, 2).map(lambda k: tuple(order[:k]))
    ),
    st.integers(0, 10**6),
)
CIRCUITS = st.lists(GATES, max_size=25)


def count(gates: Sequence[Gate], qubits: int = 2) -> int:
    return sum(len(gate.qubits) == qubits for gate in gates)


def assert_same(new: Sequence[Gate], old: Sequence[Gate], n_qubits: int = N_QUBITS) -> None:
    difference = circuit_unitary(n_qubits, new) - circuit_unitary(n_qubits, old)
    assert np.abs(difference).max() < UNITARY


@given(CIRCUITS)
def test_merging_keeps_the_unitary_and_lowers_counts(gates: list[Gate]) -> None:
    merged = merge_gates(gates)
    assert_same(merged, gates)
    assert count(merged) <= count(gates)
    assert depth(merged) <= depth(gates)
    # Gates on one qubit stay only where there is nothing to absorb them (or for a bare phase).
    on_pairs = {q for gate in merged if len(gate.qubits) == 2 for q in gate.qubits}
    alone = [gate.qubits[0] for gate in merged if len(gate.qubits) == 1]
    assert len(set(alone)) == len(alone)
    assert not on_pairs & set(alone)


@given(CIRCUITS)
def test_merging_twice_changes_nothing(gates: list[Gate]) -> None:
    once = merge_gates(gates)
    again = merge_gates(once)
    assert [gate.qubits for gate in again] == [gate.qubits for gate in once]
    assert_same(again, once)


@given(CIRCUITS)
def test_fusing_leaves_pairs_alone(gates: list[Gate]) -> None:
    fused = fuse_single_qubit_gates(gates)
    assert_same(fused, gates)
    assert len(fused) <= len(gates)
    for old, new in zip(
        [gate for gate in gates if len(gate.qubits) == 2],
        [gate for gate in fused if len(gate.qubits) == 2],
        strict=True,
    ):
        assert new is old
    for qubit in range(N_QUBITS):
        sizes = [len(gate.qubits) for gate in fused if qubit in gate.qubits and not is_phase(gate)]
        assert all(a + b > 2 for a, b in itertools.pairwise(sizes))


def test_a_circuit_and_its_inverse_vanish() -> None:
    forth = [make("haar", (k % 3, (k + 1) % 3), k) for k in range(20)]
    back = [Gate(gate.qubits, gate.matrix.conj().T) for gate in reversed(forth)]
    assert merge_gates([*forth, *back]) == ()


def test_products_do_not_keep_gates_apart() -> None:
    middle = Gate((1, 2), np.kron(haar(2, 1), haar(2, 2)))
    gates = [Gate((0, 1), haar(4, 3)), middle, Gate((1, 0), haar(4, 4))]
    merged = merge_gates(gates)
    assert sorted(gate.qubits for gate in merged) == [(0, 1), (2,)]
    assert_same(merged, gates, 3)


def test_disjoint_gates_commute_and_others_do_not() -> None:
    a, b = Gate((0, 1), haar(4, 5)), Gate((2, 3), haar(4, 6))
    c = Gate((1, 2), haar(4, 7))
    assert len(merge_gates([a, b, a, b])) == 2
    assert len(merge_gates([a, c, a])) == 3
    assert len(merge_gates([a, c, b, a])) == 4


@pytest.mark.parametrize("angle", [1e-2, 1e-8, 1e-12])
def test_small_angles_are_not_identities(angle: float) -> None:
    gates = [Gate((0, 1), rzz_matrix(angle)), Gate((2,), np.diag([1, np.exp(1j * angle)]))]
    assert sorted(gate.qubits for gate in merge_gates(gates)) == [(0, 1), (2,)]


def test_phases_are_kept() -> None:
    phase = Gate((2,), 1j * np.eye(2))
    (gate,) = merge_gates([phase])
    assert np.array_equal(gate.matrix, phase.matrix)
    (gate,) = merge_gates([phase, Gate((0, 1), CX)])
    assert np.abs(gate.matrix - 1j * CX).max() < UNITARY
    fused = fuse_single_qubit_gates([phase, Gate((0, 1), CX)])
    assert [gate.qubits for gate in fused] == [(2,), (0, 1)]
    assert_same(fused, [phase, Gate((0, 1), CX)], 3)
    assert merge_gates([]) == fuse_single_qubit_gates([]) == ()


def test_larger_gates_absorb_smaller_ones() -> None:
    gates = [
        Gate((0,), haar(2, 8)),
        Gate((2, 0), haar(4, 9)),
        Gate((0, 1, 2), haar(8, 10)),
        Gate((2, 1), haar(4, 11)),
        Gate((2, 3), haar(4, 12)),
    ]
    merged = merge_gates(gates)
    assert [gate.qubits for gate in merged] == [(0, 1, 2), (2, 3)]
    assert_same(merged, gates)


def test_depth_is_the_longest_chain() -> None:
    chain = [Gate((q, q + 1), CX) for q in range(3)]
    assert depth(chain) == 3
    assert depth([chain[0], chain[2], chain[1]]) == 2
    assert depth([Gate((0,), haar(2, 0))]) == depth([]) == 0


def assert_colouring(layers: tuple[tuple[tuple[int, int], ...], ...], graph: nx.Graph) -> None:
    assert sorted(itertools.chain(*layers)) == sorted(tuple(sorted(edge)) for edge in graph.edges)
    for layer in layers:
        qubits = list(itertools.chain(*layer))
        assert len(set(qubits)) == len(qubits)


@pytest.mark.parametrize("n", range(2, 13))
def test_layers_of_all_pairs(n: int) -> None:
    layers = two_qubit_layers(itertools.combinations(range(n), 2))
    assert_colouring(layers, nx.complete_graph(n))
    assert len(layers) == n - 1 + n % 2


@pytest.mark.parametrize(
    "graph",
    [
        nx.path_graph(7),
        nx.cycle_graph(8),
        nx.star_graph(5),
        nx.complete_bipartite_graph(3, 5),
        nx.convert_node_labels_to_integers(nx.grid_2d_graph(4, 5)),
        nx.hypercube_graph(3),
        nx.random_labeled_tree(30, seed=1),
    ],
)
def test_bipartite_graphs_take_as_many_layers_as_the_degree(graph: nx.Graph) -> None:
    graph = nx.convert_node_labels_to_integers(graph)
    layers = two_qubit_layers(graph.edges)
    assert_colouring(layers, graph)
    assert len(layers) == max(degree for _, degree in graph.degree)


@pytest.mark.parametrize("seed", range(10))
def test_random_graphs_stay_within_vizing(seed: int) -> None:
    graph = nx.gnp_random_graph(10, 0.5, seed=seed)
    layers = two_qubit_layers(graph.edges)
    assert_colouring(layers, graph)
    assert len(layers) <= max(degree for _, degree in graph.degree) + 1


def test_layers_do_not_depend_on_order_and_repetition() -> None:
    pairs = [(0, 1), (1, 2), (2, 0), (2, 3)]
    assert two_qubit_layers(pairs) == two_qubit_layers([(q, p) for p, q in reversed(pairs * 2)])
    assert two_qubit_layers([]) == ()
    with pytest.raises(ValueError, match="distinct qubits"):
        two_qubit_layers([(0, 1), (2, 2)])
