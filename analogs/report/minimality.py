"""Figures about lengths: solutions beside shortest paths, steps beside products, larger groups."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import SIDES, Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, by_side, numbers, split
from analogs.report.style import (
    BLACK,
    BLUE,
    GREY,
    doubling_axis,
    finite_log,
    label,
    legend_below,
    log_height,
    panels,
    series_styles,
)

_WIDTH = 4.2
_PARTS = {"equation": "the equation", "energy": "energy", "momentum": "spatial momentum"}
# Measured on networks, by column.
_MEASURED = {
    "steps": ("training convergence", "gradient steps to fit"),
    "gap": ("generalisation", "training - test accuracy"),
    "radius": ("adversarial attacks", "median radius"),
}


def draw_minimality(claim: Claim, tables: Tables) -> Figure:
    """Q2: errors of the equation, lines beside the distance, and random solutions by their length."""
    straight, random = by_side(tables["lines"]), by_side(tables["shots"])
    styles = series_styles(map(_place, [*straight, *random]))
    shots = split(random, lambda row: row["typical"] is None)
    figure, (errors, lines, groups, landmarks) = panels(4, width=_WIDTH)
    error_points(errors, by_side(tables["equation"]), claim.smallest_effect)
    for name, rows in split(straight, _place).items():
        line_ratio(lines, rows, label=name, **styles[name])
    doubling_axis(lines, 4.0 ** np.arange(5))
    log_height(lines)
    for axes, part in ((groups, shots[False]), (landmarks, shots[True])):
        for name, rows in split(part, _place).items():
            kept_share(axes, rows, label=name, **styles[name])
        axes.set_ylim(-0.04, 1.04)
    label(errors, title="shot paths in the equation", x="largest relative error", y="group")
    label(lines, title="straight lines that solve it", x="cost q", y="length / shortest known")
    for axes, title, unit in (
        (groups, "random solutions", "length / typical distance"),
        (landmarks, "random solutions of landmarks", "length / width of the kernel"),
    ):
        label(axes, title=title, x=unit, y="share that nothing found beats")
    legend_below(figure, (errors, lines, groups, landmarks), columns=3)
    return figure


def draw_words(claim: Claim, tables: Tables) -> Figure:
    """Q4: lower bounds and geodesics found over the sum of the lengths, one panel a side."""
    sides = split(tables["words"], lambda row: str(row["side"]))
    figure, grid = panels(len(sides), across=3, height=3.6)
    for axes, side in zip(grid, sorted(sides, key=SIDES.index), strict=True):
        groups = split(sides[side], _place)
        styles = series_styles(groups)
        for name, rows in groups.items():
            word_line(axes, rows, "lower", label=name, **styles[name])
            if np.isfinite(numbers(rows, "found")).any():
                look = {"color": BLACK, "marker": "x", "linestyle": "none"}
                word_line(axes, rows, "found", label="shortest geodesic found", **look)
        axes.axhline(1.0, color=GREY, linewidth=1.0, linestyle=(0, (1, 3)), label="sum of lengths")
        doubling_axis(axes, numbers(sides[side], "steps"))
        log_height(axes)
        label(axes, title=f"{side}", x="steps (gates, rotations, moves)", y="over sum of lengths")
    legend_below(figure, grid, columns=3)
    return figure


def draw_ancilla(claim: Claim, tables: Tables) -> Figure:
    """O1: distances in a larger group, and what networks of growing width do."""
    figure, grid = panels(4, width=_WIDTH)
    larger_group(grid[0], by_side(tables["distances"]))
    networks = split(tables["networks"], lambda row: str(row["network"]))
    styles = series_styles(networks)
    for axes, (column, (title, unit)) in zip(grid[1:], _MEASURED.items(), strict=True):
        for name, rows in networks.items():
            seed_line(axes, rows, column, label=name, **styles[name])
        doubling_axis(axes, numbers(tables["networks"], "width"))
        label(axes, title=f"network: {title}", x="width (units or channels)", y=unit)
    legend_below(figure, grid, columns=2)
    return figure


def error_points(axes: Axes, rows: Rows, tolerance: float) -> Axes:
    """Draw the errors of each group in a row, with the tolerance."""
    groups = split(rows, _place)
    styles = series_styles(_PARTS.values())
    for part, name in _PARTS.items():
        own = [row for row in rows if row["part"] == part]
        heights = [[*groups].index(_place(row)) for row in own]
        style = styles[name] | {"linestyle": "none", "fillstyle": "none"}
        axes.plot(finite_log(numbers(own, "error")), heights, label=f"error: {name}", **style)
    axes.axvline(tolerance, color=BLACK, linewidth=1.0, linestyle="--", label="tolerance")
    axes.set_xscale("log")
    return name_rows(axes, [*groups])


def line_ratio(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the length of a line over the shortest known, against the cost."""
    axes.plot(numbers(rows, "q"), numbers(rows, "length") / numbers(rows, "shortest"), **style)
    return axes


