"""Figures about complexity: lengths of trained paths, and lengths against counts of operations."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.report.rows import Rows, Tables, by, numbers
from analogs.report.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILLION,
    finite_log,
    label,
    legend_below,
    panels,
    series_styles,
)


def draw_lengths(claim: Claim, tables: Tables) -> Figure:
    """EM2: length over distance against depth, and how fast the two meet."""
    rows = tables["lengths"]
    figure, (left, right) = panels(2)
    styles = series_styles(_group(row) for row in rows)
    for runs in by(rows, "side", "group", "q").values():
        name = _group(runs[0])
        length_line(left, runs, label=name, **styles[name])
        excess_line(right, runs, label=name, **styles[name])
    left.axhline(1.0, color=GREY, linewidth=1.0)
    depth_axis(left, rows)
    depth_axis(right, rows)
    guide(right, rows)
    label(left, title="length found", x="layers L", y="length / distance")
    label(right, title="what depth leaves over", x="layers L", y="|length / distance - 1|")
    legend_below(figure, (left, right), columns=4)
    return figure


def length_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the median over seeds of length over distance, with the range over seeds."""
    layers, ratios = _by_depth(rows, _ratio(rows))
    middle = [np.median(r) for r in ratios]
    ends = [[m - r.min(), r.max() - m] for m, r in zip(middle, ratios, strict=True)]
    axes.errorbar(layers, middle, yerr=np.transpose(ends), **style)
    return axes


def excess_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the median over seeds of the relative difference from the distance."""
    layers, excesses = _by_depth(rows, np.abs(_ratio(rows) - 1.0))
    axes.plot(layers, finite_log(np.array([np.median(e) for e in excesses])), **style)
    return axes


def depth_axis(axes: Axes, rows: Rows) -> Axes:
    """Make the horizontal axis logarithmic with a tick at every depth."""
    ticks = sorted({int(layers) for layers in numbers(rows, "layers")})
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, labels=[str(tick) for tick in ticks])
    axes.minorticks_off()
    return axes


def guide(axes: Axes, rows: Rows) -> Axes:
    """Draw the law 1/L through the largest excess at the least depth."""
    layers = np.unique(numbers(rows, "layers"))
    first = np.abs(_ratio(rows) - 1.0)[numbers(rows, "layers") == layers[0]].max()
    axes.plot(layers, first * layers[0] / layers, color=GREY, linewidth=1.0, label="law 1 / L")
    axes.set_yscale("log")
    return axes


def draw_counts(claim: Claim, tables: Tables) -> Figure:
    """C2: length of the path against the count of operations, circuits beside networks."""
    figure, (left, right) = panels(2)
    circuit_panel(left, tables["circuits"])
    network_panel(right, tables["networks"])
    return figure


def circuit_panel(axes: Axes, rows: Rows) -> Axes:
    """Draw the bracket of the distance and the length of the circuit against its gates."""
    gates = numbers(rows, "two_qubit_gates")
    upper, lower = numbers(rows, "distance"), numbers(rows, "lower")
    axes.vlines(gates, lower, upper, color=GREY, linewidth=3.0, label="distance, bracket")
    axes.plot(
        gates, numbers(rows, "path_length"), color=BLUE, marker="o", linestyle="none", label="path"
    )
    axes.legend(loc="upper left")
    return label(axes, title="quantum: circuits", x="two-qubit gates", y="length (trace / $2^n$)")


def network_panel(axes: Axes, rows: Rows) -> Axes:
    """Draw two lengths of every network against its multiplications."""
    count = numbers(rows, "macs_counted")
    for column, color, marker in (("length", VERMILLION, "s"), ("spectral_length", BLACK, "x")):
        name = column.replace("_", " ")
        axes.plot(
            count, numbers(rows, column), color=color, marker=marker, linestyle="none", label=name
        )
    axes.set_xscale("log")
    axes.legend(loc="best")
    return label(axes, title="network: trained on digits", x="multiplications", y="length")


def _group(row: Any) -> str:
    return f"{row['side']}: {row['group']}, q = {row['q']:g}"


def _ratio(rows: Rows) -> np.ndarray:
    return numbers(rows, "length") / numbers(rows, "distance")


def _by_depth(rows: Rows, values: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
    layers = numbers(rows, "layers")
    depths = np.unique(layers)
    return depths, [values[layers == depth] for depth in depths]
