"""Figures of circuits: marks are the costs, full ones the best."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from qgeom import plots
from qgeom.circuits.synthesis import Synthesis, scan_errors, synthesize
from tests.qgeom.circuits.targets import TFIM3

ERRORS = (1e-1, 1e-3)


@pytest.fixture(scope="module")
def scan() -> tuple[Synthesis, ...]:
    return scan_errors(TFIM3, "cx", ERRORS, effort="low")


def lines_of(scan: tuple[Synthesis, ...]) -> set[str]:
    return {one.method for found in scan for one in found.candidates}


def test_lines_are_counts_against_errors(scan: tuple[Synthesis, ...]) -> None:
    axes = plots.plot_counts(scan, plots.canvas()[0])
    lines = {line.get_label(): line.get_xydata() for line in axes.get_lines()}
    for method in lines_of(scan):
        counts = [
            [found.allowed, one.costs.cx]
            for found in scan
            for one in found.candidates
            if one.method == method and one.error <= found.allowed
        ]
        if counts:
            assert np.array_equal(lines[method], counts)
    full = [
        line.get_xydata() for line in axes.get_lines() if line.get_label() not in lines_of(scan)
    ]
    best = [[found.allowed, found.costs.cx] for found in scan]
    assert sorted(np.concatenate(full).tolist()) == sorted(best)
    left, right = axes.get_xlim()
    assert left > right  # smaller errors to the right
    assert axes.get_ylabel() == "number of CX gates"


def test_marks_are_all_costs(scan: tuple[Synthesis, ...]) -> None:
    found = scan[1]
    axes = plots.plot_costs(found, plots.canvas()[0])
    best = next(line for line in axes.get_lines() if line.get_label() == found.best.method)
    costs = found.costs
    expected = [costs.su4, costs.cx, costs.rzz, costs.depth, 2 * costs.interaction_angle / np.pi]
    assert np.array_equal(best.get_xdata(), expected)
    assert best.get_markerfacecolor() == plots.COLOURS[0]
    assert found.best.method in axes.get_title("left")


def test_t_gates_are_shown_where_they_count() -> None:
    found = synthesize("t", "clifford+t")
    axes = plots.plot_costs(found, plots.canvas()[0])
    assert [tick.get_text() for tick in axes.get_yticklabels()][-1] == "T"
    assert "0" in [tick.get_text() for tick in axes.get_xticklabels()]  # T takes no CX
    assert plots.plot_counts([found], plots.canvas()[0]).get_ylabel() == "number of T gates"


def test_nothing_within_the_error_is_refused(scan: tuple[Synthesis, ...]) -> None:
    missed = dataclasses.replace(scan[0], allowed=1e-30)
    with pytest.raises(ValueError, match="`found` must have a candidate within the error"):
        plots.plot_costs(missed, plots.canvas()[0])
    with pytest.raises(ValueError, match="`scan` must hold a circuit within its error"):
        plots.plot_counts([missed], plots.canvas()[0])
