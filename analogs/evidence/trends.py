"""Trends: Jonckheere's test over ordered groups, rank correlation, slope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np
from scipy import stats

from analogs.evidence.outcome import Interval
from analogs.evidence.resampling import (
    LEVEL,
    RESAMPLES,
    Alternative,
    Sample,
    Statistic,
    bca_interval,
    check_level,
    check_paired,
    check_sample,
    permutation_p,
    permutation_test,
)
from qgeom._checks import check_choice, fail

# Share of the sum of squares that a perfect fit may leave.
ROUNDING = 1e-24

_TRENDS = {"increasing": "greater", "decreasing": "less", "two-sided": "two-sided"}


class Correlation(NamedTuple):
    """A rank correlation with its confidence interval and permutation p-value."""

    interval: Interval
    p_value: float


class Trend(NamedTuple):
    """Jonckheere's statistic and its permutation p-value."""

    statistic: float
    p_value: float


def jonckheere(
    groups: Sequence[Sample],
    *,
    alternative: Literal["increasing", "decreasing", "two-sided"] = "two-sided",
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Trend:
    r"""Test for a trend over ordered groups (Jonckheere 1954, Terpstra 1952).

    .. math:: J = \sum_{i<j} \sum_{a \in G_i, b \in G_j} [a < b] + \tfrac12 [a = b] .

    The p-value is that of `permutation_p`: exact if there are at most `resamples` ways of dealing
    the entries to the groups (of ordering them all, if a group has a single entry).

    Parameters
    ----------
    groups : sequence of arrays
        At least two, in the order of the predicted trend.
    alternative : {"increasing", "decreasing", "two-sided"}
    rng : numpy.random.Generator
    resamples : int

    Raises
    ------
    ValueError
        If there are fewer than two groups, or a group is empty or holds NaN.

    Examples
    --------
    >>> jonckheere([[1, 2], [3, 4], [5, 6]], alternative="increasing",
    ...            rng=np.random.default_rng(0)).statistic
    12.0
    """
    check_choice("alternative", alternative, _TRENDS)
    data = tuple(check_sample("groups", group, least=1) for group in groups)
    if len(data) < 2:
        raise fail("groups", "hold at least two groups", f"holds {len(data)}")
    statistic: Statistic = _concordance
    dealt, kind = data, "independent"
    if min(group.size for group in data) == 1:
        # scipy deals no single entries: rearrange the whole pool instead.
        statistic = _concordance_of_pool([group.size for group in data])
        dealt, kind = (np.concatenate(data),), "pairings"
    p = permutation_test(
        dealt, statistic, kind, _TRENDS[alternative], rng, resamples, work=len(data)
    )
    return Trend(float(_concordance(*data)), p)


def spearman(
    x: Sample,
    y: Sample,
    *,
    given: Sample | tuple[Sample, ...] | None = None,
    alternative: Alternative = "two-sided",
    level: float = LEVEL,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
) -> Correlation:
    """Return Spearman's rank correlation, partial if confounders are `given`.

    The correlation of the ranks; with confounders, of what is left of the ranks after a linear
    fit to theirs. Strong confounders that act jointly leave a remainder; strata are removed in full
    if the indicators of all but one are given. The interval is `bca_interval` over pairs (triples,
    ...); the p-value rearranges the ranks, or for the partial one what is left of them (Kennedy
    1995). If x or y does not vary, the data say nothing: estimate 0 in [-1, 1], p = 1.

    Parameters
    ----------
    x, y : arrays of shape (n,)
        n >= 3.
    given : array of shape (n,) or tuple of such arrays, optional
        Confounders, such as the distance to the target.
    alternative : {"two-sided", "greater", "less"}
    level : float
    rng : numpy.random.Generator
    resamples : int

    Raises
    ------
    ValueError
        If the samples differ in length, are too short or hold NaN.

    Examples
    --------
    >>> rho = spearman([1, 2, 3, 4], [1, 8, 27, 64], rng=np.random.default_rng(0))
    >>> rho.interval.estimate, round(2 / rho.p_value)
    (1.0, 24)
    """
    confounders = () if given is None else given if isinstance(given, tuple) else (given,)
    columns = [("x", x), ("y", y), *(("given", sample) for sample in confounders)]
    data = tuple(check_sample(name, column, least=3) for name, column in columns)
    check_paired(data, True)
    check_level(level)
    first, second = _rank_residuals(*data)
    if not first.any() or not second.any():
        return Correlation(Interval(0.0, -1.0, 1.0), 1.0)
    interval = bca_interval(
        data, _rank_correlation, paired=True, level=level, rng=rng, resamples=resamples
    )
    interval = Interval(interval.estimate, max(interval.low, -1.0), min(interval.high, 1.0))
    p = permutation_p(
        first,
        second,
        _pearson,
        exchange="pairing",
        alternative=alternative,
        rng=rng,
        resamples=resamples,
    )
    return Correlation(interval, p)


def slope(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return the least-squares slope of y against x along `axis`, NaN where x does not vary.

    For the bootstrap of a regression: `bca_interval((x, y), slope, paired=True, rng=rng)`.

    Examples
    --------
    >>> float(slope(np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0])))
    2.0
    """
    dx = x - np.mean(x, axis=axis, keepdims=True)
    spread = np.asarray((dx * dx).sum(axis=axis))
    product = np.asarray((dx * y).sum(axis=axis))
    varies = np.ptp(x, axis=axis) > 0  # `spread` of equal numbers may be rounding instead of zero
    return np.divide(product, spread, out=np.full_like(product, np.nan), where=varies)


def _concordance(*groups: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return J for batches of groups (..., n_g) that rearrange one pool of entries."""
    pool = np.concatenate(groups, axis=axis)
    kinds = np.arange(len(groups))
    labels = np.repeat(kinds, [group.shape[axis] for group in groups])
    in_order = labels[np.argsort(pool, axis=axis)]
    # The sorted pool is the same in the whole batch, and so are its runs of equal entries.
    entries = np.sort(pool.reshape(-1, labels.size)[0])
    first, last = (np.searchsorted(entries, entries, side=side) for side in ("left", "right"))
    counts = np.cumsum(in_order[..., None] == kinds, axis=-2)
    counts = np.concatenate([np.zeros_like(counts[..., :1, :]), counts], axis=-2)
    below = 0.5 * (counts[..., first, :] + counts[..., last, :])
    return np.where(kinds < in_order[..., None], below, 0.0).sum(axis=(-2, -1))