def kept_share(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw shares with Wilson's interval against the length, over the typical one if there is one."""
    share, typical = numbers(rows, "kept"), numbers(rows, "typical")
    ends = [share - numbers(rows, "low"), numbers(rows, "high") - share]
    length = numbers(rows, "length") / np.where(np.isnan(typical), 1.0, typical)
    axes.errorbar(length, share, yerr=np.clip(ends, 0.0, None), **style)
    return axes


def word_line(axes: Axes, rows: Rows, column: str, **style: Any) -> Axes:
    """Draw the median over words of a column over the sum of the lengths, against the steps."""
    return _median_line(axes, rows, "steps", numbers(rows, column) / numbers(rows, "total"), style)


def seed_line(axes: Axes, rows: Rows, column: str, **style: Any) -> Axes:
    """Draw the median over seeds of a column against the width, and each seed as a dot."""
    values, dots = numbers(rows, column), {"color": style["color"], "marker": ".", "alpha": 0.4}
    axes.plot(numbers(rows, "width"), values, linestyle="none", label="_seeds", **dots)
    return _median_line(axes, rows, "width", values, style)


def larger_group(axes: Axes, rows: Rows) -> Axes:
    """Draw what is found in the larger group, and its lower bound, over the distance in the smaller."""
    groups = split(rows, _pair)
    heights = [[*groups].index(_pair(row)) for row in rows]
    for column, name, color, marker in (
        ("lower", "larger group: certified lower bound", BLACK, "|"),
        ("large", "larger group: shortest geodesic found", BLUE, "o"),
    ):
        ratio = numbers(rows, column) / numbers(rows, "small")
        marks = axes.plot(ratio, heights, linestyle="none", label=name, color=color, marker=marker)
        marks[0].set_fillstyle("none")
    label(axes, title="the same element", x="length / length in the smaller group", y="groups")
    return name_rows(axes, [*groups])


def name_rows(axes: Axes, names: list[str]) -> Axes:
    """Name the rows of a panel, from above."""
    axes.set_yticks(range(len(names)), labels=names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    return axes


def _median_line(
    axes: Axes, rows: Rows, column: str, values: np.ndarray, style: dict[str, Any]
) -> Axes:
    across = numbers(rows, column)
    places = np.unique(across)
    medians = [np.nanmedian(values[across == place]) for place in places]
    axes.plot(places, medians, **style)
    return axes


def _place(row: Row) -> str:
    """Return side and group without the words on the cost, which the page gives."""
    return f"{row['side']}: {str(row['group']).split(',')[0]}"


def _pair(row: Row) -> str:
    cheap = str(row["group"]).partition(" beyond ")
    return f"{row['side']}: {cheap[0].split(',')[0]}" + (f", {cheap[2]}" if cheap[2] else "")
