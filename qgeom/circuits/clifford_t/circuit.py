r"""Circuits of CX and one-qubit gates as Clifford+T circuits with a measured total error."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from qiskit import QuantumCircuit

from qgeom._checks import check_integer, check_unitary, fail
from qgeom._typing import Complex
from qgeom.circuits.clifford_t.rotations import LEAST_ERROR, check_error
from qgeom.circuits.clifford_t.segments import SLACK, Latitudes, Segment, wire_words
from qgeom.circuits.clifford_t.words import MATRICES, Word, bloch_rotation
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.two_qubit import CX

CX_REVERSED = CX[np.ix_([0, 2, 1, 3], [0, 2, 1, 3])]  # the second qubit controls
CX_TOLERANCE = 1e-12
CONTROL_AXIS, TARGET_AXIS = 2, 0
GATES = MATRICES | {"cx": CX}
TRIALS = 6
# Aim a little below the error, as what is measured jumps; stop where a tenth is worth few T gates.
AIM, ENOUGH = 0.96, 0.9


@dataclass(frozen=True, eq=False)
class CliffordTCircuit:
    """A circuit of h, s, sdg, x, y, z, t and cx, and how far it is from the unitary it stands for.

    Attributes
    ----------
    n_qubits
        Number of qubits.
    gates
        Names and qubits in order of time; the first qubit of cx controls.
    error
        Operator norm of the difference from the unitary, up to phase, measured on these gates.
    phase
        Global phase that brings the gates closest to the unitary.
    """

    n_qubits: int
    gates: tuple[tuple[str, tuple[int, ...]], ...]
    error: float
    phase: float

    @cached_property
    def t_count(self) -> int:
        """Number of T gates."""
        return self.count("t")

    def count(self, name: str) -> int:
        """Number of gates of a name."""
        return sum(gate == name for gate, _ in self.gates)

    def circuit(self) -> QuantumCircuit:
        """Circuit of Qiskit with the same gates, and `phase` as its global phase."""
        circuit = QuantumCircuit(self.n_qubits, global_phase=self.phase)
        for name, qubits in self.gates:
            getattr(circuit, name)(*qubits)
        return circuit


def clifford_t(n_qubits: int, gates: Iterable[Gate], error: float) -> CliffordTCircuit:
    r"""Clifford+T circuit of CX and one-qubit gates within a total error, with few T gates.

    One tolerance is common to all words, as large as the measured error of the circuit allows.
    Unitaries between two CX that are Clifford+T words of at most 20 T gates come out exactly,
    unless a shorter word is within the tolerance.  A unitary between CX gates takes about
    ``2 log2(1/tolerance)`` T gates down to tolerances of 1e-6, and ``4 log2(1/tolerance)`` below.

    Parameters
    ----------
    n_qubits
        Number of qubits.
    gates
        CX gates (either qubit may control) and gates on one qubit, in order of time.
    error
        Largest operator-norm error of the whole circuit, up to phase.

    Examples
    --------
    >>> z_turn = Gate((0,), np.diag([1, np.exp(0.3j)]))
    >>> compiled = clifford_t(2, [z_turn, Gate((0, 1), CX)], 1e-4)
    >>> compiled.t_count, compiled.count("cx"), compiled.error <= 1e-4
    (33, 1, True)

    Raises
    ------
    ValueError
        If a gate is neither a CX nor on one qubit, is not unitary, or misses the qubits; or if the
        error is not below 1, or so small that a part of it for each gate is below 1e-12.
    """
    limit = check_error(error)
    n_qubits = check_integer("n_qubits", n_qubits, 1)
    listed = [_checked(gate, n_qubits) for gate in gates]
    cnots = [_control_first(gate) for gate in listed if len(gate.qubits) == 2]
    wires = [_wire(qubit, listed) for qubit in range(n_qubits)]
    unitary = circuit_unitary(n_qubits, listed)
    # A segment is off by a latitude and a turn, the first of a wire by two: no sum can be larger.
    segments = sum(map(len, wires))
    safe = limit / ((SLACK + 1) * segments + n_qubits)
    if safe < LEAST_ERROR:
        least = limit * LEAST_ERROR / safe
        raise fail("error", f"be at least {least:.2g} for so many gates", f"is {error}")
    # Errors add like random ones, so no closer latitudes will be of use.
    middles = Latitudes(wires, limit / math.sqrt(segments))

    def compiled(tolerance: float) -> CliffordTCircuit:
        words = [wire_words(wire, tolerance, middles) for wire in wires]
        return _measured(unitary, words, cnots)

    low, high, tolerance = safe, limit, limit
    best: CliffordTCircuit | None = None
    for _ in range(TRIALS):
        trial = compiled(tolerance)
        if trial.error <= limit:
            low = tolerance
            best = trial if best is None or trial.t_count < best.t_count else best
        else:
            high = tolerance
        if low == high or ENOUGH * limit <= trial.error <= limit:
            break
        guess = AIM * limit * tolerance / max(trial.error, LEAST_ERROR)
        tolerance = guess if low < guess < high else math.sqrt(low * high)
    return compiled(safe) if best is None else best


def _checked(gate: Gate, n_qubits: int) -> Gate:
    """The gate, or ValueError unless it is a CX or on one qubit."""
    matrix, size = check_unitary("gates", gate.matrix)
    outside = [qubit for qubit in gate.qubits if not 0 <= qubit < n_qubits]
    if outside or len(set(gate.qubits)) < len(gate.qubits) or size != len(gate.qubits):
        raise fail(
            "gates", f"act on distinct qubits below {n_qubits}", f"one acts on {gate.qubits}"
        )
    if size > 2 or (size == 2 and _control_place(matrix) is None):
        raise fail("gates", "be CX or act on one qubit", f"one on {gate.qubits} does not")
    return Gate(gate.qubits, matrix)


def _control_place(matrix: Complex) -> int | None:
    """Which of the two qubits of a CX controls; None if the gate is no CX up to phase."""
    for place, cx in enumerate((CX, CX_REVERSED)):
        if operator_error(cx, matrix) <= CX_TOLERANCE:
            return place
    return None


def _control_first(gate: Gate) -> tuple[int, int]:
    first, second = gate.qubits
    return (first, second) if _control_place(gate.matrix) == 0 else (second, first)


def _wire(qubit: int, gates: Iterable[Gate]) -> list[Segment]:
    """Unitaries of one qubit between its CX gates, and the axes which those keep."""
    unitaries, axes = [np.eye(2, dtype=np.complex128)], []
    for gate in gates:
        if gate.qubits == (qubit,):
            unitaries[-1] = gate.matrix @ unitaries[-1]
        elif qubit in gate.qubits:
            axes.append(CONTROL_AXIS if _control_first(gate)[0] == qubit else TARGET_AXIS)
            unitaries.append(np.eye(2, dtype=np.complex128))
    rotations = [bloch_rotation(unitary) for unitary in unitaries]
    return [Segment(*parts) for parts in zip(rotations, [None, *axes], [*axes, None], strict=True)]


def _measured(
    unitary: Complex, words: list[list[Word]], cnots: list[tuple[int, int]]
) -> CliffordTCircuit:
    """The circuit of the words of each wire between CX gates, measured against a unitary."""
    gates: list[tuple[str, tuple[int, ...]]] = []
    waiting = [iter(wire) for wire in words]
    for pair in cnots:
        for qubit in pair:
            gates += [(name, (qubit,)) for name in next(waiting[qubit]).gates]
        gates.append(("cx", pair))
    for qubit, last in enumerate(waiting):
        gates += [(name, (qubit,)) for name in next(last).gates]
    n_qubits = len(words)
    reached = circuit_unitary(n_qubits, [Gate(qubits, GATES[name]) for name, qubits in gates])
    phase = float(np.angle(np.vdot(reached, unitary)))
    return CliffordTCircuit(n_qubits, tuple(gates), operator_error(unitary, reached), phase)
