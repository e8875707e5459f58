"""The figure about pooling and small deformations."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Tables, by, numbers
from analogs.report.categories import name_categories, spread_marks
from analogs.report.style import BLUE, GREY, VERMILLION, label, legend_below, panels

_STAGES: dict[str, dict[str, Any]] = {
    "at the start": {"color": BLUE, "marker": "o", "fillstyle": "none"},
    "after training": {"color": VERMILLION, "marker": "s"},
}
_SHIFT = 0.12
_PANELS = (
    ("sensitivity", "small deformations", "change of the scores, relative", "side halved by"),
    ("accuracy", "labels", "test accuracy", "as on the left"),
)


def draw_sensitivities(claim: Claim, tables: Tables) -> Figure:
    """C11: sensitivity and accuracy of each network, at the start and after training."""
    rows = tables["sensitivities"]
    arms, found = list(by(rows, "arm")), by(rows, "arm", "stage")
    figure, grid = panels(len(_PANELS))
    for axes, (column, title, words, side) in zip(grid, _PANELS, strict=True):
        for shift, (stage, style) in zip((-_SHIFT, _SHIFT), _STAGES.items(), strict=True):
            values = [numbers(found[arm, stage], column) for (arm,) in arms]
            look = style | {"linestyle": "none", "label": stage}
            spread_marks(axes, values, shift, upright=False, **look)
        axes.set_xlim(left=0.0)
        name_categories(axes, [arm for (arm,) in arms], upright=False)
        label(axes, title=title, x=words, y=side)
    grid[1].set_yticklabels([])
    pixels = float(numbers(tables["images"], "sensitivity").mean())
    grid[0].axvline(pixels, color=GREY, linewidth=1.0, label="the images themselves")
    legend_below(figure, grid, columns=3)
    return figure
