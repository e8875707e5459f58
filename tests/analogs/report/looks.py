"""What holds for every figure: named and filled panels, lines that differ without their colours."""

from __future__ import annotations

from matplotlib.figure import Figure


def check_panels(figure: Figure) -> None:
    """Every panel has a title, names on both axes, and something in it."""
    assert figure.axes
    for axes in figure.axes:
        assert all((axes.get_title(), axes.get_xlabel(), axes.get_ylabel()))
        assert axes.has_data()
        assert len(axes.lines) + len(axes.collections) + len(axes.patches) > 0


def check_lines(figure: Figure) -> None:
    """Lines of one look have one colour: marker or dashes tell the others apart."""
    for axes in figure.axes:
        looks: dict[tuple[object, object], set[object]] = {}
        for line in axes.lines:
            if not str(line.get_label()).startswith("_"):
                look = (line.get_marker(), line.get_linestyle())
                looks.setdefault(look, set()).add(line.get_color())
        assert all(len(colors) == 1 for colors in looks.values())


def check_looks(figure: Figure) -> None:
    """Both of them."""
    check_panels(figure)
    check_lines(figure)
