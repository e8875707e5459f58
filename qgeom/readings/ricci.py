"""Curvature of Pauli metrics in closed form: of pairs of strings, and Ricci without any pairs.

For anticommuting strings s, t with product r the three span a totally geodesic su(2), and

    K(s, t) = [(q_s - q_t)^2 + 2 q_r (q_s + q_t) - 3 q_r^2] / (q_s q_t q_r);

commuting strings span a flat plane (MATH.md section 4).  Pauli conjugations are isometries, so that
Ricci is diagonal in the strings.  In Ric(s) = sum_t K(s, t) the partners t and r = s t swap, which
cancels half of the terms and leaves, over the t that anticommute with s,

    Ric(s) = 4^n / q_s + sum_t [q_s / (q_t q_r) - 2 q_t / (q_s q_r)].
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from qgeom._checks import check_finite_array, check_integer, fail
from qgeom._linalg import fwht
from qgeom._typing import Integer, Real
from qgeom.algebra.paulis import pauli_anticommute
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Generators, Penalty

# 4^n, the size of the curvature, is a double up to n = 511.
MAX_WEIGHT_QUBITS = 500


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
        If an index is not an integer from 0 to dim - 1, or s equals t.

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

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> pauli_ricci(PauliMetric(2, nielsen(1.0))).round(12)[:3]  # bi-invariant: 4^n / 2
    array([8., 8., 8.])
    """
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


def ricci_by_weight(n_qubits: int, penalty: Penalty) -> Real:
    """Ricci curvature of a string of each weight, for costs that depend on the weight alone.

    ``Ric(k) = 4^n / q_k + sum_{b, c} m_k(b, c) [q_k / (q_b q_c) - 2 q_b / (q_k q_c)]`` with the
    `partner_counts` ``m_k(b, c)`` (MATH.md section 4; QUANTUM_GEOMETRY.md 2.8).

    Parameters
    ----------
    n_qubits
        Number of qubits; no matrix is made.
    penalty
        A cost of the weight, e.g. ``nielsen(10.0)``.

    Returns
    -------
    (n,), for weights 1 to n.

    Raises
    ------
    ValueError
        Unless ``1 <= n_qubits <= 500``, or if two strings of one weight are seen to differ in cost.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> ricci_by_weight(3, nielsen(10.0)).round(2)
    array([  14.18, -184.  ,  123.08])
    """
    n_qubits = check_integer("n_qubits", n_qubits, 1, MAX_WEIGHT_QUBITS)
    costs = np.concatenate([[1.0], _costs_by_weight(n_qubits, penalty)])
    ricci = np.empty(n_qubits)
    for weight in range(1, n_qubits + 1):
        counts, cost = partner_counts(n_qubits, weight), costs[weight]
        ratio = cost / (costs[:, None] * costs) - 2 * costs[:, None] / (cost * costs)
        ricci[weight - 1] = 4.0**n_qubits / cost + np.sum(counts * ratio)
    return ricci


def partner_counts(n_qubits: int, weight: int) -> Real:
    """Numbers ``m[b, c]`` of anticommuting partners of a string of weight k, shape (n + 1, n + 1).

    The partner has weight b and the product weight c.  On the k sites of the string the partner
    differs on d (odd: they anticommute) and agrees on s; it acts on j of the other sites.  Then
    ``b = s + d + j``, ``c = k - s + j``, in ``C(k, d) C(k - d, s) 2^d C(n - k, j) 3^j`` ways.

    Examples
    --------
    >>> partner_counts(1, 1)  # Y and Z are the partners of X
    array([[0., 0.],
           [0., 2.]])
    """
    counts = np.zeros((n_qubits + 1, n_qubits + 1))
    j = np.arange(n_qubits - weight + 1)
    outside = np.array([float(math.comb(n_qubits - weight, i) * 3**i) for i in j.tolist()])
    for d in range(1, weight + 1, 2):
        differing = math.comb(weight, d) * 2**d
        for s in range(weight - d + 1):
            counts[s + d + j, weight - s + j] += (
                float(differing * math.comb(weight - d, s)) * outside
            )
    return counts


def _check_indices(name: str, value: ArrayLike, dim: int) -> Integer:
    indices = check_finite_array(name, value)
    if not np.issubdtype(indices.dtype, np.integer):
        raise fail(name, "be integer indices", f"has type {indices.dtype}")
    if indices.size and (indices.min() < 0 or indices.max() >= dim):
        outside = indices[(indices < 0) | (indices >= dim)][0]
        raise fail(name, f"be between 0 and {dim - 1}", f"holds {outside}")
    return indices.astype(np.int64)


def _costs_by_weight(n_qubits: int, penalty: Penalty) -> Real:
    """Costs of weights 1..n, seen on strings at the left, spread out and at the right."""
    if not isinstance(penalty, Penalty):
        raise fail("penalty", "be a Penalty such as nielsen(10.0)", f"is {penalty!r}")
    weights = np.arange(1, n_qubits + 1)
    families = (
        lambda k: "X" * k + "I" * (n_qubits - k),
        lambda k: _spread(k, n_qubits),
        lambda k: "I" * (n_qubits - k) + "Y" * k,
    )
    labels = tuple(family(k) for family in families for k in weights.tolist())
    reach = np.tile(weights, len(families))
    costs = penalty.costs(Generators("pauli", lambda: labels, reach)).reshape(len(families), -1)
    if (costs != costs[0]).any():
        weight = int(weights[(costs != costs[0]).any(axis=0)][0])
        raise fail("penalty", "depend on the weight alone", f"differs within weight {weight}")
    return costs[0]


def _spread(weight: int, n_qubits: int) -> str:
    sites = {i * n_qubits // weight for i in range(weight)}
    return "".join("Z" if site in sites else "I" for site in range(n_qubits))
