"""Bounds of the distance from the identity to a target, one function each, with its proof.

A lower bound is a function ``(metric, target) -> float`` that is listed under its name in
`LOWER_BOUNDS`; it returns 0 where it has nothing to say.  Upper bounds are lengths of paths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from qgeom._typing import Matrix
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.curve import Geodesic
from qgeom.metric.invariant import RightInvariantMetric

LowerBound = Callable[[RightInvariantMetric, Matrix], float]


def trivial(metric: RightInvariantMetric, target: Matrix) -> float:
    """``d >= 0``: what is left where no other bound is known."""
    return 0.0


def unpenalised(metric: RightInvariantMetric, target: Matrix) -> float:
    r"""``d >= sqrt(c) d_1``, with c the smallest cost and d_1 the distance at cost 1.

    Proof.  ``|u|^2 = sum_a c_a J_a u_a^2 >= c |u|_1^2`` along every path, where J is the inertia at
    cost 1; integrate.  If that metric is bi-invariant on a compact group, or on an abelian one, its
    geodesics from the identity are the one-parameter subgroups, and by Hopf-Rinow the shortest
    logarithm attains d_1: on SU(2^n) modulo phase over all lifts of the eigenphases,
    ``d_1^2 = min_k var(theta + 2 pi k)``; on SO(d) at rotation angles up to pi
    (QUANTUM_GEOMETRY.md 3.4).  Where no bi-invariant metric is known it returns 0.

    Examples
    --------
    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(3, nielsen(64.0))
    >>> round(unpenalised(metric, target("toffoli").matrix), 6)  # pi sqrt(7) / 8
    1.038984
    """
    if metric.isotropic is None:
        return 0.0
    flat = metric.relaxed(0.0)
    shortest = log_branches(flat, target, 1)
    if not len(shortest):
        return 0.0
    least_cost = float((metric.inertia / flat.inertia).min())
    return float(np.sqrt(least_cost) * flat.norm(shortest[0]))


LOWER_BOUNDS: Mapping[str, LowerBound] = {"trivial": trivial, "unpenalised": unpenalised}


def lower_bounds(metric: RightInvariantMetric, target: Matrix) -> dict[str, float]:
    """Every lower bound by name, for a target (N, N) of the group.

    Examples
    --------
    A circle with ``|u| = sqrt(q) |theta|``: the bound is the distance.

    >>> from qgeom.metric.matrix import MatrixMetric
    >>> from qgeom.metric.penalties import band
    >>> plane = MatrixMetric("so", 2, band(0, 9.0))
    >>> lower_bounds(plane, plane.exp(np.array([0.5])))
    {'trivial': 0.0, 'unpenalised': 1.5}
    """
    return {name: bound(metric, target) for name, bound in LOWER_BOUNDS.items()}


def straight_line(metric: RightInvariantMetric, target: Matrix, branches: int) -> float:
    """``d <= min_x |x|`` over logarithms x of the target; infinity if none is known.

    Proof.  ``exp(t hat(x))`` has the constant velocity x and ends at the target, so that its length
    is ``|x| = sqrt(sum_a I_a x_a^2)``, whether or not it is a geodesic.  The first `branches`
    logarithms are tried, shortest first at cost 1.

    Examples
    --------
    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(3, nielsen(64.0))
    >>> round(straight_line(metric, target("toffoli").matrix, 16), 6)  # (pi / 8) sqrt(6 + q)
    3.285556
    """
    logarithms = log_branches(metric, target, branches)
    return float(metric.norm(logarithms).min(initial=np.inf))


def found_geodesic(metric: RightInvariantMetric, target: Matrix, geodesic: Geodesic) -> float:
    """``d <= length + |log(target g(1)^-1)|``: the length of a geodesic that nearly hits.

    Proof.  With ``target g(1)^-1 = exp(hat(x))`` the path ``exp(t hat(x)) g(1)`` closes the gap,
    and since the metric is right-invariant its length is ``|x|``.

    Examples
    --------
    Half of the way to a rotation by 0.5 rad, and the rest by the closing path.

    >>> from qgeom.geodesic.flow import shoot
    >>> from qgeom.metric.matrix import MatrixMetric
    >>> from qgeom.metric.penalties import band
    >>> plane = MatrixMetric("so", 2, band(0, 9.0))
    >>> rotation = plane.exp(np.array([0.5]))
    >>> round(found_geodesic(plane, rotation, shoot(plane, np.array([0.25]))), 12)
    1.5
    """
    gap = metric.log((target @ metric.inverse(geodesic.endpoint))[None])[0]
    return float(geodesic.length + metric.norm(gap))
