r"""Linear residual networks trained by stochastic gradients on noisy samples of a linear map.

The layers ``1 + A_l / L`` see batches ``y = U x + noise``.  A step moves every A_l by
``-eta (L dE/dA_l + decay A_l)``: scaled so that the product moves at a rate that does not depend on
the depth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analogs.mirrors.resnet.model import RESIDUAL_LAYER, ResidualNetwork
from qgeom._typing import Matrix, Real
from qgeom.metric.matrix import MatrixMetric

# Samples of a step, their noise beside inputs of size 1, steps, and the rate, which falls linearly
# to zero over the second half.
BATCH, NOISE, STEPS, RATE = 16, 0.1, 3000, 0.1


@dataclass(frozen=True)
class Arm:
    """How a network is trained.

    Attributes
    ----------
    name
        In words.
    start
        Standard deviation of the entries of A_l before training; 0 for the identity.
    decay
        Weight decay.
    """

    name: str
    start: float
    decay: float


ARMS = (
    Arm("SGD from the identity, no penalty", 0.0, 0.0),
    Arm("SGD from random layers, weight decay", 0.3, 0.02),
)


def train_linear(
    metric: MatrixMetric, target: Matrix, depth: int, arm: Arm, rng: np.random.Generator
) -> tuple[ResidualNetwork, ResidualNetwork]:
    """Return the network of `depth` layers before and after training.

    Examples
    --------
    >>> from qgeom.metric.penalties import band
    >>> plane = MatrixMetric("gl", 2, band(1, 1.0))
    >>> stretch = np.diag([1.5, 0.8])
    >>> _, trained = train_linear(plane, stretch, 4, ARMS[0], np.random.default_rng(0))
    >>> bool(np.abs(trained.product - stretch).max() < 0.02)
    True
    """
    size = metric.size
    layers = arm.start * rng.normal(size=(depth, size, size))
    before = _network(metric, layers, "Not trained.")
    for step in range(STEPS):
        x = rng.normal(size=(size, BATCH))
        y = target @ x + NOISE * rng.normal(size=x.shape)
        rate = RATE * min(1.0, 2.0 * (1.0 - step / STEPS))
        layers = layers - rate * (depth * gradient(layers, x, y) + arm.decay * layers)
    return before, _network(metric, layers, f"{STEPS} steps of {arm.name}.")


def gradient(layers: Real, x: Real, y: Real) -> Real:
    """Derivative of the mean of ``|prod_l (1 + A_l / L) x - y|^2 / 2`` in each A_l, (L, d, d)."""
    depth = len(layers)
    weights = np.eye(layers.shape[-1]) + layers / depth
    inputs = [x]
    for weight in weights:
        inputs.append(weight @ inputs[-1])
    error = (inputs.pop() - y) / x.shape[1]
    slopes = np.empty_like(layers)
    for layer in range(depth - 1, -1, -1):
        slopes[layer] = error @ inputs[layer].T
        error = weights[layer].T @ error
    return slopes / depth


def _network(metric: MatrixMetric, layers: Real, status: str) -> ResidualNetwork:
    return ResidualNetwork(metric, RESIDUAL_LAYER, metric.vee(layers), status)
