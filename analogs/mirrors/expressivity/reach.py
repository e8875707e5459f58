"""How far L layers of length eps reach: at most L eps, and straight ahead they do.

Layers are exponentials of cheap directions, so that their length is the same at every penalty.  The
unpenalised distance of the product bounds its distance from below and L eps from above.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analogs.evidence.claim import Row
from qgeom._typing import Matrix, Vector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.bounds import unpenalised

EPS = 0.1
# Below 2 pi / sqrt(2 N) for N = 8: no direction of unit length has eigenvalues farther apart than
# sqrt(2 N), so up to there the straight line is the shortest way.
STRAIGHT_LAYERS = 15
RANDOM_LAYERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@dataclass(frozen=True)
class Group:
    """A group of matrices of size 8 with a metric that penalises all but the cheap directions."""

    side: str
    name: str
    metric: RightInvariantMetric


GROUPS = (
    Group("quantum", "SU(8), cost 64 beyond weight 2, tr/2^n", PauliMetric(3, nielsen(64.0))),
    Group(
        "network", "SO(8), cost 16 beyond neighbours, tr/d", MatrixMetric("so", 8, band(1, 16.0))
    ),
)


def cheap_directions(metric: RightInvariantMetric, count: int, rng: np.random.Generator) -> Vector:
    """Return unit vectors uniform within the cheap directions, (count, dim)."""
    inertia = metric.inertia
    x = rng.standard_normal((count, metric.dim)) * (inertia == inertia.min())
    return x / metric.norm(x)[:, None]


def reach_rows(group: Group, rng: np.random.Generator) -> Iterator[Row]:
    """Yield the distance of products of equal layers, and of random ones, as a bracket."""
    metric = group.metric
    straight = metric.exp(EPS * cheap_directions(metric, 1, rng)[0])
    product = metric.identity
    for layers in range(1, STRAIGHT_LAYERS + 1):
        product = straight @ product
        yield _row(group, "equal layers", layers, product)
    product = metric.identity
    every = metric.exp(EPS * cheap_directions(metric, RANDOM_LAYERS[-1], rng))
    for layers, layer in enumerate(every, start=1):
        product = layer @ product
        if layers in RANDOM_LAYERS:
            yield _row(group, "random layers", layers, product)


def _row(group: Group, kind: str, layers: int, product: Matrix) -> Row:
    return {
        "side": group.side,
        "group": group.name,
        "kind": kind,
        "layers": layers,
        "lower": unpenalised(group.metric, product),
        "upper": EPS * layers,
    }
