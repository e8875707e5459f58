"""Model Hamiltonians: brute-force tensor products, free-fermion energies, and what is cheap."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable

import numpy as np
import pytest

from qgeom.algebra.hamiltonians import chaotic_ising, majorana_masks, syk, transverse_ising
from qgeom.algebra.paulis import pauli_matrix, pauli_strings
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.metric.schedules import chain, majorana
from tests.closeness import ROUNDING, assert_close

X, Z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
Y = 1j * X @ Z


def on(n_qubits: int, **letters: np.ndarray) -> np.ndarray:
    """Tensor product with matrices on named qubits ("q0" is the rightmost factor)."""
    factors = [letters.get(f"q{j}", np.eye(2)) for j in reversed(range(n_qubits))]
    return functools.reduce(np.kron, factors)


def brute_ising(n: int, g: float, h: float) -> np.ndarray:
    bonds = sum(on(n, **{f"q{j}": Z, f"q{j + 1}": Z}) for j in range(n - 1))
    return -bonds - sum(g * on(n, **{f"q{j}": X}) + h * on(n, **{f"q{j}": Z}) for j in range(n))


def brute_majoranas(n: int) -> list[np.ndarray]:
    """Jordan-Wigner by products: gamma_{2j} = X_j Z..Z, gamma_{2j+1} = Y_j Z..Z."""
    out = []
    for j in range(n):
        tail = {f"q{i}": Z for i in range(j)}
        out += [on(n, **tail, **{f"q{j}": letter}) for letter in (X, Y)]
    return out


def unit(matrix: np.ndarray) -> np.ndarray:
    return matrix / np.sqrt(np.trace(matrix @ matrix).real / len(matrix))


MODELS: dict[str, Callable[[int], np.ndarray]] = {
    "integrable": lambda n: transverse_ising(n, 0.7),
    "chaotic": chaotic_ising,
    "syk": lambda n: syk(n, rng=np.random.default_rng(3)),
    "free": lambda n: syk(n, rng=np.random.default_rng(3), body=2),
}


@pytest.mark.parametrize("name", MODELS)
def test_models_have_unit_norm_and_are_hermitian(name: str) -> None:
    for n in (2, 3, 4):
        matrix = pauli_matrix(MODELS[name](n))
        assert_close(matrix, matrix.conj().T)
        assert_close(np.trace(matrix @ matrix).real / 2**n, 1.0)


@pytest.mark.parametrize("n", [2, 3, 5])
def test_chains_against_tensor_products(n: int) -> None:
    assert_close(pauli_matrix(transverse_ising(n, 0.7)), unit(brute_ising(n, 0.7, 0.0)))
    assert_close(pauli_matrix(chaotic_ising(n, 0.9, 0.4)), unit(brute_ising(n, 0.9, 0.4)))


@pytest.mark.parametrize("g", [0.5, 1.0, 1.7])
def test_ground_energy_of_the_integrable_chain_is_that_of_free_fermions(g: float) -> None:
    """-sum of the singular values of the bidiagonal matrix (g, 1) (Lieb, Schultz, Mattis 1961)."""
    n = 6
    energies = np.linalg.svd(g * np.eye(n) + np.eye(n, k=1), compute_uv=False)
    ground = np.linalg.eigvalsh(pauli_matrix(transverse_ising(n, g)))[0]
    assert_close(ground * np.sqrt(n - 1 + n * g**2), -energies.sum())


def test_longitudinal_field_breaks_the_free_fermions() -> None:
    """Negative control: the same sum is not the ground energy of the chaotic chain."""
    n, g = 6, 1.0
    energies = np.linalg.svd(g * np.eye(n) + np.eye(n, k=1), compute_uv=False)
    ground = np.linalg.eigvalsh(pauli_matrix(chaotic_ising(n, g, 0.5)))[0]
    assert abs(ground * np.sqrt(n - 1 + n * (g**2 + 0.25)) + energies.sum()) > 0.1


@pytest.mark.parametrize("n", [1, 2, 4])
def test_majoranas_anticommute(n: int) -> None:
    strings = pauli_strings(n)
    rows = strings.index_of(*majorana_masks(n))
    gammas = pauli_matrix(np.eye(strings.dim)[rows])
    assert_close(gammas, np.array(brute_majoranas(n)))
    for a, b in itertools.product(range(2 * n), repeat=2):
        anti = gammas[a] @ gammas[b] + gammas[b] @ gammas[a]
        assert_close(anti, 2.0 * (a == b) * np.eye(2**n, dtype=complex))


@pytest.mark.parametrize(("n", "body"), [(2, 2), (2, 4), (3, 2), (3, 4), (3, 6), (4, 4)])
def test_syk_against_products_of_majoranas(n: int, body: int) -> None:
    gammas, couplings = brute_majoranas(n), np.random.default_rng(5)
    total = np.zeros((2**n, 2**n), complex)
    for subset in itertools.combinations(gammas, body):
        total += couplings.normal() * functools.reduce(np.matmul, subset)
    total *= 1j ** (body * (body - 1) // 2)
    built = syk(n, rng=np.random.default_rng(5), body=body)
    assert_close(pauli_matrix(built), unit(total), ROUNDING)
    assert np.count_nonzero(built) == math.comb(2 * n, body)


def test_all_terms_are_cheap_under_the_matching_cost() -> None:
    nine = nielsen(9.0)
    for model in (transverse_ising(4), chaotic_ising(4)):
        assert set(PauliMetric(4, nine).inertia[model != 0]) == {1.0}
        assert set(PauliMetric(4, chain(9.0)).inertia[model != 0]) == {1.0}
    random = syk(4, rng=np.random.default_rng(0))
    assert np.count_nonzero(random) == 70
    cheap = PauliMetric(4, majorana(lambda w: 1.0 if w <= 4 else 9.0))
    assert set(cheap.inertia[random != 0]) == {1.0}
    assert set(PauliMetric(4, nine).inertia[random != 0]) == {1.0, 9.0}  # negative control


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="`n_qubits` must be between 2 and 10, but is 1"):
        transverse_ising(1)
    with pytest.raises(ValueError, match="`field` must be finite"):
        chaotic_ising(3, np.nan)
    with pytest.raises(ValueError, match="`body` must be even, but is 3"):
        syk(3, rng=np.random.default_rng(0), body=3)
    with pytest.raises(ValueError, match="`body` must be between 2 and 6, but is 8"):
        syk(3, rng=np.random.default_rng(0), body=8)
