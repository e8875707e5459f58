"""How much of the curvature is negative: one measurement for unitaries and for network layers.

A share of planes means nothing without the law of the planes, so every law is measured, and each is
a definition of its own.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from analogs.evidence import Evidence, Interval, Reading, Setting, share_reading
from analogs.evidence.claim import Scalar
from analogs.evidence.statistics import wilson_interval
from qgeom._typing import Real
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.readings.sampling import PLANE_LAWS, sample_curvature

# "Almost everywhere" of the papers, fixed beforehand (CLAIMS.md 1.1, Q7).
ALMOST_EVERYWHERE = 0.95
# "q large enough": the last cost decides, the others show the way there.
COSTS_QUICK = (1.0, 4.0, 16.0, 64.0, 256.0)
COSTS_FULL = (*COSTS_QUICK, 1024.0, 4096.0)
# Planes a seed and cell, of the registered groups and of the others.
PLANES = 2000
PLANES_SHOWN = 400

LAW_WORDS = {
    "metric": "uniform in the metric",
    "local": "uniform within the cheap directions",
    "pauli": "uniform in the trace form, costs ignored",
    "coordinate": "spanned by two basis generators",
}


@dataclasses.dataclass(frozen=True)
class Share:
    """A row of the table: how many planes of a law are negative."""

    side: str
    group: str
    q: float
    planes: str
    count: int
    negative: int
    share: float
    low: float
    high: float


@dataclasses.dataclass(frozen=True)
class Family:
    """A group with a metric for every cost q of its non-local directions."""

    side: str
    group: str
    cheap: str  # which generators cost 1, in words
    metric: Callable[[float], RightInvariantMetric]
    registered: bool = True  # False: shown at the largest cost, without a vote


def negative_shares(families: Sequence[Family], setting: Setting) -> Evidence:
    """Return the share of planes with K < 0 for every family, cost and law of the planes.

    The planes of all seeds are pooled and the share gets Wilson's interval.  Flat planes count as
    not negative.  The largest cost is decisive: "almost everywhere" is a share of at least 0.95.
    """
    costs = COSTS_QUICK if setting.quick else COSTS_FULL
    cells = [
        (family, q, law)
        for family in families
        for q in (costs if family.registered else costs[-1:])
        for law in PLANE_LAWS
    ]
    generators = setting.generators()
    readings, rows = [], []
    for done, (family, q, law) in enumerate(cells):
        setting.report(f"{family.group}, q = {q:g}, {law} planes", done / len(cells))
        row = measure(family, q, law, generators)
        rows.append(row)
        decisive = family.registered and q == costs[-1]
        readings.append(_reading(family, row, decisive=decisive))
    table = tuple(dataclasses.asdict(row) for row in rows)
    last = [row for row in rows if row.q == costs[-1] and row.planes == "metric"]
    sizes = ", ".join(f"{row.group} {row.share:.3f}" for row in last)
    note = f"Planes {LAW_WORDS['metric']} at q = {costs[-1]:g}, share with K < 0: {sizes}."
    return Evidence(tuple(readings), {"shares": table}, note=note)


def measure(family: Family, q: float, law: str, generators: Sequence[np.random.Generator]) -> Share:
    """Count the planes with K < 0 over all seeds."""
    metric, planes = family.metric(q), PLANES if family.registered else PLANES_SHOWN
    samples = [sample_curvature(metric, law, planes, rng=rng) for rng in generators]
    negative, count = sum(s.negative for s in samples), sum(s.count for s in samples)
    share = wilson_interval(negative, count)
    return Share(family.side, family.group, q, law, count, negative, *share)


def sign_columns(values: Real, share: Interval) -> dict[str, Scalar]:
    """Columns of a table of signs: curvatures (N,), their share below 0, median and middle 80 %.

    Examples
    --------
    >>> columns = sign_columns(np.linspace(-1.0, 0.0, 11), Interval(0.5, 0.4, 0.6))
    >>> columns["count"], columns["negative"], round(columns["tenth"], 6), columns["median"]
    (11, 0.5, -0.9, -0.5)
    """
    tenth, median, ninetieth = np.quantile(values, (0.1, 0.5, 0.9)).tolist()
    return {
        "count": len(values),
        "negative": share.estimate,
        "low": share.low,
        "high": share.high,
        "tenth": tenth,
        "median": median,
        "ninetieth": ninetieth,
    }


def _reading(family: Family, row: Share, *, decisive: bool) -> Reading:
    return share_reading(
        f"share of planes with K < 0 at q = {row.q:g}",
        family.side,
        f"{family.group}, {family.cheap}, planes {LAW_WORDS[row.planes]}",
        Interval(row.share, row.low, row.high),
        count=row.count,
        threshold=ALMOST_EVERYWHERE,
        decisive=decisive,
    )
