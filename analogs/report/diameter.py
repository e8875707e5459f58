"""The figure about diameters: brackets against the size of the input, one panel a family."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers
from analogs.report.style import (
    BLACK,
    SIDE_STYLES,
    integer_axis,
    label,
    legend_below,
    log_height,
    panels,
)


def draw_diameters(claim: Claim, tables: Tables) -> Figure:
    """C12: one panel a family, each against the size that its own input has."""
    families = by(by_side(tables["diameters"]), "side", "family", "size_meaning")
    figure, grid = panels(len(families), across=3)
    for axes, ((side, family, meaning), rows) in zip(grid, families.items(), strict=True):
        bracket_line(axes, rows, side)
        found_points(axes, rows)
        log_height(axes)
        integer_axis(axes)
        title = f"{side}: {family}".replace("2^n", "$2^n$")
        label(axes, title=title, x=f"size of the input ({meaning})", y="diameter")
    legend_below(figure, grid, columns=3)
    return figure


def bracket_line(axes: Axes, rows: Rows, side: str) -> Axes:
    """Draw each bracket from its lower to its upper end, with a line through geometric means."""
    lower, upper = numbers(rows, "lower"), numbers(rows, "upper")
    middle = np.sqrt(lower * upper)
    ends = np.clip([middle - lower, upper - middle], 0.0, None)
    axes.errorbar(
        numbers(rows, "size"), middle, yerr=ends, label=f"{side}: bracket", **SIDE_STYLES[side]
    )
    return axes


def found_points(axes: Axes, rows: Rows) -> Axes:
    """Draw the longest of the shortest geodesics that a search found, where there was one."""
    found = numbers(rows, "found")
    if np.isfinite(found).any():
        size, name = numbers(rows, "size"), "longest geodesic found"
        axes.plot(size, found, color=BLACK, marker="x", linestyle="none", label=name)
    return axes
