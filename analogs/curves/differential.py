"""First and second derivatives of a map of one sample, in float64, whatever its layers are.

Functions map one sample, a float64 tensor, to a tensor; both may have any shape and are flattened.
A torch module is taken to map a batch, and is run on a batch of one sample.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch.nn.attention import SDPBackend, sdpa_kernel

from analogs.curves.precision import in_float64
from qgeom._checks import check_finite_array

Matrix = NDArray[np.float64]
Vector = NDArray[np.float64]
SampleMap = Callable[[torch.Tensor], torch.Tensor]


def sample_map(function: SampleMap | torch.nn.Module) -> SampleMap:
    """Return `function` as a map of one float64 sample; a module must be in evaluation mode.

    Examples
    --------
    >>> sample_map(torch.nn.Flatten().eval())(torch.ones(2, 3)).shape
    torch.Size([6])
    """
    if not isinstance(function, torch.nn.Module):
        return function
    model = in_float64(function)
    return lambda sample: model(sample[None])[0]


def jacobian_at(
    function: SampleMap | torch.nn.Module, x: ArrayLike | torch.Tensor
) -> NDArray[np.float64]:
    """Return J = df(x), shape (m, n), by reverse differentiation.

    Examples
    --------
    >>> jacobian_at(lambda p: p**2, [1.0, 3.0])
    array([[2., 0.],
           [0., 6.]])
    """
    point = point_of(x)
    flat = flattened(sample_map(function), point)
    return torch.func.jacrev(flat)(point.flatten()).detach().numpy()


def point_of(x: ArrayLike | torch.Tensor) -> torch.Tensor:
    """Return x as a float64 tensor on the CPU; raise ValueError unless it is finite."""
    array = x.detach().cpu().numpy() if isinstance(x, torch.Tensor) else x
    return torch.from_numpy(check_finite_array("x", array).astype(np.float64))


def flattened(function: SampleMap, point: torch.Tensor) -> SampleMap:
    """Return the function from vectors to vectors, for samples of the shape of `point`."""

    def flat(place: torch.Tensor) -> torch.Tensor:
        # Of the kernels of attention this one alone has second derivatives, and works in a vmap.
        with sdpa_kernel(SDPBackend.MATH):
            return function(place.reshape(point.shape)).flatten()

    return flat


def first_derivative(flat: SampleMap, start: torch.Tensor, u: Vector) -> Vector:
    """D f(u) at `start`: <w, f(x + s u)> differentiated in s and then in w."""
    s = torch.zeros((), dtype=torch.float64, requires_grad=True)
    value = flat(start + s * torch.from_numpy(u)) + 0.0 * s
    weight = torch.zeros_like(value, requires_grad=True)
    (by_s,) = torch.autograd.grad(value @ weight, s, create_graph=True)
    (first,) = torch.autograd.grad(by_s, weight)
    return first.detach().numpy()


def second_derivative(flat: SampleMap, start: torch.Tensor, u: Vector, v: Vector) -> Vector:
    """D^2 f(u, v) at `start`, by reverse differentiation alone, which every layer offers.

    <w, f(x + s u + t v)> is differentiated in s, in t, and, as it is linear in w, in w.
    """
    s, t = (torch.zeros((), dtype=torch.float64, requires_grad=True) for _ in range(2))
    value = flat(start + s * torch.from_numpy(u) + t * torch.from_numpy(v))
    # The sum with 0 keeps the derivatives defined for a function that is affine in s or t.
    value = value + 0.0 * s * t
    weight = torch.zeros_like(value, requires_grad=True)
    (by_s,) = torch.autograd.grad(value @ weight, s, create_graph=True)
    (by_both,) = torch.autograd.grad(by_s, t, create_graph=True)
    (second,) = torch.autograd.grad(by_both, weight)
    return second.detach().numpy()
