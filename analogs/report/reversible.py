"""Figures about reversible networks: circuits, small subsets, and gates against distance."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers, split
from analogs.mirrors.reversible.small_subset import SMALL
from analogs.report.minimality import name_rows
from analogs.report.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILLION,
    finite_log,
    integer_axis,
    label,
    legend_below,
    panels,
    series_styles,
)

# Shares above 10^-1 stand apart from those below on a symmetric logarithmic axis.
_LINEAR = 1.0
_NUDGE = 0.15
_ERRORS = {
    "adjoint_error": ("convolutions", "n_qubits", "Majoranas turned by the circuit"),
    "length_error": ("convolutions", "n_qubits", "length of the circuit"),
    "circuit_error": ("couplings", "bits", "couplings as products of gates"),
    "wrong_error": ("convolutions", "n_qubits", "control: YY for XX"),
}
# Errors that vanish are drawn here.
_FLOOR = 1e-17


def draw_correspondence(claim: Claim, tables: Tables) -> Figure:
    """C1: errors of the identities, and the rank that each stage of a nonlinear layer keeps."""
    figure, (errors, ranks) = panels(2)
    styles = series_styles(name for _, _, name in _ERRORS.values())
    for column, (table, size, name) in _ERRORS.items():
        rows = tables[table]
        look = styles[name] | {"linestyle": "none", "fillstyle": "none", "label": name}
        values = np.maximum(numbers(rows, column), _FLOOR)
        errors.plot(numbers(rows, size), values, **look)
    errors.axhline(
        claim.smallest_effect, color=BLACK, linestyle="--", linewidth=1.0, label="tolerance"
    )
    errors.set_yscale("log")
    integer_axis(errors)
    stages = by(tables["losses"], "stage")
    for height, rows in enumerate(stages.values()):
        kept = numbers(rows, "kept")
        ranks.plot(
            kept, np.full(len(kept), height), color=BLUE, marker="o", fillstyle="none", ls="none"
        )
    name_rows(ranks, [str(stage) for (stage,) in stages])
    ranks.set_xlim(0.0, 1.05)
    label(errors, title="layers with an inverse", x="qubits or bits", y="error")
    label(ranks, title="layers without", x="rank of the Jacobian / features", y="stage")
    legend_below(figure, (errors,), columns=2)
    return figure


def draw_small_subset(claim: Claim, tables: Tables) -> Figure:
    """Q5: share within n^3 gates by size, exact word lengths, and random elements of small groups."""
    figure, (shares, lengths, random) = panels(3, across=3, height=3.2)
    families = split(by_side(tables["shares"]), lambda row: str(row["family"]).split(",")[0])
    for (name, rows), look in zip(families.items(), series_styles(families).values(), strict=True):
        shares.plot(numbers(rows, "size"), numbers(rows, "log10_share"), label=name, **look)
    shares.axhline(np.log10(SMALL), color=BLACK, linestyle="--", linewidth=1.0, label="1 %")
    shares.set_yscale("symlog", linthresh=_LINEAR)
    shares.set_ylim(2 * numbers(tables["shares"], "log10_share").min(), 0.6)
    libraries = by(tables["lengths"], "library")
    for ((name,), rows), look in zip(
        libraries.items(), series_styles(str(n) for (n,) in libraries).values(), strict=True
    ):
        lengths.plot(
            numbers(rows, "length"), numbers(rows, "count"), label=f"3 bits: {name}", **look
        )
    lengths.set_yscale("log")
    brackets(random, by_side(tables["random"]))
    label(
        integer_axis(shares),
        title=r"reached by $n^3$ gates",
        x="n",
        y=r"$\log_{10}$ of the share, at most",
    )
    label(integer_axis(lengths), title="all maps of three bits", x="gates needed", y="maps")
    label(random, title="random elements", x="distance, lower to upper end", y="group")
    legend_below(figure, (shares, lengths), columns=3)
    return figure


def draw_gate_distance(claim: Claim, tables: Tables) -> Figure:
    """EM4: the bracket of the distance against the exact number of gates."""
    figure, (axes,) = panels(1)
    rows = tables["maps"]
    order = np.argsort(numbers(rows, "length"), kind="stable")
    rows = [rows[i] for i in order]
    length = numbers(rows, "length")
    place = np.concatenate([_spread(int((length == n).sum())) + n for n in np.unique(length)])
    lower, upper = numbers(rows, "lower"), numbers(rows, "upper")
    axes.vlines(place, lower, upper, color=GREY, linewidth=0.8)
    axes.plot(place, upper, color=BLUE, marker="o", ls="none", label="shortest geodesic found")
    marks: dict[str, Any] = {"color": VERMILLION, "marker": "s", "ls": "none", "fillstyle": "none"}
    axes.plot(place, lower, label="certified lower bound", **marks)
    axes.set_ylim(bottom=0.0)
    label(integer_axis(axes), title="maps of three bits", x="gates needed", y="distance in U(8)")
    legend_below(figure, (axes,), columns=2)
    return figure


def draw_hints(claim: Claim, tables: Tables) -> Figure:
    """C14: what needs no search against the number of gates, median and middle 80 %."""
    figure, grid = panels(2)
    lengths = by(tables["maps"], "length")
    for axes, column, title, y in (
        (grid[0], "lower_bound", "quantum: lower bound", "distance in U(8), at least"),
        (grid[1], "terms", "network: polynomials over GF(2)", "terms off the identity"),
    ):
        tenth, median, ninetieth = np.transpose(
            [np.quantile(numbers(rows, column), (0.1, 0.5, 0.9)) for rows in lengths.values()]
        )
        color = BLUE if column == "lower_bound" else VERMILLION
        ends = [median - tenth, ninetieth - median]
        across = [float(str(length)) for (length,) in lengths]
        axes.errorbar(across, median, yerr=ends, color=color, marker="o", ls="none")
        axes.set_ylim(bottom=0.0)
        label(integer_axis(axes), title=title, x="gates needed", y=y)
    return figure


def brackets(axes: Axes, rows: Rows) -> Axes:
    """Draw each random element as a line from its lower to its upper end, one row a group."""
    groups = split(rows, lambda row: str(row["group"]).split(",")[0])
    for height, own in enumerate(groups.values()):
        places = height + _spread(len(own))
        lower, upper = numbers(own, "lower"), numbers(own, "upper")
        axes.hlines(places, lower, upper, color=GREY, linewidth=1.0)
        axes.plot(upper, places, color=BLUE, marker="o", ls="none", markersize=3.0)
        axes.plot(finite_log(lower), places, color=VERMILLION, marker="|", ls="none")
    axes.set_xlim(left=0.0)
    return name_rows(axes, list(groups))


def _spread(count: int) -> np.ndarray:
    return np.linspace(-_NUDGE, _NUDGE, count) if count > 1 else np.zeros(count)
