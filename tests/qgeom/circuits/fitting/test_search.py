"""Circuits from nothing: known shortest ones, the bounds of generic unitaries, and refusals."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import unitary_group

from qgeom.algebra.paulis import pauli_index, pauli_matrix
from qgeom.algebra.targets import target
from qgeom.circuits.fitting import search as module
from qgeom.circuits.fitting.search import EFFORTS, FittedCircuit, search
from tests.qgeom.circuits.fitting.test_compress import kronecker_unitary

ERROR = 1e-8


def hamiltonian(*labels: str) -> np.ndarray:
    coefficients = np.zeros(63)
    coefficients[[pauli_index(label) for label in labels]] = 1.0
    return pauli_matrix(coefficients)


TARGETS = {
    "xxx": expm(-0.3j * hamiltonian("XXX")),
    "zzz": expm(-0.7j * hamiltonian("ZZZ")),
    "tfim": expm(-0.5j * hamiltonian("ZZI", "IZZ", "XII", "IXI", "IIX")),
    "heisenberg": expm(-0.5j * hamiltonian("XXI", "YYI", "ZZI", "IXX", "IYY", "IZZ")),
    "toffoli": target("toffoli").matrix,
    "fredkin": target("fredkin").matrix,
    "qft": target("qft", 3).matrix,
    "haar": unitary_group.rvs(8, random_state=1),
}


def found(name: str, atom: str, effort: str) -> FittedCircuit:
    circuit = search(TARGETS[name], atom=atom, effort=effort, rng=np.random.default_rng(0))
    v = kronecker_unitary(3, circuit.gates)
    overlap = np.trace(v.conj().T @ TARGETS[name])
    distance = np.linalg.norm(TARGETS[name] - overlap / abs(overlap) * v, ord=2)
    assert distance < ERROR
    assert abs(circuit.error - distance) < ERROR
    assert circuit.reached
    return circuit


@pytest.mark.parametrize(
    ("name", "atom", "count"), [("xxx", "cx", 4), ("tfim", "su4", 3), ("qft", "su4", 3)]
)
def test_short_circuits_at_low_effort(name: str, atom: str, count: int) -> None:
    assert found(name, atom, "low").atoms <= count


def test_a_narrow_beam_follows_the_nearest_layouts(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = dataclasses.replace(EFFORTS["low"], beam=5, starts=16)
    monkeypatch.setitem(EFFORTS, "low", narrow)
    assert found("xxx", "cx", "low").atoms == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "atom", "count"),
    [
        ("zzz", "cx", 4),
        ("toffoli", "cx", 6),
        ("tfim", "rzz", 7),
        ("toffoli", "su4", 5),
        ("haar", "su4", 6),
    ],
)
def test_short_circuits(name: str, atom: str, count: int) -> None:
    assert found(name, atom, "normal").atoms <= count


@pytest.mark.parametrize(
    ("count", "name"), [(0, "identity"), (1, "cnot"), (2, "iswap"), (3, "swap")]
)
def test_two_qubit_gates(count: int, name: str) -> None:
    goal = target(name, 2)
    circuit = search(goal.matrix, atom="cx", effort="low", rng=np.random.default_rng(0))
    assert circuit.reached
    assert circuit.atoms == count


def test_products_need_no_gate(rng: np.random.Generator) -> None:
    goal = np.kron(
        np.kron(*(unitary_group.rvs(2, random_state=k) for k in (1, 2))), np.diag([1, 1j])
    )
    assert search(goal, effort="low", rng=rng).atoms == 0


def test_a_larger_error_needs_fewer_gates(rng: np.random.Generator) -> None:
    weak = expm(-0.01j * hamiltonian("ZZI", "IZZ"))
    assert search(weak, error=0.05, effort="low", rng=rng).atoms == 0
    assert search(weak, error=1e-6, effort="low", rng=rng).atoms == 2


def test_without_work_the_nearest_circuit_says_that_it_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(EFFORTS, "low", dataclasses.replace(EFFORTS["low"], regular=1, work=1.0))
    monkeypatch.setattr(module, "regular_layout", lambda n_qubits, length: ((0, 1),) * length)
    circuit = search(TARGETS["haar"], atom="cx", effort="low", rng=np.random.default_rng(2))
    assert not circuit.reached
    assert circuit.error > ERROR


def test_progress_is_reported_and_seeds_repeat() -> None:
    said: list[float] = []
    runs = [
        search(
            TARGETS["xxx"],
            effort="low",
            rng=np.random.default_rng(5),
            report=lambda message, fraction: said.append(fraction),
        )
        for _ in range(2)
    ]
    assert said
    assert all(0.0 <= fraction <= 1.0 for fraction in said)
    for one, other in zip(runs[0].gates, runs[1].gates, strict=True):
        assert (one.matrix == other.matrix).all()


def test_what_cannot_be_searched_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="`effort` must be one of low, normal, high"):
        search(np.eye(4), effort="max", rng=rng)
    with pytest.raises(ValueError, match="`target` must be one unitary on 2 to 5 qubits"):
        search(np.eye(64), rng=rng)
