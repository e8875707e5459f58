"""Training the networks on images in every order of their blocks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch

from analogs.evidence.claim import Row
from analogs.mirrors.permutation.blocks import many_orders, one_order, permute_blocks
from analogs.mirrors.permutation.networks import BLIND, NETWORKS
from analogs.training import Split, train

NONE, FIXED, EACH = "none", "one for all images", "one for each image"
ORDERS = (NONE, FIXED, EACH)
BATCH_SIZE, LEARNING_RATE = 64, 1e-2
# Epochs fall with the root of the number of images, 50 for a hundred: steps grow with the other root.
EPOCHS_AT_100 = 50

Case: TypeAlias = tuple[int | str, ...]


@dataclass(frozen=True)
class Images:
    """The same images with their blocks of one side in each of the three `ORDERS`."""

    block: int
    by_order: Mapping[str, Split]


@dataclass(frozen=True)
class Trained:
    """What one network gave; `order_error` is how much its output sees the order of the blocks."""

    accuracy: float
    train_accuracy: float
    order_error: float | None


def in_all_orders(split: Split, block: int, rng: np.random.Generator) -> Images:
    """Return images as they are, in one random order of their blocks, and in one order for each."""
    places = (split.train_x.shape[-1] // block) ** 2
    one = one_order(places, rng)
    orders = {
        FIXED: (one, one),
        EACH: tuple(many_orders(len(x), places, rng) for x in (split.train_x, split.test_x)),
    }
    permuted = {
        name: Split(
            permute_blocks(split.train_x, block, train),
            split.train_y,
            permute_blocks(split.test_x, block, test),
            split.test_y,
        )
        for name, (train, test) in orders.items()
    }
    return Images(block, {NONE: split, **permuted})


def network_rows(network: str, permuted: Sequence[Images], size: int, number: int) -> Iterator[Row]:
    """Train one network on each block and order, and only once on what is the same for it."""
    known: dict[Case, Trained] = {}
    for images in permuted:
        for order in ORDERS:
            case = _case(network, images.block, order)
            if case not in known:
                known[case] = train_one(network, images, size, order, number)
            yield {
                "network": network,
                "size": size,
                "block": images.block,
                "order": order,
                **vars(known[case]),
            }


def _case(network: str, block: int, order: str) -> Case:
    """Return what the training of a network depends on, beside the number of images."""
    if network in BLIND:
        return (block,)
    return () if order == NONE else (block, order)


def train_one(network: str, images: Images, size: int, order: str, number: int) -> Trained:
    """Train one network from the weights of seed `number`."""
    split = images.by_order[order].first(size)
    model = NETWORKS[network](split, images.block, number)
    history = train(
        model,
        split,
        epochs=max(1, round(EPOCHS_AT_100 * math.sqrt(100 / size))),
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        weight_decay=0.0,
        seed=number,
    )
    return Trained(
        history.test_accuracy[-1],
        history.train_accuracy[-1],
        order_error(model, images) if network in BLIND else None,
    )


def order_error(model: torch.nn.Module, images: Images) -> float:
    """Return the largest change of the output of a network by an order of the blocks.

    Relative to the largest output, in float64: the model is cast.
    """
    model.double()
    with torch.no_grad():
        plain, *others = (model(torch.tensor(images.by_order[order].test_x)) for order in ORDERS)
    change = max(float((other - plain).abs().max()) for other in others)
    return change / float(plain.abs().max())
