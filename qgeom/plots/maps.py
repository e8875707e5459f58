"""Maps of curvature: over cost and size, over a family of planes, and along a geodesic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from qgeom.plots.canvas import COLOURS, figure_of, without_frame
from qgeom.plots.curvature import LAWS, LINEAR_RANGE
from qgeom.plots.names import describe, normalisation
from qgeom.readings.curvature_maps import CurvatureAlong, NegativeShareMap, PlaneFamily

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DIVERGING = "PuOr_r"  # purple below, orange above: colour-blind readers tell both ends apart
DARK = 0.3  # distance from one half beyond which a cell needs white letters
QUARTERS = np.linspace(0.0, np.pi, 5)
QUARTER_NAMES = ("0", "π/4", "π/2", "3π/4", "π")
TRANSPORT_NAMES = {"parallel": "a parallel direction", "fixed": "a fixed direction"}


def plot_negative_share_map(found: NegativeShareMap, axes: Axes, *, name: str = "") -> Axes:
    """Heat map of the share of negative planes over the cost q and the size n, printed in each cell.

    One half is white: orange cells are mostly negative, purple ones mostly not.
    """
    image = axes.imshow(found.shares, cmap=DIVERGING, vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), share in np.ndenumerate(found.shares):
        colour = "white" if abs(share - 0.5) > DARK else "black"
        style: dict[str, Any] = {"fontsize": "small", "color": colour}
        axes.text(column, row, f"{share:.0%}", ha="center", va="center", **style)
    axes.set_xticks(range(len(found.costs)), [f"{q:g}" for q in found.costs])
    axes.set_yticks(range(len(found.sizes)), [str(n) for n in found.sizes])
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.set_xlabel("cost q")
    axes.set_ylabel("size n")
    law = LAWS[found.planes].replace("\n", " ")
    title = f"Planes with K < 0, {law}" + (f": {name}" if name else "")
    axes.set_title(title, fontsize="medium", loc="left")
    bar = figure_of(axes).colorbar(image, ax=axes, label=f"share of {found.count}")
    bar.set_ticks([0.0, 0.5, 1.0], labels=["0 %", "50 %", "100 %"])
    axes.spines[:].set_visible(False)
    return axes


def plot_plane_family(found: PlaneFamily, axes: Axes) -> Axes:
    """Sectional curvature over two angles, 0 in white and drawn as a line.

    Wide ranges are coloured linear around 0 and logarithmic far out.
    """
    from matplotlib.colors import AsinhNorm, Normalize

    largest = float(np.abs(found.curvature).max()) or 1.0
    norm = Normalize(-largest, largest)
    if largest > LINEAR_RANGE:
        norm = AsinhNorm(linear_width=1.0, vmin=-largest, vmax=largest)
    grid = found.second, found.first, -found.curvature
    # Negative curvature is orange, as in the map of shares: the sign is turned, and on the bar back.
    image = axes.pcolormesh(*grid, cmap=DIVERGING, norm=norm, shading="nearest", rasterized=True)
    if found.curvature.min() < 0.0 < found.curvature.max():
        axes.contour(*grid, levels=[0.0], colors="black", linewidths=1.0)
    axes.set_xticks(QUARTERS, QUARTER_NAMES)
    axes.set_yticks(QUARTERS, QUARTER_NAMES)
    axes.set_xlabel("angle b of the second vector")
    axes.set_ylabel("angle a of the first vector")
    share = np.mean(found.curvature[:-1, :-1] < 0.0)  # angles 0 and pi span the same line
    title = f"Curvature of planes: {describe(found.metric)}, {share:.0%} of the angles negative"
    axes.set_title(title, fontsize="medium", loc="left")
    unit = normalisation(found.metric)
    bar = figure_of(axes).colorbar(image, ax=axes, label=f"K   [{unit}]")
    bar.ax.yaxis.set_major_formatter(lambda value, _: f"{-value + 0.0:g}")
    bar.ax.invert_yaxis()
    return axes


def plot_curvature_along(
    found: CurvatureAlong, axes: Axes, growth: Axes, *, name: str = ""
) -> tuple[Axes, Axes]:
    """Curvature along a geodesic on one Axes, the growth of its Jacobi field on another.

    The growth is drawn against that of a flat space, the time.  It first bends by K at time 0; later
    the Jacobi field may have turned out of the plane.
    """
    times, values = found.times, found.curvature
    axes.axhline(0.0, color="black", linewidth=0.6)
    axes.plot(times, values, color=COLOURS[0], linewidth=1.8)
    axes.fill_between(times, np.minimum(values, 0.0), color=COLOURS[1], alpha=0.35, linewidth=0)
    axes.set_ylabel(f"K(u, v)   [{normalisation(found.metric)}]")
    share = np.mean(values < 0.0)
    title = f"{name or describe(found.metric)}: negative at {share:.0%} of the times"
    axes.set_title(title, fontsize="medium", loc="left")
    growth.plot(times, found.growth, color=COLOURS[0], linewidth=1.8, label="Jacobi field |J|")
    growth.plot(times, times, color="black", linewidth=1.0, linestyle="--", label="flat: t")
    growth.set_ylim(bottom=0.0)
    growth.set_ylabel("length of the Jacobi field")
    growth.set_title(
        f"J(0) = 0, K along {TRANSPORT_NAMES[found.transport]}", fontsize="medium", loc="left"
    )
    growth.legend(frameon=False, fontsize="small", loc="upper left")
    for panel in (axes, growth):
        panel.set_xlim(times[0], times[-1])
        panel.set_xlabel("time t")
        without_frame(panel)
    return axes, growth
