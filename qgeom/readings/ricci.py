"""Curvature of Pauli metrics in closed form: of pairs of strings, and Ricci without any pairs.

For anticommuting strings s, t with product r the three span a totally geodesic su(2), and

    K(s, t) = [(q_s - q_t)^2 + 2 q_r (q_s + q_t) - 3 q_r^2] / (q_s q_t q_r);

commuting strings span a flat plane (MATH.md section 4).  Pauli conjugations are isometries, so that
Ricci is diagonal in the strings.  In Ric(s) = sum_t K(s, t) the partners t and r = s t swap, which
cancels half of the terms and leaves, over the t that anticommute with s,

    Ric(s) = 4^n / q_s + sum_t [q_s / (q_t q_r) - 2 q_t / (q_s q_r)].
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from qgeom._checks import check_finite_array, fail
from qgeom._linalg import fwht
from qgeom._typing import Integer, Real
from qgeom.algebra.paulis import pauli_anticommute
from qgeom.metric.invariant import check_riemannian
from qgeom.metric.pauli import PauliMetric


def pauli_sectional(metric: PauliMetric, s: ArrayLike, t: ArrayLike) -> Real:
    """Sectional curvature K(s, t) of coordinate planes, from the costs alone.

    Parameters
    ----------
    metric
        A Pauli metric with any costs.
    s, t
        Indices of strings (see `pauli_index`); the arrays broadcast.

    Returns
    -------
    K in the broadcast shape; 0 where the strings commute.

    Raises
    ------
    ValueError
        If an index is not an integer from 0 to dim - 1, s equals t, or a cost is infinite.

    Examples
    --------
    Cliff cost: easy x easy -> hard is ``4 - 3q``, easy x hard -> easy is ``q``.

    >>> from qgeom.algebra.paulis import pauli_index
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(3, nielsen(10.0))
    >>> xxi, izz, xyz = pauli_index("XXI"), pauli_index("IZZ"), pauli_index("XYZ")
    >>> pauli_sectional(metric, xxi, [izz, xyz])
    array([-26.,  10.])
    """
    check_riemannian("metric", metric)
    first, second = _check_indices("s", s, metric.dim), _check_indices("t", t, metric.dim)
    if (first == second).any():
        raise fail("s, t", "be two different strings", "are equal")
    strings, costs = metric.strings, metric.inertia
    # Strings multiply as their base-4 numbers (index + 1) XOR: X = 1, Y = 2, Z = X ^ Y = 3.
    product = ((first + 1) ^ (second + 1)) - 1
    q_s, q_t, q_r = costs[first], costs[second], costs[product]
    numerator = (q_s - q_t) ** 2 + 2 * q_r * (q_s + q_t) - 3 * q_r**2
    anticommute = pauli_anticommute(
        strings.x[first], strings.z[first], strings.x[second], strings.z[second]
    )
    return anticommute * numerator / (q_s * q_t * q_r)


def pauli_ricci(metric: PauliMetric) -> Real:
    """Ricci curvature of every string for any costs, in O(n 4^n) and without pairs.

    ``Ric(s) = 4^n / q_s + sum_t [q_s / (q_t q_r) - 2 q_t / (q_s q_r)]`` over t anticommuting with s
    and ``r = s t``.  Without the restriction on t both sums are XOR convolutions.  So is the part
    that it removes, because the commutation sign factors, ``(-1)^w(s, t) = p(s) p(t) p(r)``, with
    p the parity of the number of Y's.  Rounding is about 1e-15 of the largest value, which can
    drown the smallest ones at costs beyond 1e6; `ricci_by_weight` and the pairs resolve those too.

    Returns
    -------
    (dim,)

    Raises
    ------
    ValueError
        If a cost is infinite.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> pauli_ricci(PauliMetric(2, nielsen(1.0))).round(12)[:3]  # bi-invariant: 4^n / 2
    array([8., 8., 8.])
    """
    check_riemannian("metric", metric)
    strings = metric.strings
    costs = np.concatenate([[1.0], metric.inertia])  # the identity commutes: its cost drops out
    parity = np.concatenate([[1.0], 1.0 - 2.0 * (np.bitwise_count(strings.x & strings.z) % 2)])
    cheapness = 1.0 / costs
    waves = fwht(np.stack([cheapness, costs, parity * cheapness, parity * costs], axis=-1))
    products = np.concatenate([waves[:, [0]] * waves[:, :2], waves[:, [2]] * waves[:, 2:]], axis=-1)
    sums = fwht(products) / len(costs)
    anticommuting = (sums[:, :2] - parity[:, None] * sums[:, 2:]) / 2
    both, ratio = anticommuting.T
    return (len(costs) / costs + costs * both - 2 * ratio / costs)[1:]


def _check_indices(name: str, value: ArrayLike, dim: int) -> Integer:
    indices = check_finite_array(name, value)
    if not np.issubdtype(indices.dtype, np.integer):
        raise fail(name, "be integer indices", f"has type {indices.dtype}")
    if indices.size and (indices.min() < 0 or indices.max() >= dim):
        outside = indices[(indices < 0) | (indices >= dim)][0]
        raise fail(name, f"be between 0 and {dim - 1}", f"holds {outside}")
    return indices.astype(np.int64)
