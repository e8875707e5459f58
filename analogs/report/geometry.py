"""Figures about the sign of the curvature: fluids, coupled systems, and the Fisher metric."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from analogs.evidence import Claim
from analogs.evidence.claim import Row
from analogs.evidence.rows import Rows, Tables, numbers
from analogs.report.style import BLACK, BLUE, GREY, ORANGE, WHITE, label, legend_below, panels

# Dark, empty, and hatched: told apart without colours.
_SIGNS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("K < 0", {"facecolor": BLUE}),
    ("flat", {"facecolor": WHITE}),
    ("K > 0", {"facecolor": ORANGE, "hatch": "////"}),
)
_LINE, _MARGIN = 0.19, 1.15  # inches a row, and for all that is not rows
_WIDTH = 4.2
_PLAIN = 1000.0  # ticks from here on are powers of ten


def draw_fluids(claim: Claim, tables: Tables) -> Figure:
    """T1: waves of the torus, and of Zeitlin's su(N)."""
    return _draw(
        claim, tables["shares"], name=_fluid, unit=r"$4\pi^2 K$ (area of the torus times K)"
    )


def draw_coupled(claim: Claim, tables: Tables) -> Figure:
    """S4: factors and mixed planes of a direct product, mixed planes of semidirect ones."""
    unit = "K (trace / N, logarithmic beyond 1)"
    return _draw(claim, tables["planes"], name=_product, unit=unit, linear=1.0)


def draw_fisher(claim: Claim, tables: Tables) -> Figure:
    """A2: families of known curvature above networks."""
    unit = "K (logarithmic beyond 0.1)"
    return _draw(claim, tables["signs"], name=_model, unit=unit, linear=0.1)


def _draw(
    claim: Claim, rows: Rows, *, name: Callable[[Row], str], unit: str, linear: float | None = None
) -> Figure:
    figure, (left, right) = panels(2, width=_WIDTH, height=_MARGIN + _LINE * len(rows))
    sign_bars(left, rows)
    if isinstance(claim.null, float):
        left.axvline(claim.null, color=BLACK, linestyle="--", label="share claimed")
    spans(right, rows)
    if linear is not None:
        signed_log_axis(right, rows, linear)
    name_rows(left, [name(row) for row in rows])
    name_rows(right, [""] * len(rows))
    label(left, title="sign of K", x="share of planes", y="planes")
    label(right, title="size of K", x=unit, y="planes, as on the left")
    legend_below(figure, (left, right), columns=6)
    return figure


def sign_bars(axes: Axes, rows: Rows) -> Axes:
    """Draw one bar a row: shares of negative, flat and positive planes, and the first's interval."""
    heights = np.arange(len(rows))
    negative, positive = numbers(rows, "negative"), numbers(rows, "positive")
    start = np.zeros(len(rows))
    parts = (negative, np.clip(1 - negative - positive, 0.0, 1.0), positive)
    for (name, look), share in zip(_SIGNS, parts, strict=True):
        axes.barh(
            heights,
            share,
            left=start,
            height=0.7,
            label=name,
            edgecolor=BLACK,
            linewidth=0.5,
            **look,
        )
        start += share
    ends = [negative - numbers(rows, "low"), numbers(rows, "high") - negative]
    axes.errorbar(
        negative,
        heights,
        xerr=np.clip(ends, 0.0, None),
        color=BLACK,
        linestyle="none",
        linewidth=1.2,
        label="95 % interval",
    )
    axes.set_xlim(-0.02, 1.02)
    return axes


def spans(axes: Axes, rows: Rows) -> Axes:
    """Draw the median of K a row, with a line over the middle 80 % of the planes."""
    heights, median = np.arange(len(rows)), numbers(rows, "median")
    ends = [median - numbers(rows, "tenth"), numbers(rows, "ninetieth") - median]
    axes.axvline(0.0, color=GREY, linewidth=1.0)
    axes.errorbar(
        median,
        heights,
        xerr=np.clip(ends, 0.0, None),
        color=BLACK,
        marker="D",
        linestyle="none",
        label="median and middle 80 % of K",
    )
    return axes


def signed_log_axis(axes: Axes, rows: Rows, linear: float) -> Axes:
    """Make the horizontal axis linear up to +-`linear` and logarithmic beyond, with few ticks."""
    ticks = signed_decades(numbers(rows, "tenth").min(), numbers(rows, "ninetieth").max(), linear)
    axes.set_xscale("symlog", linthresh=linear, linscale=0.5)
    axes.set_xticks(ticks, labels=[_tick(tick) for tick in ticks])
    axes.xaxis.set_minor_locator(NullLocator())
    return axes


def signed_decades(least: float, greatest: float, linear: float, most: int = 3) -> list[float]:
    """Return 0 and about `most` powers of ten a side that reach to `least` and `greatest`.

    Examples
    --------
    >>> signed_decades(-5e5, 20.0, 0.1), signed_decades(-30.0, 0.5, 1.0)
    ([-100000.0, -1000.0, -10.0, 0.0, 10.0], [-10.0, -1.0, 0.0, 1.0])
    """
    reach = [math.log10(max(end / linear, 1.0)) for end in (-least, greatest)]
    step = max(round(max(reach) / most), 1)
    first = step if step > 1 else 0
    below, above = (
        [linear * 10.0**k for k in range(first, math.floor(decades) + 1, step)] for decades in reach
    )
    return [*(-tick for tick in reversed(below)), 0.0, *above]


def _tick(value: float) -> str:
    if abs(value) < _PLAIN:
        return f"{value:g}".replace("-", "−")
    return f"${'-' if value < 0 else ''}10^{{{round(math.log10(abs(value)))}}}$"


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Name the rows of a panel, the first on top."""
    axes.set_yticks(range(len(names)), labels=names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.grid(visible=False, axis="y")


def _fluid(row: Row) -> str:
    group = str(row["group"]).replace("T^2", "$T^2$")
    group = group.replace("Zeitlin's su(N)", f"su({row['size']})")
    return f"{group}, waves ≤ {row['most']}; {_law(row)}"


def _product(row: Row) -> str:
    return f"{row['group']}; {row['planes']}".replace(" x ", " × ")


def _model(row: Row) -> str:
    if row["planes"] is None:
        return str(row["model"]).replace(" x ", " × ")
    return f"{row['model']}; {_law(row)}"


def _law(row: Row) -> str:
    return str(row["planes"]).removeprefix("uniform in the ").removeprefix("spanned by ")
