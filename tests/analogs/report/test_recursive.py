"""The figures about recursive networks show the numbers of their tables."""

from __future__ import annotations

import numpy as np

from analogs.mirrors.recursive.claims import L1, L2, L3
from analogs.mirrors.recursive.tied import CIRCLE, MATRICES, UNITARIES
from analogs.report.recursive import draw_joint, draw_locality, draw_tied
from tests.analogs.report.looks import check_looks

FAMILIES = (
    ("template", CIRCLE.format("with isolated orbits of period 2")),
    ("network", MATRICES.format(2)),
    ("quantum", UNITARIES),
)
REACH = [
    {"side": side, "family": family, "tied": 0.1 * k} for side, family in FAMILIES for k in range(3)
]
LOGARITHMS = [{"size": d, "count": 50, "with_logarithm": 50 // d} for d in (2, 5) for _ in range(2)]
TIED = {"reach": REACH, "logarithms": LOGARITHMS}
NETWORKS = [
    {"arm": arm, "steps": 100.0 * k, "test_accuracy": 0.9 + 0.01 * k}
    for arm in ("untied", "tied")
    for k in (1, 3)
]
SHARES = [
    {"side": side, "group": group, "geodesic": 0.0, "cheapest": 0.3 + d, "shortest": 0.4}
    for side, group in (("network", "SO(6), local: neighbours"), ("quantum", "SU(8), local: 2"))
    for d in (0.0, 0.1)
]


def test_figures_have_the_looks_of_all():
    check_looks(draw_tied(L1, TIED))
    check_looks(draw_joint(L2, {"networks": NETWORKS}))
    check_looks(draw_locality(L3, {"shares": SHARES}))


def test_residuals_have_a_row_a_kind_of_target():
    left, right = draw_tied(L1, TIED).axes
    labels = [text.get_text() for text in left.get_yticklabels()]
    assert labels == ["U(4)", "GL+(2)", "circle: orbits of period 2"]
    marks, mean = left.lines[:2]
    np.testing.assert_allclose(marks.get_xdata(), [0.0, 0.1, 0.2])
    np.testing.assert_allclose(mean.get_xdata(), 0.1)
    shares = right.containers[0].lines[0]
    np.testing.assert_allclose(shares.get_ydata(), [0.5, 0.2])


def test_arms_are_shown_by_steps_and_accuracy():
    figure = draw_joint(L2, {"networks": NETWORKS})
    (axes,) = figure.axes
    every, mean = axes.lines[:2]
    np.testing.assert_allclose(every.get_xdata(), [100.0, 300.0])
    np.testing.assert_allclose([mean.get_xdata(), mean.get_ydata()], [[200.0], [0.92]])
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["untied", "tied"]


def test_locality_has_a_line_a_target():
    figure = draw_locality(L3, {"shares": SHARES})
    assert [axes.get_title() for axes in figure.axes] == ["quantum: SU(8)", "network: SO(6)"]
    for axes in figure.axes:
        np.testing.assert_allclose(axes.lines[1].get_ydata(), [0.0, 0.4, 0.4])
        np.testing.assert_allclose(axes.lines[2].get_ydata(), [0.0, 0.35, 0.4])
