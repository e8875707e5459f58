"""Figures about curvature: the bridge of matchgates, shares of negative planes, kernel sizes."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.report.rows import Rows, Tables, by, numbers
from analogs.report.style import (
    BLACK,
    BLUE,
    GREY,
    cost_axis,
    finite_log,
    label,
    legend_below,
    panels,
    series_styles,
)

_ROUNDING = float(np.finfo(np.float64).eps)
_NAMES = {"group": "{side}: {group}", "planes": "{planes} planes"}
_CURVATURES = {"scalar": "scalar curvature", "local_mean": "mean K, local planes"}
_RADIUS = {
    "quantum": "weight of the cheap Pauli strings",
    "network": "radius of the kernel or band",
}


def draw_bridge(claim: Claim, tables: Tables) -> Figure:
    """EM1: curvature of the circuit against that of the network, and what is left between them."""
    rows = tables["planes"]
    figure, (left, right) = panels(2)
    identity_panel(left, rows)
    remainder_panel(right, rows)
    return figure


def identity_panel(axes: Axes, rows: Rows) -> Axes:
    """Draw one point a plane over the line on which both curvatures agree."""
    network, quantum = numbers(rows, "k_network"), numbers(rows, "k_quantum")
    ends = [min(network.min(), quantum.min()), max(network.max(), quantum.max())]
    axes.plot(ends, ends, color=GREY, linestyle="--", label="equal")
    axes.plot(network, quantum, color=BLUE, marker="o", linestyle="none", fillstyle="none")
    axes.legend(loc="upper left")
    return label(
        axes,
        title="quantum against network",
        x=r"network: $8\,K_F$ (Frobenius product)",
        y=r"quantum: $K_U$ (trace / $2^n$)",
    )


def remainder_panel(axes: Axes, rows: Rows) -> Axes:
    """Draw the absolute difference of every plane on a logarithmic axis."""
    network = numbers(rows, "k_network")
    difference = finite_log(np.abs(numbers(rows, "difference")))
    axes.axhline(_ROUNDING, color=GREY, linestyle="--", label="rounding of one operation")
    axes.plot(network, difference, color=BLACK, marker="x", linestyle="none")
    axes.set_yscale("log")
    axes.legend(loc="lower right")
    return label(axes, title="what is left", x=r"network: $8\,K_F$", y=r"$|K_U - 8\,K_F|$")


def draw_shares_by_law(claim: Claim, tables: Tables) -> Figure:
    """Q7: one panel a law of the planes, with a line a group."""
    return _draw_shares(claim, tables["shares"], panel="planes", series="group")


def draw_shares_by_group(claim: Claim, tables: Tables) -> Figure:
    """C7: one panel a group, with a line a law of the planes."""
    return _draw_shares(claim, tables["shares"], panel="group", series="planes")


def _draw_shares(claim: Claim, rows: Rows, *, panel: str, series: str) -> Figure:
    groups = by(rows, panel)
    figure, grid = panels(len(groups))
    styles = series_styles(_NAMES[series].format(**row) for row in rows)
    for axes, own in zip(grid, groups.values(), strict=True):
        if isinstance(claim.null, float):
            axes.axhline(claim.null, color=GREY, linewidth=1.0)
        for line in by(own, series).values():
            name = _NAMES[series].format(**line[0])
            share_line(axes, line, label=name, **styles[name])
        cost_axis(axes, numbers(own, "q").tolist())
        axes.set_ylim(-0.04, 1.04)
        label(axes, title=_NAMES[panel].format(**own[0]), x="cost q", y="share of planes, K < 0")
    legend_below(figure, grid, columns=3)
    return figure


def share_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw shares with their intervals against the cost."""
    share = numbers(rows, "share")
    ends = [share - numbers(rows, "low"), numbers(rows, "high") - share]
    axes.errorbar(numbers(rows, "q"), share, yerr=np.clip(ends, 0.0, None), **style)
    return axes


def draw_kernel_sizes(claim: Claim, tables: Tables) -> Figure:
    """C8: both curvatures against the radius, circuits on the left, networks on the right."""
    rows = tables["sweep"]
    styles = series_styles(str(row["algebra"]) for row in rows)
    sides = by(rows, "side")
    figure, grid = panels(len(_CURVATURES) * len(sides), across=len(sides))
    cells = [(quantity, side, own) for quantity in _CURVATURES for (side,), own in sides.items()]
    for axes, (quantity, side, own) in zip(grid, cells, strict=True):
        axes.axhline(0.0, color=GREY, linewidth=1.0)
        for (algebra,), sweeps in by(own, "algebra").items():
            sweep_lines(axes, sweeps, quantity, label=algebra, **styles[algebra])
        axes.set_ylim(-1.1, 1.1)
        axes.xaxis.get_major_locator().set_params(integer=True)
        label(axes, title=f"{side}: {_CURVATURES[quantity]}", x=_RADIUS[side], y="value / largest")
    legend_below(figure, grid, columns=4)
    return figure


def sweep_lines(axes: Axes, rows: Rows, quantity: str, *, label: str, **style: Any) -> Axes:
    """Draw a quantity over its largest absolute value against the radius, paler for smaller q."""
    costs = by(rows, "q")
    for rank, sweep in enumerate(costs.values(), start=1):
        values = numbers(sweep, quantity)
        scale = np.abs(values).max() or 1.0
        last = rank == len(costs)
        look = style | {"alpha": rank / len(costs), "label": label if last else "_"}
        axes.plot(numbers(sweep, "radius"), values / scale, **look)
    return axes
