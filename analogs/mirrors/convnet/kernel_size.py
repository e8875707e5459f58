"""C8: curvature against the size of the kernel."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from analogs.evidence import Evidence, Interval, Reading, Setting, bound_reading, effect_reading
from analogs.evidence.statistics import jonckheere
from qgeom._typing import Real, Vector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.curvature import planes_per_batch, scalar_curvature, sectional_numerator
from qgeom.readings.sampling import sample_curvature

# The cost that decides; the others of a full run are shown beside it.
REGISTERED_COST = 16.0
COSTS_FULL = (4.0, REGISTERED_COST, 64.0, 256.0)
# In how many of the four algebras the curvature must fall with every step (CLAIMS.md 1.9).
ENOUGH = 3
# Kendall's tau of a curvature that falls with every step lies this far below 0.
MONOTONE = 1.0
# Digits of a curvature, relative to the largest of its sweep, that are not rounding.
DIGITS = 9
# Planes a seed for the share of negative ones, which is shown and has no vote.
PLANES = 400
QUANTITIES = {"scalar": "scalar curvature", "local_mean": "mean K of local planes"}


@dataclasses.dataclass(frozen=True)
class Sweep:
    """A group whose cheap directions grow with the radius of a kernel."""

    side: str
    algebra: str
    radii: tuple[int, ...]  # from the least that has a local plane to the whole group
    metric: Callable[[int, float], RightInvariantMetric]  # of a radius and a cost


@dataclasses.dataclass(frozen=True)
class Point:
    """One radius of a sweep: a row of the table."""

    side: str
    algebra: str
    radius: int
    q: float
    scalar: float
    local_mean: float
    negative_share: float


def _circulant(channels: int) -> Callable[[int, float], RightInvariantMetric]:
    return lambda r, q: MatrixMetric("circulant", 8, band(r, q), channels=channels)


REGISTERED = (
    Sweep("network", "SO(8)", tuple(range(1, 8)), lambda r, q: MatrixMetric("so", 8, band(r, q))),
    Sweep("network", "circulant C=1", (1, 2, 3, 4), _circulant(1)),
    Sweep("network", "circulant C=2", (0, 1, 2, 3, 4), _circulant(2)),
    Sweep("quantum", "U(8)", (1, 2, 3), lambda r, q: PauliMetric(3, nielsen(q, r))),
)
LARGER = (Sweep("quantum", "U(16)", (1, 2, 3, 4), lambda r, q: PauliMetric(4, nielsen(q, r))),)


def kernel_size(setting: Setting) -> Evidence:
    """Measure scalar curvature and mean curvature of local planes against the radius.

    Both are exact sums.  The claim asks that they fall with every step in three of four algebras.
    Beside that are shown the same count without the largest radius, where the whole group is cheap
    and no cost is left, and the trend of each algebra with the exact p of its permutations.
    """
    costs = (REGISTERED_COST,) if setting.quick else COSTS_FULL
    cells = [(sweep, q) for sweep in REGISTERED for q in costs]
    if not setting.quick:
        cells += [(sweep, REGISTERED_COST) for sweep in LARGER]
    generators, rng = setting.generators(), setting.resampling_generator()
    points: dict[tuple[Sweep, float], list[Point]] = {}
    for done, (sweep, q) in enumerate(cells):
        setting.report(f"{sweep.algebra}, q = {q:g}", done / len(cells))
        points[sweep, q] = [measure(sweep, radius, q, generators) for radius in sweep.radii]
    registered = [points[sweep, REGISTERED_COST] for sweep in REGISTERED]
    readings: list[Reading] = []
    for key in QUANTITIES:
        readings += [count_reading(registered, key, whole=whole) for whole in (True, False)]
        readings += [_trend_reading(cell, key, rng) for cell in points.values()]
    rows = tuple(dataclasses.asdict(point) for cell in points.values() for point in cell)
    return Evidence(tuple(readings), {"sweep": rows}, note=" ".join(_lowest(registered)))


def measure(
    sweep: Sweep, radius: int, q: float, generators: Sequence[np.random.Generator]
) -> Point:
    """Return one point; the share of negative planes, uniform in the metric, alone is sampled."""
    metric = sweep.metric(radius, q)
    samples = [sample_curvature(metric, "metric", PLANES, rng=rng) for rng in generators]
    return Point(
        side=sweep.side,
        algebra=sweep.algebra,
        radius=radius,
        q=q,
        scalar=scalar_curvature(metric),
        local_mean=local_mean(metric),
        negative_share=float(np.mean([sample.negative_share for sample in samples])),
    )


def local_frame(metric: RightInvariantMetric) -> Vector:
    """Orthonormal frame of the span of the directions of least cost, (m, dim)."""
    costs = metric.inertia / metric.relaxed(0.0).inertia
    cheap = np.flatnonzero(np.isclose(costs, costs.min()))
    return np.eye(metric.dim)[cheap] / np.sqrt(metric.inertia[cheap])[:, None]


def local_mean(metric: RightInvariantMetric) -> float:
    """Mean sectional curvature of the planes uniform in the span of the cheap directions, exactly.

    ``E K = 2 / (m (m - 1)) sum_{i<j} K(e_i, e_j)`` for any orthonormal frame of a span of dimension
    m: the mean over all its rotations depends on the curvature tensor of the span through an
    invariant linear form, and the only one is the trace, the scalar curvature.

    Examples
    --------
    Cliff cost on three qubits, 1-local: the cheap directions are three commuting su(2), and 9 of
    the 36 planes have curvature 1.

    >>> local_mean(PauliMetric(3, nielsen(16.0, 1)))
    0.25
    """
    frame = local_frame(metric)
    first, second = np.triu_indices(len(frame), 1)
    batch, total = planes_per_batch(metric), 0.0
    for start in range(0, len(first), batch):
        i, j = first[start : start + batch], second[start : start + batch]
        total += float(sectional_numerator(metric, frame[i], frame[j]).sum())
    return total / len(first)


def kendall(values: Sequence[float], rng: np.random.Generator) -> tuple[float, float]:
    """Kendall's tau of a sequence with its index, and the exact p of a falling one.

    ``tau = 2 J / (n (n - 1) / 2) - 1`` with Jonckheere's J of groups of one entry each.

    Examples
    --------
    >>> kendall([3.0, 2.0, 1.0], np.random.default_rng(0))[0]
    -1.0
    """
    trend = jonckheere([[value] for value in values], alternative="decreasing", rng=rng)
    pairs = len(values) * (len(values) - 1) / 2
    return 2 * trend.statistic / pairs - 1, trend.p_value


def count_reading(sweeps: Iterable[Sequence[Point]], key: str, *, whole: bool) -> Reading:
    """Count the sweeps that fall with every step; without the whole group it has no vote."""
    series = [_values(points if whole else points[:-1], key) for points in sweeps]
    falling = float(sum(bool((np.diff(values) < 0).all()) for values in series))
    return bound_reading(
        "algebras in which it falls with every step" + ("" if whole else " but the last"),
        "network",
        f"{QUANTITIES[key]}, q = {REGISTERED_COST:g}, tr/N",
        Interval(falling, falling, falling),
        count=len(series),
        bound=ENOUGH,
        decisive=whole,
    )


def _trend_reading(points: Sequence[Point], key: str, rng: np.random.Generator) -> Reading:
    tau, p_value = kendall(_values(points, key).tolist(), rng)
    return effect_reading(
        f"Kendall's tau with the radius, {points[0].algebra}, q = {points[0].q:g}",
        points[0].side,
        f"{QUANTITIES[key]}, tr/N",
        Interval(tau, tau, tau),
        count=len(points),
        smallest_effect=MONOTONE,
        direction=-1,
        p_value=p_value,
        decisive=False,
    )


def _values(points: Sequence[Point], key: str) -> Real:
    """Values of a sweep over their scale, without what is rounding."""
    values = np.array([getattr(point, key) for point in points])
    return np.round(values / max(1.0, np.abs(values).max()), DIGITS)


def _lowest(sweeps: Iterable[Sequence[Point]]) -> Iterator[str]:
    """Say for every algebra at which radius each curvature is least."""
    for points in sweeps:
        least = []
        for key, name in QUANTITIES.items():
            values = _values(points, key)
            where = f"least at {points[int(values.argmin())].radius}" if np.ptp(values) else "flat"
            least.append(f"{name} {where}")
        radii = f"radius {points[0].radius} to {points[-1].radius}"
        yield f"{points[0].algebra}, {radii}: {', '.join(least)}."
