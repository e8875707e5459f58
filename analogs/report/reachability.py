"""Figures about the length that a network needs: where the target is reached, and what is best."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers
from analogs.mirrors.reachability.optimum import LEAST, MOST
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

_REACH = "length L eps over the distance d"
_TICKS = (0.25, 0.5, 1.0, 2.0, 4.0)


def draw_reach(claim: Claim, tables: Tables) -> Figure:
    """C15: the least distance left, and the accuracy on two spirals, against the length."""
    figure, (left, right) = panels(2)
    spaces = by(by_side(tables["reach"]), "side", "space")
    styles = series_styles(f"{side}: {space}" for side, space in spaces)
    ratios = np.unique(numbers(tables["reach"], "ratio"))
    left.plot(ratios, np.maximum(0.0, 1 - ratios), color=GREY, linestyle="-", label="1 - L eps/d")
    for (side, space), rows in spaces.items():
        name = f"{side}: {space}"
        marks = styles[name] | {"linestyle": "none", "fillstyle": "none"}
        shares = numbers(rows, "residual") / numbers(rows, "distance")
        left.plot(numbers(rows, "ratio"), shares, **marks, label=name)
    spirals(right, tables["spirals"])
    label(left, title="bounded layers", x=_REACH, y="distance left, over d")
    label(right, title="two spirals", x="length L eps", y="share of correct labels")
    legend_below(figure, (left, right), columns=3)
    return figure


def spirals(axes: Axes, rows: Rows) -> Axes:
    """Draw the test accuracy by length, with the ceiling, and that of the layer that is not bounded."""
    bounded = [row for row in rows if row["bounded"]]
    groups = by(bounded, "reach")
    reach = [key for (key,) in groups]
    styles = series_styles(("one", "mean"))
    axes.plot(
        numbers(bounded, "reach"),
        numbers(bounded, "test_accuracy"),
        **styles["one"]
        | {"linestyle": "none", "fillstyle": "none", "label": "one bounded network"},
    )
    means = [numbers(group, "test_accuracy").mean() for group in groups.values()]
    ceilings = [numbers(group, "ceiling").mean() for group in groups.values()]
    axes.plot(reach, means, color=styles["one"]["color"], label="mean of these")
    axes.plot(reach, ceilings, color=BLACK, linestyle=":", label="no such network is above")
    wide = numbers([row for row in rows if not row["bounded"]], "test_accuracy").mean()
    axes.axhline(
        wide, color=styles["mean"]["color"], linestyle="--", label="one unbounded layer, mean"
    )
    return axes


def draw_optimum(claim: Claim, tables: Tables) -> Figure:
    """C17: test error against the length, a line a setting, with what 'just above' means."""
    settings = by(by_side(tables["errors"]), "side", "setting")
    styles = series_styles(_short(*key) for key in settings)
    figure, (axes,) = panels(1, width=5.6, height=3.6)
    axes.axvspan(LEAST, MOST, color=GREY, alpha=0.15, linewidth=0, label="just above")
    for key, rows in settings.items():
        groups = by(rows, "ratio")
        means = [np.exp(np.log(numbers(group, "error")).mean()) for group in groups.values()]
        axes.plot([ratio for (ratio,) in groups], means, **styles[_short(*key)], label=_short(*key))
    doubling_axis(axes, np.array(_TICKS))
    log_height(axes)
    label(axes, title="geometric means over seeds", x=_REACH, y="test error")
    legend_below(figure, (axes,), columns=2)
    return figure


def _short(side: str, setting: str) -> str:
    where, _, what = setting.partition(",")
    if "regression" in what:
        return f"{side}: {where}, noisy data"
    return f"{side}: {where}" + (", noisy layers" if "noise after" in what else "")
