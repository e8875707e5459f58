"""`analogs list`: the claims that can be tested."""

from __future__ import annotations

import dataclasses
import textwrap
from typing import Any

import click

from analogs.catalogue import CLAIMS
from analogs.commands.options import aligned, json_option
from analogs.evidence import Claim
from qgeom._cli import echo_json

QUOTE_WIDTH = 80


@click.command("list")
@json_option
def command(as_json: bool) -> None:
    """List the claims that can be tested: id, kind, and what the paper says."""
    if as_json:
        echo_json([record(claim) for claim in CLAIMS])
        return
    rows = [
        (claim.id, claim.kind, textwrap.shorten(claim.quote, QUOTE_WIDTH, placeholder=" ..."))
        for claim in CLAIMS
    ]
    click.echo(aligned([("id", "kind", "claim"), *rows]))


def record(claim: Claim) -> dict[str, Any]:
    """Return every field of a claim but its experiment."""
    names = [field.name for field in dataclasses.fields(claim) if field.name != "experiment"]
    return {name: getattr(claim, name) for name in names}
