"""Gates in order of time and the distance up to phase, against Kronecker products and brute force."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
from scipy.stats import unitary_group

from qgeom.circuits.gates import Gate, apply_gate, circuit_unitary, operator_error
from tests.closeness import assert_close

ROUNDING = 1e-13


def haar(size: int, seed: int) -> np.ndarray:
    return unitary_group.rvs(size, random_state=np.random.default_rng(seed))


@pytest.mark.parametrize("qubits", [(0,), (2,), (0, 1), (1, 0), (0, 2), (2, 0), (2, 1), (1, 2, 0)])
def test_gates_act_as_in_qiskit(qubits: tuple[int, ...]) -> None:
    gate = Gate(qubits, haar(1 << len(qubits), 1))
    circuit = QuantumCircuit(3)
    circuit.unitary(gate.matrix, list(qubits))
    assert_close(circuit_unitary(3, [gate]), Operator(circuit).data, ROUNDING)


def test_later_gates_stand_on_the_left() -> None:
    first, second = Gate((0, 1), haar(4, 2)), Gate((1, 2), haar(4, 3))
    expected = np.kron(second.matrix, np.eye(2)) @ np.kron(np.eye(2), first.matrix)
    assert_close(circuit_unitary(3, [first, second]), expected, ROUNDING)


def test_batches_of_matrices() -> None:
    gate, matrices = Gate((2, 0), haar(4, 4)), np.stack([haar(8, 5), haar(8, 6)])
    whole = circuit_unitary(3, [gate])
    assert_close(apply_gate(gate, matrices), whole @ matrices, ROUNDING)
    assert_close(apply_gate(gate, matrices[0, :, :3]), whole @ matrices[0, :, :3], ROUNDING)


@pytest.mark.parametrize("seed", range(5))
def test_the_error_is_the_least_over_all_phases(seed: int) -> None:
    u = haar(4, 10 + seed)
    v = u @ np.diag(np.exp(1j * np.random.default_rng(seed).uniform(-1.0, 1.0, 4) * (seed + 0.5)))
    phases = np.exp(1j * np.linspace(-np.pi, np.pi, 4001))
    norms = np.linalg.norm(u - phases[:, None, None] * v, ord=2, axis=(-2, -1))
    step = 2 * np.pi / 4000  # a phase that far off changes the norm by at most as much
    assert norms.min() - step <= operator_error(u, v) <= norms.min() + ROUNDING


@pytest.mark.parametrize("angle", [1e-12, 1e-8, 1e-4, 1.0, 3.0])
def test_small_errors_keep_their_digits(angle: float) -> None:
    turned = np.diag(np.exp([0.5j * angle, 0.0, -0.5j * angle, 0.0]))
    assert_close(operator_error(np.eye(4), turned), 2 * np.sin(angle / 4), 1e-15)


def test_a_phase_is_no_error() -> None:
    u = haar(8, 7)
    assert operator_error(u, np.exp(2.1j) * u) < ROUNDING
