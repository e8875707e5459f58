r"""A wrong drift on a group: the generator that leads from h to U instead of from the identity.

In a right-invariant metric the way from h to U is as long as that from the identity to U h^-1, so

    | d(I, U) - d(I, h) | <= d(I, U h^-1) <= d(I, U) + d(I, h).

At cost 1 the metric of SU(2^n) is bi-invariant, and d(I, U) is the norm of the shortest logarithm.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from qgeom._linalg import dagger
from qgeom._typing import Complex
from qgeom.algebra.targets import target
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.bounds import unpenalised

NEAR, ANYWHERE = "layer near the identity", "layer anywhere (Haar)"
# Length of the generator of a layer near the identity, and of the longest drift.
LAYER, LONGEST = 0.2, 1.5


@dataclass(frozen=True)
class Drift:
    """Distances of a layer U, of a drift h, and of what leads from h to U."""

    group: str
    layer: str
    target: float
    wrong: float
    needed: float


def drifts(n_qubits: int, count: int, rng: np.random.Generator) -> Iterator[Drift]:
    """Yield `count` random layers of each kind with drifts in random directions.

    Examples
    --------
    >>> first, *_ = drifts(2, 1, np.random.default_rng(0))
    >>> round(first.target, 9), abs(first.target - first.wrong) <= first.needed
    (0.2, True)
    """
    metric = PauliMetric(n_qubits, nielsen(1.0))
    for kind in (NEAR, ANYWHERE):
        for _ in range(count):
            h = _element(metric, rng.uniform(0.0, LONGEST), rng)
            near = kind == NEAR
            layer = (
                _element(metric, LAYER, rng) if near else target("haar", n_qubits, rng=rng).matrix
            )
            pair = (layer, h, layer @ dagger(h))
            group = f"SU({2**n_qubits})"
            yield Drift(group, kind, *(unpenalised(metric, element) for element in pair))


def _element(metric: PauliMetric, length: float, rng: np.random.Generator) -> Complex:
    """``exp(-i H)`` with ``|H|`` = `length`, in a direction uniform in the metric."""
    direction = rng.normal(size=metric.dim)
    return metric.exp(length * direction / float(metric.norm(direction)))
