"""Gate counts of `synthesize` beside those of Qiskit's transpiler, in one run."""

from __future__ import annotations

import time

import numpy as np
import pytest
from qiskit import QuantumCircuit, transpile

from qgeom.algebra.paulis import pauli_matrix, pauli_strings
from qgeom.algebra.targets import target
from qgeom.circuits.synthesis import synthesize
from tests.qgeom.circuits.targets import TFIM3, XXX, chain, evolution, pauli


def haar(n_qubits: int, seed: int = 1) -> np.ndarray:
    return target("haar", n_qubits, rng=np.random.default_rng(seed)).matrix


def dense_two_local(n_qubits: int, time: float, seed: int) -> np.ndarray:
    """All one- and two-body strings, normal amplitudes, operator norm 1."""
    rng = np.random.default_rng(seed)
    weights = pauli_strings(n_qubits).weight
    matrix = pauli_matrix(np.where(weights <= 2, rng.normal(size=len(weights)), 0.0))
    return evolution(matrix / np.linalg.norm(matrix, 2), time)


# Target, gate set, error, effort, most gates, most seconds.
BARS = [
    ("exp(-.3i XXX)", XXX, "cx", 1e-8, "normal", 4, 60),
    ("exp(-.7i ZZZ)", evolution(pauli("ZZZ"), 0.7), "cx", 1e-8, "normal", 4, 60),
    ("TFIM3 t=.5", TFIM3, "cx", 1e-8, "normal", 7, 60),
    ("TFIM3 t=1.3", evolution(chain(3, "Z", "X"), 1.3), "cx", 1e-8, "normal", 7, 60),
    ("Heisenberg3 t=.5", evolution(chain(3, "XYZ"), 0.5), "cx", 1e-4, "normal", 10, 60),
    ("QFT3", target("qft", 3).matrix, "cx", 1e-8, "normal", 7, 60),
    ("Toffoli", target("toffoli").matrix, "cx", 1e-8, "normal", 6, 60),
    ("Fredkin", target("fredkin").matrix, "cx", 1e-8, "normal", 8, 60),
    ("Haar3", haar(3), "cx", 1e-8, "low", 19, 5),
    ("Haar3", haar(3), "cx", 1e-8, "high", 15, 120),
    ("Haar3, seed 5", haar(3, 5), "cx", 1e-8, "low", 19, 5),
    ("Haar3", haar(3), "su4", 1e-6, "normal", 7, 60),
    ("Haar4", haar(4), "cx", 1e-8, "low", 95, 5),
    ("Haar4", haar(4), "su4", 1e-6, "normal", 30, 240),
    ("Haar4", haar(4), "cx", 1e-8, "normal", 61, 240),
    ("2-local 4, t=.1", dense_two_local(4, 0.1, 7), "cx", 1e-4, "low", 45, 60),
    ("2-local 4, t=.2", dense_two_local(4, 0.2, 8), "cx", 1e-4, "low", 95, 60),
    ("TFIM4 t=.5", evolution(chain(4, "Z", "X"), 0.5), "cx", 1e-6, "low", 16, 120),
    ("Haar3", haar(3), "clifford+t", 1e-5, "normal", 3200, 120),
]


@pytest.mark.parametrize(("name", "matrix", "gate_set", "error", "effort", "most", "seconds"), BARS)
def test_counts(
    name: str,
    matrix: np.ndarray,
    gate_set: str,
    error: float,
    effort: str,
    most: int,
    seconds: float,
    capsys: pytest.CaptureFixture[str],
) -> None:
    begin = time.perf_counter()
    found = synthesize(matrix, gate_set, error, effort=effort)
    taken = time.perf_counter() - begin
    circuit = QuantumCircuit(len(matrix).bit_length() - 1)
    circuit.unitary(matrix, circuit.qubits)
    peer = transpile(circuit, basis_gates=["cx", "u"], optimization_level=3, seed_transpiler=0)
    count = found.costs.t if gate_set == "clifford+t" else getattr(found.costs, gate_set)
    with capsys.disabled():
        print(
            f"\n{name}: {count} {gate_set} at {found.error:.1e} in {taken:.1f} s "
            f"({found.best.method}, effort {effort}); Qiskit {peer.count_ops().get('cx', 0)} cx"
        )
    assert found.reached
    assert count is not None
    assert count <= most
    assert taken <= seconds
