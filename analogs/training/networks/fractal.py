"""Fractal networks: deep without shortcuts, since short paths are averaged with long ones."""

from __future__ import annotations

import torch

from analogs.training.networks.blocks import Stack, numbered
from analogs.training.seeding import build
from qgeom._checks import check_integer, fail

nn = torch.nn


class FractalUnit(nn.Module):
    """``f_1 = g`` and ``f_{C+1}(x) = (f_C(f_C(x)) + g(x)) / 2`` with a new layer g at every place."""

    def __init__(self, columns: int, stack: Stack) -> None:
        super().__init__()
        self.layer = nn.Sequential(stack.mix(), *stack.norm(), stack.act())
        halves = [FractalUnit(columns - 1, stack) for _ in range(2 if columns > 1 else 0)]
        self.halves = nn.Sequential(*halves)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map a batch to a batch of the same shape."""
        short: torch.Tensor = self.layer(x)
        return (self.halves(x) + short) / 2 if len(self.halves) else short


def fractal_net(depth: int, columns: int, stack: Stack, *, seed: int) -> nn.Sequential:
    """Return units ``f_columns`` between a stem and a linear layer; the longest path has `depth` layers.

    A unit holds paths of 1, 2, 4, ..., 2^(columns - 1) layers (Larsson et al. 2017, equation 1,
    without drop-path).

    Raises
    ------
    ValueError
        If `depth` is no multiple of 2^(columns - 1), or a number is below 1.

    Examples
    --------
    >>> model = fractal_net(4, 2, Stack(4), seed=0)
    >>> [name for name, _ in model.named_children()]
    ['stem', 'unit1', 'unit2', 'last', 'flatten', 'linear']
    >>> sum(p.numel() for p in model.parameters())  # 40 + 2 * 3 (148 + 8) + 650
    1626
    """
    check_integer("columns", columns, 1)
    longest = 2 ** (columns - 1)
    if check_integer("depth", depth, longest) % longest:
        raise fail("depth", f"be a multiple of {longest}, the longest path", f"is {depth}")

    def unit() -> FractalUnit:
        return FractalUnit(columns, stack)

    return build(seed, lambda: stack.frame(numbered(unit, depth // longest), []))
