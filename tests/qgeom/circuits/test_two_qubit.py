"""The fewest CX and RZZ for a two-qubit unitary, exact down to angles of 1e-11."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pytest
import scipy.linalg
from qiskit.quantum_info import Operator, SparsePauliOp
from qiskit.synthesis import TwoQubitBasisDecomposer
from scipy.stats import unitary_group

from qgeom.algebra.targets import target
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.two_qubit import (
    CX,
    cx_circuit,
    cx_count,
    cx_gates,
    rzz_circuit,
    rzz_count,
    rzz_gates,
    rzz_matrix,
)
from qgeom.circuits.weyl import canonical_gate, weyl_decomposition

EXACT = 1e-14
Emitter = Callable[..., tuple[Gate, ...]]
EMITTERS = pytest.mark.parametrize("emit", [cx_gates, rzz_gates])


def two_qubit_gates(gates: Iterable[Gate]) -> list[Gate]:
    return [gate for gate in gates if len(gate.qubits) == 2]


def evolution(terms: dict[str, float], time: float) -> np.ndarray:
    """exp(-i t H), from Qiskit's labels: the rightmost letter is the first qubit."""
    return scipy.linalg.expm(-1j * time * SparsePauliOp.from_list(list(terms.items())).to_matrix())


def haar(size: int, seed: int) -> np.ndarray:
    return unitary_group.rvs(size, random_state=np.random.default_rng(seed))


CASES = {
    "identity": (np.eye(4), 0, 0),
    "local": (np.kron(haar(2, 1), haar(2, 2)), 0, 0),
    "cnot": (target("cnot").matrix, 1, 1),
    "minus cnot": (-target("cnot").matrix, 1, 1),
    "cz": (target("cz").matrix, 1, 1),
    "swap": (target("swap").matrix, 3, 3),
    "iswap": (target("iswap").matrix, 2, 2),
    "b": (target("b").matrix, 2, 2),
    "sqrtswap": (target("sqrtswap").matrix, 3, 3),
    "exp(-.3i ZZ)": (evolution({"ZZ": 0.3}, 1.0), 2, 1),
    "cx (x) t": (target("cnot").matrix @ np.kron(np.eye(2), target("t").matrix), 1, 1),
    "haar": (haar(4, 3), 3, 3),
}


@pytest.mark.parametrize("name", CASES)
def test_counts_and_phase(name: str) -> None:
    u, cx, rzz = CASES[name]
    for emit, count in ((cx_gates, cx), (rzz_gates, rzz)):
        gates = emit(u, (0, 1))
        assert len(two_qubit_gates(gates)) == count
        assert np.abs(circuit_unitary(2, gates) - u).max() < EXACT


@EMITTERS
def test_gates_are_the_native_ones_and_singles_are_merged(emit: Emitter) -> None:
    gates = emit(haar(4, 4), (3, 1))
    for gate in two_qubit_gates(gates):
        if emit is cx_gates:
            assert np.array_equal(gate.matrix, CX)
        else:
            z = np.array([1, -1, -1, 1])
            half = -np.angle(gate.matrix[0, 0])
            assert np.abs(gate.matrix - np.diag(np.exp(-1j * half * z))).max() < EXACT
    for qubit in (1, 3):
        sizes = [len(gate.qubits) for gate in gates if qubit in gate.qubits]
        assert all(sizes[k] + sizes[k + 1] > 2 for k in range(len(sizes) - 1))
    assert len(gates) <= (11 if emit is rzz_gates else 10)


@pytest.mark.parametrize("qubits", [(0, 2), (2, 0), (1, 2)])
@EMITTERS
def test_qubits_may_stand_in_any_order(emit: Emitter, qubits: tuple[int, int]) -> None:
    u = haar(4, 5)
    expected = circuit_unitary(3, [Gate(qubits, u)])
    assert np.abs(circuit_unitary(3, emit(u, qubits)) - expected).max() < EXACT


@pytest.mark.parametrize("time", 10.0 ** -np.arange(1, 11))
@EMITTERS
def test_small_angles_stay(emit: Emitter, time: float) -> None:
    """SYNTHESIS 4.4: Qiskit drops these below 5e-5; three coordinates keep three gates."""
    for terms, count in (
        ({"XX": 0.5, "YZ": 0.3, "ZX": 0.2}, 2),
        ({"XX": 0.5, "YY": 0.3, "ZZ": 0.2, "XI": 0.7, "IY": -0.4}, 3),
    ):
        u = evolution(terms, time)
        gates = emit(u, (0, 1))
        assert operator_error(u, circuit_unitary(2, gates)) < EXACT
        if time >= 1e-8:
            assert len(two_qubit_gates(gates)) == count


