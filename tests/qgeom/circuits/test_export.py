"""Circuits to Qiskit and OpenQASM and back, against Qiskit's own matrices; their costs."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.circuit.library import GlobalPhaseGate, PauliEvolutionGate
from qiskit.quantum_info import Operator, SparsePauliOp
from scipy.stats import unitary_group

from qgeom.algebra.targets import target
from qgeom.circuits.export import GATE_SETS, count_costs, from_qiskit, to_qasm, to_qiskit
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.two_qubit import rzz_matrix

EXACT = 1e-12
N_QUBITS = 3
SETS = pytest.mark.parametrize("gate_set", GATE_SETS)


def haar(size: int, rng: np.random.Generator) -> np.ndarray:
    return unitary_group.rvs(size, random_state=rng)


def random_circuit(rng: np.random.Generator, length: int = 20) -> list[Gate]:
    gates = []
    for _ in range(length):
        qubits = tuple(rng.permutation(N_QUBITS)[: rng.integers(1, 3)].tolist())
        gates.append(Gate(qubits, haar(2 ** len(qubits), rng)))
    return gates


def assert_written(gates: list[Gate], gate_set: str, n_qubits: int = N_QUBITS) -> QuantumCircuit:
    circuit = to_qiskit(n_qubits, gates, gate_set)
    difference = Operator(circuit).data - circuit_unitary(n_qubits, gates)
    assert np.abs(difference).max() < EXACT
    return circuit


@SETS
def test_qiskit_sees_the_same_unitary_and_the_same_counts(
    gate_set: str, rng: np.random.Generator
) -> None:
    gates = random_circuit(rng)
    counts = assert_written(gates, gate_set).count_ops()
    name = {"su4": "unitary"}.get(gate_set, gate_set)
    assert set(counts) <= {name, "u"}
    assert counts[name] == getattr(count_costs(N_QUBITS, gates), gate_set)


@SETS
@pytest.mark.parametrize("angle", [1e-2, 1e-4, 1e-6, 1e-8])
def test_small_angles_survive(gate_set: str, angle: float) -> None:
    label = {"XX": 0.5, "YY": 0.3, "ZZ": 0.2, "XI": 0.4, "IY": 0.1}
    hamiltonian = SparsePauliOp.from_list(list(label.items())).to_matrix()
    values, vectors = np.linalg.eigh(hamiltonian)
    u = (vectors * np.exp(-1j * angle * values)) @ vectors.conj().T
    circuit = assert_written([Gate((0, 1), u)], gate_set, 2)
    assert operator_error(u, Operator(circuit).data) < EXACT
    counts = circuit.count_ops()
    assert counts.get("unitary", 0) or counts[gate_set] == 3


@SETS
def test_the_order_of_qubits(gate_set: str) -> None:
    gates = [Gate((0, 1), target("cx").matrix), Gate((2,), target("t").matrix)]
    theirs = QuantumCircuit(3)
    theirs.cx(0, 1)
    theirs.t(2)
    assert (
        np.abs(Operator(assert_written(gates, gate_set)).data - Operator(theirs).data).max() < EXACT
    )


@SETS
def test_round_trip(gate_set: str, rng: np.random.Generator) -> None:
    gates = random_circuit(rng)
    back = from_qiskit(to_qiskit(N_QUBITS, gates, gate_set))
    difference = circuit_unitary(N_QUBITS, back) - circuit_unitary(N_QUBITS, gates)
    assert np.abs(difference).max() < EXACT
    for count in GATE_SETS:
        new, old = count_costs(N_QUBITS, back), count_costs(N_QUBITS, gates)
        assert getattr(new, count) == getattr(old, count)


@SETS
@pytest.mark.parametrize(
    "name", ["x", "y", "z", "h", "s", "t", "cnot", "cz", "swap", "iswap", "sqrtswap"]
)
def test_named_gates_and_phases(name: str, gate_set: str) -> None:
    named = target(name)
    gate = Gate(tuple(range(named.n_qubits)), np.exp(2.5j) * named.matrix)
    assert_written([gate], gate_set, named.n_qubits)


@SETS
def test_what_is_only_a_phase_has_no_gates(gate_set: str) -> None:
    gates = [Gate((0, 1), np.exp(0.7j) * np.eye(4)), Gate((2,), -np.eye(2))]
    assert len(assert_written(gates, gate_set).data) == 0


@pytest.mark.parametrize("angle", [0.0, 1e-16, 1e-9, 0.5, np.pi / 2, np.pi - 1e-9, np.pi, 4.0])
def test_gates_on_one_qubit(angle: float) -> None:
    """All corners of the Euler angles."""
    half = np.array([[0, 1], [1, 0]]) * -1j * np.sin(angle / 2) + np.eye(2) * np.cos(angle / 2)
    for left in (np.eye(2), target("s").matrix, target("h").matrix):
        for right in (np.eye(2), target("t").matrix):
            assert_written([Gate((0,), left @ half @ right)], "cx", 1)


@pytest.mark.filterwarnings(
    "ignore::scipy.sparse.SparseEfficiencyWarning"
)  # of Qiskit's exponential
def test_reads_any_circuit_on_pairs() -> None:
    circuit = QuantumCircuit(3, global_phase=0.3)
    circuit.h(0)
    circuit.barrier()
    circuit.append(GlobalPhaseGate(0.2), [])
    circuit.cp(0.2, 2, 0)
    circuit.append(PauliEvolutionGate(SparsePauliOp(["XZ", "YI"], [0.3, 0.1]), 1.0), [1, 2])
    inner = QuantumCircuit(2, name="inner")
    inner.iswap(0, 1)
    circuit.append(inner.to_instruction(), [2, 1])
    outer = QuantumCircuit(3, global_phase=0.1)
    outer.compose(circuit, inplace=True)
    difference = circuit_unitary(3, from_qiskit(outer)) - Operator(outer).data
    assert np.abs(difference).max() < EXACT


def broken_circuits() -> dict[str, QuantumCircuit]:
    circuits = {name: QuantumCircuit(3, 1) for name in ("ccx", "measure", "rx", "if_else", "phase")}
    circuits["ccx"].ccx(0, 1, 2)
    circuits["measure"].measure(0, 0)
    circuits["rx"].rx(Parameter("x"), 0)
    with circuits["if_else"].if_test((0, True)):
        circuits["if_else"].x(0)
    circuits["phase"].global_phase = Parameter("p")
    return circuits


@pytest.mark.parametrize("name", list(broken_circuits()))
def test_refuses_what_has_no_small_matrix(name: str) -> None:
    with pytest.raises(ValueError, match=rf"Argument `circuit` must consist .*{name}"):
        from_qiskit(broken_circuits()[name])


def read_qasm(text: str, n_qubits: int) -> np.ndarray:
    """A reader of its own for the few statements that are written, from the OpenQASM 3 standard."""
    gates = []
    for line in text.splitlines():
        if match := re.fullmatch(r"(\w+)(?:\((.*)\))? q\[(\d)\](?:, q\[(\d)\])?;", line):
            name, numbers, *places = match.groups()
            qubits = tuple(int(place) for place in places if place)
            angles = [float(number) for number in (numbers or "").split(",") if number]
            gates.append(Gate(qubits, qasm_matrix(name, angles)))
    return circuit_unitary(n_qubits, gates)


def qasm_matrix(name: str, angles: list[float]) -> np.ndarray:
    if name == "cx":
        return target("cx").matrix
    if name == "rzz":
        return rzz_matrix(angles[0])
    assert name == "U"
    theta, phi, lam = angles
    cos, sin = math.cos(theta / 2), math.sin(theta / 2)
    left, right = np.diag([1, np.exp(1j * phi)]), np.diag([1, np.exp(1j * lam)])
    return left @ np.array([[cos, -sin], [sin, cos]]) @ right


@SETS
@pytest.mark.parametrize("angle", [1.0, 1e-8, 1e-12])
def test_openqasm_keeps_all_digits(gate_set: str, angle: float, rng: np.random.Generator) -> None:
    small = Gate((2, 1), rzz_matrix(np.pi / 2 + angle))
    gates = [*random_circuit(rng, 6), small, Gate((0, 2), rzz_matrix(angle))]
    circuit = to_qiskit(N_QUBITS, gates, gate_set, 1e-14)
    written = read_qasm(to_qasm(circuit), N_QUBITS)
    assert operator_error(circuit_unitary(N_QUBITS, gates), written) < 1e-13


def test_costs_of_a_circuit() -> None:
    cx, swap = target("cx").matrix, target("swap").matrix
    t, h, s = (target(name).matrix for name in "ths")
    gates = [
        Gate((0,), t),
        Gate((0, 1), cx),
        Gate((2, 3), swap),
        Gate((1,), h @ s @ t.conj().T @ h),
        Gate((1, 0), cx),
        Gate((1, 2), cx),
    ]
    costs = count_costs(4, gates)
    assert (costs.su4, costs.cx, costs.rzz, costs.t, costs.depth) == (3, 6, 6, 2, 2)
    # CX T' CX with the roles exchanged has coordinates of its own; SWAP and CX are known.
    block = count_costs(4, [gates[1], gates[3], gates[4]])
    assert abs(costs.interaction_angle - block.interaction_angle - 2 * np.pi) < EXACT
    assert count_costs(4, [Gate((0, 1), rzz_matrix(1e-6))]).interaction_angle == pytest.approx(
        1e-6, abs=1e-15
    )


def test_t_gates_are_counted_in_clifford_circuits_only(rng: np.random.Generator) -> None:
    t, h = target("t").matrix, target("h").matrix
    iswap, s = target("iswap").matrix, target("s").matrix
    clifford = [Gate((0, 1), iswap), Gate((0,), h), Gate((1,), 1j * s)]
    assert count_costs(2, clifford).t == 0
    assert count_costs(2, [*clifford, Gate((0,), h @ t @ s @ h), Gate((1,), t.conj())]).t == 2
    for other in (np.diag([1, np.exp(0.1j)]), h @ t @ h @ t, haar(2, rng)):
        assert count_costs(2, [*clifford, Gate((0,), other)]).t is None
    for larger in (np.kron(t, t), rzz_matrix(np.pi / 4)):
        assert count_costs(2, [Gate((0, 1), larger)]).t is None
    assert count_costs(1, []) == count_costs(2, [Gate((0,), 1j * np.eye(2))])


def test_refuses_circuits_it_cannot_write() -> None:
    too_large = Gate((0, 1, 2), np.eye(8))
    for function in (to_qiskit, count_costs):
        with pytest.raises(ValueError, match="at most two qubits"):
            function(3, [too_large])
        with pytest.raises(ValueError, match="act on qubits 0 to 0"):
            function(1, [Gate((1,), np.eye(2))])
    with pytest.raises(ValueError, match="Argument `gate_set` must be one of su4, cx, rzz"):
        to_qiskit(1, [], "cz")
