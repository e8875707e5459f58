"""The zoo of costs on Pauli strings: smooth schedules, parity, geometric locality, Majorana weight.

All are functions of the label or the weight alone, and all cost 1 for the cheapest strings.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

import numpy as np

from qgeom._checks import check_integer, check_positive, fail
from qgeom._typing import Real
from qgeom.metric.penalties import Generators, Penalty


def exponential(base: float) -> Penalty:
    """Progressive cost ``base^(w - 1)`` of Pauli weight w (Auzzi et al., arXiv 2011.07601).

    The scalar curvature turns negative as the base grows, without the singular sectional curvatures
    of a cliff: on four qubits it is positive at base 3 and negative at 4.

    Raises
    ------
    ValueError
        If `base` is not positive.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> PauliMetric(2, exponential(3.0)).inertia[[0, 4]]  # IX, XX
    array([1., 3.])
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> [bool(scalar_curvature(PauliMetric(4, exponential(b))) > 0) for b in (3.0, 4.0)]
    [True, False]
    """
    base = check_positive("base", base)
    return _by_weight(f"exponential(base={base:g})", lambda w, _n: base ** (w - 1))


def binomial() -> Penalty:
    """Cost of weight w: the number of strings of weight w over that of weight 1.

    ``q_w = C(n, w) 3^(w-1) / n``, so every weight costs as much as it is crowded: a string is as hard
    as its class is large (one of the critical schedules; the definition is ours).  Beyond three
    quarters of the qubits the classes shrink again; costs never fall below their maximum there.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> PauliMetric(3, binomial()).inertia[[0, 4, 20]]  # IIX, IXX, XXX
    array([1., 3., 3.])
    """

    def cost(weight: int, n_qubits: int) -> float:
        peak = max(math.comb(n_qubits, w) * 3 ** (w - 1) for w in range(1, weight + 1))
        return peak / n_qubits

    return _by_weight("binomial", cost)


def parity(odd: float, even: float) -> Penalty:
    """One cost for odd and one for even weights: closed-form geodesics on any number of qubits.

    The odd strings are a subalgebra (time reversal), see `closed_form`.

    Raises
    ------
    ValueError
        If a cost is not positive.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> PauliMetric(3, parity(1.0, 4.0)).inertia[[0, 4, 20]]  # IIX, IXX, XXX
    array([1., 4., 1.])
    """
    odd, even = check_positive("odd", odd), check_positive("even", even)
    return _by_weight(f"parity({odd:g}, {even:g})", lambda w, _n: odd if w % 2 else even)


def chain(q: float, radius: int = 1) -> Penalty:
    """Geometric locality on a line: 1 if all letters lie within `radius` sites of each other, else q.

    Unlike `nielsen` it is not invariant under permutations of the qubits.

    Raises
    ------
    ValueError
        If `q` is not positive or `radius` is not an integer >= 0; when used on matrix entries.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> metric = PauliMetric(3, chain(9.0))
    >>> metric.inertia[[metric.strings.labels.index(s) for s in ("XYI", "XIY", "XYZ")]]
    array([1., 9., 9.])
    """
    q, radius = check_positive("q", q), check_integer("radius", radius, 0)
    name = f"chain(q={q:g}, radius={radius})"
    return _by_label(name, lambda label: 1.0 if _span(label) <= radius else q)


def graph(edges: Iterable[tuple[int, int]], q: float) -> Penalty:
    """Cost 1 for strings on one qubit or on the two qubits of an edge, q for all others.

    Parameters
    ----------
    edges
        Pairs of qubit numbers (0 is the rightmost letter), or a networkx graph's ``edges``.
    q
        The cost of everything else.

    Raises
    ------
    ValueError
        If `q` is not positive, or an edge is not a pair of distinct qubits.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> metric = PauliMetric(3, graph([(0, 2)], 9.0))
    >>> metric.inertia[[metric.strings.labels.index(s) for s in ("XIY", "XYI", "IZI")]]
    array([1., 9., 1.])
    """
    q = check_positive("q", q)
    allowed = {frozenset(edge) for edge in edges}
    for edge in allowed:
        if len(edge) != 2 or any(not isinstance(qubit, int) or qubit < 0 for qubit in edge):
            raise fail("edges", "be pairs of distinct qubit numbers", f"holds {sorted(edge)}")

    def cost(label: str) -> float:
        sites = _sites(label)
        return 1.0 if len(sites) == 1 or frozenset(sites) in allowed else q

    return _by_label(f"graph({len(allowed)} edges, q={q:g})", cost)


def majorana(cost: Callable[[int], float]) -> Penalty:
    """Cost of the Majorana weight: the number of Majorana operators of a string under Jordan-Wigner.

    Qubit j carries ``X_j`` and ``Y_j`` with Z on all lower qubits.  SYK-4 has cheap strings of weight
    4 and below, say ``majorana(lambda w: 1.0 if w <= 4 else q)``.

    Raises
    ------
    ValueError
        When used on matrix entries, or if a cost is not positive.

    Examples
    --------
    >>> majorana_weight("IX"), majorana_weight("XZ"), majorana_weight("ZI"), majorana_weight("XX")
    (1, 1, 2, 2)
    """
    return _by_label("majorana", lambda label: float(cost(majorana_weight(label))))


def majorana_weight(label: str) -> int:
    """Number of Majorana operators whose product is a string, up to a phase (Jordan-Wigner)."""
    weight = 0
    for letter in label:  # from the highest qubit down: an odd tail leaves Z on all lower qubits
        alone = {"I": 0, "X": 1, "Y": 1, "Z": 2}[letter]
        weight += 2 - alone if weight % 2 else alone
    return weight


def _sites(label: str) -> list[int]:
    return [site for site, letter in enumerate(reversed(label)) if letter != "I"]


def _span(label: str) -> int:
    sites = _sites(label)
    return max(sites) - min(sites)


def _by_label(name: str, cost: Callable[[str], float]) -> Penalty:
    def rule(generators: Generators) -> Real:
        _require_strings(name, generators)
        return np.array([cost(label) for label in generators.labels()])

    return Penalty(name, rule)


def _by_weight(name: str, cost: Callable[[int, int], float]) -> Penalty:
    def rule(generators: Generators) -> Real:
        _require_strings(name, generators)
        n_qubits = int(generators.reach.max())
        table = np.array([cost(weight, n_qubits) for weight in range(1, n_qubits + 1)])
        return table[generators.reach - 1]

    return Penalty(name, rule)


def _require_strings(name: str, generators: Generators) -> None:
    if generators.kind != "pauli":
        raise fail("penalty", "fit matrix entries", f"{name} is a cost of Pauli strings")
