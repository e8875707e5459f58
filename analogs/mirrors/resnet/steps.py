"""Steps of the features in residual and plain networks on the digits, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.training import Split, train
from analogs.training.networks import Stack, plain_net, residual_net
from qgeom._typing import Real

WIDTH, EPOCHS, BATCH = 32, 10, 64
# A segment is two layers of weights: the residual function F, or two layers of the plain network.
LAYERS_OF_SEGMENT = 2
# Images on which the features are followed.
IMAGES = 256


@dataclass(frozen=True)
class Family:
    """Dense networks, residual ones beside plain ones, with or without normalisation."""

    name: str
    stack: Stack
    rate: float

    def residual(self, segments: int, seed: int) -> torch.nn.Sequential:
        """A residual network."""
        return residual_net(LAYERS_OF_SEGMENT * segments, self.stack, seed=seed)

    def plain(self, segments: int, seed: int) -> torch.nn.Sequential:
        """The same layers without the shortcuts."""
        return plain_net(LAYERS_OF_SEGMENT * segments, self.stack, seed=seed)


FAMILIES = (
    Family("batch normalisation", Stack(WIDTH, form="dense"), 1e-2),
    Family(
        "no normalisation, each segment begins as the identity",
        Stack(WIDTH, form="dense", normalisation="none"),
        3e-3,
    ),
)


@dataclass(frozen=True)
class Steps:
    """Relative steps r_l of the features, by segment, and what the network has learnt."""

    untrained: Real
    trained: Real
    accuracy: float


def follow(
    model: torch.nn.Sequential, segments: int, split: Split, rate: float, seed: int
) -> Steps:
    """Train a network on the digits, and follow the features before and after."""
    images = split.test_x[:IMAGES]
    untrained = relative_steps(model, images, segments)
    history = train(
        model,
        split,
        epochs=EPOCHS,
        batch_size=BATCH,
        learning_rate=rate,
        weight_decay=0.0,
        seed=seed,
    )
    trained = relative_steps(model, images, segments)
    return Steps(untrained, trained, history.test_accuracy[-1])


def relative_steps(model: torch.nn.Sequential, images: NDArray[np.float64], segments: int) -> Real:
    """Median over images of ``|h_{l+1} - h_l| / |h_l|`` for each segment l, (L,)."""
    was_training = model.training
    model.eval()
    units = [unit for name, unit in model.named_children() if name.startswith("unit")]
    stride = len(units) // segments
    with torch.no_grad():
        features = [model.get_submodule("stem")(torch.tensor(images, dtype=torch.float32))]
        for unit in units:
            features.append(unit(features[-1]))
    model.train(was_training)
    path = torch.stack(features[::stride])
    steps = path.diff(dim=0).flatten(2).norm(dim=-1) / path[:-1].flatten(2).norm(dim=-1)
    return steps.median(dim=1).values.numpy().astype(np.float64)


def variation(steps: Real) -> float:
    """Coefficient of variation over the segments; 0 where nothing moves.

    Examples
    --------
    >>> variation(np.array([1.0, 3.0])), variation(np.zeros(3))
    (0.5, 0.0)
    """
    mean = float(steps.mean())
    return float(steps.std()) / mean if mean > 0 else 0.0
