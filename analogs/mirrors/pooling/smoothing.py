"""Gradients that are smoothed over the pixels of a kernel: what K does to a velocity."""

from __future__ import annotations

import torch

from qgeom._checks import check_positive


def sobolev_kernel(side: int, strength: float) -> torch.Tensor:
    r"""Return :math:`K = (1 + a L)^{-1}` on a grid of `side` x `side` pixels, (side^2, side^2).

    L is the Laplacian of the grid with its nearest neighbours, so that K keeps constants, shrinks
    what varies, and takes the Euclidean gradient to that of the H^1 metric.

    Raises
    ------
    ValueError
        If the strength a is not positive.

    Examples
    --------
    >>> K = sobolev_kernel(2, 1.0)
    >>> (K @ torch.tensor([1.0, -1.0, -1.0, 1.0], dtype=torch.float64) * 5).round()  # L = 4
    tensor([ 1., -1., -1.,  1.], dtype=torch.float64)
    """
    check_positive("strength", strength)
    path = torch.diag(torch.ones(side - 1, dtype=torch.float64), 1)
    links = path + path.T
    line = torch.diag(links.sum(0)) - links
    one = torch.eye(side, dtype=torch.float64)
    laplacian = torch.kron(line, one) + torch.kron(one, line)
    return torch.linalg.inv(torch.eye(side**2, dtype=torch.float64) + strength * laplacian)


def smooth_gradients(model: torch.nn.Module, strength: float) -> torch.nn.Module:
    """Make every backward pass through `model` give smoothed gradients of its convolutions.

    Examples
    --------
    >>> layer = smooth_gradients(torch.nn.Conv2d(1, 1, 3, bias=False), 1e6)
    >>> layer(torch.rand(1, 1, 3, 3)).sum().backward()
    >>> bool(layer.weight.grad.std() < 1e-5)  # all but the mean is gone
    True
    """
    for layer in model.modules():
        if isinstance(layer, torch.nn.Conv2d):
            kernel = sobolev_kernel(layer.kernel_size[0], strength).to(layer.weight.dtype)
            layer.weight.register_hook(lambda gradient, kernel=kernel: _smooth(gradient, kernel))
    return model


def _smooth(gradient: torch.Tensor, kernel: torch.Tensor) -> torch.Tensor:
    return (gradient.flatten(2) @ kernel).reshape(gradient.shape)
