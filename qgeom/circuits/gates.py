"""The circuit of this package: gates on few qubits in order of time, and how far it is from a unitary."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from qgeom._linalg import dagger, unitary_eigen
from qgeom._typing import Complex


@dataclass(frozen=True, eq=False)
class Gate:
    """A unitary on some qubits.

    Attributes
    ----------
    qubits
        Distinct qubits; the first is the least significant bit of the row index, as in Qiskit.
    matrix
        Unitary (2^k, 2^k) on k qubits.
    """

    qubits: tuple[int, ...]
    matrix: Complex


def apply_gate(gate: Gate, matrix: Complex) -> Complex:
    """Product of the gate, as a unitary on n qubits, with a matrix (..., 2^n, M) on its right.

    Examples
    --------
    >>> flip = Gate((1,), np.array([[0, 1], [1, 0]]))
    >>> apply_gate(flip, np.eye(4)).argmax(axis=0)
    array([2, 3, 0, 1])
    """
    *batch, rows, columns = matrix.shape
    n_qubits = rows.bit_length() - 1
    bits = matrix.reshape(-1, *(2,) * n_qubits, columns)
    # Axis of qubit q: the most significant bit comes first.
    axes = [n_qubits - q for q in reversed(gate.qubits)]
    front = list(range(1, len(axes) + 1))
    moved = np.moveaxis(bits, axes, front)
    acted = gate.matrix @ moved.reshape(len(moved), 1 << len(axes), -1)
    return np.moveaxis(acted.reshape(moved.shape), front, axes).reshape(*batch, rows, columns)


def circuit_unitary(n_qubits: int, gates: Iterable[Gate]) -> Complex:
    """Unitary (2^n, 2^n) of gates in order of time.

    Examples
    --------
    >>> h = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    >>> cx = np.eye(4)[[0, 3, 2, 1]]  # the first qubit controls
    >>> bell = circuit_unitary(2, [Gate((0,), h), Gate((0, 1), cx)])[:, 0]
    >>> np.round(bell.real, 3)
    array([0.707, 0.   , 0.   , 0.707])
    """
    matrix = np.eye(1 << n_qubits, dtype=np.complex128)
    for gate in gates:
        matrix = apply_gate(gate, matrix)
    return matrix


def operator_error(u: Complex, v: Complex) -> float:
    r"""Operator-norm distance of two unitaries up to phase, ``min_phi ||U - e^{i phi} V||``.

    It is ``2 sin(w / 2)`` with w half the length of the shortest arc that holds all eigenphases of
    ``U^dagger V``.

    Examples
    --------
    >>> z = np.diag([1.0, -1.0])
    >>> round(operator_error(np.eye(2), 1j * z), 6), operator_error(z, -z)
    (1.414214, 0.0)
    """
    phases = np.sort(unitary_eigen(dagger(u) @ v)[0])
    gaps = np.append(np.diff(phases), phases[0] + 2 * np.pi - phases[-1])
    return float(2.0 * np.sin((2.0 * np.pi - gaps.max()) / 4.0))
