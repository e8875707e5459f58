"""Where figures are drawn: new Axes, colours and dashes, and files that do not depend on the run.

Colours are those of Okabe and Ito, which colour-blind readers tell apart; lines differ in their
dashes too, and histograms in their place, so that a grey print loses nothing.  matplotlib is loaded
when a figure is made: commands that draw none start without it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qgeom._checks import fail

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
DASHES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)))  # 5 and 6 colours: 30 different lines
# Formats, and the field of each that would differ from run to run.
FORMATS = {".png": "Software", ".svg": "Date", ".pdf": "CreationDate"}


def canvas(rows: int = 1, *, width: float = 7.0, height: float = 4.0) -> list[Axes]:
    """Return the Axes of a new figure, `rows` of this size in inches; no global state."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, rows * height), layout="constrained")
    return list(figure.subplots(rows, squeeze=False)[:, 0])


def check_plot_path(path: str | Path, name: str = "plot") -> Path:
    """Return `path`, or raise ValueError unless its format is known and its folder exists."""
    path = Path(path)
    if path.suffix.lower() not in FORMATS:
        raise fail(name, "end in " + ", ".join(FORMATS), f"is {str(path)!r}")
    if not path.parent.is_dir():
        raise fail(name, "lie in a folder that exists", f"is {str(path)!r}")
    return path


def save(axes: Axes, path: str | Path) -> None:
    """Write the figure of `axes`; two runs give the same bytes.

    Raises
    ------
    ValueError
        Unless the name ends in .png, .svg or .pdf and the folder exists.
    """
    import matplotlib

    path = check_plot_path(path)
    figure = figure_of(axes)
    varying = FORMATS[path.suffix.lower()]
    with matplotlib.rc_context({"svg.hashsalt": "qgeom", "svg.fonttype": "path"}):
        figure.savefig(path, dpi=150, metadata={varying: None})


def figure_of(axes: Axes) -> Figure:
    """Return the whole figure of `axes`, or raise ValueError if it was removed from it."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise fail("axes", "belong to a figure", "belongs to none")
    return figure


def line_styles() -> Iterator[dict[str, Any]]:
    """Endless styles of lines, which differ in colour and in dashes."""
    for colour, dashes in zip(itertools.cycle(COLOURS), itertools.cycle(DASHES), strict=False):
        yield {"color": colour, "linestyle": dashes, "linewidth": 1.8}


def without_frame(axes: Axes) -> Axes:
    """Return `axes` without its top and right border."""
    axes.spines[["top", "right"]].set_visible(False)
    return axes
