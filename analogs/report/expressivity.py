"""Figures about depth: how curvature, linear pieces and distance grow from layer to layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers, split
from analogs.report.style import (
    BLACK,
    GREY,
    doubling_axis,
    integer_axis,
    label,
    legend_below,
    log_height,
    panels,
    series_styles,
)


def draw_curvature_growth(claim: Claim, tables: Tables) -> Figure:
    """C19: both curvatures by layer beside the theory, and the phase diagram."""
    ensembles = split(tables["layers"], lambda row: str(row["ensemble"]))
    styles = series_styles(ensembles)
    figure, grid = panels(3, across=3)
    total, local, phases = grid
    for axes, column in ((total, "total"), (local, "curvature")):
        for name, rows in ensembles.items():
            layer_points(axes, rows, column, label=name, **styles[name])
        log_height(integer_axis(axes))
    phase_diagram(phases, tables["critical"])
    measured = {name: float(numbers(rows, "weight_scale")[0]) for name, rows in ensembles.items()}
    for name, scale in measured.items():
        phases.plot(
            numbers(tables["critical"], "bias_scale")[_measured(tables)], scale, **styles[name]
        )
    label(total, title="total curvature", x="layer", y="length of the Gauss map")
    label(local, title="curvature per unit length", x="layer", y=r"$\sqrt{N}\,\kappa$")
    label(phases, title="critical lines", x="bias scale", y="weight scale")
    legend_below(figure, (total, phases), columns=4)
    return figure


def draw_depth(claim: Claim, tables: Tables) -> Figure:
    """C5: total curvature, linear pieces and distances against the depth."""
    figure, grid = panels(3, across=3, height=3.2)
    series_lines(grid[0], tables["layers"], "ensemble", "total", "circle")
    series_lines(grid[1], tables["pieces"], "network", "pieces", "line")
    distance_lines(grid[2], by_side(tables["reach"]))
    label(grid[0], title="circle in tanh networks", x="layer", y="total curvature")
    label(grid[1], title="line in ReLU networks", x="layer", y="pieces")
    label(grid[2], title="products of layers", x="number of layers", y="distance")
    legend_below(figure, grid, columns=3)
    return figure


def series_lines(axes: Axes, rows: Rows, series: str, column: str, what: str) -> Axes:
    """Draw a column by layer, one line a series, named by what is looked at."""
    groups = by(rows, series)
    styles = series_styles(str(name) for (name,) in groups)
    for (name,), own in groups.items():
        layer_points(axes, own, column, label=f"{what}: {name}", **styles[str(name)])
    return log_height(integer_axis(axes))


def layer_points(axes: Axes, rows: Rows, column: str, **style: Any) -> Axes:
    """Draw the geometric mean over the seeds by layer, and the theory as a line if there is one."""
    layers = by(rows, "layer")
    means = [np.exp(np.log(numbers(own, column)).mean()) for own in layers.values()]
    across = [layer for (layer,) in layers]
    theory = f"theory_{column}"
    if theory not in rows[0]:
        axes.plot(across, means, **style)
        return axes
    axes.plot(across, means, **(style | {"linestyle": "none"}))
    values = [numbers(own, theory)[0] for own in layers.values()]
    axes.plot(across, values, color=style["color"], linestyle=style["linestyle"], label="_theory")
    return axes


def phase_diagram(axes: Axes, rows: Rows) -> Axes:
    """Draw the critical weight scale of each activation against the bias scale; chaos lies above.

    Dotted where the variance does not come to rest at the critical point for some bias.
    """
    for (name,), points in by(rows, "activation").items():
        bias, scale = numbers(points, "bias_scale"), numbers(points, "weight_scale")
        rests = (numbers(points, "variance_slope") <= 1).all()
        mark = "." if len(points) == 1 else None
        axes.plot(bias, scale, color=GREY, marker=mark, linestyle="-" if rests else ":")
        axes.annotate(
            str(name),
            (bias[-1], scale[-1]),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    axes.set_xlim(-0.05, 1.3)
    return log_height(axes)


def distance_lines(axes: Axes, rows: Rows) -> Axes:
    """Draw the certified distance against the number of layers, and the bound L eps."""
    groups = split(rows, lambda row: f"{row['side']}: {str(row['group']).split(',')[0]}")
    styles = series_styles(groups)
    for name, own in groups.items():
        for (kind,), part in by(own, "kind").items():
            layers = by(part, "layers")
            means = [numbers(members, "lower").mean() for members in layers.values()]
            look = styles[name] | {"linestyle": "none"}
            if kind == "random layers":
                look["fillstyle"] = "none"
            axes.plot([n for (n,) in layers], means, label=f"{name}, {kind}", **look)
    every = np.unique(numbers(rows, "layers"))
    bound = [numbers([row for row in rows if row["layers"] == n], "upper")[0] for n in every]
    axes.plot(every, bound, color=BLACK, linewidth=1.0, label=r"$L\epsilon$")
    doubling_axis(axes, every[np.log2(every) % 2 == 0])
    return log_height(axes)


def _measured(tables: Tables) -> np.ndarray:
    return np.array([bool(row["measured"]) for row in tables["critical"]])
