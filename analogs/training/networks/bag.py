"""Convolutional networks that average over all places before their last layer."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import torch

from analogs.training.networks.convnet import convnet
from analogs.training.seeding import build, seeded
from qgeom._checks import check_integer, fail


def averaged(
    channels: Sequence[int], kernel: int, *, classes: int = 10, seed: int, **options: Any
) -> torch.nn.Sequential:
    """Return a `convnet` that averages each channel over all places instead of flattening.

    Global average pooling (Lin et al. 2014, arXiv:1312.4400), then one linear layer.  Arguments and
    errors are those of `convnet`, and so are the weights of the convolutions.

    Examples
    --------
    >>> model = averaged([8, 16], 3, seed=0)
    >>> [name for name, _ in model.named_children()][-3:]
    ['average', 'flatten', 'linear']
    >>> sum(p.numel() for p in model.parameters())  # 8*9+8 + 16*72+16 + 10*16+10
    1418
    """
    whole = convnet(channels, kernel, classes=classes, seed=seed, **options)
    if not channels:
        raise fail("channels", "hold at least one convolution", "is empty")
    layers = OrderedDict(whole[:-2].named_children())
    layers["average"] = torch.nn.AdaptiveAvgPool2d(1)
    layers["flatten"] = torch.nn.Flatten()
    with seeded(seed, 1):
        layers["linear"] = torch.nn.Linear(channels[-1], classes)
    return torch.nn.Sequential(layers)


def bag_of_blocks(
    channels: Sequence[int], block: int, *, classes: int = 10, in_channels: int = 1, seed: int
) -> torch.nn.Sequential:
    """Return a convolutional network that sees one block of an image at a time, and no order.

    The first convolution has `channels[0]` kernels of `block` x `block` pixels and the stride
    `block`, those after it see one place (1 x 1); then the average over all places and one linear
    layer: a bag of local features (Brendel & Bethge 2019, arXiv:1904.00760).  The output does not
    depend on the order of the blocks.  The weights are float32 and depend on `seed` alone.

    Raises
    ------
    ValueError
        If a size is below 1 (classes: 2), or `channels` is empty.

    Examples
    --------
    >>> model, one = bag_of_blocks([8, 16], 2, seed=0), torch.eye(4)[None, None]
    >>> swapped = one.roll(2, dims=-1)  # the left and the right half
    >>> float((model(one) - model(swapped)).detach().abs().max()) < 1e-6
    True
    """
    widths = [check_integer("channels", width, 1) for width in channels]
    if not widths:
        raise fail("channels", "hold at least one convolution", "is empty")
    check_integer("block", block, 1)
    check_integer("classes", classes, 2)
    check_integer("in_channels", in_channels, 1)

    def make() -> torch.nn.Sequential:
        layers: OrderedDict[str, torch.nn.Module] = OrderedDict()
        for number, (before, after) in enumerate(pairwise([in_channels, *widths]), 1):
            extent = block if number == 1 else 1
            layers[f"conv{number}"] = torch.nn.Conv2d(before, after, extent, stride=extent)
            layers[f"act{number}"] = torch.nn.ReLU()
        layers["average"] = torch.nn.AdaptiveAvgPool2d(1)
        layers["flatten"] = torch.nn.Flatten()
        layers["linear"] = torch.nn.Linear(widths[-1], classes)
        return torch.nn.Sequential(layers)

    return build(seed, make)
