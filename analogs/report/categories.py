"""Panels with named categories along one axis, and the spread over seeds along the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes


def spread_marks(
    axes: Axes, values: Sequence[np.ndarray], shift: float, *, upright: bool = True, **style: Any
) -> Axes:
    """Draw for each category the mean over seeds, with a bar from the least to the largest.

    Parameters
    ----------
    axes
        Where to draw.
    values
        One array a category; the first stands at 0, the next at 1, and so on.
    shift
        Added to these places, so that several series stand side by side.
    upright
        Categories along the horizontal axis; else along the vertical one, the first on top.
    **style
        Of the marks, and the label.
    """
    places = np.arange(len(values)) + shift
    means = np.array([value.mean() for value in values])
    bars = np.abs([[v.min() for v in values] - means, [v.max() for v in values] - means])
    if upright:
        axes.errorbar(places, means, yerr=bars, **style)
    else:
        axes.errorbar(means, places, xerr=bars, **style)
    return axes


def name_categories(axes: Axes, names: Sequence[str], *, upright: bool = True) -> Axes:
    """Put the names of the categories at their axis, without lines of a grid there."""
    places = range(len(names))
    if upright:
        axes.set_xticks(places, labels=names)
        axes.grid(visible=False, axis="x")
    else:
        axes.set_yticks(places, labels=names)
        axes.grid(visible=False, axis="y")
        axes.set_ylim(len(names) - 0.5, -0.5)
    return axes
