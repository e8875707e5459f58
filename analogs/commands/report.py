"""`analogs report`: the report of a run directory, written again from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from analogs.catalogue import CLAIMS
from analogs.commands.options import damage_as_bad_input
from analogs.evidence import Cell, Claim, RunDirectory, Setting, configuration
from analogs.report.document import write_report
from analogs.report.page import Entry
from qgeom._checks import fail


@click.command("report")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def command(directory: Path) -> None:
    """Write the report of a run directory again, from what is stored, and print its path.

    Where a claim was tested several times, a full run counts more than a quick one, and more seeds
    more than fewer.
    """
    if not directory.is_dir():
        raise fail("directory", "be a run directory", f"{directory} is none")
    with damage_as_bad_input():
        cells = list(RunDirectory(directory).cells())
    entries = strongest(cells, CLAIMS)
    lost = sorted({cell.name for cell in cells} - {entry.claim.id for entry in entries})
    if lost:
        why = "what is stored belongs to no present claim, or to another test of it"
        click.echo(f"Left out {', '.join(lost)}: {why}.", err=True)
    if not entries:
        raise fail("directory", "hold results of the present claims", f"{directory} holds none")
    click.echo(str(write_report(entries, directory)))


def strongest(cells: Sequence[Cell], claims: Sequence[Claim]) -> list[Entry]:
    """Return each claim with its strongest cell: full before quick, then most seeds, then newest.

    A cell on a user's own data counts only where there is no other.  Cells of a test that has since
    been registered otherwise are left out.
    """
    entries = []
    for claim in claims:
        own = [cell for cell in cells if _belongs(cell, claim)]
        if own:
            entries.append(Entry(claim, max(own, key=_strength)))
    return entries


def _belongs(cell: Cell, claim: Claim) -> bool:
    setting = Setting(cell.verdict.quick, cell.verdict.seeds)
    own = {name: value for name, value in cell.config.items() if name != "data"}
    return cell.name == claim.id and own == configuration(claim, setting)


def _strength(cell: Cell) -> tuple[bool, bool, int, str]:
    return (
        "data" not in cell.config,
        not cell.verdict.quick,
        len(cell.verdict.seeds),
        cell.provenance.created,
    )
