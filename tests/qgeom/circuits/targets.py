"""Named evolutions on chains, as matrices."""

from __future__ import annotations

import numpy as np
import scipy.linalg
from qiskit.quantum_info import SparsePauliOp


def chain(n_qubits: int, bonds: str, fields: str = "") -> np.ndarray:
    """Sum of PP over neighbours for the letters of `bonds`, and of P for those of `fields`."""
    terms = [(letter * 2, [i, i + 1], 1.0) for letter in bonds for i in range(n_qubits - 1)]
    terms += [(letter, [i], 1.0) for letter in fields for i in range(n_qubits)]
    return SparsePauliOp.from_sparse_list(terms, n_qubits).to_matrix()


def pauli(label: str) -> np.ndarray:
    return SparsePauliOp(label).to_matrix()


def evolution(hamiltonian: np.ndarray, time: float) -> np.ndarray:
    return scipy.linalg.expm(-1j * time * hamiltonian)


TFIM3 = evolution(chain(3, "Z", "X"), 0.5)
XXX = evolution(pauli("XXX"), 0.3)
