"""Options and output that several commands share."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from analogs.evidence import DamagedCellError
from qgeom._cli import BadInput

seeds_option = click.option(
    "--seeds", type=int, metavar="N", help="Number of seeds.  [default: each claim's own]"
)
jobs_option = click.option(
    "--jobs",
    type=int,
    metavar="N",
    default=min(2, os.cpu_count() or 1),
    show_default=True,
    help="Number of processes.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")


def out_option(default: str) -> Callable[[Any], Any]:
    """Return the option that names the run directory."""
    return click.option(
        "--out",
        type=click.Path(path_type=Path),
        metavar="DIR",
        default=Path(default),
        show_default=True,
        help="Run directory; what it holds is not computed again.",
    )


@contextlib.contextmanager
def damage_as_bad_input() -> Iterator[None]:
    """Turn a damaged cell into one line on standard error and exit code 2."""
    try:
        yield
    except DamagedCellError as error:
        raise BadInput(str(error)) from None


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of texts as lines with aligned columns.

    Examples
    --------
    >>> print(aligned([("id", "kind"), ("EM1", "curvature")]))
    id   kind
    EM1  curvature
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "\n".join(line.rstrip() for line in lines)
