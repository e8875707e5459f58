"""Penalties: the cost of each generator.  A cost of 1 is cheap, a large cost is a non-local direction.

An infinite cost forbids the direction: the metric is then sub-Riemannian.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational
from typing import TypeAlias

import numpy as np

from qgeom._checks import check_cost, check_costs, check_integer, check_positive, fail
from qgeom._typing import Integer, Real

# Below exponent 1 an infinite cost counts as this one, so that a ladder of costs can climb to it.
FAR = 1e4

# (weight, number of qubits) -> exact cost; infinity is the one float among them.
WeightLaw: TypeAlias = Callable[[int, int], Fraction | float]


@dataclass(frozen=True)
class Generators:
    """What a penalty may look at: the labels and the reach of the basis elements.

    `reach` is the weight of a Pauli string (kind "pauli") or ``|i - j|`` of a matrix entry (kind
    "entry"; cyclic for circulant matrices, 0 for translations of aff).
    """

    kind: str
    labels: Callable[[], tuple[str, ...]]  # a function, since 4^8 labels are made only on request
    reach: Integer

    def __len__(self) -> int:
        return len(self.reach)


@dataclass(frozen=True)
class Penalty:
    """A named rule from generators to costs.

    Attributes
    ----------
    name
        What it is called in reports.
    rule
        Costs of the generators of a metric, as doubles.
    law
        Exact cost of a Pauli weight on any number of qubits, where the cost is one of the weight
        alone and its author says so: it may be larger than any double.
    """

    name: str
    rule: Callable[[Generators], Real]
    law: WeightLaw | None = None

    def costs(self, generators: Generators) -> Real:
        """Cost of each generator, (dim,), all positive and not all infinite.

        Raises
        ------
        ValueError
            If the rule gives another shape, a cost that is not positive, or no finite cost.
        """
        costs = check_costs("penalty", self.rule(generators))
        if costs.shape != generators.reach.shape:
            must = f"give one cost for each of {len(generators)} generators"
            raise fail("penalty", must, f"gives shape {costs.shape}")
        return costs

    def power(self, exponent: float) -> Penalty:
        """The penalty ``cost^exponent``: 0 is the unpenalised metric, 1 this one; linear in log cost.

        An infinite cost stays infinite from exponent 1 on, and is ``FAR^exponent`` below.
        """

        def rule(generators: Generators) -> Real:
            costs = self.costs(generators)
            if exponent < 1:
                costs[np.isinf(costs)] = FAR
            return costs**exponent

        return Penalty(f"{self.name}^{exponent:g}", rule)


def nielsen(q: float | Fraction, locality: int = 2) -> Penalty:
    """Nielsen's cliff: cost 1 for Pauli weight <= `locality`, `q` beyond (paper 1, eq. 1).

    On three qubits the scalar curvature is ``1638 - 324 q + 864 / q - 162 / q^2``: positive at 1,
    negative beyond 5.52207.  With more qubits it turns negative later, at 7.760 on four, 15.45 on five
    and about ``4^n / sqrt(108 n^3)`` on many.  At locality 1, and on two qubits, it is positive for
    every ``q >= 1`` (QUANTUM_GEOMETRY.md 2.8; `qgeom.metric.schedules` says why).

    Raises
    ------
    ValueError
        If `q` is not positive, `locality` not an integer >= 0; when used on matrix entries.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> PauliMetric(2, nielsen(4.0, locality=1)).inertia
    array([1., 1., 1., 1., 4., 4., 4., 1., 4., 4., 4., 1., 4., 4., 4.])
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> [round(scalar_curvature(PauliMetric(3, nielsen(q))), 3) for q in (1.0, 4.0, 8.0)]
    [2016.0, 547.875, -848.531]
    """
    return _threshold("nielsen", "pauli", "locality", locality, q)


def band(radius: int, q: float) -> Penalty:
    """Band cost of matrix entries: 1 for ``|i - j| <= radius``, `q` beyond.

    The network side of `nielsen`: a layer that mixes neighbouring features is cheap.

    Raises
    ------
    ValueError
        If `q` is not positive, `radius` not an integer >= 0; when used on Pauli strings.

    Examples
    --------
    >>> from qgeom.metric.matrix import MatrixMetric
    >>> MatrixMetric("so", 3, band(1, 16.0)).inertia * 3 / 2
    array([ 1., 16.,  1.])
    """
    return _threshold("band", "entry", "radius", radius, q)


def custom(
    costs: Mapping[str, float] | Mapping[int, float] | Callable[[str], float], default: float = 1.0
) -> Penalty:
    """Costs by label, by reach (weight), or by a function of the label.

    Any sign of the scalar curvature can be had: on one qubit it is ``2 (2 ab + 2 bc + 2 ca - a^2 -
    b^2 - c^2) / abc``, positive exactly if the roots of the costs are the sides of a triangle.

    Parameters
    ----------
    costs
        ``{"ZZ": 3.0}``, ``{1: 1.0, 2: 4.0, 3: 16.0}`` (keys are weights), or a callable on labels.
    default
        Cost of what a mapping does not name.  Costs may be infinite (``math.inf``).

    Raises
    ------
    ValueError
        If a cost is not positive, or a mapping names a generator that does not exist.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> PauliMetric(1, custom({"Z": 5.0})).inertia
    array([1., 1., 5.])
    >>> from qgeom.readings.curvature import scalar_curvature
    >>> [scalar_curvature(PauliMetric(1, custom({"Z": q}))) for q in (2.0, 4.0, 5.0)]  # 2 (4 - q)
    [4.0, 0.0, -2.0]
    """
    if callable(costs):
        function = costs
        return Penalty(
            "custom",
            lambda generators: np.array([function(label) for label in generators.labels()]),
        )
    table = {key: check_cost(f"costs[{key!r}]", value) for key, value in costs.items()}
    default = check_cost("default", default)

    def rule(generators: Generators) -> Real:
        by_reach = all(isinstance(key, Integral) for key in table)
        keys = tuple(generators.reach.tolist()) if by_reach else generators.labels()
        unknown = set(table) - set(keys)
        if unknown:
            raise fail(
                "costs", "name generators of the metric", f"names {sorted(unknown, key=str)}"
            )
        return np.array([table.get(key, default) for key in keys])

    return Penalty("custom", rule)


def costs_by_weight(n_qubits: int, penalty: Penalty) -> list[Fraction]:
    """Exact costs of weights 1 to n: by the law of the penalty, or seen on some strings.

    Raises
    ------
    ValueError
        If two strings of one weight are seen to differ in cost, or a cost is infinite or not positive.

    Examples
    --------
    >>> costs_by_weight(3, nielsen(0.5))
    [Fraction(1, 1), Fraction(1, 1), Fraction(1, 2)]
    """
    if not isinstance(penalty, Penalty):
        raise fail("penalty", "be a Penalty such as nielsen(10.0)", f"is {penalty!r}")
    law = _observed(n_qubits, penalty) if penalty.law is None else penalty.law
    costs = [law(weight, n_qubits) for weight in range(1, n_qubits + 1)]
    if math.inf in costs:
        raise fail("penalty", "have finite costs", "has infinite ones")
    if min(costs) <= 0:
        raise fail("penalty", "give positive costs", f"gives {min(costs)}")
    return [Fraction(cost) for cost in costs]


def exact_cost(name: str, value: float | Fraction) -> Fraction:
    """Return a finite cost as the rational number that it is, or raise ValueError unless positive.

    Examples
    --------
    >>> exact_cost("q", 0.75), exact_cost("q", 4**1000) > 1e308
    (Fraction(3, 4), True)
    """
    if not isinstance(value, Rational):
        return Fraction(check_positive(name, value))
    if value <= 0:
        raise fail(name, "be positive", f"is {value}")
    return Fraction(int(value.numerator), int(value.denominator))


def cost_text(cost: Fraction) -> str:
    """Return a cost in six digits.

    Examples
    --------
    >>> cost_text(Fraction(64)), cost_text(Fraction(2**2000))
    ('64', '1.14813e+602')
    """
    try:
        return f"{float(cost):g}"
    except OverflowError:
        return f"{Decimal(cost.numerator) / Decimal(cost.denominator):.5e}"


def as_double(cost: Fraction | float) -> float:
    """Return an exact cost as the nearest double, or raise ValueError if it has none."""
    try:
        return float(cost)
    except OverflowError:
        raise fail("penalty", "give costs below 1e308 to strings", "gives larger ones") from None


def _threshold(family: str, kind: str, argument: str, limit: int, q: float | Fraction) -> Penalty:
    limit = check_integer(argument, limit, 0)
    cost = exact_cost("q", q)
    name = f"{family}({argument}={limit}, q={cost_text(cost)})"

    def rule(generators: Generators) -> Real:
        if generators.kind != kind:
            other = {"pauli": "Pauli strings", "entry": "matrix entries"}
            must = f"fit {other[generators.kind]}"
            raise fail("penalty", must, f"{name} is a cost of {other[kind]}")
        return np.where(generators.reach <= limit, 1.0, as_double(cost))

    def law(weight: int, _n_qubits: int) -> Fraction:
        return Fraction(1) if weight <= limit else cost

    return Penalty(name, rule, law if kind == "pauli" else None)


def _observed(n_qubits: int, penalty: Penalty) -> WeightLaw:
    """Costs of the weights as seen on strings at the left, spread out and at the right."""
    weights = np.arange(1, n_qubits + 1)
    families = (
        lambda k: "X" * k + "I" * (n_qubits - k),
        lambda k: _scattered(k, n_qubits),
        lambda k: "I" * (n_qubits - k) + "Y" * k,
    )
    labels = tuple(family(k) for family in families for k in weights.tolist())
    reach = np.tile(weights, len(families))
    costs = penalty.costs(Generators("pauli", lambda: labels, reach)).reshape(len(families), -1)
    if (costs != costs[0]).any():
        weight = int(weights[(costs != costs[0]).any(axis=0)][0])
        raise fail("penalty", "depend on the weight alone", f"differs within weight {weight}")
    return lambda weight, _n_qubits: float(costs[0, weight - 1])


def _scattered(weight: int, n_qubits: int) -> str:
    """Letters from the first qubit to the last, as far apart as they can be."""
    sites = {i * (n_qubits - 1) // max(1, weight - 1) for i in range(weight)}
    return "".join("Z" if site in sites else "I" for site in range(n_qubits))
