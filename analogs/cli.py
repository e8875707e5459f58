"""The command `analogs`: names and short helps; each command lives in `analogs.commands`."""

from __future__ import annotations

import click

from qgeom._cli import LazyGroup

COMMANDS = {
    "list": ("analogs.commands.list", "List the claims that can be tested."),
    "run": ("analogs.commands.run", "Test claims, named by id."),
    "compare": ("analogs.commands.compare", "Compare circuits and networks, with a report."),
    "measure": ("analogs.commands.measure", "Read a network of your own as a curve of layers."),
    "report": ("analogs.commands.report", "Write the report of a run directory again."),
}


@click.group("analogs", cls=LazyGroup, commands_in=COMMANDS)
@click.version_option(package_name="qgeom")
def main() -> None:
    """Test claims on quantum circuits and on networks, side by side."""
