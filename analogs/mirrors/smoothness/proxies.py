"""Local curvature along a chain of steps, and how rough it is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from analogs.curves import layer_generator, offset_weights
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import Penalty, custom
from qgeom.readings.curvature import sectional_curvature

Array = NDArray[np.float64]

# Fixed beforehand.
RADIUS, COST = 1, 16.0
# Singular values below this share of the largest are lifted to it, so that a logarithm exists.
FLOOR = 1e-6


def total_variation(values: Array) -> float:
    """Return sum_l |c_(l+1) - c_l|.

    Examples
    --------
    >>> total_variation(np.array([0.0, 2.0, 1.0]))
    3.0
    """
    return float(np.abs(np.diff(values)).sum())


def growth(jacobians: Sequence[Array]) -> Array:
    """Return log |J_l ... J_1| - log |J_(l-1) ... J_1| in Frobenius norm, shape (L,).

    Examples
    --------
    >>> growth([np.diag([2.0, 2.0]), np.diag([1.0, 1.0])]).round(6) + 0.0
    array([0.693147, 0.      ])
    """
    product = np.eye(jacobians[0].shape[1])
    logs = [np.log(np.linalg.norm(product))]
    for jacobian in jacobians:
        product = jacobian @ product
        logs.append(np.log(np.linalg.norm(product)))
    return np.diff(logs)


def generators(jacobians: Sequence[Array]) -> Array:
    """Return the polar generators H_l = R + S of the Jacobians, as rows of D^2 entries.

    Raises
    ------
    ValueError
        If a Jacobian has no generator even after its repair.

    Examples
    --------
    >>> bool(np.allclose(generators([np.diag([np.e, 1.0])]), [[1.0, 0.0, 0.0, 0.0]]))
    True
    """
    rows = []
    for jacobian in jacobians:
        found = layer_generator(jacobian, "polar", floor=FLOOR, repair=True)
        if found.rotation is None or found.stretch is None:
            raise ValueError(f"A step has no generator: {found.refused}.")
        rows.append((found.rotation + found.stretch).ravel())
    return np.array(rows)


def plane_curvatures(metric: RightInvariantMetric, steps: Array) -> Array:
    """Return K(H_l, H_(l+1)) of neighbouring steps (L, dim), shape (L - 1,).

    Examples
    --------
    In so(3) with the Frobenius metric over 3, K of a plane is 3/8 wherever it lies.

    >>> from qgeom.metric.penalties import band
    >>> metric = MatrixMetric("so", 3, band(2, 1.0))
    >>> plane_curvatures(metric, np.eye(3)).round(9)
    array([0.375, 0.375])
    """
    return np.asarray(sectional_curvature(metric, steps[:-1], steps[1:]))


def parallelograms(metric: RightInvariantMetric, steps: Array) -> Array:
    """Return |x|^2 |y|^2 - <x, y>^2 for neighbouring steps x, y: times K it is <R(x, y) y, x>.

    Examples
    --------
    >>> metric = MatrixMetric("gl", 1, _entry_costs(np.ones((1, 1))))
    >>> parallelograms(metric, np.array([[1.0], [2.0]]))  # in one dimension all are parallel
    array([0.])
    """
    first, second = steps[:-1], steps[1:]
    sizes = np.asarray(metric.inner(first, first)) * np.asarray(metric.inner(second, second))
    return sizes - np.asarray(metric.inner(first, second)) ** 2


@cache
def pixel_metric(channels: int, side: int, cost: float) -> MatrixMetric:
    """Return gl(D) on images: entries between pixels within `RADIUS` cost 1, others `cost`.

    Examples
    --------
    >>> float(pixel_metric(1, 2, 16.0).inertia[0])
    0.25
    """
    weights = offset_weights(channels, side, RADIUS, cost)
    return MatrixMetric("gl", len(weights), _entry_costs(weights))


def _entry_costs(weights: Array) -> Penalty:
    def cost(label: str) -> float:
        row, _, column = label.partition(",")
        return float(weights[int(row), int(column)])

    return custom(cost)
