"""Q3: how the number of gates grows with the length, for circuits and for networks of rotations."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, bound_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import bca_interval, slope
from analogs.mirrors.circuits.rotations import fewest_rotations, neighbours_only
from qgeom._typing import Real
from qgeom.circuits.blocks import depth
from qgeom.circuits.nielsen.pipeline import gate_count
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.schedules import draconian

# O(n^6 d^3) of Nielsen, Dowling, Gu and Doherty (Science 311, 1133 (2006)).
EXPONENT, QUBIT_EXPONENT = 3.0, 6.0
ERRORS = (0.1, 0.01)
# Half an octave, or one in a quick run.
LENGTHS_QUICK = tuple(2.0**k for k in range(-2, 3))
LENGTHS_FULL = tuple(2.0 ** (k / 2) for k in range(-4, 5))
# The lower bound of the distance grows with the length up to the first, as a rule; the octaves from
# the second on say more of large d.
CERTIFIED, LONG = 2.0, 1.0
# Fresh: the first two seeds of default_rng were seen when the circuits were written.
STREAM = 20261123
AGAINST_LENGTH = "against the length, an upper bound of d"
AGAINST_BOUND = f"against d_1, a lower bound of d, lengths to {CERTIFIED:g}"
AGAINST_LONG = f"against the length, from {LONG:g} on"


class Count(NamedTuple):
    """Gates, and how many have to wait for one another."""

    gates: int
    layers: int


@dataclass(frozen=True, eq=False)
class Family:
    """A group with local directions alone, and how its circuits are counted."""

    side: str
    group: str
    size: int
    metric: RightInvariantMetric
    count: Callable[[Geodesic, float], Count]


@dataclass(frozen=True, eq=False)
class Curves:
    """One geodesic a seed, followed to all lengths: arrays (seeds, lengths), counts for one error."""

    family: Family
    error: float
    lengths: Real
    lower: Real
    gates: Real
    layers: Real


def count_gates(geodesic: Geodesic, error: float) -> Count:
    """Gates on two qubits of the pipeline's circuit."""
    circuit = gate_count(geodesic, error)
    if not circuit.reached:
        raise RuntimeError(circuit.status)
    return Count(circuit.atoms, depth(circuit.gates))


def count_rotations(geodesic: Geodesic, error: float) -> Count:
    """Rotations of neighbours of the network."""
    network = fewest_rotations(geodesic, error)
    return Count(network.gates, network.layers)


FAMILIES = (
    *(
        Family("quantum", f"SU({2**n})", n, PauliMetric(n, draconian()), count_gates)
        for n in (3, 4)
    ),
    *(Family("network", f"SO({d})", d, neighbours_only(d), count_rotations) for d in (6, 8, 10)),
)


def exponents_of_length(setting: Setting) -> Evidence:
    """Count gates along one random geodesic a seed, and fit a power law to each curve."""
    lengths = LENGTHS_QUICK if setting.quick else LENGTHS_FULL
    found: list[Curves] = []
    for done, family in enumerate(FAMILIES):
        setting.report(f"{family.group}, {len(setting.seeds)} geodesics", done / len(FAMILIES))
        found += follow(family, setting.seeds, np.array(lengths))
    rng = setting.resampling_generator()
    pairs = [pair for curves in found for pair in _exponents(curves, rng)]
    tables = {
        "gates": tuple(row for curves in found for row in _rows(curves, setting.seeds)),
        "exponents": tuple(row for _, row in pairs),
    }
    readings = (*(reading for reading, _ in pairs), *_qubit_readings(found, rng))
    return Evidence(readings, tables, note=_note(found))


def follow(family: Family, seeds: Sequence[int], lengths: Real) -> list[Curves]:
    """Gates to every length and error, and the unpenalised distance of every end."""
    momenta = [random_momentum(family.metric, np.random.default_rng([STREAM, s])) for s in seeds]
    geodesics = [[shoot(family.metric, momentum=d * m) for d in lengths] for m in momenta]
    lower = np.array([[unpenalised_distance(g) for g in curve] for curve in geodesics])
    counts = np.array(
        [[[family.count(g, error) for g in curve] for curve in geodesics] for error in ERRORS],
        dtype=np.float64,
    )
    return [
        Curves(family, error, lengths, lower, gates, layers)
        for error, (gates, layers) in zip(ERRORS, np.moveaxis(counts, -1, 1), strict=True)
    ]


