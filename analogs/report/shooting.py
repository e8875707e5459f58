"""Figures about geodesic shooting: the work of the solver, and what makes starts fail."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers, split
from analogs.mirrors.shooting.problems import CAP
from analogs.report.style import GREY, doubling_axis, label, legend_below, panels, series_styles

_CURVATURE = "mean K on the path"
_GROWTH = "growth of Jacobi fields"
_SHARE = "share of starts that arrive"
# Groups of equal size that a line through many problems averages over.
_GROUPS = 6
_TICKS = (0, 1, 3, 10, 30, CAP)


def draw_shots(claim: Claim, tables: Tables) -> Figure:
    """Q6: steps of the solver against the mean curvature, one panel a family."""
    families = split(by_side(tables["shots"]), _family)
    # The first value of every knob shares a look with the first of the others, and so on.
    columns = zip(*(by(rows, "knob") for rows in families.values()), strict=True)
    names = [" or ".join(f"{value:g}" for value in sorted({k for (k,) in c})) for c in columns]
    styles = series_styles(names)
    figure, grid = panels(len(families), across=3)
    for axes, (family, rows) in zip(grid, families.items(), strict=True):
        for name, problems in zip(names, by(rows, "knob").values(), strict=True):
            points(axes, problems, "curvature", "steps", label=name, **styles[name])
        axes.axhline(CAP, color=GREY, linewidth=1.0, label="not found")
        step_axis(axes)
        label(axes, title=family, x=_CURVATURE, y="steps")
    legend_below(figure, grid, columns=7)
    return figure


def draw_starts(claim: Claim, tables: Tables) -> Figure:
    """Q8: the three links from curvature over instability to failure, a line or mark a family."""
    families = split(by_side(tables["starts"]), _family)
    styles = series_styles(families)
    figure, grid = panels(3, across=3)
    for family, rows in families.items():
        look = styles[family] | {"label": family}
        points(grid[0], rows, "curvature", "growth", **look)
        mean_line(grid[1], rows, "growth", **look)
        knob_line(grid[2], rows, **look)
    every = np.concatenate([numbers(rows, "knob") for rows in families.values()])
    doubling_axis(grid[2], np.unique(every)[::2])
    for axes in grid[1:]:
        axes.set_ylim(-0.04, 1.04)
    label(grid[0], title="curvature and instability", x=_CURVATURE, y=_GROWTH)
    label(grid[1], title="instability and failure", x=_GROWTH, y=_SHARE)
    label(grid[2], title="cost and failure", x="cost q or width s", y=_SHARE)
    legend_below(figure, grid, columns=3)
    return figure


def points(axes: Axes, rows: Rows, x: str, y: str, **style: Any) -> Axes:
    """Draw one empty mark a problem."""
    marks = style | {"linestyle": "none", "fillstyle": "none", "alpha": 0.8}
    axes.plot(numbers(rows, x), numbers(rows, y), **marks)
    return axes


def mean_line(axes: Axes, rows: Rows, x: str, **style: Any) -> Axes:
    """Draw the mean share against the mean of x, over groups of problems of similar x."""
    across, share = numbers(rows, x), numbers(rows, "share")
    groups = np.array_split(np.argsort(across, kind="stable"), min(_GROUPS, len(rows)))
    means = [(across[group].mean(), share[group].mean()) for group in groups]
    axes.plot(*np.transpose(means), **style)
    return axes


def knob_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the mean share against the value of the knob."""
    values = by(rows, "knob")
    means = [numbers(problems, "share").mean() for problems in values.values()]
    axes.plot([knob for (knob,) in values], means, **style)
    return axes


def step_axis(axes: Axes) -> Axes:
    """Make the vertical axis logarithmic from one step on, with the cap as its last tick."""
    axes.set_yscale("symlog", linthresh=1.0, linscale=0.3)
    axes.set_ylim(0.0, 1.3 * CAP)
    axes.set_yticks(_TICKS, labels=[f"{tick:g}" for tick in _TICKS])
    axes.yaxis.set_minor_locator(NullLocator())
    return axes


def _family(row: Row) -> str:
    return f"{row['side']}: {row['group']}"
