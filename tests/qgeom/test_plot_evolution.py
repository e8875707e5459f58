"""The figure of C(t): the curves are the bounds, and the marks stand where the line is conjugate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from qgeom import plots
from qgeom.algebra.hamiltonians import chaotic_ising
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.evolution import Evolution, evolution
from tests.closeness import assert_close


def found(horizon: float = 4.0) -> Evolution:
    metric = PauliMetric(3, nielsen(16.0))
    return evolution(metric, 2.0 * chaotic_ising(3), np.linspace(0.1, horizon, 8))


def curves(axes: Axes) -> dict[str, np.ndarray]:
    return {str(line.get_label()): np.asarray(line.get_ydata()) for line in axes.get_lines()}


def test_curves_are_the_bounds_and_start_at_zero() -> None:
    one = found()
    axes = plots.plot_evolution(one, plots.canvas()[0], name="chain")
    drawn = curves(axes)
    assert_close(drawn["shortest path known"], np.concatenate([[0.0], one.upper]))
    assert_close(drawn["lower bound"], np.concatenate([[0.0], one.lower]))
    assert_close(drawn["the line itself"], np.concatenate([[0.0], one.line]))
    for curve in axes.get_lines():
        assert_close(np.asarray(curve.get_xdata()), np.concatenate([[0.0], one.times]))
    assert one.conjugate is not None
    assert axes.get_title("left") == f"chain: first conjugate time {one.conjugate.times[0]:.4f}"


def test_marks_stand_on_the_line_at_the_conjugate_times() -> None:
    one = found()
    axes = plots.plot_evolution(one, plots.canvas()[0])
    assert one.conjugate is not None
    (marks,) = (drawn for drawn in axes.collections if drawn.get_label() == "conjugate times")
    offsets = np.asarray(marks.get_offsets())
    assert_close(offsets[:, 0], one.conjugate.times)
    assert_close(offsets[:, 1], 2.0 * one.conjugate.times)
    assert_close(np.asarray(marks.get_sizes()) ** 2 / 400, one.conjugate.multiplicity.astype(float))


def test_titles_without_conjugate_times() -> None:
    early = plots.plot_evolution(found(0.5), plots.canvas()[0])
    assert early.get_title("left").endswith("no conjugate time up to 0.5")
    bare = plots.plot_evolution(replace(found(0.5), conjugate=None), plots.canvas()[0])
    assert bare.get_title("left").endswith("the line is not followed for conjugate times")


def test_file_is_the_same_twice(tmp_path: Path) -> None:
    one, paths = found(), [tmp_path / "a.svg", tmp_path / "b.svg"]
    for path in paths:
        plots.save(plots.plot_evolution(one, plots.canvas()[0]), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
