"""`analogs run`: test the claims that are named, and say what came out."""

from __future__ import annotations

from pathlib import Path

import click

from analogs.catalogue import CLAIMS, find
from analogs.commands.options import jobs_option, json_option, out_option, seeds_option
from analogs.commands.sweep import sweep
from analogs.evidence import Verdict
from qgeom._cli import echo_json
from qgeom._progress import Progress

EVERY = "all"


@click.command("run")
@click.argument("names", metavar="CLAIM...", nargs=-1, required=True)
@click.option("--quick", is_flag=True, help="Smoke run: small sizes and few seeds.")
@seeds_option
@jobs_option
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Your own arrays x (n, ...) and y (n,) in a .npz, for claims that take data.",
)
@out_option("runs/claims")
@json_option
def command(
    names: tuple[str, ...],
    quick: bool,
    seeds: int | None,
    jobs: int,
    data: Path | None,
    out: Path,
    as_json: bool,
) -> None:
    """Test claims, named by id or `all`, and print their verdicts with every reading.

    An interrupted run keeps its finished repetitions, and the same command resumes.
    """
    claims = CLAIMS if names == (EVERY,) else tuple(dict.fromkeys(map(find, names)))
    with Progress("run") as progress:
        cells = sweep(
            claims, quick=quick, seeds=seeds, directory=out, jobs=jobs, report=progress, data=data
        )
    verdicts = [cell.verdict for cell in cells]
    if as_json:
        echo_json([verdict.to_record() for verdict in verdicts])
    else:
        click.echo("\n\n".join(map(in_words, verdicts)))


def in_words(verdict: Verdict) -> str:
    """Return a verdict and its readings, one line each."""
    readings = [f"  {reading.side}: {reading.sentence}" for reading in verdict.readings]
    return "\n".join([f"{verdict.claim_id}: {verdict.label}", f"  {verdict.sentence}", *readings])
