"""One brief training run, the same for all claims that compare many deep networks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from analogs.training.data import Split, digits
from analogs.training.loop import train

# Of the 1797 digits: images to train on, and to test on after every epoch.
IMAGES, TESTED = 500, 400
EPOCHS_QUICK, EPOCHS_FULL = 5, 8
BATCH, RATE = 100, 4e-3
# What a loss counts as that is larger, or not a number.
LARGEST_LOSS = 1e3


@dataclass(frozen=True)
class Trained:
    """How a brief run ended: mean loss of its last epoch, share of correct labels after it."""

    loss: float
    train_accuracy: float
    test_accuracy: float


def few_digits(rng: np.random.Generator) -> Split:
    """Return 500 digits to train on and 400 others to test on.

    Examples
    --------
    >>> split = few_digits(np.random.default_rng(0))
    >>> len(split.train_y), len(split.test_y)
    (500, 400)
    """
    whole = digits(train_fraction=0.5, rng=rng)
    train_x, train_y = whole.train_x[:IMAGES], whole.train_y[:IMAGES]
    return Split(train_x, train_y, whole.test_x[:TESTED], whole.test_y[:TESTED])


def train_briefly(
    model: torch.nn.Module, split: Split, *, quick: bool, seed: int, rate: float = RATE
) -> Trained:
    """Train `model` in place with Adam at one rate, and measure it.

    The loss is that of the batches in training mode, while the weights moved; the accuracies are
    those of evaluation mode.  A run whose loss is no number any more
    counts as `LARGEST_LOSS` and guessing.

    Raises
    ------
    ValueError
        As `train`.
    """
    history = train(
        model,
        split,
        epochs=EPOCHS_QUICK if quick else EPOCHS_FULL,
        batch_size=BATCH,
        learning_rate=rate,
        weight_decay=0.0,
        seed=seed,
    )
    if not history.finished:
        chance = 1 / split.classes
        return Trained(LARGEST_LOSS, chance, chance)
    loss = min(history.loss[-1], LARGEST_LOSS)
    return Trained(loss, history.train_accuracy[-1], history.test_accuracy[-1])
