"""All small convolutional networks of a grid of structures, trained once each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from analogs.evidence.claim import Row
from analogs.training import Split, accuracy, convnet, digits, train

DEPTHS, WIDTHS, KERNELS = (1, 2, 3), (2, 4, 8), (1, 3, 5)
SHAPE = (len(DEPTHS), len(WIDTHS), len(KERNELS))
TRAIN_IMAGES, TEST_IMAGES = 300, 400
EPOCHS, BATCH_SIZE, LEARNING_RATE = 12, 32, 1e-2
# Two ReLU channels often die, and then nothing is learnt.
ACTIVATION = "tanh"


@dataclass(frozen=True)
class Structure:
    """A network of equal blocks CONV - tanh - max pooling, then one linear layer."""

    depth: int
    width: int
    kernel: int

    def model(self, seed: int) -> torch.nn.Sequential:
        """The network with random weights."""
        return convnet(
            [self.width] * self.depth,
            self.kernel,
            activation=ACTIVATION,
            pooling="max",
            seed=seed,
        )

    @property
    def operations(self) -> int:
        """Multiplications of one pass.

        Examples
        --------
        >>> Structure(1, 2, 3).operations  # 2 * 9 * 64 + 10 * 2 * 16
        1472
        """
        model, side, count = self.model(0), 8, 0
        for module in model:
            if isinstance(module, torch.nn.Conv2d):
                count += module.weight.numel() * side**2
                side //= 2
            elif isinstance(module, torch.nn.Linear):
                count += module.weight.numel()
        return count


def structures() -> tuple[Structure, ...]:
    """The grid, depth first.

    Examples
    --------
    >>> len(structures()), structures()[1]
    (27, Structure(depth=1, width=2, kernel=3))
    """
    return tuple(itertools.starmap(Structure, itertools.product(DEPTHS, WIDTHS, KERNELS)))


def few_digits(rng: np.random.Generator) -> Split:
    """Few training images, so that structures differ."""
    whole = digits(train_fraction=0.5, rng=rng)
    return Split(
        whole.train_x[:TRAIN_IMAGES],
        whole.train_y[:TRAIN_IMAGES],
        whole.test_x[:TEST_IMAGES],
        whole.test_y[:TEST_IMAGES],
    )


def train_grid(split: Split, seed: int, report: Callable[[str, float], None]) -> Iterator[Row]:
    """Errors and operations of every structure, the same seed for all."""
    grid = structures()
    for done, structure in enumerate(grid):
        report(f"depth {structure.depth}, width {structure.width}", done / len(grid))
        model = structure.model(seed)
        history = train(
            model,
            split,
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            weight_decay=0.0,
            seed=seed,
        )
        yield {
            "depth": structure.depth,
            "width": structure.width,
            "kernel": structure.kernel,
            "operations": structure.operations,
            "train_error": 1.0 - accuracy(model, split.train_x, split.train_y),
            "test_error": 1.0 - history.test_accuracy[-1],
        }
