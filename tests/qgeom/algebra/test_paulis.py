"""Pauli strings and their transform, against Kronecker products and against Qiskit."""

from __future__ import annotations

import functools
import itertools
import tracemalloc

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from qiskit.quantum_info import Operator, Pauli, SparsePauliOp

from qgeom.algebra.paulis import (
    pauli_anticommute,
    pauli_coefficients,
    pauli_index,
    pauli_label,
    pauli_matrix,
    pauli_product,
    pauli_rescale,
    pauli_strings,
    symplectic_layout,
)
from tests.backends import BACKENDS, fetch, place
from tests.closeness import EXACT, assert_close

LETTERS = {
    "I": np.eye(2),
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}


def dense(label: str) -> np.ndarray:
    """Brute force: the leftmost letter is the outermost Kronecker factor."""
    return functools.reduce(np.kron, (LETTERS[letter] for letter in label)).astype(complex)


def all_labels(n_qubits: int) -> list[str]:
    return ["".join(letters) for letters in itertools.product("IXYZ", repeat=n_qubits)][1:]


def hermitian(rng: np.random.Generator, *shape: int) -> np.ndarray:
    a = rng.normal(size=(*shape, shape[-1])) + 1j * rng.normal(size=(*shape, shape[-1]))
    return a + np.conj(np.swapaxes(a, -1, -2))


def traceless(matrix: np.ndarray) -> np.ndarray:
    size = matrix.shape[-1]
    return matrix - np.trace(matrix, axis1=-2, axis2=-1)[..., None, None] / size * np.eye(size)


def masks(label: str) -> tuple[int, int]:
    strings = pauli_strings(len(label))
    index = pauli_index(label)
    return int(strings.x[index]), int(strings.z[index])


# Pairs of labels on the same number of qubits, identity left out.
PAIRS = st.integers(1, 4).flatmap(
    lambda n: st.tuples(
        *[st.text("IXYZ", min_size=n, max_size=n).filter(lambda t: t.strip("I"))] * 2
    )
)


# ---- the strings


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_strings_are_in_label_order_with_their_masks_and_weights(n_qubits: int) -> None:
    strings, labels = pauli_strings(n_qubits), all_labels(n_qubits)
    assert strings.labels == tuple(labels)
    assert strings.dim == 4**n_qubits - 1
    assert strings.weight.tolist() == [n_qubits - label.count("I") for label in labels]
    for label, x, z in zip(labels, strings.x, strings.z, strict=True):
        # Qiskit's masks are arrays over qubits, qubit 0 first.
        pauli = Pauli(label)
        assert int(x) == sum(1 << int(q) for q in np.flatnonzero(pauli.x))
        assert int(z) == sum(1 << int(q) for q in np.flatnonzero(pauli.z))


@given(st.integers(1, 6).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, 4**n - 1))))
def test_labels_and_indices_are_inverse(case: tuple[int, int]) -> None:
    n_qubits, number = case
    assert pauli_index(pauli_label(number, n_qubits)) == number - 1


@pytest.mark.parametrize("label", ["", "x", "XA", "X Y"])
def test_a_label_of_other_letters_is_refused(label: str) -> None:
    with pytest.raises(ValueError, match="`label` must consist of the letters I, X, Y, Z, but"):
        pauli_index(label)


def test_the_identity_has_no_index() -> None:
    with pytest.raises(ValueError, match="`label` must not be the identity, but is 'II'"):
        pauli_index("II")


@pytest.mark.parametrize("n_qubits", [0, 13, 2.0, "2"])
def test_a_wrong_number_of_qubits_is_refused(n_qubits: object) -> None:
    pauli_strings(2)  # a cached answer must not let 2.0 pass
    with pytest.raises(ValueError, match="`n_qubits` must be"):
        pauli_strings(n_qubits)


@given(PAIRS)
def test_product_has_the_phase_of_the_matrices(pair: tuple[str, str]) -> None:
    first, second = pair
    x, z, power = pauli_product(*masks(first), *masks(second))
    number = sum(
        ((0, 3), (1, 2))[(int(x) >> q) & 1][(int(z) >> q) & 1] << (2 * q) for q in range(len(first))
    )
    expected = 1j ** int(power) * dense(pauli_label(number, len(first)))
    assert_close(dense(first) @ dense(second), expected, EXACT)


@given(PAIRS)
def test_anticommutation_is_that_of_the_matrices(pair: tuple[str, str]) -> None:
    a, b = dense(pair[0]), dense(pair[1])
    sign = -1 if pauli_anticommute(*masks(pair[0]), *masks(pair[1])) else 1
    assert_close(a @ b, sign * b @ a, EXACT)


def test_products_broadcast_over_arrays_of_strings() -> None:
    s = pauli_strings(2)
    x, z, power = pauli_product(s.x[:, None], s.z[:, None], s.x, s.z)
    for i, j in np.ndindex(15, 15):
        one = pauli_product(s.x[i], s.z[i], s.x[j], s.z[j])
        assert (x[i, j], z[i, j], power[i, j]) == one


