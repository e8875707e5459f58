"""Figures about the search for a structure: trade-offs of cost and error, and what searches regret."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, numbers, split
from analogs.mirrors.structure_search.fronts import efficient, reachable
from analogs.report.style import (
    BLACK,
    BLUE,
    GREY,
    VERMILLION,
    integer_axis,
    label,
    legend_below,
    panels,
    series_styles,
)

_STRUCTURE: dict[str, Any] = {"color": GREY, "marker": ".", "linestyle": "none"}
_EFFICIENT: dict[str, Any] = {"color": BLUE, "marker": "o", "fillstyle": "none", "linestyle": ":"}
_REACHED: dict[str, Any] = {"color": VERMILLION, "marker": "s", "linestyle": "-"}


def draw_search(claim: Claim, tables: Tables) -> Figure:
    """C18: the fronts of the three sides, and the regret of both searches."""
    figure, grid = panels(4, across=2, width=3.8)
    fronts(grid[:3], tables, "test_error", "error on test images")
    regrets(grid[3], tables["searches"])
    label(grid[3], title="searches", x="trainings", y="regret")
    legend_below(figure, grid, columns=4)
    return figure


def draw_competition(claim: Claim, tables: Tables) -> Figure:
    """F6: the fronts of the three sides, with the training error."""
    figure, grid = panels(3, across=3, width=3.2)
    fronts(grid, tables, "train_error", "training error")
    legend_below(figure, grid, columns=3)
    return figure


def fronts(grid: list[Axes], tables: Tables, column: str, error: str) -> None:
    """Draw the trade-off of the first seed and case on each of the three sides."""
    network, circuit, match = (_first(tables[name]) for name in ("grid", "gates", "matches"))
    front(grid[0], numbers(network, "operations"), numbers(network, column))
    front(grid[1], numbers(circuit, "cost"), numbers(circuit, "error"))
    front(grid[2], numbers(match, "cost"), numbers(match, "error"))
    grid[0].set_xscale("log")
    label(grid[0], title="network", x="multiplications", y=error)
    label(integer_axis(grid[1]), title="quantum", x="CX gates", y="infidelity")
    label(grid[2], title="template", x="energy", y="mismatch")


def front(axes: Axes, costs: np.ndarray, errors: np.ndarray) -> Axes:
    """Draw all points, the efficient ones, and those that a weighted sum finds."""
    axes.plot(costs, errors, label="structure", **_STRUCTURE)
    for places, name, look in (
        (efficient(costs, errors), "efficient", _EFFICIENT),
        (reachable(costs, errors), "best for some weight", _REACHED),
    ):
        axes.plot(costs[places], errors[places], label=name, **look)
    return axes


def regrets(axes: Axes, rows: Rows) -> Axes:
    """Draw the mean regret against the number of trainings, a colour a search."""
    styles = series_styles(("outer loop", "random search"))
    for (name, style), column in zip(styles.items(), ("regret", "random_regret"), strict=True):
        counts = split(sorted(rows, key=lambda row: int(row["trained"] or 0)), _trained)
        means = [numbers(own, column).mean() for own in counts.values()]
        axes.plot(list(counts), means, label=name, **(style | {"color": BLACK}))
    integer_axis(axes).set_ylim(bottom=-0.01)
    return axes


def _trained(row: Any) -> int:
    return int(row["trained"])


def _first(rows: Rows) -> Rows:
    """Rows of the first seed, and of its first case."""
    own = next(iter(by(rows, "seed").values()))
    return next(iter(by(own, "case").values())) if "case" in own[0] else own
