"""The statistics of the evidence: intervals and tests for small samples, in one place.

Every function takes its randomness as `rng`.  Degenerate samples give an honest answer and no
warning: no spread gives an interval of no width, no information gives p = 1.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy import special, stats

from analogs.evidence.multiplicity import holm
from analogs.evidence.outcome import Interval
from analogs.evidence.resampling import (
    LEVEL,
    Sample,
    bca_interval,
    check_level,
    check_sample,
    permutation_p,
)
from analogs.evidence.trends import Correlation, Trend, jonckheere, slope, spearman
from qgeom._checks import check_integer, check_positive, fail

__all__ = [
    "Correlation",
    "Equivalence",
    "Trend",
    "aic_least_squares",
    "akaike_difference",
    "bca_interval",
    "holm",
    "jonckheere",
    "permutation_p",
    "slope",
    "spearman",
    "tost",
    "wilson_interval",
]


class Equivalence(NamedTuple):
    """A mean with its 90 % interval, and the p-value of the two one-sided tests."""

    interval: Interval
    p_value: float


def wilson_interval(successes: int, trials: int, level: float = LEVEL) -> Interval:
    r"""Return the share of successes with Wilson's score interval.

    The ends solve :math:`|\hat p - p| = z \sqrt{p (1 - p) / n}` for p (Wilson 1927), so they stay
    in [0, 1] and have width also at 0 and n successes.

    Raises
    ------
    ValueError
        If `trials < 1`, `successes` is not in [0, trials], or `level` is not in (0, 1).

    Examples
    --------
    >>> [round(x, 4) for x in wilson_interval(0, 10)]
    [0.0, 0.0, 0.2775]
    """
    trials = check_integer("trials", trials, least=1)
    successes = check_integer("successes", successes, least=0, most=trials)
    test = stats.binomtest(successes, trials)
    ends = test.proportion_ci(confidence_level=check_level(level), method="wilson")
    return Interval(successes / trials, float(ends.low), float(ends.high))


def tost(samples: Sample, margin: float, *, level: float = 0.05) -> Equivalence:
    r"""Test that a mean lies in (-margin, margin) by two one-sided t tests.

    .. math:: p = \max\bigl(P(T > (\bar x + m)/s),\; P(T < (\bar x - m)/s)\bigr),

    with the standard error :math:`s` and n - 1 degrees of freedom (Schuirmann 1987). p < `level`
    exactly when the interval at `1 - 2 level`, which is returned, lies inside the margin. For
    paired samples give the differences. A constant sample has p = 0 inside, and 1 outside.

    Parameters
    ----------
    samples : array of shape (n,)
        n >= 2.
    margin : float
        Positive.
    level : float
        Size of the test, in (0, 0.5).

    Raises
    ------
    ValueError
        If the sample is too short or holds NaN, or `margin` is not positive.

    Examples
    --------
    >>> result = tost([-1.0, 1.0], 1e9)
    >>> [round(x, 3) for x in result.interval], result.p_value < 1e-8
    ([0.0, -6.314, 6.314], True)
    """
    sample = check_sample("samples", samples, least=2)
    check_positive("margin", margin)
    if not 0 < level < 0.5:
        raise fail("level", "lie in (0, 0.5)", f"is {level}")
    mean = float(sample.mean())
    if np.ptp(sample) == 0:
        return Equivalence(Interval(mean, mean, mean), 0.0 if abs(mean) < margin else 1.0)
    error = float(sample.std(ddof=1)) / math.sqrt(sample.size)
    freedom = sample.size - 1
    half = float(special.stdtrit(freedom, 1 - level)) * error
    p = special.stdtr(freedom, (abs(mean) - margin) / error)  # the larger of the two
    return Equivalence(Interval(mean, mean - half, mean + half), float(p))


def aic_least_squares(residuals: Sample, n_parameters: int) -> float:
    r"""Return Akaike's criterion of a least-squares fit with Gaussian errors.

    .. math:: \mathrm{AIC} = n \log(\mathrm{RSS} / n) + 2 k ,

    up to a constant that depends on n alone; `n_parameters` counts the fitted coefficients and the
    variance of the noise. Minus infinity for a perfect fit.

    Raises
    ------
    ValueError
        If `residuals` is empty or holds NaN, or `n_parameters < 1`.

    Examples
    --------
    >>> aic_least_squares([1.0, -1.0, 1.0, -1.0], 3)
    6.0
    """
    errors = check_sample("residuals", residuals, least=1)
    penalty = 2.0 * check_integer("n_parameters", n_parameters, least=1)
    mean_square = float(np.mean(errors**2))
    return errors.size * math.log(mean_square) + penalty if mean_square > 0 else -math.inf


def akaike_difference(
    residuals: Sample,
    n_parameters: int,
    other_residuals: Sample,
    other_n_parameters: int,
) -> float:
    """Return AIC(first) - AIC(second): negative favours the first fit, 10 is decisive.

    Both fits must be to the same response, say both to log(diameter).

    Raises
    ------
    ValueError
        If the fits have different numbers of residuals, or both are perfect.

    Examples
    --------
    >>> akaike_difference([1.0, -1.0], 2, [1.0, -1.0], 3)
    -2.0
    """
    if np.size(residuals) != np.size(other_residuals):
        but = f"has {np.size(residuals)} against {np.size(other_residuals)}"
        raise fail("residuals", "come from fits to the same data", but)
    first = aic_least_squares(residuals, n_parameters)
    second = aic_least_squares(other_residuals, other_n_parameters)
    if math.isinf(first) and math.isinf(second):
        raise fail("residuals", "not vanish in both fits", "is zero in both")
    return first - second
