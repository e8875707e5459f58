"""Intervals of the readings of a sample, and the rule that stops when they are narrow."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats

from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen
from qgeom.readings.sampling import CurvatureSample, sample_curvature
from tests.closeness import EXACT, assert_close

# How well a share of hundreds of intervals, or of 300 planes in all of their ways, can be 95 %.
COVERAGE = 0.03

# ---- intervals


def sample_of(negative: int, count: int) -> CurvatureSample:
    return CurvatureSample(np.where(np.arange(count) < negative, -1.0, 1.0), "metric")


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
@pytest.mark.parametrize(("negative", "count"), [(0, 7), (7, 7), (3, 7), (0, 1), (620, 2000)])
def test_interval_of_the_share_is_that_of_scipy(
    negative: int, count: int, confidence: float
) -> None:
    found = sample_of(negative, count).negative_interval(confidence)
    expected = scipy.stats.binomtest(negative, count).proportion_ci(confidence, method="wilson")
    assert_close(found, expected, EXACT)
    assert (found[0] == 0) == (negative == 0)
    assert (found[1] == 1) == (negative == count)


@pytest.mark.parametrize("share", [0.02, 0.31, 0.5, 0.95])
def test_interval_of_the_share_covers_as_often_as_it_says(share: float) -> None:
    """Exactly: over all numbers of negative planes among 300, by the binomial distribution."""
    ends = np.array([sample_of(k, 300).negative_interval() for k in range(301)])
    inside = (ends[:, 0] <= share) & (share <= ends[:, 1])
    covered = inside @ scipy.stats.binom.pmf(np.arange(301), 300, share)
    assert covered == pytest.approx(0.95, abs=COVERAGE)


def test_interval_of_the_mean_is_that_of_large_samples() -> None:
    for count, seed in ((400, 0), (1000, 1), (30_000, 2)):
        values = np.random.default_rng(seed).exponential(size=count) - 3.0
        sample = CurvatureSample(values, "metric")
        low, high = sample.mean_interval(0.9, rng=np.random.default_rng(5))
        half = 1.6449 * values.std() / np.sqrt(count)
        assert high - low == pytest.approx(2 * half, rel=0.1)
        assert (low + high) / 2 == pytest.approx(sample.mean, abs=0.1 * half)
        assert sample.mean_interval(0.9, rng=np.random.default_rng(5)) == (low, high)


def test_interval_of_the_mean_covers_as_often_as_it_says() -> None:
    rng = np.random.default_rng(6)
    covered = [
        low <= 0.0 <= high
        for low, high in (
            CurvatureSample(rng.standard_normal(100), "metric").mean_interval(rng=rng)
            for _ in range(300)
        )
    ]
    assert np.mean(covered) == pytest.approx(0.94, abs=COVERAGE)


def test_blocks_of_unequal_size_are_weighted() -> None:
    values = np.random.default_rng(7).permutation(1500) + 5.0  # 1000 blocks of one plane or two
    low, high = CurvatureSample(values, "metric").mean_interval(rng=np.random.default_rng(0))
    half = 1.96 * values.std() / np.sqrt(len(values))
    assert (low + high) / 2 == pytest.approx(values.mean(), abs=0.1 * half)
    assert high - low == pytest.approx(2 * half, rel=0.1)


def test_one_plane_has_intervals() -> None:
    sample = CurvatureSample(np.array([2.0]), "metric")
    assert sample.mean_interval(rng=np.random.default_rng(0)) == (2.0, 2.0)
    assert sample.negative_interval() == (0.0, pytest.approx(0.7935, abs=1e-4))


# ---- the stop rule


def half_width(sample: CurvatureSample) -> float:
    low, high = sample.negative_interval()
    return (high - low) / 2


@pytest.mark.parametrize("wish", [0.1, 0.02, 0.01])
def test_planes_are_drawn_until_the_share_is_known(wish: float) -> None:
    metric = PauliMetric(3, nielsen(16.0))
    sample = sample_curvature(metric, count=50, rng=np.random.default_rng(1), half_width=wish)
    assert half_width(sample) <= wish
    shorter = CurvatureSample(sample.values[: -max(50, sample.count // 10)], "metric")
    assert half_width(shorter) > wish
    whole = sample_curvature(metric, count=sample.count, rng=np.random.default_rng(1))
    assert_close(whole.values, sample.values)


def test_the_rule_keeps_to_the_most() -> None:
    rule = {"count": 30, "half_width": 1e-6, "most": 100}
    metric = PauliMetric(1, custom({"Z": 5.0}))
    assert sample_curvature(metric, rng=np.random.default_rng(0), **rule).count == 100
    # One portion is enough for a share known to 0.2.
    assert (
        sample_curvature(metric, count=30, rng=np.random.default_rng(0), half_width=0.2).count == 30
    )


def test_stopped_intervals_cover_as_often_as_fixed_ones() -> None:
    metric = PauliMetric(1, custom({"Z": 5.0}))
    truth = sample_curvature(metric, count=200_000, rng=np.random.default_rng(2)).negative_share
    covered = []
    for seed in range(200):
        rng = np.random.default_rng([3, seed])
        sample = sample_curvature(metric, count=20, rng=rng, half_width=0.06)
        low, high = sample.negative_interval()
        covered.append(low <= truth <= high)
    assert np.mean(covered) == pytest.approx(0.95, abs=COVERAGE)


def test_progress_is_reported() -> None:
    seen: list[tuple[str, float]] = []
    sample_curvature(
        PauliMetric(2, nielsen(9.0, locality=1)),
        "pauli",
        50,
        rng=np.random.default_rng(0),
        half_width=0.01,
        report=lambda message, share: seen.append((message, share)),
    )
    messages, shares = zip(*seen, strict=True)
    assert set(messages) == {"planes pauli"}
    assert shares[0] == 0
    assert 0 <= min(shares) <= max(shares) <= 1


# ---- the door


@pytest.mark.parametrize("confidence", [0.0, 1.0, -0.5, 95.0, np.nan])
def test_bad_confidences_are_refused(confidence: float) -> None:
    sample = sample_of(1, 4)
    with pytest.raises(ValueError, match="`confidence` must lie between 0 and 1"):
        sample.negative_interval(confidence)
    with pytest.raises(ValueError, match="`confidence` must lie between 0 and 1"):
        sample.mean_interval(confidence, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="`rng` must be a numpy"):
        sample.mean_interval(rng=0)  # type: ignore[arg-type]
