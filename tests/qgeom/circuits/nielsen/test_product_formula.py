"""Product formulas against scipy's exponential: layers, orders, counts, and every bound."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import scipy.linalg

from qgeom.algebra.hamiltonians import transverse_ising
from qgeom.algebra.paulis import pauli_coefficients, pauli_index, pauli_matrix, pauli_strings
from qgeom.circuits.gates import Gate, circuit_unitary
from qgeom.circuits.nielsen.product_formula import (
    commutator_bound,
    evolution_gates,
    formula_bound,
    formula_gates,
    hamiltonian_layers,
    remainder_bound,
)
from tests.closeness import assert_close, assert_order

ORDERS = (1, 2, 4)
# The leading order of these bounds is that of the error; commutators are added up without signs.
TIGHT = {1: 3.0, 2: 2.0, 4: 2.0}
LOOSE = {1: 5.0, 2: 4.0, 4: 1e4}


def local_hamiltonian(n_qubits: int, seed: int) -> np.ndarray:
    strings = pauli_strings(n_qubits)
    h = np.random.default_rng(seed).normal(size=strings.dim) * (strings.weight <= 2)
    return h / np.linalg.norm(pauli_matrix(h), ord=2)


def evolution(hamiltonian: np.ndarray, time: float) -> np.ndarray:
    return scipy.linalg.expm(-1j * time * pauli_matrix(hamiltonian))


def error(hamiltonian: np.ndarray, time: float, order: int, steps: int) -> float:
    exact = evolution(hamiltonian, time)
    n_qubits = len(exact).bit_length() - 1
    made = circuit_unitary(n_qubits, evolution_gates(hamiltonian, time, order, steps))
    return float(np.linalg.norm(exact - made, ord=2))


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4, 5])
def test_layers_add_up_and_hold_disjoint_qubits(n_qubits: int) -> None:
    h = local_hamiltonian(n_qubits, n_qubits)
    layers = hamiltonian_layers(h)
    total = np.zeros((1 << n_qubits,) * 2, dtype=complex)
    for layer in layers:
        qubits = [qubit for part in layer for qubit in part.qubits]
        assert len(set(qubits)) == len(qubits)
        for part in layer:
            total += circuit_unitary(n_qubits, [Gate(part.qubits, part.matrix)])
    assert_close(total, pauli_matrix(h))
    pairs = [part.qubits for layer in layers for part in layer if len(part.qubits) == 2]
    assert sorted(pairs) == list(itertools.combinations(range(n_qubits), 2))
    assert [len(layer) for layer in layers] == sorted(len(layer) for layer in layers)


def test_fields_are_shared_out_by_the_pairs_of_their_qubit() -> None:
    """On a chain the end has one pair and its neighbour two."""
    h = transverse_ising(3)
    (low,), (high,) = hamiltonian_layers(h)
    fields = {(0, 1): {0: 1.0, 1: 0.5}, (1, 2): {1: 0.5, 2: 1.0}}
    for part in (low, high):
        for place, qubit in enumerate(part.qubits):
            own = pauli_index("IX" if place == 0 else "XI")
            share = pauli_coefficients(part.matrix)[own] / h[pauli_index("IIX")]
            assert_close(share, fields[part.qubits][qubit])


def test_smaller_layers_stand_at_the_ends() -> None:
    h = transverse_ising(4)  # pairs (0, 1) and (2, 3) in one layer, (1, 2) in the other
    assert [len(evolution_gates(h, 0.5, 2, steps)) for steps in (1, 2, 3)] == [4, 7, 10]


def test_qubits_apart_have_gates_of_their_own() -> None:
    h = np.zeros(63)
    h[[pauli_index(label) for label in ("IZZ", "IIX", "YII")]] = 1.0, 0.5, 0.25
    layers = hamiltonian_layers(h)
    assert [[part.qubits for part in layer] for layer in layers] == [[(0, 1), (2,)]]
    assert error(h, 0.7, 2, 1) < 1e-14
    assert [part.qubits for layer in hamiltonian_layers(h * (h < 0.5)) for part in layer] == [(2,)]


def test_nothing_to_do_is_no_gate() -> None:
    assert evolution_gates(np.zeros(15)) == ()
    assert hamiltonian_layers(np.zeros(15)) == ()
    assert [bound(np.zeros(15)) for bound in (formula_bound, commutator_bound)] == [0.0, 0.0]


@pytest.mark.parametrize("order", ORDERS)
def test_orders_of_the_formulas(order: int) -> None:
    h = local_hamiltonian(3, 0)
    assert_order([error(h, 0.5, order, steps) for steps in (2, 4, 8)], order)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize(("n_qubits", "time"), [(3, 0.7), (4, 0.3), (3, -0.7)])
def test_bounds_hold_and_are_not_vacuous(order: int, n_qubits: int, time: float) -> None:
    for seed in range(3):
        h = local_hamiltonian(n_qubits, seed)
        for steps in (1, 3):
            measured = error(h, time, order, steps)
            integral = formula_bound(h, time, order, steps)
            assert measured <= integral <= TIGHT[order] * measured
            assert measured > integral / 10  # negative control: a tenth is no bound
            nested = commutator_bound(h, time, order, steps)
            assert measured <= nested <= LOOSE[order] * measured
            # A Gauss sum of the integral is below the expansion of the integrand.
            assert integral <= nested * (1 + 1e-9)


def test_bound_of_two_layers_by_hand() -> None:
    h = transverse_ising(3)
    a, b = (
        sum(circuit_unitary(3, [Gate(part.qubits, part.matrix)]) for part in layer)
        for layer in hamiltonian_layers(h)
    )
    inner = b @ a - a @ b
    twice = [np.linalg.norm(x @ inner - inner @ x, ord=2) for x in (b, a)]
    assert_close(commutator_bound(h, 0.5, 2), 0.125 * (twice[0] / 12 + twice[1] / 24))
    assert_close(commutator_bound(h, 0.5, 1), 0.125 * np.linalg.norm(inner, ord=2))


def brute_remainder(layers: np.ndarray, stages: tuple[tuple[int, float], ...], order: int) -> float:
    """The sum over all exponents q of all factors, term by term."""
    total = 0.0
    for k, (layer, weight) in enumerate(stages):
        later = stages[k + 1 :]
        for powers in itertools.product(range(order + 1), repeat=len(later)):
            if sum(powers) != order:
                continue
            nested, factor = layers[layer], abs(weight)
            for (outer, scale), power in zip(later, powers, strict=True):
                factor *= abs(scale) ** power / math.factorial(power)
                for _ in range(power):
                    nested = layers[outer] @ nested - nested @ layers[outer]
            total += factor * float(np.linalg.norm(nested, ord=2))
    return total / (order + 1)


def test_words_of_the_tensor_algebra_against_the_sum_over_powers(rng: np.random.Generator) -> None:
    layers = pauli_matrix(rng.normal(size=(3, 15)))
    stages = ((0, 0.5), (1, 0.5), (2, -1.5), (1, 0.25), (0, 0.5), (0, 0.3))
    for order in (1, 2, 3, 4):
        expected = brute_remainder(layers, stages, order)
        assert_close(remainder_bound(layers, stages, order), expected)


@pytest.mark.parametrize(("order", "gates"), [(1, 2), (2, 3), (4, 11)])
def test_neighbours_are_merged(order: int, gates: int) -> None:
    h = transverse_ising(3)
    period = gates if order == 1 else gates - 1
    counts = [len(evolution_gates(h, 0.5, order, steps)) for steps in (1, 2, 5)]
    assert counts == [gates, gates + period, gates + 4 * period]
    loose, tight = formula_gates(h, 0.5, order, 2), evolution_gates(h, 0.5, order, 2)
    assert_close(circuit_unitary(3, loose), circuit_unitary(3, tight))


def test_time_runs_backwards() -> None:
    h = local_hamiltonian(3, 5)
    there, back = (circuit_unitary(3, evolution_gates(h, t, 2)) for t in (0.4, -0.4))
    assert_close(there @ back, np.eye(8))


@pytest.mark.parametrize(
    ("labels", "options", "message"),
    [
        (("XXX",), {}, "`hamiltonian` must have Pauli weight at most 2, but has weight 3"),
        (("XXI",), {"order": 3}, "`order` must be 1, 2 or 4, but is 3"),
        (("XXI",), {"steps": 0}, "`steps` must be at least 1"),
        (("XXI",), {"time": np.inf}, "`time` must be finite"),
    ],
)
def test_wrong_input_is_refused(
    labels: tuple[str, ...], options: dict[str, float], message: str
) -> None:
    h = np.zeros(63)
    h[[pauli_index(label) for label in labels]] = 1.0
    for function in (evolution_gates, formula_bound, commutator_bound):
        with pytest.raises(ValueError, match=message):
            function(h, **options)  # type: ignore[operator]


@pytest.mark.parametrize("shape", [(0,), (7,), (1, 15)])
def test_wrong_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="`hamiltonian` must"):
        hamiltonian_layers(np.zeros(shape))
