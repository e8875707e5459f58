"""Two-qubit decompositions, a batch of ours against Qiskit's compiled one, one after the other."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit import QuantumCircuit, transpile
from qiskit.quantum_info import Operator
from qiskit.synthesis import TwoQubitWeylDecomposition
from scipy.stats import unitary_group

from qgeom.circuits.export import to_qiskit
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.weyl import canonical_gate, weyl_decomposition
from tests.benchmarks.peers import best_time

COUNT = 1000
SLOWEST = 20.0  # times Qiskit's compiled code
ANGLE = 1e-5  # of the slices that Qiskit's passes round away


def haar(count: int, size: int) -> np.ndarray:
    return unitary_group.rvs(size, count, random_state=np.random.default_rng(0))


def test_weyl_against_qiskit(capsys: pytest.CaptureFixture[str]) -> None:
    u = haar(COUNT, 4)
    ours, weyl = best_time(lambda: weyl_decomposition(u))
    theirs, peers = best_time(lambda: [TwoQubitWeylDecomposition(one, fidelity=None) for one in u])
    expected = np.array([[peer.a, peer.b, peer.c] for peer in peers])
    with capsys.disabled():
        print(
            f"\n{COUNT} Haar matrices: {1e6 * ours / COUNT:.0f} us each, "
            f"Qiskit {1e6 * theirs / COUNT:.0f} us, ratio {theirs / ours:.2f}"
        )
    assert np.abs(weyl.coordinates - expected).max() < 1e-14
    assert ours / theirs <= SLOWEST


def test_thin_slices_against_qiskit(capsys: pytest.CaptureFixture[str]) -> None:
    """A circuit of thin slices: ours keeps it, the transpiler, at its best, loses it."""
    local = haar(100, 2)
    thin = canonical_gate(ANGLE * np.array([0.5, 0.3, 0.2]))
    gates = []
    for k in range(50):
        q = k % 2
        gates += [
            Gate((q, q + 1), thin),
            Gate((q,), local[2 * k]),
            Gate((q + 1,), local[2 * k + 1]),
        ]
    u = circuit_unitary(3, gates)
    circuit = QuantumCircuit(3)
    for gate in gates:
        circuit.unitary(gate.matrix, gate.qubits)
    ours, written = best_time(lambda: to_qiskit(3, gates, "cx"))
    theirs, transpiled = best_time(
        lambda: transpile(
            circuit,
            basis_gates=["cx", "u"],
            optimization_level=2,
            approximation_degree=1.0,
            seed_transpiler=0,
        )
    )
    errors = [operator_error(u, Operator.from_circuit(c).data) for c in (written, transpiled)]
    counts = [c.count_ops().get("cx", 0) for c in (written, transpiled)]
    with capsys.disabled():
        print(
            f"\n50 slices of angle {ANGLE}: {1e3 * ours:.1f} ms, {counts[0]} CX, error "
            f"{errors[0]:.1e}; Qiskit {1e3 * theirs:.1f} ms, {counts[1]} CX, error {errors[1]:.1e}"
        )
    assert errors[0] < 1e-12 < ANGLE < errors[1]
