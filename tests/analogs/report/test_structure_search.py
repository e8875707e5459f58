"""The figures about structure search show the numbers of their tables."""

from __future__ import annotations

import numpy as np

from analogs.mirrors.structure_search.claims import C18, F6
from analogs.report.structure_search import draw_competition, draw_search
from tests.analogs.report.looks import check_looks
from tests.analogs.report.synthetic_structures import structures


def test_figures_have_the_looks_of_all() -> None:
    check_looks(draw_search(C18, structures()))
    check_looks(draw_competition(F6, structures()))


def test_fronts_of_three_sides_and_two_searches() -> None:
    figure = draw_search(C18, structures())
    network, quantum, template, searches = figure.axes
    points, efficient, reached = network.lines
    assert points.get_xdata().tolist() == [100, 200, 300, 400]  # of the first seed
    assert efficient.get_xdata().tolist() == [100, 200, 300]
    assert reached.get_xdata().tolist() == [100, 300]
    for axes in (quantum, template):
        np.testing.assert_allclose(axes.lines[0].get_ydata(), [1, 1 / 2, 1 / 3, 1 / 4])
    outer, random = searches.lines
    assert list(outer.get_xdata()) == [4, 8]
    np.testing.assert_allclose(np.array(random.get_ydata()), 2 * np.array(outer.get_ydata()))


def test_competition_shows_the_training_error() -> None:
    figure = draw_competition(F6, structures())
    assert len(figure.axes) == 3
    np.testing.assert_allclose(figure.axes[0].lines[0].get_ydata(), [0.45, 0.425, 0.05, 0.25])
    assert figure.axes[0].get_ylabel() == "training error"
