"""Residual networks with bounded steps in the plane, on two spirals.

No layer moves a point farther than `bound`, and a line reads the classes.  So after L layers a point
is within ``s = L bound`` of where it was, and the share of points that a line can part is at most the
`ceiling` of s.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.training import Split, build, train
from analogs.training.data import two_spirals
from qgeom._typing import Real

TURNS, COUNT, TRAIN_FRACTION = 1.5, 600, 0.5
# Units of a layer, and of the shallow one that is as wide as it likes.
WIDTH, WIDE = 16, 256
# Weights that see the arms of a spiral apart at the start.
SLOPE = 1.5
EPOCHS, BATCH, RATE = 60, 60, 2e-2
# Directions of the line; the ceiling is raised by what lies between two of them.
DIRECTIONS = 360


class ResidualNet(torch.nn.Module):
    """``h + F_l(h)`` in the plane, ``|F_l| < bound`` (infinite: not bounded), and a line as readout."""

    def __init__(self, layers: int, bound: float, width: int) -> None:
        super().__init__()
        self.bound = bound
        self.inward = torch.nn.Parameter(SLOPE * torch.randn(layers, width, 2))
        self.bias = torch.nn.Parameter(torch.randn(layers, width))
        self.outward = torch.nn.Parameter(torch.randn(layers, 2, width) / width**0.5)
        self.shift = torch.nn.Parameter(torch.zeros(layers, 2))
        self.readout = torch.nn.Linear(2, 2)

    def positions(self, points: torch.Tensor) -> list[torch.Tensor]:
        """Points of the plane before the first layer, and after each."""
        path = [points]
        weights = (self.inward, self.bias, self.outward, self.shift)
        for inward, bias, outward, shift in zip(*(w.unbind() for w in weights), strict=True):
            hidden = torch.tanh(torch.nn.functional.linear(path[-1], inward, bias))
            step = torch.nn.functional.linear(hidden, outward, shift)
            if math.isfinite(self.bound):
                step = self.bound * step / torch.sqrt(1 + (step**2).sum(-1, keepdim=True))
            path.append(path[-1] + step)
        return path

    def forward(self, points: torch.Tensor) -> torch.Tensor:
        """Scores of the two classes."""
        return self.readout(self.positions(points)[-1])


def spirals(noise: float, rng: np.random.Generator) -> Split:
    """Two arms of one and a half turns, 300 points to train on and 300 to test."""
    return two_spirals(COUNT, turns=TURNS, noise=noise, train_fraction=TRAIN_FRACTION, rng=rng)


@dataclass(frozen=True)
class Trained:
    """What one network gave.

    Attributes
    ----------
    train_accuracy, test_accuracy
        Shares of correct labels.
    path
        How far it moves a training point, ``sum_l |F_l|``, in the mean.
    """

    train_accuracy: float
    test_accuracy: float
    path: float


def train_one(split: Split, layers: int, bound: float, width: int, seed: int) -> Trained:
    """Train a network on the spirals and measure it."""
    model = build(seed, lambda: ResidualNet(layers, bound, width))
    history = train(
        model,
        split,
        epochs=EPOCHS,
        batch_size=BATCH,
        learning_rate=RATE,
        weight_decay=0.0,
        seed=seed,
    )
    return Trained(
        history.train_accuracy[-1], history.test_accuracy[-1], path_length(model, split.train_x)
    )


def path_length(model: ResidualNet, points: Real) -> float:
    """Mean over points (n, 2) of the length of the way through the network.

    Examples
    --------
    >>> net = build(0, lambda: ResidualNet(3, 0.5, 4))
    >>> with torch.no_grad():
    ...     _ = net.outward.zero_(), net.shift.fill_(1e9)  # every step is as long as it may be
    >>> round(path_length(net, np.zeros((5, 2))), 6)
    1.5
    """
    with torch.no_grad():
        path = torch.stack(model.positions(torch.tensor(points, dtype=model.shift.dtype)))
    return float(path.diff(dim=0).norm(dim=-1).sum(dim=0).mean())


def ceiling(points: Real, labels: NDArray[np.int64], reach: float) -> float:
    """Largest share of points that a line parts, if each point may first move by `reach`.

    A point of class 0 can end above the line ``n.x = b`` if ``n.x + reach > b``, one of class 1 below
    it if ``n.x - reach < b``.  The maximum over b is exact and that over n an upper bound: between
    two directions n.x changes by at most |x| times the angle.

    Examples
    --------
    >>> square = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    >>> exclusive_or = np.array([0, 0, 1, 1])
    >>> ceiling(square, exclusive_or, 0.6), ceiling(square, exclusive_or, 0.71)  # 1 / sqrt(2)
    (0.75, 1.0)
    """
    angles = 2 * np.pi * np.arange(DIRECTIONS) / DIRECTIONS
    slack = np.linalg.norm(points, axis=1).max() * np.pi / DIRECTIONS
    best = 0
    for direction in np.stack([np.cos(angles), np.sin(angles)], axis=1):
        height = points @ direction
        most = np.sort(height[labels == 0] + reach + slack)
        least = np.sort(height[labels == 1] - reach - slack)
        # The best line passes just below a point of class 0, or just above one of class 1.
        lines = np.concatenate([most, least])
        above = len(most) - np.searchsorted(most, lines, side="left")
        below = np.searchsorted(least, lines, side="right")
        best = max(best, int((above + below).max()))
    return best / len(points)


def least_reach(points: Real, labels: NDArray[np.int64], share: float = 1.0) -> float:
    """Smallest `reach` whose `ceiling` is at least `share`, by bisection.

    Every network with bounded steps that gets this share right moves a point by at least so much: a
    lower bound of the length that is needed.

    Examples
    --------
    >>> square = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    >>> round(least_reach(square, np.array([0, 0, 1, 1])), 1)  # 1 / sqrt(2), less the slack
    0.7
    """
    low, high = 0.0, 2 * float(np.linalg.norm(points, axis=1).max())
    while high - low > 1e-4 * high:
        middle = 0.5 * (low + high)
        if ceiling(points, labels, middle) >= share:
            high = middle
        else:
            low = middle
    return high
