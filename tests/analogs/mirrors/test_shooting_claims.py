"""Q6 and Q8 on families whose answer is known, and the real families on a few problems."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest

from analogs.evidence import Evidence, Outcome, Setting, Trial, settle
from analogs.mirrors.shooting import experiment, families
from analogs.mirrors.shooting.claims import Q6, Q8
from analogs.mirrors.shooting.experiment import INSTABILITY, LINKS, WORK
from analogs.mirrors.shooting.families import FAMILIES, PROBLEMS, Family
from analogs.mirrors.shooting.problems import TOLERANCE, Problems
from qgeom.geodesic.endpoint import EndpointMap

SEEDS = tuple(range(8))
FULL = Setting(quick=False, seeds=SEEDS)
KNOBS = (2.0, 4.0, 8.0, 16.0)
SHOT_COLUMNS = [
    *("seed", "side", "group", "knob", "length", "curvature", "growth", "steps", "success"),
]

# Knob, lengths and noise -> curvature, growth, steps.
Law = Callable[[float, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray, np.ndarray]]


def known(law: Law, *, bends: bool = True, group: str = "known") -> Family:
    """A family whose problems take as many steps as a law says, by a solver that halves."""

    def draw(knob: float, length: np.ndarray, rng: np.random.Generator) -> Problems:
        curvature, growth, steps = law(knob, length, rng.normal(size=(2, len(length))))
        size = TOLERANCE * 2.0 ** np.round(np.clip(steps, 0.0, 100.0))

        def ends(x: np.ndarray) -> np.ndarray:
            return x

        def gap(missing: np.ndarray, index: np.ndarray) -> np.ndarray:
            return -missing * size[index, None]

        def step(x: np.ndarray, missing: np.ndarray, damping: np.ndarray) -> np.ndarray:
            return -x / 2

        endpoint = EndpointMap(ends, step, np.ones(1))
        return Problems(length, curvature, growth, endpoint, gap, np.ones((len(length), 1)))

    return Family("network", group, "metric", KNOBS, (0.5, 1.5), draw, bends)


def chained(knob: float, length: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, ...]:
    """More cost, less curvature, more growth, more steps: up to failure beyond the cap."""
    curvature = -np.log2(knob) + 0.3 * noise[0]
    growth = -curvature + 0.3 * noise[1]
    return curvature, growth, 20 * growth + 10 * length


def confounded(knob: float, length: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, ...]:
    """Curvature and steps depend on the length, and on nothing else together."""
    return -length + 0.05 * noise[0], np.abs(noise[1]), 25 * length + noise[1]


def reversed_sign(knob: float, length: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, ...]:
    """Positive curvature is what takes work."""
    curvature = 3 + noise[0]
    return curvature, np.zeros(len(length)), 5 * curvature


def run(
    claim: Callable[[Setting], Evidence], family: Family, monkeypatch: pytest.MonkeyPatch
) -> Evidence:
    monkeypatch.setattr(experiment, "FAMILIES", (family,))
    monkeypatch.setattr(experiment, "RESAMPLES", 400)
    return claim(FULL)


@pytest.mark.parametrize(
    ("law", "outcome", "sign"),
    [
        (chained, Outcome.SUPPORTED, -1),
        (confounded, Outcome.REFUTED, 0),
        (reversed_sign, Outcome.SUPPORTED, 1),
    ],
)
def test_dependence_of_the_work_is_found_where_it_is(
    law: Law, outcome: Outcome, sign: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = run(WORK, known(law), monkeypatch)
    assert settle(evidence.readings) is outcome
    [decisive] = [reading for reading in evidence.readings if reading.decisive]
    assert decisive.count == len(SEEDS) * len(KNOBS) * PROBLEMS
    assert (decisive.value > 0.3) - (decisive.value < -0.3) == sign


def test_at_equal_cost_nothing_is_left_where_the_cost_did_it_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def by_cost(knob: float, length: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, ...]:
        return -knob + noise[0], np.zeros(len(length)), np.log2(knob) * 10 + 3 * noise[1]

    evidence = run(WORK, known(by_cost), monkeypatch)
    pooled, at_equal_cost = evidence.readings[:2]
    assert pooled.outcome is Outcome.SUPPORTED
    assert at_equal_cost.outcome is Outcome.REFUTED
    assert not at_equal_cost.decisive


def test_all_links_must_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = run(INSTABILITY, known(chained), monkeypatch)
    assert [r.outcome for r in evidence.readings] == [Outcome.SUPPORTED] * len(LINKS)
    assert all(reading.value < -0.3 for reading in evidence.readings)

    def unrelated_growth(knob: float, length: np.ndarray, noise: np.ndarray):
        curvature, _, steps = chained(knob, length, noise)
        return curvature, np.abs(noise[1]), steps

    evidence = run(INSTABILITY, known(unrelated_growth), monkeypatch)
    assert evidence.readings[2].outcome is Outcome.SUPPORTED
    assert settle(evidence.readings) is Outcome.REFUTED


def test_a_common_length_is_no_link(monkeypatch: pytest.MonkeyPatch) -> None:
    def by_length(knob: float, length: np.ndarray, noise: np.ndarray) -> tuple[np.ndarray, ...]:
        curvature, growth = 0.05 * noise - np.array([[1.0], [-1.0]]) * length
        return curvature, growth, 70 * length

    readings = run(INSTABILITY, known(by_length), monkeypatch).readings
    assert [r.outcome for r in readings[:2]] == [Outcome.REFUTED] * 2


def test_a_family_that_cannot_be_unstable_has_no_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = run(INSTABILITY, known(reversed_sign, bends=False), monkeypatch)
    assert not any(reading.decisive for reading in evidence.readings)
    first = evidence.readings[0]
    assert (first.value, first.low, first.high, first.p_value) == (0.0, -1.0, 1.0, 1.0)


def test_table_has_one_row_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = run(WORK, known(chained), monkeypatch)
    rows = evidence.tables["shots"]
    assert all(list(row) == SHOT_COLUMNS for row in rows)
    cells = [(row["seed"], row["knob"]) for row in rows]
    assert cells == [(s, k) for s in SEEDS for k in KNOBS for _ in range(PROBLEMS)]
    assert all(0.5 <= row["length"] <= 1.5 for row in rows)
    assert len({row["length"] for row in rows}) == len(rows)  # no seed repeats another
    assert {row["steps"] for row in rows if not row["success"]} == {60}
    assert "known 1.00 to " in evidence.note
    again = run(WORK, known(chained), monkeypatch)
    assert again.tables == evidence.tables


def test_starts_are_shares(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = run(INSTABILITY, known(chained), monkeypatch).tables["starts"]
    assert {row["share"] for row in rows} <= {0.0, 0.25, 0.5, 0.75, 1.0}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.group)
def test_real_families_measure_what_they_promise(
    family: Family, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(families, "PROBLEMS", 2)
    easy = dataclasses.replace(
        family, knobs=(family.knobs[2],), lengths=(family.lengths[0], 1.1 * family.lengths[0])
    )
    rows = families.measure([easy], Trial(quick=True, seed=0), experiment._one_shot)
    assert len(rows) == 2
    for row in rows:
        assert family.lengths[0] <= row["length"] <= 1.1 * family.lengths[0]
        assert np.isfinite(row["curvature"])
        assert row["growth"] >= 0
        assert row["success"]
        assert 0 < row["steps"] < 20


def test_groups_are_named_once_and_the_definition_tells_them_all() -> None:
    groups = [family.group for family in FAMILIES]
    assert len(set(groups)) == len(groups)
    assert {family.side for family in FAMILIES} == {"quantum", "network", "template"}
    for claim in (Q6, Q8):
        assert all(group in claim.definition for group in groups[:-1])
        assert "four landmarks" in claim.definition
