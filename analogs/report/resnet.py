"""Figures about residual networks: short even segments, dimensions, and the pace of a curve."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, by_side, numbers
from analogs.mirrors.resnet.dimension import RADIUS
from analogs.mirrors.resnet.reparametrise import TOLERANCE
from analogs.mirrors.resnet.segments import COMPARED
from analogs.report.style import (
    BLACK,
    GREY,
    doubling_axis,
    integer_axis,
    label,
    legend_below,
    log_height,
    panels,
    series_styles,
)

_LAYERS = "number of layers L"
_DIMENSIONS = np.array([4, 16, 64, 256])


def draw_segments(claim: Claim, tables: Tables) -> Figure:
    """R1: the law of the depth, the steps of the features, and how even they are."""
    figure, grid = panels(3, across=3)
    law(grid[0], tables["lengths"])
    residual = [row for row in tables["steps"] if row["network"] == "residual"]
    feature_steps(grid[1], residual)
    evenness(grid[2], [row for row in tables["steps"] if row["segments"] == COMPARED])
    label(grid[0], title="linear", x=_LAYERS, y="|length - d| / d")
    label(grid[1], title="digits, residual", x="number of segments L", y="mean relative step")
    label(grid[2], title=f"digits, {COMPARED} segments", x="network", y="variation of the steps")
    legend_below(figure, grid, columns=3)
    return figure


def law(axes: Axes, rows: Rows) -> Axes:
    """Draw the relative difference of length and distance by depth, medians over the seeds."""
    settings = by(rows, "setting")
    styles = series_styles(_linear(name) for (name,) in settings)
    depths = np.unique(numbers(rows, "layers"))
    for (name,), own in settings.items():
        medians = [
            np.median(np.abs(numbers(group, "length") / numbers(group, "distance") - 1))
            for group in by(own, "layers").values()
        ]
        axes.plot(depths, medians, **styles[_linear(name)], label=_linear(name))
    guide(axes, depths, axes.get_ylim()[1])
    doubling_axis(axes, depths)
    return log_height(axes)


def feature_steps(axes: Axes, rows: Rows) -> Axes:
    """Draw the mean relative step by depth, trained and untrained, means over the seeds."""
    families = by(rows, "setting")
    styles = series_styles(_nonlinear(name) for (name,) in families)
    counts = np.unique(numbers(rows, "segments"))
    for (name,), own in families.items():
        groups = by(own, "segments").values()
        trained = [numbers(group, "mean_step").mean() for group in groups]
        before = np.array([numbers(group, "untrained_step").mean() for group in groups])
        look = styles[_nonlinear(name)]
        axes.plot(counts, trained, **look | {"color": BLACK}, label=_nonlinear(name))
        if before.all():  # segments that start as the identity have no steps to draw
            axes.plot(counts, before, color=GREY, marker="x", label="the same, untrained")
    guide(axes, counts, axes.get_ylim()[1])
    doubling_axis(axes, counts)
    return log_height(axes)


def guide(axes: Axes, depths: np.ndarray, top: float) -> None:
    """Draw the law 1/L from the top left corner."""
    axes.plot(depths, top * depths[0] / depths, color=GREY, linestyle=":", label="1/L")


def evenness(axes: Axes, rows: Rows) -> Axes:
    """Draw the variation of the steps of residual and plain networks, one mark a network."""
    families = by(rows, "setting")
    ticks: list[str] = []
    for (family,), own in families.items():
        for (kind,), networks in by(own, "network").items():
            at = np.full(len(networks), float(len(ticks)))
            axes.plot(at, numbers(networks, "variation"), "o", color=BLACK, fillstyle="none")
            axes.plot(at[:1], numbers(networks, "variation").mean(), "D", color=BLACK)
            norm = "batch norm" if "batch" in family else "no norm"
            ticks.append(f"{kind}\n{norm}")
    axes.set_xticks(range(len(ticks)), labels=ticks, fontsize=6.5)
    axes.set_xlim(-0.5, len(ticks) - 0.5)
    return log_height(axes)


def draw_dimensions(claim: Claim, tables: Tables) -> Figure:
    """R2: dimension of the algebra against that of the group, and the volume of a ball."""
    figure, (left, right) = panels(2)
    rows = by_side(tables["dimensions"])
    styles = series_styles(str(row["side"]) for row in rows)
    ends = [numbers(rows, "group_dimension").min(), numbers(rows, "group_dimension").max()]
    left.plot(ends, ends, color=GREY, linestyle="--", label="equal")
    for (side,), own in by(rows, "side").items():
        group, algebra = numbers(own, "group_dimension"), numbers(own, "algebra_dimension")
        left.plot(group, algebra, **styles[side] | {"linestyle": "none"}, label=side)
    doubling_axis(left, _DIMENSIONS)
    log_height(left)
    volumes = tables["volumes"]
    right.plot(numbers(volumes, "qubits"), numbers(volumes, "log10_share"), "k-o", label="bound")
    integer_axis(right)
    label(left, title="dimensions", x="dimension of the group", y="dimension of the algebra")
    share = "log10 of the share of the volume"
    label(
        right, title=f"SU($2^n$) within {RADIUS:g} of the identity", x="number of qubits n", y=share
    )
    legend_below(figure, (left, right), columns=4)
    return figure


def draw_paces(claim: Claim, tables: Tables) -> Figure:
    """R9: how far the curve at another pace is from the old one, and what its energy is."""
    settings = by(by_side(tables["changes"]), "side", "setting")
    names = [_pace(*key) for key in settings]
    figure, (left, right) = panels(2, height=0.9 + 0.26 * len(names), width=4.2)
    for height, rows in enumerate(settings.values()):
        at = np.full(len(rows), float(height))
        left.plot(numbers(rows, "image"), at, "o", color=BLACK, fillstyle="none")
        right.plot(numbers(rows, "energy"), at, "o", color=BLACK, fillstyle="none")
        right.plot(numbers(rows, "predicted"), at, "x", color=GREY)
    left.set_xscale("log")
    left.axvline(TOLERANCE, color=GREY, linestyle="--", label="tolerance")
    right.plot([], [], "x", color=GREY, linestyle="none", label="mean square of the pace")
    right.axvline(1.0, color=BLACK, linewidth=0.8, label="constant pace")
    for axes, labels in ((left, names), (right, [""] * len(names))):
        axes.set_yticks(range(len(names)), labels=labels)
        axes.set_ylim(len(names) - 0.4, -0.6)
    label(left, title="the same curve?", x="relative distance from the old curve", y="setting")
    label(right, title="energy", x="energy over the old", y="setting, as on the left")
    legend_below(figure, (left, right), columns=3)
    return figure


def _linear(setting: str) -> str:
    name = setting.removeprefix("GL+(3), ").removesuffix(", layers 1 + x/L")
    return name.removesuffix(" beyond neighbours")


def _nonlinear(setting: str) -> str:
    return setting.removeprefix("residual networks on the digits, ").partition(",")[0]


def _pace(side: str, setting: str) -> str:
    where = setting.partition(",")[0]
    words = {"not turn": "no turning", "a flow": "turning flow", "alone": "amplitudes alone"}
    what = next(short for word, short in words.items() if word in setting)
    return f"{side}: {where}, {what}"
