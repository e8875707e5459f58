"""Deep networks without shortcuts."""

from __future__ import annotations

import torch

from analogs.training.networks.blocks import Stack, numbered
from analogs.training.seeding import build
from qgeom._checks import check_integer


def plain_net(depth: int, stack: Stack, *, seed: int) -> torch.nn.Sequential:
    """Return ``x_{l+1} = W_l phi(x_l)``, l = 1 ... `depth`, between a stem and a linear layer.

    phi is the activation, after batch normalisation if the stack has one: the layers of
    `residual_net` in the order "pre", with the shortcuts left out.  With batch normalisation and the
    same seed both start with the same weights.

    Raises
    ------
    ValueError
        If `depth` is below 1.

    Examples
    --------
    >>> model = plain_net(2, Stack(4), seed=0)
    >>> [name for name, _ in model.named_children()]
    ['stem', 'unit1', 'unit2', 'last', 'flatten', 'linear']
    >>> sum(p.numel() for p in model.parameters())  # 40 + 2 (8 + 148) + 8 + 650
    1010
    """
    check_integer("depth", depth, 1)

    def unit() -> torch.nn.Module:
        return torch.nn.Sequential(*stack.norm(), stack.act(), stack.mix())

    def make() -> torch.nn.Sequential:
        return stack.frame(numbered(unit, depth), [*stack.norm(), stack.act()])

    return build(seed, make)
