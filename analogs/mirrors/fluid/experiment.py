"""T1: the curvature of ideal fluids on the flat torus, and of Zeitlin's su(N) in place of them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Evidence, Interval, Reading, Setting, exact_reading, share_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import wilson_interval
from analogs.mirrors.shares import sign_columns
from qgeom._typing import Real
from qgeom.metric.torus import AREA, TorusMetric, ZeitlinMetric
from qgeom.readings.sparse_curvature import sparse_sectional_curvature

Wave = tuple[int, int]
Fluid = TorusMetric | ZeitlinMetric

# "Many directions": at least half of the planes.
MANY = 0.5
# Of the closed form, relative to the largest curvature compared.
TOLERANCE = 1e-8
# |area * K| at or below which a plane counts as flat; rounding stays below 1e-13.
FLAT = 1e-12
# Largest component of the waves, quick and full: random planes, and pairs of waves.
TRUNCATIONS_QUICK, PAIRED_QUICK = (1, 2), 3
TRUNCATIONS_FULL, PAIRED_FULL = (1, 2, 4), 5
# Sizes N of the whole algebra su(N) in which planes are drawn.
SIZES_QUICK, SIZES_FULL = (5,), (5, 9)
# Size N whose low waves are shown without a vote; added after the others had been measured.
SHOWN_SIZE, SHOWN_WAVES = 33, 2
# Planes a seed and cell.
PLANES = 500
# Sizes and pairs of waves from which the order of convergence is read, and what it may miss 2 by.
FINE = (129, 257)
ORDER_PAIRS: tuple[tuple[Wave, Wave], ...] = (
    ((1, 0), (0, 1)),
    ((1, 0), (1, 1)),
    ((1, 1), (-1, 2)),
)
ORDER = 2.0
ORDER_TOLERANCE = 0.02
# Power of |k| that divides normal amplitudes.
WHOLE = "Zeitlin's su(N), all waves"
LAWS = {"uniform in the kinetic energy": 1.0, "uniform in the stream function": 0.0}
NOTE = (
    "Zeitlin's su(N) is near the torus where |k x m| is far below N. Planes in the whole "
    "algebra hold waves up to N / 2, which are not: their share is one of SU(N), not of fluids, and "
    f"the low waves of su({SHOWN_SIZE}) are shown beside it."
)
WAVES = "spanned by two single waves"
PAIRS_OF_WAVES = f"SDiff(T^2), planes {WAVES}"


@dataclass(frozen=True)
class Cell:
    """A fluid with the largest component of the waves that planes are made of."""

    side: str
    group: str
    metric: Fluid
    most: int
    decisive: bool = True


def fluid_curvature(setting: Setting) -> Evidence:
    """Check Arnold's formula and Zeitlin's limit, and count planes with K < 0 of every law."""
    truncations = TRUNCATIONS_QUICK if setting.quick else TRUNCATIONS_FULL
    sizes = SIZES_QUICK if setting.quick else SIZES_FULL
    cells = [Cell("template", "SDiff(T^2)", TorusMetric(), most) for most in truncations]
    cells += [Cell("quantum", WHOLE, ZeitlinMetric(size), size // 2) for size in sizes]
    shown = f"low waves of su({SHOWN_SIZE})"
    cells.append(Cell("quantum", shown, ZeitlinMetric(SHOWN_SIZE), SHOWN_WAVES, decisive=False))
    generators = setting.generators()
    setting.report("pairs of waves", 0.0)
    paired = PAIRED_QUICK if setting.quick else PAIRED_FULL
    values, expected = pair_curvatures(paired)
    # All pairs are counted: there is nothing to estimate.
    whole = Interval(*3 * (float(np.mean(values < -FLAT)),))
    readings = [*_pair_readings(paired, values, expected, whole)]
    readings += [_order_reading(f"{WHOLE}, planes {law}") for law in LAWS]
    rows = [_row(Cell("template", "SDiff(T^2)", TorusMetric(), paired), WAVES, values, whole)]
    jobs = [(cell, law) for cell in cells for law in LAWS]
    for done, (cell, law) in enumerate(jobs):
        setting.report(f"{cell.group}, waves up to {cell.most}", (1 + done) / (1 + len(jobs)))
        draws = [random_curvatures(cell, LAWS[law], rng) for rng in generators]
        values = np.concatenate(draws)
        share = wilson_interval(int(np.count_nonzero(values < -FLAT)), len(values))
        readings.append(_share(cell, law, share, len(values)))
        rows.append(_row(cell, law, values, share))
    return Evidence(tuple(readings), {"shares": tuple(rows)}, note=NOTE)


def waves(most: int) -> list[Wave]:
    """One of each pair k, -k of wave vectors with components of at most `most`.

    Examples
    --------
    >>> waves(1)
    [(0, 1), (1, -1), (1, 0), (1, 1)]
    """
    components = range(-most, most + 1)
    return [(i, j) for i, j in itertools.product(components, repeat=2) if (i, j) > (0, 0)]


def arnold(k: Wave, m: Wave) -> float:
    r"""Return ``4 pi^2 K`` of the plane of the waves ``cos k.x`` and ``cos m.x``, m not +-k.

    .. math:: 4 \pi^2 K = -\tfrac14 (k^2 + m^2) \sin^2(k, m) \sin^2(k + m, k - m)

    with the sines of the angles between the vectors (Arnold 1966).

    Examples
    --------
    >>> arnold((1, 0), (0, 1)), round(arnold((1, 0), (1, 1)), 12)
    (-0.5, -0.3)
    """
    total, difference = (k[0] + m[0], k[1] + m[1]), (k[0] - m[0], k[1] - m[1])
    squares = _square(k) + _square(m)
    return -squares * _sine_squared(k, m) * _sine_squared(total, difference) / 4


def wave_curvature(metric: Fluid, k: Wave, m: Wave) -> float:
    """``4 pi^2 K`` of the plane of two waves, by Arnold's general formula.

    Examples
    --------
    >>> round(wave_curvature(TorusMetric(), (1, 0), (1, 1)), 12)
    -0.3
    """
    x, y = metric.vector({k: 1.0}), metric.vector({m: 1.0})
    return AREA * sparse_sectional_curvature(metric, x, y)


def random_curvatures(cell: Cell, power: float, rng: np.random.Generator) -> Real:
    """``4 pi^2 K`` of planes of two stream functions with normal amplitudes over ``|k|^power``.

    Power 1 is the law that is uniform in the metric, 0 in the bi-invariant form.
    """
    modes = waves(cell.most)
    scale = np.array([_square(k) for k in modes]) ** (-power / 2)
    values = np.empty(PLANES)
    for plane in range(PLANES):
        parts = rng.standard_normal((2, 2, len(modes))) * scale
        amplitudes = (parts[:, 0] + 1j * parts[:, 1]).tolist()
        x, y = (cell.metric.vector(dict(zip(modes, a, strict=True))) for a in amplitudes)
        values[plane] = AREA * sparse_sectional_curvature(cell.metric, x, y)
    return values


def pair_curvatures(most: int) -> tuple[Real, Real]:
    """``4 pi^2 K`` of all planes of two waves, by Arnold's general formula and by his closed form."""
    pairs = [*itertools.combinations(waves(most), 2)]
    values = np.array([wave_curvature(TorusMetric(), *pair) for pair in pairs])
    return values, np.array([arnold(*pair) for pair in pairs])


