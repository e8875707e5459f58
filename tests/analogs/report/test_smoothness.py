"""The figure about smoothness shows the numbers of its tables."""

from __future__ import annotations

import numpy as np

from analogs.mirrors.smoothness.claims import R8
from analogs.report.smoothness import draw_smoothness
from tests.analogs.report.looks import check_looks

ALONG = tuple(
    {"seed": seed, "network": network, "stage": stage, "step": step, "growth": step + seed}
    | {"curvature": None if step == 2 else 0.5}
    for seed in (3, 7)
    for network in ("residual", "plain")
    for stage in ("start", "trained")
    for step in (1, 2)
)
ROUGH = tuple(
    {"seed": seed, "network": network, "stage": stage, "growth": 1.0 + seed, "curvature": 2.0}
    for seed in (3, 7)
    for network in ("residual", "plain")
    for stage in ("start", "trained")
)
TABLES = {"along": ALONG, "roughness": ROUGH}


def test_figures_have_the_looks_of_all():
    check_looks(draw_smoothness(R8, TABLES))


def test_curves_above_and_roughness_below():
    figure = draw_smoothness(R8, TABLES)
    growth, curvature, rough, _ = figure.axes
    assert [list(line.get_ydata()) for line in growth.lines] == [[4, 5], [8, 9], [4, 5], [8, 9]]
    # The last step has no plane with a next one.
    assert all(list(line.get_xdata()) == [1] for line in curvature.lines)
    assert [text.get_text() for text in rough.get_xticklabels()] == ["3", "7"]
    np.testing.assert_array_equal(rough.lines[0].get_ydata(), [4, 8])
    [legend] = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["residual", "plain"]
