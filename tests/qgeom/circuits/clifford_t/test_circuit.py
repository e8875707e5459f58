"""Clifford+T circuits: total error measured on the exported circuit, few T, exact ones stay exact."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator
from qiskit.synthesis import qs_decomposition
from scipy.stats import unitary_group

from qgeom.circuits.clifford_t import circuit as module
from qgeom.circuits.clifford_t.circuit import CliffordTCircuit, clifford_t
from qgeom.circuits.clifford_t.rotations import rz_matrix
from qgeom.circuits.clifford_t.words import MATRICES
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.two_qubit import CX

ROUNDING = 1e-13
T_NAMES = ("t", "tdg")


def from_circuit(circuit: QuantumCircuit) -> list[Gate]:
    return [
        Gate(
            tuple(circuit.find_bit(bit).index for bit in instruction.qubits),
            Operator(instruction.operation).data,
        )
        for instruction in circuit.data
    ]


def haar_circuit(n_qubits: int, seed: int) -> list[Gate]:
    unitary = unitary_group.rvs(1 << n_qubits, random_state=np.random.default_rng(seed))
    return from_circuit(qs_decomposition(unitary))


def check(compiled: CliffordTCircuit, gates: list[Gate], error: float) -> None:
    """The exported circuit keeps the error, with its phase, and counts its T gates."""
    circuit = compiled.circuit()
    unitary = circuit_unitary(compiled.n_qubits, gates)
    exported = Operator(circuit).data
    assert operator_error(unitary, exported) <= error
    assert np.linalg.norm(unitary - exported, 2) <= 2 * error + ROUNDING  # with the phase
    assert abs(operator_error(unitary, exported) - compiled.error) <= ROUNDING
    counts = circuit.count_ops()
    assert set(counts) <= {"h", "s", "sdg", "x", "y", "z", "t", "cx"}
    assert compiled.t_count == sum(counts.get(name, 0) for name in T_NAMES)
    assert compiled.count("cx") == sum(len(gate.qubits) == 2 for gate in gates)


@pytest.mark.parametrize("error", [1e-1, 1e-3])
def test_haar_on_two_qubits(error: float) -> None:
    gates = haar_circuit(2, 1)
    compiled = clifford_t(2, gates, error)
    check(compiled, gates, error)
    # 8 segments of two numbers and 2 more numbers; per word a fifth of the error, give or take.
    assert compiled.t_count <= (6 * 2 + 2 * 5) * np.log2(5 / error)


def test_finer_than_the_joint_search() -> None:
    local = haar_circuit(1, 2)
    gates = [*local, Gate((0, 1), CX), *local]
    compiled = clifford_t(2, gates, 3e-7)
    check(compiled, gates, 3e-7)
    assert compiled.t_count <= (4 + 7) * np.log2(5 / 3e-7)


@pytest.mark.slow
def test_haar_on_three_qubits_at_the_bar() -> None:
    gates = haar_circuit(3, 1)
    compiled = clifford_t(3, gates, 1e-5)
    check(compiled, gates, 1e-5)
    assert compiled.t_count <= 1600  # the best known tools take 3000 and more


@pytest.mark.parametrize("error", [1e-2, 1e-6, 1e-10])
def test_toffoli_takes_seven_exact_t(error: float) -> None:
    circuit = QuantumCircuit(3)
    circuit.ccx(0, 1, 2)
    gates = from_circuit(circuit.decompose())
    compiled = clifford_t(3, gates, error)
    check(compiled, gates, error)
    assert compiled.t_count == 7
    assert compiled.error < ROUNDING


def test_exact_words_cost_what_they_cost() -> None:
    """The T before and the T^dagger after the CX on its control cancel through it."""
    t, h = MATRICES["t"], MATRICES["h"]
    passing = [Gate((0,), t), Gate((0, 1), CX), Gate((0,), t.conj())]
    assert clifford_t(2, passing, 1e-3).t_count == 0
    kept = [Gate((0,), t), Gate((1, 0), CX), Gate((0,), t.conj())]
    assert clifford_t(2, kept, 1e-3).t_count == 2
    compiled = clifford_t(1, [Gate((0,), t @ h @ t @ h @ t)], 1e-10)
    assert (compiled.t_count, compiled.error < ROUNDING) == (3, True)


@pytest.mark.parametrize("reverse", [False, True])
def test_either_qubit_controls(reverse: bool) -> None:
    swapped = CX[np.ix_([0, 2, 1, 3], [0, 2, 1, 3])]
    gates = [
        Gate((0,), rz_matrix(0.4) @ MATRICES["h"]),
        Gate((2, 0), swapped if reverse else CX),
        Gate((0,), MATRICES["h"] @ rz_matrix(0.9)),
        Gate((2,), rz_matrix(-0.3)),
    ]
    compiled = clifford_t(3, gates, 1e-3)
    check(compiled, gates, 1e-3)
    assert ("cx", (0, 2) if reverse else (2, 0)) in compiled.gates


def test_one_qubit_and_no_gates() -> None:
    gates = haar_circuit(1, 4)
    check(clifford_t(1, gates, 1e-4), gates, 1e-4)
    assert clifford_t(2, [], 1e-3).gates == ()


def test_the_same_circuit_every_time() -> None:
    gates = haar_circuit(2, 5)
    assert clifford_t(2, gates, 1e-2).gates == clifford_t(2, gates, 1e-2).gates


def test_a_corrupted_word_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the error is that of the gates, not a promise."""
    right = module.wire_words

    def wrong(*arguments: object) -> list:
        return [one @ module.Word((2,)) for one in right(*arguments)]  # type: ignore[arg-type]

    monkeypatch.setattr(module, "wire_words", wrong)
    gates = haar_circuit(2, 6)
    compiled = clifford_t(2, gates, 1e-2)
    assert compiled.error > 0.1
    with pytest.raises(AssertionError):
        check(compiled, gates, 1e-2)


@pytest.mark.parametrize(
    ("gate", "message"),
    [
        (Gate((0, 1), np.diag([1, 1, 1, -1])), "be CX or act on one qubit"),
        (Gate((0, 1, 2), np.eye(8)), "be CX or act on one qubit"),
        (Gate((3,), np.eye(2)), "act on distinct qubits below 3"),
        (Gate((1, 1), CX), "act on distinct qubits below 3"),
        (Gate((0, 1), np.eye(2)), "act on distinct qubits below 3"),
        (Gate((0,), np.diag([1, 2])), "be unitary"),
    ],
)
def test_other_gates_are_refused(gate: Gate, message: str) -> None:
    with pytest.raises(ValueError, match=f"Argument `gates` must {message}"):
        clifford_t(3, [gate], 1e-3)


def test_errors_out_of_range_are_refused() -> None:
    gates = haar_circuit(2, 7)
    for error in (0.0, 1.0, np.nan, 1e-13):
        with pytest.raises(ValueError, match="Argument `error` must be"):
            clifford_t(2, gates, error)
    with pytest.raises(ValueError, match=r"must be at least 4\.2e-11 for so many"):
        clifford_t(2, gates, 1e-11)
