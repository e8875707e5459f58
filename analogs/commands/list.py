"""`analogs list`: the claims that can be tested."""

from __future__ import annotations

import dataclasses
import json
import textwrap
from typing import Any

from analogs.catalogue import CLAIMS
from analogs.commands.text import columns
from analogs.evidence import Claim

_QUOTE_WIDTH = 80


def execute(as_json: bool) -> str:
    """Return the table of all claims, or its JSON with all fields that are text."""
    if as_json:
        return json.dumps([_record(claim) for claim in CLAIMS], indent=2)
    rows = [
        (claim.id, claim.kind, textwrap.shorten(claim.quote, _QUOTE_WIDTH, placeholder=" ..."))
        for claim in CLAIMS
    ]
    return columns([("id", "kind", "claim"), *rows])


def _record(claim: Claim) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(claim) if field.name != "experiment"]
    return {name: getattr(claim, name) for name in names}
