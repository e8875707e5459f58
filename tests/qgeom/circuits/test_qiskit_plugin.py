"""The plugins as Qiskit calls them, from the installed package."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import scipy.linalg
from qiskit import QuantumCircuit, transpile
from qiskit.circuit import Parameter
from qiskit.circuit.library import PauliEvolutionGate
from qiskit.quantum_info import Operator, SparseObservable, SparsePauliOp
from qiskit.transpiler import PassManager
from qiskit.transpiler.passes import HighLevelSynthesis, HLSConfig
from qiskit.transpiler.passes.synthesis.plugin import unitary_synthesis_plugin_names
from scipy.stats import unitary_group

from qgeom.circuits.gates import operator_error
from qgeom.circuits.qiskit_plugin import QGeomEvolution

ISING = [("IZZ", 1.0), ("ZZI", 1.0), ("IIX", 0.7), ("IXI", 0.7), ("XII", 0.7)]


def unitary_circuit(size: int, seed: int, qubits: list[int]) -> QuantumCircuit:
    circuit = QuantumCircuit(len(qubits))
    matrix = unitary_group.rvs(size, random_state=np.random.default_rng(seed))
    circuit.unitary(matrix, qubits)
    return circuit


def evolved(
    operator: SparsePauliOp | SparseObservable | list, time: float, **options: float
) -> QuantumCircuit:
    circuit = QuantumCircuit(3)
    circuit.append(PauliEvolutionGate(operator, time), range(3))
    config = HLSConfig(PauliEvolution=[("qgeom", options)])
    return PassManager([HighLevelSynthesis(hls_config=config, basis_gates=["cx", "u"])]).run(
        circuit
    )


def test_qiskit_finds_the_plugin() -> None:
    assert "qgeom" in unitary_synthesis_plugin_names()


@pytest.mark.parametrize("qubits", [[0, 1], [1, 0], [0, 1, 2], [2, 0, 1]])
def test_transpile_keeps_qubits_and_phase(qubits: list[int]) -> None:
    circuit = unitary_circuit(1 << len(qubits), 3, qubits)
    found = transpile(
        circuit,
        basis_gates=["cx", "u"],
        optimization_level=0,
        unitary_synthesis_method="qgeom",
        unitary_synthesis_plugin_config={"effort": "low"},
    )
    assert set(found.count_ops()) <= {"cx", "u"}
    assert operator_error(Operator(circuit).data, Operator(found).data) < 1e-8
    assert found.count_ops()["cx"] <= {2: 3, 3: 19}[len(qubits)]


def test_the_basis_decides_the_gate_set() -> None:
    found = transpile(
        unitary_circuit(4, 5, [0, 1]),
        basis_gates=["rzz", "u"],
        optimization_level=0,
        unitary_synthesis_method="qgeom",
    )
    assert found.count_ops()["rzz"] == 3


def test_small_blocks_survive() -> None:
    """Qiskit's own synthesis rounds this block away."""
    exact = scipy.linalg.expm(-1e-6j * SparsePauliOp(["XX", "YZ"]).to_matrix())
    circuit = QuantumCircuit(2)
    circuit.unitary(exact, [0, 1])
    basis = ["cx", "u"]
    ours = transpile(
        circuit,
        basis_gates=basis,
        optimization_level=1,
        unitary_synthesis_method="qgeom",
        unitary_synthesis_plugin_config={"error": 1e-12},
    )
    theirs = transpile(circuit, basis_gates=basis, optimization_level=1)
    assert operator_error(exact, Operator(ours).data) < 1e-12
    assert operator_error(exact, Operator(theirs).data) > 1e-7


@pytest.mark.parametrize("time", [0.4, -0.4, 0.0])
@pytest.mark.parametrize("identity", [0.0, 0.3])
def test_evolutions_keep_their_error_and_phase(time: float, identity: float) -> None:
    operator = SparsePauliOp.from_list([*ISING, ("III", identity)])
    exact = scipy.linalg.expm(-1j * time * operator.to_matrix())
    found = Operator(evolved(operator, time, error=1e-3)).data
    assert np.linalg.norm(found - exact, ord=2) <= 2e-3  # with the phase, which has its own error


def test_lists_and_observables_are_operators_too() -> None:
    halves = [SparsePauliOp.from_list(ISING[:2]), SparsePauliOp.from_list(ISING[2:])]
    whole = SparsePauliOp.from_list(ISING)
    observable = SparseObservable.from_sparse_pauli_op(whole)
    exact = scipy.linalg.expm(-0.3j * whole.to_matrix())
    for operator in (halves, observable):
        assert operator_error(exact, Operator(evolved(operator, 0.3, error=1e-3)).data) <= 1e-3


@pytest.mark.parametrize(
    ("operator", "time"),
    [(["XXX"], 0.3), (["XX"], Parameter("t")), (["X"], 0.3), (["IIIIIXX"], 0.3)],
)
def test_what_it_cannot_do_is_left_alone(operator: list[str], time: float | Parameter) -> None:
    gate = PauliEvolutionGate(SparsePauliOp(operator), time)
    assert QGeomEvolution().run(gate) is None


def test_the_next_method_takes_over() -> None:
    circuit = QuantumCircuit(2)
    circuit.append(PauliEvolutionGate(SparsePauliOp(["XX"]), Parameter("t")), range(2))
    config = HLSConfig(PauliEvolution=["qgeom", "default"])
    synthesis = HighLevelSynthesis(hls_config=config, basis_gates=["cx", "u", "rz", "h", "rxx"])
    assert len(PassManager([synthesis]).run(circuit).parameters) == 1


def test_the_module_is_light() -> None:
    code = (
        "import sys, qgeom.circuits.qiskit_plugin\n"
        "print([name for name in ('torch', 'matplotlib', 'qgeom.geodesic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
