"""The gradient of exp(-i H) for torch, in a module that does not import torch."""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def exponential(torch: Any) -> Any:
    r"""Return the `torch.autograd.Function` of ``H -> exp(-i H)`` for Hermitian H (..., N, N).

    With eigenvalues w and eigenvectors V (Daleckii-Krein),

        d exp(-i H) = V (Phi * (V^dagger dH V)) V^dagger,
        Phi_jk = -i exp(-i (w_j + w_k) / 2) sinc((w_j - w_k) / 2).

    No difference of eigenvalues is divided by, so that the gradient is finite where some coincide;
    that of `eigh` is not.  It equals the gradient of ``torch.matrix_exp(-1j * H)``.

    Where the gradient is itself to be differentiated, the adjoint of the derivative is read off the
    exponential of a block matrix, which torch differentiates:

        exp [[iH, G], [0, iH]] = [[exp(iH), D], [0, exp(iH)]],   gradient = i D.
    """

    class Exponential(torch.autograd.Function):
        @staticmethod
        def forward(context: Any, hermitian: Any) -> Any:
            values, vectors = torch.linalg.eigh(hermitian)
            context.save_for_backward(hermitian, values, vectors)
            return (vectors * torch.exp(-1j * values)[..., None, :]) @ vectors.mH

        @staticmethod
        def backward(context: Any, gradient: Any) -> Any:
            hermitian, values, vectors = context.saved_tensors
            # With `create_graph`.  The saved eigenvectors do not know H: a second derivative through
            # them is wrong without a word, and `once_differentiable` keeps silent in mixed sums.
            if torch.is_grad_enabled():
                return _differentiable(hermitian, gradient)
            half = 0.5 * values
            mean = half[..., :, None] + half[..., None, :]
            gap = half[..., :, None] - half[..., None, :]
            kernel = -1j * torch.exp(-1j * mean) * torch.sinc(gap / torch.pi)
            return vectors @ (kernel.conj() * (vectors.mH @ gradient @ vectors)) @ vectors.mH

    def _differentiable(hermitian: Any, gradient: Any) -> Any:
        size = hermitian.shape[-1]
        upper = torch.cat([1j * hermitian, gradient], dim=-1)
        lower = torch.cat([torch.zeros_like(hermitian), 1j * hermitian], dim=-1)
        block = torch.matrix_exp(torch.cat([upper, lower], dim=-2))
        return 1j * block[..., :size, size:]

    return Exponential
