"""Networks on the set of blocks of an image: every function of the blocks that forgets their order."""

from __future__ import annotations

from collections import OrderedDict

import torch

from analogs.training.seeding import build
from qgeom._checks import check_integer


class Total(torch.nn.Module):
    """The sum over all places of (n, channels, height, width), shape (n, channels)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Sum the last two axes."""
        return x.sum((-2, -1))


def deepsets(
    width: int, block: int, *, classes: int = 10, in_channels: int = 1, seed: int
) -> torch.nn.Sequential:
    r"""Return a network on the set of `block` x `block` blocks of an image.

    .. math:: f(\{b_1, \dots, b_m\}) = \rho\Bigl(\sum_{i=1}^{m} \phi(b_i)\Bigr),

    with perceptrons :math:`\phi` (two layers) and :math:`\rho` (one hidden layer) of `width` ReLU
    units.  With enough units this form approximates every continuous function of the blocks that
    does not depend on their order (Zaheer et al. 2017, arXiv:1703.06114, theorem 7).  The weights
    are float32 and depend on `seed` alone.

    Raises
    ------
    ValueError
        If a size is below 1 (classes: 2).

    Examples
    --------
    >>> model, one = deepsets(8, 2, seed=0), torch.eye(4)[None, None]
    >>> swapped = one.roll(2, dims=-2)  # the upper and the lower half
    >>> float((model(one) - model(swapped)).detach().abs().max()) < 1e-6
    True
    >>> sum(p.numel() for p in model.parameters())  # 8*4+8 + 2*(8*8+8) + 10*8+10
    274
    """
    check_integer("width", width, 1)
    check_integer("block", block, 1)
    check_integer("classes", classes, 2)
    check_integer("in_channels", in_channels, 1)

    def make() -> torch.nn.Sequential:
        layers: OrderedDict[str, torch.nn.Module] = OrderedDict()
        # A convolution whose stride is its kernel is a linear layer on each block.
        layers["phi1"] = torch.nn.Conv2d(in_channels, width, block, stride=block)
        layers["act1"] = torch.nn.ReLU()
        layers["phi2"] = torch.nn.Conv2d(width, width, 1)
        layers["act2"] = torch.nn.ReLU()
        layers["total"] = Total()
        layers["rho1"] = torch.nn.Linear(width, width)
        layers["act3"] = torch.nn.ReLU()
        layers["rho2"] = torch.nn.Linear(width, classes)
        return torch.nn.Sequential(layers)

    return build(seed, make)
