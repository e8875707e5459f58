"""Power laws with known noise, lengths with known limits, and scans with known diameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from qgeom.geodesic.connect import connect
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, custom, nielsen
from qgeom.readings.diameter import berger_diameter, diameter
from qgeom.readings.scaling import (
    CONFIDENCE,
    PowerLaw,
    Saturation,
    diameter_scan,
    power_law,
    saturation,
)
from tests.closeness import ROUNDING, assert_close
from tests.oracles import distances

FOUND = 1e-8
TRIALS = 2000
# Three standard deviations of the covered share of that many intervals.
SPREAD = 3 * np.sqrt(CONFIDENCE * (1 - CONFIDENCE) / TRIALS)
# Linear interpolation in 1/q between doubling costs.
CHORD = 0.03
SQRT3 = np.sqrt(3) * np.pi / 2
DOUBLING = 2.0 ** np.arange(1, 9)
# Shortest geodesics found to the Toffoli gate, costs 1 up to weight 2 and q beyond, q = 2 ... 256.
TOFFOLI = [1.110721, 1.241824, 1.469345, 1.699681, 1.796807, 1.841257, 1.862572, 1.873015]
# Three Richardson steps on the last of them.
TOFFOLI_LIMIT = 1.8833


def berger(q: float) -> Penalty:
    return custom({"Z": q})


def berger_lengths(costs: np.ndarray) -> np.ndarray:
    return np.array([berger_diameter(q) for q in costs])


# ---- power laws


def covered(confidence: float) -> float:
    rng = np.random.default_rng(7)
    x = np.geomspace(1.0, 50.0, 4)  # few: Student's t matters
    noise = np.exp(0.2 * rng.normal(size=(TRIALS, 4)))
    intervals = [power_law(x, 3.0 * x**0.5 * row).interval(confidence) for row in noise]
    return float(np.mean([low <= 0.5 <= high for low, high in intervals]))


def test_interval_covers_the_exponent_as_often_as_it_says() -> None:
    assert abs(covered(CONFIDENCE) - CONFIDENCE) < SPREAD


def test_another_confidence_is_not_covered_as_often() -> None:
    assert abs(covered(0.9) - CONFIDENCE) > SPREAD


def test_fit_against_numpy(rng: np.random.Generator) -> None:
    x, y = np.exp(rng.normal(size=(2, 9)))
    found = power_law(x, y)
    (slope, intercept), covariance = np.polyfit(np.log(x), np.log(y), 1, cov=True)
    assert_close(
        [found.exponent, found.prefactor, found.standard_error],
        [slope, np.exp(intercept), np.sqrt(covariance[0, 0])],
        FOUND,
    )


def test_units_change_the_prefactor_alone(rng: np.random.Generator) -> None:
    x, y = np.exp(rng.normal(size=(2, 5)))
    one, other = power_law(x, y), power_law(2 * x, 3 * y)
    assert_close(
        [other.exponent, other.standard_error, other.prefactor],
        [one.exponent, one.standard_error, 3 * one.prefactor / 2**one.exponent],
        FOUND,
    )


def test_exponential_in_the_qubits_is_a_power_of_the_size() -> None:
    n = np.arange(1.0, 6.0)
    assert_close(power_law(2.0**n, 5 * 4.0**n).exponent, 2.0, ROUNDING)


# ---- saturation


@pytest.mark.parametrize("tolerance", [0.002, 0.01, 0.05])
def test_berger_sphere_saturates_where_algebra_says(tolerance: float) -> None:
    """``sqrt(3 - 1 / (q - 1)) = (1 - tolerance) sqrt(3)``."""
    costs = np.geomspace(2.1, 1e5, 400)
    found = saturation(costs, berger_lengths(costs), tolerance)
    exact = 1 + 1 / (3 * (1 - (1 - tolerance) ** 2))
    assert found.critical == pytest.approx(exact, rel=1e-4)
    assert_close([found.limit, found.slope], [SQRT3, SQRT3 / 6], 1e-4)


@pytest.mark.parametrize("top", [6, 8, 12, 16])
def test_interval_allows_for_the_next_term(top: int) -> None:
    """The bias of three points at doubling costs tends to 2.55 standard errors: 25 / sqrt(96.4)."""
    costs = 2.0 ** np.arange(2, top)
    found = saturation(costs, berger_lengths(costs))
    low, high = found.interval()
    assert low < SQRT3 < high
    assert (found.limit - SQRT3) / found.standard_error == pytest.approx(
        5 / 1.964, abs=2**-top * 16
    )


def test_slope_is_the_energy_of_the_penalised_momentum() -> None:
    """Envelope theorem: ``d(d^2) / d(1/q) = - m_z^2``, and ``d(d^2) / d(1/q) = - 2 d slope``."""
    q = 200.0
    (best, *_) = connect(
        PauliMetric(1, berger(q)), np.diag([1.0, -1.0]), rng=np.random.default_rng(0)
    )
    costs = q * np.array([0.99, 1.0, 1.01])
    found = saturation(costs, [distances.berger(np.pi / 2, q) for q in costs])
    length = float(best.length)
    assert_close(length, distances.berger(np.pi / 2, q), FOUND)
    assert 2 * length * found.slope == pytest.approx(best.momentum[2] ** 2, rel=1e-3)


def test_toffoli() -> None:
    found = saturation(DOUBLING, TOFFOLI)
    low, high = found.interval()
    assert low < TOFFOLI_LIMIT < high < 1.01 * low
    assert 128 < found.critical < 256  # 1.862572 is 1.1 % short of the limit, 1.873015 is 0.5 %
    assert saturation(DOUBLING[:-1], TOFFOLI[:-1]).critical is None


@pytest.mark.parametrize("ratio", [1.01, 1.1, 2.0, 10.0, 100.0])
@pytest.mark.parametrize("points", [3, 5])
@pytest.mark.parametrize("growth", [np.sqrt, lambda q: 1 + np.log(q), lambda q: q**0.1])
def test_what_grows_without_end_does_not_saturate(
    growth: Callable[[np.ndarray], np.ndarray], points: int, ratio: float
) -> None:
    costs = ratio ** np.arange(1, 13)
    assert saturation(costs, growth(costs), points=points).critical is None


def test_constant_lengths_are_saturated_from_the_start() -> None:
    found = saturation(DOUBLING, np.full(8, 1.5))
    assert found == Saturation(1.5, 0.0, 0.0, 3, 0.01, 2.0)


def test_rounding_is_no_decrease() -> None:
    noisy = 1.5 * (1 + 1e-12 * np.array([0.0, 1.0, -1.0, 0.5]))
    found = saturation(DOUBLING[:4], noisy)
    assert found.critical == 2.0
    assert found.limit >= noisy[-1]


def test_unit_of_the_cost_does_not_matter() -> None:
    here, far = (saturation(unit * DOUBLING, TOFFOLI) for unit in (1.0, 1e299))
    assert_close([far.limit, far.standard_error], [here.limit, here.standard_error], ROUNDING)
    assert_close([far.slope / 1e299, far.critical / 1e299], [here.slope, here.critical], ROUNDING)


def test_crossing_is_linear_in_the_inverse_cost() -> None:
    """For ``1 - 1/q`` exactly: within 10 % of 1 from q = 10 on."""
    costs = np.array([2.0, 4.0, 7.0, 20.0, 40.0, 80.0])
    found = saturation(costs, 1 - 1 / costs, 0.1)
    assert_close([found.limit, found.slope, found.critical], [1.0, 1.0, 10.0], FOUND)


# ---- scans


def test_unpenalised_diameters_approach_their_limit() -> None:
    rows = list(diameter_scan(nielsen, [1, 2, 3, 4], [1.0], rng=np.random.default_rng(0), count=0))
    exact = np.pi * np.sqrt((1 - 4.0 ** -np.arange(1, 5)) / 3)
    for end in ("lower", "upper"):
        assert_close([getattr(row.diameter, end) for row in rows], exact, ROUNDING)
    # pi / sqrt(3) - d ~ 4^-n
    law = power_law([4.0**row.n_qubits for row in rows], np.pi / np.sqrt(3) - exact)
    assert abs(law.exponent + 1) < 0.05


def test_diameter_of_the_berger_sphere_saturates() -> None:
    costs = [4.0, 8.0, 16.0, 32.0, 64.0]
    rows = list(diameter_scan(berger, [1], costs, rng=np.random.default_rng(0), count=0))
    found = saturation(costs, [row.diameter.lower for row in rows])
    assert found.interval()[0] < SQRT3 < found.interval()[1]
    assert found.critical == pytest.approx(1 + 1 / (3 * (1 - 0.99**2)), rel=CHORD)


def test_each_row_is_the_diameter_of_its_metric() -> None:
    """Sizes outside, costs inside; all rows share their random numbers."""
    search = {"count": 1, "starts": 1}
    rows = list(diameter_scan(berger, [1], [2.0, 5.0], rng=np.random.default_rng(3), **search))
    assert [(row.n_qubits, row.q) for row in rows] == [(1, 2.0), (1, 5.0)]
    seed = np.random.default_rng(3).integers(2**63)
    for row in rows:
        metric = PauliMetric(1, berger(row.q))
        alone = diameter(metric, rng=np.random.default_rng(seed), **search)
        assert (row.diameter.lower, row.diameter.found) == (alone.lower, alone.found)
    (other,) = diameter_scan(berger, [1], [5.0], rng=np.random.default_rng(3), **search)
    assert other.diameter.found == rows[1].diameter.found


def test_rows_come_one_by_one_with_progress() -> None:
    told: list[tuple[str, float]] = []
    report = partial(lambda log, message, share: log.append((message, share)), told)
    rows = diameter_scan(
        berger, [1], [2.0, 5.0], rng=np.random.default_rng(0), count=1, starts=0, report=report
    )
    assert told == []
    next(rows)
    assert told == [("n = 1, q = 2, target 1 of 1", 0.0)]
    next(rows)
    assert told[1] == ("n = 1, q = 5, target 1 of 1", 0.5)


# ---- what is refused


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ([1.0, 2.0], [1.0, 2.0], "`x` must hold at least 3 numbers in a row"),
        ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0, 4.0], r"`y` must have shape \(3,\)"),
        ([1.0, 2.0, 3.0], [1.0, 0.0, 3.0], "`y` must be positive, but holds 0.0"),
        ([1.0, 2.0, 3.0], [1.0, 1j, 3.0], "`y` must be positive, but is complex"),
        ([1.0, np.nan, 3.0], [1.0, 2.0, 3.0], "`x` must be finite"),
        ([2.0, 2.0, 2.0], [1.0, 2.0, 3.0], "`x` must take at least two values"),
    ],
)
def test_bad_points_are_refused(x: list[float], y: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=f"Argument {message}"):
        power_law(x, y)


@pytest.mark.parametrize(
    ("costs", "lengths", "options", "message"),
    [
        ([1.0, 2.0, 2.0], [1.0, 2.0, 3.0], {}, "`costs` must increase"),
        ([1.0, 2.0, 4.0], [1.0, 2.0, 1.9], {}, "`lengths` must not decrease, but falls by 5.00%"),
        ([1.0, 2.0, 4.0], [1.0, 2.0], {}, "`lengths` must hold at least 3"),
        ([1.0, 2.0, 4.0], [1.0, 2.0, 3.0, 4.0], {}, r"`lengths` must have shape \(3,\)"),
        ([1.0, 2.0, 4.0], [1.0, 2.0, 3.0], {"points": 4}, "`costs` must hold at least 4"),
        ([1.0, 2.0, 4.0], [1.0, 2.0, 3.0], {"points": 2}, "`points` must be at least 3"),
        ([1.0, 2.0, 4.0], [1.0, 2.0, 3.0], {"tolerance": 1.0}, "`tolerance` must be between 0 and"),
    ],
)
def test_bad_lengths_are_refused(
    costs: list[float], lengths: list[float], options: dict[str, float], message: str
) -> None:
    with pytest.raises(ValueError, match=f"Argument {message}"):
        saturation(costs, lengths, **options)


def test_bad_scans_are_refused_at_once() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="`q` must be positive"):
        diameter_scan(nielsen, [1], [2.0, -1.0], rng=rng)
    with pytest.raises(ValueError, match="`n_qubits` must be between 1 and 12"):
        diameter_scan(nielsen, [0], [2.0], rng=rng)
    with pytest.raises(ValueError, match="`penalty` must have finite costs"):
        diameter_scan(berger, [1], [2.0, np.inf], rng=rng)
    with pytest.raises(ValueError, match="`count` must be at least 0"):
        diameter_scan(nielsen, [1], [2.0], rng=rng, count=-1)
    with pytest.raises(ValueError, match="`confidence` must be between 0 and 1"):
        PowerLaw(1.0, 0.1, 1.0, 3).interval(1.5)
