"""A figure of one network as a curve of layers: its steps, and what each unit stretches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from analogs.curves import LayerReading, NetworkCurve
from analogs.report.style import BLUE, GREY, SETTINGS, VERMILLION, label, log_height

Array = NDArray[np.float64]

# Beyond this number of units only some of the names fit below the axis.
_MOST_NAMES = 40
_WIDTH, _HEIGHT = 7.0, 5.2
# Singular values below this share of the largest are rounding.
SMALLEST = 1e-12


def draw_curve(curve: NetworkCurve) -> Figure:
    """Draw the length of each step above, and the largest, mean and least singular value below.

    For a unit that is not affine these are means over the samples.  Units without a length have no
    mark above; singular values that are lost in rounding are left out below.
    """
    with matplotlib.rc_context(SETTINGS):
        figure = Figure(figsize=(_WIDTH, _HEIGHT), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True)
        _draw_steps(above, curve.layers)
        _draw_spectra(below, curve.layers)
        names = [_name(layer) for layer in curve.layers]
        shown = np.arange(0, len(names), max(1, -(-len(names) // _MOST_NAMES)))
        below.set_xticks(shown, labels=[names[i] for i in shown], rotation=60, ha="right")
        label(above, title="", x="", y=f"length of the step, {curve.mode}")
        label(below, title="", x="unit, in order of execution", y="singular values")
    return figure


def _name(layer: LayerReading) -> str:
    """Names of units between layers are long, and their neighbours say where they are."""
    return "between" if layer.kind == "Between" else layer.name


def _draw_steps(axes: Axes, layers: Sequence[LayerReading]) -> None:
    places = np.arange(len(layers))
    looks: dict[str, dict[str, Any]] = {
        "length": {"color": BLUE, "marker": "o"},
        "rotation_length": {"color": VERMILLION, "marker": "^", "fillstyle": "none"},
        "stretch_length": {"color": GREY, "marker": "s", "fillstyle": "none"},
    }
    for name, look in looks.items():
        values = [getattr(layer, name) for layer in layers]
        axes.plot(places, values, linestyle="none", label=_words(name), **look)
    axes.set_ylim(bottom=0)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)


def _words(name: str) -> str:
    return {"length": "step"}.get(name, name.partition("_")[0])


def _draw_spectra(axes: Axes, layers: Sequence[LayerReading]) -> None:
    spectra = [_positive(layer) for layer in layers]
    places = np.array([place for place, values in enumerate(spectra) if len(values)])
    kept = [values for values in spectra if len(values)]
    largest, least = (np.array([values[i] for values in kept]) for i in (0, -1))
    means = np.array([np.exp(np.log(values).mean()) for values in kept])
    axes.vlines(places, least, largest, color=GREY, linewidth=1.0)
    axes.plot(places, largest, "^", color=VERMILLION, label="largest")
    axes.plot(places, means, "o", color=BLUE, label="geometric mean")
    axes.plot(places, least, "v", color=GREY, label="least above 0")
    axes.axhline(1.0, color=GREY, linewidth=0.8, linestyle=":")
    log_height(axes)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=3)


def _positive(layer: LayerReading) -> Array:
    """Singular values that are not lost in rounding."""
    values = layer.singular_values
    if values is None or not values[0] > 0:
        return np.empty(0)
    return values[values > SMALLEST * values[0]]
