"""C7 and C8: curvature of layers against brute force, a prototype, and sequences that are known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from scipy import stats

from analogs.evidence import Evidence, Outcome, Setting, Verdict, evaluate
from analogs.mirrors.convnet.claims import C7, C8
from analogs.mirrors.convnet.kernel_size import (
    QUANTITIES,
    REGISTERED,
    Point,
    count_reading,
    kendall,
    local_frame,
    local_mean,
)
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.curvature import sectional_numerator
from qgeom.readings.sampling import sample_curvature
from tests.closeness import assert_close
from tests.oracles import curvature as oracle

QUICK = Setting(quick=True, seeds=(0,))
# Standard errors that a mean or a share of a sample stays within.
SIGMAS = 4.0
# CLAIMS.md 1.1, C8, from an independent prototype, q = 16: un-normalised trace, rounded.
PROTOTYPE_SCALAR = {
    "SO(8)": (-15.2, -35.3, -46.8, -38.5, -11.9, 19.5, 42.0),
    "circulant C=1": (0.0, 0.0, 0.0, 0.0),
    "circulant C=2": (-8.7, -26.9, -52.3, -55.3, -28.0),
    "U(8)": (19.8, -436.6, 252.0),
}
# There by sampling planes, which leaves this share of the largest value.
SAMPLED = 0.1
PROTOTYPE_LOCAL_MEAN = {
    "SO(8)": (-1.67, -0.96, -0.70, -0.43, -0.21, -0.04, 0.06),
    "circulant C=2": (-0.054, -0.296, -0.308, -0.185, -0.026),
}
SIZES = {"SO(8)": 8, "circulant C=1": 8, "circulant C=2": 16, "U(8)": 8}

Result = tuple[Verdict, Evidence]


@pytest.fixture(scope="module")
def kernel_result() -> Result:
    return evaluate(C8, QUICK)


@pytest.fixture(scope="module")
def share_result() -> Result:
    return evaluate(C7, QUICK)


def column(result: Result, algebra: str, name: str) -> np.ndarray:
    rows = result[1].tables["sweep"]
    return np.array([row[name] for row in rows if row["algebra"] == algebra])


# ---- C8: the numbers


@pytest.mark.parametrize("algebra", PROTOTYPE_SCALAR)
def test_the_prototype_had_the_same_scalar_curvature(kernel_result: Result, algebra: str) -> None:
    got = column(kernel_result, algebra, "scalar") / SIZES[algebra]
    assert_rounded(got, PROTOTYPE_SCALAR[algebra], 0.05)


@pytest.mark.parametrize("algebra", PROTOTYPE_LOCAL_MEAN)
def test_the_prototype_sampled_the_same_local_means(kernel_result: Result, algebra: str) -> None:
    got = column(kernel_result, algebra, "local_mean") / SIZES[algebra]
    expected = PROTOTYPE_LOCAL_MEAN[algebra]
    assert_rounded(got, expected, SAMPLED * float(np.abs(expected).max()))
    with pytest.raises(AssertionError):
        assert_rounded(2 * got, expected, SAMPLED * float(np.abs(expected).max()))


def assert_rounded(got: np.ndarray, expected: tuple[float, ...], half_step: float) -> None:
    assert got.shape == np.shape(expected)
    # One part in 1000 beyond the half step is for halves that round up.
    assert np.abs(got - expected).max() <= 1.001 * half_step


def test_local_mean_of_neighbours_in_closed_form(kernel_result: Result) -> None:
    """Of 21 pairs of neighbours in SO(8) 6 overlap, in a Berger sphere with K = (4 - 3q) / 8."""
    expected = 8 * 6 / 21 * (4 - 3 * 16.0) / 8
    assert_close(column(kernel_result, "SO(8)", "local_mean")[0], expected)


@pytest.mark.parametrize(
    ("metric", "basis"),
    [
        (MatrixMetric("so", 8, band(2, 16.0)), oracle.so_basis(8)),
        (MatrixMetric("circulant", 8, band(1, 16.0), channels=2), oracle.circulant_basis(8, 2)),
    ],
    ids=["so", "circulant"],
)
def test_scalar_curvature_is_the_trace_of_brute_force(
    kernel_result: Result, metric: MatrixMetric, basis: oracle.Matrices
) -> None:
    algebra = "SO(8)" if metric.compact else "circulant C=2"
    expected = np.trace(oracle.ricci(oracle.structure_constants(basis), metric.inertia))
    assert_close(column(kernel_result, algebra, "scalar")[1], expected)


def test_scalar_curvature_of_qubits_is_counted(kernel_result: Result) -> None:
    expected = [oracle.cliff_scalar(3, 16.0), oracle.cliff_scalar(3, 1.0)]
    assert_close(column(kernel_result, "U(8)", "scalar")[1:], expected)


LOCAL = {
    "so": MatrixMetric("so", 8, band(2, 16.0)),
    "circulant": MatrixMetric("circulant", 8, band(1, 16.0), channels=2),
    "pauli": PauliMetric(3, nielsen(16.0)),
}
each_local = pytest.mark.parametrize("metric", LOCAL.values(), ids=LOCAL)


@each_local
def test_local_mean_does_not_depend_on_the_frame(
    metric: RightInvariantMetric, rng: np.random.Generator
) -> None:
    frame = local_frame(metric)
    assert_close(metric.inner(frame[:, None], frame), np.eye(len(frame)))
    turned = stats.ortho_group.rvs(len(frame), random_state=rng) @ frame
    first, second = np.triu_indices(len(frame), 1)
    assert_close(
        local_mean(metric), sectional_numerator(metric, turned[first], turned[second]).mean()
    )


@each_local
def test_local_mean_is_the_mean_over_uniform_planes(
    metric: RightInvariantMetric, rng: np.random.Generator
) -> None:
    sample = sample_curvature(metric, "local", 4000, rng=rng)
    error = float(sample.values.std()) / np.sqrt(sample.count)
    assert abs(sample.mean - local_mean(metric)) < SIGMAS * error
    everywhere = sample_curvature(metric, "metric", 4000, rng=rng).mean
    assert abs(everywhere - local_mean(metric)) > SIGMAS * error


def test_local_frame_holds_the_cheap_directions() -> None:
    metric = MatrixMetric("circulant", 8, band(1, 16.0), channels=2)
    used = np.flatnonzero(local_frame(metric).any(axis=0))
    assert used.tolist() == np.flatnonzero(metric.algebra.distance <= 1).tolist()
    assert len(local_frame(MatrixMetric("so", 8, band(7, 16.0)))) == 28


# ---- C8: the decision


@pytest.mark.parametrize("values", [[5.0, 1.0, 4.0, 2.0, 3.0], [1.0, 1.0, 0.0, 2.0], [4.0, 3.0]])
def test_kendall_is_that_of_scipy_without_ties(
    values: list[float], rng: np.random.Generator
) -> None:
    tau, p_value = kendall(values, rng)
    pairs = len(values) * (len(values) - 1) / 2
    concordant = sum(np.sign(b - a) for i, a in enumerate(values) for b in values[i + 1 :])
    assert tau == pytest.approx(concordant / pairs)
    if len(set(values)) == len(values):
        reference = stats.kendalltau(range(len(values)), values, alternative="less", method="exact")
        assert (tau, p_value) == pytest.approx((reference.statistic, reference.pvalue))


def sweep_of(values: list[float]) -> list[Point]:
    blank = Point("network", "toy", 0, 16.0, 0.0, 0.0, 0.0)
    return [
        dataclasses.replace(blank, radius=radius, scalar=value, local_mean=-value)
        for radius, value in enumerate(values)
    ]


FALLING, RISING, DIPPING = [3.0, 1.0, -8.0], [1.0, 2.0, 3.0], [3.0, 1.0, 2.0]
# An abelian algebra is flat up to rounding, which falls in half of the cases.
ROUNDING = [3e-16, 1e-16, -2e-16]


@pytest.mark.parametrize(
    ("series", "whole", "falling", "outcome"),
    [
        ([FALLING, FALLING, FALLING, RISING], True, 3, Outcome.SUPPORTED),
        ([FALLING, FALLING, RISING, DIPPING], True, 2, Outcome.REFUTED),
        ([FALLING, FALLING, ROUNDING, ROUNDING], True, 2, Outcome.REFUTED),
        ([FALLING, FALLING, DIPPING, RISING], False, 3, Outcome.SUPPORTED),
    ],
)
def test_three_of_four_must_fall(
    series: list[list[float]], whole: bool, falling: int, outcome: Outcome
) -> None:
    reading = count_reading([sweep_of(values) for values in series], "scalar", whole=whole)
    assert (reading.value, reading.outcome, reading.decisive) == (falling, outcome, whole)
    assert count_reading(map(sweep_of, series), "local_mean", whole=True).value < 3


def test_larger_kernels_do_not_deepen_the_curvature(kernel_result: Result) -> None:
    verdict, evidence = kernel_result
    assert verdict.outcome is Outcome.REFUTED
    voting = [reading for reading in verdict.readings if reading.decisive]
    assert [reading.value for reading in voting] == [0.0, 0.0]
    trends = [reading for reading in verdict.readings if reading.p_value is not None]
    assert len(trends) == len(REGISTERED) * len(QUANTITIES)
    assert "SO(8), radius 1 to 7: scalar curvature least at 3" in evidence.note
    assert "circulant C=1, radius 1 to 4: scalar curvature flat" in evidence.note


def test_table_of_the_sweep(kernel_result: Result) -> None:
    rows = kernel_result[1].tables["sweep"]
    assert list(rows[0]) == [
        "side", "algebra", "radius", "q", "scalar", "local_mean", "negative_share",
    ]  # fmt: skip
    expected = [(sweep.side, sweep.algebra, r) for sweep in REGISTERED for r in sweep.radii]
    assert [(row["side"], row["algebra"], row["radius"]) for row in rows] == expected
    assert column(kernel_result, "SO(8)", "negative_share")[-1] == 0.0  # bi-invariant


# ---- C7


@pytest.mark.parametrize(
    ("group", "basis", "penalised"),
    [
        ("SO(8)", oracle.so_basis(8), MatrixMetric("so", 8, band(1, 64.0))),
        ("GL(7)", oracle.entry_basis(7, 7, 7), MatrixMetric("gl", 7, band(1, 64.0))),
    ],
)
def test_share_of_uniform_planes_is_that_of_brute_force(
    share_result: Result,
    rng: np.random.Generator,
    group: str,
    basis: oracle.Matrices,
    penalised: MatrixMetric,
) -> None:
    constants, inertia = oracle.structure_constants(basis), penalised.inertia
    planes = rng.standard_normal((200, 2, len(inertia))) / np.sqrt(inertia)
    expected = np.mean([oracle.sectional(constants, inertia, x, y) < 0 for x, y in planes])
    rows = share_result[1].tables["shares"]
    [got] = [
        r["share"] for r in rows if (r["group"], r["q"], r["planes"]) == (group, 64.0, "metric")
    ]
    spread = np.sqrt(expected * (1 - expected) * (1 / 200 + 1 / 2000))
    assert abs(got - expected) < SIGMAS * spread


def test_the_sign_depends_on_the_law_of_the_planes(share_result: Result) -> None:
    verdict, evidence = share_result
    assert verdict.outcome is Outcome.DEFINITION_DEPENDENT
    groups = {row["group"] for row in evidence.tables["shares"]}
    assert groups == {"SO(8)", "GL(7)", "SO(32)", "GL(28)"}
    voting = [reading for reading in verdict.readings if reading.decisive]
    assert len(voting) == 8
    for reading in voting:
        local = "within the cheap directions" in reading.definition
        assert reading.outcome is (Outcome.SUPPORTED if local else Outcome.REFUTED)


def test_claims() -> None:
    assert (C7.id, C8.id, C8.aliases) == ("C7", "C8", ("EM5",))
    assert {C7.kind, C8.kind} == {"curvature"}
