"""How much of the curvature is negative: one measurement for unitaries and for network layers.

A share of planes means nothing without the law of the planes, so every law is measured, and each is
a definition of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analogs.evidence import Evidence, Interval, Setting, share_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import wilson_interval
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.readings.sampling import PLANE_LAWS, sample_curvature

# "Almost everywhere" of the papers, fixed beforehand (CLAIMS.md 1.1, Q7).
ALMOST_EVERYWHERE = 0.95
# "q large enough": the last cost decides, the others show the way there.
COSTS_QUICK = (1.0, 4.0, 16.0, 64.0, 256.0)
COSTS_FULL = (*COSTS_QUICK, 1024.0, 4096.0)
# Planes a seed and cell.
PLANES = 2000

LAW_WORDS = {
    "metric": "uniform in the metric",
    "local": "uniform within the cheap directions",
    "pauli": "uniform in the trace form, costs ignored",
    "coordinate": "spanned by two basis generators",
}


@dataclass(frozen=True)
class Family:
    """A group with a metric for every cost q of its non-local directions."""

    side: str
    group: str
    cheap: str  # which generators cost 1, in words
    metric: Callable[[float], RightInvariantMetric]


def negative_shares(families: Sequence[Family], setting: Setting) -> Evidence:
    """Return the share of planes with K < 0 for every family, cost and law of the planes.

    The planes of all seeds are pooled and the share gets Wilson's interval.  Flat planes count as
    not negative.  The largest cost is decisive: "almost everywhere" is a share of at least 0.95.
    """
    costs = COSTS_QUICK if setting.quick else COSTS_FULL
    cells = [(family, q, law) for family in families for q in costs for law in PLANE_LAWS]
    generators = setting.generators()
    readings, rows = [], []
    for done, (family, q, law) in enumerate(cells):
        setting.report(f"{family.group}, q = {q:g}, {law} planes", done / len(cells))
        metric = family.metric(q)
        samples = [sample_curvature(metric, law, PLANES, rng=rng) for rng in generators]
        negative, count = sum(s.negative for s in samples), sum(s.count for s in samples)
        share = wilson_interval(negative, count)
        rows.append(_row(family, q, law, negative, count, share))
        reading = share_reading(
            f"share of planes with K < 0 at q = {q:g}",
            family.side,
            f"{family.group}, {family.cheap}, planes {LAW_WORDS[law]}",
            share,
            count=count,
            threshold=ALMOST_EVERYWHERE,
            decisive=q == costs[-1],
        )
        readings.append(reading)
    return Evidence(tuple(readings), {"shares": tuple(rows)})


def _row(family: Family, q: float, law: str, negative: int, count: int, share: Interval) -> Row:
    return {
        "side": family.side,
        "group": family.group,
        "q": q,
        "planes": law,
        "count": count,
        "negative": negative,
        "share": share.estimate,
        "low": share.low,
        "high": share.high,
    }
