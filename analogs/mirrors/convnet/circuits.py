"""Quantum circuits with their number of gates, the length of their path and a distance bracket."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from qiskit import QuantumCircuit, transpile
from qiskit.circuit.library import QFTGate
from qiskit.quantum_info import Operator

from qgeom._checks import check_integer
from qgeom._typing import Complex
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.connect import connect
from qgeom.geodesic.refine import RESIDUAL
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen

BASIS = ["u", "cx"]
# Logarithms that the search for the distance starts from; more of them rarely change it.
BRANCHES = 2

NAMED: dict[str, tuple[int, Callable[[QuantumCircuit], object]]] = {
    "cx": (2, lambda circuit: circuit.cx(0, 1)),
    "iswap": (2, lambda circuit: circuit.iswap(0, 1)),
    "swap": (2, lambda circuit: circuit.swap(0, 1)),
    "qft2": (2, lambda circuit: circuit.append(QFTGate(2), [0, 1])),
    "ccx": (3, lambda circuit: circuit.ccx(0, 1, 2)),
    "ccz": (3, lambda circuit: circuit.ccz(0, 1, 2)),
    "cswap": (3, lambda circuit: circuit.cswap(0, 1, 2)),
    "qft3": (3, lambda circuit: circuit.append(QFTGate(3), [0, 1, 2])),
}


@dataclass(frozen=True)
class CircuitReading:
    """What is measured on one circuit; lengths in Nielsen's metric, ``tr/2^n``, q = 4^n."""

    name: str
    qubits: int
    two_qubit_gates: int
    gates: int
    path_length: float
    distance: float
    lower: float


def named_circuit(name: str) -> QuantumCircuit:
    """Return a circuit of `NAMED`, decomposed into CNOTs and one-qubit gates.

    Examples
    --------
    >>> named_circuit("ccx").num_nonlocal_gates()
    6
    """
    qubits, fill = NAMED[name]
    circuit = QuantumCircuit(qubits, name=name)
    fill(circuit)
    return transpile(circuit, basis_gates=BASIS, optimization_level=1, seed_transpiler=0)


def random_circuit(qubits: int, two_qubit_gates: int, rng: np.random.Generator) -> QuantumCircuit:
    """Random gates: ``exp(-i t ZZ / 2)``, t uniform in (-pi, pi), each after random one-qubit gates.

    Examples
    --------
    >>> random_circuit(3, 5, np.random.default_rng(0)).size()  # each with two one-qubit gates
    15
    """
    check_integer("qubits", qubits, least=2)
    check_integer("two_qubit_gates", two_qubit_gates, least=1)
    circuit = QuantumCircuit(qubits, name=f"random{qubits}")
    for _ in range(two_qubit_gates):
        pair = rng.choice(qubits, size=2, replace=False).tolist()
        for qubit in pair:
            circuit.u(*rng.uniform(-np.pi, np.pi, size=3), qubit)
        circuit.rzz(rng.uniform(-np.pi, np.pi), *pair)
    return circuit


def path_length(circuit: QuantumCircuit, metric: PauliMetric) -> float:
    """``sum_g |log g|`` over the gates, one after another, each up to its phase.

    Examples
    --------
    >>> metric = PauliMetric(2, nielsen(16.0))
    >>> round(path_length(named_circuit("cx"), metric) / np.pi, 6)  # sqrt(3) / 4
    0.433013
    """
    return sum(float(metric.norm(metric.log(gate))) for gate in _gate_matrices(circuit))


def read_circuit(circuit: QuantumCircuit, rng: np.random.Generator) -> CircuitReading:
    """Count the gates of a circuit and measure its path and the distance of what it computes.

    The distance is an upper bound, the shortest of the path, the straight lines and the geodesics
    found; `lower` is the unpenalised distance, which is certain.
    """
    qubits = circuit.num_qubits
    metric = PauliMetric(qubits, nielsen(4.0**qubits))
    target = Operator(circuit).data
    length = path_length(circuit, metric)
    straight = metric.norm(log_branches(metric, target, BRANCHES))
    found = connect(metric, target, rng=rng, branches=BRANCHES, starts=0, keep=1)
    geodesics = [float(g.length) for g in found if g.residual <= RESIDUAL]
    return CircuitReading(
        name=circuit.name,
        qubits=qubits,
        two_qubit_gates=circuit.num_nonlocal_gates(),
        gates=circuit.size(),
        path_length=length,
        distance=min(length, float(straight.min()), *geodesics),
        lower=float(metric.relaxed(0.0).norm(log_branches(metric, target, 1))[0]),
    )


def _gate_matrices(circuit: QuantumCircuit) -> list[Complex]:
    matrices = []
    for instruction in circuit.data:
        alone = circuit.copy_empty_like()
        alone.append(instruction)
        matrices.append(Operator(alone).data)
    return matrices
