"""Circuits in and out of Qiskit and OpenQASM without its optimiser, which rounds small angles; costs."""

from __future__ import annotations

import cmath
import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from qiskit import QuantumCircuit, qasm3
from qiskit.exceptions import QiskitError
from qiskit.quantum_info import Operator

from qgeom._checks import check_choice, check_integer, fail
from qgeom._linalg import dagger
from qgeom._typing import Complex
from qgeom.algebra.paulis import pauli_coefficients, pauli_matrix
from qgeom.circuits.blocks import IDENTITY, depth, is_phase, merge_gates
from qgeom.circuits.gates import Gate
from qgeom.circuits.two_qubit import TOLERANCE, cx_circuit, cx_count, rzz_circuit, rzz_count
from qgeom.circuits.weyl import weyl_decomposition

GATE_SETS = ("su4", "cx", "rzz")
CLIFFORD = 1e-9  # far below the step of any gate between two Clifford gates


@dataclass(frozen=True)
class Costs:
    """What a circuit takes, gates on one qubit being free but for T.

    Attributes
    ----------
    su4
        Gates on two qubits after merging.
    cx, rzz
        Gates when each of these is written with the fewest CX, or the fewest RZZ.
    interaction_angle
        Sum of the RZZ angles (see `qgeom.circuits.weyl.interaction_angle`): CX counts pi/2.
    t
        T gates (times Clifford gates) on one qubit in the circuit as given; None where it holds
        others that are not Clifford, which need an error to become T gates.
    depth
        Two-qubit depth after merging.
    """

    su4: int
    cx: int
    rzz: int
    interaction_angle: float
    t: int | None
    depth: int


def count_costs(n_qubits: int, gates: Iterable[Gate], tolerance: float = TOLERANCE) -> Costs:
    """Costs of a circuit of gates on at most two qubits.

    Parameters
    ----------
    n_qubits, gates
        The circuit.
    tolerance
        Error for each gate that a smaller number of CX or RZZ may make (see `cx_gates`).

    Raises
    ------
    ValueError
        For a gate on more than two qubits, or on a qubit that is not there.

    Examples
    --------
    >>> swap = np.eye(4)[[0, 2, 1, 3]]
    >>> costs = count_costs(2, [Gate((0, 1), swap)])
    >>> costs.su4, costs.cx, costs.rzz, round(costs.interaction_angle / np.pi, 12), costs.t
    (1, 3, 3, 1.5, 0)
    """
    listed = _checked(n_qubits, gates)
    merged = merge_gates(listed)
    blocks = [gate.matrix for gate in merged if len(gate.qubits) == 2]
    coordinates = weyl_decomposition(np.stack(blocks)).coordinates if blocks else np.empty((0, 3))
    return Costs(
        su4=len(blocks),
        cx=int(cx_count(coordinates, tolerance).sum()),
        rzz=int(rzz_count(coordinates, tolerance).sum()),
        interaction_angle=float(2.0 * np.abs(coordinates).sum()),
        t=_t_count(listed),
        depth=depth(merged),
    )


def _t_count(gates: Iterable[Gate]) -> int | None:
    total = 0
    for gate in gates:
        number = _t_gates(gate.matrix)
        if number is None:
            return None
        total += number
    return total


def _t_gates(matrix: Complex) -> int | None:
    """0 for a Clifford gate, 1 for a T gate between Clifford gates, None for any other.

    A Clifford gate takes Pauli strings to Pauli strings; T takes X to (X + Y) / sqrt(2), and the only
    rotations in space with entries 0, 1 and 1/sqrt(2) are those of T between Clifford gates.
    """
    paulis = pauli_matrix(np.eye(matrix.size - 1))
    transfer = np.abs(pauli_coefficients(matrix @ paulis @ dagger(matrix)))
    clifford = np.minimum(transfer, np.abs(1.0 - transfer))
    if clifford.max() <= CLIFFORD:
        return 0
    t_like = np.minimum(clifford, np.abs(math.sqrt(0.5) - transfer)).max() <= CLIFFORD
    return 1 if t_like and len(matrix) == 2 else None


