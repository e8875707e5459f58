"""Figures of circuits: what the candidates cost, and counts against the error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qgeom._checks import fail
from qgeom.plots.canvas import COLOURS, line_styles, without_frame

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from qgeom.circuits.synthesis import Candidate, Synthesis

MARKERS = "osD^vP"
TICKS = tuple(float(tick) for tick in np.outer(10.0 ** np.arange(-3, 6), [1.0, 2.0, 5.0]).ravel())
# Costs of a candidate, each with its name; the interaction angle in CX.
COSTS = {
    "su4": "gates on two qubits",
    "cx": "CX",
    "rzz": "RZZ",
    "depth": "two-qubit depth",
    "angle": "interaction angle\n/ (π/2)",
    "t": "T",
}


def plot_costs(found: Synthesis, axes: Axes) -> Axes:
    """All costs of all candidates within the error: one mark a candidate, one row a cost."""
    shown = [one for one in found.candidates if one.error <= found.allowed]
    if not shown:
        raise fail("found", "have a candidate within the error", "has none")
    names = [name for name in COSTS if name != "t" or found.gate_set == "clifford+t"]
    for rank, one in enumerate(shown):
        values = [_cost(one, name) for name in names]
        axes.plot(
            values,
            np.arange(len(names)) + 0.12 * (rank - 0.5 * (len(shown) - 1)),
            linestyle="",
            marker=MARKERS[rank % len(MARKERS)],
            color=COLOURS[rank % len(COLOURS)],
            markerfacecolor="none" if rank else COLOURS[0],
            label=one.method,
        )
    axes.set_yticks(range(len(names)), [COSTS[name] for name in names])
    axes.invert_yaxis()
    _count_axis(axes, "x", [_cost(one, name) for one in shown for name in names])
    axes.set_xlabel("number, or angle")
    title = f"{found.target.name} within {found.allowed:.0e}: {found.best.method} is cheapest"
    axes.set_title(title, fontsize="medium", loc="left")
    axes.grid(axis="x", alpha=0.3)
    axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return without_frame(axes)


def plot_counts(scan: Sequence[Synthesis], axes: Axes) -> Axes:
    """Gates counted by the gate set against the error, one line a method, the best with full marks."""
    if not any(found.reached for found in scan):
        raise fail("scan", "hold a circuit within its error", "holds none")
    key = {"clifford+t": "t"}.get(scan[0].gate_set, scan[0].gate_set)
    drawn: list[float] = []
    methods = dict.fromkeys(one.method for found in scan for one in found.candidates)
    for rank, (method, style) in enumerate(zip(methods, line_styles(), strict=False)):
        points = [
            (found.allowed, _cost(one, key), one is found.best)
            for found in scan
            for one in found.candidates
            if one.method == method and one.error <= found.allowed
        ]
        if not points:
            continue
        drawn += [count for _, count, _ in points]
        errors, counts, best = (np.array(column) for column in zip(*points, strict=True))
        marker = MARKERS[rank % len(MARKERS)]
        axes.plot(errors, counts, **style, marker=marker, markerfacecolor="white", label=method)
        axes.plot(errors[best], counts[best], linestyle="", marker=marker, color=style["color"])
    axes.set_xscale("log")
    _count_axis(axes, "y", drawn)
    axes.invert_xaxis()
    axes.set_xlabel("operator-norm error up to phase, allowed")
    axes.set_ylabel(f"number of {COSTS[key]}" + (" gates" if key != "su4" else ""))
    title = f"{scan[0].target.name}: full marks need the fewest"
    axes.set_title(title, fontsize="medium", loc="left")
    axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return without_frame(axes)


def _cost(one: Candidate, name: str) -> float:
    if name == "angle":
        return one.costs.interaction_angle / (0.5 * np.pi)
    return float(getattr(one.costs, name))


def _count_axis(axes: Axes, name: str, values: Sequence[float]) -> None:
    """Scale an axis for counts: logarithmic, with ticks 1, 2, 5, 10, ...; from 0 where one is 0."""
    low, high = min(values), max(values)
    scale, limits, ticks = "log", (0.7 * low, 1.4 * high), TICKS
    if low <= 0.0:
        scale, limits, ticks = "symlog", (-0.2, 1.4 * high + 0.2), (0.0, *TICKS[TICKS.index(1.0) :])
    shown = [tick for tick in ticks if limits[0] <= tick <= limits[1]]
    axes.set(**{f"{name}scale": scale, f"{name}ticks": shown, f"{name}lim": limits})
    axes.set(**{f"{name}ticklabels": [f"{tick:g}" for tick in shown]})
    axes.minorticks_off()
