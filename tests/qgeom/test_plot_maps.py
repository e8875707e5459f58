"""Figures of maps: the numbers in the cells, the zero line, the shares with their intervals."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh

from qgeom import plots
from qgeom.geodesic.flow import shoot
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from qgeom.readings.curvature_maps import (
    CurvatureAlong,
    NegativeShareMap,
    PlaneFamily,
    curvature_along,
    negative_share_map,
    plane_family,
)
from qgeom.readings.sampling import CurvatureSample
from tests.closeness import ROUNDING, assert_close

BERGER = PauliMetric(1, custom({"Z": 5.0}))
SHARES = np.array([[0.0, 0.5, 1.0], [0.25, 0.75, 0.125]])
MAP = NegativeShareMap("metric", np.array([2, 3]), np.array([1.0, 4.0, 16.0]), SHARES, 8)


def axes() -> Axes:
    return plots.canvas()[0]


def texts(drawn: Axes) -> list[str]:
    return [text.get_text() for text in drawn.texts]


def family() -> PlaneFamily:
    x, y, z = np.eye(3)
    return plane_family(BERGER, (x, z), (y, y), samples=9)


def along() -> CurvatureAlong:
    x, y, _ = np.eye(3)
    return curvature_along(shoot(BERGER, x, 2.0), y, np.linspace(0.0, 2.0, 11))


# ---- map of shares


def test_cells_print_their_share_at_their_place() -> None:
    drawn = plots.plot_negative_share_map(MAP, axes(), name="berger")
    for text in drawn.texts:
        column, row = (int(place) for place in text.get_position())
        assert text.get_text() == f"{SHARES[row, column]:.0%}"
    assert len(drawn.texts) == SHARES.size
    assert_close(np.asarray(drawn.images[0].get_array()), SHARES, 0.0)
    assert [label.get_text() for label in drawn.get_xticklabels()] == ["1", "4", "16"]
    assert [label.get_text() for label in drawn.get_yticklabels()] == ["2", "3"]
    assert drawn.get_ylim()[0] < drawn.get_ylim()[1]  # the largest size on top
    assert drawn.get_title(loc="left").endswith("uniform in the metric: berger")


def test_half_is_white_and_letters_can_be_read() -> None:
    drawn = plots.plot_negative_share_map(MAP, axes())
    image = drawn.images[0]
    luminance = image.cmap(image.norm(SHARES))[..., :3] @ [0.2126, 0.7152, 0.0722]
    assert luminance[0, 1] > 0.9
    for text in drawn.texts:
        column, row = (int(place) for place in text.get_position())
        assert (text.get_color() == "white") == (luminance[row, column] < 0.4)


def test_a_map_that_was_computed() -> None:
    found = negative_share_map(
        lambda n, q: PauliMetric(n, nielsen(q)), [2, 3], [1, 64], "local", 10
    )
    drawn = plots.plot_negative_share_map(found, axes())
    assert texts(drawn) == ["0%", "0%", "0%", "100%"]


# ---- plane families


def test_family_is_drawn_with_its_zero_line() -> None:
    found = family()
    drawn = plots.plot_plane_family(found, axes())
    mesh = next(one for one in drawn.collections if isinstance(one, QuadMesh))
    assert_close(np.asarray(mesh.get_array()), -found.curvature, 0.0)  # orange is negative
    assert len(drawn.collections) == 2
    # Of angles k pi / 8, k < 8, curvature -11 cos^2 + 5 sin^2 is negative at |k| <= 2.
    assert "62% of the angles negative" in drawn.get_title(loc="left")


def test_without_a_change_of_sign_no_line_is_drawn() -> None:
    found = family()
    for curvature in (found.curvature**2 + 1.0, np.zeros_like(found.curvature)):
        drawn = plots.plot_plane_family(replace(found, curvature=curvature), axes())
        assert len(drawn.collections) == 1
        assert " 0% of the angles" in drawn.get_title(loc="left")


def test_colours_of_opposite_curvatures_are_opposite() -> None:
    found = family()
    drawn = plots.plot_plane_family(found, axes())
    low, high = drawn.collections[0].norm(np.array([-3.0, 3.0]))
    assert_close(low + high, 1.0, ROUNDING)


# ---- along a geodesic


def test_curvature_and_growth_are_drawn() -> None:
    found = along()
    left, right = plots.plot_curvature_along(found, *plots.canvas(2), name="berger")
    assert_close(left.get_lines()[1].get_ydata(), found.curvature, 0.0)
    assert_close(right.get_lines()[0].get_ydata(), found.growth, 0.0)
    assert_close(right.get_lines()[1].get_ydata(), found.times, 0.0)
    share = np.mean(found.curvature < 0)
    assert left.get_title(loc="left") == f"berger: negative at {share:.0%} of the times"
    assert "a parallel direction" in right.get_title(loc="left")
    assert "2^n" in left.get_ylabel()


# ---- shares of four laws


def sample(law: str, values: list[float]) -> CurvatureSample:
    return CurvatureSample(np.array(values), law)


def test_laws_are_marked_with_their_share_flat_or_absent() -> None:
    groups = {
        "one": [sample(law, [-1.0, 1.0, 1.0, 1.0]) for law in plots.LAWS],
        "two": [sample("local", [0.0, 0.0])],
    }
    drawn = plots.plot_law_shares(groups, axes())
    assert texts(drawn) == ["25%"] * 4 + ["n/a", "flat", "n/a", "n/a"]
    bars = [container.lines for container in drawn.containers]
    assert_close([bar[0].get_ydata()[0] for bar in bars], [0.25] * 4 + [0.0], 0.0)
    ends = bars[0][2][0].get_segments()[0][:, 1]
    assert_close(ends, groups["one"][0].negative_interval(), ROUNDING)
    assert [label.get_text() for label in drawn.get_xticklabels()] == ["one", "two"]


@pytest.mark.parametrize("groups", [{}, {"one": []}])
def test_groups_without_samples_are_refused(groups: dict[str, list[CurvatureSample]]) -> None:
    with pytest.raises(ValueError, match="`groups` must hold samples"):
        plots.plot_law_shares(groups, axes())


# ---- files


def test_maps_are_the_same_at_every_run(tmp_path: Path) -> None:
    for path in (tmp_path / "0.png", tmp_path / "1.png"):
        plots.save(plots.plot_negative_share_map(MAP, axes()), path)
    first, second = (path.read_bytes() for path in sorted(tmp_path.iterdir()))
    assert first == second
    assert len(first) > 5000
