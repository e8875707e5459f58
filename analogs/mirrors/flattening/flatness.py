"""How flat the manifold of a class is: what a plane through near neighbours leaves of their variance."""

from __future__ import annotations

import numpy as np

from analogs.mirrors.flattening.graph import distance_matrix
from qgeom._checks import check_integer, fail
from qgeom._typing import Integer, Real


def plane_residual(points: Real, neighbours: int, dimension: int) -> Real:
    """Share of the variance (n,) of each point and its neighbours outside their best plane.

    The plane has `dimension` dimensions and goes through the mean.  Where all coincide it is 0.

    Raises
    ------
    ValueError
        If there are not more points than `neighbours`.

    Examples
    --------
    A parabola over an interval about its apex leaves part of its variance outside a line, a straight
    line nothing.

    >>> x = np.array([-1.0, 0.0, 1.0])
    >>> line, parabola = np.column_stack([x, 2 * x]), np.column_stack([x, x**2])
    >>> [plane_residual(p, 2, 1).round(6).tolist() for p in (line, parabola)]
    [[0.0, 0.0, 0.0], [0.25, 0.25, 0.25]]
    """
    check_integer("neighbours", neighbours, least=1)
    check_integer("dimension", dimension, least=1)
    if len(points) <= neighbours:
        raise fail("points", f"hold more than {neighbours} points", f"holds {len(points)}")
    order = np.argsort(distance_matrix(points), axis=1, kind="stable")[:, : neighbours + 1]
    patches = points[order]
    centred = patches - patches.mean(axis=1, keepdims=True)
    variances = np.linalg.svd(centred, compute_uv=False) ** 2
    total = variances.sum(axis=1)
    # Coordinates of coinciding points differ by rounding at most.
    least = np.finfo(float).eps ** 2 * (patches**2).sum(axis=(1, 2))
    outside = variances[:, dimension:].sum(axis=1)
    return np.divide(outside, total, out=np.zeros_like(total), where=total > least)


def class_residual(points: Real, labels: Integer, neighbours: int, dimension: int) -> float:
    """Mean residual over all points, neighbours taken within the class.

    Examples
    --------
    Two crossing lines are flat class by class.

    >>> x = np.array([-1.0, 0.0, 1.0])
    >>> cross = np.concatenate([np.column_stack([x, x]), np.column_stack([x, -x])])
    >>> class_residual(cross, np.repeat([0, 1], 3), 2, 1) < 1e-12
    True
    """
    parts = [
        plane_residual(points[labels == own], neighbours, dimension) for own in np.unique(labels)
    ]
    return float(np.concatenate(parts).mean())
