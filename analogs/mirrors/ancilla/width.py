"""Networks of growing width on the digits: how fast they fit, how they generalise, how firm they are."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from analogs.training import Split, build, convnet, train

# Adam on 30 % of the digits, which every net but the narrowest can fit.
TRAIN_FRACTION, BATCH, RATE = 0.3, 32, 3e-3
EPOCHS_QUICK, EPOCHS_FULL = 30, 60
# Share of correct training labels that counts as a fit.
FITTED = 0.99
# Test images whose radius is measured, and steps of the linearisation.
IMAGES, STEPS = 200, 20
# A step goes beyond the linearised boundary by this share, as in DeepFool.
OVERSHOOT = 0.02

Make = Callable[[int, int], torch.nn.Module]


@dataclass(frozen=True)
class Architecture:
    """Networks with one knob, the width: `make` maps width and seed to a network."""

    name: str
    widths_quick: tuple[int, ...]
    widths_full: tuple[int, ...]
    make: Make


def perceptron(width: int, seed: int) -> torch.nn.Module:
    """One hidden layer of ReLU units on the 64 pixels."""
    return build(
        seed,
        lambda: torch.nn.Sequential(
            torch.nn.Flatten(),
            torch.nn.Linear(64, width),
            torch.nn.ReLU(),
            torch.nn.Linear(width, 10),
        ),
    )


ARCHITECTURES = (
    Architecture("perceptron, one hidden layer", (4, 16, 64), (4, 8, 16, 32, 64, 128), perceptron),
    Architecture(
        "one convolution 3 x 3 and a linear layer",
        (1, 4, 16),
        (1, 2, 4, 8, 16),
        lambda width, seed: convnet([width], 3, seed=seed),
    ),
)


@dataclass(frozen=True)
class Trained:
    """What one network gave.

    Attributes
    ----------
    steps
        Gradient steps until the training set is fitted; one epoch more than was trained if never.
    gap
        Training accuracy minus test accuracy at the end.
    radius
        Median adversarial radius of correctly labelled test images.
    train_accuracy, test_accuracy
        At the end.
    """

    steps: int
    gap: float
    radius: float
    train_accuracy: float
    test_accuracy: float


def train_one(model: torch.nn.Module, split: Split, epochs: int, seed: int) -> Trained:
    """Train a network for a fixed number of epochs and measure it."""
    history = train(
        model,
        split,
        epochs=epochs,
        batch_size=BATCH,
        learning_rate=RATE,
        weight_decay=0.0,
        seed=seed,
    )
    fitted = np.flatnonzero(np.array(history.train_accuracy) >= FITTED)
    epoch = int(fitted[0]) + 1 if len(fitted) else epochs + 1
    return Trained(
        steps=epoch * -(-len(split.train_y) // BATCH),
        gap=history.train_accuracy[-1] - history.test_accuracy[-1],
        radius=adversarial_radius(model, split.test_x[:IMAGES], split.test_y[:IMAGES]),
        train_accuracy=history.train_accuracy[-1],
        test_accuracy=history.test_accuracy[-1],
    )


def adversarial_radius(model: torch.nn.Module, x: np.ndarray, y: np.ndarray) -> float:
    """Median Euclidean size of the smallest change found that turns a correct label into another.

    DeepFool (Moosavi-Dezfooli et al. 2016): step to the nearest boundary of the linearised network
    until the label changes.  An upper bound of the radius of each image; images that keep their label
    count as infinitely far.

    Examples
    --------
    On a line with the boundary at 0 the radius is the distance from it, and the overshoot.

    >>> line = torch.nn.Linear(1, 2, bias=False).requires_grad_(False)
    >>> _ = line.weight.copy_(torch.tensor([[1.0], [-1.0]]))
    >>> radius = adversarial_radius(line, np.array([[2.0], [3.0], [4.0]]), np.array([0, 0, 0]))
    >>> round(radius, 6)
    3.06
    """
    model = copy.deepcopy(model).double().eval().requires_grad_(False)
    start, labels = torch.tensor(x), torch.tensor(y)
    right = model(start).argmax(-1) == labels
    start, labels = start[right], labels[right]
    moved, radius = torch.zeros_like(start), np.full(len(labels), np.inf)
    for _ in range(STEPS):
        moved = moved + _step(model, start + moved, labels)
        changed = (1 + OVERSHOOT) * moved
        flipped = (model(start + changed).argmax(-1) != labels).numpy()
        size = changed.flatten(1).norm(dim=1).numpy()
        radius = np.where(flipped, np.minimum(radius, size), radius)
        if np.isfinite(radius).all():
            break
    return float(np.median(radius))


def _step(model: torch.nn.Module, point: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """From each point to the nearest boundary of the network linearised there."""
    image = point.clone().requires_grad_()
    scores = model(image)
    slopes = [
        torch.autograd.grad(score.sum(), image, retain_graph=True)[0] for score in scores.unbind(1)
    ]
    slope, score = torch.stack(slopes, dim=1).flatten(2), scores.detach()
    index = torch.arange(len(labels))
    normals = slope[index, labels][:, None] - slope
    distance = score[index, labels][:, None] - score
    square = (normals**2).sum(-1)
    # The margin of a label against itself is 0 and has no boundary.
    reach = torch.where(square > 0, distance.abs() / square.sqrt(), torch.inf)
    chosen = reach.argmin(-1)
    # Where no unit is open the network is flat, and no boundary is in sight.
    near = square[index, chosen]
    scale = torch.where(near > 0, distance[index, chosen] / near, 0.0)
    return -(scale[:, None] * normals[index, chosen]).reshape(point.shape)
