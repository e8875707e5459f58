"""How the figure of a claim is drawn, and what it says to those who cannot see it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping

import matplotlib
from matplotlib.figure import Figure

from analogs.evidence import Claim
from analogs.evidence.rows import Tables
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
