"""The figures about shooting show the numbers of their tables."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from analogs.evidence.rows import by, numbers
from analogs.report.shooting import draw_shots, draw_starts, knob_line, mean_line
from tests.analogs.report import synthetic

TABLES = {entry.claim.id: entry.cell.evidence.tables for entry in synthetic.entries()}
CLAIMS = {claim.id: claim for claim in synthetic.CLAIMS}
ROWS = [row for row in TABLES["Q8"]["starts"] if row["group"] == "SU(8)"]


def test_shots_have_a_panel_a_family_and_a_look_a_rank_of_the_knob():
    figure = draw_shots(CLAIMS["Q6"], TABLES["Q6"])
    titles = [axes.get_title() for axes in figure.axes]
    assert titles == ["quantum: SU(8)", "network: SO(6)", "template: 4 landmarks"]
    legend = [text.get_text() for found in figure.legends for text in found.get_texts()]
    assert legend == ["0.25 or 2", "0.5 or 4", "not found"]
    for axes, (_, rows) in zip(
        figure.axes[1:2], by(TABLES["Q6"]["shots"], "group").items(), strict=False
    ):
        for line, problems in zip(axes.lines, by(rows, "knob").values(), strict=False):
            np.testing.assert_array_equal(line.get_xdata(), numbers(problems, "curvature"))
            np.testing.assert_array_equal(line.get_ydata(), [0, 1, 2, 3, 4, 60])
        assert axes.get_ylim()[1] > 60


def test_starts_show_the_three_links():
    figure = draw_starts(CLAIMS["Q8"], TABLES["Q8"])
    assert [len(axes.lines) for axes in figure.axes] == [3, 3, 3]
    np.testing.assert_array_equal(figure.axes[0].lines[0].get_ydata(), numbers(ROWS, "growth"))


def test_lines_are_means_of_the_share():
    line = knob_line(Figure().subplots(), ROWS).lines[0]
    np.testing.assert_array_equal(line.get_xdata(), [2.0, 4.0])
    np.testing.assert_allclose(line.get_ydata(), [0.5, 0.0])
    line = mean_line(Figure().subplots(), ROWS, "growth").lines[0]
    # Two problems, one at each cost, have the same growth.
    np.testing.assert_allclose(line.get_xdata(), np.arange(6) / 8)
    np.testing.assert_allclose(line.get_ydata(), (1 - np.arange(6) / 5) / 2)


def test_few_problems_make_fewer_groups():
    line = mean_line(Figure().subplots(), ROWS[:2], "growth").lines[0]
    assert line.get_ydata().tolist() == pytest.approx([1.0, 0.8])
