"""Q4: the distance of a product is at most the sum of the lengths of its steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, exact_reading, share_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import wilson_interval
from analogs.mirrors.minimality.words import (
    Word,
    group_word,
    landmark_words,
    random_gates,
    random_rotations,
)
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

# Beside the seed, so that no run before this one has drawn the same numbers.
ENTROPY = 20261124
# Of the inequality, relative to the sum.
TOLERANCE = 1e-9
# Steps of a product, and products a seed and number.
STEPS_QUICK, STEPS_FULL = (1, 4, 16), (1, 2, 4, 8, 16, 32)
MOVES_QUICK, MOVES_FULL = (1, 2, 4), (1, 2, 3, 4, 6)
WORDS = 2
COST = 64.0

# Number of steps, words and generator -> the words.
Draw = Callable[[int, int, np.random.Generator], Iterator[Word]]


@dataclass(frozen=True)
class Family:
    """Products of steps of one kind.

    Attributes
    ----------
    side, name
        Where they live.
    draw
        How they are made.
    searched
        Whether a geodesic to the product is looked for.
    quick
        Whether a quick run has them.
    """

    side: str
    name: str
    draw: Draw
    searched: bool
    quick: bool = True


def _circuits(n_qubits: int, *, search: bool, quick: bool = True) -> Family:
    metric = PauliMetric(n_qubits, nielsen(COST))

    def draw(steps: int, count: int, rng: np.random.Generator) -> Iterator[Word]:
        for _ in range(count):
            gates = [*random_gates(n_qubits, steps, rng)]
            yield group_word(metric, gates, rng, search=search)

    return Family("quantum", f"SU({2**n_qubits}), gates on two qubits", draw, search, quick)


def _rotations(features: int, *, search: bool) -> Family:
    metric = MatrixMetric("so", features, band(1, COST))

    def draw(steps: int, count: int, rng: np.random.Generator) -> Iterator[Word]:
        for _ in range(count):
            rotations = [*random_rotations(features, steps, rng)]
            yield group_word(metric, rotations, rng, search=search)

    return Family("network", f"SO({features}), rotations of neighbours", draw, search)


FAMILIES = (
    _circuits(2, search=True),
    _circuits(3, search=True),
    _circuits(4, search=False),
    _circuits(6, search=False),
    _circuits(8, search=False, quick=False),
    _rotations(4, search=True),
    _rotations(16, search=False),
    _rotations(64, search=False),
    Family("template", "4 landmarks, moves", landmark_words, searched=True),
)


def sums_of_lengths(setting: Setting) -> Evidence:
    """Compare certified lower bounds, and geodesics found, with the sums of the lengths."""
    families = [family for family in FAMILIES if family.quick or not setting.quick]
    generators = [np.random.default_rng([ENTROPY, seed]) for seed in setting.seeds]
    readings: list[Reading] = []
    rows: list[Row] = []
    for done, family in enumerate(families):
        setting.report(family.name, done / len(families))
        words = [
            word
            for steps in _steps(family, setting.quick)
            for rng in generators
            for word in family.draw(steps, WORDS, rng)
        ]
        readings += judge(family, words)
        rows += [_row(family, word) for word in words]
    return Evidence(tuple(readings), {"words": tuple(rows)})


def _row(family: Family, word: Word) -> Row:
    found = word.found if math.isfinite(word.found) else None
    return {"side": family.side, "group": family.name, **vars(word), "found": found}


def _steps(family: Family, quick: bool) -> tuple[int, ...]:
    if family.side == "template":
        return MOVES_QUICK if quick else MOVES_FULL
    return STEPS_QUICK if quick else STEPS_FULL


def judge(family: Family, words: Sequence[Word]) -> Iterator[Reading]:
    """The inequality, and without a vote how sharp it is and what the search reaches."""
    where = (family.side, family.name)
    excess = max(max(word.lower / word.total - 1.0, 0.0) for word in words)
    yield exact_reading(
        "largest excess of the lower bound over the sum of the lengths",
        *where,
        excess,
        tolerance=TOLERANCE,
        count=len(words),
    )
    single = [word for word in words if word.steps == 1]
    if family.side != "template":
        yield exact_reading(
            "one step: largest |lower bound over its length - 1|",
            *where,
            max(abs(word.lower / word.total - 1.0) for word in single),
            tolerance=TOLERANCE,
            count=len(single),
            decisive=False,
        )
    if family.searched:
        reached = sum(word.found <= word.total * (1 + TOLERANCE) for word in words)
        yield share_reading(
            "share of products to which a geodesic no longer than the sum is found",
            *where,
            wilson_interval(reached, len(words)),
            count=len(words),
            threshold=1.0,
            decisive=False,
        )
