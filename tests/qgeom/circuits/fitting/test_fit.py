"""Fits of gate parameters: derivatives by finite differences, orders of convergence, planted circuits."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.stats import unitary_group

from qgeom._linalg import dagger
from qgeom.algebra.paulis import pauli_index, pauli_matrix
from qgeom.circuits.fitting.fit import _jacobian, _measure, _turns, fit, sweep
from qgeom.circuits.fitting.layouts import regular_layout
from qgeom.circuits.fitting.register import embed, partial_trace
from qgeom.circuits.fitting.template import (
    ATOMS,
    Template,
    assemble,
    from_gates,
    layout_of,
    to_gates,
)
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from tests.closeness import ROUNDING, assert_close

STEP = 1e-6
DIFFERENCE = 1e-8  # central differences: STEP^2, and rounding over STEP
FITTED = 1e-11


def haar(n_qubits: int, seed: int) -> np.ndarray:
    return unitary_group.rvs(1 << n_qubits, random_state=np.random.default_rng(seed))


def regular(
    n_qubits: int, name: str, length: int, count: int, rng: np.random.Generator, angle: float = 1.0
) -> Template:
    template = assemble(n_qubits, ATOMS[name], [regular_layout(n_qubits, length)] * count)
    return template.randomised(rng, angle)


def unitary(name: str, template: Template, row: int = 0) -> np.ndarray:
    return circuit_unitary(template.n_qubits, to_gates(ATOMS[name], template, row))


def aligned_defect(target: np.ndarray, template: Template) -> np.ndarray:
    """The residual e^{-i arg} U^dagger V - 1 itself, from gates and products of the register."""
    v = np.eye(len(target))
    for pair, matrix in zip(template.pairs[0], template.matrices[0], strict=True):
        v = embed(matrix, pair, template.n_qubits) @ v
    w = target.conj().T @ v
    return w * np.exp(-1j * np.angle(np.trace(w))) - np.eye(len(target))


@pytest.mark.parametrize("pair", [(0, 1), (1, 0), (2, 0), (1, 2)])
def test_embedding_is_a_kronecker_product(pair: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    letters = {pair[0]: haar(1, 1), pair[1]: haar(1, 2)}
    whole = np.eye(1)
    for qubit in range(3):
        whole = np.kron(letters.get(qubit, np.eye(2)), whole)
    local = np.kron(letters[pair[1]], letters[pair[0]])
    assert_close(embed(local, np.array(pair), 3), whole)
    a, b = rng.normal(size=(4, 4)), rng.normal(size=(8, 8)) + 1j * rng.normal(size=(8, 8))
    adjoint = np.trace(a @ partial_trace(b, np.array(pair)))
    assert_close(adjoint, np.trace(embed(a.astype(complex), np.array(pair), 3) @ b))


@pytest.mark.parametrize("name", ATOMS)
@pytest.mark.parametrize("n_qubits", [2, 3, 4])
def test_the_jacobian_is_that_of_finite_differences(
    name: str, n_qubits: int, rng: np.random.Generator
) -> None:
    template = regular(n_qubits, name, 4, 1, rng)
    target = haar(n_qubits, 3)
    size, parameters = 1 << n_qubits, len(template.owner)
    w = aligned_defect(target, template) + np.eye(size)
    ours = _jacobian(template, _measure(target, template).products)[0].reshape(-1, size, size)
    for a in range(0, parameters, 3):
        turn = STEP * np.eye(parameters)[a : a + 1]
        ends = [aligned_defect(target, template.turned(sign * turn)) for sign in (1.0, -1.0)]
        h = 1j * w.conj().T @ (ends[0] - ends[1]) / (2 * STEP)
        # The aligned phase takes the trace away; the generators have none.
        h -= np.trace(h) / size * np.eye(size)
        assert_close(ours[a], h.real + h.imag, DIFFERENCE)


@pytest.mark.parametrize("name", ATOMS)
def test_slots_turn_by_their_own_generators(name: str, rng: np.random.Generator) -> None:
    template = regular(3, name, 2, 1, rng)
    turns = rng.normal(size=(1, len(template.owner)))
    turned = template.turned(turns)
    for slot, labels in enumerate(template.generators):
        angles = turns[0, template.owner == slot]
        h = sum(
            (
                x * pauli_matrix(np.eye(15)[pauli_index(p)])
                for x, p in zip(angles, labels, strict=True)
            ),
            np.zeros((4, 4)),
        )
        assert_close(turned.matrices[0, slot], expm(-1j * h) @ template.matrices[0, slot])


@pytest.mark.parametrize("name", ATOMS)
def test_no_generator_is_redundant_and_none_is_missing(name: str, rng: np.random.Generator) -> None:
    length = ATOMS[name].bound(3) + 1
    template = regular(3, name, length, 1, rng)
    jacobian = _jacobian(template, _measure(np.eye(8), template).products)[0]
    assert np.linalg.matrix_rank(jacobian, tol=1e-8) == 63
    few = regular(3, name, 4, 1, rng)
    jacobian = _jacobian(few, _measure(np.eye(8), few).products)[0]
    assert np.linalg.matrix_rank(jacobian, tol=1e-8) == len(few.owner)


@pytest.mark.parametrize("name", ATOMS)
@pytest.mark.parametrize("length", [4, 20])  # 20: more parameters than equations
def test_errors_square_near_a_planted_circuit(
    name: str, length: int, rng: np.random.Generator
) -> None:
    planted = regular(3, name, length, 1, rng)
    target = unitary(name, planted)
    template = planted.randomised(rng, 1e-3)
    errors = []
    for _ in range(4):
        state = _measure(target, template)
        errors.append(float(np.sqrt(state.squared[0])))
        template = template.turned(_turns(state, np.zeros(1)))
    # The constant of e -> C e^2 is the curvature of the circuits over the least slope: up to 14 here.
    for before, after in itertools.pairwise(errors):
        assert after < 50 * before**2 + FITTED
    assert errors[-1] < FITTED


@pytest.mark.parametrize("name", ATOMS)
@pytest.mark.parametrize("n_qubits", [2, 3, 4])
def test_planted_circuits_are_recovered(name: str, n_qubits: int, rng: np.random.Generator) -> None:
    planted = regular(n_qubits, name, 5, 1, rng)
    target = np.exp(0.7j) * unitary(name, planted)
    found = fit(target, planted.take(np.zeros(4, dtype=int)).randomised(rng, 0.1))
    assert found.residual.max() < FITTED
    for row in range(4):
        assert operator_error(target, unitary(name, found.template, row)) < FITTED


def test_one_batch_holds_circuits_of_different_layouts(rng: np.random.Generator) -> None:
    layouts = [[(0, 1), (1, 2), (0, 2)], [(1, 2), (2, 0), (0, 1)]]
    templates = assemble(3, ATOMS["cx"], layouts).randomised(rng, 1.0)
    target = unitary("cx", templates, 1)
    found = fit(target, templates.randomised(rng, 0.05))
    assert found.best == 1
    assert found.residual[1] < FITTED < 1e-2 < found.residual[0]
    alone = fit(target, templates.take(np.array([0])))
    assert len(alone.template) == 1


def test_too_few_gates_do_not_fit(rng: np.random.Generator) -> None:
    found = fit(haar(3, 4), regular(3, "cx", 8, 16, rng), iterations=60)
    assert found.residual.min() > 1e-2  # 8 CX of the 14 that are needed


def test_the_residual_never_grows(rng: np.random.Generator) -> None:
    template, target = regular(3, "cx", 14, 32, rng), haar(3, 5)
    residuals = [fit(target, template, iterations=k).residual for k in range(10)]
    assert (np.diff(residuals, axis=0) <= 0).all()
    assert (np.diff(residuals, axis=0) == 0).any()  # some steps are taken back
    assert (residuals[9] < residuals[0] - 0.1).all()
    assert_close(residuals[0] ** 2, _measure(target, template).squared)


def test_all_stop_when_the_first_is_there(rng: np.random.Generator) -> None:
    planted = regular(3, "su4", 4, 2, rng)
    target = unitary("su4", planted, 0)
    found = fit(target, planted, first=True)
    assert found.iterations == 0
    assert found.residual[1] > 0.1


@pytest.mark.parametrize("n_qubits", [2, 3, 4])
def test_sweeps_never_increase_the_distance(n_qubits: int, rng: np.random.Generator) -> None:
    template, target = regular(n_qubits, "su4", 6, 4, rng), haar(n_qubits, 6)
    squared = [_measure(target, template).squared]
    for _ in range(8):
        template = sweep(target, template)
        squared.append(_measure(target, template).squared)
        assert_close(
            template.matrices @ dagger(template.matrices), np.eye(4) + 0 * template.matrices
        )
    assert (np.diff(squared, axis=0) < ROUNDING).all()
    assert (squared[-1] < squared[0]).all()


def test_one_sweep_finds_a_single_gate(rng: np.random.Generator) -> None:
    template, target = regular(2, "su4", 1, 1, rng), haar(2, 7)
    assert _measure(target, sweep(target, template)).squared[0] < FITTED**2


def test_sweeps_leave_fixed_and_local_slots_alone(rng: np.random.Generator) -> None:
    template = regular(3, "cx", 3, 1, rng)
    assert_close(sweep(haar(3, 8), template).matrices, template.matrices)


@pytest.mark.parametrize("name", ATOMS)
def test_gates_and_templates_are_the_same_circuit(name: str, rng: np.random.Generator) -> None:
    template = regular(3, name, 5, 1, rng)
    gates = to_gates(ATOMS[name], template)
    whole = aligned_defect(np.eye(8), template) + np.eye(8)
    assert operator_error(whole, circuit_unitary(3, gates)) < ROUNDING
    assert layout_of(gates) == regular_layout(3, 5)
    again = from_gates(3, ATOMS[name], gates)
    assert again.generators == template.generators
    assert operator_error(whole, unitary(name, again)) < ROUNDING


@pytest.mark.parametrize("name", ["su4", "cx"])
def test_one_qubit_gates_of_any_place_are_kept(name: str) -> None:
    cx = ATOMS["cx"].fixed[-1]
    gates = [Gate((1,), haar(1, 10)), Gate((0, 1), cx), Gate((0,), haar(1, 11)), Gate((2, 1), cx)]
    gates += [Gate((1,), haar(1, 12)), Gate((1,), haar(1, 13))]
    whole = unitary(name, from_gates(3, ATOMS[name], gates))
    assert operator_error(whole, circuit_unitary(3, gates)) < ROUNDING


def test_equal_seeds_give_equal_bits() -> None:
    found = [
        fit(haar(3, 9), regular(3, "rzz", 6, 4, np.random.default_rng(1)), iterations=20)
        for _ in range(2)
    ]
    assert (found[0].template.matrices == found[1].template.matrices).all()
