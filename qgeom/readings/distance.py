"""The distance from the identity to a target, as a bracket: certified below, a path above."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qgeom._checks import check_finite_number, check_integer, fail
from qgeom._typing import Matrix
from qgeom.algebra.targets import Target
from qgeom.geodesic.connect import MEETS, connect
from qgeom.geodesic.continuation import Report
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.refine import RESIDUAL
from qgeom.metric.invariant import RightInvariantMetric, check_riemannian
from qgeom.readings.bounds import (
    Step,
    found_geodesic,
    lower_bounds,
    path_length,
    straight_line,
    triangle,
)

# Both ends of a tight bracket come from different formulas: they agree to this relative accuracy.
ROUNDING = 1e-12
# Four qubits.  Larger groups take minutes: call `connect`, and hand in what it finds as a path.
MAX_SEARCH = 255
# A straight line counts as found by the search if it is no shorter than this relative accuracy.
SAME_LENGTH = 1e-9


@dataclass(frozen=True, eq=False)
class Distance:
    """``lower <= d <= upper``.

    Attributes
    ----------
    lower
        Largest lower bound.
    upper
        Length of the shortest path known.
    geodesic
        Shortest geodesic found, None if the search found none (or the group is too large for one).
    lower_bound
        Name of the bound that binds (see `qgeom.readings.bounds`).
    upper_bound
        Origin of the path: "geodesic", "straight line", "path" or "triangle".
    tried
        Value of every bound by name.

    Raises
    ------
    ValueError
        If ``lower > upper``: one of the bounds is wrong.
    """

    lower: float
    upper: float
    geodesic: Geodesic | None
    lower_bound: str
    upper_bound: str
    tried: Mapping[str, float]

    def __post_init__(self) -> None:
        if not 0.0 <= self.lower <= self.upper:
            but = f"is {self.lower} ({self.lower_bound}) beside {self.upper} ({self.upper_bound})"
            raise fail("lower", "be between 0 and the upper bound", but)

    @property
    def gap(self) -> float:
        """``upper - lower``: 0 where the distance is known."""
        return self.upper - self.lower


def distance(
    metric: RightInvariantMetric,
    target: Target | Matrix,
    *,
    rng: np.random.Generator,
    branches: int | None = None,
    path: Sequence[Step] | None = None,
    known: Sequence[tuple[Matrix, float, float]] = (),
    report: Report | None = None,
    **search: Any,
) -> Distance:
    """Bracket the distance ``d(1, target)`` of a right-invariant metric.

    Above it is the length of a path: the shortest geodesic that `connect` finds, or the shortest
    straight line ``exp(t x)`` over logarithms x of the target.  Below it is the largest bound of
    `qgeom.readings.bounds` (MATH.md section 5).

    Parameters
    ----------
    metric
        The metric; beyond dim 255 the upper bound is the straight line, without a search.
    target
        A Target or a group element (N, N); on qubits it counts up to a global phase.
    rng
        Source of the random starts.
    branches
        Logarithms to try, as lines and as starts of the search; default: two for each eigenvalue.
    path
        A path to the target that you know: gates (N, N), or pairs of a velocity (dim,) and a
        duration, the first one first.
    known
        Distances that you know, each a triple (element, lower, upper) with
        ``lower <= d(1, element) <= upper``: the triangle inequality moves them to the target.
    report
        Called with a message and the finished share.
    **search
        Other options of `connect`: `starts`, `keep`.

    Returns
    -------
    Distance

    Raises
    ------
    ValueError
        For a target that is not in the group, or one (beyond dim 255, or not on a compact group) to
        which neither the search nor a logarithm gives a path; for a `path` that does not end at the
        target, a `known` bracket without ``0 <= lower <= upper``, or an infinite cost.

    Examples
    --------
    Two qubits, weight 1 at cost 1 and weight 2 at cost q: ``d(SWAP) = (pi / 4) sqrt(3 q)``.

    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> cost = PauliMetric(2, nielsen(4.0, locality=1))
    >>> found = distance(cost, target("swap"), rng=np.random.default_rng(0))
    >>> round(found.lower, 6), round(found.upper, 6), found.lower_bound
    (2.720699, 2.720699, 'cartan')
    """
    check_riemannian("metric", metric)
    matrix = target.matrix if isinstance(target, Target) else target
    element = metric.check_element("target", matrix)
    if element.ndim != 2:
        raise fail("target", "be one group element", f"has shape {element.shape}")
    count = 2 * metric.size if branches is None else check_integer("branches", branches, 1)
    below = lower_bounds(metric, element)
    above = {"straight line": straight_line(metric, element, count)}
    if path is not None:
        above["path"] = path_length(metric, element, path, count)
    if known:
        below["triangle"], above["triangle"] = _from_known(metric, element, known, count)
    geodesic = None
    lower = max(below.values())
    if metric.dim <= MAX_SEARCH or above["straight line"] <= lower * (1 + MEETS):
        search = {"branches": branches, "lower": lower, **search}
        found = connect(metric, element, rng=rng, report=report, **search)
        geodesic = next((one for one in found if one.residual <= RESIDUAL), None)
    if geodesic is not None:
        above["geodesic"] = found_geodesic(metric, element, geodesic)
    return _bracket(below, above, geodesic)


def _from_known(
    metric: RightInvariantMetric,
    target: Matrix,
    known: Sequence[tuple[Matrix, float, float]],
    branches: int,
) -> tuple[float, float]:
    """Best lower and upper end that the triangle inequality gives."""
    below, above = [0.0], [np.inf]
    for element, lower, upper in known:
        lower, upper = check_finite_number("known", lower), check_finite_number("known", upper)
        if not 0.0 <= lower <= upper:
            raise fail("known", "have 0 <= lower <= upper", f"holds {lower} and {upper}")
        apart = triangle(metric, target, metric.check_element("known", element), branches)
        below.append(lower - apart)
        above.append(upper + apart)
    return max(below), min(above)


def _bracket(
    below: Mapping[str, float], above: Mapping[str, float], geodesic: Geodesic | None
) -> Distance:
    upper = min(above.values())
    if not np.isfinite(upper):
        must = "have a known path from the identity"
        raise fail("target", must, "neither a logarithm nor the search gives one")
    tie = max(1.0, upper)
    origin = min(above, key=lambda name: above[name])
    if above.get("geodesic", np.inf) <= upper + SAME_LENGTH * tie:
        origin = "geodesic"
    lower_bound, lower = max(below.items(), key=lambda item: item[1])
    if lower - upper <= ROUNDING * tie:
        lower = min(lower, upper)
    return Distance(lower, upper, geodesic, lower_bound, origin, {**below, **above})
