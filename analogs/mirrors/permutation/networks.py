"""The networks that are given permuted images."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch

from analogs.training import Split, build, convnet
from analogs.training.networks import averaged, bag_of_blocks, deepsets

CHANNELS, KERNEL = (8, 16), 3
# Channels of the bag, and units of the perceptron and of both perceptrons of DeepSets.
BAG, UNITS = (32, 32), 64
# What the blocks and the two halvings of a side must divide.
DIVISOR = 2 ** len(CHANNELS)

# Maps the images, the side of a block and a seed to a network.
Make = Callable[[Split, int, int], torch.nn.Module]


def _convolutional(split: Split, block: int, seed: int) -> torch.nn.Module:
    return convnet(CHANNELS, KERNEL, seed=seed, **_sized(split))


def _averaged(split: Split, block: int, seed: int) -> torch.nn.Module:
    return averaged(CHANNELS, KERNEL, seed=seed, **_sized(split))


def _bag(split: Split, block: int, seed: int) -> torch.nn.Module:
    return bag_of_blocks(BAG, block, seed=seed, **_extent(split))


def _perceptron(split: Split, block: int, seed: int) -> torch.nn.Module:
    pixels = math.prod(split.train_x.shape[1:])
    return build(
        seed,
        lambda: torch.nn.Sequential(
            torch.nn.Flatten(),
            torch.nn.Linear(pixels, UNITS),
            torch.nn.ReLU(),
            torch.nn.Linear(UNITS, split.classes),
        ),
    )


def _deepsets(split: Split, block: int, seed: int) -> torch.nn.Module:
    return deepsets(UNITS, block, seed=seed, **_extent(split))


def _extent(split: Split) -> dict[str, Any]:
    return {"classes": split.classes, "in_channels": split.train_x.shape[1]}


def _sized(split: Split) -> dict[str, Any]:
    return {"side": split.train_x.shape[-1], **_extent(split)}


LINEAR, AVERAGE = "CNN, linear layer on all places", "CNN, average over all places"
BAG_OF_BLOCKS, PERCEPTRON, DEEPSETS = "bag of blocks", "perceptron", "DeepSets on blocks"

NETWORKS: dict[str, Make] = {
    LINEAR: _convolutional,
    AVERAGE: _averaged,
    PERCEPTRON: _perceptron,
    BAG_OF_BLOCKS: _bag,
    DEEPSETS: _deepsets,
}
# Networks that do not see the order of the blocks; the others do not see the size of a block.
BLIND = (BAG_OF_BLOCKS, DEEPSETS)
