"""The figure of the diameter against q: the curves are the rows, the lines the fit."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes

from qgeom import plots
from qgeom.metric.penalties import custom, nielsen
from qgeom.readings.scaling import ScanRow, diameter_scan, saturation
from tests.closeness import ROUNDING, assert_close

COSTS = [4.0, 16.0, 64.0, 256.0]


def berger(count: int = 0) -> list[ScanRow]:
    rng = np.random.default_rng(0)
    scan = diameter_scan(lambda q: custom({"Z": q}), [1], COSTS, rng=rng, count=count, starts=0)
    return list(scan)


def curves(axes: Axes) -> dict[str, np.ndarray]:
    return {str(line.get_label()): np.asarray(line.get_xydata()) for line in axes.get_lines()}


def test_curves_are_the_rows() -> None:
    rows = berger(count=1)
    axes = plots.plot_diameters(rows, plots.canvas()[0])
    drawn = curves(axes)
    names = {"lower": "lower bound", "found": "longest path found", "upper": "upper bound"}
    for name, label in names.items():
        values = [getattr(row.diameter, name) for row in rows]
        assert_close(drawn[label], np.stack([COSTS, values], axis=1), ROUNDING)
    assert set(drawn) == set(names.values())
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["4", "16", "64", "256"]
    assert axes.get_title("left") == "Diameter of su(2)"


def test_limit_and_critical_cost_are_marked() -> None:
    rows = berger()
    level = saturation(COSTS, [row.diameter.lower for row in rows])
    axes = plots.plot_diameters(rows, plots.canvas()[0], level=level)
    drawn = curves(axes)
    assert_close(drawn["limit"][:, 1], [level.limit] * 2, ROUNDING)
    assert_close(drawn["critical cost"][:, 0], [level.critical] * 2, ROUNDING)
    text = f"estimates within 1% of {level.limit:.4f} from q = {level.critical:.3g} on"
    assert axes.get_title("left") == f"Diameter of su(2): {text}"


def test_without_saturation_no_limit_is_marked() -> None:
    rows = berger()
    level = saturation(COSTS, np.sqrt(COSTS))
    assert set(curves(plots.plot_diameters(rows, plots.canvas()[0], level=level))) == {
        "lower bound",
        "longest path found",
        "upper bound",
    }


@pytest.mark.parametrize("q", [1.0, 3.0])
def test_a_tick_is_in_sight_for_a_single_row(q: float) -> None:
    rows = list(diameter_scan(nielsen, [1], [q], rng=np.random.default_rng(0), count=0))
    axes = plots.plot_diameters(rows, plots.canvas()[0])
    low, high = axes.get_ylim()
    assert low < rows[0].diameter.lower < high
    assert any(low <= tick <= high for tick in axes.get_yticks())


def test_many_costs_share_few_ticks() -> None:
    scan = partial(diameter_scan, nielsen, [1], rng=np.random.default_rng(0), count=0)
    axes = plots.plot_diameters(list(scan(np.geomspace(1.0, 9.0, 40))), plots.canvas()[0])
    assert 5 < len(axes.get_xticks()) <= plots.MOST_TICKS


def test_file_is_the_same_twice(tmp_path: Path) -> None:
    rows, paths = berger(), [tmp_path / "a.svg", tmp_path / "b.svg"]
    for path in paths:
        plots.save(plots.plot_diameters(rows, plots.canvas()[0]), path)
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_no_rows_are_refused() -> None:
    with pytest.raises(ValueError, match="Argument `rows` must hold at least one row"):
        plots.plot_diameters([], plots.canvas()[0])
