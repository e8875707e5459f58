"""Sums of stages, and which budgets hold."""

from __future__ import annotations

import pytest

from qgeom.circuits.nielsen.budget import ROUNDING, Budget, Stage

GOOD = (Stage("first", 0.2, 0.1), Stage("a longer name", 0.3, 0.3))


def test_bounds_add_up() -> None:
    assert Budget(GOOD, 0.35).predicted == 0.5
    assert Budget((), 0.0).predicted == 0.0


def test_rounding_is_no_violation() -> None:
    assert Budget(GOOD, 0.5 + ROUNDING / 2).holds
    assert Budget((Stage("exact", 0.0, ROUNDING / 2),), 0.0).holds


@pytest.mark.parametrize(
    "budget",
    [Budget(GOOD, 0.51), Budget((*GOOD, Stage("bad", 0.1, 0.2)), 0.3)],
)
def test_a_violated_bound_is_seen(budget: Budget) -> None:
    assert not budget.holds


def test_table_has_a_row_for_each_stage_and_the_total() -> None:
    lines = Budget(GOOD, 0.35).table().splitlines()
    assert [line.split()[0] for line in lines] == ["stage", "first", "a", "total"]
    assert lines[-1].split()[1:] == ["5.0e-01", "3.5e-01"]
    assert len({len(line) for line in lines}) == 1
