"""Figures about recursive networks: what one layer reaches, how it trains, and how local it is."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers, split
from analogs.evidence.statistics import wilson_interval
from analogs.mirrors.recursive.tied import MARGIN
from analogs.report.style import (
    BLACK,
    GREY,
    integer_axis,
    label,
    legend_below,
    panels,
    series_styles,
)

_KINDS = {"geodesic": "geodesic", "cheapest": "cheapest\nlog U", "shortest": "shortest\nlog U"}
# Where a residual is rounding, the axis is linear.
_LINEAR = 1e-3


def draw_tied(claim: Claim, tables: Tables) -> Figure:
    """L1: residuals of one repeated layer by kind of target, and how many matrices have a logarithm."""
    figure, (left, right) = panels(2)
    families = split(by_side(tables["reach"]), lambda row: _family(str(row["family"])))
    for height, rows in enumerate(families.values()):
        residuals = numbers(rows, "tied")
        at = np.full(len(rows), float(height))
        first = height == 0
        left.plot(residuals, at, "o", color=BLACK, fillstyle="none", label=_first(first, "target"))
        left.plot(residuals.mean(), height, "D", color=BLACK, label=_first(first, "mean"))
    left.axvline(MARGIN, color=GREY, linestyle="--", label="margin")
    left.set_xscale("symlog", linthresh=_LINEAR, linscale=0.3)
    left.set_xlim(-0.2 * _LINEAR, 1.0)
    left.set_yticks(range(len(families)), labels=list(families))
    left.set_ylim(len(families) - 0.5, -0.5)
    label(left, title="one repeated layer", x="residual (different layers: 0)", y="targets")
    logarithms(right, tables["logarithms"])
    label(right, title="real matrices, det > 0", x="matrix size d", y="share with a real logarithm")
    legend_below(figure, (left, right), columns=4)
    return figure


def logarithms(axes: Axes, rows: Rows) -> Axes:
    """Draw the share of matrices with a real logarithm, with Wilson's 95 % interval."""
    sizes = by(rows, "size")
    found = [
        wilson_interval(int(numbers(own, "with_logarithm").sum()), int(numbers(own, "count").sum()))
        for own in sizes.values()
    ]
    shares = np.array([interval.estimate for interval in found])
    ends = [
        shares - [interval.low for interval in found],
        [interval.high for interval in found] - shares,
    ]
    axes.errorbar(
        [size for (size,) in sizes], shares, yerr=ends, color=BLACK, marker="s", label="share, 95 %"
    )
    axes.set_ylim(0.0, 1.04)
    return integer_axis(axes)


def draw_joint(claim: Claim, tables: Tables) -> Figure:
    """L2: steps to a loss, and test accuracy, one mark a network."""
    arms = by(tables["networks"], "arm")
    styles = series_styles(arm for (arm,) in arms)
    figure, (axes,) = panels(1, height=3.4)
    for (arm,), rows in arms.items():
        look = styles[arm] | {"linestyle": "none"}
        steps, right = numbers(rows, "steps"), numbers(rows, "test_accuracy")
        axes.plot(steps, right, **look | {"fillstyle": "none"})
        axes.plot(steps.mean(), right.mean(), **look | {"markersize": 8}, label=arm)
    label(axes, title="filled: means over seeds", x="steps to a loss of 0.5", y="test accuracy")
    legend_below(figure, (axes,), columns=2)
    return figure


def draw_locality(claim: Claim, tables: Tables) -> Figure:
    """L3: non-local share of the energy of three curves, a line a target."""
    groups = by(by_side(tables["shares"]), "side", "group")
    figure, grid = panels(len(groups))
    for axes, ((side, group), rows) in zip(grid, groups.items(), strict=True):
        shares = np.array([numbers(rows, kind) for kind in _KINDS])
        axes.plot(shares, color=GREY, linewidth=0.8)
        axes.plot(shares.mean(axis=1), color=BLACK, marker="D", label="mean over targets")
        axes.set_xticks(range(len(_KINDS)), labels=list(_KINDS.values()))
        axes.set_ylim(-0.03, 1.03)
        title = f"{side}: {group.partition(',')[0]}"
        label(axes, title=title, x="curve to the same target", y="non-local share of the energy")
    legend_below(figure, grid, columns=1)
    return figure


def _first(first: bool, name: str) -> str:
    return name if first else "_nolegend_"


def _family(name: str) -> str:
    if name.startswith("diffeo"):
        return "circle: " + name.split(", ")[1].removeprefix("with isolated ")
    return name.split(",")[0].removesuffix(" modulo phase")
