"""Decision rules: each against its definition, their symmetries, and the joining rules."""

from __future__ import annotations

import itertools
import math

import pytest

from analogs.evidence import (
    Outcome,
    conjoin,
    decide_bound,
    decide_effect,
    decide_equivalence,
    decide_exact,
    decide_share,
)
from analogs.evidence.outcome import combine

GRID = (-1.5, -1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0, 1.5)
INTERVALS = [(low, high) for low in GRID for high in GRID if low <= high]


@pytest.mark.parametrize(
    ("estimate", "low", "high", "outcome"),
    [
        (0.7, 0.1, 1.3, Outcome.SUPPORTED),
        (0.5, 0.1, 0.9, Outcome.SUPPORTED),  # the estimate may equal the smallest effect
        (0.7, 0.0, 1.4, Outcome.INCONCLUSIVE),  # zero itself is not excluded
        (0.4, 0.1, 0.7, Outcome.INCONCLUSIVE),  # real, perhaps too small
        (0.3, 0.1, 0.49, Outcome.REFUTED),  # real, certainly too small
        (0.3, 0.1, 0.5, Outcome.INCONCLUSIVE),
        (-0.7, -1.0, -0.4, Outcome.REFUTED),
        (0.6, -math.inf, math.inf, Outcome.INCONCLUSIVE),
        (0.9, 0.1, 0.3, Outcome.INCONCLUSIVE),  # estimate outside its interval
    ],
)
def test_effect_against_the_registered_rule(estimate, low, high, outcome):
    assert decide_effect(estimate, low, high, smallest_effect=0.5) is outcome


@pytest.mark.parametrize("estimate", GRID)
def test_effect_is_covariant_under_reflection_and_shift(estimate):
    for low, high in INTERVALS:
        plain = decide_effect(estimate, low, high, smallest_effect=0.5)
        reflected = decide_effect(-estimate, -high, -low, smallest_effect=0.5, direction=-1)
        shifted = decide_effect(estimate + 2, low + 2, high + 2, smallest_effect=0.5, null=2.0)
        assert plain is reflected is shifted


@pytest.mark.parametrize("interval", INTERVALS)
def test_opposite_predictions_are_never_both_supported(interval):
    low, high = interval
    middle = (low + high) / 2
    outcomes = [
        decide_effect(middle, low, high, smallest_effect=0.5, direction=sign) for sign in (1, -1)
    ]
    assert outcomes != [Outcome.SUPPORTED, Outcome.SUPPORTED]
    if Outcome.SUPPORTED in outcomes:
        assert Outcome.REFUTED in outcomes


@pytest.mark.parametrize("interval", INTERVALS)
def test_equivalence_is_two_bounds(interval):
    low, high = interval
    # No grid point ties with the margin, so strict and weak inequalities agree.
    margin = 0.75
    upper = decide_bound(low, high, margin, direction=-1)
    lower = decide_bound(low, high, -margin, direction=1)
    assert decide_equivalence(low, high, margin) is conjoin([upper, lower])


@pytest.mark.parametrize("interval", INTERVALS)
def test_share_is_a_bound(interval):
    low, high = interval
    if low < 0 or high > 1:
        with pytest.raises(ValueError, match="must be a share"):
            decide_share(low, high, 0.95)
    else:
        assert decide_share(low, high, 0.95) is decide_bound(low, high, 0.95)


def test_bound_holds_its_own_edge():
    assert decide_bound(0.95, 1.0, 0.95) is Outcome.SUPPORTED
    assert decide_bound(0.90, 0.95, 0.95) is Outcome.INCONCLUSIVE
    assert decide_bound(0.90, 0.94, 0.95) is Outcome.REFUTED


def test_exact():
    assert decide_exact(1e-12, 1e-12) is Outcome.EXACT
    assert decide_exact(2e-12, 1e-12) is Outcome.REFUTED
    assert decide_exact(math.nan, 1e-12) is Outcome.REFUTED
    assert decide_exact(math.inf, 1e-12) is Outcome.REFUTED
    assert decide_exact(0.0, 0.0) is Outcome.EXACT


@pytest.mark.parametrize("outcome", list(Outcome))
def test_agreement_is_kept(outcome):
    assert combine([outcome]) is combine([outcome, outcome]) is outcome
    assert conjoin([outcome, outcome]) is outcome


@pytest.mark.parametrize(
    ("outcomes", "alternatives", "parts"),
    [
        (("supported", "refuted"), "definition-dependent", "refuted"),
        (("exact", "refuted"), "definition-dependent", "refuted"),
        (("exact", "supported"), "supported", "supported"),
        (("supported", "inconclusive"), "inconclusive", "inconclusive"),
        (("refuted", "inconclusive"), "inconclusive", "refuted"),
        (("supported", "refuted", "inconclusive"), "definition-dependent", "refuted"),
        (("definition-dependent", "supported"), "definition-dependent", "definition-dependent"),
        (("malformed", "supported"), "malformed", "malformed"),
    ],
)
def test_joining_rules(outcomes, alternatives, parts):
    for order in itertools.permutations(Outcome(outcome) for outcome in outcomes):
        assert combine(order) == alternatives
        assert conjoin(order) == parts


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: decide_effect(math.nan, 0, 1, smallest_effect=0.1), "`estimate` must be finite"),
        (lambda: decide_effect(0, math.nan, 1, smallest_effect=0.1), "`low` must be at most"),
        (lambda: decide_effect(0, 1, 0, smallest_effect=0.1), "low is 1 and high is 0"),
        (
            lambda: decide_effect(0, 0, 1, smallest_effect=-0.1),
            "`smallest_effect` must be at least",
        ),
        (lambda: decide_effect(0, 0, 1, smallest_effect=0.1, direction=0), "must be \\+1 or -1"),
        (lambda: decide_bound(0, 1, math.nan), "`bound` must be finite"),
        (lambda: decide_equivalence(0, 1, 0.0), "`margin` must be positive"),
        (lambda: decide_exact(-1e-3, 1e-12), "`error` must be at least zero"),
        (lambda: decide_exact(0.0, math.nan), "`tolerance` must be finite"),
        (lambda: combine([]), "at least one outcome"),
        (lambda: conjoin([]), "at least one outcome"),
        (lambda: combine(["perhaps"]), "perhaps"),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
