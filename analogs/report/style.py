"""How figures look: readable by the colour-blind, and in black-and-white print."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator, StrMethodFormatter

# Okabe and Ito (2008), without the yellow that vanishes on paper.
BLUE, VERMILLION, GREEN, PURPLE = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
ORANGE, SKY, BLACK, GREY = "#E69F00", "#56B4E9", "#000000", "#767676"
WHITE = "#FFFFFF"

# Colour, marker and line differ together, so that any one of them is enough.
_COLORS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK)
_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_LINES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))

SIDE_STYLES: dict[str, dict[str, Any]] = {
    "quantum": {"color": BLUE, "marker": "o", "linestyle": "-"},
    "network": {"color": VERMILLION, "marker": "s", "linestyle": "--"},
}

SETTINGS: dict[Any, Any] = {
    "svg.hashsalt": "qgeom",  # the same figure gets the same bytes
    "svg.fonttype": "path",
    "font.size": 9.0,
    "axes.titlesize": 9.5,
    "axes.labelsize": 9.0,
    "legend.fontsize": 8.0,
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E4E4E4",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.4,
    "lines.markersize": 4.5,
    "errorbar.capsize": 2.0,
    "figure.constrained_layout.w_pad": 0.06,
}
_SHORT = 200.0  # a logarithmic axis below this ratio shows 1, 2, 5 and no powers of ten
_HEIGHT = 2.8
_WIDTHS = {1: 4.4, 2: 3.5, 3: 2.8}  # of a panel, by the panels in a row; all in inches


def panels(
    count: int, *, across: int = 2, width: float | None = None, height: float = _HEIGHT
) -> tuple[Figure, list[Axes]]:
    """Return a figure with `count` panels, at most `across` in a row; sizes of a panel in inches."""
    columns = min(count, across)
    rows = -(-count // columns)
    size = ((width or _WIDTHS[columns]) * columns, height * rows)
    figure = Figure(figsize=size, layout="constrained")
    grid = list(figure.subplots(rows, columns, squeeze=False).flat)
    for unused in grid[count:]:
        unused.remove()
    return figure, grid[:count]


def series_styles(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Return the colour, marker and line of each name, in order of first appearance."""
    looks = [
        {"color": color, "marker": marker, "linestyle": line}
        for color, marker, line in zip(_COLORS, _MARKERS, _LINES, strict=True)
    ]
    distinct = dict.fromkeys(names)
    return {name: looks[i % len(looks)] for i, name in enumerate(distinct)}


def label(axes: Axes, *, title: str, x: str, y: str) -> Axes:
    """Set the title and both axis labels."""
    axes.set(title=title, xlabel=x, ylabel=y)
    return axes


def doubling_axis(axes: Axes, values: np.ndarray) -> Axes:
    """Make the horizontal axis logarithmic with a tick at every value."""
    ticks = np.unique(values)
    axes.set_xscale("log", base=2)
    axes.set_xticks(ticks, labels=[f"{tick:g}" for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    return axes


def log_height(axes: Axes) -> Axes:
    """Make the vertical axis of a finished panel logarithmic, with plain numbers if it is short."""
    axes.set_yscale("log")
    low, high = axes.get_ylim()
    if high < _SHORT * low:
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
        axes.yaxis.set_minor_locator(NullLocator())
    return axes


def integer_axis(axes: Axes) -> Axes:
    """Put ticks of the horizontal axis at integers alone."""
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    return axes


def legend_below(figure: Figure, axes: Iterable[Axes], columns: int) -> None:
    """Put one legend for all panels below them, each name once."""
    entries: dict[str, Any] = {}
    for panel in axes:
        for handle, name in zip(*panel.get_legend_handles_labels(), strict=True):
            entries.setdefault(name, handle)
    figure.legend(list(entries.values()), list(entries), loc="outside lower center", ncols=columns)


def finite_log(values: np.ndarray) -> np.ndarray:
    """Return positive values, others as NaN, which a logarithmic axis leaves out."""
    return np.where(values > 0, values, np.nan)
