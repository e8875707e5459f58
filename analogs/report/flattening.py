"""The figure about flattening: measures of curvature of the data, layer by layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Rows, Tables, by, numbers, split
from analogs.report.style import GREY, integer_axis, label, legend_below, panels, series_styles

_MEASURES = {
    "dimension": "log dimension",
    "detour": "log detour",
    "residual": "log residual",
    "flow": "correlation",
}
_TITLES = {
    "dimension": "intrinsic dimension",
    "detour": "geodesic / straight distance",
    "residual": "variance outside a plane",
    "flow": "curvature and stretch",
}


def draw_flattening(claim: Claim, tables: Tables) -> Figure:
    """C10: four measures against the layer, a row of panels a network, a line a training."""
    networks = split(tables["layers"], lambda row: str(row["network"]))
    figure, grid = panels(len(networks) * len(_MEASURES), across=len(_MEASURES), width=2.5)
    places = iter(grid)
    for network, rows in networks.items():
        trainings = split(rows, lambda row: str(row["training"]))
        styles = series_styles(trainings)
        for column, unit in _MEASURES.items():
            axes = next(places)
            for training, own in trainings.items():
                layer_line(axes, own, column, label=training, **styles[training])
            if column == "flow":
                axes.axhline(0.0, color=GREY, linewidth=1.0)
            integer_axis(axes)
            label(axes, title=f"{_short(network)}: {_TITLES[column]}", x="layer", y=unit)
    legend_below(figure, grid, columns=3)
    return figure


def layer_line(axes: Axes, rows: Rows, column: str, **style: Any) -> Axes:
    """Draw the mean over seeds with their standard deviation; a layer without a value is left out."""
    layers = by([row for row in rows if row[column] is not None], "layer")
    values = [numbers(own, column) for own in layers.values()]
    means, spreads = np.transpose([(own.mean(), own.std()) for own in values])
    axes.errorbar(np.array([layer for (layer,) in layers]), means, yerr=spreads, **style)
    return axes


def _short(network: str) -> str:
    return {"convolutional network": "CNN", "perceptron": "MLP"}.get(network, network)