# ---- the transform


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_basis_matrices_are_kronecker_products(n_qubits: int) -> None:
    labels = all_labels(n_qubits)
    brute = np.array([dense(label) for label in labels])
    assert_close(pauli_matrix(np.eye(len(labels))), brute, EXACT)
    assert_close(pauli_coefficients(brute), np.eye(len(labels)), EXACT)


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4, 5, 6])
def test_coefficients_are_those_of_qiskit(n_qubits: int, rng: np.random.Generator) -> None:
    matrix = traceless(hermitian(rng, 1 << n_qubits))
    expected = np.zeros(4**n_qubits - 1)
    # Its default tolerance drops terms below 1e-5.
    terms = SparsePauliOp.from_operator(Operator(matrix), atol=0.0, rtol=0.0)
    for label, value in terms.to_list():
        if label.strip("I"):
            expected[pauli_index(label)] = value.real
    assert_close(pauli_coefficients(matrix), expected, EXACT)
    assert_close(pauli_matrix(expected), matrix, EXACT)


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_coefficients_are_traces(n_qubits: int, rng: np.random.Generator) -> None:
    matrix = hermitian(rng, 1 << n_qubits)
    traces = [np.trace(dense(label) @ matrix).real for label in all_labels(n_qubits)]
    assert_close(pauli_coefficients(matrix), np.array(traces) / (1 << n_qubits), EXACT)


def test_leftmost_letter_acts_on_the_highest_qubit() -> None:
    """A target that is not symmetric: Z on qubit 0 alone flips the sign of odd rows."""
    coefficients = np.zeros(63)
    coefficients[pauli_index("IIZ")] = 1.0
    assert_close(pauli_matrix(coefficients), np.diag([1.0, -1.0] * 4).astype(complex), EXACT)
    only_x_on_qubit_2 = Operator(np.kron(LETTERS["X"], np.eye(4))).data
    assert pauli_coefficients(only_x_on_qubit_2)[pauli_index("XII")] == 1.0


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n_qubits", [1, 2, 3, 5])
def test_transform_inverts_on_batches_of_every_backend(
    n_qubits: int, backend: str, rng: np.random.Generator
) -> None:
    coefficients = rng.normal(size=(2, 3, 4**n_qubits - 1))
    matrices = pauli_matrix(place(coefficients, backend))
    looped = [[pauli_matrix(one) for one in row] for row in coefficients]
    assert_close(fetch(matrices, backend), np.array(looped), EXACT)
    assert_close(fetch(pauli_coefficients(matrices), backend), coefficients, EXACT)


@pytest.mark.parametrize("backend", BACKENDS)
def test_transform_accepts_lazy_conjugates(backend: str, rng: np.random.Generator) -> None:
    matrix = hermitian(rng, 8) @ np.diag(np.exp(1j * rng.normal(size=8)))
    adjoint = place(matrix, backend).swapaxes(-1, -2).conj()
    assert_close(fetch(pauli_coefficients(adjoint), backend), pauli_coefficients(matrix.conj().T))


def test_integer_coefficients_are_not_truncated() -> None:
    assert_close(pauli_matrix(np.array([0, 1, 0])), dense("Y"), EXACT)


def test_transform_is_differentiable_in_torch(rng: np.random.Generator) -> None:
    coefficients = torch.tensor(rng.normal(size=(2, 15)), requires_grad=True)
    matrix = torch.tensor(hermitian(rng, 2, 4), requires_grad=True)
    layout = symplectic_layout(rng.uniform(1, 2, size=15), 2)
    assert torch.autograd.gradcheck(pauli_matrix, coefficients)
    assert torch.autograd.gradcheck(pauli_coefficients, matrix)
    assert torch.autograd.gradcheck(lambda m: pauli_rescale(m, layout), matrix)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n_qubits", [1, 2, 3, 5])
def test_rescaling_multiplies_each_component(
    n_qubits: int, backend: str, rng: np.random.Generator
) -> None:
    factors = rng.uniform(0.1, 10.0, size=4**n_qubits - 1)
    matrix = hermitian(rng, 2, 1 << n_qubits)
    expected = pauli_matrix(factors * pauli_coefficients(matrix))
    layout = place(symplectic_layout(factors, n_qubits), backend)
    assert_close(fetch(pauli_rescale(place(matrix, backend), layout), backend), expected, EXACT)


def test_rescaling_is_complex_linear(rng: np.random.Generator) -> None:
    """Not only Hermitian matrices: both parts are rescaled, and the trace is removed."""
    real, imaginary = hermitian(rng, 2, 8)
    layout = symplectic_layout(rng.uniform(0.1, 10.0, size=63), 3)
    expected = pauli_rescale(real, layout) + 1j * pauli_rescale(imaginary, layout)
    assert_close(pauli_rescale(real + 1j * imaginary, layout), expected, EXACT)


@pytest.mark.parametrize("length", [1, 4, 14, 16])
def test_a_wrong_number_of_coefficients_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=rf"must have 4\^n - 1 entries .*, but have {length}"):
        pauli_matrix(np.zeros(length))


def test_transform_makes_no_array_of_16_to_the_n(rng: np.random.Generator) -> None:
    n_qubits = 7
    budget = 40 * 4**n_qubits * 16  # forty matrices; a table of all strings would take 16^n numbers
    matrix = hermitian(rng, 1 << n_qubits)
    pauli_strings(n_qubits)  # made once and kept
    tracemalloc.start()
    back = pauli_matrix(pauli_coefficients(matrix))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert_close(back, traceless(matrix), EXACT)
    assert peak < budget
