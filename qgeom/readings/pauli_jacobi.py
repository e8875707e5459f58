r"""Exact conjugate times of the geodesics exp(-i t P) of single Pauli strings.

Along ``H = P_a`` the Jacobi equation splits into blocks, one for each pair (b, c) of anticommuting
partners with ``P_a P_b ~ P_c``.  With ``alpha = 1 - q_a / q_c``, ``beta = 1 - q_a / q_b`` and
``r^2 = alpha beta`` the determinant of the block vanishes where

    1 = cos 2t cos 2rt + (alpha + beta) sin 2t sin(2rt) / (2r)        (QUANTUM_GEOMETRY.md 2.10),

and the difference of the two sides is ``2 h_alpha(t) h_beta(t)`` with

    h_alpha(t) = sin t cos rt - alpha cos t sin(rt) / r.

(Expand both sides in half angles.)  So each block gives the simple zeros of two functions: no
touching zeros remain, and equal costs (``alpha = beta``) give ``t = k pi q / q_a`` twice.
"""

from __future__ import annotations

import numpy as np
import scipy.optimize

from qgeom._checks import check_positive, fail
from qgeom._typing import Integer, Real
from qgeom.algebra.paulis import pauli_anticommute, pauli_index
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.jacobi import ConjugateTimes

# Grid points for each oscillation of h when its zeros are bracketed.
POINTS_PER_TURN = 40
SAME_TIME = 1e-9


def pauli_conjugate_times(metric: PauliMetric, label: str, horizon: float) -> ConjugateTimes:
    """Conjugate times of ``exp(-i t P)`` in (0, horizon], with multiplicities, for any costs.

    Parameters
    ----------
    metric
        The metric; no matrix is made, so n = 8 is quick.
    label
        The string P.
    horizon
        End of the search.

    Raises
    ------
    ValueError
        For a label that is no string on the metric's qubits, or a horizon that is not positive.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom
    >>> found = pauli_conjugate_times(PauliMetric(1, custom({"Z": 4.0})), "Z", 1.0)
    >>> (found.times / np.pi).round(9), found.multiplicity
    (array([0.25]), array([2]))
    """
    horizon = check_positive("horizon", horizon)
    if len(label) != metric.n_qubits:
        raise fail("label", f"be a string on {metric.n_qubits} qubits", f"is {label!r}")
    a = pauli_index(label)
    strings, costs = metric.strings, metric.inertia
    partners = np.flatnonzero(pauli_anticommute(strings.x[a], strings.z[a], strings.x, strings.z))
    products = strings.index_of(
        strings.x[partners] ^ strings.x[a], strings.z[partners] ^ strings.z[a]
    )
    # Each pair {b, c} appears as (b, c) and (c, b): h_alpha of one is h_beta of the other.
    pairs, count = np.unique(
        np.stack([costs[partners], costs[products]], axis=1), axis=0, return_counts=True
    )
    times: list[float] = []
    multiplicity: list[int] = []
    for (cost_b, cost_c), number in zip(pairs.tolist(), count.tolist(), strict=True):
        roots = _zeros(1 - costs[a] / cost_c, 1 - costs[a] / cost_b, horizon)
        times.extend(roots)
        multiplicity.extend([number] * len(roots))
    return _merged(np.array(times), np.array(multiplicity, dtype=np.int64), horizon)


def _zeros(alpha: float, beta: float, horizon: float) -> list[float]:
    """Zeros in (0, horizon] of ``h = sin t cos rt - alpha cos t sin(rt) / r``, r^2 = alpha beta."""
    square = alpha * beta
    rate = np.sqrt(abs(square))

    def h(t: Real) -> Real:
        if square > 0:
            return np.sin(t) * np.cos(rate * t) - alpha * np.cos(t) * np.sin(rate * t) / rate
        if square == 0:
            return np.sin(t) - alpha * t * np.cos(t)
        # Hyperbolic: divided by cosh, which has no zeros and might overflow.
        return np.sin(t) - alpha * np.cos(t) * np.tanh(rate * t) / rate

    turns = horizon * (1.0 + (rate if square > 0 else 0.0)) / np.pi
    grid = horizon * np.arange(1, 2 + int(POINTS_PER_TURN * (1 + turns)))
    grid = grid / (len(grid) - 1)
    signs = np.sign(h(grid))
    brackets = np.flatnonzero(signs[:-1] * signs[1:] < 0)
    inside = [float(scipy.optimize.brentq(h, grid[i], grid[i + 1], xtol=1e-14)) for i in brackets]
    return [*inside, *grid[:-1][signs[:-1] == 0].tolist()]


def _merged(times: Real, multiplicity: Integer, horizon: float) -> ConjugateTimes:
    order = np.argsort(times, kind="stable")
    times, multiplicity = times[order], multiplicity[order]
    new = np.diff(times, prepend=-np.inf) > SAME_TIME * max(1.0, horizon)
    group = np.cumsum(new) - 1
    total = np.zeros(int(new.sum()), dtype=np.int64)
    np.add.at(total, group, multiplicity)
    kept = times[new] <= horizon * (1 + 1e-12)
    return ConjugateTimes(times[new][kept], total[kept], horizon)
