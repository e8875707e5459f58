"""Plugins of Qiskit's transpiler: `qgeom` for unitaries, `PauliEvolution.qgeom` for evolutions.

Qiskit imports this module when it looks for plugins, so the rest of the package loads when one runs.
"""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.converters import circuit_to_dag
from qiskit.dagcircuit import DAGCircuit
from qiskit.quantum_info import SparseObservable, SparsePauliOp
from qiskit.transpiler.passes.synthesis.plugin import (
    HighLevelSynthesisPlugin,
    UnitarySynthesisPlugin,
)

# A basis with one of these gates gets it; any other gets CX, which Qiskit translates.
NATIVE = ("cx", "rzz")
# What `evolution_circuit` takes of the options, among what Qiskit adds of its own.
EVOLUTION_OPTIONS = ("error", "order", "limit")


class QGeomSynthesis(UnitarySynthesisPlugin):
    """`transpile(circuit, unitary_synthesis_method="qgeom", unitary_synthesis_plugin_config={...})`.

    The configuration may hold ``gate_set``, ``error`` and ``effort`` as `qgeom.synthesize` takes them,
    and a ``seed``.  By default the gate set is read off the basis.  A coupling map is left to routing.
    """

    max_qubits = 6
    min_qubits = 1
    supports_basis_gates = True
    supports_coupling_map = False
    supports_natural_direction = False
    supports_pulse_optimize = False
    supports_gate_lengths = False
    supports_gate_errors = False
    supported_bases = None

    def run(self, unitary: np.ndarray, **options: Any) -> DAGCircuit:
        """Circuit of a unitary, as a DAG."""
        config = dict(options.get("config") or {})
        basis = options.get("basis_gates") or ()
        config.setdefault("gate_set", next((name for name in NATIVE if name in basis), NATIVE[0]))
        rng = np.random.default_rng(config.pop("seed", 0))
        synthesis = importlib.import_module("qgeom.circuits.synthesis")
        return circuit_to_dag(synthesis.synthesize(unitary, rng=rng, **config).circuit)


class QGeomEvolution(HighLevelSynthesisPlugin):
    """`HLSConfig(PauliEvolution=[("qgeom", {"error": 1e-4})])`, for `PauliEvolutionGate`.

    The options are ``error``, ``order`` and ``limit`` of `qgeom.circuits.nielsen.pipeline`,
    and ``gate_set``.  An operator that is not two-local or on more than six qubits, and a time that is
    no number, are left to the next method.
    """

    def run(
        self,
        high_level_object: Any,
        coupling_map: Any = None,
        target: Any = None,
        qubits: Any = None,
        **options: Any,
    ) -> QuantumCircuit | None:
        """Circuit of the product formula with the fewest two-qubit gates, or None."""
        pipeline = importlib.import_module("qgeom.circuits.nielsen.pipeline")
        operator, time = _pauli_sum(high_level_object.operator), high_level_object.time
        n_qubits = operator.num_qubits
        if not isinstance(time, int | float) or not 2 <= n_qubits <= pipeline.MAX_QUBITS:
            return None
        hamiltonian, shift = _coefficients(operator)
        if not pipeline.is_two_local(hamiltonian):
            return None
        circuit = QuantumCircuit(n_qubits, global_phase=-shift * time)
        if time and hamiltonian.any():
            chosen = {key: options[key] for key in EVOLUTION_OPTIONS if key in options}
            found = pipeline.evolution_circuit(np.sign(time) * hamiltonian, abs(time), **chosen)
            export = importlib.import_module("qgeom.circuits.export")
            gates = export.to_qiskit(n_qubits, found.gates, options.get("gate_set", NATIVE[0]))
            circuit.compose(gates, inplace=True)
        return circuit


def _pauli_sum(operator: Any) -> SparsePauliOp:
    terms = operator if isinstance(operator, list) else [operator]
    sums = [
        SparsePauliOp.from_sparse_observable(term)
        if isinstance(term, SparseObservable)
        else SparsePauliOp(term)
        for term in terms
    ]
    return SparsePauliOp.sum(sums).simplify()


def _coefficients(operator: SparsePauliOp) -> tuple[np.ndarray, float]:
    """Pauli coefficients (4^n - 1,), and that of the identity: rows count labels in base 4."""
    dense = np.zeros(4**operator.num_qubits)
    for label, coefficient in operator.label_iter():
        dense[int(label.translate(str.maketrans("IXYZ", "0123")), 4)] = coefficient.real
    return dense[1:], float(dense[0])
