"""Readings: the decision they carry, what they refuse, and Holm over a family."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from analogs.evidence import (
    Interval,
    Outcome,
    bound_reading,
    effect_reading,
    equivalence_reading,
    exact_reading,
    hold_family,
    share_reading,
)
from analogs.evidence.reading import dependence_reading

WHERE = ("name", "network", "definition")


def test_effect_reading_carries_its_test():
    reading = effect_reading(
        *WHERE,
        Interval(-2.0, -2.5, -1.5),
        count=7,
        smallest_effect=0.5,
        null=-1.0,
        direction=-1,
        p_value=0.01,
    )
    assert reading.outcome is Outcome.SUPPORTED
    assert (reading.value, reading.low, reading.high) == (-2.0, -2.5, -1.5)
    assert (reading.null, reading.smallest_effect) == (-1.0, 0.5)
    assert (reading.p_value, reading.count) == (0.01, 7)
    assert reading.sentence.endswith("predicted below -1 by at least 0.5, n = 7: supported")


@pytest.mark.parametrize(
    ("interval", "outcome"),
    [
        (Interval(-0.5, -0.6, -0.4), Outcome.SUPPORTED),
        (Interval(0.5, 0.4, 0.6), Outcome.SUPPORTED),
        (Interval(0.31, 0.01, 0.6), Outcome.SUPPORTED),
        (Interval(0.1, -0.2, 0.29), Outcome.REFUTED),
        (Interval(-0.1, -0.29, -0.05), Outcome.REFUTED),
        (Interval(0.2, 0.1, 0.31), Outcome.INCONCLUSIVE),
        (Interval(-0.2, -0.31, 0.1), Outcome.INCONCLUSIVE),
        (Interval(-0.5, -0.8, 0.01), Outcome.INCONCLUSIVE),
        (Interval(0.0, -1.0, 1.0), Outcome.INCONCLUSIVE),
    ],
)
def test_dependence_has_no_predicted_sign(interval, outcome):
    reading = dependence_reading(*WHERE, interval, count=9, smallest_effect=0.3, p_value=0.2)
    assert reading.outcome is outcome
    mirrored = Interval(-interval.estimate, -interval.high, -interval.low)
    other = dependence_reading(*WHERE, mirrored, count=9, smallest_effect=0.3)
    assert other.outcome is outcome
    assert (reading.null, reading.smallest_effect, reading.p_value) == (0.0, 0.3, 0.2)


def test_numpy_numbers_become_plain():
    share = np.float64(0.5)
    reading = effect_reading(
        *WHERE, Interval(share, share, share), count=np.int64(3), smallest_effect=share
    )
    assert {type(reading.count), type(reading.value), type(reading.null)} == {int, float}


def test_bound_and_share_keep_the_threshold_as_null():
    bound = bound_reading(*WHERE, Interval(4.0, 3.5, 5.0), count=9, bound=3.0, direction=-1)
    share = share_reading(*WHERE, Interval(0.99, 0.96, 1.0), count=9, threshold=0.95)
    assert (bound.outcome, bound.null) == (Outcome.REFUTED, 3.0)
    assert (share.outcome, share.null) == (Outcome.SUPPORTED, 0.95)


def test_equivalence_reading():
    interval = Interval(0.01, -0.01, 0.03)
    tight = equivalence_reading(*WHERE, interval, count=10, margin=0.02)
    wide = equivalence_reading(*WHERE, interval, count=10, margin=0.04)
    assert (tight.outcome, wide.outcome) == (Outcome.INCONCLUSIVE, Outcome.SUPPORTED)


@pytest.mark.parametrize(
    ("error", "outcome"), [(0.0, "exact"), (1.0, "refuted"), (math.nan, "refuted")]
)
def test_exact_reading_shows_no_interval(error, outcome):
    reading = exact_reading(*WHERE, error, tolerance=1e-9)
    assert reading.outcome == outcome
    assert "[" not in reading.sentence


def test_family_downgrades_only_what_multiplicity_explains():
    strong, lucky = (
        effect_reading(*WHERE, Interval(1, 0.1, 2), count=5, smallest_effect=0.5, p_value=p)
        for p in (0.001, 0.04)
    )
    refuted = effect_reading(
        *WHERE, Interval(0, -0.1, 0.1), count=5, smallest_effect=0.5, p_value=0.9
    )
    exact = exact_reading(*WHERE, 0.0, tolerance=0.0)
    control = dataclasses.replace(lucky, decisive=False)
    held = hold_family([strong, lucky, refuted, exact, control])
    assert [r.outcome for r in held] == [
        Outcome.SUPPORTED,
        Outcome.INCONCLUSIVE,
        Outcome.REFUTED,
        Outcome.EXACT,
        Outcome.SUPPORTED,
    ]
    assert [r.p_adjusted for r in held] == [0.003, 0.08, 0.9, None, None]
    assert "Holm's p = 0.08 over 3 tests exceeds 0.05: inconclusive" in held[1].sentence
    assert held[3:] == (exact, control)


def test_family_without_tests_is_unchanged():
    exact = exact_reading(*WHERE, 0.0, tolerance=0.0)
    assert hold_family([exact]) == (exact,)
    assert hold_family([]) == ()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "`name` must say something"),
        ({"definition": ""}, "`definition` must say something"),
        ({"side": "weights"}, "`side` must be one of quantum, network, template"),
        ({"count": 0}, "`count` must be at least 1"),
        ({"p_value": 1.5}, "`p_value` must lie in"),
        ({"p_value": math.nan}, "`p_value` must lie in"),
        ({"outcome": Outcome.MALFORMED}, "`outcome` must be one of"),
        ({"null": math.inf}, "`null` must be finite"),
        ({"smallest_effect": -1.0}, "`smallest_effect` must be at least zero"),
    ],
)
def test_wrong_fields_are_refused(change, message):
    reading = exact_reading(*WHERE, 0.0, tolerance=0.0)
    with pytest.raises(ValueError, match=message):
        dataclasses.replace(reading, **change)
