"""Connection and curvature of every metric obey the laws of Riemannian geometry."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.metric.product import ProductMetric
from qgeom.readings.curvature import sectional_curvature
from tests.closeness import assert_close
from tests.laws import checkers, corruptions
from tests.laws.cases import CASES, small_vectors
from tests.laws.corruptions import Corrupted, Corruption, Law

LAWS: dict[Law, Corruption] = {
    checkers.check_connection_is_torsion_free: corruptions.symmetric_bracket,
    checkers.check_connection_is_metric: corruptions.scaled_bracket,
    checkers.check_riemann_is_skew: corruptions.scaled_bracket,
    checkers.check_riemann_has_pair_symmetry: corruptions.lawless_bracket,
    checkers.check_first_bianchi: corruptions.lawless_bracket,
    checkers.check_second_bianchi: corruptions.lawless_bracket,
    checkers.check_arnold_is_riemann: corruptions.scaled_bracket,
    checkers.check_curvature_belongs_to_the_plane: corruptions.symmetric_bracket,
}
BI_INVARIANT = [name for name, metric in CASES.items() if metric.isotropic is not None]


@pytest.mark.parametrize("check", LAWS)
@pytest.mark.parametrize("name", CASES)
def test_law_holds(name: str, check: Law, rng: np.random.Generator) -> None:
    check(CASES[name], rng)


@pytest.mark.parametrize("check", LAWS)
@pytest.mark.parametrize("name", ["su4-nielsen", "gl3-band"])
def test_law_refuses_a_corrupted_metric(name: str, check: Law, rng: np.random.Generator) -> None:
    with pytest.raises(AssertionError):
        check(Corrupted(CASES[name], LAWS[check]), rng)


@pytest.mark.parametrize("name", BI_INVARIANT)
def test_curvature_without_costs_is_a_quarter_of_the_bracket(
    name: str, rng: np.random.Generator
) -> None:
    checkers.check_curvature_without_costs(CASES[name].relaxed(0.0), rng)


@pytest.mark.parametrize("name", BI_INVARIANT)
def test_curvature_with_costs_is_not(name: str, rng: np.random.Generator) -> None:
    """The negative control of the test above."""
    with pytest.raises(AssertionError):
        checkers.check_curvature_without_costs(CASES[name], rng)


def test_a_plane_of_one_vector_in_each_factor_is_flat(rng: np.random.Generator) -> None:
    """A product metric does not couple its factors (CLAIMS.md, S4)."""
    product = CASES["su4-times-gl2"]
    assert isinstance(product, ProductMetric)
    x, y = np.zeros((2, 8, product.dim))
    x[:, : product.a.dim] = small_vectors(product.a, rng, 8)
    y[:, product.a.dim :] = small_vectors(product.b, rng, 8)
    assert_close(sectional_curvature(product, x, y), np.zeros(8))
