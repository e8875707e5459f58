"""Derivatives of exp(-i H) in torch, against those of `torch.matrix_exp`."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from qgeom._linalg import expm_hermitian
from qgeom.algebra.paulis import pauli_index, pauli_matrix
from tests.backends import CUDA
from tests.closeness import EXACT, assert_close

DEVICES = ["cpu", *CUDA]


def by_pade(hermitian: torch.Tensor) -> torch.Tensor:
    return torch.matrix_exp(-1j * hermitian)


def pauli_vector(label: str, amount: float) -> np.ndarray:
    out = np.zeros(4 ** len(label) - 1)
    if amount:
        out[pauli_index(label)] = amount
    return out


# Coefficients of Hamiltonians with equal eigenvalues: eigenvectors have no derivative there.
DEGENERATE = {
    "X (x) X": pauli_vector("XX", 0.7),
    "X (x) X at a half turn": pauli_vector("XX", np.pi),
    "zero": pauli_vector("XX", 0.0),
    "one of three qubits": pauli_vector("IZI", 1.3),
}


def complex_normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.normal(size=shape) + 1j * rng.normal(size=shape)


def gradient(
    exponential: Callable[[torch.Tensor], torch.Tensor], h: np.ndarray, w: np.ndarray, device: str
) -> np.ndarray:
    """Gradient of ``Re tr(W^dagger exp(-i H))`` in H."""
    leaf = torch.tensor(h, device=device, requires_grad=True)
    (exponential(leaf) * torch.tensor(w.conj(), device=device)).real.sum().backward()
    assert leaf.grad is not None
    return leaf.grad.resolve_conj().cpu().numpy()


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("size", [1, 2, 5, 16])
def test_gradient_is_that_of_matrix_exp(size: int, device: str, rng: np.random.Generator) -> None:
    a, w = complex_normal(rng, 2, 3, 4, size, size)
    h = a + np.conj(np.swapaxes(a, -1, -2))
    assert_close(gradient(expm_hermitian, h, w, device), gradient(by_pade, h, w, device), 1e-12)


@pytest.mark.parametrize("device", DEVICES)
@pytest.mark.parametrize("name", DEGENERATE)
def test_gradient_is_finite_where_eigenvalues_coincide(
    name: str, device: str, rng: np.random.Generator
) -> None:
    h = pauli_matrix(DEGENERATE[name])
    w = complex_normal(rng, *h.shape)
    assert_close(gradient(expm_hermitian, h, w, device), gradient(by_pade, h, w, device), 1e-12)


def test_gradient_through_eigenvectors_is_not() -> None:
    """Why the derivative is written out: on X (x) X that of `eigh` is NaN."""

    def naive(h: torch.Tensor) -> torch.Tensor:
        values, vectors = torch.linalg.eigh(h)
        return (vectors * torch.exp(-1j * values)[..., None, :]) @ vectors.mH

    h = pauli_matrix(DEGENERATE["X (x) X"])
    assert np.isnan(gradient(naive, h, np.diag([1.0, 2.0, 3.0, 4.0]) + 0j, "cpu")).any()


def test_gradient_is_that_of_differences(rng: np.random.Generator) -> None:
    leaf = torch.tensor(rng.normal(size=(2, 15)), requires_grad=True)
    assert torch.autograd.gradcheck(lambda x: expm_hermitian(pauli_matrix(x)), leaf)
    assert torch.autograd.gradgradcheck(lambda x: expm_hermitian(pauli_matrix(x)), leaf)


@pytest.mark.parametrize("name", ["generic", *DEGENERATE])
def test_second_derivative_is_right(name: str, rng: np.random.Generator) -> None:
    """In a sum with another term, where a derivative that stops counts as zero without an error."""
    x = torch.tensor(rng.normal(size=15) if name == "generic" else DEGENERATE[name])
    w = torch.tensor(complex_normal(rng, *pauli_matrix(x).shape))

    def hessian(exponential: Callable[[torch.Tensor], torch.Tensor]) -> np.ndarray:
        def loss(y: torch.Tensor) -> torch.Tensor:
            return (y**4).sum() + (w * exponential(pauli_matrix(y))).real.sum()

        return torch.autograd.functional.hessian(loss, x).numpy()

    assert_close(hessian(expm_hermitian), hessian(by_pade), 1e-12)


def test_value_does_not_depend_on_the_gradient(rng: np.random.Generator) -> None:
    h = pauli_matrix(torch.tensor(rng.normal(size=(3, 63))))
    plain, tracked = expm_hermitian(h), expm_hermitian(h.clone().requires_grad_())
    assert not plain.requires_grad
    assert tracked.requires_grad
    assert_close(tracked.detach().numpy(), plain.numpy(), EXACT)
    with torch.no_grad():
        assert not expm_hermitian(h.clone().requires_grad_()).requires_grad
