"""Q2: geodesics solve the equation; whether solutions of the equation are of minimal length."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from analogs.evidence import Evidence, Interval, Reading, Setting, exact_reading, share_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import wilson_interval
from analogs.mirrors.minimality.equation import TIMES, Errors, group_errors, landmark_errors
from analogs.mirrors.minimality.lines import Line, berger_line, rotation_line, toffoli_line
from analogs.mirrors.minimality.shots import (
    KERNEL,
    ROTATION,
    UNITARY,
    Search,
    directions,
    kept,
    landmark_starts,
    shorter_matches,
    shorter_paths,
)
from qgeom._typing import Real
from qgeom.diffeo.landmarks import shoot_landmarks
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

# Beside the seed, so that no run before this one has drawn the same numbers.
ENTROPY = 20261124
# Of the equation, the energy, the spatial momentum, and of a distance (CLAIMS.md 1.1, Q2).
TOLERANCE = 1e-8
# "Usually": at least half.
USUALLY = 0.5
# Paths a seed that are put into the equation, and their length.
PATHS, LENGTH = 4, 2.0
# Length of random solutions, over the typical distance; only that itself is decisive.
FACTORS_QUICK = (0.5, 1.0)
FACTORS_FULL = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5)
DECISIVE = 1.0
# Random elements a seed, whose median distance is the typical one.
TYPICAL = 4
LANDMARK_LENGTHS_QUICK = (2.0, 4.0)
LANDMARK_LENGTHS_FULL = (2.0, 4.0, 6.0)
MATCHES = 4
COSTS_QUICK = (1.0, 2.0, 4.0, 16.0, 64.0)
COSTS_FULL = (1.0, 2.0, 3.0, 4.0, 8.0, 16.0, 32.0, 64.0, 256.0)
TOFFOLI_QUICK, TOFFOLI_FULL = (2.0, 16.0), (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
ALWAYS = "every solution is the shortest path to its end"
USUAL = "a solution as long as the typical distance is usually the shortest path to its end"
NOTE = (
    "A search bounds distances from above: what it beats is not minimal, for certain; what it does "
    "not beat may still be. On U(2^n) and on matrices the name of the equation is Euler-Arnold; "
    "EPDiff is its case on diffeomorphisms, which is what the landmarks solve."
)


@dataclass(frozen=True)
class Group:
    """A group whose shot paths are put into the equation."""

    side: str
    name: str
    metric: RightInvariantMetric


@dataclass(frozen=True, eq=False)
class Shots:
    """Random solutions of one length, each with the shortest path found over its own length.

    Attributes
    ----------
    typical
        The typical distance of the group, None for landmarks.
    ratios
        1 where nothing shorter was found, (count,).
    """

    side: str
    group: str
    length: float
    typical: float | None
    ratios: Real

    @property
    def share(self) -> Interval:
        """Share of solutions that nothing found beats."""
        unbeaten = int(np.count_nonzero(kept(self.ratios)))
        return wilson_interval(unbeaten, len(self.ratios))


GROUPS = (
    Group("quantum", "SU(4), weight 2 at cost 16", PauliMetric(2, nielsen(16.0, locality=1))),
    Group("quantum", "SU(8), weight 3 at cost 16", PauliMetric(3, nielsen(16.0))),
    Group("network", "SO(6), cost 16 beyond neighbours", MatrixMetric("so", 6, band(1, 16.0))),
    Group("network", "GL+(3), cost 4 beyond neighbours", MatrixMetric("gl", 3, band(1, 4.0))),
)
LANDMARKS = "4 landmarks, Matern kernel of order 3"
SEARCHES = (
    ("quantum", "SU(4), weight 2 at cost 16", UNITARY),
    ("network", "SO(4), cost 16 beyond neighbours", ROTATION),
)


def minimal_length(setting: Setting) -> Evidence:
    """Put shot paths into the equation, and look for paths that are shorter than solutions."""
    generators = [np.random.default_rng([ENTROPY, seed]) for seed in setting.seeds]
    setting.report("the equation", 0.0)
    errors = [(g.side, g.name, _shot_errors(g.metric, generators)) for g in GROUPS]
    errors.append(("template", LANDMARKS, _landmark_errors(generators)))
    count = PATHS * len(generators)
    readings = [*itertools.chain.from_iterable(_equation(*found, count) for found in errors)]
    setting.report("straight lines", 0.1)
    lines = [*_lines(setting.quick, generators[0])]
    readings += _line_readings(lines)
    shots: list[Shots] = []
    for done, (side, group, search) in enumerate(SEARCHES):
        setting.report(f"random solutions on {group}", 0.2 + 0.3 * done)
        factors = FACTORS_QUICK if setting.quick else FACTORS_FULL
        shots += _random_shots(side, group, search, factors, generators)
    setting.report("random solutions of landmarks", 0.8)
    lengths = LANDMARK_LENGTHS_QUICK if setting.quick else LANDMARK_LENGTHS_FULL
    shots += [_landmark_shots(length, generators) for length in lengths]
    readings += map(_shot_reading, shots)
    tables = {
        "equation": tuple(
            {"side": side, "group": group, "part": part, "error": error}
            for side, group, found in errors
            for part, error in vars(found).items()
        ),
        "lines": tuple(_line_row(*found) for found in lines),
        "shots": tuple(map(_shot_row, shots)),
    }
    return Evidence(tuple(readings), tables, note=NOTE)


def _shot_errors(metric: RightInvariantMetric, generators: Sequence[np.random.Generator]) -> Errors:
    """Errors of random geodesics; points at time t are ends of geodesics of momentum ``t m(0)``."""
    momenta = _drawn(lambda rng: directions((PATHS, metric.dim), LENGTH, rng), generators)
    scaled = TIMES[:, None] * (momenta * metric.frame)[:, None]
    return group_errors(metric, shoot(metric, momentum=scaled, tolerance=1e-13).endpoint)


def _landmark_errors(generators: Sequence[np.random.Generator]) -> Errors:
    start, momenta = _landmark_starts(LENGTH, PATHS, generators)
    scaled = TIMES[:, None, None] * momenta[:, None]
    path = shoot_landmarks(KERNEL, start[:, None], scaled, tolerance=1e-13)
    return landmark_errors(KERNEL, path.endpoint, generators[0])


def _drawn(
    draw: Callable[[np.random.Generator], Real], generators: Sequence[np.random.Generator]
) -> Real:
    return np.concatenate([draw(rng) for rng in generators])


def _equation(side: str, group: str, errors: Errors, count: int) -> Iterator[Reading]:
    names = {
        "equation": "largest |m(t) - m(0) + int ad*_u m| over |m|",
        "energy": "largest relative change of <u, u>",
        "momentum": "largest change of the spatial momentum over |m|",
    }
    for part, error in vars(errors).items():
        yield exact_reading(
            names[part],
            side,
            f"{group}: shot paths solve the equation",
            error,
            tolerance=TOLERANCE,
            count=count,
        )


def _lines(quick: bool, rng: np.random.Generator) -> Iterator[tuple[str, str, float, Line]]:
    for q in COSTS_QUICK if quick else COSTS_FULL:
        yield "quantum", "SU(2), turn about Z at cost q", q, berger_line(q)
        yield "network", "SO(3), features 0 and 2 at cost q", q, rotation_line(q)
    for q in TOFFOLI_QUICK if quick else TOFFOLI_FULL:
        yield "quantum", "SU(8), Toffoli, weight 3 at cost q", q, toffoli_line(q, rng)


def _line_readings(lines: Sequence[tuple[str, str, float, Line]]) -> Iterator[Reading]:
    for (side, group), own in itertools.groupby(
        sorted(lines, key=lambda found: found[:2]), key=lambda found: found[:2]
    ):
        found = [line for _, _, _, line in own]
        definition = f"{group}: {ALWAYS}"
        force = max(line.force for line in found)
        yield exact_reading(
            "largest |ad*_x (I x)| over |I x| of the straight lines",
            side,
            definition,
            force,
            tolerance=TOLERANCE,
            count=len(found),
        )
        shortest = sum(line.excess <= TOLERANCE for line in found)
        yield share_reading(
            "share of the costs at which the line is the shortest path known",
            side,
            definition,
            wilson_interval(shortest, len(found)),
            count=len(found),
            threshold=1.0,
        )


def _line_row(side: str, group: str, q: float, line: Line) -> Row:
    return {
        "side": side,
        "group": group,
        "q": q,
        "length": line.length,
        "shortest": line.shortest,
        "excess": line.excess,
    }


def _random_shots(
    side: str,
    group: str,
    search: Search,
    factors: Sequence[float],
    generators: Sequence[np.random.Generator],
) -> Iterator[Shots]:
    distances = [
        search.shortest(search.typical(rng), rng) for rng in generators for _ in range(TYPICAL)
    ]
    typical = float(np.median(distances))
    for factor in factors:
        ratios = _drawn(partial(shorter_paths, search, factor * typical), generators)
        yield Shots(side, group, factor * typical, typical, ratios)


def _landmark_shots(length: float, generators: Sequence[np.random.Generator]) -> Shots:
    ratios = shorter_matches(*_landmark_starts(length, MATCHES, generators))
    return Shots("template", LANDMARKS, length, None, ratios)


def _landmark_starts(
    length: float, count: int, generators: Sequence[np.random.Generator]
) -> tuple[Real, Real]:
    """Of all seeds, in one batch."""
    found = [landmark_starts(length, count, rng) for rng in generators]
    return np.concatenate([start for start, _ in found]), np.concatenate([p for _, p in found])


def _shot_row(shots: Shots) -> Row:
    share = shots.share
    return {
        "side": shots.side,
        "group": shots.group,
        "length": shots.length,
        "typical": shots.typical,
        "count": len(shots.ratios),
        "kept": share.estimate,
        "low": share.low,
        "high": share.high,
        "least_ratio": float(shots.ratios.min()),
    }


def _shot_reading(shots: Shots) -> Reading:
    """On groups "usually" at the typical distance; landmarks have none, and decide on "every"."""
    if shots.typical is None:
        words, whole, threshold, decisive = f"{shots.length:g} widths", ALWAYS, 1.0, True
    else:
        factor = shots.length / shots.typical
        words, whole, threshold = f"{factor:g} of the typical distance", USUAL, USUALLY
        decisive = shots.length == DECISIVE * shots.typical
    return share_reading(
        f"share of random solutions that no path found beats, length {words}",
        shots.side,
        f"{shots.group}: {whole}",
        shots.share,
        count=len(shots.ratios),
        threshold=threshold,
        decisive=decisive,
    )
