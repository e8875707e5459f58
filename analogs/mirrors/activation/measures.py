"""What is read off one random network: curvature of its image, sensitivity, gradients, turning."""

from __future__ import annotations

import numpy as np
import torch

from analogs.curves.pullback import sectional_at
from analogs.mean_field import mean_field, simulate_curve
from analogs.mirrors.activation.perceptron import INPUTS, WIDTH, Perceptron
from qgeom._typing import Real

# Random 2-planes, each at an input of its own.
PLANES = 12
# Inputs of the gradients, with random labels; and the relative change of the weights.
BATCH, CHANGE, CHANGES = 64, 1e-3, 8
# Great circles: layers, units, points.
CIRCLE_DEPTH, CIRCLE_WIDTH, CIRCLE_POINTS = 8, 128, 1024


def mean_curvature(network: Perceptron, rng: np.random.Generator) -> tuple[float, float]:
    """Return the mean of K / |II|^2 over random planes at random inputs, and the share of K < 0."""
    draws = rng.standard_normal((PLANES, 3, INPUTS))
    values = np.array([sectional_at(network, x, u, v).scale_free for x, u, v in draws])
    return float(values.mean()), float((values < 0).mean())


def sensitivity(network: Perceptron, x: torch.Tensor, rng: np.random.Generator) -> float:
    """Return the relative change of the outputs over that of all weights, root mean square.

    Each weight is multiplied by 1 + CHANGE z with z ~ N(0, 1).

    Examples
    --------
    >>> doubled = Perceptron([torch.eye(2, dtype=torch.float64)], "relu")
    >>> one = torch.ones(1, 2, dtype=torch.float64)
    >>> 0.3 < sensitivity(doubled, one, np.random.default_rng(0)) < 2.0
    True
    """
    outputs = network(x)
    moved = []
    for _ in range(CHANGES):
        weights = [
            weight * (1 + CHANGE * torch.from_numpy(rng.standard_normal(weight.shape)))
            for weight in network.weights
        ]
        moved.append((Perceptron(weights, network.activation)(x) - outputs).norm() / outputs.norm())
    return float(torch.stack(moved).square().mean().sqrt()) / CHANGE


def gradient_ratio(network: Perceptron, x: torch.Tensor, labels: torch.Tensor) -> float:
    """Return ``|dE/dW_1| / |dE/dW_L|`` in the Frobenius norm, E the cross-entropy."""
    weights = [weight.clone().requires_grad_() for weight in network.weights]
    loss = torch.nn.functional.cross_entropy(Perceptron(weights, network.activation)(x), labels)
    gradients = torch.autograd.grad(loss, weights)
    return float(gradients[0].norm() / gradients[-1].norm())


def batch(rng: np.random.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """Return normal inputs and random labels of as many classes as outputs."""
    x: Real = rng.standard_normal((BATCH, INPUTS))
    return torch.from_numpy(x), torch.from_numpy(rng.integers(WIDTH, size=BATCH))


def turning(activation: str, weight_scale: float, seed: int) -> float:
    """Return the turning of a great circle after all layers of a network without biases.

    The sum of the angles between tangents at neighbouring points, which exists for ReLU as well; its
    kinks are so many that more points would still add to it.
    """
    curve = simulate_curve(
        mean_field(activation, weight_scale, 0.0),
        CIRCLE_DEPTH,
        width=CIRCLE_WIDTH,
        points=CIRCLE_POINTS,
        seeds=(seed,),
    )
    return float(curve.turning[0, -1])
