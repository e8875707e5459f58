"""The figure about activations: four measures of strength, and the chain that should join them."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, numbers, split
from analogs.report.minimality import name_rows
from analogs.report.style import BLACK, GREY, label, legend_below, panels, series_styles

_HEIGHT = 2.5


def draw_activations(claim: Claim, tables: Tables) -> Figure:
    """C9: curvature, turning, gradients and fits by activation, and two links of the chain."""
    networks = split(tables["networks"], lambda row: str(row["activation"]))
    styles = series_styles(networks)
    figure, grid = panels(6, across=3, height=_HEIGHT)
    smooth = [row for row in tables["networks"] if row["curvature"] is not None]
    strips(grid[0], smooth, "curvature", _activation, styles)
    grid[0].axvline(0.0, color=GREY, linewidth=1.0)
    strips(grid[1], tables["circles"], "turning", _circle, styles).set_xscale("log")
    strips(grid[2], tables["networks"], "gradient_ratio", _activation, styles).set_xscale("log")
    strips(grid[3], tables["fits"], "error", _fit, styles).set_xscale("log")
    for axes, column in ((grid[4], "curvature"), (grid[5], "gradient_ratio")):
        for name, rows in networks.items():
            if np.isfinite(numbers(rows, column)).all():
                look = styles[name] | {"linestyle": "none", "fillstyle": "none"}
                axes.plot(numbers(rows, column), numbers(rows, "sensitivity"), label=name, **look)
    grid[5].set_xscale("log")
    kind, sensitivity = "activation", "sensitivity to the weights"
    for axes, title, x, y in (
        (grid[0], "(a) curvature", r"mean $K / |II|^2$", kind),
        (grid[1], "(b) great circle", "turning after 8 layers", kind),
        (grid[2], "(c) gradient", "first layer / last layer", kind),
        (grid[3], "(d) best fit found", "error", kind),
        (grid[4], "negative, so unstable?", r"mean $K / |II|^2$", sensitivity),
        (grid[5], "unstable, so vanishing?", "gradient, first / last layer", sensitivity),
    ):
        label(axes, title=title, x=x, y=y)
    legend_below(figure, grid[4:], columns=5)
    return figure


def strips(
    axes: Axes, rows: Rows, column: str, name: Any, styles: dict[str, dict[str, Any]]
) -> Axes:
    """Draw one empty mark a seed and a bar at the median, one row of the panel a name."""
    groups = split(rows, name)
    for height, own in enumerate(groups.values()):
        values = numbers(own, column)
        look = styles[_activation(own[0])] | {
            "linestyle": "none",
            "fillstyle": "none",
            "alpha": 0.6,
        }
        axes.plot(values, np.full(len(values), height), **look)
        axes.plot(np.median(values), height, color=BLACK, marker="|", markersize=14)
    return name_rows(axes, list(groups))


def _activation(row: Row) -> str:
    return str(row["activation"])


def _circle(row: Row) -> str:
    return f"{row['activation']}, $s_w$ = {row['weight_scale']:.4g}"


def _fit(row: Row) -> str:
    return f"{row['activation']}, {row['dimension']}-D"
