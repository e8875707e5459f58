"""The figures of networks and the claims of the catalogue belong together."""

from __future__ import annotations

import pytest

from analogs.catalogue import CLAIMS
from analogs.report.figures import DRAWINGS
from analogs.report.network_figures import NETWORK_DRAWINGS

NAMES = frozenset(claim.id for claim in CLAIMS)


@pytest.mark.parametrize("name", NETWORK_DRAWINGS)
def test_every_drawing_belongs_to_a_claim(name: str) -> None:
    assert name in NAMES
    assert NETWORK_DRAWINGS[name].beside in {"", *NAMES}


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_claim_has_a_drawing(name: str) -> None:
    assert name in DRAWINGS
