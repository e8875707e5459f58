"""Figures about depth: where networks, circuits and matchings fail, and the parts of a residual unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, by, numbers, split
from analogs.report.style import (
    GREY,
    SIDE_STYLES,
    doubling_axis,
    label,
    legend_below,
    panels,
    series_styles,
)

_LAYERS = "layers on the longest path"
# The share of ten classes that guessing labels correctly.
_CHANCE = 0.1
_ACCURACY = (0.0, 1.04)
_WORDS = {"batch": "batch normalisation", "none": "no normalisation"}


def draw_too_deep(claim: Claim, tables: Tables) -> Figure:
    """C16: training accuracy by depth, and the two mirrors."""
    networks = tables["networks"]
    figure, grid = panels(4)
    usual = max(split(networks, lambda row: row["rate"]).values(), key=len)
    others = [row for row in networks if row not in usual]
    styles = series_styles(str(row["network"]) for row in usual)
    for axes, (name, rows) in zip(grid, split(usual, _normalisation).items(), strict=False):
        for (kind,), own in by(rows, "network").items():
            mean_line(axes, own, "depth", "train_accuracy", label=kind, **styles[kind])
        accuracy_axis(axes, rows)
        label(axes, title=f"network: {name}", x=_LAYERS, y="training accuracy")
    other_rates(grid[0], others)
    for axes, side, table, column, title in (
        (grid[2], "quantum", "circuits", "log2_variance", "log2 variance of the gradient"),
        (grid[3], "template", "matchings", "reached", "share of the way"),
    ):
        style = SIDE_STYLES.get(side, {"color": GREY, "marker": "^", "linestyle": "-."})
        mean_line(axes, tables[table], "depth", column, label=side, **style)
        doubling_axis(axes, numbers(tables[table], "depth"))
        label(axes, title=f"{side}: {table}", x="layers or steps", y=title)
    legend_below(figure, grid, columns=4)
    return figure


def draw_orders(claim: Claim, tables: Tables) -> Figure:
    """R5: test accuracy of both orders by depth, one panel a normalisation."""
    return _accuracies(tables["networks"], lambda row: str(row["network"]))


def draw_gates(claim: Claim, tables: Tables) -> Figure:
    """R6: test accuracy of highway and residual networks by depth."""
    return _accuracies(tables["networks"], lambda row: f"{row['network']}, {row['width']} channels")


def draw_strength(claim: Claim, tables: Tables) -> Figure:
    """R7: test accuracy by activation, one panel a kind of network."""
    kinds = split(tables["networks"], lambda row: f"{row['network']}, {row['depth']} layers")
    figure, grid = panels(len(kinds))
    styles = series_styles(_normalisation(row) for row in tables["networks"])
    for axes, (kind, rows) in zip(grid, kinds.items(), strict=True):
        names = [str(name) for (name,) in by(rows, "activation")]
        for normalisation, own in split(rows, _normalisation).items():
            activation_marks(axes, own, names, label=normalisation, **styles[normalisation])
        axes.axvline(_CHANCE, color=GREY, linewidth=1.0, label="guessing")
        axes.set_xlim(*_ACCURACY)
        label(axes, title=kind, x="test accuracy", y="activation")
    legend_below(figure, grid, columns=3)
    return figure


def mean_line(axes: Axes, rows: Rows, x: str, y: str, **style: Any) -> Axes:
    """Draw the mean over seeds of a column against another, and each seed as a dot."""
    across, values = numbers(rows, x), numbers(rows, y)
    dots = {"color": style["color"], "marker": ".", "alpha": 0.4, "linestyle": "none"}
    axes.plot(across, values, label="_seeds", **dots)
    places = np.unique(across)
    axes.plot(places, [values[across == place].mean() for place in places], **style)
    return axes


def accuracy_axis(axes: Axes, rows: Rows) -> Axes:
    """Make depths doublings and heights accuracies, with a line at guessing."""
    doubling_axis(axes, numbers(rows, "depth"))
    axes.axhline(_CHANCE, color=GREY, linewidth=1.0, label="guessing")
    axes.set_ylim(*_ACCURACY)
    return axes


def other_rates(axes: Axes, rows: Rows) -> Axes:
    """Draw the runs at other rates of learning as crosses."""
    axes.plot(
        numbers(rows, "depth"),
        numbers(rows, "train_accuracy"),
        color=GREY,
        marker="x",
        linestyle="none",
        label="plain, rate / 4 and rate x 4",
    )
    return axes


def activation_marks(axes: Axes, rows: Rows, names: list[str], **style: Any) -> Axes:
    """Draw one empty mark a seed and a filled one at the mean, one row an activation."""
    heights = np.array([names.index(str(row["activation"])) for row in rows])
    values, marks = numbers(rows, "test_accuracy"), style | {"linestyle": "none"}
    axes.plot(values, heights, fillstyle="none", alpha=0.5, **(marks | {"label": "_seeds"}))
    means = [values[heights == height].mean() for height in range(len(names))]
    axes.plot(means, range(len(names)), **marks)
    axes.set_yticks(range(len(names)), labels=names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    return axes


def _accuracies(rows: Rows, series: Callable[[Row], str]) -> Figure:
    """One panel a normalisation: test accuracy by depth, one line a series."""
    families = split(rows, _normalisation)
    styles = series_styles(map(series, rows))
    figure, grid = panels(len(families))
    for axes, (name, own) in zip(grid, families.items(), strict=True):
        for kind, some in split(own, series).items():
            mean_line(axes, some, "depth", "test_accuracy", label=kind, **styles[kind])
        doubling_axis(axes, numbers(own, "depth"))
        label(axes, title=name, x=_LAYERS, y="test accuracy")
    legend_below(figure, grid, columns=2)
    return figure


def _normalisation(row: Row) -> str:
    return _WORDS[str(row["normalisation"])]
