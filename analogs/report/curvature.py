"""Figures about curvature: the bridge of matchgates, shares of negative planes, kernel sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers, split
from analogs.mirrors.shares import LAW_WORDS
from analogs.report.style import (
    GREY,
    doubling_axis,
    finite_log,
    integer_axis,
    label,
    legend_below,
    panels,
    series_styles,
)

Namer: TypeAlias = Callable[[Row], str]

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
    legend_below(figure, (left, right), columns=4)
    return figure


def identity_panel(axes: Axes, rows: Rows) -> Axes:
    """Draw one point a plane over the line on which both curvatures agree."""
    every = np.concatenate([numbers(rows, "k_network"), numbers(rows, "k_quantum")])
    ends = [every.min(), every.max()]
    axes.plot(ends, ends, color=GREY, linewidth=1.0, label="equal")
    _plane_points(axes, rows, numbers(rows, "k_quantum"))
    return label(
        axes,
        title="quantum against network",
        x=r"network: $8\,K_F$ (Frobenius product)",
        y=r"quantum: $K_U$ (trace / $2^n$)",
    )


def remainder_panel(axes: Axes, rows: Rows) -> Axes:
    """Draw the absolute difference of every plane beside the rounding of the largest value."""
    rounding = np.finfo(np.float64).eps * np.abs(numbers(rows, "k_quantum")).max()
    axes.axhline(rounding, color=GREY, linestyle="--", label="rounding of the largest value")
    _plane_points(axes, rows, finite_log(np.abs(numbers(rows, "difference"))))
    axes.set_yscale("log")
    return label(axes, title="what is left", x=r"network: $8\,K_F$", y=r"$|K_U - 8\,K_F|$")


def _plane_points(axes: Axes, rows: Rows, heights: np.ndarray) -> None:
    qubits, network = numbers(rows, "n_qubits"), numbers(rows, "k_network")
    sizes = np.unique(qubits)
    styles = series_styles(map(_size, sizes))
    for size in sizes:
        own, look = qubits == size, styles[_size(size)] | {"linestyle": "none"}
        axes.plot(network[own], heights[own], fillstyle="none", label=_size(size), **look)


def _size(qubits: float) -> str:
    return f"{qubits:g} qubits"


def draw_shares_by_law(claim: Claim, tables: Tables) -> Figure:
    """Q7: one panel a law of the planes, with a line a group."""
    return _draw_shares(claim, by_side(tables["shares"]), panel=_law, series=_group)


def draw_shares_by_group(claim: Claim, tables: Tables) -> Figure:
    """C7: one panel a group that was measured at several costs, with a line a law of the planes."""
    groups = by(by_side(tables["shares"]), "group").values()
    swept = [row for rows in groups if len(by(rows, "q")) > 1 for row in rows]
    return _draw_shares(claim, swept, panel=_group, series=_law)


def _draw_shares(claim: Claim, rows: Rows, *, panel: Namer, series: Namer) -> Figure:
    styles = series_styles(map(series, rows))
    parts = split(rows, panel)
    figure, grid = panels(len(parts), across=3 if len(parts) == 3 else 2)
    for axes, (title, part) in zip(grid, parts.items(), strict=True):
        if isinstance(claim.null, float):
            axes.axhline(claim.null, color=GREY, linewidth=1.0)
        for name, line in split(part, series).items():
            share_line(axes, line, label=name, **styles[name])
        doubling_axis(axes, numbers(part, "q"))
        axes.set_ylim(-0.04, 1.04)
        label(axes, title=title, x="cost q", y="share of planes, K < 0")
    legend_below(figure, grid, columns=2)
    return figure


def _law(row: Row) -> str:
    return LAW_WORDS[str(row["planes"])]


def _group(row: Row) -> str:
    return f"{row['side']}: {row['group']}"


def share_line(axes: Axes, rows: Rows, **style: Any) -> Axes:
    """Draw shares with their intervals against the cost."""
    share = numbers(rows, "share")
    style |= {"fillstyle": "full" if len(rows) > 1 else "none"}  # a single cost stands out
    ends = [share - numbers(rows, "low"), numbers(rows, "high") - share]
    axes.errorbar(numbers(rows, "q"), share, yerr=np.clip(ends, 0.0, None), **style)
    return axes


def draw_kernel_sizes(claim: Claim, tables: Tables) -> Figure:
    """C8: both curvatures against the radius, circuits on the left, networks on the right."""
    rows = by_side(tables["sweep"])
    styles = series_styles(str(row["algebra"]) for row in rows)
    sides = by(rows, "side")
    figure, grid = panels(len(_CURVATURES) * len(sides), across=len(sides))
    cells = [(quantity, side, own) for quantity in _CURVATURES for (side,), own in sides.items()]
    for axes, (quantity, side, own) in zip(grid, cells, strict=True):
        axes.axhline(0.0, color=GREY, linewidth=1.0)
        for (algebra,), sweeps in by(own, "algebra").items():
            sweep_lines(axes, sweeps, quantity, label=algebra, **styles[algebra])
        axes.set_ylim(-1.1, 1.1)
        integer_axis(axes)
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
