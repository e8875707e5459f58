"""Figures about shortcuts that are not the identity: what F becomes, and how training goes."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, by, numbers, split
from analogs.report.style import (
    BLACK,
    GREY,
    finite_log,
    label,
    legend_below,
    log_height,
    panels,
    series_styles,
)

# In the order identity, contraction, expansion, rotation.
_FAMILIES = ("h = 1", "h = a < 1", "h = a > 1", "h = R(theta)")
_DISTANCE = "|log h|: |ln a| or theta"
_SIZE = "|F(x)| / |x| after training"
_LOSS = "training loss"


def draw_compensation(claim: Claim, tables: Tables) -> Figure:
    """R3: F by the shortcut, training by F, a row a normalisation; what a drift on a group needs."""
    kinds = by(tables["networks"], "normalisation")
    figure, grid = panels(2 * len(kinds) + 1)
    for left, right, ((kind,), rows) in zip(grid[::2], grid[1::2], kinds.items(), strict=False):
        level_points(left, rows, "distance", "size")
        level_points(right, rows, "size", "loss")
        label(left, title=f"F by the shortcut, normalisation: {kind}", x=_DISTANCE, y=_SIZE)
        label(right, title=f"training by F, normalisation: {kind}", x=_SIZE, y=_LOSS)
    drift_points(grid[-1], tables["drifts"])
    label(grid[-1], title="quantum: a drift h", x="d(I, h)", y="still needed: $d(I, U h^{-1})$")
    legend_below(figure, grid, columns=3)
    return figure


def draw_shortcuts(claim: Claim, tables: Tables) -> Figure:
    """R4: training loss by the distance of the shortcut, one panel a normalisation."""
    kinds = by(tables["networks"], "normalisation")
    figure, grid = panels(len(kinds))
    for axes, ((kind,), rows) in zip(grid, kinds.items(), strict=True):
        level_points(axes, rows, "distance", "loss")
        label(axes, title=f"normalisation: {kind}", x=_DISTANCE, y=_LOSS)
    legend_below(figure, grid, columns=4)
    return figure


def level_points(axes: Axes, rows: Rows, x: str, y: str) -> Axes:
    """Draw one mark a network, one look a family of shortcuts, heights logarithmic."""
    families = split(rows, _family)
    styles = series_styles(_FAMILIES)
    for name, own in families.items():
        marks = styles[name] | {"linestyle": "none", "fillstyle": "none"}
        axes.plot(numbers(own, x), finite_log(numbers(own, y)), label=name, **marks)
    return log_height(axes)


def drift_points(axes: Axes, rows: Rows) -> Axes:
    """Draw one mark a layer, with the line on which all of a drift has to be taken back."""
    layers = by(rows, "layer")
    looks: tuple[dict[str, Any], ...] = (
        {"color": BLACK, "marker": "+"},
        {"color": GREY, "marker": "x"},
    )
    for look, ((layer,), own) in zip(looks, layers.items(), strict=True):
        axes.plot(
            numbers(own, "wrong"), numbers(own, "needed"), linestyle="none", label=layer, **look
        )
    longest = numbers(rows, "wrong").max()
    axes.plot([0.0, longest], [0.0, longest], color=GREY, linewidth=1.0, label="all of the drift")
    return axes


def _family(row: Row) -> str:
    scale, angle = (float(str(row[name])) for name in ("scale", "angle"))
    return _FAMILIES[3 if angle else 1 if scale < 1 else 2 if scale > 1 else 0]
