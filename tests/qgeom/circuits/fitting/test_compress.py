"""Circuits made shorter: planted identities go, errors are those of Kronecker products."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import unitary_group

from qgeom.circuits.fitting.compress import check_problem, compress, prune
from qgeom.circuits.fitting.fit import fit
from qgeom.circuits.fitting.template import ATOMS, assemble, from_gates, layout_of, to_gates
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.two_qubit import CX, rzz_matrix

TIGHT = 1e-9
PAULI = [np.eye(2), np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])]


def haar(size: int, seed: int) -> np.ndarray:
    return unitary_group.rvs(size, random_state=np.random.default_rng(seed))


def kronecker_unitary(n_qubits: int, gates: tuple[Gate, ...]) -> np.ndarray:
    """Product of gates, each expanded in Pauli strings and these by Kronecker products."""
    whole = np.eye(1 << n_qubits, dtype=complex)
    for gate in gates:
        full = np.zeros_like(whole)
        for letters in itertools.product(range(4), repeat=len(gate.qubits)):
            local = functools.reduce(np.kron, (PAULI[p] for p in reversed(letters)))
            factors = [PAULI[0]] * n_qubits
            for qubit, letter in zip(gate.qubits, letters, strict=True):
                factors[qubit] = PAULI[letter]
            share = np.trace(local @ gate.matrix) / len(gate.matrix)
            full += share * functools.reduce(np.kron, reversed(factors))
        whole = full @ whole
    return whole


def test_gates_that_do_nothing_together_go(rng: np.random.Generator) -> None:
    a, b, c = haar(4, 1), haar(4, 2), haar(4, 3)
    nothing = [
        Gate((0, 2), c),
        Gate((1,), haar(2, 4)),
        Gate((2, 0), np.eye(4)),
        Gate((0, 2), c.conj().T),
    ]
    gates = (Gate((0, 1), a), *nothing, Gate((1, 2), b))
    target = circuit_unitary(3, gates)
    found = compress(gates, target, error=TIGHT, rng=rng)
    assert found.atoms == 2
    assert operator_error(target, kronecker_unitary(3, found.gates)) < TIGHT


@pytest.mark.parametrize("name", ["cx", "rzz"])
def test_gates_are_of_the_kind_asked_for(name: str, rng: np.random.Generator) -> None:
    gates = (Gate((0, 1), haar(4, 5)), Gate((2, 1), haar(4, 6)))
    target = circuit_unitary(3, gates)
    found = compress(gates, target, error=TIGHT, atom=name, rng=rng)
    assert found.atoms <= 6
    assert found.reached
    for gate in found.gates:
        if len(gate.qubits) == 2 and name == "cx":
            np.testing.assert_allclose(gate.matrix, CX, atol=1e-12)
        elif len(gate.qubits) == 2:
            angle = np.angle(gate.matrix[1, 1] / gate.matrix[0, 0])
            phase = gate.matrix[0, 0] * np.exp(0.5j * angle)
            np.testing.assert_allclose(gate.matrix, phase * rzz_matrix(angle), atol=1e-10)
    assert operator_error(target, kronecker_unitary(3, found.gates)) < TIGHT


def test_pruning_finds_identities_that_a_fit_has_hidden(rng: np.random.Generator) -> None:
    """Nine CX of which four cancel, turned at random and fitted again: no two of them cancel any more."""
    five = [(0, 1), (1, 2), (0, 2), (0, 1), (1, 2)]
    short = assemble(3, ATOMS["cx"], [five]).randomised(rng, 1.0)
    gates = to_gates(ATOMS["cx"], short)
    target = circuit_unitary(3, gates)
    middle = next(k for k, gate in enumerate(gates) if gate.qubits == (0, 2))
    inserted = [Gate((0, 1), CX)] * 2 + [Gate((1, 2), CX)] * 2
    long = from_gates(3, ATOMS["cx"], (*gates[:middle], *inserted, *gates[middle:]))
    hidden = fit(target, long.take(np.zeros(8, dtype=int)).randomised(rng, 0.3))
    assert hidden.residual[hidden.best] < TIGHT
    problem = check_problem(target, "cx", TIGHT)
    found = problem.polished(prune(problem, hidden.template.take(np.array([hidden.best])), rng))
    assert found.atoms == 5
    assert operator_error(target, kronecker_unitary(3, found.gates)) < TIGHT


def test_one_gate_goes_where_no_two_can(rng: np.random.Generator) -> None:
    pairs = [(0, 1), (2, 3), (1, 2), (0, 3), (0, 2), (1, 3), (0, 1)]
    generic = [Gate(pair, haar(4, 20 + k)) for k, pair in enumerate(pairs)]
    weak = Gate((2, 3), expm(-1e-6j * np.diag([1.0, -1.0, -1.0, 1.0])))
    gates = (*generic[:4], weak, *generic[4:])
    found = compress(gates, circuit_unitary(4, gates), error=1e-4, rng=rng)
    assert found.atoms == len(generic)


def test_nothing_is_left_out_of_a_generic_circuit(rng: np.random.Generator) -> None:
    gates = tuple(Gate(pair, haar(4, k)) for k, pair in enumerate([(0, 1), (1, 2), (0, 2)]))
    found = compress(gates, circuit_unitary(3, gates), error=TIGHT, rng=rng)
    assert found.atoms == 3
    assert found.error < TIGHT


def test_a_larger_error_leaves_more_out(rng: np.random.Generator) -> None:
    weak = [Gate((0, 2), expm(-0.01j * np.diag([1.0, -1.0, -1.0, 1.0])))]
    gates = (Gate((0, 1), haar(4, 7)), *weak, Gate((1, 2), haar(4, 8)))
    target = circuit_unitary(3, gates)
    exact = compress(gates, target, error=1e-4, rng=rng)
    loose = compress(gates, target, error=0.05, rng=rng)
    assert (exact.atoms, loose.atoms) == (3, 2)
    assert exact.error <= 1e-4 < loose.error <= 0.05


def two_local(n_qubits: int, rng: np.random.Generator) -> dict[tuple[int, int], np.ndarray]:
    """Dense 2-local Hamiltonian of norm 1 as a sum over pairs; one-body terms with one of the pairs."""
    terms = {}
    for pair in itertools.combinations(range(n_qubits), 2):
        both = rng.normal(size=(4, 4))
        both[0, 0] = 0.0
        if pair[1] != pair[0] + 1 and pair != (0, n_qubits - 1):
            both[0, :] = both[:, 0] = 0.0
        terms[pair] = sum(
            both[i, j] * np.kron(PAULI[j], PAULI[i]) for i in range(4) for j in range(4)
        )
    return terms


def second_order(terms: dict[tuple[int, int], np.ndarray], time: float) -> tuple[Gate, ...]:
    half = [Gate(pair, expm(-0.5j * time * h)) for pair, h in terms.items()]
    return (*half, *reversed(half))


def whole_matrix(n_qubits: int, terms: dict[tuple[int, int], np.ndarray]) -> np.ndarray:
    total = np.zeros((1 << n_qubits, 1 << n_qubits), dtype=complex)
    for (p, q), h in terms.items():
        for i, j in itertools.product(range(4), repeat=2):
            factors = [PAULI[0]] * n_qubits
            factors[p], factors[q] = PAULI[i], PAULI[j]
            share = np.trace(np.kron(PAULI[j], PAULI[i]) @ h) / 4
            total += share * functools.reduce(np.kron, reversed(factors))
    return total


def test_a_product_formula_is_a_better_start_than_chance(rng: np.random.Generator) -> None:
    terms = two_local(4, np.random.default_rng(7))
    hamiltonian = whole_matrix(4, terms)
    scale = np.linalg.norm(hamiltonian, ord=2)
    terms = {pair: h / scale for pair, h in terms.items()}
    target = expm(-0.1j * hamiltonian / scale)
    gates = second_order(terms, 0.1)
    before = operator_error(target, kronecker_unitary(4, gates))
    found = compress(gates, target, error=1e-12, rng=rng)
    assert found.atoms == 11
    assert not found.reached
    assert found.error < 0.6 * before < 1e-4
    assert abs(found.error - operator_error(target, kronecker_unitary(4, found.gates))) < 1e-12
    chance = assemble(4, ATOMS["su4"], [layout_of(found.gates)] * 4).randomised(rng, 1.0)
    assert fit(target, chance, iterations=60).residual.min() > 100 * found.error


def test_round_trip_through_a_template_keeps_the_count(rng: np.random.Generator) -> None:
    gates = ATOMS["rzz"].rewrite([Gate((0, 1), haar(4, 9)), Gate((1, 2), haar(4, 10))])
    template = from_gates(3, ATOMS["rzz"], gates)
    assert layout_of(to_gates(ATOMS["rzz"], template)) == layout_of(gates)


def test_progress_and_seeds() -> None:
    gates = tuple(Gate(pair, haar(4, k)) for k, pair in enumerate([(0, 1), (1, 2)] * 2))
    target, said = circuit_unitary(3, gates), []
    runs = [
        compress(
            gates,
            target,
            error=TIGHT,
            rng=np.random.default_rng(3),
            report=lambda message, fraction: said.append((message, fraction)),
        )
        for _ in range(2)
    ]
    assert all(0.0 <= fraction <= 1.0 for _, fraction in said)
    assert "gates" in said[0][0]
    assert runs[0].error == runs[1].error
    for one, other in zip(runs[0].gates, runs[1].gates, strict=True):
        assert (one.matrix == other.matrix).all()


def test_what_cannot_be_compressed_is_refused(rng: np.random.Generator) -> None:
    gates = [Gate((0, 1), CX)]
    with pytest.raises(ValueError, match="`target` must be unitary"):
        compress(gates, 2 * np.eye(8), error=TIGHT, rng=rng)
    with pytest.raises(ValueError, match="`target` must be one unitary on 2 to 5 qubits"):
        compress(gates, np.eye(2), error=TIGHT, rng=rng)
    with pytest.raises(ValueError, match="`error` must be positive"):
        compress(gates, np.eye(4), error=0.0, rng=rng)
    with pytest.raises(ValueError, match="`atom` must be one of su4, cx, rzz"):
        compress(gates, np.eye(4), error=TIGHT, atom="cz", rng=rng)
    for wrong in (Gate((0, 3), CX), Gate((0, 1, 2), np.eye(8))):
        with pytest.raises(ValueError, match="`gates` must act on one or two of 3 qubits"):
            compress([wrong], np.eye(8), error=TIGHT, rng=rng)
