"""How negative is the curvature?  It depends on the law of the plane, so the law is an argument."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from qgeom._checks import check_choice, check_integer, fail
from qgeom._typing import Integer, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.readings.curvature import planes_per_batch, sectional_curvature

PLANE_LAWS = ("metric", "local", "pauli", "coordinate")
# Rounding of a curvature relative to the largest one of the sample stays well below this.
FLAT_TOLERANCE = 1e-12
# Costs that are equal by construction agree to rounding.
COST_TOLERANCE = 1e-9

# (rows, rng) -> pairs of vectors (rows, 2, dim)
PlaneLaw: TypeAlias = Callable[[int, np.random.Generator], Vector]


@dataclass(frozen=True, eq=False)
class CurvatureSample:
    """Sectional curvatures of random planes.

    Examples
    --------
    >>> sample = CurvatureSample(np.array([-2.0, 0.0, 1.0, 5.0]), "metric")
    >>> sample.negative, sample.flat, sample.negative_share, sample.mean
    (1, 1, 0.25, 1.0)
    >>> sample.quantiles([0.5])
    array([0.5])
    """

    values: Real  # (count,)
    planes: str  # law of the planes

    @property
    def count(self) -> int:
        """Number of planes."""
        return len(self.values)

    @functools.cached_property
    def flat_tolerance(self) -> float:
        """``|K|`` at or below which a plane counts as flat."""
        return FLAT_TOLERANCE * max(1.0, float(np.abs(self.values).max()))

    @property
    def negative(self) -> int:
        """Number of planes with ``K < 0``, flat ones left out."""
        return int(np.count_nonzero(self.values < -self.flat_tolerance))

    @property
    def negative_share(self) -> float:
        """Share of planes with ``K < 0``."""
        return self.negative / self.count

    @property
    def flat(self) -> int:
        """Number of planes with ``K = 0`` up to rounding."""
        return int(np.count_nonzero(np.abs(self.values) <= self.flat_tolerance))

    @property
    def mean(self) -> float:
        """Mean curvature of the planes."""
        return float(self.values.mean())

    def quantiles(self, levels: Sequence[float] = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)) -> Real:
        """Quantiles of the curvature at `levels`."""
        return np.quantile(self.values, levels)


def sample_curvature(
    metric: RightInvariantMetric,
    planes: str = "metric",
    count: int = 2000,
    *,
    rng: np.random.Generator,
) -> CurvatureSample:
    """Draw random planes and return their sectional curvatures.

    Parameters
    ----------
    metric
        Any right-invariant metric of dimension at least 2.
    planes
        ``"metric"``: uniform in the metric.  ``"pauli"``: uniform in the unpenalised trace form,
        that is in Pauli coefficients or matrix entries.  ``"local"``: uniform within the span of
        the directions of least cost.  ``"coordinate"``: two different basis elements.
    count
        Number of planes.
    rng
        Source of randomness.  The batches do not change what it yields.

    Raises
    ------
    ValueError
        For an unknown law, a count below 1, no generator, or fewer than 2 directions to span.

    Examples
    --------
    Inside the allowed directions every plane is negative; among all Hamiltonians almost none is.

    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> metric, rng = PauliMetric(3, nielsen(64.0)), np.random.default_rng(0)
    >>> sample_curvature(metric, "local", 100, rng=rng).negative_share
    1.0
    >>> sample_curvature(metric, "pauli", 100, rng=rng).negative_share
    0.0
    """
    check_choice("planes", planes, PLANE_LAWS)
    count = check_integer("count", count, 1)
    if not isinstance(rng, np.random.Generator):
        raise fail("rng", "be a numpy.random.Generator", f"is {rng!r}")
    draw, batch = _plane_law(metric, planes), planes_per_batch(metric)
    values = []
    for start in range(0, count, batch):
        pairs = draw(min(batch, count - start), rng)
        values.append(sectional_curvature(metric, pairs[:, 0], pairs[:, 1]))
    return CurvatureSample(np.concatenate(values), planes)


def _plane_law(metric: RightInvariantMetric, planes: str) -> PlaneLaw:
    support = _cheapest(metric) if planes == "local" else np.arange(metric.dim)
    if len(support) < 2:
        which = "directions of least cost" if planes == "local" else "dimensions"
        raise fail("metric", f"have at least 2 {which}", f"has {len(support)}")
    if planes == "coordinate":
        return lambda rows, rng: _coordinate_pairs(rows, metric.dim, rng)
    form = _trace_form(metric) if planes == "pauli" else metric.inertia
    scale = 1.0 / np.sqrt(form[support])

    def gaussian(rows: int, rng: np.random.Generator) -> Vector:
        pairs = np.zeros((rows, 2, metric.dim))
        pairs[..., support] = scale * rng.standard_normal((rows, 2, len(support)))
        return pairs

    return gaussian


def _trace_form(metric: RightInvariantMetric) -> Real:
    """Inertia (dim,) with every cost set to 1."""
    return metric.relaxed(0.0).inertia


def _cheapest(metric: RightInvariantMetric) -> Integer:
    """Directions of least cost.  Inertia alone will not do: it also counts the matrix entries."""
    costs = metric.inertia / _trace_form(metric)
    return np.flatnonzero(costs <= costs.min() * (1.0 + COST_TOLERANCE))


def _coordinate_pairs(rows: int, dim: int, rng: np.random.Generator) -> Vector:
    first, second = rng.integers([dim, dim - 1], size=(rows, 2)).T
    second = second + (second >= first)
    pairs = np.zeros((rows, 2, dim))
    pairs[np.arange(rows), 0, first] = 1.0
    pairs[np.arange(rows), 1, second] = 1.0
    return pairs
