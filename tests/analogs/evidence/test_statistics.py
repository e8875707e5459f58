"""Wilson, the two one-sided tests and Akaike against published values, scipy and exact coverage."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from analogs.evidence.statistics import (
    aic_least_squares,
    akaike_difference,
    tost,
    wilson_interval,
)

EXACT = 1e-12
PUBLISHED = 6e-5  # four printed digits
# Mean coverage of Wilson over p is within this of 0.95 at n = 40 (Brown, Cai & DasGupta 2001).
WILSON_TOLERANCE = 0.01


# Newcombe 1998, Stat. Med. 17, 857, table I, method 3.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_published(successes, trials, low, high):
    interval = wilson_interval(successes, trials)
    assert interval.estimate == successes / trials
    assert (interval.low, interval.high) == pytest.approx((low, high), abs=PUBLISHED)


@pytest.mark.parametrize("level", [0.8, 0.95, 0.99])
def test_wilson_ends_solve_the_score_equation(level):
    z = stats.norm.ppf((1 + level) / 2)
    interval = wilson_interval(7, 30, level)
    for p in interval[1:]:
        assert abs(7 / 30 - p) == pytest.approx(z * math.sqrt(p * (1 - p) / 30), abs=1e-9)


def mean_coverage(interval) -> float:
    """Return the exact coverage at n = 40, averaged over p."""
    n = 40
    ends = [interval(k, n) for k in range(n + 1)]
    shares = []
    for p in np.linspace(0.01, 0.99, 99):
        inside = np.array([low <= p <= high for low, high in ends])
        shares.append(stats.binom.pmf(np.arange(n + 1), n, p)[inside].sum())
    return float(np.mean(shares))


def wald(k: int, n: int) -> tuple[float, float]:
    half = 1.96 * math.sqrt(k / n * (1 - k / n) / n)
    return k / n - half, k / n + half


def test_wilson_covers_and_wald_does_not():
    assert abs(mean_coverage(lambda k, n: wilson_interval(k, n)[1:]) - 0.95) < WILSON_TOLERANCE
    assert abs(mean_coverage(wald) - 0.95) > WILSON_TOLERANCE


@pytest.mark.parametrize("mean", [-0.3, 0.0, 0.1, 2.0])
def test_tost_is_two_one_sided_t_tests(mean):
    sample = np.random.default_rng(5).normal(mean, 0.5, size=12)
    result = tost(sample, 0.4)
    above = stats.ttest_1samp(sample, -0.4, alternative="greater").pvalue
    below = stats.ttest_1samp(sample, 0.4, alternative="less").pvalue
    assert result.p_value == pytest.approx(max(above, below), abs=EXACT)
    known = stats.ttest_1samp(sample, 0.0).confidence_interval(0.9)
    assert result.interval == pytest.approx((sample.mean(), known.low, known.high), abs=EXACT)


def test_tost_rejects_exactly_when_its_interval_is_inside():
    generator = np.random.default_rng(6)
    rejections = 0
    for _ in range(200):
        result = tost(generator.normal(0.1, 0.5, size=10), 0.4)
        inside = result.interval.low > -0.4 and result.interval.high < 0.4
        assert inside == (result.p_value < 0.05)
        rejections += inside
    assert 0 < rejections < 200


def test_tost_keeps_its_level_at_the_margin():
    generator = np.random.default_rng(8)
    found = np.mean(
        [tost(generator.normal(0.4, 0.1, size=8), 0.4).p_value < 0.05 for _ in range(2000)]
    )
    assert found == pytest.approx(0.05, abs=4 * math.sqrt(0.05 * 0.95 / 2000))


def test_tost_of_a_constant():
    assert tost([0.1] * 4, 0.2) == ((0.1, 0.1, 0.1), 0.0)
    assert tost([0.2] * 4, 0.2).p_value == 1.0


def test_aic_is_the_likelihood_up_to_a_constant():
    residuals = np.random.default_rng(9).normal(size=15)
    sigma = math.sqrt(np.mean(residuals**2))
    likelihood = stats.norm.logpdf(residuals, scale=sigma).sum()
    constant = 15 * (math.log(2 * math.pi) + 1)
    assert aic_least_squares(residuals, 3) == pytest.approx(
        2 * 3 - 2 * likelihood - constant, abs=1e-10
    )


def test_akaike_tells_a_power_law_from_an_exponential():
    sizes = np.arange(3.0, 11.0)
    generator = np.random.default_rng(10)
    noise = generator.normal(scale=0.02, size=8)

    def residuals(x, y):
        return y - np.polyval(np.polyfit(x, y, 1), x)

    def power_minus_exponential(log_value):
        power = residuals(np.log(sizes), log_value)
        exponential = residuals(sizes, log_value)
        return akaike_difference(power, 3, exponential, 3)

    assert power_minus_exponential(1.5 * np.log(sizes) + noise) < -10
    assert power_minus_exponential(0.7 * sizes + noise) > 10


def test_akaike_of_perfect_fits():
    assert aic_least_squares([0.0, 0.0], 1) == -math.inf
    assert akaike_difference([0.0, 0.0], 1, [0.1, 0.0], 1) == -math.inf
    with pytest.raises(ValueError, match="must not vanish in both fits"):
        akaike_difference([0.0, 0.0], 1, [0.0, 0.0], 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wilson_interval(1, 0), "`trials` must be at least 1"),
        (lambda: wilson_interval(4, 3), "`successes` must be between 0 and 3"),
        (lambda: wilson_interval(0.5, 3), "`successes` must be an integer"),
        (lambda: wilson_interval(1, 3, 95), "`level` must lie in"),
        (lambda: tost([1.0], 0.1), "at least 2 numbers"),
        (lambda: tost([1.0, 2.0], 0.0), "`margin` must be positive"),
        (lambda: tost([1.0, 2.0], 0.1, level=0.9), "`level` must lie in \\(0, 0.5\\)"),
        (lambda: aic_least_squares([], 1), "at least 1 numbers"),
        (lambda: aic_least_squares([1.0], 0), "`n_parameters` must be at least 1"),
        (lambda: akaike_difference([1.0], 1, [1.0, 2.0], 1), "come from fits to the same data"),
    ],
)
def test_wrong_arguments_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
