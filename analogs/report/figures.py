"""Which figure belongs to which claim, and what it says to those who cannot see it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import matplotlib
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.report.complexity import draw_counts, draw_lengths
from analogs.report.curvature import (
    draw_bridge,
    draw_kernel_sizes,
    draw_shares_by_group,
    draw_shares_by_law,
)
from analogs.report.diameter import draw_diameters
from analogs.report.rows import Tables
from analogs.report.style import SETTINGS


@dataclasses.dataclass(frozen=True)
class Drawing:
    """How the figure of a claim is drawn.

    Parameters
    ----------
    draw : callable
        Maps the claim and its tables to a figure.
    caption : str
        One sentence that says how to read it.
    beside : str
        Claim whose tables of the same names are drawn with its own, if there are any.
    """

    draw: Callable[[Claim, Tables], Figure]
    caption: str
    beside: str = ""

    def figure(self, claim: Claim, own: Tables, others: Mapping[str, Tables]) -> Figure:
        """Return the figure of a claim, given its tables and those of the other claims by id."""
        partner = others.get(self.beside, {})
        tables = {name: [*rows, *partner.get(name, ())] for name, rows in own.items()}
        with matplotlib.rc_context(SETTINGS):
            return self.draw(claim, tables)


DRAWINGS: Mapping[str, Drawing] = {
    "EM1": Drawing(
        draw_bridge,
        "Left: sectional curvature of the same planes, computed in SU(2^n) and in SO(2n); on the "
        "dashed line they agree. Right: their difference, and the rounding of the largest value.",
    ),
    "Q7": Drawing(
        draw_shares_by_law,
        "Share of planes of negative curvature against the cost q of non-local directions, one "
        "panel a law of the planes. Bars: Wilson's 95 % interval; grey line: the share claimed.",
        beside="C7",
    ),
    "C7": Drawing(
        draw_shares_by_group,
        "The same shares, one panel a group. Bars: Wilson's 95 % interval; grey line: the share "
        "claimed.",
        beside="Q7",
    ),
    "C8": Drawing(
        draw_kernel_sizes,
        "Curvature against the radius of the cheap directions, each line divided by its largest "
        "absolute value; the claim wants lines that fall all the way. Paler lines: smaller q.",
    ),
    "EM2": Drawing(
        draw_lengths,
        "Medians over seeds against the number of layers. Left: length of the shortest network over "
        "the geodesic distance; thin lines: the constant path |log U|. Middle: the relative "
        "difference from one. Right: how much the norms of the layers vary.",
    ),
    "C2": Drawing(
        draw_counts,
        "Length of the path against the count of operations. Left: circuits, with the bracket of "
        "the distance of their product. Right: trained convolutional networks, four lengths, each "
        "over its median.",
    ),
    "C12": Drawing(
        draw_diameters,
        "Bracket of the diameter, from a lower to an upper bound, with the geometric mean: a length "
        "(trace over the size) or, for reversible networks, a number of gates. Each family has its "
        "own size of the input; a straight line is exponential growth.",
    ),
}
