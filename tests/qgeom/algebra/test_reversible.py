"""Reversible gates against truth tables, group theory and Qiskit."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

from qgeom._typing import Integer
from qgeom.algebra.reversible import (
    controlled_flip,
    gate_count,
    group_order,
    permutation_matrix,
    reversible_gates,
)
from tests.closeness import assert_close


@pytest.mark.parametrize(
    ("controls", "flipped", "apply"),
    [
        ((), 1, lambda circuit: circuit.x(1)),
        ((2,), 0, lambda circuit: circuit.cx(2, 0)),
        ((0, 2), 1, lambda circuit: circuit.ccx(0, 2, 1)),
    ],
)
def test_gates_are_those_of_qiskit(controls, flipped, apply) -> None:
    circuit = QuantumCircuit(3)
    apply(circuit)
    matrix = permutation_matrix(controlled_flip(3, controls, flipped))
    assert_close(matrix, Operator(circuit).data.real)


@pytest.mark.parametrize("bits", [1, 2, 3, 4, 5])
def test_every_gate_is_a_different_involution(bits: int) -> None:
    every = reversible_gates(bits)
    assert len(every) == len(np.unique(every, axis=0)) == gate_count(bits)
    twice = np.take_along_axis(every, every, axis=1)
    assert_close(twice, np.tile(np.arange(2**bits), (len(every), 1)))
    if bits >= 4:  # hence only half of the permutations
        assert_close(
            [np.linalg.det(permutation_matrix(gate)) for gate in every], [1.0] * len(every)
        )


@pytest.mark.parametrize("bits", [2, 3, 4])
def test_gates_with_one_control_are_affine(bits: int) -> None:
    states = np.arange(2**bits)

    def affine(gate: Integer) -> bool:
        sums = gate[states[:, None] ^ states] ^ gate[states[:, None]] ^ gate ^ gate[0]
        return not sums.any()

    assert all(affine(gate) for gate in reversible_gates(bits, controls=1))
    toffolis = [gate for gate in reversible_gates(bits) if not affine(gate)]
    assert len(toffolis) == gate_count(bits) - bits**2


def test_neighbours_keep_the_gates_on_a_run_of_bits() -> None:
    chosen = {tuple(gate) for gate in reversible_gates(4, neighbours=True).tolist()}
    assert len(chosen) == 4 + 2 * 3 + 3 * 2
    assert tuple(controlled_flip(4, [1, 3], 2)) in chosen
    assert tuple(controlled_flip(4, [0], 2)) not in chosen
    assert tuple(controlled_flip(4, [0, 3], 1)) not in chosen
    assert chosen < {tuple(gate) for gate in reversible_gates(4).tolist()}


def test_matrices_multiply_as_the_permutations(rng: np.random.Generator) -> None:
    first, then = rng.permutation(8), rng.permutation(8)
    product = permutation_matrix(then) @ permutation_matrix(first)
    assert_close(product, permutation_matrix(then[first]))
    assert_close(permutation_matrix(first) @ permutation_matrix(first).T, np.eye(8))


def test_order_of_the_group() -> None:
    assert group_order(2) == 24
    assert group_order(4) * 2 == np.prod([float(k) for k in range(1, 17)])


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="`flipped` must not be a control"):
        controlled_flip(3, [0, 1], 1)
    with pytest.raises(ValueError, match="`bit` must be between 0 and 2"):
        controlled_flip(3, [3], 1)
    with pytest.raises(ValueError, match="`controls` must be between 0 and 2"):
        reversible_gates(3, controls=3)
