"""Kernels on batches of matrices, against scipy and against their definitions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.linalg
import torch
from hypothesis import given
from hypothesis import strategies as st

from qgeom._linalg import (
    RADIX_BITS,
    as_complex,
    as_real,
    block_diagonal,
    commutator,
    dagger,
    expm_hermitian,
    fwht,
    log_unitary,
    namespace,
    on_host,
    unitarise,
    unitary_eigen,
)
from tests.backends import BACKENDS, fetch, place
from tests.closeness import EXACT, assert_close, assert_order


def complex_normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def hermitian(rng: np.random.Generator, *shape: int) -> np.ndarray:
    a = complex_normal(rng, *shape, shape[-1])
    return a + dagger(a)


def unitary(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return np.linalg.qr(complex_normal(rng, *shape, shape[-1]))[0]


# ---- arrays of either kind


@pytest.mark.parametrize("backend", BACKENDS)
def test_real_view_and_back_is_the_identity(backend: str, rng: np.random.Generator) -> None:
    array = complex_normal(rng, 2, 5)
    real = as_real(place(array, backend))
    assert_close(fetch(real, backend), np.stack([array.real, array.imag], axis=-1), EXACT)
    assert_close(fetch(as_complex(real), backend), array, EXACT)
    # Torch marks a conjugate without computing it; the view must not miss the mark.
    marked = fetch(as_real(place(array, backend).conj()), backend)
    assert_close(marked, np.stack([array.real, -array.imag], axis=-1), EXACT)


def test_tensors_come_back_to_the_host_without_their_marks(rng: np.random.Generator) -> None:
    array = complex_normal(rng, 2, 3)
    assert on_host(array) is array
    for backend in BACKENDS[1:]:
        tensor = place(array, backend).requires_grad_()
        assert_close(on_host(tensor.conj()), array.conj(), EXACT)


def test_namespace_is_that_of_the_array() -> None:
    assert namespace(np.ones(2)) is np
    assert namespace(torch.ones(2)) is torch


@pytest.mark.parametrize("backend", BACKENDS)
def test_commutator_and_dagger(backend: str, rng: np.random.Generator) -> None:
    a, b = complex_normal(rng, 2, 3, 4, 4)
    found = fetch(commutator(place(a, backend), place(b, backend)), backend)
    assert_close(found, np.array([x @ y - y @ x for x, y in zip(a, b, strict=True)]), EXACT)
    assert_close(fetch(dagger(place(a, backend)), backend), np.array([x.conj().T for x in a]))


# ---- the butterfly


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("bits", range(2 * RADIX_BITS + 2))
def test_butterfly_is_the_hadamard_matrix(
    bits: int, backend: str, rng: np.random.Generator
) -> None:
    """Below, at and above the radix, and with a last digit that is shorter than the others."""
    array = rng.normal(size=(2, 1 << bits, 3))
    expected = scipy.linalg.hadamard(1 << bits) @ array
    assert_close(fetch(fwht(place(array, backend)), backend), expected, EXACT)


@given(st.integers(0, 9), st.integers(0, 2**32 - 1))
def test_butterfly_twice_is_the_length(bits: int, seed: int) -> None:
    array = np.random.default_rng(seed).normal(size=(1 << bits, 2))
    assert_close(fwht(fwht(array)) / (1 << bits), array, EXACT)


def test_butterfly_is_differentiable_in_torch(rng: np.random.Generator) -> None:
    array = torch.tensor(rng.normal(size=(1 << (RADIX_BITS + 1), 1)), requires_grad=True)
    assert torch.autograd.gradcheck(fwht, array)


# ---- exponentials and logarithms


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("size", [1, 2, 5, 16])
def test_exponential_is_that_of_scipy(size: int, backend: str, rng: np.random.Generator) -> None:
    h = hermitian(rng, 3, size)
    found = fetch(expm_hermitian(place(h, backend)), backend)
    assert_close(found, scipy.linalg.expm(-1j * h))
    assert_close(found @ dagger(found), np.stack([np.eye(size)] * 3), EXACT)


def test_exponential_of_a_degenerate_hamiltonian() -> None:
    """``exp(-i t X (x) X) = cos t - i sin t X (x) X``: two pairs of equal eigenvalues."""
    xx = np.eye(4)[::-1]
    expected = np.cos(0.7) * np.eye(4) - 1j * np.sin(0.7) * xx
    assert_close(expm_hermitian(0.7 * xx), expected, EXACT)


def assert_eigen(u: np.ndarray, backend: str) -> None:
    phases, vectors = (fetch(part, backend) for part in unitary_eigen(place(u, backend)))
    identity = np.broadcast_to(np.eye(u.shape[-1]), u.shape)
    assert_close(dagger(vectors) @ vectors, identity)
    assert_close((vectors * np.exp(1j * phases)[..., None, :]) @ dagger(vectors), u)
    assert np.all(np.abs(phases) <= np.pi)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("size", [1, 2, 8])
def test_eigenvectors_of_unitaries_diagonalise_them(
    size: int, backend: str, rng: np.random.Generator
) -> None:
    assert_eigen(unitary(rng, 2, 3, size), backend)


MIRROR = 2 * 0.7306  # the phases a and MIRROR - a look alike in the fixed combination
SPECTRA = {
    "identity": [0.0, 0.0, 0.0, 0.0],
    "minus the identity": [np.pi] * 4,
    "a gate": [0.0, 0.0, 0.0, np.pi],
    "two pairs": [0.4, 0.4, -1.1, -1.1],
    "conjugate pairs": [0.4, -0.4, 2.0, -2.0],
    "almost equal": [0.4, 0.4 + 1e-9, 0.4 + 1e-13, -2.0],
    "collision": [0.2, MIRROR - 0.2, 1.0, -3.0],
    "almost a collision": [0.2, MIRROR - 0.2 + 1e-9, 1.0, -3.0],
    "collision of pairs": [0.2, 0.2, MIRROR - 0.2, MIRROR - 0.2],
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", SPECTRA)
def test_eigenvectors_stay_orthonormal_on_degenerate_spectra(
    name: str, backend: str, rng: np.random.Generator
) -> None:
    basis = unitary(rng, 4)
    u = (basis * np.exp(1j * np.array(SPECTRA[name]))) @ dagger(basis)
    assert_eigen(u, backend)
    found = np.sort_complex(np.exp(1j * unitary_eigen(u)[0]).round(6) + 0)
    assert_close(found, np.sort_complex(np.exp(1j * np.array(SPECTRA[name])).round(6) + 0), 1e-5)


@pytest.mark.parametrize("backend", BACKENDS)
def test_one_collision_in_a_batch_does_not_spoil_the_others(
    backend: str, rng: np.random.Generator
) -> None:
    bases = unitary(rng, 2, 4)
    spectra = np.exp(1j * np.array([SPECTRA["collision"], SPECTRA["two pairs"]]))
    assert_eigen((bases * spectra[:, None, :]) @ dagger(bases), backend)


@given(st.lists(st.floats(-3.1, 3.1), min_size=4, max_size=4), st.integers(0, 2**32 - 1))
def test_logarithm_is_the_principal_one(phases: list[float], seed: int) -> None:
    basis = unitary(np.random.default_rng(seed), 4)
    h = (basis * -np.array(phases)) @ dagger(basis)
    assert_close(log_unitary(expm_hermitian(h)), h)


@pytest.mark.parametrize("backend", BACKENDS)
def test_logarithm_at_minus_one_is_a_logarithm(backend: str, rng: np.random.Generator) -> None:
    """Both ends of the branch exponentiate to -1; which one is taken is a matter of rounding."""
    basis = unitary(rng, 3, 4)
    u = (basis * np.array([1, -1, -1, 1j])) @ dagger(basis)
    h = fetch(log_unitary(place(u, backend)), backend)
    assert_close(h, dagger(h))
    assert_close(expm_hermitian(h), u)
    assert_close(np.abs(np.linalg.eigvalsh(h)).max(axis=-1), np.full(3, np.pi))


# ---- the nearest unitary


def test_one_sweep_squares_the_defect(rng: np.random.Generator) -> None:
    """Singular values 1 + e go to 1 - 3/2 e^2 + O(e^3), so the defect 2e goes to 3 e^2."""
    u, noise = unitary(rng, 4), complex_normal(rng, 4, 4)
    halvings = 1e-2 * 0.5 ** np.arange(5)
    defects = []
    for e in halvings:
        once = unitarise(u + e * noise, sweeps=1)
        defects.append(np.abs(dagger(once) @ once - np.eye(4)).max())
    assert_order(defects, 2)


def test_sweeps_lead_to_the_nearest_unitary(rng: np.random.Generator) -> None:
    u = unitary(rng, 3, 4) + 1e-5 * complex_normal(rng, 3, 4, 4)
    nearest = np.array([scipy.linalg.polar(one)[0] for one in u])
    assert_close(unitarise(u), nearest)


def test_unitaries_are_left_alone(rng: np.random.Generator) -> None:
    u = unitary(rng, 3, 4)
    assert_close(unitarise(u), u, EXACT)


def test_blocks_are_put_on_the_diagonal(rng: np.random.Generator) -> None:
    a, b = complex_normal(rng, 2, 3, 2, 2), rng.normal(size=(2, 3, 4, 4))
    found = block_diagonal(a, b)
    assert found.dtype == np.complex128
    for i, j in itertools.product(range(2), range(3)):
        assert_close(found[i, j], scipy.linalg.block_diag(a[i, j], b[i, j]), EXACT)
