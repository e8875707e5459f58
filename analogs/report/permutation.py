"""The figure about images whose blocks are permuted."""

from __future__ import annotations

from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Tables, by, numbers
from analogs.report.categories import name_categories, spread_marks
from analogs.report.style import label, legend_below, panels, series_styles

# The orders as the table names them, and short enough for an axis.
_ORDERS = {
    "none": "none",
    "one for all images": "one for all",
    "one for each image": "one for each",
}
_SHIFT = 0.07


def draw_permuted(claim: Claim, tables: Tables) -> Figure:
    """C13: accuracy of every network against the order of the blocks, a panel a size and block."""
    rows = tables["accuracies"]
    cells = by(rows, "block", "size")
    figure, grid = panels(len(cells), across=len({size for _, size in cells}))
    styles = series_styles(str(row["network"]) for row in rows)
    for axes, ((block, size), own) in zip(grid, sorted(cells.items()), strict=True):
        found = by(own, "network", "order")
        for place, (name, style) in enumerate(styles.items()):
            values = [numbers(found[name, order], "accuracy") for order in _ORDERS]
            shift = _SHIFT * (place - (len(styles) - 1) / 2)
            spread_marks(axes, values, shift, label=name, **style)
        axes.set_ylim(0.0, 1.03)
        name_categories(axes, list(_ORDERS.values()))
        title = f"{size} images, blocks of {block} x {block}"
        label(axes, title=title, x="random order of the blocks", y="test accuracy")
    legend_below(figure, grid, columns=min(3, 2 * len({size for _, size in cells})))
    return figure
