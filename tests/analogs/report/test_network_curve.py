"""The figure of a network as a curve shows what was read."""

from __future__ import annotations

import numpy as np

from analogs.curves import LayerReading, NetworkCurve
from analogs.report.network_curve import draw_curve


def reading(name: str, values: list[float] | None, length: float, kind: str = "Linear"):
    spectrum = None if values is None else np.array(values)
    return LayerReading(name, kind, length=length, singular_values=spectrum, rotation_length=0.5)


def test_steps_and_singular_values():
    layers = (
        reading("first", [4.0, 1.0], 2.0),
        reading("between first and last", [2.0, 0.0], np.nan, "Between"),
        reading("unread", None, np.nan),
        reading("zero", [0.0], np.nan),
    )
    figure = draw_curve(NetworkCurve("polar", layers, ()))
    above, below = figure.axes
    np.testing.assert_array_equal(above.lines[0].get_ydata(), [2.0, np.nan, np.nan, np.nan])
    largest, means, least, _ = below.lines
    np.testing.assert_array_equal(largest.get_xdata(), [0, 1])
    np.testing.assert_allclose(means.get_ydata(), [2.0, 2.0])
    # What is lost is left out: the least value of the second unit is the one that it keeps.
    np.testing.assert_array_equal(least.get_ydata(), [1.0, 2.0])
    names = [text.get_text() for text in below.get_xticklabels()]
    assert names == ["first", "between", "unread", "zero"]


def test_many_units_are_named_now_and_then():
    layers = tuple(reading(str(i), [1.0], 1.0) for i in range(100))
    below = draw_curve(NetworkCurve("polar", layers, ())).axes[1]
    names = [text.get_text() for text in below.get_xticklabels()]
    assert names == [str(i) for i in range(0, 100, 3)]
