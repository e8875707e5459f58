"""The verdict: settling, the malformed rule, the views, and the lossless record."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest

from analogs.evidence import Interval, Outcome, Verdict, effect_reading, exact_reading, settle


def effect(side: str, definition: str, value: float, **changes):
    return effect_reading(
        "slope",
        side,
        definition,
        Interval(value, value - 0.2, value + 0.2),
        count=10,
        smallest_effect=0.5,
        **changes,
    )


def verdict(readings, **changes) -> Verdict:
    fields = {
        "claim_id": "C8",
        "outcome": settle(readings),
        "sentence": "A sentence.",
        "readings": tuple(readings),
        "seeds": (0, 1),
        "quick": False,
        "runtime_s": 0.25,
    }
    return Verdict(**(fields | changes))


def test_parts_of_one_definition_must_all_hold():
    exact = exact_reading("check", "network", "a", 0.0, tolerance=0.0)
    assert settle([exact, effect("network", "a", 1.0)]) is Outcome.SUPPORTED
    assert settle([exact, effect("network", "a", 0.0)]) is Outcome.REFUTED


def test_definitions_and_sides_are_alternatives():
    yes, no = effect("network", "a", 1.0), effect("network", "b", 0.0)
    assert settle([yes, no]) is Outcome.DEFINITION_DEPENDENT
    assert settle([yes, effect("quantum", "a", 0.0)]) is Outcome.DEFINITION_DEPENDENT


def test_controls_have_no_vote():
    control = effect("network", "b", 0.0, decisive=False)
    assert settle([effect("network", "a", 1.0), control]) is Outcome.SUPPORTED
    with pytest.raises(ValueError, match="at least one outcome"):
        settle([control])


def test_by_side():
    found = verdict(
        [
            effect("quantum", "a", 1.0),
            effect("network", "a", 1.0),
            effect("network", "b", 0.0),
            effect("template", "a", 0.0, decisive=False),
        ]
    )
    assert found.by_side() == {
        "quantum": Outcome.SUPPORTED,
        "network": Outcome.DEFINITION_DEPENDENT,
    }


def test_malformed_and_repair():
    readings = [effect("network", "a", 1.0)]
    repaired = verdict(readings, malformed="Unlike objects.", repair="Compare like ones.")
    assert repaired.label == "malformed (repaired: supported)"
    bare = verdict(readings, outcome=Outcome.MALFORMED, malformed="Unlike objects.")
    assert bare.label == "malformed"
    assert verdict(readings).label == "supported"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"malformed": "Unlike objects."}, "`outcome` must be malformed exactly when"),
        ({"outcome": Outcome.MALFORMED}, "`outcome` must be malformed exactly when"),
        ({"repair": "Compare like ones."}, "`repair` must come with a reason"),
        ({"runtime_s": -1.0}, "`runtime_s` must be at least zero"),
        ({"seeds": (-1,)}, "`seeds` must be at least 0"),
    ],
)
def test_contradictory_fields_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        verdict([effect("network", "a", 1.0)], **changes)


def test_record_is_strict_json_and_lossless():
    readings = [
        effect("network", "a", 0.1 + 0.2, p_value=1e-300),
        dataclasses.replace(effect("network", "b", 1.0), low=-math.inf, high=math.inf),
    ]
    original = verdict(readings, malformed="Unlike objects.", repair="Compare like ones.")
    text = json.dumps(original.to_record(), allow_nan=False)
    assert Verdict.from_record(json.loads(text)) == original


def test_record_keeps_the_nan_of_a_failed_identity():
    failed = verdict([exact_reading("error", "network", "a", math.nan, tolerance=1e-9)])
    text = json.dumps(failed.to_record(), allow_nan=False)
    back = Verdict.from_record(json.loads(text))
    assert math.isnan(back.readings[0].value)
    assert back.outcome is Outcome.REFUTED


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: record.pop("seeds"),
        lambda record: record.update(colour="red"),
        lambda record: record.update(seeds=["0", "1"]),
        lambda record: record.update(outcome="probably"),
        lambda record: record["readings"][0].update(side="weights"),
        lambda record: record["readings"][0].pop("value"),
        lambda record: record["readings"][0].update(value=None),
    ],
)
def test_damaged_record_is_refused(damage):
    record = verdict([effect("network", "a", 1.0)]).to_record()
    damage(record)
    with pytest.raises(ValueError, match="Argument `record` must"):
        Verdict.from_record(record)