def test_qiskit_drops_them() -> None:
    """Why there is an own decomposition: if this fails, Qiskit's passes may have become safe."""
    u = evolution({"XX": 0.5, "YZ": 0.3, "ZX": 0.2}, 1e-5)
    theirs = TwoQubitBasisDecomposer(Operator(CX).to_instruction())(u, approximate=False)
    assert operator_error(u, Operator(theirs).data) > 1e-6


@pytest.mark.parametrize("tolerance", [1e-12, 1e-6, 1e-3, 0.1])
@EMITTERS
def test_fewer_gates_only_within_the_tolerance(emit: Emitter, tolerance: float) -> None:
    rng = np.random.default_rng(6)
    count = cx_count if emit is cx_gates else rzz_count
    for corner in ((0, 0, 0), (np.pi / 4, 0, 0), (0.4, 0, 0), (0.4, 0.3, 0)):
        for factor in (0.4, 0.6, 0.9, 1.1, 3.0):
            away = factor * tolerance * rng.uniform(-1, 1, 3)
            coordinates = np.abs(np.array(corner) - np.abs(away))
            coordinates[1:] = -np.sort(-coordinates[1:])
            u = np.kron(haar(2, 7), haar(2, 8)) @ canonical_gate(coordinates)
            gates = emit(u, (0, 1), tolerance)
            error = operator_error(u, circuit_unitary(2, gates))
            assert error <= tolerance + EXACT
            number = len(two_qubit_gates(gates))
            # The count is the least: one gate fewer, by the same rule, makes a larger error.
            assert number == count(coordinates, tolerance)
            if number:
                assert number <= count(coordinates, max(error, EXACT))


@pytest.mark.parametrize(
    ("coordinates", "tolerance", "expected"),
    [
        ((1e-3, 0, 0), 1.001e-3, (0, 0)),
        ((1e-3, 0, 0), 0.999e-3, (2, 1)),
        ((1e-3, 1e-3, 0), 1.999e-3, (2, 1)),
        ((1e-3, 1e-3, -1e-3), 2.001e-3, (0, 0)),
        ((np.pi / 4, 1e-3, 1e-3), 2.001e-3, (1, 1)),
        ((np.pi / 4, 1e-3, 1e-3), 1.999e-3, (2, 2)),
        ((np.pi / 4, 1e-3, 1e-3), 0.999e-3, (3, 3)),
        ((0.4, 0.3, -1e-3), 1.001e-3, (2, 2)),
        ((0.4, 0.3, -1e-3), 0.999e-3, (3, 3)),
    ],
)
def test_where_counts_change(
    coordinates: tuple[float, ...], tolerance: float, expected: tuple[int, int]
) -> None:
    point = np.array(coordinates)
    assert (cx_count(point, tolerance), rzz_count(point, tolerance)) == expected


def test_two_rzz_reach_two_coordinates_only(rng: np.random.Generator) -> None:
    """So a third coordinate needs a third RZZ, whatever stands between two of them."""
    count = 200
    rzz = np.stack([rzz_matrix(angle) for angle in rng.uniform(-np.pi, np.pi, 2 * count)])
    locals_ = unitary_group.rvs(2, 2 * count, random_state=rng).reshape(2, count, 2, 2)
    between = np.stack([np.kron(a, b) for a, b in zip(*locals_, strict=True)])
    coordinates = weyl_decomposition(rzz[:count] @ between @ rzz[count:]).coordinates
    assert np.abs(coordinates[:, 2]).max() < EXACT
    assert coordinates[:, 1].min() > 100 * EXACT


@pytest.mark.parametrize("write", [cx_circuit, rzz_circuit])
def test_circuits_are_written_gate_by_gate(write: Emitter) -> None:
    gates = [Gate((0, 1), haar(4, 9)), Gate((2,), haar(2, 10)), Gate((2, 1), haar(4, 11))]
    written = write(gates)
    assert len(two_qubit_gates(written)) == 6
    assert np.abs(circuit_unitary(3, written) - circuit_unitary(3, gates)).max() < EXACT
    assert write([]) == ()
    assert [gate.qubits for gate in write(gates[1:2])] == [(2,)]


@EMITTERS
def test_refuses_bad_arguments(emit: Emitter) -> None:
    for bad in (np.eye(2), np.eye(8), np.ones((4, 4)), np.stack([np.eye(4)] * 2)):
        with pytest.raises(ValueError, match="Argument `u` must"):
            emit(bad, (0, 1))
    with pytest.raises(ValueError, match="Argument `tolerance` must be positive"):
        emit(np.eye(4), (0, 1), 0.0)
