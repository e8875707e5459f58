"""Figures about depth and shortcuts: every line, mark and name, from tables of the real form."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.figure import Figure

from analogs.mirrors.residual_depth.claims import C16, R5, R6, R7
from analogs.mirrors.shortcut.claims import R3, R4
from analogs.report.depth import (
    activation_marks,
    draw_gates,
    draw_orders,
    draw_strength,
    draw_too_deep,
    mean_line,
)
from analogs.report.shortcut import draw_compensation, draw_shortcuts, drift_points, level_points
from tests.analogs.report.looks import check_looks

STYLE = {"color": "black", "marker": "o"}


def networks(names=("plain", "residual"), widths=(12,), activations=("relu",)):
    return [
        {
            "seed": seed,
            "network": name,
            "normalisation": normalisation,
            "activation": activation,
            "width": width,
            "rate": rate,
            "depth": depth,
            "train_accuracy": 0.9 - seed / 10,
            "test_accuracy": 0.8 - seed / 10,
        }
        for seed, name, normalisation, width, activation, (depth, rate) in itertools.product(
            (0, 1), names, ("batch", "none"), widths, activations, ((6, 1.0), (12, 1.0), (12, 4.0))
        )
        if rate == 1.0 or (name == "plain" and normalisation == "batch")
    ]


def titles(figure: Figure) -> list[str]:
    return [axes.get_title() for axes in figure.axes]


def entries(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.legends[0].get_texts()]


TOO_DEEP = {
    "networks": networks(("plain", "residual", "fractal")),
    "circuits": [{"depth": d, "log2_variance": -float(d)} for d in (1, 2)],
    "matchings": [{"depth": d, "reached": 0.5} for d in (6, 12)],
}
ORDERS = {"networks": networks(("before", "after"))}
GATES = {
    "networks": [row for row in networks(("highway",), (12, 17)) if row["normalisation"] == "batch"]
}
STRENGTH = {
    "networks": [row for row in networks(activations=("relu", "sigmoid")) if row["depth"] == 6]
}
LEVELS = [
    {"normalisation": n, "scale": a, "angle": t, "distance": a + t, "size": 1.0, "loss": 2.0}
    for n in ("batch", "none")
    for a, t in ((1.0, 0.0), (0.5, 0.0), (1.5, 0.0), (1.0, 3.0))
]
DRIFTS = [
    {"layer": name, "wrong": w, "needed": 2 * w} for name in ("near", "far") for w in (0.0, 1.0)
]
FAMILIES = ["h = 1", "h = a < 1", "h = a > 1", "h = R(theta)"]


def test_figures_have_the_looks_of_all() -> None:
    check_looks(draw_too_deep(C16, TOO_DEEP))
    check_looks(draw_orders(R5, ORDERS))
    check_looks(draw_gates(R6, GATES))
    check_looks(draw_strength(R7, STRENGTH))
    check_looks(draw_compensation(R3, {"networks": LEVELS, "drifts": DRIFTS}))
    check_looks(draw_shortcuts(R4, {"networks": LEVELS}))


def test_depth_has_a_panel_for_each_normalisation_and_each_mirror() -> None:
    figure = draw_too_deep(C16, TOO_DEEP)
    assert titles(figure)[:2] == ["network: batch normalisation", "network: no normalisation"]
    assert titles(figure)[2:] == ["quantum: circuits", "template: matchings"]
    names = ["plain", "residual", "fractal", "guessing", "plain, rate / 4 and rate x 4"]
    assert entries(figure) == [*names, "quantum", "template"]
    crosses = next(line for line in figure.axes[0].lines if line.get_marker() == "x")
    assert crosses.get_xdata().tolist() == [12.0, 12.0]


def test_orders_and_gates_have_a_line_each() -> None:
    figure = draw_orders(R5, ORDERS)
    assert titles(figure) == ["batch normalisation", "no normalisation"]
    assert entries(figure) == ["before", "after"]
    figure = draw_gates(R6, GATES)
    assert entries(figure) == ["highway, 12 channels", "highway, 17 channels"]


def test_strength_has_a_row_for_each_activation() -> None:
    figure = draw_strength(R7, STRENGTH)
    assert titles(figure) == ["plain, 6 layers", "residual, 6 layers"]
    names = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert names == ["relu", "sigmoid"]
    assert entries(figure) == ["batch normalisation", "no normalisation", "guessing"]


def test_lines_and_marks_are_means_over_seeds() -> None:
    rows = [{"depth": d, "loss": d + s, "test_accuracy": s / 4, "activation": "relu"}
            for d in (2, 4) for s in (0, 1)]  # fmt: skip
    line = mean_line(Figure().subplots(), rows, "depth", "loss", **STYLE).lines[1]
    np.testing.assert_allclose(line.get_ydata(), [2.5, 4.5])
    marks = activation_marks(Figure().subplots(), rows, ["relu"], label="batch", **STYLE).lines
    assert marks[1].get_xdata() == pytest.approx([0.125])


def test_shortcuts_have_one_look_a_family() -> None:
    figure = draw_shortcuts(R4, {"networks": LEVELS})
    assert titles(figure) == ["normalisation: batch", "normalisation: none"]
    assert entries(figure) == FAMILIES
    lines = level_points(Figure().subplots(), LEVELS, "distance", "loss").lines
    assert [line.get_xdata()[0] for line in lines] == [1.0, 0.5, 1.5, 4.0]
    assert len({line.get_marker() for line in lines}) == 4


def test_compensation_has_a_row_for_each_normalisation_and_one_for_circuits() -> None:
    figure = draw_compensation(R3, {"networks": LEVELS, "drifts": DRIFTS})
    assert len(figure.axes) == 5
    assert titles(figure)[-1] == "quantum: a drift h"
    assert entries(figure) == [*FAMILIES, "near", "far", "all of the drift"]
    line = drift_points(Figure().subplots(), DRIFTS).lines[-1]
    assert list(line.get_ydata()) == [0.0, 1.0]
