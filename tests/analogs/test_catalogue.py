"""The list of claims, and how one is found in it."""

from __future__ import annotations

from collections import Counter
from multiprocessing.reduction import ForkingPickler

import pytest

from analogs.catalogue import CLAIMS, find
from analogs.report.figures import DRAWINGS
from analogs.report.sections import KINDS
from tests.analogs.report import synthetic


def test_no_name_stands_for_two_claims():
    names = Counter(name for claim in CLAIMS for name in (claim.id, *claim.aliases))
    assert CLAIMS
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_claim_can_travel_to_a_worker(claim):
    assert ForkingPickler.loads(ForkingPickler.dumps(claim)) == claim


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_every_claim_that_is_compared_has_a_figure(claim):
    assert claim.kind not in KINDS or claim.id in DRAWINGS


@pytest.mark.parametrize("name", ["EM1", "em1", "EM11", "Em11"])
def test_find_by_id_and_alias_in_any_case(name):
    assert find(name, synthetic.CLAIMS).id == "EM1"


@pytest.mark.parametrize(
    ("name", "hint"), [("C88", " (did you mean C8?)"), ("xyzzy", ""), ("", "")]
)
def test_unknown_name_lists_the_known_ones(name, hint):
    known = ", ".join(claim.id for claim in synthetic.CLAIMS)
    message = f"Argument `claim` must be one of {known}, but is '{name}'{hint}."
    with pytest.raises(ValueError) as caught:
        find(name, synthetic.CLAIMS)
    assert str(caught.value) == message
