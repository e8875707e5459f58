"""Residual networks: both orders of He et al., and shortcuts that are not the identity."""

from __future__ import annotations

import torch

from analogs.training.networks.blocks import Stack, numbered
from analogs.training.seeding import build
from qgeom._checks import check_choice, check_finite_number, check_integer, fail

nn = torch.nn

ORDERS = ("pre", "post")
# Layers of weights in the residual function F.
LAYERS = 2


class Shortcut(nn.Module):
    """``h(x) = a R(theta) x``: every pair of channels is turned by theta and scaled by a.

    Examples
    --------
    >>> quarter = Shortcut(2, scale=3.0, angle=torch.pi / 2)
    >>> quarter(torch.tensor([[1.0, 0.0]])).round(decimals=4).tolist()
    [[-0.0, 3.0]]
    """

    matrix: torch.Tensor

    def __init__(self, width: int, scale: float, angle: float) -> None:
        super().__init__()
        turn = torch.tensor(angle)
        pair = scale * torch.stack(
            [torch.stack([turn.cos(), -turn.sin()]), torch.stack([turn.sin(), turn.cos()])]
        )
        blocks = torch.block_diag(*[pair] * (width // 2), *[torch.tensor(scale)] * (width % 2))
        self.register_buffer("matrix", blocks)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Turn and scale the channels of x (batch, channels, ...)."""
        return torch.einsum("ij,bj...->bi...", self.matrix, x)


class ResidualUnit(nn.Module):
    """``f(h(x) + F(x))`` with the `branch` F, the `shortcut` h and what comes `after`, f."""

    def __init__(self, branch: nn.Module, shortcut: nn.Module, after: nn.Module) -> None:
        super().__init__()
        self.branch = branch
        self.shortcut = shortcut
        self.after = after

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map a batch to a batch of the same shape."""
        added: torch.Tensor = self.after(self.shortcut(x) + self.branch(x))
        return added


def residual_net(
    depth: int,
    stack: Stack,
    *,
    order: str = "pre",
    scale: float = 1.0,
    angle: float = 0.0,
    seed: int,
) -> nn.Sequential:
    """Return ``x_{l+1} = f(h(x_l) + F_l(x_l))``, `depth` layers of weights, two in each F.

    - order "pre": f is the identity and ``F = W phi(W' phi(x))`` (He et al. 2016, figure 4e);
    - order "post": f is the activation and ``F = N W phi(W' x)`` (He et al. 2015, figure 2).

    phi is the activation after the normalisation N.  Without normalisation the second layer of F
    starts at zero, so that the network starts as its shortcuts (Zhang et al. 2019); with He's
    initialisation the signal would grow as 2^(units / 2).

    Parameters
    ----------
    scale, angle
        The shortcut h = `scale` R(`angle`) on pairs of channels.

    Raises
    ------
    ValueError
        If `depth` is odd or below 2, `scale` is 0, the width is odd with an `angle`, or `order` is
        unknown.

    Examples
    --------
    >>> model = residual_net(4, Stack(4), seed=0)
    >>> [name for name, _ in model.named_children()]
    ['stem', 'unit1', 'unit2', 'last', 'flatten', 'linear']
    >>> sum(p.numel() for p in model.parameters())  # as the plain network: 40 + 4 (8 + 148) + 8 + 650
    1322
    """
    check_choice("order", order, ORDERS)
    if check_integer("depth", depth, LAYERS) % LAYERS:
        raise fail("depth", f"be a multiple of {LAYERS}, the layers of F", f"is {depth}")
    if check_finite_number("scale", scale) == 0:
        raise fail("scale", "not be 0, which is no shortcut", "is 0")
    if check_finite_number("angle", angle) and stack.width % 2:
        raise fail("angle", "be 0 for an odd width, which has no pairs", f"is {angle}")

    def unit() -> ResidualUnit:
        layers = _branch(stack, order)
        after = stack.act() if order == "post" else nn.Identity()
        straight = (scale, angle) == (1.0, 0.0)
        shortcut = nn.Identity() if straight else Shortcut(stack.width, scale, angle)
        return ResidualUnit(nn.Sequential(*layers), shortcut, after)

    def make() -> nn.Sequential:
        last = [] if order == "post" else [*stack.norm(), stack.act()]
        return stack.frame(numbered(unit, depth // LAYERS), last)

    return build(seed, make)


def _branch(stack: Stack, order: str) -> list[nn.Module]:
    """Return the layers of F."""
    first, second = stack.mix(), stack.mix()
    if stack.normalisation == "none":
        nn.init.zeros_(second.weight)
    active = [*stack.norm(), stack.act()]
    if order == "pre":
        return [*active, first, *stack.norm(), stack.act(), second]
    return [first, *active, second, *stack.norm()]
