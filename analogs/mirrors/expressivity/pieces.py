"""Linear pieces of a random ReLU network along a line, counted exactly layer by layer.

Source: B. Hanin and D. Rolnick, Complexity of linear regions in deep networks, ICML 2019: at random
weights their number along a line grows with the number of units, and so linearly with depth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt

import numpy as np

from qgeom._typing import Matrix, Real

# Keeps the variance of the features in every layer.
WEIGHT_SCALE = sqrt(2.0)


def dense_layers(width: int, depth: int, rng: np.random.Generator) -> list[Matrix]:
    """Return random weights, (width, width) each, features from the left."""
    scale = WEIGHT_SCALE / sqrt(width)
    return [scale * rng.standard_normal((width, width)) for _ in range(depth)]


def convolutions(
    sites: int, channels: int, kernel: int, depth: int, rng: np.random.Generator
) -> list[Matrix]:
    """Return random circular convolutions as matrices, (sites channels, sites channels) each.

    Examples
    --------
    >>> layer = convolutions(3, 1, 2, 1, np.random.default_rng(0))[0]
    >>> bool((np.roll(layer, (1, 1), axis=(0, 1)) == layer).all()), int((layer == 0).sum())
    (True, 3)
    """
    scale, size = WEIGHT_SCALE / sqrt(kernel * channels), sites * channels
    layers = []
    for _ in range(depth):
        weights = scale * rng.standard_normal((kernel, channels, channels))
        layer = np.zeros((sites, channels, sites, channels))
        for site in range(sites):
            for offset in range(kernel):
                layer[(site + offset) % sites, :, site] = weights[offset]
        layers.append(layer.reshape(size, size))
    return layers


def pieces_along(layers: Sequence[Matrix], start: Real, stop: Real) -> Iterator[int]:
    """Yield after each layer the number of intervals of the line with one pattern of open units.

    Between two neighbouring nodes the features are affine, so a unit crosses zero at most once.

    Examples
    --------
    Two units open one after the other, and a third one sees their difference.

    >>> layers = [np.eye(2), np.array([[1.0], [-1.0]])]
    >>> list(pieces_along(layers, np.array([-1.0, -2.0]), np.array([2.0, 1.0])))
    [3, 3]
    """
    times, features = np.array([0.0, 1.0]), np.stack([start, stop])
    for layer in layers:
        before = features @ layer
        step, unit = np.nonzero(before[:-1] * before[1:] < 0)
        share = before[step, unit] / (before[step, unit] - before[step + 1, unit])
        kinks = before[step] + share[:, None] * (before[step + 1] - before[step])
        times = np.concatenate([times, times[step] + share * (times[step + 1] - times[step])])
        order = np.argsort(times)
        times = times[order]
        features = np.maximum(np.concatenate([before, kinks])[order], 0.0)
        yield len(times) - 1
