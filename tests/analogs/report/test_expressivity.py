"""The figures about depth show the numbers of their tables."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from analogs.evidence.claim import Row
from analogs.mirrors.expressivity.claims import C5, C19
from analogs.report.expressivity import (
    distance_lines,
    draw_curvature_growth,
    draw_depth,
    layer_points,
    phase_diagram,
)
from tests.analogs.report.looks import check_looks

LAYERS: list[Row] = [
    {
        "seed": seed,
        "ensemble": f"sw = {sw:g}",
        "weight_scale": sw,
        "layer": layer,
        "total": sw**layer * 10.0**seed,
        "curvature": sw,
        "theory_total": 2.0 * sw**layer,
        "theory_curvature": sw,
    }
    for seed in (0, 2)
    for sw in (2.5, 4.0, 0.9)
    for layer in range(4)
]
CRITICAL: list[Row] = [
    {
        "activation": name,
        "bias_scale": bias,
        "weight_scale": scale,
        "variance_slope": 1.1 if name == "gelu" and bias else 0.9,
        "measured": name == "tanh" and bias == 0.3,
    }
    for name, points in (
        ("tanh", ((0.0, 1.0), (0.3, 1.4))),
        ("relu", ((0.0, 1.41),)),
        ("gelu", ((0.0, 2.0), (0.3, 1.45))),
    )
    for bias, scale in points
]
REACH: list[Row] = [
    {
        "seed": seed,
        "side": side,
        "group": f"{group}, cost 64",
        "kind": kind,
        "layers": n,
        "lower": 0.1 * n**power + seed,
        "upper": 0.1 * n,
    }
    for seed in (0, 1)
    for side, group in (("network", "SO(8)"), ("quantum", "SU(8)"))
    for kind, power in (("equal layers", 1.0), ("random layers", 0.5))
    for n in (1, 4, 16)
]
PIECES: list[Row] = [
    {"seed": 0, "network": name, "layer": n, "pieces": 3 * n}
    for name in ("dense", "convolutional")
    for n in (1, 2)
]
DEPTH = {"layers": LAYERS, "pieces": PIECES, "reach": REACH}
GROWTH = {"layers": LAYERS, "critical": CRITICAL}


def test_figures_have_the_looks_of_all() -> None:
    check_looks(draw_depth(C5, DEPTH))
    check_looks(draw_curvature_growth(C19, GROWTH))


def test_points_are_geometric_means_and_lines_the_theory() -> None:
    rows = [row for row in LAYERS if row["weight_scale"] == 2.5]
    axes = layer_points(Figure().subplots(), rows, "total", color="k", linestyle="--", marker="o")
    points, theory = axes.lines
    np.testing.assert_allclose(points.get_ydata(), 10.0 * 2.5 ** np.arange(4))
    np.testing.assert_allclose(theory.get_ydata(), 2.0 * 2.5 ** np.arange(4))
    assert points.get_linestyle() == "None"


def test_without_a_theory_points_are_joined() -> None:
    axes = layer_points(Figure().subplots(), PIECES[:2], "pieces", linestyle="--")
    [line] = axes.lines
    assert line.get_linestyle() == "--"
    np.testing.assert_allclose(line.get_ydata(), [3, 6])


def test_growth_and_phases() -> None:
    figure = draw_curvature_growth(C19, GROWTH)
    total, local, phases = figure.axes
    assert (total.get_yscale(), local.get_yscale(), phases.get_yscale()) == ("log",) * 3
    assert [text.get_text() for text in phases.texts] == ["tanh", "relu", "gelu"]
    # The ensembles stand in the phase diagram with their look, at the bias that was measured.
    looks = {line.get_label(): line.get_color() for line in total.lines}
    marks = [line for line in phases.lines if line.get_color() != phases.lines[0].get_color()]
    assert [float(line.get_xdata()[0]) for line in marks] == [0.3] * 3
    assert [float(np.ravel(line.get_ydata())[0]) for line in marks] == [2.5, 4.0, 0.9]
    assert [line.get_color() for line in marks] == [
        looks[f"sw = {sw}"] for sw in ("2.5", "4", "0.9")
    ]


def test_critical_lines_say_whether_the_variance_rests_there() -> None:
    tanh, relu, gelu = phase_diagram(Figure().subplots(), CRITICAL).lines
    assert (tanh.get_marker(), relu.get_marker()) == ("None", ".")
    assert (tanh.get_linestyle(), gelu.get_linestyle()) == ("-", ":")


def test_distances_stand_below_their_bound_circuits_first() -> None:
    axes = distance_lines(
        Figure().subplots(), sorted(REACH, key=lambda row: row["side"] == "network")
    )
    *lines, bound = axes.lines
    assert [line.get_label() for line in lines][:2] == [
        "quantum: SU(8), equal layers",
        "quantum: SU(8), random layers",
    ]
    assert [line.get_fillstyle() for line in lines] == ["full", "none"] * 2
    np.testing.assert_allclose(bound.get_ydata(), [0.1, 0.4, 1.6])
    np.testing.assert_allclose(lines[1].get_ydata(), 0.5 + 0.1 * np.array([1, 2, 4]))


def test_depth_has_a_panel_for_each_complexity() -> None:
    figure = draw_depth(C5, DEPTH)
    circle, line, products = figure.axes
    assert len([x for x in circle.lines if not x.get_label().startswith("_")]) == 3
    assert [x.get_label() for x in line.lines] == ["line: dense", "line: convolutional"]
    assert len(products.lines) == 5
    [legend] = figure.legends
    assert len(legend.get_texts()) == 10
