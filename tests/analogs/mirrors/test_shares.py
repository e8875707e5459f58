"""The share of negative planes: groups where the answer is known, for both outcomes."""

from __future__ import annotations

import numpy as np
import pytest

from analogs.evidence import Outcome, Setting, settle
from analogs.mirrors import shares
from analogs.mirrors.shares import Family, negative_shares
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import band
from qgeom.metric.structure import StructureMetric
from qgeom.readings.sampling import PLANE_LAWS

COLUMNS = ["side", "group", "q", "planes", "count", "negative", "share", "low", "high"]


def hyperbolic(q: float) -> StructureMetric:
    """Hyperbolic 3-space as a group, [e0, e1] = e1 and [e0, e2] = e2: K = -1 everywhere."""
    c = np.zeros((3, 3, 3))
    c[0, 1, 1], c[1, 0, 1], c[0, 2, 2], c[2, 0, 2] = 1.0, -1.0, 1.0, -1.0
    return StructureMetric(c, np.ones(3))


NEGATIVE = Family("network", "H3", "all cost 1", hyperbolic)
FLAT = Family(
    "network", "circulant", "all cost 1", lambda q: MatrixMetric("circulant", 5, band(2, q))
)
ROUND = Family("network", "SO(4)", "all cost 1", lambda q: MatrixMetric("so", 4, band(3, q)))


@pytest.mark.parametrize(
    ("family", "share", "outcome"),
    [
        (NEGATIVE, 1.0, Outcome.SUPPORTED),
        (FLAT, 0.0, Outcome.REFUTED),
        (ROUND, 0.0, Outcome.REFUTED),
    ],
    ids=["negative", "flat", "round"],
)
def test_known_signs_decide(family: Family, share: float, outcome: Outcome) -> None:
    evidence = negative_shares([family], Setting(quick=True, seeds=(0,)))
    assert {row["share"] for row in evidence.tables["shares"]} == {share}
    assert settle(evidence.readings) is outcome


def test_tables_have_one_row_for_every_cost_and_law() -> None:
    other = Family("quantum", "larger", "all cost 1", hyperbolic, registered=False)
    evidence = negative_shares([FLAT, other], Setting(quick=True, seeds=(0, 1)))
    rows = evidence.tables["shares"]
    assert all(list(row) == COLUMNS for row in rows)
    measured = [(row["group"], row["q"], row["planes"]) for row in rows]
    swept = [("circulant", q, law) for q in shares.COSTS_QUICK for law in PLANE_LAWS]
    shown = [("larger", shares.COSTS_QUICK[-1], law) for law in PLANE_LAWS]
    assert measured == swept + shown
    assert {row["count"] for row in rows} == {2 * shares.PLANES, 2 * shares.PLANES_SHOWN}
    assert all(row["low"] <= row["share"] <= row["high"] for row in rows)


def test_only_the_largest_cost_of_registered_groups_votes() -> None:
    other = Family("quantum", "larger", "all cost 1", hyperbolic, registered=False)
    evidence = negative_shares([FLAT, other], Setting(quick=True, seeds=(0,)))
    voting = [reading for reading in evidence.readings if reading.decisive]
    assert len(voting) == len(PLANE_LAWS)
    assert all("q = 256" in r.name and r.side == "network" for r in voting)
    assert settle(evidence.readings) is Outcome.REFUTED
    assert evidence.note.endswith("circulant 0.000, larger 1.000.")


def test_full_runs_go_to_larger_costs_with_every_seed() -> None:
    evidence = negative_shares([FLAT], Setting(quick=False, seeds=(3,)))
    assert max(row["q"] for row in evidence.tables["shares"]) == shares.COSTS_FULL[-1]


def test_seeds_decide_the_planes() -> None:
    family = Family("network", "SO(4)", "band", lambda q: MatrixMetric("so", 4, band(1, q)))
    tables = [
        negative_shares([family], Setting(quick=True, seeds=seeds)).tables
        for seeds in ((0,), (0,), (1,))
    ]
    assert tables[0] == tables[1] != tables[2]