def to_qiskit(
    n_qubits: int, gates: Iterable[Gate], gate_set: str = "cx", tolerance: float = TOLERANCE
) -> QuantumCircuit:
    """Merge a circuit and write it in a gate set, with its phase; no pass of Qiskit takes part.

    Parameters
    ----------
    n_qubits, gates
        The circuit, of gates on at most two qubits.
    gate_set
        ``su4`` (any unitary on a pair), ``cx`` or ``rzz``, each with ``u`` on one qubit.
    tolerance
        Error for each gate that a smaller number of CX or RZZ may make (see `cx_gates`).

    Raises
    ------
    ValueError
        For another gate set, a gate on more than two qubits, or on a qubit that is not there.

    Examples
    --------
    >>> iswap = np.diag([1, 1j, 1j, 1])[[0, 2, 1, 3]]
    >>> to_qiskit(2, [Gate((0, 1), iswap)], "cx").count_ops()["cx"]
    2
    """
    check_choice("gate_set", gate_set, GATE_SETS)
    merged = merge_gates(_checked(n_qubits, gates))
    if gate_set == "cx":
        merged = cx_circuit(merged, tolerance)
    elif gate_set == "rzz":
        merged = rzz_circuit(merged, tolerance)
    circuit = QuantumCircuit(n_qubits)
    for gate in merged:
        if len(gate.qubits) == 1:
            _append_single(circuit, gate)
        elif gate_set == "su4":
            circuit.unitary(gate.matrix, gate.qubits)
        elif gate_set == "cx":
            circuit.cx(*gate.qubits)
        else:
            angle = np.angle(gate.matrix[1, 1] / gate.matrix[0, 0])
            circuit.rzz(float(angle), *gate.qubits)
    return circuit


def _append_single(circuit: QuantumCircuit, gate: Gate) -> None:
    """``e^{i phase} U(theta, phi, lambda)``: the first column is ``e^{i phase} (cos, e^{i phi} sin)``."""
    (a, b), (c, d) = gate.matrix.tolist()
    phase = cmath.phase(a)
    if not is_phase(gate):
        theta, phi = 2.0 * math.atan2(abs(c), abs(a)), cmath.phase(c) - phase
        # An entry that vanishes has noise for an angle: lambda, from a large one, makes up for it.
        lam = cmath.phase(d) - phase - phi if abs(a) >= abs(c) else cmath.phase(-b) - phase
        circuit.u(theta, phi, lam, gate.qubits[0])
    circuit.global_phase += phase


def _checked(n_qubits: int, gates: Iterable[Gate]) -> list[Gate]:
    check_integer("n_qubits", n_qubits, 1)
    listed = list(gates)
    for gate in listed:
        if len(gate.qubits) > 2:
            raise fail("gates", "act on at most two qubits each", f"one acts on {gate.qubits}")
        if not set(gate.qubits) <= set(range(n_qubits)):
            raise fail("gates", f"act on qubits 0 to {n_qubits - 1}", f"one acts on {gate.qubits}")
    return listed


def from_qiskit(circuit: QuantumCircuit) -> tuple[Gate, ...]:
    """Gates of a circuit as it is written (a layout is not applied), its phase as a first gate.

    Barriers are left out.

    Raises
    ------
    ValueError
        For a gate on more than two qubits, and for anything without a matrix: measurements, control
        flow, parameters without a value.

    Examples
    --------
    >>> circuit = QuantumCircuit(2)
    >>> _ = circuit.h(0), circuit.cx(0, 1)
    >>> [gate.qubits for gate in from_qiskit(circuit)]
    [(0,), (0, 1)]
    """
    gates: list[Gate] = []
    phase = np.exp(1j * _global_phase(circuit))
    for step in circuit.data:
        name, qubits = step.operation.name, tuple(circuit.find_bit(q).index for q in step.qubits)
        if name == "barrier":
            continue
        if len(qubits) > 2:
            but = f"holds `{name}` on {len(qubits)} qubits"
            raise fail("circuit", "consist of gates on at most two qubits", but)
        try:
            matrix = Operator(step.operation).data
        except (QiskitError, TypeError):
            but = f"holds `{name}`, which has none"
            raise fail("circuit", "consist of gates with a matrix", but) from None
        if qubits:
            gates.append(Gate(qubits, matrix))
        else:
            phase *= matrix[0, 0]
    return tuple(gates) if phase == 1.0 else (Gate((0,), phase * np.eye(2)), *gates)


def _global_phase(circuit: QuantumCircuit) -> float:
    try:
        return float(circuit.global_phase)
    except TypeError:
        but = "its global phase is a parameter without a value"
        raise fail("circuit", "consist of gates with a matrix", but) from None


def to_qasm(circuit: QuantumCircuit) -> str:
    """OpenQASM 3 text of a circuit, up to its global phase, angles with all their digits.

    Qiskit would expand ``unitary`` gates by its rounding synthesis, so a circuit with any is first
    written with ``rzz`` and ``u``; and near multiples of pi it would round angles (in OpenQASM 2 always,
    by 1e-12), so constants are switched off.

    Raises
    ------
    ValueError
        As `from_qiskit`, for a circuit with ``unitary`` gates.

    Examples
    --------
    >>> circuit = QuantumCircuit(2)
    >>> _ = circuit.rzz(1e-13, 0, 1)
    >>> to_qasm(circuit).splitlines()[-1]
    'rzz(1e-13) q[0], q[1];'
    """
    if circuit.count_ops().get("unitary"):
        circuit = to_qiskit(circuit.num_qubits, from_qiskit(circuit), "rzz", IDENTITY)
    return qasm3.dumps(circuit, disable_constants=True)
