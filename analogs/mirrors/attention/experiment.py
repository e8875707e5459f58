"""S4: curvature of planes that mix two subsystems, in a direct and in a semidirect product."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Evidence, Interval, Reading, Setting, exact_reading, share_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import wilson_interval
from analogs.mirrors.shares import sign_columns
from qgeom._typing import Integer, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import band
from qgeom.metric.product import ProductMetric
from qgeom.readings.curvature import sectional_curvature

COST = 256.0
# "More difficult": most of the planes that mix the subsystems bend as the subsystems do.
MOST = 0.5
# Of an identity, relative to the largest curvature of a factor.
TOLERANCE = 1e-12
# Planes a seed and cell.
PLANES = 1000
FEATURES_QUICK, FEATURES_FULL = (1, 3), (1, 2, 3, 5, 8)
# K of Aff(1), the half-plane (da^2 + db^2) / (2 a^2) with the trace over 2.
HYPERBOLIC = -2.0
DIRECT = f"direct product SO(4) x GL(3), entries off the neighbours cost {COST:g}, tr/N"
MIXED = "mixed"
SEMIDIRECT = "semidirect product Aff(d) = GL(d) |x R^d, all entries cost 1, tr/N"


@dataclass(frozen=True)
class Coupled:
    """A metric with the coordinates of its two subsystems, orthogonal to one another."""

    metric: RightInvariantMetric
    first: Integer
    second: Integer


def coupling(setting: Setting) -> Evidence:
    """Measure planes with one vector in each subsystem, and in the direct product each alone."""
    generators = setting.generators()
    setting.report("direct product", 0.0)
    pair = direct_product()
    mixed = mixed_curvatures(pair, generators)
    alone = [factor_curvatures(pair, part, generators) for part in (pair.first, pair.second)]
    scale = max(float(np.abs(values).max()) for values in alone)
    factors = [*zip(("SO(4)", "GL(3)"), alone, strict=True)]
    readings = [
        *(_share(f"factor {name} alone", DIRECT, own, decisive=False) for name, own in factors),
        _flat(float(np.abs(mixed).max()) / scale, DIRECT, len(mixed), decisive=True),
        _share("mixed planes", DIRECT, mixed),
    ]
    rows = [_row("SO(4) x GL(3)", f"within {name}", own) for name, own in factors]
    rows.append(_row("SO(4) x GL(3)", MIXED, mixed))
    sizes = FEATURES_QUICK if setting.quick else FEATURES_FULL
    for done, features in enumerate(sizes):
        setting.report(f"Aff({features})", (1 + done) / (1 + len(sizes)))
        values = mixed_curvatures(affine(features), generators)
        control = float(np.abs(values).max())
        if features == 1:
            readings.append(_hyperbolic(values))
        readings += [
            _flat(control, f"Aff({features}), control", len(values), decisive=False),
            _share(f"mixed planes, d = {features}", SEMIDIRECT, values),
        ]
        rows.append(_row(f"Aff({features})", MIXED, values))
    return Evidence(tuple(readings), {"planes": tuple(rows)})


def direct_product() -> Coupled:
    """Return two unlike networks side by side, each with the directions of cost 1.

    Examples
    --------
    >>> pair = direct_product()
    >>> len(pair.first), len(pair.second)  # 3 of 6 and 7 of 9 entries
    (3, 7)
    """
    first, second = MatrixMetric("so", 4, band(1, COST)), MatrixMetric("gl", 3, band(1, COST))
    return Coupled(ProductMetric(first, second), _cheap(first), first.dim + _cheap(second))


def affine(features: int) -> Coupled:
    """Return a layer with bias, ``x -> A x + b``: linear maps and translations.

    Examples
    --------
    >>> layer = affine(2)
    >>> layer.first.tolist(), layer.second.tolist()
    ([0, 1, 3, 4], [2, 5])
    """
    metric = MatrixMetric("aff", features, band(0, 1.0))
    column = np.arange(metric.dim) % (features + 1)
    return Coupled(metric, np.flatnonzero(column < features), np.flatnonzero(column == features))


def mixed_curvatures(pair: Coupled, generators: Sequence[np.random.Generator]) -> Real:
    """K of planes with one vector in each subsystem, each vector uniform in the metric."""
    return _curvatures(pair.metric, (pair.first, pair.second), generators)


def factor_curvatures(
    pair: Coupled, part: Integer, generators: Sequence[np.random.Generator]
) -> Real:
    """K of planes within one subsystem, uniform in the metric."""
    return _curvatures(pair.metric, (part, part), generators)


def _curvatures(
    metric: RightInvariantMetric,
    parts: tuple[Integer, Integer],
    generators: Sequence[np.random.Generator],
) -> Real:
    planes = [[_vectors(metric, part, rng) for part in parts] for rng in generators]
    return np.concatenate([sectional_curvature(metric, x, y) for x, y in planes])


def _vectors(metric: RightInvariantMetric, part: Integer, rng: np.random.Generator) -> Vector:
    vectors = np.zeros((PLANES, metric.dim))
    vectors[:, part] = rng.standard_normal((PLANES, len(part))) / np.sqrt(metric.inertia[part])
    return vectors


def _cheap(metric: MatrixMetric) -> Integer:
    return np.flatnonzero(metric.inertia < COST * metric.inertia.min() / 2)


def _negative(values: Real) -> Interval:
    return wilson_interval(int(np.count_nonzero(values < -TOLERANCE)), len(values))


def _share(name: str, definition: str, values: Real, *, decisive: bool = True) -> Reading:
    return share_reading(
        f"share with K < 0, {name}",
        "network",
        definition,
        _negative(values),
        count=len(values),
        threshold=MOST,
        decisive=decisive,
    )


def _flat(error: float, definition: str, count: int, *, decisive: bool) -> Reading:
    return exact_reading(
        "max |K| of mixed planes",
        "network",
        definition,
        error,
        tolerance=TOLERANCE,
        count=count,
        decisive=decisive,
    )


def _hyperbolic(values: Real) -> Reading:
    return exact_reading(
        f"max |K - ({HYPERBOLIC:g})| of Aff(1)",
        "network",
        SEMIDIRECT,
        float(np.abs(values - HYPERBOLIC).max()),
        tolerance=TOLERANCE,
        count=len(values),
    )


def _row(group: str, planes: str, values: Real) -> Row:
    share = _negative(values)
    return {
        "group": group,
        "planes": planes,
        **sign_columns(values, share),
        "positive": float(np.mean(values > TOLERANCE)),
        "least": float(values.min()),
        "greatest": float(values.max()),
    }
