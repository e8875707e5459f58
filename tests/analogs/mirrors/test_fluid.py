"""T1 against Arnold's formula written twice, connections on dictionaries, and dense matrices."""

from __future__ import annotations

import numpy as np
import pytest

from analogs.evidence import Evidence, Outcome, Setting, Verdict, evaluate
from analogs.mirrors.fluid import experiment
from analogs.mirrors.fluid.claims import CLAIMS, T1
from analogs.mirrors.fluid.experiment import (
    Cell,
    arnold,
    convergence_order,
    random_curvatures,
    wave_curvature,
    waves,
)
from qgeom.metric.torus import AREA, TorusMetric, ZeitlinMetric
from tests.closeness import EXACT, assert_close
from tests.oracles import curvature as dense_oracle
from tests.oracles import graded as oracle

QUICK = Setting(quick=True, seeds=(0,))
TORUS = TorusMetric()
SAMPLE = 6

Result = tuple[Verdict, Evidence]


@pytest.fixture(scope="module")
def result() -> Result:
    return evaluate(T1, QUICK)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "PLANES", SAMPLE)


def drawn(most: int, power: float, seed: int) -> list[list[dict[oracle.Wave, complex]]]:
    """The planes of `random_curvatures`, with amplitudes drawn in the same order."""
    rng, modes = np.random.default_rng(seed), waves(most)
    planes = []
    for _ in range(SAMPLE):
        normal = rng.standard_normal((2, 2, len(modes)))
        planes.append(
            [
                {
                    k: complex(*z) / oracle.square(k) ** (power / 2)
                    for k, z in zip(modes, v.T, strict=True)
                }
                for v in normal
            ]
        )
    return planes


def test_half_of_the_waves() -> None:
    assert waves(2) == oracle.half_plane(5)


def test_closed_form_is_that_of_the_oracle() -> None:
    for k, m in [((1, 0), (0, 1)), ((2, 1), (1, -3)), ((1, 1), (2, 2)), ((0, 2), (1, 0))]:
        assert_close(arnold(k, m), AREA * oracle.arnold_curvature(k, m), EXACT)
        assert_close(wave_curvature(TORUS, k, m), arnold(k, m))


@pytest.mark.parametrize("power", [0.0, 1.0])
def test_random_planes_of_the_torus(few: None, power: float) -> None:
    cell = Cell("template", "torus", TORUS, 2)
    got = random_curvatures(cell, power, np.random.default_rng(3))
    graded = oracle.torus_graded()
    planes = [[oracle.real_part(v) for v in plane] for plane in drawn(2, power, 3)]
    assert_close(got, [AREA * graded.sectional(x, y) for x, y in planes])


def test_random_planes_of_zeitlin_are_those_of_dense_matrices(few: None) -> None:
    cell = Cell("quantum", "su(3)", ZeitlinMetric(3), 1)
    got = random_curvatures(cell, 1.0, np.random.default_rng(4))
    constants = dense_oracle.structure_constants(oracle.zeitlin_basis(3))
    planes = [[oracle.zeitlin_coordinates(3, v) for v in plane] for plane in drawn(1, 1.0, 4)]
    inertia = oracle.zeitlin_inertia(3)
    expected = [AREA * dense_oracle.sectional(constants, inertia, x, y) for x, y in planes]
    assert_close(got, expected)
    with pytest.raises(AssertionError):
        assert_close(got, expected[::-1])


def test_order_is_two_and_that_of_another_limit_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert abs(convergence_order((1, 0), (1, 1)) - 2) < experiment.ORDER_TOLERANCE
    monkeypatch.setattr(experiment, "arnold", lambda k, m: -0.31)
    assert abs(convergence_order((1, 0), (1, 1)) - 2) > 1


def test_fluids_are_negative_and_the_whole_of_su_n_is_not(result: Result) -> None:
    verdict, _ = result
    assert verdict.outcome is Outcome.DEFINITION_DEPENDENT
    assert verdict.by_side() == {"template": Outcome.SUPPORTED, "quantum": Outcome.REFUTED}
    low_waves = [r for r in verdict.readings if not r.decisive]
    assert len(low_waves) == 2
    assert all(r.outcome is Outcome.SUPPORTED for r in low_waves)
    exact = [r for r in verdict.readings if r.outcome is Outcome.EXACT]
    assert len(exact) == 3


def test_table_and_readings_agree(result: Result) -> None:
    verdict, evidence = result
    shares = [r.value for r in verdict.readings if r.name.startswith("share")]
    rows = evidence.tables["shares"]
    assert shares == [row["negative"] for row in rows]
    assert (rows[0]["planes"], rows[0]["positive"]) == (experiment.WAVES, 0.0)
    assert [row["size"] for row in rows] == [None] * 5 + [5, 5, 33, 33]
    for row in rows:
        quantiles = [row[q] for q in ("least", "tenth", "median", "ninetieth", "greatest")]
        assert quantiles == sorted(quantiles)


def test_flat_pairs_are_the_parallel_ones(result: Result) -> None:
    """12 of 276 pairs of waves up to 3 are parallel: 4 rays hold 3 waves each, with 3 pairs each."""
    [share] = [r for r in result[0].readings if r.definition == experiment.PAIRS_OF_WAVES][1:]
    assert_close(share.value, 1 - 12 / 276, EXACT)


def test_a_bi_invariant_inertia_refutes_the_claim(
    few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for metric in (TorusMetric, ZeitlinMetric):
        monkeypatch.setattr(metric, "inertia", lambda self, labels: np.full(len(labels), AREA))
    verdict, _ = evaluate(T1, QUICK)
    assert verdict.outcome is Outcome.REFUTED


def test_claims_of_the_package() -> None:
    assert {claim.id: claim.kind for claim in CLAIMS} == {"T1": "curvature"}
