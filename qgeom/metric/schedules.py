"""The zoo of costs on Pauli strings: smooth schedules, parity, geometric locality, Majorana weight.

All are functions of the label or the weight alone, and all cost 1 for the cheapest strings.

The sign of the scalar curvature.  It is a sum over the triples of anticommuting strings with a product
in the triple, ``R = 2 sum (2 ab + 2 bc + 2 ca - a^2 - b^2 - c^2) / abc`` with their costs a, b, c
(QUANTUM_GEOMETRY.md 2.8).  By Heron's formula a triple counts as positive exactly if the roots of its
costs are the sides of a triangle.  Costs 1 and q split the triples by their number k of costly strings:

    R = 2 [3 N_0 + (4 - q) N_1 + (4 q - 1) N_2 / q^2 + 3 N_3 / q].

So R tends to minus infinity with q exactly if two cheap strings have a costly commutator.  If the cheap
strings are closed under commutators (``N_1 = 0``), R is positive for every ``q >= 1``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from fractions import Fraction

import numpy as np

from qgeom._checks import check_integer, check_positive, fail
from qgeom._typing import Real
from qgeom.metric.penalties import (
    Generators,
    Penalty,
    WeightLaw,
    as_double,
    cost_text,
    exact_cost,
)


def exponential(base: float | Fraction) -> Penalty:
    """Progressive cost ``base^(w - 1)`` of Pauli weight w (Auzzi et al., arXiv 2011.07601).

    From three qubits on the scalar curvature turns negative as the base grows, without the singular
    sectional curvatures of a cliff: beyond 6.053, 3.564 and 2.861 on three, four and five qubits, 2.161
    on eight and 1.682 on sixteen.  On two it is positive for every base of at least 1.  On any number,
    with ``u = 1 / base``, it is ``base {4^n [(1 + 3 u)^n - 1] - [(7 + 6 u + 3 u^2)^n -
    (7 - 6 u + 3 u^2)^n] / 2}``, so that the zero of 1 - u tends to ``sqrt(16 log(2) / 3 n)``.

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
    ratio = exact_cost("base", base)
    return _by_weight(f"exponential(base={cost_text(ratio)})", lambda w, _n: ratio ** (w - 1))


