"""Bootstrap and permutation against textbook values, enumeration, and measured coverage."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from analogs.evidence.resampling import _batch, bca_interval, permutation_p

DATASETS = 400
COVERAGE_RESAMPLES = 499
# Four standard deviations of a share near 0.95 among DATASETS, and 0.02 that BCa is known to lack
# at n = 25 (Efron & Tibshirani 1993, section 14.3).
COVERAGE_TOLERANCE = 4 * math.sqrt(0.95 * 0.05 / DATASETS) + 0.02
# Three standard errors (0.029, measured over seeds) of the upper end from 9999 resamples.
ENUMERATION_TOLERANCE = 0.09
EXACT = 1e-12

# Spatial perception data, part A (Efron & Tibshirani 1993, table 14.1).
SPATIAL = np.array(
    [
        48,
        36,
        20,
        29,
        42,
        42,
        20,
        42,
        22,
        41,
        45,
        14,
        6,
        0,
        33,
        28,
        34,
        4,
        32,
        24,
        47,
        41,
        24,
        26,
        30,
        41.0,
    ]
)
# Their table 14.2 has (115.8, 259.6) from 2000 resamples: two standard errors of the upper end.
TEXTBOOK_TOLERANCE = 7.0


def mean_difference(x, y, axis=-1):
    return np.mean(x, axis=axis) - np.mean(y, axis=axis)


def correlation(x, y):
    return np.corrcoef(x, y)[0, 1]


def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def test_textbook_variance_interval():
    interval = bca_interval(SPATIAL, np.var, level=0.9, rng=rng())
    assert interval.estimate == pytest.approx(171.5, abs=0.05)
    assert interval.low == pytest.approx(115.8, abs=TEXTBOOK_TOLERANCE)
    assert interval.high == pytest.approx(259.6, abs=TEXTBOOK_TOLERANCE)
    # Negative control: the plain percentile interval of the same table, (100.8, 233.9), fails.
    assert abs(100.8 - interval.low) > TEXTBOOK_TOLERANCE
    assert abs(233.9 - interval.high) > TEXTBOOK_TOLERANCE


def enumerated_bca(sample: np.ndarray, level: float) -> tuple[float, float]:
    """BCa of the mean by its definition, over all n^n resamples."""
    n = sample.size
    means = sample[np.indices((n,) * n).reshape(n, -1)].mean(axis=0)
    mean = sample.mean()
    below = (np.mean(means < mean - EXACT) + np.mean(means <= mean + EXACT)) / 2
    z0 = stats.norm.ppf(below)
    jackknife = np.array([np.delete(sample, i).mean() for i in range(n)])
    u = (n - 1) * (jackknife.mean() - jackknife)
    a = np.sum(u**3) / (6 * np.sum(u**2) ** 1.5)
    ends = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        z = z0 + stats.norm.ppf(tail)
        ends.append(float(np.quantile(means, stats.norm.cdf(z0 + z / (1 - a * z)))))
    return ends[0], ends[1]


def test_bca_against_enumeration():
    sample = np.array([0.13, 0.41, 0.52, 0.97, 1.36, 2.89])
    interval = bca_interval(sample, rng=rng())
    assert interval[1:] == pytest.approx(enumerated_bca(sample, 0.95), abs=ENUMERATION_TOLERANCE)
    assert interval[1:] != pytest.approx(enumerated_bca(sample, 0.90), abs=ENUMERATION_TOLERANCE)


def coverage(draw, truth: float, **options) -> float:
    generator = np.random.default_rng(11)
    hits = 0
    for _ in range(DATASETS):
        interval = bca_interval(
            draw(generator), rng=generator, resamples=COVERAGE_RESAMPLES, **options
        )
        hits += interval.low <= truth <= interval.high
    return hits / DATASETS


@pytest.mark.parametrize("level", [0.95, 0.8])
def test_bca_covers_the_mean(level):
    found = coverage(lambda generator: generator.normal(size=25), 0.0, level=level)
    assert abs(found - level) < COVERAGE_TOLERANCE


def test_bca_covers_a_difference_of_two_samples():
    def draw(generator):
        return generator.normal(1.0, size=25), generator.normal(0.0, 2.0, size=40)

    assert abs(coverage(draw, 1.0, statistic=mean_difference) - 0.95) < COVERAGE_TOLERANCE


def test_coverage_sees_a_wrong_truth():
    assert coverage(lambda generator: generator.normal(size=25), 0.5) < 0.5


def test_pairing_uses_the_pairs():
    generator = rng()
    x = generator.normal(size=30)
    y = x + 0.1 * generator.normal(size=30)
    paired = bca_interval((x, y), mean_difference, paired=True, rng=rng())
    differences = bca_interval(x - y, rng=rng())
    independent = bca_interval((x, y), mean_difference, rng=rng())
    assert paired == pytest.approx(differences, abs=EXACT)
    assert independent.high - independent.low > 5 * (paired.high - paired.low)


def test_a_statistic_without_axis_is_looped():
    x = np.arange(8.0)
    y = x + np.array([0.5, -0.5] * 4)
    interval = bca_interval((x, y), correlation, paired=True, rng=rng(), resamples=500)
    assert interval.low < interval.estimate < interval.high < 1


def test_batches_do_not_change_the_answer(monkeypatch):
    whole = bca_interval(SPATIAL, rng=rng(), resamples=200)
    p = permutation_p(SPATIAL, SPATIAL[:9], mean_difference, rng=rng(), resamples=200)
    monkeypatch.setattr("analogs.evidence.resampling.BATCH_ENTRIES", 100)
    assert _batch(26) == 3
    assert bca_interval(SPATIAL, rng=rng(), resamples=200) == pytest.approx(whole, abs=EXACT)
    assert permutation_p(SPATIAL, SPATIAL[:9], mean_difference, rng=rng(), resamples=200) == p


def test_constant_samples_collapse():
    assert bca_interval([3.0] * 5, rng=rng()) == (3.0, 3.0, 3.0)
    two = (np.full(4, 3.0), np.full(6, 1.0))
    assert bca_interval(two, mean_difference, rng=rng()) == (2.0, 2.0, 2.0)


def test_jackknife_without_spread_falls_back_to_quantiles():
    # The median of 0 0 0 0 1 is 0 whichever entry is left out, so BCa has no acceleration.
    interval = bca_interval([0.0, 0.0, 0.0, 0.0, 1.0], np.median, rng=rng())
    assert (interval.estimate, interval.low) == (0.0, 0.0)
    # Three or more ones among five draws: chance 0.058 > 0.025, so the upper quantile is 1.
    assert interval.high == 1.0


def test_nearly_constant_samples_give_no_warning():
    interval = bca_interval(1.0 + np.array([0.0, 1e-16, 2e-16, 3e-16]), rng=rng())
    assert interval == pytest.approx((1.0, 1.0, 1.0), abs=1e-15)


@pytest.mark.parametrize(
    ("x", "y", "alternative"),
    [
        ([1.0, 2.5, 3.0], [0.5, 2.0, 4.0, 5.0], "two-sided"),
        ([1.0, 2.5, 3.0], [0.5, 2.0, 4.0, 5.0], "less"),
        ([1.0, 1.0, 3.0], [0.0, 1.0, 0.0], "greater"),
    ],
)
def test_independent_against_enumeration(x, y, alternative):
    pool = np.array(x + y)
    observed = mean_difference(np.array(x), np.array(y))
    values = []
    for chosen in itertools.combinations(range(pool.size), len(x)):
        rest = np.setdiff1d(np.arange(pool.size), chosen)
        values.append(mean_difference(pool[list(chosen)], pool[rest]))
    assert permutation_p(x, y, mean_difference, alternative=alternative, rng=rng()) == (
        pytest.approx(tail(np.array(values), observed, alternative), abs=EXACT)
    )


@pytest.mark.parametrize("alternative", ["two-sided", "greater", "less"])
def test_paired_against_sign_flips(alternative):
    x, y = np.array([1.0, 2.0, 3.5, 0.2]), np.array([0.5, 2.2, 1.0, 0.1])
    signs = np.array(list(itertools.product([1, -1], repeat=4)))
    values = (signs * (x - y)).mean(axis=1)
    expected = tail(values, float((x - y).mean()), alternative)
    p = permutation_p(x, y, mean_difference, exchange="paired", alternative=alternative, rng=rng())
    assert p == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize("statistic", [correlation, lambda x, y, axis=-1: (x * y).sum(axis=axis)])
def test_pairing_against_all_orders(statistic):
    x, y = np.array([1.0, 2.0, 4.0, 3.0, 7.0]), np.array([0.3, 0.1, 0.9, 1.5, 1.1])
    values = np.array([statistic(np.array(order), y) for order in itertools.permutations(x)])
    expected = tail(values, float(statistic(x, y)), "greater")
    p = permutation_p(x, y, statistic, exchange="pairing", alternative="greater", rng=rng())
    assert p == pytest.approx(expected, abs=EXACT)


def tail(values: np.ndarray, observed: float, alternative: str) -> float:
    greater = float(np.mean(values >= observed - EXACT))
    less = float(np.mean(values <= observed + EXACT))
    return {"greater": greater, "less": less, "two-sided": min(1.0, 2 * min(greater, less))}[
        alternative
    ]


def test_random_draw_is_near_the_exact_value_and_never_zero():
    generator = rng()
    x, y = generator.normal(size=7), generator.normal(0.8, size=7)
    exact = permutation_p(x, y, mean_difference, rng=rng())  # 3432 arrangements
    drawn = permutation_p(x, y, mean_difference, rng=rng(), resamples=2000)
    assert drawn == pytest.approx(exact, abs=4 * math.sqrt(exact * (1 - exact) / 2000))
    far = permutation_p(x, y + 100, mean_difference, rng=rng(), resamples=99)
    assert far == 2 / 100


def test_no_information_gives_one():
    assert permutation_p([1.0] * 4, [1.0] * 4, mean_difference, rng=rng()) == 1.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bca_interval([1.0], rng=rng()), "at least 2 numbers"),
        (lambda: bca_interval([1.0, math.nan], rng=rng()), "must be finite"),
        (lambda: bca_interval([1.0, 2.0], level=1.0, rng=rng()), "`level` must lie in"),
        (lambda: bca_interval([1.0, 2.0], resamples=0, rng=rng()), "`resamples` must be"),
        (
            lambda: bca_interval(
                ([1.0, 2.0], [1.0, 2.0, 3.0]), correlation, paired=True, rng=rng()
            ),
            "equal lengths",
        ),
        (lambda: permutation_p([1.0, 2.0], [], mean_difference, rng=rng()), "`y` must be one list"),
        (
            lambda: permutation_p(
                [1.0] * 3, [1.0, 2.0], mean_difference, exchange="paired", rng=rng()
            ),
            "equal lengths",
        ),
        (
            lambda: permutation_p(
                [1.0] * 2, [1.0] * 2, mean_difference, exchange="both", rng=rng()
            ),
            "`exchange` must be one of independent, paired, pairing",
        ),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
