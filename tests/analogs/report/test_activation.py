"""The figure about activations shows every seed."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from analogs.evidence.claim import Row
from analogs.mirrors.activation.claims import C9
from analogs.report.activation import draw_activations, strips
from analogs.report.style import series_styles
from tests.analogs.report.looks import check_looks

NETWORKS: list[Row] = [
    {
        "seed": seed,
        "activation": name,
        "curvature": None if name == "relu" else -0.1 * seed,
        "negative": None if name == "relu" else 0.5,
        "sensitivity": 1.0 + seed,
        "gradient_ratio": ratio * (1 + seed),
    }
    for seed in range(3)
    for name, ratio in (("sigmoid", 1e-3), ("relu", 1.0))
]
CIRCLES: list[Row] = [
    {"seed": seed, "activation": name, "weight_scale": sw, "turning": 10.0 * sw}
    for seed in range(3)
    for name, sw in (("sigmoid", 1.41), ("relu", 1.41), ("sigmoid", 20.0))
]
FITS: list[Row] = [
    {"seed": seed, "dimension": d, "activation": name, "error": 0.1}
    for seed in range(3)
    for d in (1, 2)
    for name in ("sigmoid", "relu")
]
TABLES = {"networks": NETWORKS, "circles": CIRCLES, "fits": FITS}


def test_figures_have_the_looks_of_all() -> None:
    check_looks(draw_activations(C9, TABLES))


def test_every_panel_and_one_legend() -> None:
    figure = draw_activations(C9, TABLES)
    assert len(figure.axes) == 6
    [legend] = figure.legends
    assert sorted(text.get_text() for text in legend.get_texts()) == ["relu", "sigmoid"]
    scales = [axes.get_xscale() for axes in figure.axes]
    assert scales == ["linear", "log", "log", "log", "linear", "log"]


def test_relu_has_no_curvature_and_is_left_out() -> None:
    figure = draw_activations(C9, TABLES)
    names = [[tick.get_text() for tick in axes.get_yticklabels()] for axes in figure.axes[:4]]
    assert names[0] == ["sigmoid"]
    assert names[1] == ["sigmoid, $s_w$ = 1.41", "relu, $s_w$ = 1.41", "sigmoid, $s_w$ = 20"]
    assert len(names[3]) == 4
    assert [line.get_label() for line in figure.axes[4].lines] == ["sigmoid"]
    assert [line.get_label() for line in figure.axes[5].lines] == ["sigmoid", "relu"]


def test_strips_show_seeds_and_their_median() -> None:
    styles = series_styles(["sigmoid", "relu"])
    rows = [row for row in NETWORKS if row["activation"] == "sigmoid"]
    axes = strips(
        Figure().subplots(), rows, "curvature", lambda row: str(row["activation"]), styles
    )
    seeds, median = axes.lines
    np.testing.assert_allclose(seeds.get_xdata(), [0.0, -0.1, -0.2])
    np.testing.assert_allclose(median.get_xdata(), [-0.1])
    assert seeds.get_fillstyle() == "none"
