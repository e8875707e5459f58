"""What figures call a metric, its unit, and its generators."""

from __future__ import annotations

import numpy as np

from qgeom._typing import Integer, Real
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric


def energy_classes(metric: RightInvariantMetric) -> list[tuple[str, Real]]:
    """Classes of generators of equal reach and cost: a label and a 0/1 mask (dim,) for each.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> [(label, int(mask.sum())) for label, mask in energy_classes(PauliMetric(3, nielsen(64.0)))]
    [('weight 1, cost 1', 9), ('weight 2, cost 1', 27), ('weight 3, cost 64', 27)]
    """
    name, reach = _reach(metric)
    cost = metric.inertia / metric.relaxed(0.0).inertia
    keys = np.stack([reach, np.round(cost, 9)], axis=1)
    classes, member = np.unique(keys, axis=0, return_inverse=True)
    return [
        (name.format(key[0]) + f"cost {key[1]:g}", (member == i).astype(np.float64))
        for i, key in enumerate(classes)
    ]


def normalisation(metric: RightInvariantMetric) -> str:
    """Name the inner product at cost 1: the unit of energies, lengths and curvatures."""
    if isinstance(metric, PauliMetric):
        return r"$\mathrm{tr}(HJ)/2^n$ at cost 1"
    if isinstance(metric, MatrixMetric):
        return r"$\mathrm{tr}(A^{T}B)/N$ at cost 1"
    return "units of the metric"


def describe(metric: RightInvariantMetric) -> str:
    """Name the group and the costs of a metric.

    Examples
    --------
    >>> from qgeom.metric.penalties import band
    >>> describe(MatrixMetric("so", 8, band(1, 64.0)))
    'so(8), band(radius=1, q=64)'
    """
    if isinstance(metric, PauliMetric):
        return f"su({metric.size}), {metric.penalty.name}"
    if isinstance(metric, MatrixMetric):
        return f"{metric.algebra_name}({metric.features}), {metric.penalty.name}"
    return f"{type(metric).__name__} of dimension {metric.dim}"


def generator_label(metric: RightInvariantMetric, index: int) -> str:
    """Name of a coordinate: a Pauli string, a matrix entry, or its number."""
    if isinstance(metric, PauliMetric):
        return metric.strings.labels[index]
    if isinstance(metric, MatrixMetric):
        return metric.algebra.labels[index]
    return f"generator {index}"


def _reach(metric: RightInvariantMetric) -> tuple[str, Integer]:
    if isinstance(metric, PauliMetric):
        return "weight {:g}, ", metric.strings.weight
    if isinstance(metric, MatrixMetric):
        return "|i - j| = {:g}, ", metric.algebra.distance
    return "", np.zeros(metric.dim, dtype=np.int64)
