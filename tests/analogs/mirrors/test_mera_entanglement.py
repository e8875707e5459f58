"""Entropies against Qiskit, cuts against all assignments of gates, and the bound between them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import qiskit.quantum_info
from scipy.stats import unitary_group

from analogs.mirrors.mera.circuit import (
    Circuit,
    Layer,
    brickwork_layers,
    gate_count,
    mera_layers,
)
from analogs.mirrors.mera.entanglement import (
    block,
    block_entropies,
    central_charge,
    entropy,
    min_cut,
)
from analogs.mirrors.mera.ising import lowest_levels
from tests.closeness import EXACT, ROUNDING, assert_close

LAYOUTS = [(4, mera_layers(4)), (8, mera_layers(8)), (8, brickwork_layers(8, 13))]


def random_state(n_qubits: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    state = rng.normal(size=1 << n_qubits) + 1j * rng.normal(size=1 << n_qubits)
    return state / np.linalg.norm(state)


def random_circuit(n_qubits: int, layers: tuple[Layer, ...], seed: int) -> Circuit:
    rng = np.random.default_rng(seed)
    return Circuit(n_qubits, layers, unitary_group.rvs(4, gate_count(layers), random_state=rng))


def least_cut(n_qubits: int, layers: tuple[Layer, ...], inside: set[int]) -> int:
    """Every gate on either side: all 2^G ways to cut the wires."""
    pairs = [pair for layer in layers for pair in layer]
    wires, last = [], {}
    for gate, pair in enumerate(pairs):
        wires += [(last[q], gate) for q in pair if q in last]
        last.update(dict.fromkeys(pair, gate))
    sides = np.array(list(itertools.product((0, 1), repeat=len(pairs))))
    cut = sum(sides[:, a] != sides[:, b] for a, b in wires)
    cut = cut + sum(sides[:, last[q]] != (q in inside) for q in range(n_qubits))
    return int(np.min(cut))


@pytest.mark.parametrize("qubits", [(0,), (3,), (0, 1), (4, 0), (1, 3, 2), (0, 1, 2, 3, 4)])
def test_entropy_is_that_of_qiskit(qubits: tuple[int, ...]) -> None:
    state = random_state(5)
    rest = [q for q in range(5) if q not in qubits]
    reduced = qiskit.quantum_info.partial_trace(qiskit.quantum_info.Statevector(state), rest)
    expected = qiskit.quantum_info.entropy(reduced, base=np.e)
    assert_close(entropy(state, qubits), expected, 1e-10)


def test_a_block_and_the_rest_have_one_entropy() -> None:
    state = random_state(6, 1)
    assert_close(entropy(state, block(4, 3, 6)), entropy(state, block(1, 3, 6)), ROUNDING)


@pytest.mark.parametrize(("n_qubits", "layers"), LAYOUTS)
def test_minimal_cut_is_the_least_over_all_assignments(n_qubits: int, layers) -> None:
    blocks = [{0}, {1}, set(block(0, 2, n_qubits)), set(block(1, 2, n_qubits)), {0, 2}]
    blocks += [set(block(1, n_qubits // 2, n_qubits))]
    for inside in blocks:
        assert min_cut(n_qubits, layers, inside) == least_cut(n_qubits, layers, inside)


def test_two_wires_between_two_gates_are_two_bonds() -> None:
    layers = (((0, 2), (1, 3)), ((0, 1),), ((0, 1),))
    assert min_cut(4, layers, {0, 1}) == least_cut(4, layers, {0, 1}) == 2


def test_nothing_and_everything_need_no_cut() -> None:
    assert [min_cut(4, mera_layers(4), own) for own in ((), range(4))] == [0, 0]


@pytest.mark.parametrize(("n_qubits", "layers"), LAYOUTS)
@pytest.mark.parametrize("seed", [0, 1])
def test_entropies_keep_below_the_cut_for_random_gates(n_qubits: int, layers, seed: int) -> None:
    state = random_circuit(n_qubits, layers, seed).state
    for start, size in itertools.product(range(n_qubits), range(1, n_qubits // 2 + 1)):
        own = block(start, size, n_qubits)
        assert entropy(state, own) <= np.log(2.0) * min_cut(n_qubits, layers, own) + EXACT


def test_the_bound_is_reached_and_one_bond_less_would_break_it() -> None:
    """A pair of Bell pairs: one bond each."""
    h, cx = np.array([[1, 1], [1, -1]]) / np.sqrt(2), np.eye(4)[[0, 3, 2, 1]]
    bell = cx @ np.kron(np.eye(2), h)
    layers = (((0, 1), (2, 3)),)
    state = Circuit(4, layers, np.stack([bell, bell])).state
    for own, bonds in (((0,), 1), ((0, 2), 2), ((0, 1), 0)):
        cut = min_cut(4, layers, own)
        assert cut == bonds
        assert_close(entropy(state, own), np.log(2.0) * cut, ROUNDING)
        assert entropy(state, own) > np.log(2.0) * (cut - 1) + 0.5  # negative control


def test_cuts_of_mera_grow_with_the_logarithm_and_those_of_brickwork_do_not_grow() -> None:
    def least(layers: tuple[Layer, ...], size: int) -> int:
        return min(min_cut(32, layers, block(start, size, 32)) for start in range(0, 32, 2))

    mera, wall = mera_layers(32), brickwork_layers(32, 61)
    assert least(mera, 4) < least(mera, 8) < least(mera, 16)
    assert least(wall, 8) == least(wall, 16)


def test_critical_chain_has_central_charge_one_half() -> None:
    charges = [central_charge(block_entropies(lowest_levels(n, 1)[1][:, 0]), n) for n in (8, 12)]
    assert abs(charges[1] - 0.5) < abs(charges[0] - 0.5) < 0.06
    # Negative control: a random state has a volume law.
    assert central_charge(block_entropies(random_state(8)), 8) > 2.0


@pytest.mark.parametrize("bad", [(0, 0), (4,), (-1,)])
def test_bad_blocks_are_refused(bad: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="be distinct and from 0 to 3"):
        entropy(random_state(4), bad)
