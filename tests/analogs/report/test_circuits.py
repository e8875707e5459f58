"""The figures about circuits show the numbers of their tables."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from analogs.evidence.rows import by, numbers
from analogs.report.circuits import draw_gate_counts, draw_starts_of_fits, guides, points
from tests.analogs.report import synthetic

TABLES = {entry.claim.id: entry.cell.evidence.tables for entry in synthetic.entries()}
CLAIMS = {claim.id: claim for claim in synthetic.CLAIMS}


def test_gates_are_medians_on_logarithmic_axes_circuits_first() -> None:
    figure = draw_gate_counts(CLAIMS["Q3"], TABLES["Q3"])
    quantum, network, _ = figure.axes
    assert [quantum.get_title(), network.get_title()] == ["quantum", "network"]
    for axes, count in ((quantum, 4), (network, 2)):
        assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
        lines = [line for line in axes.lines if "law" not in line.get_label()]
        assert len(lines) == count
        assert {line.get_fillstyle() for line in lines} == {"full", "none"}
    rows = by(TABLES["Q3"]["gates"], "group", "error")["SU(8)", 0.1]
    line = quantum.lines[0]
    assert line.get_label() == "SU(8), 0.1"
    np.testing.assert_array_equal(line.get_xdata(), [0.25, 1.0, 4.0])
    medians = numbers(rows, "gates").reshape(3, 3)
    np.testing.assert_array_equal(line.get_ydata(), np.median(medians, axis=0))


def test_exponents_stand_beside_the_claimed_one() -> None:
    axes = draw_gate_counts(CLAIMS["Q3"], TABLES["Q3"]).axes[2]
    names = [tick.get_text() for tick in axes.get_yticklabels()]
    assert names[:2] == ["SU(8), 0.1", "SU(8), 0.01"]
    assert len(names) == 6
    assert any((np.asarray(line.get_xdata()) == 3.0).all() for line in axes.lines)
    values = np.concatenate([c.lines[0].get_xdata() for c in axes.containers])
    # Two ends of the distance; layers are not drawn.
    np.testing.assert_allclose(np.unique(values), [1.01, 1.1])
    assert len(values) == 12
    [segments, *_] = [c.get_segments() for c in axes.collections]
    assert all(segment[:, 0].tolist() == [0.9, 1.3] for segment in segments)


def test_guides_are_power_laws() -> None:
    rows = TABLES["Q3"]["gates"]
    axes = guides(Figure().subplots(), rows)
    slopes = [np.polyfit(np.log(x.get_xdata()), np.log(x.get_ydata()), 1)[0] for x in axes.lines]
    np.testing.assert_allclose(slopes, [1.0, 3.0])


def test_starts_show_every_target_and_the_gain_after_the_fit() -> None:
    figure = draw_starts_of_fits(CLAIMS["EM12"], TABLES["EM12"])
    left, right = figure.axes
    assert [tick.get_text() for tick in left.get_yticklabels()] == [
        "n = 3, line",
        "n = 3, geodesic",
    ]
    assert left.get_ylim() == right.get_ylim()
    values = [c.lines[0].get_xdata().tolist() for c in right.containers]
    assert values == [[-0.5, -0.5], [-2.0, -2.0]]
    [claimed] = [line for line in right.lines if "counts" in line.get_label()]
    assert set(claimed.get_xdata()) == {-0.5}
    # A start has one look in both panels.
    looks = {line.get_label(): line.get_color() for line in left.lines}
    assert [c.lines[0].get_color() for c in right.containers] == [looks["Suzuki"], looks["random"]]


def test_medians_are_filled_and_targets_are_not() -> None:
    rows = TABLES["EM12"]["errors"]
    axes = points(Figure().subplots(), rows, ["n = 3, line", "n = 3, geodesic"])
    targets, median = axes.lines[:2]
    np.testing.assert_allclose(targets.get_xdata(), [-3.0, -2.9, -2.8])
    assert (targets.get_fillstyle(), median.get_fillstyle()) == ("none", "full")
    np.testing.assert_allclose(median.get_xdata(), [-2.9])
