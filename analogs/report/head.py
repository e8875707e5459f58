"""The figure about what can stand in place of a fully connected network."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Tables, by, numbers
from analogs.report.categories import name_categories, spread_marks
from analogs.report.style import GREY, label, legend_below, panels, series_styles

# Breaks that let the names of the heads stand beside an axis.
_BREAKS = {
    " on all features": "\non all features",
    " on averages over all places": "\non averages",
    "connected network": "connected\nnetwork",
    " class mean": "\nclass mean",
}
_SHIFT = 0.16


def draw_heads(claim: Claim, tables: Tables) -> Figure:
    """C6: test accuracy of each head, by the features that it is given, a panel a data set."""
    rows = tables["accuracies"]
    heads = [head for (head,) in by(rows, "head")]
    styles = series_styles(str(row["features"]) for row in rows)
    data = by(rows, "data")
    figure, grid = panels(len(data))
    for axes, ((name,), own) in zip(grid, data.items(), strict=True):
        found = by(own, "features", "head")
        for place, (features, style) in enumerate(styles.items()):
            here = [n for n, head in enumerate(heads) if (features, head) in found]
            for n in here:
                shift = n + _SHIFT * (place - 1)
                values = [numbers(found[features, heads[n]], "accuracy")]
                look: dict[str, Any] = style | {"linestyle": "none", "label": features}
                spread_marks(axes, values, shift, upright=False, **look)
        full = float(numbers(found["trained convolutions", heads[0]], "accuracy").mean())
        axes.axvspan(full - claim.smallest_effect, 1.0, color=GREY, alpha=0.15, linewidth=0)
        axes.set_xlim(0.0, 1.0)
        name_categories(axes, [_broken(head) for head in heads], upright=False)
        label(axes, title=name, x="test accuracy", y="head")
    for axes in grid[1:]:
        axes.set_yticklabels([])
        axes.set_ylabel("head, as on the left")
    legend_below(figure, grid, columns=3)
    return figure


def _broken(head: str) -> str:
    for words, broken in _BREAKS.items():
        head = head.replace(words, broken)
    return head
