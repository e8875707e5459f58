"""The diameter of a compact group, as a bracket: bounds in closed form, and a search for far targets.

The metric is homogeneous, so the diameter is the largest distance from the identity.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from qgeom._checks import check_integer, check_positive, fail
from qgeom._typing import Matrix
from qgeom.geodesic.continuation import Report
from qgeom.metric.invariant import RightInvariantMetric, check_riemannian
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.product import ProductMetric
from qgeom.readings.bounds import lower_bounds
from qgeom.readings.distance import ROUNDING, Distance, distance
from qgeom.readings.ricci import pauli_ricci
from qgeom.readings.volume import volume_bound

# Steps of a climb, and how far (in eigenphases) the first and the last one go.
# On two qubits 400 steps come within 1 % of the farthest certified target, the SWAP, which is a corner.
CLIMB = 400
FIRST_STEP, LAST_STEP = 1.0, 0.003
# Ricci curvature is an XOR convolution over all strings: 4^8 of them in a second.
MAX_RICCI_QUBITS = 8


@dataclass(frozen=True, eq=False)
class Diameter:
    """``lower <= diameter <= upper``.

    Attributes
    ----------
    lower
        Largest lower bound, certified.
    upper
        Smallest upper bound, certified; None if none is known.
    farthest
        The sampled target with the longest path, None if none was sampled.
    bracket
        Its distance.  ``bracket.upper`` is no bound of the diameter on either side: the search may
        have missed a shorter path to this target, and the sample a farther target.
    lower_bound, upper_bound
        Names of the bounds that bind.
    below, above
        Value of every bound by name; "far target" is the largest certified distance of a sampled
        target.

    Raises
    ------
    ValueError
        If ``lower > upper``: one of the bounds is wrong.
    """

    lower: float
    upper: float | None
    farthest: Matrix | None
    bracket: Distance | None
    lower_bound: str
    upper_bound: str | None
    below: Mapping[str, float]
    above: Mapping[str, float]

    def __post_init__(self) -> None:
        top = math.inf if self.upper is None else self.upper
        if not 0.0 <= self.lower <= top:
            but = f"is {self.lower} ({self.lower_bound}) beside {self.upper} ({self.upper_bound})"
            raise fail("lower", "be between 0 and the upper bound", but)

    @property
    def found(self) -> float | None:
        """Longest of the shortest known paths to the sampled targets: an estimate, not a bound."""
        return None if self.bracket is None else self.bracket.upper


def diameter(
    metric: RightInvariantMetric,
    *,
    rng: np.random.Generator,
    count: int = 8,
    report: Report | None = None,
    **search: Any,
) -> Diameter:
    """Bracket the diameter of a compact group, on qubits modulo global phase.

    Below it are `unpenalised_diameter` times the root of the smallest cost, on qubits the
    `volume_bound`, on one qubit with two equal costs `berger_diameter`, and the largest certified
    distance of a sampled target.  Above it are the unpenalised diameter times the root of the largest
    cost, and on qubits with positive Ricci curvature the theorem of Bonnet and Myers,
    ``pi / sqrt(min Ric / (D - 1))``.  Each target climbs from a random one to a greater certified
    distance, and then `distance` brackets it.

    Parameters
    ----------
    metric
        A metric on a compact group.
    rng
        Source of the targets and of the random starts of each search.
    count
        Number of targets; 0 for the closed forms alone.
    report
        Called with a message and the finished share.
    **search
        Other options of `distance`, e.g. ``starts=4``.

    Raises
    ------
    ValueError
        If the group is not compact (its diameter is infinite, or unknown) or a cost is infinite, or
        for a negative count.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom
    >>> berger = PauliMetric(1, custom({"Z": 0.5}))
    >>> found = diameter(berger, rng=np.random.default_rng(0), count=0)
    >>> round(found.lower, 6), round(found.upper, 6), found.lower_bound  # pi / 2
    (1.570796, 1.570796, 'berger')
    """
    check_riemannian("metric", metric)
    if not metric.compact:
        raise fail("metric", "be on a compact group", "is on another one")
    count = check_integer("count", count, 0)
    below, above = _closed_forms(metric)
    farthest, bracket = None, None
    for k in range(count):
        if report is not None:
            report(f"target {k + 1} of {count}", k / count)
        element = _climbed(metric, rng)
        one = distance(metric, element, rng=rng, **search)
        below["far target"] = max(below.get("far target", 0.0), one.lower)
        if bracket is None or one.upper > bracket.upper:
            farthest, bracket = element, one
    lower_bound = max(below, key=lambda name: below[name])
    upper_bound = min(above, key=lambda name: above[name]) if above else None
    lower, upper = below[lower_bound], above[upper_bound] if upper_bound else None
    if upper is not None and lower - upper <= ROUNDING * max(1.0, upper):
        lower = min(lower, upper)
    return Diameter(lower, upper, farthest, bracket, lower_bound, upper_bound, below, above)


def unpenalised_diameter(metric: RightInvariantMetric) -> float | None:
    r"""Diameter with all costs 1, or None where no closed form is known.

    SU(N) modulo phase: ``pi sqrt((1 - N^-2) / 3)``.  The distance is the standard deviation of the
    eigenphases, the least over the N ways to cut the circle open.  Weigh the cut in a gap a between
    neighbours by ``a / 2 pi``: the least is at most the mean, ``sum_{i<j} s_ij (2 pi - s_ij) / N^2``
    over arcs ``s_ij``, which is concave in them, so that it is greatest where arcs of pairs m apart
    have their mean ``2 pi m / N``: for equal gaps, where all cuts agree.

    SO(d): floor(d/2) planes turn by at most pi, ``pi sqrt(2 floor(d/2) / d)``.  Products add squares.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> round(unpenalised_diameter(PauliMetric(1, nielsen(4.0))) / np.pi, 12)  # half of a 3-sphere
    0.5
    """
    if isinstance(metric, PauliMetric):
        return math.pi * math.sqrt((1 - 4.0**-metric.n_qubits) / 3)
    if isinstance(metric, MatrixMetric) and metric.compact:
        return math.pi * math.sqrt(2 * (metric.size // 2) / metric.size)
    if isinstance(metric, ProductMetric):
        first, second = unpenalised_diameter(metric.a), unpenalised_diameter(metric.b)
        return None if first is None or second is None else math.hypot(first, second)
    return None


def berger_diameter(q: float, *, phase: bool = False) -> float:
    r"""Diameter of one qubit with costs (1, 1, q).

    With `phase`, on SU(2): pi for ``q >= 1``, ``pi sqrt(q)`` for ``1/2 <= q <= 1`` and
    ``pi / (2 sqrt(1 - q))`` for ``q <= 1/2`` (Podobryaev; QUANTUM_GEOMETRY.md 3.1).

    Without it, on SU(2) modulo phase: ``pi / 2`` for ``q <= 1``, ``pi sqrt(q) / 2`` for
    ``1 <= q <= 2`` and ``(pi / 2) sqrt((3 q - 4) / (q - 1))`` beyond, tending to ``sqrt(3) pi / 2``.
    Proof of ``q <= 2``: nothing is farther than the root of the largest cost times ``pi / 2``.  It is
    attained, for ``q <= 1`` by the gate X, since the distance on the Bloch sphere of radius 1/2 (the
    quotient by turns about Z) is ``pi / 2`` from pole to pole, and for ``q >= 1`` by the gate Z,
    whose distance is known (QUANTUM_GEOMETRY.md 3.1).  For ``q > 2`` the value is the distance of
    Z too; that no target is farther was seen on grids, not proved.

    Raises
    ------
    ValueError
        If `q` is not positive.

    Examples
    --------
    >>> round(berger_diameter(0.7, phase=True), 6), round(berger_diameter(2.0), 6)
    (2.628445, 2.221441)
    """
    q = check_positive("q", q)
    if phase:
        if q >= 0.5:
            return math.pi * math.sqrt(min(q, 1.0))
        return math.pi / (2 * math.sqrt(1 - q))
    if q <= 2:
        return 0.5 * math.pi * math.sqrt(max(q, 1.0))
    return 0.5 * math.pi * math.sqrt((3 * q - 4) / (q - 1))


def _closed_forms(metric: RightInvariantMetric) -> tuple[dict[str, float], dict[str, float]]:
    below, above = {"trivial": 0.0}, {}
    flat = unpenalised_diameter(metric)
    if flat is not None:
        costs = metric.inertia / metric.relaxed(0.0).inertia
        below["unpenalised"] = flat * float(np.sqrt(costs.min()))
        above["unpenalised"] = flat * float(np.sqrt(costs.max()))
    if isinstance(metric, PauliMetric):
        if metric.n_qubits == 1:
            cheap, middle, dear = np.sort(metric.inertia).tolist()
            if middle in (cheap, dear):
                pair, axis = (cheap, dear) if middle == cheap else (dear, cheap)
                below["berger"] = math.sqrt(pair) * berger_diameter(axis / pair)
        if metric.n_qubits <= MAX_RICCI_QUBITS:
            below["volume"] = volume_bound(metric)
            ricci = float(pauli_ricci(metric).min())
            if ricci > 0:
                above["ricci"] = math.pi * math.sqrt((metric.dim - 1) / ricci)
    return below, above


def _climbed(metric: RightInvariantMetric, rng: np.random.Generator) -> Matrix:
    """A random element, moved by ever smaller random steps that raise its certified distance."""
    element = metric.exp(_phases(metric, rng, 2 * np.pi))
    height = max(lower_bounds(metric, element).values())
    for step in np.geomspace(FIRST_STEP, LAST_STEP, CLIMB):
        moved = element @ metric.exp(_phases(metric, rng, float(step)))
        higher = max(lower_bounds(metric, moved).values())
        if higher > height:
            element, height = moved, higher
    return element


def _phases(metric: RightInvariantMetric, rng: np.random.Generator, spread: float) -> Matrix:
    """Random algebra element (dim,) whose matrix has eigenvalues of root mean square `spread`."""
    x = rng.normal(size=metric.dim)
    return x * spread * np.sqrt(metric.size) / np.linalg.norm(metric.hat(x))