def binomial() -> Penalty:
    """Cost of weight w: the number of strings of weight w over that of weight 1.

    ``q_w = C(n, w) 3^(w-1) / n``, so every weight costs as much as it is crowded: a string is as hard
    as its class is large (one of the critical schedules; the definition is ours).  Beyond three
    quarters of the qubits the classes shrink again; costs never fall below their maximum there.
    The scalar curvature is positive on up to 25 qubits, by an ever smaller share of its value without
    costs (0.13 on four), and negative from 26 on (to 300, where the scan ended, and on 1000).

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> PauliMetric(3, binomial()).inertia[[0, 4, 20]]  # IIX, IXX, XXX
    array([1., 3., 3.])
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> [round(scalar_curvature(PauliMetric(n, binomial())), 3) for n in (2, 3, 4)]
    [92.0, 744.0, 4245.333]
    """

    def cost(weight: int, n_qubits: int) -> Fraction:
        crowded = min(weight, 3 * (n_qubits + 1) // 4)
        return Fraction(math.comb(n_qubits, crowded) * 3 ** (crowded - 1), n_qubits)

    return _by_weight("binomial", cost)


def draconian(locality: int = 2) -> Penalty:
    """Cost 1 up to Pauli weight `locality`; heavier strings are forbidden, at infinite cost.

    The sub-Riemannian limit of `nielsen`: a velocity has no heavy strings, a momentum may.  On two or
    more qubits a locality of 1 only reaches products of gates on one qubit; from 2 on all of SU(2^n)
    is at a finite distance.  Curvature is not defined: that of `nielsen` has no limit.

    Raises
    ------
    ValueError
        If `locality` is not an integer >= 1; when used on matrix entries.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> metric = PauliMetric(3, draconian())
    >>> metric.inertia[[0, 4, 20]], metric.riemannian  # IIX, IXX, XXX
    (array([ 1.,  1., inf]), False)
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> scalar_curvature(metric)
    Traceback (most recent call last):
        ...
    ValueError: Argument `metric` must have finite costs, but has infinite ones.
    >>> from qgeom.metric.penalties import nielsen
    >>> [round(scalar_curvature(PauliMetric(3, nielsen(q)))) for q in (1e2, 1e4, 1e6)]
    [-30753, -3238362, -323998362]
    """
    locality = check_integer("locality", locality, 1)
    costs = (Fraction(1), math.inf)
    return _by_weight(f"draconian(locality={locality})", lambda w, _n: costs[w > locality])


def parity(odd: float | Fraction, even: float | Fraction) -> Penalty:
    """One cost for odd and one for even weights: closed-form geodesics on any number of qubits.

    The odd strings are a subalgebra (time reversal), see `closed_form`.  The scalar curvature is
    positive unless the subalgebra is dear: it is ``6 N_0 / odd + 2 N_2 (4 even - odd) / even^2``, with
    N_0 triples of odd strings and N_2 of one odd and two even ones, and turns negative at
    ``odd / even = 2 + sqrt(4 + 3 N_0 / N_2)``: 4.082, 4.380 and 4.186 on two, three and four qubits,
    in the limit of many ``2 + sqrt(5)``.

    Raises
    ------
    ValueError
        If a cost is not positive.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> PauliMetric(3, parity(1.0, 4.0)).inertia[[0, 4, 20]]  # IIX, IXX, XXX
    array([1., 4., 1.])
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> [round(scalar_curvature(PauliMetric(3, parity(odd, 1.0))), 6) for odd in (1.0, 4.0, 5.0)]
    [2016.0, 180.0, -288.0]
    """
    of_odd, of_even = exact_cost("odd", odd), exact_cost("even", even)
    name = f"parity({cost_text(of_odd)}, {cost_text(of_even)})"
    return _by_weight(name, lambda w, _n: of_odd if w % 2 else of_even)


def chain(q: float, radius: int = 1) -> Penalty:
    """Geometric locality on a line: 1 if all letters lie within `radius` sites of each other, else q.

    Unlike `nielsen` it is not invariant under permutations of the qubits.  At radius 0, or where all
    qubits are within the radius, cheap strings are closed and the scalar curvature is positive for every
    ``q >= 1``.  Between them it turns negative: at radius 1 beyond 8.219, 15.95 and 43.88 on three, four
    and five qubits.

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
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> [bool(scalar_curvature(PauliMetric(3, chain(q))) > 0) for q in (8.0, 9.0)]
    [True, False]
    """
    q, radius = check_positive("q", q), check_integer("radius", radius, 0)
    name = f"chain(q={q:g}, radius={radius})"
    return _by_label(name, lambda label: 1.0 if _span(label) <= radius else q)


def graph(edges: Iterable[tuple[int, int]], q: float) -> Penalty:
    """Cost 1 for strings on one qubit or on the two qubits of an edge, q for all others.

    If no two edges share a qubit, cheap strings are closed and the scalar curvature is positive for
    every ``q >= 1``.  Otherwise it turns negative as q grows: on four qubits beyond 15.95 for a path,
    13.24 for a star, 11.91 for a ring and 7.760 for all edges.

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
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> pair, path = [(0, 1)], [(0, 1), (1, 2)]
    >>> [bool(scalar_curvature(PauliMetric(3, graph(edges, 1e3))) > 0) for edges in (pair, path)]
    [True, False]
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
    4 and below, say ``majorana(lambda w: 1.0 if w <= 4 else q)``; its scalar curvature turns negative
    beyond 14.58, 5.985 and 6.110 on three, four and five qubits.  With cheap weights 1 and 2 it is
    positive for every ``q >= 1``: free fermions and single operators are closed, so(2n + 1).

    Raises
    ------
    ValueError
        When used on matrix entries, or if a cost is not positive.

    Examples
    --------
    >>> majorana_weight("IX"), majorana_weight("XZ"), majorana_weight("ZI"), majorana_weight("XX")
    (1, 1, 2, 2)
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> syk = lambda q: PauliMetric(4, majorana(lambda w: 1.0 if w <= 4 else q))
    >>> [bool(scalar_curvature(syk(q)) > 0) for q in (5.0, 7.0)]
    [True, False]
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


def _by_weight(name: str, law: WeightLaw) -> Penalty:
    def rule(generators: Generators) -> Real:
        _require_strings(name, generators)
        n_qubits = int(generators.reach.max())
        table = np.array([as_double(law(weight, n_qubits)) for weight in range(1, n_qubits + 1)])
        return table[generators.reach - 1]

    return Penalty(name, rule, law)


def _require_strings(name: str, generators: Generators) -> None:
    if generators.kind != "pauli":
        raise fail("penalty", "fit matrix entries", f"{name} is a cost of Pauli strings")
