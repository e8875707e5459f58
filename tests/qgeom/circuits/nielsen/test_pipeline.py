"""Circuits for evolutions and geodesics: the error that was asked for, few gates, an honest budget."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.linalg

from qgeom.algebra.paulis import pauli_index, pauli_matrix, pauli_strings
from qgeom.circuits.gates import circuit_unitary, operator_error
from qgeom.circuits.nielsen.budget import ROUNDING
from qgeom.circuits.nielsen.pipeline import (
    CompiledCircuit,
    atom_count,
    compile_geodesic,
    evolution_circuit,
    gate_count,
)
from qgeom.circuits.nielsen.product_formula import evolution_gates
from qgeom.geodesic.connect import connect
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.metric.schedules import draconian
from tests.closeness import assert_close


def sum_of(n_qubits: int, *labels: str) -> np.ndarray:
    h = np.zeros(4**n_qubits - 1)
    h[[pauli_index(label) for label in labels]] = 1.0
    return h


def dense_local(n_qubits: int, seed: int = 0) -> np.ndarray:
    strings = pauli_strings(n_qubits)
    h = np.random.default_rng(seed).normal(size=strings.dim) * (strings.weight <= 2)
    return h / np.linalg.norm(pauli_matrix(h), ord=2)


def horizontal(n_qubits: int, length: float, seed: int = 0) -> Geodesic:
    """A geodesic at infinite cost: its Hamiltonian is two-local at all times, but not constant."""
    metric = PauliMetric(n_qubits, draconian())
    momentum = np.random.default_rng(seed).normal(size=metric.dim)
    return shoot(metric, momentum=momentum * length / metric.norm(metric.raise_(momentum)))


ISING = sum_of(3, "ZZI", "IZZ", "XII", "IXI", "IIX")
HEISENBERG = sum_of(3, "XXI", "YYI", "ZZI", "IXX", "IYY", "IZZ")


def assert_kept(circuit: CompiledCircuit, exact: np.ndarray) -> None:
    """The error is what it is said to be, within what was asked for and within the budget."""
    made = circuit_unitary(circuit.n_qubits, circuit.gates)
    assert_close(circuit.budget.measured, operator_error(exact, made), ROUNDING)
    assert circuit.reached
    assert circuit.budget.measured <= circuit.error
    assert circuit.budget.holds, circuit.budget.table()
    assert {len(gate.qubits) for gate in circuit.gates} <= {1, 2}
    assert circuit.status.startswith(f"Reached: {circuit.atoms} gates")


@pytest.mark.parametrize(
    ("hamiltonian", "time", "error", "atoms"),
    [
        (ISING, 0.5, 1e-2, 7),
        (ISING, 0.5, 1e-4, 21),
        (HEISENBERG, 0.5, 1e-2, 11),
        (HEISENBERG, 0.5, 1e-4, 31),
        (dense_local(4), 0.1, 1e-4, 10),
        (dense_local(4), 0.1, 1e-2, 6),
    ],
)
def test_evolutions(hamiltonian: np.ndarray, time: float, error: float, atoms: int) -> None:
    circuit = evolution_circuit(hamiltonian, time, error)
    assert_kept(circuit, scipy.linalg.expm(-1j * time * pauli_matrix(hamiltonian)))
    assert circuit.atoms == atoms
    assert_close(circuit.length, time * np.linalg.norm(hamiltonian))
    assert [stage.name for stage in circuit.budget.stages] == ["product formula"]


@pytest.mark.parametrize("error", [0.2, 1e-3])
def test_no_formula_has_fewer_gates(error: float) -> None:
    """Every order and every number of steps up to 15, by hand."""
    exact = scipy.linalg.expm(-0.5j * pauli_matrix(HEISENBERG))
    counts = []
    for order, steps in itertools.product((1, 2, 4), range(1, 16)):
        gates = evolution_gates(HEISENBERG, 0.5, order, steps)
        if operator_error(exact, circuit_unitary(3, gates)) <= error:
            counts.append(atom_count(gates))
    assert evolution_circuit(HEISENBERG, 0.5, error).atoms == min(counts)


@pytest.mark.parametrize(
    ("n_qubits", "error", "most"), [(3, 0.1, 9), (3, 1e-2, 25), (3, 1e-3, 73), (4, 0.1, 18)]
)
def test_geodesics_of_infinite_cost(n_qubits: int, error: float, most: int) -> None:
    geodesic = horizontal(n_qubits, 1.0)
    circuit = compile_geodesic(geodesic, error)
    assert_kept(circuit, geodesic.endpoint)
    assert circuit.atoms <= most
    assert_close(circuit.length, 1.0)
    assert [stage.name for stage in circuit.budget.stages] == [
        "projection",
        "slices",
        "product formula",
    ]
    assert circuit.budget.stages[0].predicted == circuit.budget.stages[0].measured == 0.0
    # No bound is empty: together they are within a small factor of the error.
    assert circuit.budget.predicted <= 4 * circuit.budget.measured


def test_the_default_takes_the_best_of_all_options() -> None:
    geodesic = horizontal(3, 1.0, seed=1)
    best = compile_geodesic(geodesic, 3e-2)
    single = {
        (integrator, order): compile_geodesic(geodesic, 3e-2, integrator=integrator, order=order)
        for integrator, order in itertools.product(("mean", "cf4"), (1, 2, 4))
    }
    for key, circuit in single.items():
        assert_kept(circuit, geodesic.endpoint)
        assert (circuit.integrator, circuit.order) == key
    assert best.atoms == min(circuit.atoms for circuit in single.values())
    assert best.atoms < max(circuit.atoms for circuit in single.values())


def test_a_high_cost_loses_little() -> None:
    metric = PauliMetric(3, nielsen(400.0))
    velocity = np.random.default_rng(0).normal(size=63) / np.sqrt(metric.inertia)
    geodesic = shoot(metric, 0.3 * velocity / metric.norm(velocity))
    circuit = compile_geodesic(geodesic, 0.05)
    assert_kept(circuit, geodesic.endpoint)
    assert 0 < circuit.budget.stages[0].measured < 0.05


def test_a_geodesic_that_is_not_local_enough_says_so() -> None:
    metric = PauliMetric(3, nielsen(4.0))
    geodesic = shoot(metric, sum_of(3, "ZZZ", "XXI") * 0.2)
    circuit = compile_geodesic(geodesic, 1e-2)
    lost = circuit.budget.stages[0]
    assert not circuit.reached
    assert lost.measured > 1e-2
    assert circuit.status.startswith(
        f"Not reached: dropping the strings of weight above 2 costs {lost.measured:.1e}"
    )
    assert "infinite cost" in circuit.status
    # The circuit is still within the error of the local path, and the budget holds.
    assert circuit.budget.holds
    assert circuit.budget.measured <= lost.measured + 1e-2


def test_a_limit_that_is_too_low_says_so() -> None:
    circuit = evolution_circuit(ISING, 0.5, 1e-8, limit=5)
    assert not circuit.reached
    assert circuit.status.endswith("raise the limit.")
    assert circuit.budget.holds


def test_two_qubits_need_one_gate() -> None:
    metric = PauliMetric(2, nielsen(9.0, locality=1))
    geodesic = shoot(metric, np.random.default_rng(0).normal(size=15) / 4)
    circuit = compile_geodesic(geodesic, 1e-6)
    assert_kept(circuit, geodesic.endpoint)
    assert circuit.atoms == 1


def test_from_a_target_to_gates() -> None:
    aim = horizontal(3, 0.8).endpoint
    (found,) = connect(
        PauliMetric(3, draconian()), aim, rng=np.random.default_rng(0), branches=1, starts=0, keep=1
    )
    circuit = gate_count(found, 1e-2)
    assert_kept(circuit, found.endpoint)
    assert operator_error(aim, circuit_unitary(3, circuit.gates)) <= 1e-2 + 1e-8


def test_a_target_on_two_qubits_is_connected_first(rng: np.random.Generator) -> None:
    swap = np.eye(4)[[0, 2, 1, 3]]
    circuit = gate_count(swap, 1e-9, rng=rng)
    assert operator_error(swap, circuit_unitary(2, circuit.gates)) <= 1e-8
    assert circuit.atoms == 1
    assert_close(circuit.length, np.pi * np.sqrt(3) / 4, 1e-8)
    with pytest.raises(ValueError, match="`rng` must be given for a target"):
        gate_count(swap, 1e-9)


def test_a_target_that_is_not_reached_is_an_error(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr("qgeom.geodesic.connect.RESIDUAL", -1.0)
    with pytest.raises(RuntimeError, match="Did not converge"):
        gate_count(np.eye(4)[[0, 2, 1, 3]], 1e-2, rng=rng)


def test_gates_on_one_qubit_are_free() -> None:
    circuit = evolution_circuit(sum_of(3, "IZZ", "XII"), 0.5, 1e-9)
    assert sorted(len(gate.qubits) for gate in circuit.gates) == [1, 2]
    assert circuit.atoms == atom_count(circuit.gates) == 1


def test_gates_grow_about_linearly_with_the_length() -> None:
    """Nielsen's bound has the power 3; slices of a fourth-order scheme do with about 1."""
    lengths = np.geomspace(0.5, 4.0, 3)
    atoms = [gate_count(horizontal(3, length), 0.1).atoms for length in lengths]
    assert 0.5 < np.polyfit(np.log(lengths), np.log(atoms), 1)[0] < 1.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"error": 0.0}, "`error` must be positive"),
        ({"error": 0.1, "integrator": "rk4"}, "`integrator` must be one of mean, cf4"),
        ({"error": 0.1, "order": 3}, "`order` must be 1, 2 or 4"),
        ({"error": 0.1, "limit": 0}, "`limit` must be at least 1"),
    ],
)
def test_wrong_options_are_refused(options: dict[str, float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        compile_geodesic(horizontal(3, 0.1), **options)  # type: ignore[arg-type]


def test_wrong_hamiltonians_are_refused() -> None:
    with pytest.raises(ValueError, match="`hamiltonian` must have Pauli weight at most 2"):
        evolution_circuit(sum_of(3, "XYZ"), 1.0, 0.1)
    with pytest.raises(ValueError, match="`hamiltonian` must be on at most 6 qubits"):
        evolution_circuit(np.zeros(4**7 - 1), 1.0, 0.1)
    with pytest.raises(ValueError, match="`time` must be positive"):
        evolution_circuit(ISING, -1.0, 0.1)
