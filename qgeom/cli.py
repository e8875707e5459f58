"""The command `qgeom`: names and short helps; each command lives in `qgeom.commands`."""

from __future__ import annotations

import click

from qgeom import __version__
from qgeom._cli import LazyGroup

COMMANDS = {
    "geodesic": ("qgeom.commands.geodesic", "Find geodesics from the identity to a target."),
    "distance": ("qgeom.commands.distance", "Bracket the distance to a target."),
    "diameter": ("qgeom.commands.diameter", "Bracket the diameter at several costs."),
    "curvature": ("qgeom.commands.curvature", "Report scalar, Ricci and sampled curvature."),
    "compile": ("qgeom.commands.compile", "Compile a target into a circuit."),
    "conjugate": ("qgeom.commands.conjugate", "Find conjugate times of straight lines."),
    "state": ("qgeom.commands.state", "Bracket the distance of two states."),
}


@click.group("qgeom", cls=LazyGroup, commands_in=COMMANDS)
@click.version_option(__version__)
def main() -> None:
    """Compute the right-invariant geometry of quantum circuits.

    The metric is Nielsen's: Pauli strings up to weight K cost 1, all others q.
    """
