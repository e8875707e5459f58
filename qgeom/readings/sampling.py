"""How negative is the curvature?  It depends on the law of the plane, so the law is an argument."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import scipy.special

from qgeom._checks import check_choice, check_integer, check_positive, fail
from qgeom._linalg import on_host
from qgeom._typing import Array, Integer, Real, Vector
from qgeom.geodesic.continuation import Report
from qgeom.metric.invariant import RightInvariantMetric, check_riemannian
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.batched_curvature import plane_curvatures
from qgeom.readings.curvature import planes_per_batch, sectional_curvature

PLANE_LAWS = ("metric", "local", "pauli", "coordinate")
DEVICES = ("cpu", "cuda")
CONFIDENCE = 0.95
# Planes that a stop rule draws at most: their curvatures are 8 MB.
MOST = 10**6
# Numbers that are drawn at once, 16 MB of them.
DRAWN = 2**21
# The bootstrap resamples the sums of at most this many blocks of planes, this often.
BLOCKS, RESAMPLES = 1000, 2000
# Rounding of a curvature relative to the largest one of the sample stays well below this.
FLAT_TOLERANCE = 1e-12
# Costs that are equal by construction agree to rounding.
COST_TOLERANCE = 1e-9

# (rows, rng) -> pairs of vectors (rows, 2, dim)
PlaneLaw: TypeAlias = Callable[[int, np.random.Generator], Vector]
# pairs of vectors (rows, 2, dim) -> curvatures (rows,)
Evaluation: TypeAlias = Callable[[Vector], Real]


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

    def negative_interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        r"""Wilson's score interval of the share of negative planes among all of the law.

        Its ends solve ``|share - p| = z sqrt(p (1 - p) / count)`` for p (Wilson 1927).  A sample that
        was stopped when the interval was narrow enough keeps its coverage but for small terms.

        Raises
        ------
        ValueError
            If `confidence` is not between 0 and 1.

        Examples
        --------
        >>> sample = CurvatureSample(np.array([-2.0, 0.0, 1.0, 5.0]), "metric")
        >>> [round(end, 4) for end in sample.negative_interval()]
        [0.0456, 0.6994]
        """
        z, n, k = _normal_quantile(confidence), self.count, self.negative
        centre, spread = k + z**2 / 2, z * math.sqrt(k * (n - k) / n + z**2 / 4)
        low, high = (centre - spread) / (n + z**2), (centre + spread) / (n + z**2)
        return (low if k else 0.0), (high if k < n else 1.0)

    def mean_interval(
        self, confidence: float = CONFIDENCE, *, rng: np.random.Generator
    ) -> tuple[float, float]:
        """Percentile bootstrap of the mean curvature, of no width for a single plane.

        Beyond 1000 planes it resamples blocks of them, whose sums have the variance of the planes.

        Raises
        ------
        ValueError
            If `confidence` is not between 0 and 1, or `rng` is no generator.

        Examples
        --------
        >>> sample = CurvatureSample(np.random.default_rng(0).normal(size=10_000), "metric")
        >>> low, high = sample.mean_interval(rng=np.random.default_rng(1))
        >>> round(50 * (high - low))  # 2 * 1.96 / sqrt(10^4), times 50
        2
        """
        _normal_quantile(confidence)
        _check_generator(rng)
        starts = np.linspace(0, self.count, min(self.count, BLOCKS), endpoint=False).astype(int)
        sums, sizes = np.add.reduceat(self.values, starts), np.diff(starts, append=self.count)
        picks = rng.integers(len(starts), size=(RESAMPLES, len(starts)))
        means = sums[picks].sum(axis=1) / sizes[picks].sum(axis=1)
        low, high = np.quantile(means, [(1 - confidence) / 2, (1 + confidence) / 2])
        return float(low), float(high)

    def quantiles(self, levels: Sequence[float] = (0.0, 0.05, 0.25, 0.5, 0.75, 0.95, 1.0)) -> Real:
        """Quantiles of the curvature at `levels`."""
        return np.quantile(self.values, levels)


def sample_curvature(
    metric: RightInvariantMetric,
    planes: str = "metric",
    count: int = 2000,
    *,
    rng: np.random.Generator,
    half_width: float | None = None,
    most: int = MOST,
    device: str | None = None,
    report: Report | None = None,
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
        Source of randomness.  Neither the batches nor the device change what it yields.
    half_width
        Draw on, a tenth of what there is or `count` planes at a time, until half of Wilson's interval
        of the negative share at 95 % confidence is at most this wide.
    most
        Largest number of planes that this rule draws; the sample holds 8 bytes for each.
    device
        ``"cpu"`` or ``"cuda"`` for torch on that device, None for numpy.
    report
        Called with a message and the finished share.

    Raises
    ------
    ValueError
        For an unknown law or device, a count below 1, ``most < count``, a half width that is not
        positive, no generator, fewer than 2 directions to span, an infinite cost, or a device with
        another metric than `PauliMetric`.

    Examples
    --------
    Inside the allowed directions every plane is negative; among all Hamiltonians almost none is.

    >>> from qgeom.metric.penalties import nielsen
    >>> metric, rng = PauliMetric(3, nielsen(64.0)), np.random.default_rng(0)
    >>> sample_curvature(metric, "local", 100, rng=rng).negative_share
    1.0
    >>> sample_curvature(metric, "pauli", 100, rng=rng).negative_share
    0.0

    The share is 0.73, and known to 0.02 after ``1.96^2 0.73 (1 - 0.73) / 0.02^2`` planes.

    >>> sample_curvature(metric, "metric", 100, rng=rng, half_width=0.02).count
    1948
    """
    check_riemannian("metric", metric)
    check_choice("planes", planes, PLANE_LAWS)
    count = check_integer("count", count, 1)
    most = check_integer("most", most, count) if half_width is not None else count
    wish = 0.0 if half_width is None else check_positive("half_width", half_width)
    _check_generator(rng)
    draw, evaluate = _plane_law(metric, planes), _evaluation(metric, device)
    rows = max(1, DRAWN // (2 * metric.dim))
    sample = CurvatureSample(np.empty(0), planes)
    while sample.count < most and (sample.count < count or _half_width(sample) > wish):
        portion = min(max(count, sample.count // 10), most - sample.count)
        planned = _planned(sample, most, wish)
        values = [sample.values]
        for start in range(0, portion, rows):
            if report is not None:
                report(f"planes {planes}", (sample.count + start) / planned)
            values.append(evaluate(draw(min(rows, portion - start), rng)))
        sample = CurvatureSample(np.concatenate(values), planes)
    return sample


def _half_width(sample: CurvatureSample) -> float:
    low, high = sample.negative_interval()
    return (high - low) / 2


def _planned(sample: CurvatureSample, most: int, wish: float) -> float:
    """How many planes there will be, as far as is known: half widths fall like their root."""
    if not sample.count or not wish:
        return most
    return min(most, sample.count * (_half_width(sample) / wish) ** 2)


def _evaluation(metric: RightInvariantMetric, device: str | None) -> Evaluation:
    if isinstance(metric, PauliMetric):
        placed = _placement(device)
        return lambda pairs: on_host(plane_curvatures(metric, placed(pairs)))
    if device is not None:
        raise fail("device", "be None unless the metric is a PauliMetric", f"is {device!r}")
    return lambda pairs: _one_batch_at_a_time(metric, pairs)


def _one_batch_at_a_time(metric: RightInvariantMetric, pairs: Vector) -> Real:
    batch = planes_per_batch(metric)
    parts = [pairs[start : start + batch] for start in range(0, len(pairs), batch)]
    return np.concatenate([sectional_curvature(metric, part[:, 0], part[:, 1]) for part in parts])


def _placement(device: str | None) -> Callable[[Vector], Array]:
    """How an array gets to its device."""
    if device is None:
        return lambda pairs: pairs
    check_choice("device", device, DEVICES)
    import torch  # two seconds, for those alone who ask for it

    if device == "cuda" and not torch.cuda.is_available():
        raise fail("device", "be present", "torch finds no CUDA device")
    return lambda pairs: torch.as_tensor(pairs, device=device)


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
        normal = rng.standard_normal((rows, 2, len(support)))
        normal *= scale
        if len(support) == metric.dim:
            return normal
        pairs = np.zeros((rows, 2, metric.dim))
        pairs[..., support] = normal
        return pairs

    return gaussian


def _normal_quantile(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise fail("confidence", "lie between 0 and 1", f"is {confidence}")
    return float(scipy.special.ndtri((1 + confidence) / 2))


def _check_generator(rng: np.random.Generator) -> None:
    if not isinstance(rng, np.random.Generator):
        raise fail("rng", "be a numpy.random.Generator", f"is {rng!r}")


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
