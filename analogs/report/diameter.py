"""The figure about diameters: brackets against the size of the input, three families."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.report.rows import Rows, Tables, by, numbers
from analogs.report.style import integer_axis, label, legend_below, panels, series_styles


def draw_diameters(claim: Claim, tables: Tables) -> Figure:
    """C12: one panel a family, each against the size that its own input has."""
    families = by(tables["diameters"], "side", "family", "size_meaning")
    figure, grid = panels(len(families), across=3)
    styles = series_styles(_cost(row) for row in tables["diameters"])
    for axes, ((side, family, meaning), rows) in zip(grid, families.items(), strict=True):
        for brackets in by(rows, "q").values():
            name = _cost(brackets[0])
            bracket_line(axes, brackets, label=name, **styles[name])
        axes.set_yscale("log")
        integer_axis(axes)
        label(axes, title=f"{side}: {family}", x=f"size of the input ({meaning})", y="diameter")
    legend_below(figure, grid, columns=4)
    return figure


def bracket_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the middle of each bracket, as a ratio, with its lower and upper end."""
    lower, upper = numbers(rows, "lower"), numbers(rows, "upper")
    middle = np.sqrt(lower * upper)
    ends = np.array([middle - lower, upper - middle])
    axes.errorbar(numbers(rows, "size"), middle, yerr=np.clip(ends, 0.0, None), **style)
    return axes


def _cost(row: Row) -> str:
    return "no metric" if row["q"] is None else f"q = {row['q']:g}"
