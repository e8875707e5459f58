"""`analogs compare`: complexity, diameter and curvature of circuits beside those of networks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from analogs.catalogue import CLAIMS
from analogs.commands.sweep import sweep
from analogs.commands.text import columns
from analogs.evidence import Verdict
from analogs.report.document import Entry, write_report
from qgeom._progress import Progress

KINDS = ("complexity", "diameter", "curvature")
_HEADER = ("claim", "quantum", "network", "verdict", "seeds")


def execute(quick: bool, seeds: int | None, jobs: int, out: str, as_json: bool) -> str:
    """Write the report and return the table of verdicts with the path of the report below."""
    claims = tuple(claim for claim in CLAIMS if claim.kind in KINDS)
    with Progress("compare") as progress:
        cells = sweep(
            claims, quick=quick, seeds=seeds, directory=Path(out), jobs=jobs, progress=progress
        )
    path = write_report([Entry(*pair) for pair in zip(claims, cells, strict=True)], Path(out))
    verdicts = [cell.verdict for cell in cells]
    if as_json:
        records = [verdict.to_record() for verdict in verdicts]
        return json.dumps({"verdicts": records, "report": str(path)}, indent=2)
    return f"{summary(verdicts)}\n\n{path}"


def summary(verdicts: Sequence[Verdict]) -> str:
    """Return one line a claim: its outcome on each side, its verdict, and the number of seeds."""
    rows = [_HEADER]
    for verdict in verdicts:
        sides = verdict.by_side()
        outcomes = [str(sides.get(side, "-")) for side in ("quantum", "network")]
        count = f"{len(verdict.seeds)}{' (quick)' if verdict.quick else ''}"
        rows.append((verdict.claim_id, outcomes[0], outcomes[1], verdict.label, count))
    return columns(rows)
