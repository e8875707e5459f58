"""Penalties: the cost of each generator.  A cost of 1 is cheap, a large cost is a non-local direction.

An infinite cost forbids the direction: the metric is then sub-Riemannian.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Integral

import numpy as np

from qgeom._checks import check_cost, check_costs, check_integer, check_positive, fail
from qgeom._typing import Integer, Real

# Below exponent 1 an infinite cost counts as this one, so that a ladder of costs can climb to it.
FAR = 1e4


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
    """A named rule from generators to costs."""

    name: str
    rule: Callable[[Generators], Real]

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


def nielsen(q: float, locality: int = 2) -> Penalty:
    """Nielsen's cliff: cost 1 for Pauli weight <= `locality`, `q` beyond (paper 1, eq. 1).

    On three qubits the scalar curvature is ``1638 - 324 q + 864 / q - 162 / q^2``: positive at 1,
    negative beyond 5.52207.  With more qubits it turns negative later, at 7.760 on four and 15.45 on
    five.  At locality 1, and on two qubits, it is positive for every ``q >= 1``
    (QUANTUM_GEOMETRY.md 2.8; `qgeom.metric.schedules` says why).

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


def _threshold(family: str, kind: str, argument: str, limit: int, q: float) -> Penalty:
    limit = check_integer(argument, limit, 0)
    q = check_positive("q", q)
    name = f"{family}({argument}={limit}, q={q:g})"

    def rule(generators: Generators) -> Real:
        if generators.kind != kind:
            other = {"pauli": "Pauli strings", "entry": "matrix entries"}
            must = f"fit {other[generators.kind]}"
            raise fail("penalty", must, f"{name} is a cost of {other[kind]}")
        return np.where(generators.reach <= limit, 1.0, q)

    return Penalty(name, rule)
