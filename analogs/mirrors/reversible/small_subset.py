"""Q5: how many transformations a polynomial number of gates reaches, for three kinds of gates."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.stats

from analogs.evidence import (
    Evidence,
    Interval,
    Reading,
    Repeated,
    Setting,
    Trial,
    bound_reading,
    exact_reading,
)
from analogs.evidence.claim import Row
from analogs.evidence.statistics import wilson_interval
from analogs.mirrors.reversible.bounds import (
    log_share_of_circuits,
    log_share_of_words,
    neighbour_rotations,
    polynomial,
)
from qgeom._typing import Integer, Matrix
from qgeom.algebra.reversible import reversible_gates
from qgeom.algebra.targets import target
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.distance import distance
from qgeom.readings.word_length import word_lengths

# A small subset, fixed beforehand: less than 1 % of all transformations.
SMALL = 0.01
# Operator-norm error up to phase at which a circuit counts as reaching a unitary.
ERROR = 0.1
BITS, QUBITS, FEATURES = range(2, 13), range(2, 9), range(3, 13)
# Random rotations of each size that are factorised, a seed.
ROTATIONS = 20
LIBRARIES: dict[str, Integer] = {
    "all gates": reversible_gates(3),
    "gates on neighbours": reversible_gates(3, neighbours=True),
    "affine": reversible_gates(3, controls=1),
}
# Numbers of permutations of three bits by word length (CLAIMS.md 1.1, Q5; the first one is that of
# Shende et al., quant-ph/0207001), and what is known of the affine maps.
PUBLISHED = {
    "all gates": (1, 12, 102, 625, 2780, 8921, 17049, 10253, 577),
    "gates on neighbours": (1, 10, 70, 376, 1603, 5334, 12464, 15445, 4931, 86),
}
AFFINE_ORDER, AFFINE_DIAMETER = 1344, 7
# Haar-random elements a seed whose distance is bracketed, quick and full.
TARGETS_QUICK, TARGETS_FULL = 2, 8
BRANCHES = 4
ON_BITS = "reversible maps on n bits, NOT, CNOT and Toffoli"
ON_QUBITS = f"unitaries on n qubits, all two-qubit gates, error {ERROR:g} in operator norm"
ON_FEATURES = "rotations of d features, rotations of neighbours"
NOTE = (
    "A count of words bounds the share from above, so a large share at small n says nothing. "
    "n^3 gates stand for polynomial: another power needs a larger n. The unpenalised metric, whose "
    "diameter is below 1.82 on any number of qubits, would make everything near: the statement is "
    "about gates, or a cost that grows with n. Exact on three bits: all 40320 maps take at most 8 "
    "gates, fewer than 3^3. Linear maps of d features are 'n bits' only as d = 2^n, and then d^3 "
    "is exponential in n. States are not tested apart."
)


@dataclass(frozen=True)
class Group:
    """A group with a metric, and a source of uniform elements."""

    name: str
    side: str
    metric: RightInvariantMetric
    draw: Callable[[np.random.Generator], Matrix]


def _unitary(n_qubits: int) -> Callable[[np.random.Generator], Matrix]:
    return lambda rng: target("haar", n_qubits, rng=rng).matrix


GROUPS = (
    Group("U(4), q = 16 beyond weight 1", "quantum", PauliMetric(2, nielsen(16.0, 1)), _unitary(2)),
    Group("U(8), q = 64 beyond weight 2", "quantum", PauliMetric(3, nielsen(64.0)), _unitary(3)),
    Group(
        "SO(4), q = 16 beyond neighbours",
        "network",
        MatrixMetric("so", 4, band(1, 16.0)),
        lambda rng: _rotation(4, rng),
    ),
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Bracket distances to Haar-random elements, and factorise random rotations."""
    rng = trial.generator()
    rows: list[Row] = []
    for done, group in enumerate(GROUPS):
        trial.report(f"random elements of {group.name}", done / len(GROUPS))
        count = TARGETS_QUICK if trial.quick else TARGETS_FULL
        rows += [_bracket(group, rng) for _ in range(count)]
    factors: list[Row] = [
        {"features": d, "rotations": neighbour_rotations(_rotation(d, rng))}
        for d in FEATURES
        for _ in range(ROTATIONS)
    ]
    return {"random": rows, "factors": factors}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Bound the share of each family within n^3 gates, and compare the exact histograms."""
    shares = list(_share_rows(tables["factors"]))
    lengths = list(_histogram_rows())
    readings = [*_share_readings(shares, tables["factors"]), *_histogram_readings(lengths)]
    return Evidence(
        tuple(readings), {"shares": tuple(shares), "lengths": tuple(lengths), **tables}, note=NOTE
    )


SMALL_SUBSET = Repeated(repeat, conclude)


def _rotation(features: int, rng: np.random.Generator) -> Matrix:
    return np.asarray(scipy.stats.special_ortho_group.rvs(features, random_state=rng))


def _bracket(group: Group, rng: np.random.Generator) -> Row:
    found = distance(group.metric, group.draw(rng), rng=rng, branches=BRANCHES, starts=0, keep=2)
    return {
        "side": group.side,
        "group": group.name,
        "unpenalised": found.tried["unpenalised"],
        "lower": found.lower,
        "upper": found.upper,
    }


def _share_rows(factors: Sequence[Row]) -> Iterator[Row]:
    """Log10 of the upper bound of the share within n^3 gates, by family and size."""
    for n in BITS:
        yield _share_row("network", ON_BITS, n, log_share_of_words(n, polynomial(n)))
    for n in QUBITS:
        log_share = log_share_of_circuits(n, polynomial(n), ERROR)
        yield _share_row("quantum", ON_QUBITS, n, log_share)
    for d in FEATURES:
        yield _share_row("network", ON_FEATURES, d, _log(_reached(factors, d).estimate))


def _share_row(side: str, family: str, size: int, log_share: float) -> Row:
    return {
        "side": side,
        "family": family,
        "size": size,
        "gates": polynomial(size),
        "log10_share": log_share / math.log(10),
    }


def _log(share: float) -> float:
    return math.log(share) if share > 0 else -math.inf


def _reached(factors: Sequence[Row], features: int) -> Interval:
    """Share of random rotations that took at most d^3 rotations of neighbours."""
    counts = np.array([row["rotations"] for row in factors if row["features"] == features])
    return wilson_interval(int((counts <= polynomial(features)).sum()), len(counts))


def _share_readings(shares: Sequence[Row], factors: Sequence[Row]) -> Iterator[Reading]:
    for family in (ON_BITS, ON_QUBITS):
        mine = [row for row in shares if row["family"] == family]
        row, bound = mine[-1], float(np.array([r["log10_share"] for r in mine], dtype=float)[-1])
        yield _small(row, Interval(bound, -math.inf, bound), count=1)
    row = shares[-1]
    reached = _reached(factors, FEATURES[-1])
    ends = (_log(share) / math.log(10) for share in reached)
    yield _small(row, Interval(*ends), count=sum(f["features"] == FEATURES[-1] for f in factors))


def _small(row: Row, interval: Interval, *, count: int) -> Reading:
    return bound_reading(
        f"log10 of the share within n^3 gates at n = {row['size']}",
        str(row["side"]),
        str(row["family"]),
        interval,
        count=count,
        bound=math.log10(SMALL),
        direction=-1,
    )


def _histogram_rows() -> Iterator[Row]:
    for name, gates in LIBRARIES.items():
        for length, count in enumerate(word_lengths(gates).histogram):
            yield {"library": name, "length": length, "count": count}


def _histogram_readings(rows: Sequence[Row]) -> Iterator[Reading]:
    found = {
        name: [int(str(row["count"])) for row in rows if row["library"] == name]
        for name in LIBRARIES
    }
    for name, published in PUBLISHED.items():
        yield exact_reading(
            f"difference of the word lengths on three bits from the published ones, {name}",
            "network",
            ON_BITS,
            _difference(found[name], published),
            tolerance=0.0,
            count=sum(found[name]),
        )
    affine = found["affine"]
    yield exact_reading(
        "difference of order and diameter of the affine maps of three bits from the known ones",
        "network",
        ON_BITS,
        _difference((sum(affine), len(affine) - 1), (AFFINE_ORDER, AFFINE_DIAMETER)),
        tolerance=0.0,
        count=sum(affine),
    )


def _difference(found: Sequence[int], known: Sequence[int]) -> float:
    if len(found) != len(known):
        return math.nan
    return float(np.abs(np.subtract(found, known)).max())
