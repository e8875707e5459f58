"""A reading: one statistic, measured under one definition on one side, and what it decides."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from analogs.evidence.multiplicity import holm
from analogs.evidence.outcome import (
    Interval,
    Outcome,
    check_nonnegative,
    combine,
    decide_bound,
    decide_effect,
    decide_equivalence,
    decide_exact,
    decide_share,
)
from qgeom._checks import check_choice, check_finite_number, check_integer, fail

SIDES = ("quantum", "network", "template")
FAMILY_LEVEL = 0.05

_DECIDED = (Outcome.SUPPORTED, Outcome.REFUTED, Outcome.INCONCLUSIVE, Outcome.EXACT)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Reading:
    """One decided statistic.

    Build it with `effect_reading`, `dependence_reading`, `bound_reading`, `share_reading`,
    `equivalence_reading` or `exact_reading`, which decide the outcome and write the sentence.

    Parameters
    ----------
    name : str
        The statistic, as a reader would call it.
    side : {"quantum", "network", "template"}
        Which of the three geometries was measured.
    definition : str
        The definition in force: space, law of the planes, trace normalisation. Readings of one
        side that share a definition are parts of one test, and all must hold (`conjoin`);
        different definitions are alternatives (`combine`).
    value, low, high : float
        Estimate and confidence interval. An exact reading has its error in all three.
    null : float
        Value under the null hypothesis.
    smallest_effect : float
        Smallest effect of interest; for a bound or share the threshold lies in `null` and this is
        zero; for an equivalence it is the margin; for an exact reading the tolerance.
    p_value : float or None
        Of the one-sided test in the predicted direction (for an equivalence, of `tost`; for a
        dependence, two-sided); None if there is no such test.
    p_adjusted : float or None
        After Holm's correction over the claim, see `hold_family`.
    count : int
        Number of samples behind the estimate.
    outcome : Outcome
        Supported, refuted, inconclusive or exact.
    sentence : str
        The reading in words.
    decisive : bool
        False for a control or a descriptive number, which is shown and has no vote.

    Raises
    ------
    ValueError
        If a field is out of range.
    """

    name: str
    side: str
    definition: str
    value: float
    low: float
    high: float
    null: float
    smallest_effect: float
    p_value: float | None
    count: int
    outcome: Outcome
    sentence: str
    p_adjusted: float | None = None
    decisive: bool = True

    def __post_init__(self) -> None:
        """Validate every field, so that nothing downstream has to."""
        for name in ("name", "definition", "sentence"):
            if not getattr(self, name).strip():
                raise fail(name, "say something", "is empty")
        check_choice("side", self.side, SIDES)
        check_finite_number("null", self.null)
        check_nonnegative("smallest_effect", self.smallest_effect)
        check_integer("count", self.count, least=1)
        for name in ("p_value", "p_adjusted"):
            p = getattr(self, name)
            if p is not None and not 0 <= p <= 1:
                raise fail(name, "lie in [0, 1] or be None", f"is {p}")
        if self.outcome not in _DECIDED:
            raise fail("outcome", "be one of " + ", ".join(_DECIDED), f"is {self.outcome!r}")


def effect_reading(
    name: str,
    side: str,
    definition: str,
    interval: Interval,
    *,
    count: int,
    smallest_effect: float,
    null: float = 0.0,
    direction: int = 1,
    p_value: float | None = None,
    decisive: bool = True,
) -> Reading:
    """Return the reading of a predicted effect, decided by `decide_effect`.

    Arguments and errors are those of `decide_effect` and `Reading`.

    Examples
    --------
    >>> effect_reading("slope", "network", "SO(8), band", Interval(-2.0, -2.2, -1.8), count=10,
    ...                smallest_effect=0.5, direction=-1).sentence
    'slope = -2 [-2.2, -1.8], predicted below 0 by at least 0.5, n = 10: supported'
    """
    outcome = decide_effect(
        *interval, smallest_effect=smallest_effect, null=null, direction=direction
    )
    word = "above" if direction == 1 else "below"
    return _reading(
        (name, side, definition),
        interval,
        rule=f"predicted {word} {_show(null)} by at least {_show(smallest_effect)}",
        outcome=outcome,
        null=null,
        smallest_effect=smallest_effect,
        p_value=p_value,
        count=count,
        decisive=decisive,
    )


def dependence_reading(
    name: str,
    side: str,
    definition: str,
    interval: Interval,
    *,
    count: int,
    smallest_effect: float,
    p_value: float | None = None,
    decisive: bool = True,
) -> Reading:
    """Return the reading of "depends on", an effect whose sign is not predicted.

    Supported if `decide_effect` supports one of the signs, refuted if it refutes both.  Arguments and
    errors are those of `decide_effect` and `Reading`; the p-value is two-sided.

    Examples
    --------
    >>> dependence_reading("rank correlation", "network", "SO(8)", Interval(-0.5, -0.6, -0.4),
    ...                    count=200, smallest_effect=0.3).sentence
    'rank correlation = -0.5 [-0.6, -0.4], claimed at least 0.3 on either side of 0, n = 200: supported'
    """
    signs = {
        decide_effect(*interval, smallest_effect=smallest_effect, direction=sign)
        for sign in (1, -1)
    }
    outcome = Outcome.SUPPORTED if Outcome.SUPPORTED in signs else combine(signs)
    return _reading(
        (name, side, definition),
        interval,
        rule=f"claimed at least {_show(smallest_effect)} on either side of 0",
        outcome=outcome,
        null=0.0,
        smallest_effect=smallest_effect,
        p_value=p_value,
        count=count,
        decisive=decisive,
    )


def bound_reading(
    name: str,
    side: str,
    definition: str,
    interval: Interval,
    *,
    count: int,
    bound: float,
    direction: int = 1,
    decisive: bool = True,
) -> Reading:
    """Return the reading of "at least `bound`" (direction +1) or "at most" (direction -1).

    Arguments and errors are those of `decide_bound` and `Reading`.

    Examples
    --------
    >>> bound_reading("exponent", "quantum", "n = 3", Interval(1.5, 1.2, 1.9), count=40, bound=3.0,
    ...               direction=-1).sentence
    'exponent = 1.5 [1.2, 1.9], claimed at most 3, n = 40: supported'
    """
    word = "least" if direction == 1 else "most"
    return _reading(
        (name, side, definition),
        interval,
        rule=f"claimed at {word} {_show(bound)}",
        outcome=decide_bound(interval.low, interval.high, bound, direction=direction),
        null=bound,
        smallest_effect=0.0,
        count=count,
        decisive=decisive,
    )


def share_reading(
    name: str,
    side: str,
    definition: str,
    interval: Interval,
    *,
    count: int,
    threshold: float,
    decisive: bool = True,
) -> Reading:
    """Return the reading of "in at least the share `threshold` of cases".

    Arguments and errors are those of `decide_share` and `Reading`.

    Examples
    --------
    >>> share_reading("share of K < 0", "quantum", "planes uniform in the metric",
    ...               Interval(0.75, 0.73, 0.77), count=2000, threshold=0.95).sentence
    'share of K < 0 = 0.75 [0.73, 0.77], claimed at least 0.95, n = 2000: refuted'
    """
    return _reading(
        (name, side, definition),
        interval,
        rule=f"claimed at least {_show(threshold)}",
        outcome=decide_share(interval.low, interval.high, threshold),
        null=threshold,
        smallest_effect=0.0,
        count=count,
        decisive=decisive,
    )


def equivalence_reading(
    name: str,
    side: str,
    definition: str,
    interval: Interval,
    *,
    count: int,
    margin: float,
    null: float = 0.0,
    p_value: float | None = None,
    decisive: bool = True,
) -> Reading:
    """Return the reading of "equal to `null` up to `margin`"; give it the 90 % interval of `tost`.

    Arguments and errors are those of `decide_equivalence` and `Reading`.

    Examples
    --------
    >>> equivalence_reading("accuracy lost", "network", "digits", Interval(0.0, -0.01, 0.01),
    ...                     count=10, margin=0.02).sentence
    'accuracy lost = 0 [-0.01, 0.01], claimed 0 +- 0.02, n = 10: supported'
    """
    return _reading(
        (name, side, definition),
        interval,
        rule=f"claimed {_show(null)} +- {_show(margin)}",
        outcome=decide_equivalence(interval.low, interval.high, margin, null=null),
        null=null,
        smallest_effect=margin,
        p_value=p_value,
        count=count,
        decisive=decisive,
    )


def exact_reading(
    name: str,
    side: str,
    definition: str,
    error: float,
    *,
    tolerance: float,
    count: int = 1,
    decisive: bool = True,
) -> Reading:
    """Return the reading of an identity: `error` is the worst of `count` cases.

    Arguments and errors are those of `decide_exact` and `Reading`.

    Examples
    --------
    >>> exact_reading("max |K_U - K_SO|", "network", "matchgates, tr/N", 7e-16, tolerance=1e-12,
    ...               count=50).sentence
    'max |K_U - K_SO| = 7e-16, tolerance 1e-12, n = 50: exact'
    """
    return _reading(
        (name, side, definition),
        Interval(error, error, error),
        rule=f"tolerance {_show(tolerance)}",
        outcome=decide_exact(error, tolerance),
        null=0.0,
        smallest_effect=tolerance,
        count=count,
        decisive=decisive,
    )


def hold_family(readings: Sequence[Reading], level: float = FAMILY_LEVEL) -> tuple[Reading, ...]:
    """Apply Holm's correction over the decisive readings that carry a p-value.

    Each gets its `p_adjusted`; a supported one whose adjusted p exceeds `level` becomes
    inconclusive. A refutation rests on its interval alone and stays.

    Examples
    --------
    >>> lucky = effect_reading("gain", "network", "digits", Interval(1.0, 0.1, 2.0), count=10,
    ...                        smallest_effect=0.5, p_value=0.04)
    >>> str(hold_family([lucky])[0].outcome), str(hold_family([lucky, lucky])[0].outcome)
    ('supported', 'inconclusive')
    """
    tested = [i for i, r in enumerate(readings) if r.decisive and r.p_value is not None]
    adjusted = holm([p for i in tested if (p := readings[i].p_value) is not None])
    held = list(readings)
    for i, p in zip(tested, adjusted.tolist(), strict=True):
        held[i] = _with_adjusted(readings[i], p, level, len(tested))
    return tuple(held)


def _with_adjusted(reading: Reading, p: float, level: float, tests: int) -> Reading:
    if reading.outcome is not Outcome.SUPPORTED or p <= level:
        return dataclasses.replace(reading, p_adjusted=p)
    why = f"; but Holm's p = {_show(p)} over {tests} tests exceeds {level}: inconclusive"
    return dataclasses.replace(
        reading, p_adjusted=p, outcome=Outcome.INCONCLUSIVE, sentence=reading.sentence + why
    )


def _show(value: float) -> str:
    return f"{value:.4g}"


def _reading(
    where: tuple[str, str, str],
    interval: Interval,
    *,
    rule: str,
    outcome: Outcome,
    null: float,
    smallest_effect: float,
    count: int,
    decisive: bool,
    p_value: float | None = None,
) -> Reading:
    name, side, definition = where
    value, low, high = (float(x) for x in interval)
    # NaN differs from itself, so a failed identity shows no empty bracket either.
    bracket = f" [{_show(low)}, {_show(high)}]" if low < high else ""
    return Reading(
        name=name,
        side=side,
        definition=definition,
        value=value,
        low=low,
        high=high,
        null=float(null),
        smallest_effect=float(smallest_effect),
        p_value=None if p_value is None else float(p_value),
        count=check_integer("count", count, least=1),
        outcome=outcome,
        sentence=f"{name} = {_show(value)}{bracket}, {rule}, n = {count}: {outcome}",
        decisive=decisive,
    )