def _concordance_of_pool(sizes: Sequence[int]) -> Statistic:
    ends = np.cumsum(sizes)[:-1]
    return lambda pool, axis: _concordance(*np.split(pool, ends, axis=axis), axis=axis)


def _rank_correlation(*columns: np.ndarray, axis: int = -1) -> np.ndarray:
    return _pearson(*_rank_residuals(*columns), axis=axis)


def _rank_residuals(*columns: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return what confounders, the third column and beyond, leave of the ranks of the first two."""
    ranks = [_centred_ranks(column) for column in columns]
    while len(ranks) > 2:
        confounder = ranks.pop()
        ranks = [_without(rank, confounder) for rank in ranks]
    return ranks[0], ranks[1]


def _centred_ranks(sample: np.ndarray) -> np.ndarray:
    return stats.rankdata(sample, axis=-1) - (sample.shape[-1] + 1) / 2


def _without(ranks: np.ndarray, confounder: np.ndarray) -> np.ndarray:
    product = (ranks * confounder).sum(axis=-1, keepdims=True)
    spread = (confounder**2).sum(axis=-1, keepdims=True)
    # A confounder without spread explains nothing.
    share = np.divide(product, spread, out=np.zeros_like(product), where=spread > 0)
    left = ranks - share * confounder
    # A perfect fit leaves rounding, which has a correlation of its own.
    size = (ranks**2).sum(axis=-1, keepdims=True)
    return np.where((left**2).sum(axis=-1, keepdims=True) > ROUNDING * size, left, 0.0)


def _pearson(first: np.ndarray, second: np.ndarray, axis: int = -1) -> np.ndarray:
    """Return the correlation of centred samples, NaN where one of them vanishes."""
    product = np.asarray((first * second).sum(axis=axis))
    norms = np.sqrt((first**2).sum(axis=axis) * (second**2).sum(axis=axis))
    return np.divide(product, norms, out=np.full_like(product, np.nan), where=norms > 0)
