"""`analogs compare`: complexity, diameter and curvature of circuits beside those of networks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from analogs.catalogue import CLAIMS
from analogs.commands.options import aligned, jobs_option, json_option, out_option, seeds_option
from analogs.commands.sweep import sweep
from analogs.evidence import SIDES, Verdict
from analogs.report.document import write_report
from analogs.report.page import Entry
from analogs.report.sections import KINDS
from qgeom._cli import echo_json
from qgeom._progress import Progress

_HEADER = ("claim", *SIDES, "verdict", "seeds")


@click.command("compare")
@click.option("--quick/--full", default=True, help="Small sizes and few seeds (default), or all.")
@seeds_option
@jobs_option
@out_option("runs/compare")
@json_option
def command(quick: bool, seeds: int | None, jobs: int, out: Path, as_json: bool) -> None:
    """Compare complexity, diameter and curvature of circuits and networks, side by side.

    Tests all claims of these kinds and writes a report (HTML, with SVG and CSV files beside it)
    into the run directory. The last line printed is the path of the report.
    """
    claims = tuple(claim for claim in CLAIMS if claim.kind in KINDS)
    with Progress("compare") as progress:
        cells = sweep(claims, quick=quick, seeds=seeds, directory=out, jobs=jobs, report=progress)
    path = write_report([Entry(*pair) for pair in zip(claims, cells, strict=True)], out)
    verdicts = [cell.verdict for cell in cells]
    if as_json:
        echo_json({"verdicts": [v.to_record() for v in verdicts], "report": str(path)})
    else:
        click.echo(f"{summary(verdicts)}\n\n{path}")


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return one line a claim: its outcome on each side, its verdict, and the number of seeds."""
    rows: list[tuple[str, ...]] = [_HEADER]
    for verdict in verdicts:
        sides = verdict.by_side()
        outcomes = [str(sides.get(side, "-")) for side in SIDES]
        count = f"{len(verdict.seeds)}{' (quick)' if verdict.quick else ''}"
        rows.append((verdict.claim_id, *outcomes, verdict.label, count))
    return aligned(rows)
