"""What passes through a network, layer by layer, and how flat it is there."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
import torch
from sklearn.linear_model import RidgeClassifier

from analogs.mirrors.flattening.dimension import neighbour_dimension
from analogs.mirrors.flattening.flatness import class_residual
from analogs.mirrors.flattening.graph import detour, distance_matrix, flow_coefficient
from analogs.training import build, convnet
from qgeom._typing import Integer, Real

# Neighbours of the graph, of the second estimate of the dimension, and of a plane; its dimension.
GRAPH, MANY, PATCH, PLANE = 10, 10, 12, 5
WIDTHS, CHANNELS, KERNEL = (64, 64, 64), (8, 16, 16), 3
CLASSES, PIXELS = 10, 64
CONVNET, MLP = "convolutional network", "perceptron"


def make_network(name: str, seed: int) -> torch.nn.Sequential:
    """One of two networks with three hidden layers for the 8 x 8 digits.

    Examples
    --------
    >>> [len(make_network(name, 0)) for name in (CONVNET, MLP)]
    [11, 8]
    """
    if name == CONVNET:
        return convnet(CHANNELS, KERNEL, pooling="max", seed=seed)
    return build(seed, perceptron)


def perceptron() -> torch.nn.Sequential:
    """Fully connected layers with ReLU."""
    hidden = [
        module
        for before, after in pairwise((PIXELS, *WIDTHS))
        for module in (torch.nn.Linear(before, after), torch.nn.ReLU())
    ]
    return torch.nn.Sequential(torch.nn.Flatten(), *hidden, torch.nn.Linear(WIDTHS[-1], CLASSES))


def representations(model: torch.nn.Sequential, images: Real) -> list[Real]:
    """The images (n, ...) as the input, after each hidden layer, and as logits; each (n, D).

    A hidden layer ends with its ReLU, or with the pooling that follows.

    Examples
    --------
    >>> images = np.zeros((2, 1, 8, 8))
    >>> for name in (CONVNET, MLP):
    ...     [layer.shape[1] for layer in representations(make_network(name, 0), images)]
    [64, 128, 64, 16, 10]
    [64, 64, 64, 64, 10]
    """
    weight = next(model.parameters())
    state = torch.tensor(images, dtype=weight.dtype)
    modules = list(model)
    found = [state]
    with torch.no_grad():
        for module, following in zip(modules, [*modules[1:], None], strict=True):
            state = module(state)
            pooled = isinstance(following, torch.nn.MaxPool2d)
            ends = isinstance(module, torch.nn.ReLU | torch.nn.MaxPool2d) and not pooled
            if ends or following is None:
                found.append(state)
    return [layer.flatten(1).double().numpy() for layer in found]


def read_layers(layers: Sequence[Real], labels: Integer) -> Iterator[dict[str, float | None]]:
    """How curved the data are in each layer; the flow leads to the next, the last has none.

    Dimension, detour and residual are logarithms, so that a scale of the features drops out.
    """
    distances = [distance_matrix(layer) for layer in layers]
    for position, layer in enumerate(layers):
        last = position == len(layers) - 1
        yield {
            "dimension": math.log(neighbour_dimension(layer)),
            "detour": math.log(detour(distances[position], GRAPH)),
            "residual": math.log(class_residual(layer, labels, PATCH, PLANE)),
            "flow": None
            if last
            else flow_coefficient(distances[position], distances[position + 1], GRAPH),
            "dimension_many": math.log(neighbour_dimension(layer, MANY)),
        }


def probe_accuracy(train: Real, train_labels: Integer, test: Real, test_labels: Integer) -> float:
    """Accuracy of a linear classifier on standardised features.

    Examples
    --------
    >>> x = np.arange(8.0)[:, None]
    >>> probe_accuracy(x, np.repeat([0, 1], 4), x, np.repeat([0, 1], 4))
    1.0
    """
    mean, spread = train.mean(axis=0), train.std(axis=0)
    scale = np.where(spread > 0, spread, 1.0)
    probe = RidgeClassifier().fit((train - mean) / scale, train_labels)
    return float(probe.score((test - mean) / scale, test_labels))
