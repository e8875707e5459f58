"""The figure of a scan of diameters over the cost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from qgeom._checks import fail
from qgeom.plots.canvas import COLOURS, without_frame
from qgeom.readings.scaling import Saturation, ScanRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_TICKS = 12
# Factor beyond the lengths on a logarithmic axis: one of the ticks 1, 2, 5 is in sight.
MARGIN = 1.6


def plot_diameters(rows: Sequence[ScanRow], axes: Axes, *, level: Saturation | None = None) -> Axes:
    """Diameter against the cost q: the bracket shaded, estimates as marks, their limit dashed.

    Raises
    ------
    ValueError
        If there is no row.
    """
    if not rows:
        raise fail("rows", "hold at least one row", "is empty")
    costs = np.array([row.q for row in rows])
    lower, found, upper = (
        np.array([getattr(row.diameter, name) for row in rows], dtype=np.float64)
        for name in ("lower", "found", "upper")
    )
    colour, warm = COLOURS[0], COLOURS[1]
    axes.fill_between(costs, lower, upper, color=colour, alpha=0.25, linewidth=0, label="bracket")
    axes.plot(costs, upper, color=colour, linewidth=1.8, label="upper bound")
    axes.plot(costs, found, color=warm, marker="o", linestyle="--", label="longest path found")
    axes.plot(costs, lower, color=colour, linewidth=1.8, linestyle=":", label="lower bound")
    title = f"Diameter of su({1 << rows[0].n_qubits})"
    if level is not None and level.critical is not None:
        axes.axhline(level.limit, color="black", linewidth=1.0, linestyle="-.", label="limit")
        axes.axvline(level.critical, color="black", linewidth=0.6, label="critical cost")
        title += f": estimates within {level.tolerance:.0%} of {level.limit:.4f}"
        title += f" from q = {level.critical:.3g} on"
    axes.set_xscale("log")
    axes.set_yscale("log")
    shown = costs[:: 1 + len(costs) // MOST_TICKS]
    axes.set_xticks(shown, [f"{q:g}" for q in shown])
    ends = np.nanmin(lower) / MARGIN, np.nanmax([lower, found, upper]) * MARGIN
    ticks = np.outer(10.0 ** np.arange(-9, 10), [1.0, 2.0, 5.0]).ravel()
    axes.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.set_ylim(*ends)
    axes.minorticks_off()
    axes.set_xlabel("cost q")
    axes.set_ylabel(r"diameter   [$\mathrm{tr}(HJ)/2^n$ at cost 1]")
    axes.set_title(title, fontsize="medium", loc="left")
    axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return without_frame(axes)
