"""Bootstrap intervals and permutation tests, from `scipy.stats` with their edges settled."""

from __future__ import annotations

import inspect
import math
import warnings
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from scipy import stats

from analogs.evidence.outcome import Interval
from qgeom._checks import check_choice, check_finite_array, check_integer, fail

LEVEL = 0.95
RESAMPLES = 9999
BATCH_ENTRIES = 1_000_000  # bounds the memory of one batch of resamples

Alternative = Literal["two-sided", "greater", "less"]
Sample = np.ndarray | Sequence[float]
Statistic = Callable[..., float | np.ndarray]

_ALTERNATIVES = ("two-sided", "greater", "less")
_EXCHANGES = {"independent": "independent", "paired": "samples", "pairing": "pairings"}


def bca_interval(
    samples: Sample | tuple[Sample, ...],
    statistic: Statistic = np.mean,
    *,
    paired: bool = False,
    level: float = LEVEL,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Interval:
    r"""Return a statistic with its bias-corrected and accelerated bootstrap interval.

    The ends are quantiles of the resampled statistic at

    .. math:: \Phi\Bigl(z_0 + \frac{z_0 + z_\alpha}{1 - a (z_0 + z_\alpha)}\Bigr),

    with :math:`z_0` the median bias and :math:`a` the acceleration from the jackknife (Efron 1987,
    J. Am. Stat. Assoc. 82, 171, eq. 2.3). Where these do not exist (a jackknife without spread, or
    resamples on which the statistic is NaN), the ends are the plain quantiles, and a NaN counts as
    minus infinity for the low end and plus infinity for the high end: the slope through two points
    has the interval of all numbers. Samples without spread give an interval without width.

    Parameters
    ----------
    samples : array of shape (n,) or tuple of such arrays
        Each with n >= 2. A tuple is passed on as separate arguments of `statistic`.
    statistic : callable
        Of one or several samples. It is called on whole batches if it takes an `axis` keyword.
    paired : bool
        Resample the entries of several samples together.
    level : float
        Confidence, in (0, 1).
    rng : numpy.random.Generator
    resamples : int

    Returns
    -------
    Interval
        Estimate, low, high.

    Raises
    ------
    ValueError
        If a sample is too short, holds NaN, or paired samples differ in length.

    Examples
    --------
    >>> bca_interval([2.0, 2.0, 2.0], rng=np.random.default_rng(0))
    Interval(estimate=2.0, low=2.0, high=2.0)
    """
    data = samples if isinstance(samples, tuple) else (samples,)
    data = tuple(check_sample("samples", sample, least=2) for sample in data)
    check_level(level)
    check_paired(data, paired and len(data) > 1)
    estimate = float(statistic(*data))
    if all(np.ptp(sample) == 0 for sample in data):
        return Interval(estimate, estimate, estimate)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # scipy warns about what is settled below
        result = stats.bootstrap(
            data,
            statistic,
            paired=paired and len(data) > 1,
            confidence_level=level,
            n_resamples=check_integer("resamples", resamples, least=1),
            method="BCa",
            batch=_batch(sum(sample.size for sample in data)),
            rng=rng,
        )
    low, high = (float(end) for end in result.confidence_interval)
    if math.isnan(low) or math.isnan(high):
        low, high = _percentiles(result.bootstrap_distribution, level)
    return Interval(estimate, low, high)


def permutation_p(
    x: Sample,
    y: Sample,
    statistic: Statistic,
    *,
    exchange: Literal["independent", "paired", "pairing"] = "independent",
    alternative: Alternative = "two-sided",
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> float:
    r"""Return the permutation p-value of `statistic(x, y)`, exact where that is cheap.

    :math:`p = \#\{\pi : T(\pi) \ge T\} / \#\pi` over all rearrangements if there are at most
    `resamples` of them; otherwise :math:`(1 + \#) / (1 + \text{resamples})` over a random draw,
    which is never zero (Phipson & Smyth 2010). Two-sided doubles the smaller tail.

    Parameters
    ----------
    x, y : arrays of shape (n,) and (m,)
        n, m >= 2.
    statistic : callable
        `statistic(x, y)`; called on batches if it takes an `axis` keyword.
    exchange : {"independent", "paired", "pairing"}
        What is exchangeable under the null: all entries between the samples; the two entries of
        each pair; or which y belongs to which x (for correlations).
    alternative : {"two-sided", "greater", "less"}
    rng : numpy.random.Generator
    resamples : int

    Raises
    ------
    ValueError
        If a sample is too short, holds NaN, or paired samples differ in length.

    Examples
    --------
    >>> difference = lambda x, y, axis=-1: np.mean(x, axis=axis) - np.mean(y, axis=axis)
    >>> permutation_p([4, 5, 6], [1, 2, 3], difference, rng=np.random.default_rng(0))
    0.1
    """
    check_choice("exchange", exchange, _EXCHANGES)
    check_choice("alternative", alternative, _ALTERNATIVES)
    first, second = check_sample("x", x, least=2), check_sample("y", y, least=2)
    check_paired((first, second), exchange != "independent")
    if exchange == "pairing":
        # Rearranging x alone visits each pairing once; rearranging both would visit n! times more.
        data: tuple[np.ndarray, ...] = (first,)
        value = _with_second(statistic, second)
    else:
        data, value = (first, second), statistic
    return permutation_test(data, value, _EXCHANGES[exchange], alternative, rng, resamples)


def permutation_test(
    data: tuple[np.ndarray, ...],
    statistic: Statistic,
    kind: str,
    alternative: str,
    rng: np.random.Generator,
    resamples: int,
    *,
    work: int = 1,
) -> float:
    """Return the p-value of `scipy.stats.permutation_test`.

    `work` is the number of intermediate entries of `statistic` for each entry of the data.
    """
    result = stats.permutation_test(
        data,
        statistic,
        permutation_type=kind,
        alternative=alternative,
        n_resamples=check_integer("resamples", resamples, least=1),
        batch=_batch(work * sum(sample.size for sample in data)),
        rng=rng,
    )
    return float(result.pvalue)


def check_sample(name: str, values: Sample, least: int) -> np.ndarray:
    """Return `values` as a float64 array of shape (n,), or raise ValueError unless n >= `least`."""
    array = check_finite_array(name, values)
    if array.ndim != 1 or array.size < least:
        must = f"be one list of at least {least} numbers"
        raise fail(name, must, f"has shape {array.shape}")
    if np.iscomplexobj(array):
        raise fail(name, "be real", "is complex")
    return array.astype(np.float64)


def check_paired(data: Sequence[np.ndarray], paired: bool) -> None:
    """Raise ValueError if paired samples differ in length."""
    sizes = [sample.size for sample in data]
    if paired and len(set(sizes)) > 1:
        raise fail("samples", "have equal lengths if they are paired", f"has lengths {sizes}")


def check_level(level: float) -> float:
    """Return `level`, or raise ValueError unless it lies in (0, 1)."""
    if not 0 < level < 1:
        raise fail("level", "lie in (0, 1)", f"is {level}")
    return level


def _batch(entries: int) -> int:
    return max(1, BATCH_ENTRIES // entries)


def _percentiles(distribution: np.ndarray, level: float) -> tuple[float, float]:
    # Undefined resamples could lie anywhere: below everything for the low end, above for the high.
    tail = (1 - level) / 2
    least = np.where(np.isnan(distribution), -np.inf, distribution)
    most = np.where(np.isnan(distribution), np.inf, distribution)
    low = np.quantile(least, tail, method="lower")
    return float(low), float(np.quantile(most, 1 - tail, method="higher"))


def _with_second(statistic: Statistic, second: np.ndarray) -> Statistic:
    # scipy passes whole batches to a statistic exactly if it has an argument called `axis`.
    if "axis" in inspect.signature(statistic).parameters:
        return lambda first, axis: statistic(first, second, axis=axis)
    return lambda first: statistic(first, second)
