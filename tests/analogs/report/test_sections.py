"""Readings side by side."""

from __future__ import annotations

import dataclasses

from analogs.evidence import Evidence, Interval, Setting, effect_reading, exact_reading
from analogs.report.page import page_claim
from analogs.report.sections import compare, sections
from tests.analogs.report import synthetic

SIDES = ("quantum", "network")


def identities(setting: Setting) -> Evidence:
    """Return three identities, parts of one test, and a fourth that both sides share."""
    parts = [
        exact_reading(f"part {i}", "network", "so(2n)", 1.0 if i == 2 else 0.0, tolerance=0.5)
        for i in range(3)
    ]
    both = [
        effect_reading("gain", side, side, Interval(1.0, 0.5, 2.0), count=3, smallest_effect=0.1)
        for side in SIDES
    ]
    control = dataclasses.replace(parts[0], name="control", decisive=False)
    return Evidence((*parts, *both, control))


def test_one_name_has_a_column_a_side(entries):
    by_id = {entry.claim.id: entry for entry in entries}
    [shares] = compare([by_id["Q7"], by_id["C7"]], SIDES)
    assert shares.name == "share of planes with K < 0 at q = 256"
    assert shares.claim_ids == ("Q7", "C7")
    assert len(shares.rows) == 8
    first, last = shares.rows[0], shares.rows[-1]
    assert [place.definition for place in first] == ["U(8), planes metric", "SO(8), planes metric"]
    assert last[0] is None
    assert last[1].definition == "GL(7), planes coordinate"
    assert first[0].text == "0.1992 [0.1792, 0.2192]"


def test_parts_of_one_test_become_one_place():
    entry = synthetic.entry(synthetic.claim("C1", "structure", identities))
    parts, gain = compare([entry], SIDES)
    assert (parts.name, parts.claim_ids) == ("Title of C1", ("C1",))
    [(none, place)] = parts.rows
    assert none is None
    assert (place.text, place.badge.text, place.definition) == ("3 readings", "refuted", "so(2n)")
    [pair] = gain.rows
    assert [place.side for place in pair] == list(SIDES)


def test_sections_follow_the_kinds(entries):
    pages = {entry.claim.id: page_claim(entry, None, "") for entry in entries}
    found = sections(entries, pages)
    assert [section.title for section in found] == [
        "Complexity",
        "Diameter",
        "Curvature",
        "Geodesic",
    ]
    assert [page.claim.id for page in found[2].claims] == [
        "EM1",
        "Q7",
        "C7",
        "C8",
        "T1",
        "S4",
        "A2",
    ]
    templates = {"Curvature": (*SIDES, "template")}
    assert all(section.sides == templates.get(section.title, SIDES) for section in found)


def test_templates_get_a_column_where_they_are_read():
    def matching(setting: Setting) -> Evidence:
        return Evidence((exact_reading("error", "template", "circle", 0.0, tolerance=0.0),))

    entry = synthetic.entry(synthetic.claim("T1", "geodesic", matching))
    [section] = sections([entry], {"T1": page_claim(entry, None, "")})
    assert section.sides == ("quantum", "network", "template")
