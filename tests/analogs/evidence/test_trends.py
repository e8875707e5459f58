"""Jonckheere, Spearman and the slope against definitions, enumeration and textbook values."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from analogs.evidence.statistics import bca_interval, jonckheere, slope, spearman

EXACT = 1e-12
REPEATS, FEW = 200, 40
# Four standard deviations of a share of 0.05 among REPEATS, on top of 0.05.
LEVEL_LIMIT = 0.05 + 4 * math.sqrt(0.05 * 0.95 / REPEATS)


def rng() -> np.random.Generator:
    return np.random.default_rng(3)


def concordance(groups) -> float:
    """J by its definition, one pair at a time."""
    total = 0.0
    for low, high in itertools.combinations(groups, 2):
        for a, b in itertools.product(low, high):
            total += 1.0 if a < b else 0.5 if a == b else 0.0
    return total


def enumerated_p(groups, alternative: str) -> float:
    pool = list(itertools.chain.from_iterable(groups))
    sizes = [len(group) for group in groups]
    ends = np.cumsum(sizes)[:-1]
    # All orders of the pool visit each way of dealing equally often.
    values = np.array(
        [concordance(np.split(np.array(order), ends)) for order in itertools.permutations(pool)]
    )
    observed = concordance(groups)
    greater, less = float(np.mean(values >= observed)), float(np.mean(values <= observed))
    both = min(1.0, 2 * min(greater, less))
    return {"increasing": greater, "decreasing": less, "two-sided": both}[alternative]


@pytest.mark.parametrize("alternative", ["increasing", "decreasing", "two-sided"])
@pytest.mark.parametrize(
    "groups",
    [
        [[1.0, 4.0], [2.0, 6.0], [5.0, 7.0]],
        [[1.0, 1.0], [1.0, 2.0, 2.0], [0.0]],
        [[3.0, 2.0, 1.0], [0.0, -1.0]],
        [[0.5], [0.1], [0.7], [0.7], [0.9], [2.0]],
    ],
)
def test_jonckheere_against_enumeration(groups, alternative):
    trend = jonckheere(groups, alternative=alternative, rng=rng())
    assert trend.statistic == concordance(groups)
    assert trend.p_value == pytest.approx(enumerated_p(groups, alternative), abs=EXACT)


def test_jonckheere_of_two_groups_is_mann_whitney():
    x, y = rng().normal(size=(2, 7))
    trend = jonckheere([x, y], alternative="increasing", rng=rng())
    known = stats.mannwhitneyu(y, x, alternative="greater", method="exact")
    assert trend.statistic == known.statistic
    assert trend.p_value == pytest.approx(known.pvalue, abs=EXACT)


def test_jonckheere_of_a_perfect_order():
    # One of 6! / (2! 2! 2!) = 90 ways.
    trend = jonckheere([[1, 2], [3, 4], [5, 6]], alternative="increasing", rng=rng())
    assert trend == (12.0, pytest.approx(1 / 90, abs=EXACT))


def test_jonckheere_of_single_entries_is_kendall():
    values = [0.3, 0.1, 0.5, 0.9, 0.7, 1.1, 1.0]
    trend = jonckheere([[v] for v in values], alternative="increasing", rng=rng())
    known = stats.kendalltau(range(7), values, alternative="greater", method="exact")
    assert trend.p_value == pytest.approx(known.pvalue, abs=EXACT)


def test_jonckheere_sees_a_trend_and_not_its_reverse_nor_a_peak():
    generator = rng()
    noise = generator.normal(scale=0.3, size=(5, 8))
    rising = noise + np.arange(5)[:, None]
    peak = noise - np.abs(np.arange(5) - 2)[:, None]
    assert jonckheere(rising, alternative="increasing", rng=rng()).p_value < 0.001
    assert jonckheere(rising, alternative="decreasing", rng=rng()).p_value > 0.99
    assert jonckheere(peak, alternative="increasing", rng=rng()).p_value > 0.05


def test_spearman_textbook():
    # Intelligence and hours of television, ten people: rho = -29/165.
    iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110]
    hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17]
    found = spearman(iq, hours, rng=rng())
    assert found.interval.estimate == pytest.approx(-29 / 165, abs=EXACT)
    assert found.interval.low < found.interval.estimate < found.interval.high
    # The exact two-sided value of the tables is 0.632; 9999 rearrangements leave +-0.02.
    assert found.p_value == pytest.approx(0.632, abs=0.02)


def test_spearman_against_enumeration_with_ties():
    x, y = np.array([1.0, 2.0, 2.0, 4.0, 7.0, 9.0]), np.array([0.1, 0.3, 0.2, 0.2, 0.9, 0.8])
    values = np.array([stats.spearmanr(order, y).statistic for order in itertools.permutations(x)])
    observed = stats.spearmanr(x, y).statistic
    found = spearman(x, y, alternative="greater", rng=rng())
    assert found.interval.estimate == pytest.approx(observed, abs=EXACT)
    assert found.p_value == pytest.approx(np.mean(values >= observed - EXACT), abs=EXACT)


def test_partial_spearman_against_its_formula():
    x, y, given = rng().normal(size=(3, 25))
    y = y + x - given
    r = stats.spearmanr(np.stack([x, y, given]), axis=1).statistic
    expected = (r[0, 1] - r[0, 2] * r[1, 2]) / math.sqrt((1 - r[0, 2] ** 2) * (1 - r[1, 2] ** 2))
    found = spearman(x, y, given=given, rng=rng(), resamples=200)
    assert found.interval.estimate == pytest.approx(expected, abs=EXACT)


def test_partial_spearman_removes_a_confounder():
    generator = rng()
    given = generator.normal(size=60)
    x, y = given + 0.5 * generator.normal(size=(2, 60))
    plain = spearman(x, y, rng=rng(), resamples=500)
    partial = spearman(x, y, given=given, rng=rng(), resamples=500)
    assert plain.interval.low > 0.5
    assert partial.interval.low < 0 < partial.interval.high
    assert plain.p_value < 0.01 < partial.p_value


def test_spearman_without_spread_says_nothing():
    nothing = ((0.0, -1.0, 1.0), 1.0)
    assert spearman([1, 1, 1, 1], [1, 2, 3, 4], rng=rng()) == nothing
    x = [3.0, 1.0, 2.0, 4.0]
    assert spearman(x, [1, 3, 2, 5], given=np.exp(x), rng=rng()) == nothing


def test_spearman_interval_stays_in_range():
    # With three points, resamples without a correlation leave both ends open.
    interval = spearman([1, 2, 3], [1, 3, 2], rng=rng()).interval
    assert interval == (0.5, -1.0, 1.0)


def test_spearman_confounder_without_spread_changes_nothing():
    x, y = rng().normal(size=(2, 12))
    plain = spearman(x, y, rng=rng(), resamples=200)
    assert spearman(x, y, given=np.ones(12), rng=rng(), resamples=200) == plain


def false_positives(test, repeats: int = REPEATS) -> float:
    generator = rng()
    return float(np.mean([test(generator) <= 0.05 for _ in range(repeats)]))


def test_trend_tests_keep_their_level():
    def rank(generator):
        return spearman(*generator.normal(size=(2, 8)), rng=generator, resamples=99).p_value

    def trend(generator):
        return jonckheere(generator.normal(size=(3, 4)), rng=generator, resamples=99).p_value

    assert false_positives(rank) < LEVEL_LIMIT
    assert false_positives(trend) < LEVEL_LIMIT
    # Negative control: a dependence that is there is found far more often.
    assert false_positives(lambda g: rank_of_dependent(g)) > 2 * LEVEL_LIMIT


def rank_of_dependent(generator: np.random.Generator) -> float:
    x = generator.normal(size=8)
    return spearman(x, x + 0.5 * generator.normal(size=8), rng=generator, resamples=99).p_value


def residual_ranks(sample, *given) -> np.ndarray:
    """What a least-squares fit to the ranks of all confounders leaves of the ranks."""
    design = np.column_stack([np.ones(len(sample)), *(stats.rankdata(c) for c in given)])
    ranks = stats.rankdata(sample)
    return ranks - design @ np.linalg.lstsq(design, ranks, rcond=None)[0]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_partial_spearman_is_pearson_of_the_residual_ranks(count):
    x, y, *given = rng().normal(size=(2 + count, 30)).round(1)  # with ties
    y = y + 0.5 * x - sum(given)
    known = stats.pearsonr(residual_ranks(x, *given), residual_ranks(y, *given))
    found = spearman(x, y, given=tuple(given), rng=rng(), resamples=200)
    assert found.interval.estimate == pytest.approx(known.statistic, abs=1e-10)
    reordered = spearman(x, y, given=tuple(given[::-1]), rng=rng(), resamples=200)
    assert reordered.interval.estimate == pytest.approx(known.statistic, abs=1e-10)


def test_partial_spearman_takes_a_confounder_that_is_repeated():
    x, y, given = rng().normal(size=(3, 20))
    once = spearman(x, y, given=given, rng=rng(), resamples=200)
    again = spearman(x, y, given=(given, given, -given), rng=rng(), resamples=200)
    assert again == once
    # What a second confounder explains in full leaves nothing to correlate.
    assert spearman(x, y, given=(given, y**3), rng=rng()) == ((0.0, -1.0, 1.0), 1.0)


def test_confounders_that_explain_all_but_rounding_explain_all():
    strata = np.repeat(np.arange(5), [3, 7, 5, 9, 6])  # sums that are not exact
    indicators = tuple((strata == k).astype(float) for k in range(5))
    x, y = rng().normal(size=(2, 30))
    most = spearman(x, y, given=indicators[1:], rng=rng(), resamples=200)
    every = spearman(x, y, given=indicators, rng=rng(), resamples=200)
    assert every.interval == pytest.approx(most.interval, abs=1e-10)
    nothing = ((0.0, -1.0, 1.0), 1.0)
    assert spearman(x, (strata - 1.5) ** 2, given=indicators[1:], rng=rng()) == nothing


def confounded(generator: np.random.Generator, effect: float, *, known: int) -> float:
    """p-value of a pair with two common causes, the first `known` given, and an effect beside."""
    causes = generator.normal(size=(2, 30))
    x, y = causes.sum(axis=0) + generator.normal(size=(2, 30))
    given = tuple(causes[:known])
    return spearman(x, y + effect * x, given=given, rng=generator, resamples=99).p_value


def test_partial_test_keeps_its_level_and_has_power():
    assert false_positives(lambda g: confounded(g, 0.0, known=2)) < LEVEL_LIMIT
    assert false_positives(lambda g: confounded(g, 1.0, known=2), FEW) > 0.8
    # Negative control: a common cause that is not given passes for an effect.
    assert false_positives(lambda g: confounded(g, 0.0, known=1), FEW) > 2 * LEVEL_LIMIT


def test_strata_are_removed_whatever_their_effect():
    """The indicators of all strata but one, as confounders, leave no common effect of the strata."""
    strata = np.repeat(np.arange(5), 6)
    indicators = tuple((strata == k).astype(float) for k in range(1, 5))

    def p_value(generator, given):
        x, y = 9.0 * np.array([2, 0, 5, 1, 3])[strata] + generator.normal(size=(2, 30))
        return spearman(x, y, given=given, rng=generator, resamples=99).p_value

    assert false_positives(lambda g: p_value(g, indicators)) < LEVEL_LIMIT
    assert false_positives(lambda g: p_value(g, strata), FEW) > 0.9


def test_partial_interval_covers():
    """Nothing is left given the common cause: 95 % of the intervals hold zero."""

    def missed(generator):
        cause = generator.normal(size=40)
        x, y = cause + generator.normal(size=(2, 40))
        low, high = spearman(x, y, given=cause, rng=generator, resamples=199).interval[1:]
        return 0.0 if not low <= 0 <= high else 1.0

    # Small samples make the bootstrap a little short: twice the nominal share is the limit.
    assert false_positives(missed) < 0.1 + 4 * math.sqrt(0.1 * 0.9 / REPEATS)


def test_slope_against_polyfit_in_batches():
    x, y = rng().normal(size=(2, 3, 4, 6))
    expected = [
        np.polyfit(a, b, 1)[0] for a, b in zip(x.reshape(-1, 6), y.reshape(-1, 6), strict=True)
    ]
    np.testing.assert_allclose(slope(x, y).ravel(), expected, rtol=0, atol=1e-10)
    np.testing.assert_allclose(
        slope(np.moveaxis(x, -1, 0), np.moveaxis(y, -1, 0), axis=0), slope(x, y), atol=EXACT
    )


def test_slope_does_not_exist_without_spread():
    assert np.isnan(slope(np.ones(3), np.arange(3.0)))
    x = np.full(3, 0.1)
    assert np.mean(x) != 0.1  # rounding: the deviations from the mean are not zero
    assert np.isnan(slope(x, np.arange(3.0)))


def test_slope_through_two_points_has_no_finite_interval():
    interval = bca_interval(([0.0, 1.0], [0.0, 2.0]), slope, paired=True, rng=rng())
    assert interval == (2.0, -math.inf, math.inf)


def test_slope_interval_is_finite_once_undefined_resamples_are_rare():
    # A share of 8^-7 of the resamples repeats one point only.
    x = np.arange(8.0)
    y = 3.0 * x + rng().normal(size=8)
    interval = bca_interval((x, y), slope, paired=True, rng=rng())
    assert interval.low < 3.0 < interval.high
    assert interval.high - interval.low < 2.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: jonckheere([[1.0]], rng=rng()), "at least two groups"),
        (lambda: jonckheere([[1.0], []], rng=rng()), "`groups` must be one list of at least 1"),
        (
            lambda: jonckheere([[1.0], [2.0]], alternative="up", rng=rng()),
            "must be one of increasing",
        ),
        (lambda: spearman([1, 2], [1, 2], rng=rng()), "`x` must be one list of at least 3"),
        (lambda: spearman([1, 2, 3], [1, 2, 3, 4], rng=rng()), "equal lengths"),
        (lambda: spearman([1, 2, 3], [1, 2, math.nan], rng=rng()), "`y` must be finite"),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