def convergence_order(k: Wave, m: Wave) -> float:
    """Order p in ``K_N - K ~ N^-p``, from two sizes N.

    Examples
    --------
    >>> round(convergence_order((1, 0), (0, 1)), 2)
    2.0
    """
    coarse, fine = (abs(wave_curvature(ZeitlinMetric(size), k, m) - arnold(k, m)) for size in FINE)
    return math.log(coarse / fine) / math.log(FINE[1] / FINE[0])


def _pair_readings(most: int, values: Real, expected: Real, share: Interval) -> Iterator[Reading]:
    yield exact_reading(
        "max |K - Arnold's closed form|",
        "template",
        PAIRS_OF_WAVES,
        float(np.abs(values - expected).max() / np.abs(expected).max()),
        tolerance=TOLERANCE,
        count=len(values),
    )
    yield share_reading(
        f"share of planes with K < 0, waves up to {most}",
        "template",
        PAIRS_OF_WAVES,
        share,
        count=len(values),
        threshold=MANY,
    )


def _order_reading(definition: str) -> Reading:
    orders = np.array([convergence_order(*pair) for pair in ORDER_PAIRS])
    return exact_reading(
        f"max |order of convergence to the torus - {ORDER:g}|",
        "quantum",
        definition,
        float(np.abs(orders - ORDER).max()),
        tolerance=ORDER_TOLERANCE,
        count=len(orders),
    )


def _share(cell: Cell, law: str, share: Interval, count: int) -> Reading:
    return share_reading(
        f"share of planes with K < 0, waves up to {cell.most}",
        cell.side,
        f"{cell.group}, planes {law}",
        share,
        count=count,
        threshold=MANY,
        decisive=cell.decisive,
    )


def _row(cell: Cell, law: str, values: Real, share: Interval) -> Row:
    return {
        "side": cell.side,
        "group": cell.group,
        "size": cell.metric.size if isinstance(cell.metric, ZeitlinMetric) else None,
        "most": cell.most,
        "planes": law,
        **sign_columns(values, share),
        "positive": float(np.mean(values > FLAT)),
        "least": float(values.min()),
        "greatest": float(values.max()),
    }


def _square(k: Wave) -> int:
    return k[0] ** 2 + k[1] ** 2


def _sine_squared(k: Wave, m: Wave) -> float:
    return (k[0] * m[1] - k[1] * m[0]) ** 2 / (_square(k) * _square(m))
