"""The figure about flattening shows the numbers of its table."""

from __future__ import annotations

import numpy as np

from analogs.mirrors.flattening.claims import C10
from analogs.report.flattening import draw_flattening
from tests.analogs.report.looks import check_looks
from tests.analogs.report.synthetic_structures import flattening


def test_figures_have_the_looks_of_all() -> None:
    check_looks(draw_flattening(C10, flattening()))


def test_a_panel_for_each_network_and_measure() -> None:
    figure = draw_flattening(C10, flattening())
    assert len(figure.axes) == 8
    assert [axes.get_title().split(":")[0] for axes in figure.axes] == ["CNN"] * 4 + ["MLP"] * 4
    first = figure.axes[0]
    trained, untrained, _ = (bar.lines[0] for bar in first.containers[:3])
    np.testing.assert_allclose(trained.get_ydata(), 1.0 - 2.0 * np.arange(5))
    np.testing.assert_allclose(untrained.get_ydata(), 1.0 - np.arange(5))


def test_the_flow_has_no_last_layer() -> None:
    flow = draw_flattening(C10, flattening()).axes[3]
    line = flow.containers[0].lines[0]
    assert line.get_xdata().tolist() == [0, 1, 2, 3]
    np.testing.assert_allclose(line.get_ydata(), -0.2)
