"""The figure of the complexity of an evolution."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from qgeom.plots.canvas import COLOURS, without_frame
from qgeom.readings.evolution import Evolution
from qgeom.readings.jacobi import ConjugateTimes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_evolution(found: Evolution, axes: Axes, *, name: str = "exp(-iHt)") -> Axes:
    """Complexity C(t) of an evolution: the bracket shaded, the line dashed, conjugate times marked.

    The marks stand on the line, larger for a higher multiplicity.
    """
    colour, warm = COLOURS[0], COLOURS[1]
    times = np.concatenate([[0.0], found.times])
    lower, upper, line = (
        np.concatenate([[0.0], bound]) for bound in (found.lower, found.upper, found.line)
    )
    axes.fill_between(times, lower, upper, color=colour, alpha=0.25, linewidth=0, label="bracket")
    axes.plot(times, upper, color=colour, linewidth=1.8, label="shortest path known")
    axes.plot(times, lower, color=colour, linewidth=1.0, linestyle=":", label="lower bound")
    axes.plot(times, line, color="black", linewidth=1.0, linestyle="--", label="the line itself")
    if found.conjugate is not None and len(found.conjugate.times):
        _mark_conjugate(found.conjugate, line[-1] / times[-1], axes, warm)
    axes.set_xlim(0.0, times[-1])
    axes.set_ylim(bottom=0.0)
    axes.set_xlabel("time t")
    axes.set_ylabel("complexity C(t)")
    axes.set_title(f"{name}: {_first_conjugate(found)}", fontsize="medium", loc="left")
    axes.legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))
    return without_frame(axes)


def _mark_conjugate(found: ConjugateTimes, speed: float, axes: Axes, colour: str) -> None:
    axes.scatter(
        found.times,
        speed * found.times,
        s=20.0 * np.sqrt(found.multiplicity),
        marker="D",
        facecolor="white",
        edgecolor=colour,
        zorder=3,
        label="conjugate times",
    )


def _first_conjugate(found: Evolution) -> str:
    if found.conjugate is None:
        return "the line is not followed for conjugate times"
    if not len(found.conjugate.times):
        return f"no conjugate time up to {found.times[-1]:g}"
    return f"first conjugate time {found.conjugate.times[0]:.4f}"
