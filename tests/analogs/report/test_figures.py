"""Every figure shows its table, names its axes, and can be told apart without colours."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from analogs.report.complexity import draw_lengths
from analogs.report.curvature import draw_shares_by_group, identity_panel, sweep_lines
from analogs.report.diameter import bracket_line
from analogs.report.figures import DRAWINGS
from analogs.report.geometry import sign_bars, signed_log_axis, spans
from analogs.report.network_figures import NETWORK_DRAWINGS
from analogs.report.style import panels, series_styles
from tests.analogs.report import synthetic
from tests.analogs.report.looks import check_lines, check_looks, check_panels

TABLES = {entry.claim.id: entry.cell.evidence.tables for entry in synthetic.entries()}
CLAIMS = {claim.id: claim for claim in synthetic.CLAIMS}


@pytest.fixture(scope="module")
def figures():
    return {name: DRAWINGS[name].figure(CLAIMS[name], TABLES[name], TABLES) for name in CLAIMS}


def axes_of_new_figure():
    return Figure().subplots()


def test_every_drawing_is_drawn_here_or_in_the_test_of_its_file():
    assert set(DRAWINGS) == {*CLAIMS, *NETWORK_DRAWINGS}
    assert {drawing.beside for drawing in DRAWINGS.values()} <= {"", *DRAWINGS}


@pytest.mark.parametrize("name", DRAWINGS)
def test_every_caption_is_a_sentence(name):
    assert DRAWINGS[name].caption.endswith(".")


@pytest.mark.parametrize("name", CLAIMS)
def test_every_figure_has_the_looks_of_all(figures, name):
    assert len(figures[name].axes) >= 2
    check_looks(figures[name])


def test_a_bare_panel_and_lines_that_differ_in_colour_alone_are_found():
    axes = axes_of_new_figure()
    with pytest.raises(AssertionError):
        check_panels(axes.figure)
    for color in ("k", "b"):
        axes.plot([0, 1], [0, 1], color=color, label=color)
    with pytest.raises(AssertionError):
        check_lines(axes.figure)


@pytest.mark.parametrize("name", ["Q7", "C7", "C8", "EM2", "C12"])
def test_circuits_and_networks_share_a_figure(figures, name):
    figure = figures[name]
    legend = [text.get_text() for found in figure.legends for text in found.get_texts()]
    words = " ".join([*legend, *(axes.get_title() for axes in figure.axes)])
    assert "quantum" in words
    assert "network" in words


def test_partner_may_be_missing():
    figure = DRAWINGS["C7"].figure(CLAIMS["C7"], TABLES["C7"], {"C7": TABLES["C7"]})
    assert [axes.get_title() for axes in figure.axes] == ["network: SO(8)", "network: GL(7)"]


def test_groups_at_a_single_cost_get_no_panel():
    rows = [row for row in TABLES["C7"]["shares"] if row["group"] == "SO(8)" or row["q"] == 256.0]
    figure = draw_shares_by_group(CLAIMS["C7"], {"shares": rows})
    assert [axes.get_title() for axes in figure.axes] == ["network: SO(8)"]


def test_shares_are_the_numbers_of_the_table(figures):
    panel = figures["Q7"].axes[0]
    rows = [r for r in TABLES["Q7"]["shares"] if r["planes"] == "metric"]
    [line] = [line for line in panel.lines if line.get_xdata()[0] == rows[0]["q"]][:1]
    np.testing.assert_array_equal(line.get_ydata(), [row["share"] for row in rows])
    assert panel.get_xscale() == "log"
    assert any((np.asarray(line.get_ydata()) == 0.95).all() for line in panel.lines)


def test_bridge_points_lie_on_the_line():
    axes = identity_panel(axes_of_new_figure(), TABLES["EM1"]["planes"])
    points = axes.lines[1]
    np.testing.assert_allclose(points.get_xdata(), points.get_ydata(), atol=1e-12)
    assert len(points.get_xdata()) == 40


def test_sweeps_are_scaled_by_their_largest_value():
    rows = [row for row in TABLES["C8"]["sweep"] if row["algebra"] == "SO(8)"]
    style = {"color": "k", "marker": "o", "linestyle": "-"}
    axes = sweep_lines(axes_of_new_figure(), rows, "local_mean", label="SO(8)", **style)
    pale, full = axes.lines
    np.testing.assert_allclose(full.get_ydata(), [-1.0, -1 / 2, -1 / 3, -1 / 4])
    assert (pale.get_alpha(), full.get_alpha()) == (0.5, 1.0)
    flat = [row for row in TABLES["C8"]["sweep"] if row["algebra"] == "circulant C=1"]
    axes = sweep_lines(axes_of_new_figure(), flat, "scalar", label="flat", **style)
    assert not np.asarray(axes.lines[-1].get_ydata()).any()


def test_lengths_show_medians_over_seeds():
    figure = draw_lengths(CLAIMS["EM2"], TABLES["EM2"])
    length, excess, _ = (axes.lines[0] for axes in figure.axes)
    np.testing.assert_allclose(length.get_ydata(), 1 + 2 / 1.5 / np.array([4, 8, 16]))
    np.testing.assert_allclose(excess.get_ydata(), 2 / 1.5 / np.array([4, 8, 16]))


def test_brackets_reach_from_lower_to_upper_end():
    rows = [row for row in TABLES["C12"]["diameters"] if row["family"] == "SO(d)"]
    axes = bracket_line(axes_of_new_figure(), rows, "network")
    ends = [segment[:, 1].tolist() for segment in axes.collections[0].get_segments()]
    np.testing.assert_allclose(ends, [[row["lower"], row["upper"]] for row in rows])


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        (
            "T1",
            [
                "SDiff($T^2$), waves ≤ 2; two single waves",
                "su(5), all waves, waves ≤ 2; kinetic energy",
                "low waves of su(33), waves ≤ 1; kinetic energy",
            ],
        ),
        ("S4", ["SO(4) × GL(3); within SO(4)", "SO(4) × GL(3); mixed", "Aff(3); mixed"]),
        ("A2", ["normal", "a tanh(w x); metric", "w x + b; two parameters"]),
    ],
)
def test_rows_of_planes_are_named_from_above(figures, name, rows):
    left, right = figures[name].axes
    assert [tick.get_text() for tick in left.get_yticklabels()] == rows
    assert left.get_ylim() == right.get_ylim()
    assert left.get_ylim()[0] > left.get_ylim()[1]
    claimed = CLAIMS[name].null
    assert any((np.asarray(line.get_xdata()) == claimed).all() for line in left.lines)


def test_bars_of_signs_fill_the_row_and_differ_without_colour():
    rows = TABLES["S4"]["planes"]
    axes = sign_bars(axes_of_new_figure(), rows)
    widths = [[bar.get_width() for bar in bars] for bars in axes.containers[:3]]
    np.testing.assert_allclose(widths, [[1.0, 0.0, 0.25], [0.0, 1.0, 0.25], [0.0, 0.0, 0.5]])
    starts = [[bar.get_x() for bar in bars] for bars in axes.containers[:3]]
    np.testing.assert_allclose(starts[2], [1.0, 1.0, 0.5])
    dark, empty, hatched = (bars[0] for bars in axes.containers[:3])
    weights = (0.299, 0.587, 0.114)
    assert np.dot(to_rgb(dark.get_facecolor()), weights) < 0.5
    assert to_rgb(empty.get_facecolor()) == (1.0, 1.0, 1.0)
    assert (dark.get_hatch(), empty.get_hatch(), hatched.get_hatch()) == (None, None, "////")
    [ends] = [c for c in axes.collections if len(c.get_segments()) == len(rows)]
    expected = [[row["low"], row["high"]] for row in rows]
    np.testing.assert_allclose([segment[:, 0] for segment in ends.get_segments()], expected)


def test_spans_reach_over_the_middle_of_the_planes():
    rows = TABLES["A2"]["signs"]
    axes = spans(axes_of_new_figure(), rows)
    [ends] = [c for c in axes.collections if len(c.get_segments()) == len(rows)]
    expected = [[row["tenth"], row["ninetieth"]] for row in rows]
    np.testing.assert_allclose([segment[:, 0] for segment in ends.get_segments()], expected)
    signed_log_axis(axes, rows, 0.1)
    assert axes.get_xscale() == "symlog"
    shown = [tick.get_text() for tick in axes.get_xticklabels()]
    assert shown == ["$-10^{3}$", "−10", "0", "10"]


def test_series_styles_differ_in_colour_marker_and_dashes():
    styles = series_styles("abcdefga")
    assert list(styles) == list("abcdefg")
    for key in ("color", "marker", "linestyle"):
        assert len({str(style[key]) for style in styles.values()}) == 7
    greys = sorted(
        np.dot(to_rgb(style["color"]), (0.299, 0.587, 0.114)) for style in styles.values()
    )
    assert greys[-1] < 0.75  # visible on white paper


@pytest.mark.parametrize(
    ("count", "across", "shape"), [(1, 2, (1, 1)), (3, 2, (2, 2)), (3, 3, (1, 3))]
)
def test_panels(count, across, shape):
    figure, grid = panels(count, across=across)
    assert len(grid) == len(figure.axes) == count
    assert grid[0].get_gridspec().get_geometry() == shape
