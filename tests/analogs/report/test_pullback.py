"""The figures about metrics that change show the numbers of their tables."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from analogs.mirrors.pullback.claims import C3, C4
from analogs.report.pullback import draw_changes, draw_orderings, spread
from tests.analogs.report.looks import check_looks

NETWORKS = tuple(
    {"seed": 0, "layers": layers, "changing": changing, "fixed": changing**2, "scaled": -changing}
    for layers, changing in ((2, 1.0), (2, 3.0), (3, 2.0))
)


def unit(kind: str, lost: float) -> dict[str, object]:
    return {"kind": kind, "change": 1.0, "lost": lost}


CHANGES = {
    "units": (unit("ReLU", 0.25), unit("ReLU", 0.5), unit("max pooling", 0.75)),
    "points": ({"change": 0.3},),
    "gates": ({"change": 0.0},),
}


def test_figures_have_the_looks_of_all():
    check_looks(draw_orderings(C3, {"networks": NETWORKS}))
    check_looks(draw_changes(C4, CHANGES))


def test_networks_are_ranked_in_each_metric():
    figure = draw_orderings(C3, {"networks": NETWORKS})
    fixed, scaled = figure.axes
    # The first line is the diagonal.
    by_depth = [(line.get_xdata(), line.get_ydata()) for line in fixed.lines[1:]]
    assert [list(x) for x, _ in by_depth] == [[1, 3], [2]]
    assert [list(y) for _, y in by_depth] == [[1, 3], [2]]
    assert [list(line.get_ydata()) for line in scaled.lines[1:]] == [[3, 1], [2]]
    [legend] = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["2 convolutions", "3 convolutions"]


def test_changes_have_a_row_a_kind():
    left, right = draw_changes(C4, CHANGES).axes
    names = [text.get_text() for text in left.get_yticklabels()]
    assert names == ["ReLU", "max pooling", "flow of landmarks", "unitary gates"]
    # A change of exactly 0 is drawn below rounding, where the logarithm exists.
    assert left.lines[-2].get_xdata()[0] == 1e-17
    assert list(right.lines[0].get_xdata()) == [0.25, 0.5]
    assert right.lines[1].get_xdata()[0] == 0.375


def test_every_group_has_its_own_height():
    axes = spread(Figure().subplots(), {"a": np.array([1.0]), "b": np.array([2.0, 4.0])})
    assert [set(line.get_ydata()) for line in axes.lines] == [{0}, {0}, {1}, {1}]
    assert axes.lines[3].get_xdata()[0] == 3
