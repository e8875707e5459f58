"""Histograms of the curvature of random planes."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qgeom._checks import fail
from qgeom._typing import Real
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.plots.canvas import COLOURS, without_frame
from qgeom.plots.names import describe, normalisation
from qgeom.readings.sampling import CurvatureSample

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 80
ROW_HEIGHT = 0.8  # histograms of neighbouring rows do not touch
LINEAR_RANGE = 10.0  # curvatures beyond it are shown on a logarithmic axis
LAW_SPACING = 0.2  # between the marks of one group
MARKS = ("o", "s", "D", "^")
LAWS = {
    "metric": "uniform\nin the metric",
    "local": "within the\ncheapest directions",
    "pauli": "uniform in the\ncoefficients",
    "coordinate": "two basis elements",
}


def plot_curvature(
    samples: Sequence[CurvatureSample], axes: Axes, *, metric: RightInvariantMetric
) -> Axes:
    """Histograms of sectional curvatures, one row for each law of the plane, and shares below zero.

    Wide ranges are shown linear around 0 and logarithmic far out; each row is scaled to its peak.

    Raises
    ------
    ValueError
        If there is no sample.
    """
    if not samples:
        raise fail("samples", "hold at least one sample", "is empty")
    values = np.concatenate([sample.values for sample in samples])
    edges = _curvature_axis(axes, float(values.min()), float(values.max()))
    for row, (sample, colour) in enumerate(zip(samples, itertools.cycle(COLOURS), strict=False)):
        heights, _ = np.histogram(sample.values, edges)
        base = len(samples) - 1 - row
        top = base + ROW_HEIGHT * heights / heights.max()
        axes.stairs(top, edges, baseline=base, fill=True, color=colour, alpha=0.35)
        axes.stairs(top, edges, baseline=base, color=colour, linewidth=1.2)
        axes.annotate(
            _share_text(sample),
            (1.0, base + ROW_HEIGHT / 2),
            xycoords=("axes fraction", "data"),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize="small",
        )
    axes.axvline(0.0, color="black", linewidth=1.0, linestyle="--")
    axes.set_yticks(
        [len(samples) - 1 - row + ROW_HEIGHT / 2 for row in range(len(samples))],
        [LAWS[sample.planes] for sample in samples],
        fontsize="small",
    )
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(0.0, len(samples))
    axes.set_xlabel(f"sectional curvature K   [{normalisation(metric)}]")
    axes.set_title(f"Curvature of random planes: {describe(metric)}", fontsize="medium", loc="left")
    return without_frame(axes)


def _curvature_axis(axes: Axes, low: float, high: float) -> Real:
    """Set scale and ticks for values from `low` to `high`; return bins of equal width, one on 0."""
    wide = max(-low, high) > LINEAR_RANGE
    bend, unbend = (np.arcsinh, np.sinh) if wide else (np.positive, np.positive)
    start, stop = float(bend(min(low, 0.0))), float(bend(max(high, 0.0)))
    step = (stop - start) / BINS or 1.0
    first, last = np.floor(start / step) - 1, np.ceil(stop / step) + 2
    edges = unbend((np.arange(first, last + 1) - 0.5) * step)
    if wide:
        axes.set_xscale("asinh", linear_width=1.0)
        powers = 10.0 ** np.arange(0, np.floor(np.log10(max(-low, high))) + 1)
        axes.set_xticks([*-powers[-powers >= edges[0]], 0.0, *powers[powers <= edges[-1]]])
        axes.xaxis.set_major_formatter("{x:g}")
    axes.set_xlim(edges[0], edges[-1])
    return edges


def _share_text(sample: CurvatureSample) -> str:
    lines = [f"{sample.negative_share:.1%} negative", f"of {sample.count} planes"]
    if sample.flat:
        lines.insert(1, f"{sample.flat / sample.count:.1%} flat")
    return "\n".join(lines)


def plot_law_shares(groups: Mapping[str, Sequence[CurvatureSample]], axes: Axes) -> Axes:
    """Share of negative planes of each group, one mark for each law with its 95 % interval.

    A law that makes no sense for a group reads "n/a", one whose planes are all flat "flat".

    Raises
    ------
    ValueError
        If there is no group, or one without samples.
    """
    if not groups or not all(groups.values()):
        raise fail("groups", "hold samples of at least one group", "lacks them")
    for group, samples in enumerate(groups.values()):
        found = {sample.planes: sample for sample in samples}
        for law, planes in enumerate(LAWS):
            x = group + LAW_SPACING * (law - (len(LAWS) - 1) / 2)
            if planes in found:
                _mark_share(found[planes], axes, x, law)
            else:
                axes.annotate("n/a", (x, 0.0), ha="center", fontsize="x-small")
    for law, (colour, mark) in enumerate(zip(COLOURS, MARKS, strict=False)):
        label = [*LAWS.values()][law].replace("\n", " ")
        style: dict[str, Any] = {"markerfacecolor": "white", "linestyle": "none"}
        axes.plot([], [], marker=mark, color=colour, label=label, **style)
    axes.set_xticks(range(len(groups)), [*groups])
    axes.tick_params(axis="x", length=0)
    axes.set_ylim(-0.03, 1.12)
    axes.set_yticks([0.0, 0.25, 0.5, 0.75, 1.0], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    axes.set_ylabel("share of planes with K < 0")
    axes.set_title("How negative a group is depends on the law", fontsize="medium", loc="left")
    axes.legend(
        frameon=False, fontsize="small", ncols=2, loc="upper left", bbox_to_anchor=(0, -0.1)
    )
    return without_frame(axes)


def _mark_share(sample: CurvatureSample, axes: Axes, x: float, law: int) -> None:
    share, (low, high) = sample.negative_share, sample.negative_interval()
    axes.errorbar(
        x,
        share,
        yerr=[[share - low], [high - share]],
        marker=MARKS[law],
        color=COLOURS[law],
        markerfacecolor="white",
        capsize=2,
        linestyle="none",
    )
    axes.annotate(
        "flat" if sample.flat == sample.count else f"{share:.0%}",
        (x, high),
        xytext=(0, 6),
        textcoords="offset points",
        ha="center",
        fontsize="x-small",
    )
