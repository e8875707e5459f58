"""Figures about metrics that change along a network."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.stats import rankdata

from analogs.evidence import Claim
from analogs.evidence.rows import Tables, by, numbers
from analogs.mirrors.pullback.changes import CHANGE
from analogs.report.style import (
    GREY,
    integer_axis,
    label,
    legend_below,
    panels,
    series_styles,
)

_LENGTHS = {
    "fixed": "one metric for all layers, radius 1",
    "scaled": "the paper's scaled metric",
}
_SMALLEST = 1e-17  # below rounding: a change of exactly 0 is drawn here


def draw_orderings(claim: Claim, tables: Tables) -> Figure:
    """C3: ranks of the networks by length in the metric that changes, and in each fixed one."""
    rows = tables["networks"]
    depths = {int(depth): group for (depth,), group in sorted(by(rows, "layers").items())}
    styles = series_styles(f"{depth} convolutions" for depth in depths)
    figure, grid = panels(len(_LENGTHS))
    changing = rankdata(numbers(rows, "changing"))
    for axes, (column, words) in zip(grid, _LENGTHS.items(), strict=True):
        other = rankdata(numbers(rows, column))
        axes.axline((1, 1), slope=1, color=GREY, linewidth=1.0)
        for depth in depths:
            chosen = numbers(rows, "layers") == depth
            name = f"{depth} convolutions"
            look = styles[name] | {"linestyle": "none", "fillstyle": "none"}
            axes.plot(changing[chosen], other[chosen], label=name, **look)
        integer_axis(axes)
        x = "rank by length, metric that changes"
        label(axes, title=words, x=x, y="rank by length, this metric")
    legend_below(figure, grid, columns=len(depths))
    return figure


def draw_changes(claim: Claim, tables: Tables) -> Figure:
    """C4: how much each kind of map changes the metric, and what ReLU and pooling lose."""
    units = {str(kind): rows for (kind,), rows in by(tables["units"], "kind").items()}
    changes = {kind: numbers(rows, "change") for kind, rows in units.items()}
    changes["flow of landmarks"] = numbers(tables["points"], "change")
    changes["unitary gates"] = numbers(tables["gates"], "change")
    figure, (left, right) = panels(2)
    spread(left, {kind: np.maximum(values, _SMALLEST) for kind, values in changes.items()})
    left.set_xscale("log")
    left.axvline(CHANGE, color=GREY, linewidth=1.0, linestyle="--")
    label(left, title="change of the metric", x="|g - 1|, dashed: threshold", y="kind of map")
    spread(right, {kind: numbers(rows, "lost") for kind, rows in units.items()})
    right.set_xlim(-0.04, 1.04)
    label(right, title="what is lost", x="share of directions that g sends to 0", y="kind of unit")
    return figure


def spread(axes: Axes, groups: dict[str, np.ndarray]) -> Axes:
    """Draw one row a group: every value as a tick, the median as a mark."""
    styles = series_styles(groups)
    for height, (name, values) in enumerate(groups.items()):
        look = {"color": styles[name]["color"]}
        axes.plot(values, np.full(len(values), height), "|", markersize=9, alpha=0.5, **look)
        axes.plot(np.median(values), height, marker=styles[name]["marker"], markersize=7, **look)
    axes.set_yticks(range(len(groups)), labels=list(groups))
    axes.set_ylim(-0.6, len(groups) - 0.4)
    axes.invert_yaxis()
    return axes
