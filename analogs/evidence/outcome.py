"""The six outcomes, the rules that turn an interval into one, and the rules that join several."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NamedTuple

from qgeom._checks import check_finite_number, fail


class Outcome(enum.StrEnum):
    """What a test says about a claim."""

    SUPPORTED = "supported"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"
    EXACT = "exact"
    MALFORMED = "malformed"
    DEFINITION_DEPENDENT = "definition-dependent"


# From the strongest statement to the weakest.
_STRENGTH = (
    Outcome.EXACT,
    Outcome.SUPPORTED,
    Outcome.REFUTED,
    Outcome.INCONCLUSIVE,
    Outcome.MALFORMED,
)


class Interval(NamedTuple):
    """An estimate with the ends of its confidence interval; an end may be infinite."""

    estimate: float
    low: float
    high: float


def check_direction(direction: int) -> int:
    """Return `direction`, or raise ValueError unless it is +1 or -1."""
    if direction not in (1, -1):
        raise fail("direction", "be +1 or -1", f"is {direction!r}")
    return direction


def check_nonnegative(name: str, value: float) -> float:
    """Return `value` as a float, or raise ValueError unless it is finite and at least zero."""
    number = check_finite_number(name, value)
    if number < 0:
        raise fail(name, "be at least zero", f"is {value}")
    return number


def _check_ends(low: float, high: float) -> None:
    if not low <= high:  # also refuses NaN
        raise fail("low", "be at most `high`", f"low is {low} and high is {high}")


def decide_effect(
    estimate: float,
    low: float,
    high: float,
    *,
    smallest_effect: float,
    null: float = 0.0,
    direction: int = 1,
) -> Outcome:
    r"""Decide a predicted effect from its estimate and confidence interval.

    Write :math:`e, [l, h]` for the estimate and interval of `direction * (value - null)` and
    :math:`s` for the smallest effect of interest, fixed before the measurement. Then

    - supported if :math:`l > 0` and :math:`e \ge s`;
    - refuted if :math:`h < s`: effects of interest are excluded, as in a one-sided
      equivalence test; an interval wholly on the other side is a special case;
    - inconclusive otherwise, and where both hold, which needs an estimate outside its interval.

    Parameters
    ----------
    estimate, low, high : float
        The statistic and its confidence interval; `low` and `high` may be infinite.
    smallest_effect : float
        :math:`s \ge 0`, a distance from `null`.
    null : float
        Value of the statistic when there is no effect.
    direction : {1, -1}
        Predicted sign of `value - null`.

    Raises
    ------
    ValueError
        If `low > high`, a number is NaN, or an argument is out of range.

    Examples
    --------
    >>> str(decide_effect(-2.0, -2.2, -1.8, smallest_effect=0.5, direction=-1))
    'supported'
    >>> str(decide_effect(0.1, -0.1, 0.3, smallest_effect=0.5))
    'refuted'
    """
    check_finite_number("estimate", estimate)
    check_finite_number("null", null)
    check_nonnegative("smallest_effect", smallest_effect)
    check_direction(direction)
    _check_ends(low, high)
    effect = direction * (estimate - null)
    lower, upper = sorted((direction * (low - null), direction * (high - null)))
    supported = lower > 0 and effect >= smallest_effect
    refuted = upper < smallest_effect
    if supported == refuted:
        return Outcome.INCONCLUSIVE
    return Outcome.SUPPORTED if supported else Outcome.REFUTED


def decide_bound(low: float, high: float, bound: float, *, direction: int = 1) -> Outcome:
    """Decide "the value is at least `bound`" (direction +1) or "at most" (direction -1).

    Supported if the whole interval lies on the claimed side (the bound itself included), refuted
    if it lies wholly on the other side, inconclusive if it holds the bound inside.

    Raises
    ------
    ValueError
        If `low > high`, a number is NaN, or `direction` is not +1 or -1.

    Examples
    --------
    >>> str(decide_bound(1.2, 1.9, 3.0, direction=-1))
    'supported'
    """
    check_finite_number("bound", bound)
    check_direction(direction)
    _check_ends(low, high)
    lower, upper = sorted((direction * (low - bound), direction * (high - bound)))
    if lower >= 0:
        return Outcome.SUPPORTED
    return Outcome.REFUTED if upper < 0 else Outcome.INCONCLUSIVE


def decide_share(low: float, high: float, threshold: float) -> Outcome:
    """Decide "the share is at least `threshold`", as in "almost everywhere" (0.95).

    Raises
    ------
    ValueError
        If the three numbers are not shares in [0, 1] with `low <= high`.

    Examples
    --------
    >>> str(decide_share(0.72, 0.78, 0.95))
    'refuted'
    """
    for name, value in (("low", low), ("high", high), ("threshold", threshold)):
        if not 0 <= value <= 1:
            raise fail(name, "be a share in [0, 1]", f"is {value}")
    return decide_bound(low, high, threshold)


def decide_equivalence(low: float, high: float, margin: float, *, null: float = 0.0) -> Outcome:
    """Decide "the value equals `null` up to `margin`" from a confidence interval.

    Supported if the interval lies inside `(null - margin, null + margin)`: with the 90 % interval
    this is the two one-sided tests procedure at 5 % (Schuirmann 1987). Refuted if it lies wholly
    outside, inconclusive otherwise.

    Raises
    ------
    ValueError
        If `low > high`, a number is NaN, or `margin` is not positive.

    Examples
    --------
    >>> str(decide_equivalence(-0.01, 0.015, 0.02))
    'supported'
    """
    check_finite_number("null", null)
    if check_nonnegative("margin", margin) == 0:
        raise fail("margin", "be positive", f"is {margin}")
    _check_ends(low, high)
    if null - margin < low and high < null + margin:
        return Outcome.SUPPORTED
    outside = low > null + margin or high < null - margin
    return Outcome.REFUTED if outside else Outcome.INCONCLUSIVE


def decide_exact(error: float, tolerance: float) -> Outcome:
    """Decide an identity: exact if `error <= tolerance`, refuted otherwise, also for NaN.

    Raises
    ------
    ValueError
        If `error` is negative (a signed difference cannot bound an error) or `tolerance` is not a
        finite number of at least zero.

    Examples
    --------
    >>> str(decide_exact(7e-16, 1e-12)), str(decide_exact(float("nan"), 1e-12))
    ('exact', 'refuted')
    """
    check_nonnegative("tolerance", tolerance)
    if error < 0:
        raise fail("error", "be at least zero", f"is {error}")
    return Outcome.EXACT if error <= tolerance else Outcome.REFUTED


def conjoin(outcomes: Iterable[Outcome]) -> Outcome:
    """Join the parts of ONE definition, all of which the claim asserts.

    One refuted part refutes the whole; else the weakest part counts. So a chain "a implies b
    implies c" stands with all its links, and an exact check never hides a refuted effect.

    Raises
    ------
    ValueError
        If there is no outcome.

    Examples
    --------
    >>> str(conjoin([Outcome.EXACT, Outcome.REFUTED]))
    'refuted'
    """
    parts = _nonempty(outcomes)
    return Outcome.REFUTED if Outcome.REFUTED in parts else combine(parts)


def combine(outcomes: Iterable[Outcome]) -> Outcome:
    """Join the outcomes under DIFFERENT reasonable definitions (or sides) of one claim.

    1. All agree: that outcome.
    2. One is definition-dependent, or both a positive one (exact, supported) and a refuted one
       occur: definition-dependent.
    3. Otherwise the weakest, in the order exact, supported, refuted, inconclusive, malformed: a
       claim supported under one definition and undecided under another is inconclusive.

    Raises
    ------
    ValueError
        If there is no outcome.

    Examples
    --------
    >>> str(combine([Outcome.SUPPORTED, Outcome.REFUTED]))
    'definition-dependent'
    >>> str(combine([Outcome.EXACT, Outcome.SUPPORTED]))
    'supported'
    """
    found = _nonempty(outcomes)
    positive = bool(found & {Outcome.EXACT, Outcome.SUPPORTED})
    if Outcome.DEFINITION_DEPENDENT in found or (positive and Outcome.REFUTED in found):
        return Outcome.DEFINITION_DEPENDENT
    return max(found, key=_STRENGTH.index)


def _nonempty(outcomes: Iterable[Outcome]) -> set[Outcome]:
    found = {Outcome(outcome) for outcome in outcomes}
    if not found:
        raise fail("outcomes", "hold at least one outcome", "is empty")
    return found