def random_momentum(metric: RightInvariantMetric, rng: np.random.Generator) -> Real:
    """Momentum of unit speed, its direction uniform in the trace form: forbidden directions count."""
    momentum = rng.normal(size=metric.dim)
    return momentum / float(metric.norm(metric.raise_(momentum)))


def unpenalised_distance(geodesic: Geodesic) -> float:
    """d_1 of the end: at most the distance, since no direction costs less than 1."""
    metric = geodesic.metric
    logarithm = log_branches(metric, geodesic.endpoint, 1)[0]
    return float(metric.relaxed(0.0).norm(logarithm))


def power(lengths: Real, counts: Real, where: np.ndarray) -> Real:
    """Exponent of each curve (seeds, lengths), by least squares of the logarithms where wanted.

    Examples
    --------
    >>> d = np.array([[1.0, 2.0, 4.0]])
    >>> power(d, 5 * d**2, np.array([True, True, True])).round(12)
    array([2.])
    """
    across = np.broadcast_to(lengths, counts.shape)
    return slope(np.log(across[:, where]), np.log(counts[:, where]))


def _exponents(curves: Curves, rng: np.random.Generator) -> Iterator[tuple[Reading, Row]]:
    """The exponents at both ends of the bracket of d, and two that are shown without a vote."""
    lengths, gates, family = curves.lengths, curves.gates, curves.family
    everywhere, near = lengths > 0, lengths <= CERTIFIED
    asked = (
        ("gates", AGAINST_LENGTH, power(lengths, gates, everywhere), True),
        ("gates", AGAINST_BOUND, power(curves.lower, gates, near), True),
        ("gates", AGAINST_LONG, power(lengths, gates, lengths >= LONG), False),
        ("layers", AGAINST_LENGTH, power(lengths, curves.layers, everywhere), False),
    )
    for what, against, values, decisive in asked:
        interval = bca_interval(values, rng=rng)
        reading = bound_reading(
            f"exponent of the number of {what}",
            family.side,
            f"{family.group}, error {curves.error:g}, {against}",
            interval,
            count=len(values),
            bound=EXPONENT,
            direction=-1,
            decisive=decisive,
        )
        yield (
            reading,
            {
                "side": family.side,
                "group": family.group,
                "error": curves.error,
                "counted": what,
                "against": against,
                **interval._asdict(),
            },
        )


def _qubit_readings(found: Sequence[Curves], rng: np.random.Generator) -> Iterator[Reading]:
    """The exponent t of n, from two numbers of qubits: too few to decide."""
    for error in ERRORS:
        small, large = (c for c in found if c.family.side == "quantum" and c.error == error)
        ratio = np.log(large.gates / small.gates).mean(axis=-1)
        values = ratio / math.log(large.family.size / small.family.size)
        yield bound_reading(
            f"exponent of n, from {small.family.size} to {large.family.size} qubits",
            "quantum",
            f"error {error:g}, equal lengths",
            bca_interval(values, rng=rng),
            count=len(values),
            bound=QUBIT_EXPONENT,
            direction=-1,
            decisive=False,
        )


def _rows(curves: Curves, seeds: Sequence[int]) -> Iterator[Row]:
    family = curves.family
    for i, seed in enumerate(seeds):
        for j, length in enumerate(curves.lengths):
            yield {
                "side": family.side,
                "group": family.group,
                "size": family.size,
                "error": curves.error,
                "seed": seed,
                "length": length,
                "lower": curves.lower[i, j],
                "gates": int(curves.gates[i, j]),
                "layers": int(curves.layers[i, j]),
            }


def _note(found: Sequence[Curves]) -> str:
    parts = [
        f"{c.family.group} {power(c.lengths, c.gates, c.lengths > 0).mean():.2f}"
        for c in found
        if c.error == min(ERRORS)
    ]
    nearness = min(float((c.lower / c.lengths)[:, c.lengths <= CERTIFIED].min()) for c in found)
    return (
        f"Exponents against the length at error {min(ERRORS):g}: {', '.join(parts)}. Up to length "
        f"{CERTIFIED:g} the lower bound of d is at least {nearness:.2f} of the length; beyond, the "
        "geodesics may have been overtaken, and gates against the length say less of gates against d."
    )
