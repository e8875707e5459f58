"""Figures about circuits that follow a geodesic: how many gates they have, and what they start."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers, split
from analogs.report.geometry import name_rows
from analogs.report.style import (
    BLACK,
    GREY,
    doubling_axis,
    label,
    legend_below,
    log_height,
    panels,
    series_styles,
)

# Exponents of the guides, and their dashes.
_GUIDES = {1.0: "-", 3.0: ":"}
_FILLS = ("full", "none", "left", "right")
# Both ends of the distance, and what is shown without a vote; not the looks of the groups beside them.
_ENDS: tuple[dict[str, Any], ...] = (
    {"color": BLACK, "marker": "D"},
    {"color": BLACK, "marker": "D", "fillstyle": "none"},
    {"color": GREY, "marker": "X"},
)
# Height of a row on which several marks stand one above the other.
_SPREAD = 0.5
_LINE, _MARGIN = 0.3, 1.2  # inches a row, and for all that is not rows


def draw_gate_counts(claim: Claim, tables: Tables) -> Figure:
    """Q3: gates against the length, circuits beside networks, and their exponents beside the claimed."""
    rows = by_side(tables["gates"])
    exponents = [row for row in by_side(tables["exponents"]) if row["counted"] == "gates"]
    curves = list(split(exponents, _curve))
    figure, grid = panels(3, across=3, width=3.2, height=_MARGIN + _LINE * len(curves))
    styles = series_styles(str(row["group"]) for row in rows)
    fills = dict(zip(np.unique(numbers(rows, "error"))[::-1], _FILLS, strict=False))
    sides = split(rows, lambda row: str(row["side"]))
    for axes, (side, own) in zip(grid, sides.items(), strict=False):
        for name, curve in split(own, _curve).items():
            look = styles[str(curve[0]["group"])] | {"fillstyle": fills[curve[0]["error"]]}
            length_line(axes, curve, label=name, **look)
        guides(axes, own)
        octaves = np.log2(numbers(own, "length"))
        doubling_axis(axes, 2.0 ** octaves[octaves % 1 == 0])
        label(axes, title=side, x="length of the geodesic", y="gates")
    marks(grid[2], exponents, curves, (_curve, "against"), _ENDS)
    if isinstance(claim.null, float):
        grid[2].axvline(claim.null, color=BLACK, linestyle="--", label="claimed at most")
    label(grid[2], title="both", x="exponent of the number of gates", y="group, error")
    legend_below(figure, grid, columns=3)
    return figure


def draw_starts_of_fits(claim: Claim, tables: Tables) -> Figure:
    """EM12: the error after the fit by start, and what the geodesic's circuit gains over the others."""
    errors = tables["errors"]
    gains = [row for row in tables["gains"] if row["moment"] == "after"]
    families = list(split(errors, _family))
    figure, (left, right) = panels(2, width=4.2, height=_MARGIN + 1.5 * _LINE * len(families))
    points(left, errors, families)
    looks = tuple(series_styles(str(row["start"]) for row in errors).values())
    marks(right, gains, families, (_family, "other"), looks[1:])
    right.axvline(0.0, color=GREY, linewidth=1.0)
    right.axvline(
        -claim.smallest_effect, color=BLACK, linestyle="--", label="smallest gain that counts"
    )
    label(left, title="error after the fit", x=r"$\log_{10}$ of the error", y="targets")
    label(right, title="geodesic against others", x="decades, geodesic minus other", y="targets")
    name_rows(right, [""] * len(families))
    legend_below(figure, (left, right), columns=3)
    return figure


def length_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw the median over seeds of the gates against the length."""
    curve = by(rows, "length")
    medians = [np.median(numbers(own, "gates")) for own in curve.values()]
    axes.plot([length for (length,) in curve], medians, **style)
    return axes


def guides(axes: Axes, rows: Rows) -> Axes:
    """Draw power laws through the fewest gates at the least length."""
    lengths, gates = np.unique(numbers(rows, "length")), numbers(rows, "gates").min()
    for power, line in _GUIDES.items():
        law = gates * (lengths / lengths[0]) ** power
        axes.plot(
            lengths,
            law,
            color=GREY,
            linewidth=1.0,
            linestyle=line,
            label=f"law of exponent {power:g}",
        )
    log_height(axes).set_ylim(top=3 * numbers(rows, "gates").max())
    return axes


def marks(
    axes: Axes,
    rows: Rows,
    names: Sequence[str],
    columns: tuple[Callable[[Row], str], str],
    looks: Sequence[dict[str, Any]],
) -> Axes:
    """Draw values with their intervals: what row of the panel, and which of the looks, say `columns`."""
    name, series = columns
    kinds = split(rows, lambda row: str(row[series]))
    for shift, look, (kind, own) in zip(_shifts(len(kinds)), looks, kinds.items(), strict=False):
        value = numbers(own, "estimate")
        ends = [value - numbers(own, "low"), numbers(own, "high") - value]
        heights = [names.index(name(row)) + shift for row in own]
        style = look | {"linestyle": "none", "label": kind}
        axes.errorbar(value, heights, xerr=np.clip(ends, 0.0, None), **style)
    name_rows(axes, names)
    return axes


def points(axes: Axes, rows: Rows, families: Sequence[str]) -> Axes:
    """Draw one empty mark a target and start, a filled one at the median of each start."""
    starts = split(rows, lambda row: str(row["start"]))
    looks = series_styles(starts).values()
    for shift, look, (start, own) in zip(_shifts(len(starts)), looks, starts.items(), strict=True):
        style = look | {"linestyle": "none"}
        for family, errors in split(own, _family).items():
            height, after = families.index(family) + shift, numbers(errors, "after")
            axes.plot(after, np.full(len(after), height), fillstyle="none", alpha=0.4, **style)
            axes.plot(np.median(after), height, label=start, **style)
    name_rows(axes, families)
    return axes


def _shifts(count: int) -> np.ndarray:
    return np.linspace(-_SPREAD / 2, _SPREAD / 2, count)


def _curve(row: Row) -> str:
    return f"{row['group']}, {row['error']:g}"


def _family(row: Row) -> str:
    return str(row["family"])
