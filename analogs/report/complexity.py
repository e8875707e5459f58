"""Figures about complexity: lengths of trained paths, and lengths against counts of operations."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, by_side, numbers, split
from analogs.report.style import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    VERMILLION,
    doubling_axis,
    finite_log,
    integer_axis,
    label,
    legend_below,
    log_height,
    panels,
    series_styles,
)

_LENGTHS = {
    "length": r"$\sum |\log W_l|$",
    "spectral_length": r"$\sum |W_l - 1|$",
    "feature_length": "path of the features",
    "scaled_length": r"$\sum \sqrt{\mathrm{factor}}\,|\log W_l|$",
}
# Not those of the circuits beside them.
_MARKS: tuple[dict[str, Any], ...] = (
    {"color": BLACK, "marker": "s"},
    {"color": GREEN, "marker": "^"},
    {"color": PURPLE, "marker": "D"},
    {"color": ORANGE, "marker": "v"},
)


def draw_lengths(claim: Claim, tables: Tables) -> Figure:
    """EM2: length over distance against depth, how fast the two meet, and how even layers are."""
    rows = by_side(tables["lengths"])
    figure, grid = panels(3, across=3)
    styles = series_styles(map(_group, rows))
    for name, runs in split(rows, _group).items():
        for axes, draw in zip(grid, (length_line, excess_line, evenness_line), strict=True):
            draw(axes, runs, label=name, **styles[name])
    guides(grid[1], rows)
    for axes in grid:
        doubling_axis(axes, numbers(rows, "layers"))
    label(grid[0], title="length found", x="layers L", y="length / distance")
    label(grid[1], title="what depth leaves over", x="layers L", y="|length / distance - 1|")
    label(grid[2], title="uneven layers", x="layers L", y="spread of $|x_l|$ / mean")
    legend_below(figure, grid, columns=3)
    return figure


def length_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the median over seeds of length over distance, and thinly that of the constant path."""
    _median_line(axes, rows, _ratio(rows), **style)
    constant = np.median(numbers(rows, "constant_length") / numbers(rows, "distance"))
    axes.axhline(constant, color=style["color"], linestyle=style["linestyle"], linewidth=0.7)
    return axes


def excess_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the median over seeds of the relative difference from the distance."""
    _median_line(axes, rows, finite_log(np.abs(_ratio(rows) - 1.0)), **style)
    axes.set_yscale("log")
    return axes


def evenness_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the median over seeds of the coefficient of variation of the layers' norms."""
    _median_line(axes, rows, finite_log(numbers(rows, "speed_cv")), **style)
    axes.set_yscale("log")
    return axes


def guides(axes: Axes, rows: Rows) -> Axes:
    """Draw the laws 1 / L and 1 / L^2 through the largest excess at the least depth."""
    layers = np.unique(numbers(rows, "layers"))
    first = np.abs(_ratio(rows) - 1.0)[numbers(rows, "layers") == layers[0]].max()
    for power, line in ((1, "-"), (2, "--")):
        law = first * (layers[0] / layers) ** power
        name = f"law 1 / L{'²' if power == 2 else ''}"
        axes.plot(layers, law, color=GREY, linewidth=1.0, linestyle=line, label=name)
    return axes


def draw_counts(claim: Claim, tables: Tables) -> Figure:
    """C2: length of the path against the count of operations, circuits beside networks."""
    figure, (left, right) = panels(2)
    circuit_panel(left, tables["circuits"])
    network_panel(right, tables["networks"])
    legend_below(figure, (left, right), columns=2)
    return figure


def circuit_panel(axes: Axes, rows: Rows) -> Axes:
    """Draw the bracket of the distance and the length of the circuit against its gates."""
    gates, length = numbers(rows, "two_qubit_gates"), numbers(rows, "path_length")
    lower, upper = numbers(rows, "lower"), numbers(rows, "distance")
    axes.vlines(gates, lower, upper, color=VERMILLION)
    for end in (lower, upper):
        name = "distance of the product, bracket" if end is upper else "_"
        axes.plot(gates, end, color=VERMILLION, marker="_", linestyle="none", label=name)
    axes.plot(gates, length, color=BLUE, marker="o", linestyle="none", label="path of the circuit")
    integer_axis(axes)
    log_height(axes)
    return label(axes, title="quantum: circuits", x="two-qubit gates", y="length (trace / $2^n$)")


def network_panel(axes: Axes, rows: Rows) -> Axes:
    """Draw every kind of length of every network, over its median, against its operations."""
    for (column, name), look in zip(_LENGTHS.items(), _MARKS, strict=True):
        length = numbers(rows, column)
        heights = length / np.nanmedian(length)
        style = look | {"linestyle": "none", "fillstyle": "none", "label": name}
        axes.plot(numbers(rows, "macs_paper"), heights, **style)
    axes.set_xscale("log")
    log_height(axes)
    return label(axes, title="network: digits", x="operations (factor of P1)", y="length / median")


def _group(row: Row) -> str:
    return f"{row['side']}: {row['group']}, q = {row['q']:g}"


def _ratio(rows: Rows) -> np.ndarray:
    return numbers(rows, "length") / numbers(rows, "distance")


def _median_line(axes: Axes, rows: Rows, values: np.ndarray, **style: Any) -> None:
    layers = numbers(rows, "layers")
    depths = np.unique(layers)
    axes.plot(depths, [np.nanmedian(values[layers == depth]) for depth in depths], **style)
