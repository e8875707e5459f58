"""Claims, readings and provenance in words."""

from __future__ import annotations

from analogs.evidence import Outcome
from analogs.report.page import OUTCOMES, badge, page_claim, page_reading, provenance
from tests.analogs.report import synthetic


def page_of(name, entries):
    [entry] = [entry for entry in entries if entry.claim.id == name]
    return page_claim(entry, None, "a caption")


def test_every_outcome_has_a_symbol_of_its_own():
    assert set(OUTCOMES) == set(Outcome)
    assert len({symbol for symbol, _ in OUTCOMES.values()}) == len(Outcome)
    assert badge(Outcome.REFUTED).style == "refuted"


def test_claim_in_words(entries):
    page = page_of("C8", entries)
    assert (page.badge.text, page.badge.style) == ("malformed (repaired: refuted)", "malformed")
    assert page.sides["network"].text == "refuted"
    assert (page.basis, page.runtime) == ("1 seed, quick run", "1.2 s")
    assert (page.null, page.smallest_effect) == ("0.95", "0")
    assert not page.stale
    assert page.note == "Peaks at radius 2."


def test_readings_without_a_vote_stand_apart(entries):
    page = page_of("EM1", entries)
    assert [reading.name for reading in page.readings] == ["max |K_U - 8 K_F|"]
    assert [reading.name for reading in page.controls] == ["control <b>"]


def test_reading_in_words(entries):
    [entry] = [entry for entry in entries if entry.claim.id == "C8"]
    shown = page_reading(entry.cell.verdict.readings[0])
    assert (shown.value, shown.interval, shown.p) == ("0.4", "[0.1, 0.6]", "0.8")
    assert shown.sentence.endswith("n = 4: refuted")


def test_provenance_is_told_once_for_all_that_share_it():
    early = synthetic.entry(synthetic.CLAIMS[0], created="2026-11-20T08:00:00+00:00")
    late = synthetic.entry(synthetic.CLAIMS[1])
    other = synthetic.entry(synthetic.CLAIMS[2], revision="abc")
    first, second = provenance([early, late, other])
    assert first["claims"] == "EM1, Q7"
    assert first["created"] == f"2026-11-20T08:00:00+00:00 to {synthetic.CREATED}"
    assert first["versions"] == "numpy 2.4.6"
    assert first["git revision"] == "none"
    assert (second["claims"], second["git revision"]) == ("C12", "abc")
