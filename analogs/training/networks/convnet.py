"""Small convolutional networks with one knob for each property that the claims vary."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal, get_args

import torch

from analogs.training.seeding import build
from qgeom._checks import check_choice, check_integer, fail

ACTIVATIONS: dict[str, Callable[[], torch.nn.Module]] = {
    "relu": torch.nn.ReLU,
    "tanh": torch.nn.Tanh,
    "sigmoid": torch.nn.Sigmoid,
    "softplus": torch.nn.Softplus,
    "identity": torch.nn.Identity,
}
POOLINGS = ("max", "average", "stride", "none")
Padding = Literal["zeros", "circular"]


def convnet(
    channels: Sequence[int],
    kernel: int,
    *,
    classes: int = 10,
    side: int = 8,
    in_channels: int = 1,
    activation: str = "relu",
    pooling: str = "max",
    padding: Padding = "zeros",
    seed: int,
) -> torch.nn.Sequential:
    """Return a network of CONV - activation - pooling blocks, then flatten and one linear layer.

    Block b has `channels[b]` kernels of `kernel` x `kernel` pixels, stride 1 and the size of its
    input ('same'); `pooling` then halves the side: "max", "average", "stride" (the convolution
    itself takes stride 2), or "none" (the side stays).  The weights are float32 and depend on
    `seed` alone.  Layers are named conv1, act1, pool1, conv2, ..., flatten, linear.

    Raises
    ------
    ValueError
        If `kernel` is even, the side cannot be halved once per block, or a name is unknown.

    Examples
    --------
    >>> model = convnet([8, 16], 3, seed=0)
    >>> [name for name, _ in model.named_children()]
    ['conv1', 'act1', 'pool1', 'conv2', 'act2', 'pool2', 'flatten', 'linear']
    >>> sum(p.numel() for p in model.parameters())  # 8*9+8 + 16*72+16 + 10*64+10
    1898
    """
    widths = [check_integer("channels", width, 1) for width in channels]
    check_integer("kernel", kernel, 1)
    check_integer("classes", classes, 2)
    check_integer("in_channels", in_channels, 1)
    check_choice("activation", activation, ACTIVATIONS)
    check_choice("pooling", pooling, POOLINGS)
    check_choice("padding", padding, get_args(Padding))
    if kernel % 2 == 0:
        raise fail("kernel", "be odd, so that 'same' padding is symmetric", f"is {kernel}")
    halvings = 0 if pooling == "none" else len(widths)
    if check_integer("side", side, 1) % 2**halvings:
        raise fail("side", f"be divisible by 2^{halvings} (one halving a block)", f"is {side}")

    def make() -> torch.nn.Sequential:
        layers: OrderedDict[str, torch.nn.Module] = OrderedDict()
        for number, (before, after) in enumerate(pairwise([in_channels, *widths]), 1):
            stride = 2 if pooling == "stride" else 1
            layers[f"conv{number}"] = torch.nn.Conv2d(
                before, after, kernel, stride, padding=kernel // 2, padding_mode=padding
            )
            layers[f"act{number}"] = ACTIVATIONS[activation]()
            if pooling == "max":
                layers[f"pool{number}"] = torch.nn.MaxPool2d(2)
            elif pooling == "average":
                layers[f"pool{number}"] = torch.nn.AvgPool2d(2)
        last_side = side // 2**halvings
        layers["flatten"] = torch.nn.Flatten()
        layers["linear"] = torch.nn.Linear([in_channels, *widths][-1] * last_side**2, classes)
        return torch.nn.Sequential(layers)

    return build(seed, make)
