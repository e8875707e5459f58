"""EM4: the exact number of gates of a reversible network against its distance as a circuit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import Evidence, Reading, Repeated, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import spearman
from qgeom.algebra.reversible import permutation_matrix, reversible_gates
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.distance import distance
from qgeom.readings.word_length import word_lengths

# As "roughly corresponds" of C2, fixed beforehand.
LEAST_CORRELATION = 0.5
BITS, COST = 3, 64.0
# Logarithms and random starts of a search.
EFFORT_QUICK, EFFORT_FULL = (4, 0), (8, 8)
ENDS = {
    "upper": "length of the shortest geodesic found",
    "lower": "certified lower bound of the distance",
}
NOTE = (
    "The sample is stratified: as many maps of each length, so the correlation is not that of a "
    "random map, most of which take 6 gates. The number of gates is exact, the distance lies "
    "within a bracket, and each end votes. The word itself is a path too, but would put the number "
    "of gates into the distance, so the upper end is what a search finds, which may be far from the "
    "distance, above all in a quick run. A gate of any kind counts 1, though a "
    "Toffoli lies farther from the identity than a CNOT."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Draw one map of each word length and bracket its distance in U(8)."""
    rng = trial.generator()
    metric, exact = PauliMetric(BITS, nielsen(COST)), word_lengths(reversible_gates(BITS))
    branches, starts = EFFORT_QUICK if trial.quick else EFFORT_FULL
    rows: list[Row] = []
    for length in range(1, exact.diameter + 1):
        trial.report(f"a map of {length} gates", (length - 1) / exact.diameter)
        image = rng.choice(exact.elements(length))
        matrix = permutation_matrix(image)
        found = distance(metric, matrix, rng=rng, branches=branches, starts=starts)
        rows.append(
            {
                "map": " ".join(map(str, image.tolist())),
                "length": length,
                "lower": found.lower,
                "upper": found.upper,
                "lower_bound": found.lower_bound,
                "upper_bound": found.upper_bound,
            }
        )
    return {"maps": rows}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Correlate word lengths with both ends of the bracket."""
    readings = _readings(tables["maps"], setting.resampling_generator())
    return Evidence(tuple(readings), tables, note=NOTE)


GATE_DISTANCE = Repeated(repeat, conclude)


def _readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    lengths = np.array([row["length"] for row in rows], dtype=float)
    for end, words in ENDS.items():
        distances = np.array([row[end] for row in rows], dtype=float)
        result = spearman(lengths, distances, alternative="greater", rng=rng)
        yield effect_reading(
            "Spearman correlation of the number of gates and the distance",
            "quantum",
            f"U(8), cost {COST:g} beyond weight 2, tr/2^n: {words}",
            result.interval,
            count=len(rows),
            smallest_effect=LEAST_CORRELATION,
            p_value=result.p_value,
        )
