"""Figures about MERA: hyperbolic graphs, energies of layouts, entropies and scaling dimensions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers, split
from analogs.report.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILLION,
    doubling_axis,
    integer_axis,
    label,
    legend_below,
    log_height,
    panels,
    series_styles,
)

# Of the Ising field theory: identity, spin, energy, first descendant of the spin.
_OPERATORS = ("1", r"$\sigma$", r"$\epsilon$", r"$\partial\sigma$")
_EXACT: dict[str, Any] = {"color": BLACK, "marker": "D", "fillstyle": "none"}
_MERA: dict[str, Any] = {"color": BLUE, "marker": "o"}
_BOUND: dict[str, Any] = {"color": VERMILLION, "marker": "_", "linestyle": "--"}


def draw_hyperbolicity(claim: Claim, tables: Tables) -> Figure:
    """M1, M2: Gromov's delta against the diameter, a line a family."""
    families = split(by_side(tables["graphs"]), lambda row: str(row["family"]))
    figure, (axes,) = panels(1, width=5.2, height=3.6)
    styles = series_styles(families)
    for name, rows in families.items():
        axes.plot(numbers(rows, "diameter"), numbers(rows, "delta"), label=name, **styles[name])
    label(axes, title="bounded delta: negative curvature", x="diameter", y=r"Gromov's $\delta$")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yscale("symlog", linthresh=1.0, base=2)
    axes.set_ylim(bottom=-0.2)
    axes.yaxis.set_major_formatter("{x:g}")
    legend_below(figure, (axes,), columns=2)
    return figure


def draw_renormalisation(claim: Claim, tables: Tables) -> Figure:
    """M3: energies by layout and size; entropies under their cut; scaling dimensions."""
    figure, grid = panels(3, across=3, width=3.2)
    energies = tables["energies"]
    layouts = split(energies, lambda row: str(row["layout"]))
    styles = series_styles(layouts)
    for name, rows in layouts.items():
        median_line(grid[0], rows, "qubits", "relative_error", label=name, **styles[name])
    doubling_axis(grid[0], numbers(energies, "qubits"))
    log_height(grid[0])
    entropies(grid[1], tables["entropies"])
    dimensions(grid[2], tables["levels"])
    label(grid[0], title="Gaussian gates, critical ring", x="sites", y="error of the energy")
    label(grid[1], title="entropy of blocks, 8 sites", x="sites in the block", y="entropy / log 2")
    label(grid[2], title="scaling dimensions, 8 sites", x="operator", y=r"$\Delta$")
    legend_below(figure, grid, columns=4)
    return figure


def median_line(axes: Axes, rows: Rows, x: str, y: str, **style: Any) -> Axes:
    """Draw the median over seeds."""
    curve = by(rows, x)
    axes.plot(
        [at for (at,) in curve], [np.median(numbers(own, y)) for own in curve.values()], **style
    )
    return axes


def entropies(axes: Axes, rows: Rows) -> Axes:
    """Draw entropies of blocks, means over their places, and the mean of the bound."""
    sizes = by(rows, "size")
    at = [size for (size,) in sizes]
    series = (
        ("entropy_exact", 1.0 / math.log(2.0), "exact", _EXACT | {"linestyle": "none"}),
        ("entropy", 1.0 / math.log(2.0), "MERA, optimised", _MERA | {"linestyle": ":"}),
        ("min_cut", 1.0, "minimal cut", _BOUND),
    )
    for column, unit, name, style in series:
        means = [unit * numbers(own, column).mean() for own in sizes.values()]
        axes.plot(at, means, label=name, **style)
    integer_axis(axes).set_ylim(bottom=0.0)
    return axes


def dimensions(axes: Axes, rows: Rows) -> Axes:
    """Draw the levels of MERA, one mark a seed, beside the exact ones and the field theory."""
    places = by(rows, "conformal")
    for place, ((conformal,), own) in enumerate(places.items()):
        axes.plot([place - 0.35, place + 0.35], [conformal] * 2, color=GREY, linewidth=2.0)
        axes.plot(place - 0.12, numbers(own, "exact")[0], linestyle="none", **_EXACT)
        values = numbers(own, "mera")
        axes.plot(np.full(len(values), place + 0.12), values, linestyle="none", **_MERA)
    axes.plot([], [], color=GREY, linewidth=2.0, label="field theory")
    axes.set_xticks(range(len(places)), labels=_OPERATORS)
    return axes
