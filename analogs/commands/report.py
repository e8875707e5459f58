"""`analogs report`: the report of a run directory, written again from what is stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analogs.catalogue import CLAIMS
from analogs.evidence import Cell, Claim, RunDirectory, Setting, configuration
from analogs.report.document import Entry, write_report
from qgeom._checks import fail


def execute(directory: str) -> str:
    """Write the report and return its path."""
    path = Path(directory)
    if not path.is_dir():
        raise fail("directory", "be a run directory", f"{path} does not exist")
    entries = strongest(list(RunDirectory(path).cells()), CLAIMS)
    if not entries:
        raise fail("directory", "hold finished cells of the present claims", f"{path} holds none")
    return str(write_report(entries, path))


def strongest(cells: Sequence[Cell], claims: Sequence[Claim]) -> list[Entry]:
    """Return each claim with its strongest cell: full before quick, then most seeds, then newest.

    Cells of a test that has since been registered otherwise are left out.
    """
    entries = []
    for claim in claims:
        own = [cell for cell in cells if _belongs(cell, claim)]
        if own:
            entries.append(Entry(claim, max(own, key=_strength)))
    return entries


def _belongs(cell: Cell, claim: Claim) -> bool:
    setting = Setting(cell.verdict.quick, cell.verdict.seeds)
    return cell.name == claim.id and cell.config == configuration(claim, setting)


def _strength(cell: Cell) -> tuple[bool, int, str]:
    return not cell.verdict.quick, len(cell.verdict.seeds), cell.provenance.created
