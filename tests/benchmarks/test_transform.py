"""The batched Pauli transform against Qiskit's SparsePauliOp.from_operator in a loop."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp

from qgeom.algebra.paulis import pauli_coefficients, pauli_matrix, pauli_strings
from tests.benchmarks.peers import best_time


@pytest.mark.parametrize("n_qubits", [2, 3, 4])
def test_transform_against_qiskit(n_qubits: int, capsys: pytest.CaptureFixture[str]) -> None:
    coefficients = np.random.default_rng(0).normal(size=(256, 4**n_qubits - 1))
    matrices = pauli_matrix(coefficients)
    ours, result = best_time(lambda: pauli_coefficients(matrices), 20)
    peer, operators = best_time(lambda: [SparsePauliOp.from_operator(m) for m in matrices], 3)
    labels = dict(operators[0].to_list())
    expected = [labels[label].real for label in pauli_strings(n_qubits).labels]
    with capsys.disabled():
        print(
            f"\nn = {n_qubits}, batch 256: {1e6 * ours / 256:.2f} us a matrix, "
            f"qiskit {1e6 * peer / 256:.2f} us, ratio {peer / ours:.1f}"
        )
    assert np.abs(result - coefficients).max() < 1e-12
    assert np.abs(result[0] - expected).max() < 1e-12
    assert peer / ours >= 2.0
