"""What identifies a result: the registered test, the seeds, the size of the run, a user's data."""

from __future__ import annotations

import hashlib
from typing import Any

from analogs.evidence.claim import Claim, Setting
from qgeom._checks import fail


def configuration(claim: Claim, setting: Setting) -> dict[str, Any]:
    """Return the configuration of a result; `data` is there only if it is a user's, by its hash.

    Raises
    ------
    ValueError
        If there is data which the claim does not take, or which cannot be read.
    """
    config = {
        "claim": claim.id,
        "definition": claim.definition,
        "statistic": claim.statistic,
        "null": claim.null,
        "smallest_effect": claim.smallest_effect,
        "malformed": claim.malformed,
        "repair": claim.repair,
        "quick": setting.quick,
        "seeds": list(setting.seeds),
    }
    return config if setting.data is None else {**config, "data": _data_hash(claim, setting)}


def _data_hash(claim: Claim, setting: Setting) -> str:
    assert setting.data is not None
    if not claim.takes_data:
        raise fail("data", "go with a claim that takes data", f"is given for {claim.id}")
    try:
        return hashlib.sha256(setting.data.read_bytes()).hexdigest()
    except OSError as error:
        but = f"{setting.data} cannot be read: {error.strerror}"
        raise fail("data", "be a file that can be read", but) from None
