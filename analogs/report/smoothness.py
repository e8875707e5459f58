"""The figure on how smoothly curvature changes along a network."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, numbers
from analogs.report.style import (
    integer_axis,
    label,
    legend_below,
    panels,
    series_styles,
)

_STAGE = "trained"
_PROXIES = {
    "growth": "growth of tangent vectors",
    "curvature": "K of neighbouring steps, with costs",
}


def draw_smoothness(claim: Claim, tables: Tables) -> Figure:
    """R8: above, local curvature along both trained networks; below, its roughness, seed by seed."""
    along = {str(name): rows for (name,), rows in by(_trained(tables["along"]), "network").items()}
    rough = _trained(tables["roughness"])
    styles = series_styles(along)
    figure, grid = panels(2 * len(_PROXIES))
    for above, below, (proxy, words) in zip(grid[:2], grid[2:], _PROXIES.items(), strict=True):
        for name, rows in along.items():
            _curves(above, rows, proxy, name, styles[name])
        integer_axis(above)
        label(above, title=words, x="step", y="mean over images")
        _pairs(below, rough, proxy, styles)
        label(below, title="its total variation", x="seed", y="total variation")
    legend_below(figure, grid[:2], columns=len(along))
    return figure


def _trained(rows: Rows) -> Rows:
    return [row for row in rows if row["stage"] == _STAGE]


def _curves(axes: Axes, rows: Rows, proxy: str, name: str, look: dict[str, Any]) -> None:
    """One thin line a seed; the last step has no plane with a next one."""
    for group in by(rows, "seed").values():
        values = numbers(group, proxy)
        kept = np.isfinite(values)
        axes.plot(numbers(group, "step")[kept], values[kept], label=name, alpha=0.6, **look)


def _pairs(axes: Axes, rows: Rows, proxy: str, styles: dict[str, dict[str, Any]]) -> None:
    """One column a seed, with a mark for each network."""
    for (name,), group in by(rows, "network").items():
        look = styles[str(name)] | {"linestyle": "none"}
        axes.plot(np.arange(len(group)), numbers(group, proxy), **look)
    seeds = list(dict.fromkeys(row["seed"] for row in rows))
    axes.set_xticks(range(len(seeds)), labels=[str(seed) for seed in seeds])
    axes.set_ylim(bottom=0)
