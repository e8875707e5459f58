"""Highway networks: gates decide how much of its input a layer carries on."""

from __future__ import annotations

import torch

from analogs.training.networks.blocks import Stack, numbered
from analogs.training.seeding import build
from qgeom._checks import check_finite_number, check_integer

nn = torch.nn

# Bias of the gates: at first they let a share sigma(-2) = 0.12 of the transformed signal through.
CARRY = -2.0


class HighwayUnit(nn.Module):
    """``T(x) H(x) + (1 - T(x)) x``, entry by entry."""

    def __init__(self, transform: nn.Module, gate: nn.Module) -> None:
        super().__init__()
        self.transform = transform
        self.gate = gate

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map a batch to a batch of the same shape."""
        return torch.lerp(x, self.transform(x), self.gate(x))


def highway_net(depth: int, stack: Stack, *, carry: float = CARRY, seed: int) -> nn.Sequential:
    """Return ``x_{l+1} = T_l H_l + (1 - T_l) x_l``, l = 1 ... `depth`, between stem and linear layer.

    ``H_l = phi(W_l x_l)``, with the normalisation before the activation phi, and
    ``T_l = sigma(V_l x_l + carry)``: two layers of weights, of which a path through the network
    passes one (Srivastava et al. 2015, equation 3).

    Raises
    ------
    ValueError
        If `depth` is below 1 or `carry` is not finite.

    Examples
    --------
    >>> model = highway_net(2, Stack(4), seed=0)
    >>> [name for name, _ in model.named_children()]
    ['stem', 'unit1', 'unit2', 'last', 'flatten', 'linear']
    >>> sum(p.numel() for p in model.parameters())  # 40 + 2 (148 + 8 + 148) + 650
    1298
    """
    check_integer("depth", depth, 1)
    check_finite_number("carry", carry)

    def unit() -> HighwayUnit:
        transform = nn.Sequential(stack.mix(), *stack.norm(), stack.act())
        return HighwayUnit(transform, nn.Sequential(stack.mix(bias=carry), nn.Sigmoid()))

    return build(seed, lambda: stack.frame(numbered(unit, depth), []))
