"""S4 against dense structure constants, the half-plane, and products that are none."""

from __future__ import annotations

import numpy as np
import pytest

from analogs.evidence import Evidence, Outcome, Setting, Verdict, evaluate
from analogs.mirrors.attention import experiment
from analogs.mirrors.attention.claims import CLAIMS, S4
from analogs.mirrors.attention.experiment import Coupled, affine, direct_product, mixed_curvatures
from qgeom.readings.curvature import sectional_curvature
from tests.closeness import assert_close
from tests.oracles import curvature as oracle

QUICK = Setting(quick=True, seeds=(0,))

Result = tuple[Verdict, Evidence]


@pytest.fixture(scope="module")
def result() -> Result:
    return evaluate(S4, QUICK)


@pytest.mark.parametrize("pair", [direct_product(), affine(3)], ids=["direct", "semidirect"])
def test_subsystems_are_orthogonal_subalgebras(pair: Coupled, rng: np.random.Generator) -> None:
    metric = pair.metric
    assert not set(pair.first.tolist()) & set(pair.second.tolist())
    x, y = np.zeros((2, metric.dim))
    x[pair.first] = rng.standard_normal(len(pair.first))
    y[pair.second] = rng.standard_normal(len(pair.second))
    assert metric.inner(x, y) == 0


@pytest.mark.parametrize("features", [1, 2, 3])
def test_mixed_planes_of_layers_by_structure_constants(
    features: int, rng: np.random.Generator
) -> None:
    pair, size = affine(features), features + 1
    constants = oracle.structure_constants(oracle.entry_basis(features, size, size))
    x, y = np.zeros((2, pair.metric.dim))
    x[pair.first] = rng.standard_normal(len(pair.first))
    y[pair.second] = rng.standard_normal(len(pair.second))
    expected = oracle.sectional(constants, np.full(len(x), 1 / size), x, y)
    assert_close(float(sectional_curvature(pair.metric, x, y)), expected)
    assert abs(expected) > 1e-3


def test_translations_alone_are_not_flat() -> None:
    """Translations commute, yet their plane is curved."""
    pair = affine(2)
    plane = np.eye(pair.metric.dim)[pair.second]
    constants = oracle.structure_constants(oracle.entry_basis(2, 3, 3))
    expected = oracle.sectional(constants, np.full(6, 1 / 3), *plane)
    assert_close(float(sectional_curvature(pair.metric, *plane)), expected)
    assert abs(expected) > 0.1


def test_mixed_planes_take_one_vector_of_each(rng: np.random.Generator) -> None:
    """On Aff(1) there is one mixed plane."""
    values = mixed_curvatures(affine(1), [rng])
    assert_close(values, np.full(experiment.PLANES, -2.0))


def test_the_two_products_disagree(result: Result) -> None:
    verdict, _ = result
    assert verdict.outcome is Outcome.DEFINITION_DEPENDENT
    assert verdict.label == "malformed (repaired: definition-dependent)"
    direct = [r for r in verdict.readings if r.definition == experiment.DIRECT]
    alone, flat, mixed = direct[:2], direct[2], direct[3]
    assert all(r.value > 0.95 and not r.decisive for r in alone)
    assert (flat.outcome, flat.value) == (Outcome.EXACT, 0.0)
    assert (mixed.outcome, mixed.value) == (Outcome.REFUTED, 0.0)
    controls = [r for r in verdict.readings if "control" in r.definition]
    assert len(controls) == len(experiment.FEATURES_QUICK)
    assert all(r.outcome is Outcome.REFUTED and r.value > 1 for r in controls)


def test_table_and_readings_agree(result: Result) -> None:
    verdict, evidence = result
    rows = evidence.tables["planes"]
    assert [(row["group"], row["planes"]) for row in rows] == [
        ("SO(4) x GL(3)", "within SO(4)"),
        ("SO(4) x GL(3)", "within GL(3)"),
        ("SO(4) x GL(3)", "mixed"),
        ("Aff(1)", "mixed"),
        ("Aff(3)", "mixed"),
    ]
    shares = [r.value for r in verdict.readings if r.name.startswith("share")]
    assert shares == [row["negative"] for row in rows]
    assert (rows[2]["negative"], rows[2]["positive"]) == (0.0, 0.0)
    assert rows[4]["negative"] + rows[4]["positive"] == 1.0


def test_a_product_that_couples_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "direct_product", lambda: affine(3))
    [flat] = [
        r
        for r in evaluate(S4, QUICK)[0].readings
        if r.definition == experiment.DIRECT and r.name == "max |K| of mixed planes"
    ]
    assert flat.outcome is Outcome.REFUTED


def test_a_layer_without_coupling_refutes_both(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "affine", lambda features: direct_product())
    verdict, _ = evaluate(S4, QUICK)
    assert verdict.outcome is Outcome.REFUTED


def test_claims_of_the_package() -> None:
    assert {claim.id: (claim.kind, claim.aliases) for claim in CLAIMS} == {
        "S4": ("curvature", ("EM9",))
    }
