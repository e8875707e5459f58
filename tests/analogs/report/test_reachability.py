"""The figures about the length of networks show the numbers of their tables."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from analogs.mirrors.reachability.claims import C15, C17
from analogs.mirrors.reachability.optimum import NOISY_DATA, NOISY_LAYERS, NOISY_SPIRALS
from analogs.report.reachability import draw_optimum, draw_reach, spirals
from tests.analogs.report.looks import check_looks

REACH = [
    {"side": side, "space": space, "ratio": r, "distance": 2.0, "residual": 2 * max(0.0, 1 - r)}
    for side, space in (("network", "SO(5)"), ("quantum", "SU(4)"))
    for r in (0.5, 1.0, 1.5)
]
SPIRALS = [
    {
        "bounded": True,
        "reach": 0.1 * n,
        "test_accuracy": 0.5 + 0.1 * n + e,
        "ceiling": 0.9 + 0.1 * (n > 1),
    }
    for n in (1, 2)
    for e in (-0.05, 0.05)
] + [{"bounded": False, "reach": None, "test_accuracy": 0.97, "ceiling": 1.0}]
SETTINGS = (NOISY_DATA.format("SO(5)"), NOISY_LAYERS.format("SO(5)"), NOISY_SPIRALS)
ERRORS = [
    {"side": "network", "setting": setting, "ratio": ratio, "error": factor * ratio}
    for factor in (0.01, 0.04)
    for setting in SETTINGS
    for ratio in (0.5, 1.0, 4.0)
]


def test_figures_have_the_looks_of_all():
    check_looks(draw_reach(C15, {"reach": REACH, "spirals": SPIRALS}))
    check_looks(draw_optimum(C17, {"errors": ERRORS}))


def names(figure: Figure) -> list[str]:
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


def test_reach_is_shown_beside_the_line_that_is_claimed():
    figure = draw_reach(C15, {"reach": REACH, "spirals": SPIRALS})
    left, _ = figure.axes
    claimed, *spaces = left.lines
    np.testing.assert_allclose(claimed.get_ydata(), [0.5, 0.0, 0.0])
    for line in spaces:
        np.testing.assert_allclose(line.get_ydata(), claimed.get_ydata())
    assert names(figure)[:3] == ["1 - L eps/d", "quantum: SU(4)", "network: SO(5)"]


def test_spirals_show_means_the_ceiling_and_the_unbounded_layer():
    one, mean, ceiling, wide = spirals(Figure().subplots(), SPIRALS).lines
    assert len(one.get_xdata()) == 4
    np.testing.assert_allclose(mean.get_ydata(), [0.6, 0.7])
    np.testing.assert_allclose(ceiling.get_ydata(), [0.9, 1.0])
    np.testing.assert_allclose(wide.get_ydata(), 0.97)


def test_optimum_has_a_line_a_setting_of_geometric_means():
    figure = draw_optimum(C17, {"errors": ERRORS})
    (axes,) = figure.axes
    for line in axes.lines:
        np.testing.assert_allclose(line.get_ydata(), [0.01, 0.02, 0.08])
    found = [
        "just above",
        *(f"network: {name}" for name in ("SO(5), noisy data", "SO(5), noisy layers")),
    ]
    assert names(figure) == [*found, "network: noisy spirals"]
    assert axes.get_yscale() == "log"
