"""M1 and M2 at small sizes, and their flat controls."""

from __future__ import annotations

import pytest

from analogs.evidence import Outcome, Setting
from analogs.mirrors.mera import hyperbolic

SETTING = Setting(quick=True, seeds=(0, 1))


@pytest.mark.parametrize("name", ["mera_curvature", "network_curvature"])
def test_the_claimed_family_is_hyperbolic_and_flat_ones_are_not(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hyperbolic, "TRANSPORT_SITES", 16)
    evidence = getattr(hyperbolic, name)(SETTING)
    decisive, *others = evidence.readings
    assert decisive.decisive
    assert decisive.outcome is Outcome.SUPPORTED
    assert (decisive.low, decisive.value, decisive.high) == (0.0, 0.0, 0.0)
    for reading in others:
        assert not reading.decisive
        tree = "tree" in reading.definition
        assert reading.outcome is (Outcome.SUPPORTED if tree else Outcome.REFUTED)
        assert reading.value == 0.0 if tree else reading.value > 0.3
    rows = evidence.tables["graphs"]
    assert [row["ollivier"] is None for row in rows[:4]] == [False, True, True, True]
