"""`analogs run`: test the claims that are named, and say what came out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from analogs.catalogue import find
from analogs.commands.sweep import sweep
from analogs.evidence import Verdict
from qgeom._progress import Progress


def execute(
    claims: Sequence[str], quick: bool, seeds: int | None, jobs: int, out: str, as_json: bool
) -> str:
    """Return the verdicts in words, with their readings, or their JSON records."""
    chosen = tuple(dict.fromkeys(find(name) for name in claims))
    with Progress("run") as progress:
        cells = sweep(
            chosen, quick=quick, seeds=seeds, directory=Path(out), jobs=jobs, progress=progress
        )
    verdicts = [cell.verdict for cell in cells]
    if as_json:
        return json.dumps([verdict.to_record() for verdict in verdicts], indent=2)
    return "\n\n".join(map(_in_words, verdicts))


def _in_words(verdict: Verdict) -> str:
    readings = [f"  {reading.side}: {reading.sentence}" for reading in verdict.readings]
    return "\n".join([f"{verdict.claim_id}: {verdict.label}", f"  {verdict.sentence}", *readings])
