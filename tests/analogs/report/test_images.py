"""Figures as bytes: the same in every run, small, and with words."""

from __future__ import annotations

import pytest
from matplotlib.figure import Figure

from analogs.report.images import MOST_MARKS, inline, marks, png, svg


def cloud(points: int) -> Figure:
    figure = Figure(figsize=(3, 2), layout="constrained")
    axes = figure.subplots()
    axes.plot(range(points), range(points), marker="o")
    axes.set_title("a cloud")
    return figure


def test_bytes_are_the_same_and_bear_no_date():
    assert svg(cloud(5)) == svg(cloud(5))
    assert png(cloud(5)) == png(cloud(5))
    assert "<dc:date>" not in svg(cloud(5))
    assert b"Software" not in png(cloud(5))
    assert svg(cloud(5)) != svg(cloud(6))


def test_lines_are_vectors_and_clouds_are_pixels():
    small, large = cloud(MOST_MARKS // 2), cloud(MOST_MARKS + 1)
    assert inline(small, svg(small), "A", "words").startswith("<svg ")
    assert inline(large, svg(large), "A", "words").startswith("<img ")


def test_marks_counts_points_of_lines_and_collections():
    figure = Figure()
    axes = figure.subplots()
    before = marks(figure)
    axes.plot(range(10), marker="o")
    axes.plot(range(10))
    assert marks(figure) == before + 10
    axes.scatter(range(7), range(7))
    assert marks(figure) == before + 17


@pytest.mark.parametrize("points", [5, MOST_MARKS + 1])
def test_words_are_escaped(points):
    figure = cloud(points)
    element = inline(figure, svg(figure), "A", 'x < "y" & \\1')
    assert "x &lt; &#34;y&#34; &amp; \\1" in element


def test_names_inside_are_prefixed():
    figure = cloud(5)
    element = inline(figure, svg(figure), "C8", "words")
    assert 'id="C8-figure_1"' in element
    assert element.count('id="') == element.count('id="C8-')
    assert element.count("#") - element.count(": #") == element.count("#C8-")
    assert "http" not in element
    assert "<metadata" not in element
    assert "min-width: 2.1in; max-width: 3.4in" in element
