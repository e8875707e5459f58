"""A figure as bytes that are the same in every run, and as a piece of HTML."""

from __future__ import annotations

import base64
import io
import re

import matplotlib
import numpy as np
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from analogs.report.style import SETTINGS

# A vector image of more marks than this is larger than its pixels.
MOST_MARKS = 1000
_PIXELS_PER_INCH = 144
_LEAST, _MOST = 0.7, 1.15  # how far a page may shrink and stretch a figure
_PROLOGUE = re.compile(r"\A.*?(?=<svg)", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
_NAMESPACE = re.compile(r'\s+xmlns(:\w+)?="[^"]*"')
_SIZE = re.compile(r' (width|height)="[^"]*pt"')  # in points on the root element alone
_NAME = re.compile(r'(\bid="|href="#|url\(#)')


def svg(figure: Figure) -> str:
    """Return the figure as an SVG file, without date or program."""
    stream = io.StringIO()
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG file, without the name of the program."""
    stream = io.BytesIO()
    with matplotlib.rc_context(SETTINGS):
        figure.savefig(stream, format="png", dpi=_PIXELS_PER_INCH, metadata={"Software": None})
    return stream.getvalue()


def inline(figure: Figure, drawing: str, name: str, alt: str) -> Markup:
    """Return the figure as an element of an HTML page that needs no other file.

    Parameters
    ----------
    figure : Figure
    drawing : str
        What `svg` made of it.
    name : str
        Prefix of the names inside, which must be unique on the page.
    alt : str
        What it shows, in words.
    """
    width = float(figure.get_figwidth())
    style = f"min-width: {_LEAST * width:.1f}in; max-width: {_MOST * width:.1f}in"
    if marks(figure) > MOST_MARKS:
        data = base64.b64encode(png(figure)).decode()
        image = Markup('<img style="{}" alt="{}" src="data:image/png;base64,{}">')
        return image.format(style, alt, data)
    element = _NAMESPACE.sub("", _METADATA.sub("", _PROLOGUE.sub("", drawing)))
    named = _NAME.sub(rf"\g<1>{name}-", _SIZE.sub("", element))
    described = f'<svg style="{style}" role="img" aria-label="{escape(alt)}"'
    return Markup(named.replace("<svg", described, 1))  # the one text from outside is escaped


def marks(figure: Figure) -> int:
    """Return the number of data points that are drawn one by one."""
    lines = [line for axes in figure.axes for line in axes.lines if line.get_marker() != "None"]
    groups = [group for axes in figure.axes for group in axes.collections]
    points = sum(np.size(line.get_xdata()) for line in lines)
    # A cloud has one path at many offsets, a set of bars many paths at one offset.
    sizes = (max(len(g.get_paths()), len(np.atleast_2d(g.get_offsets()))) for g in groups)
    return points + sum(sizes)
