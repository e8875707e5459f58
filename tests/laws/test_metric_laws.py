"""Inner products, momenta and costs of every metric obey the laws; a corrupted metric does not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.laws import checkers, corruptions
from tests.laws.cases import CASES, SO4_BY_CONSTANTS
from tests.laws.corruptions import Corrupted, Corruption, Law

VISIBLE = 1e-2  # a change of the form that no rounding explains
BI_INVARIANT = (
    "su2-berger",
    "su4-nielsen",
    "su8-nielsen",
    "su8-by-weight",
    "so4-band",
    "su4-dense",
)
NOT_BI_INVARIANT = (
    "gl3-band",
    "aff2-band",
    "circulant4x2-band",
    "su4-times-gl2",
    "su2-times-gl2-dense",
)

LAWS: dict[Law, Corruption] = {
    checkers.check_inner_is_symmetric_and_bilinear: corruptions.wrong_inner,
    checkers.check_inner_is_positive: corruptions.degenerate_inner,
    checkers.check_momentum_represents_inner: corruptions.wrong_inner,
    checkers.check_coadjoint_is_dual_of_bracket: corruptions.wrong_coadjoint,
    checkers.check_transport_is_dual_of_adjoint: corruptions.wrong_transport,
    checkers.check_transport_is_flow_of_coadjoint: corruptions.wrong_coadjoint,
    checkers.check_transport_differentiates_to_coadjoint: corruptions.negated_coadjoint,
    checkers.check_relaxed_interpolates_costs: corruptions.wrong_inertia,
    checkers.check_batches_equal_loops: corruptions.batch_dependent_bracket,
    checkers.check_arguments_broadcast: corruptions.batch_dependent_bracket,
}


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
def test_isotropic_form_is_invariant(name: str, rng: np.random.Generator) -> None:
    checkers.check_isotropic_is_invariant(CASES[name], rng)


@pytest.mark.parametrize("name", ["su4-nielsen", "so4-band"])
def test_penalised_form_is_not_invariant(name: str, rng: np.random.Generator) -> None:
    """The negative control of the test above: costs break the invariance."""
    metric = Corrupted(CASES[name], corruptions.penalised_isotropic)
    with pytest.raises(AssertionError):
        checkers.check_isotropic_is_invariant(metric, rng)


@pytest.mark.parametrize("name", NOT_BI_INVARIANT)
def test_without_an_isotropic_form_the_frobenius_form_varies(
    name: str, rng: np.random.Generator
) -> None:
    metric = CASES[name]
    assert metric.isotropic is None
    assert checkers.invariance_defect(metric, metric.relaxed(0.0).inertia, rng) > VISIBLE


def test_structure_constants_alone_claim_no_isotropic_form() -> None:
    assert SO4_BY_CONSTANTS.isotropic is None
    assert {*BI_INVARIANT, *NOT_BI_INVARIANT, "so4-by-constants"} == set(CASES)


def with_entry(matrix: np.ndarray, row: int, column: int, value: complex) -> np.ndarray:
    changed = matrix.astype(np.result_type(matrix, value))
    changed[row, column] = value
    return changed


@pytest.mark.parametrize("name", CASES)
def test_a_nan_is_no_element(name: str) -> None:
    with pytest.raises(ValueError, match="`g` must be finite, but has 1 entries"):
        CASES[name].check_element("g", with_entry(CASES[name].identity, 0, 1, np.nan))


@pytest.mark.parametrize("name", CASES)
def test_a_vector_is_no_element(name: str) -> None:
    with pytest.raises(ValueError, match="`g` must be a square matrix, but has shape"):
        CASES[name].check_element("g", np.ones(CASES[name].size))


@pytest.mark.parametrize("name", CASES)
def test_another_size_is_no_element(name: str) -> None:
    with pytest.raises(ValueError, match=r"`g` must be .*, but has shape"):
        CASES[name].check_element("g", np.eye(2 * CASES[name].size))


@pytest.mark.parametrize("name", CASES)
def test_a_singular_matrix_is_no_element(name: str) -> None:
    with pytest.raises(ValueError, match="`g` must"):
        CASES[name].check_element("g", np.zeros((CASES[name].size, CASES[name].size)))


@pytest.mark.parametrize(
    ("name", "g", "message"),
    [
        ("su4-nielsen", 1.1 * np.eye(4), "be unitary"),
        ("so4-band", 1.1 * np.eye(4), "be orthogonal"),
        ("so4-band", np.diag([1.0, 1.0, 1.0, -1.0]), "lie in the identity component"),
        ("gl3-band", np.diag([1.0, 1.0, -1.0]), "lie in the identity component"),
        ("gl3-band", 1j * np.eye(3), "be a real 3 x 3 matrix"),
        ("aff2-band", with_entry(np.eye(3), 2, 0, 0.1), "have the pattern of aff"),
        ("circulant4x2-band", np.diag([1.0] * 7 + [2.0]), "have the pattern of circulant"),
        # Determinant +1, but the sum over sites (a 2 x 2 block of its own) has determinant -1.
        (
            "circulant4x2-band",
            np.kron(np.diag([-1.0, 1.0]), np.eye(4)),
            "lie in the identity component",
        ),
        ("su4-times-gl2", with_entry(np.eye(6), 0, 5, 0.1), "be block-diagonal"),
        ("su4-times-gl2", np.diag([1, 1, 1, 1, 1, 1 + 1j]), "be real on the second factor"),
        ("su4-times-gl2", np.diag([2.0, 1, 1, 1, 1, 1]), "be unitary"),
        ("so4-by-constants", np.diag([2.0, 1, 1, 1, 1, 1]), "be an automorphism"),
        ("so4-by-constants", 1j * np.eye(6), "be a real 6 x 6 matrix"),
        ("su4-dense", 1.1 * np.eye(4), "be unitary"),
        ("su2-times-gl2-dense", with_entry(np.eye(4), 0, 3, 0.1), "be block-diagonal"),
    ],
)
def test_a_matrix_outside_the_group_is_no_element(name: str, g: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=f"`g` must {message}"):
        CASES[name].check_element("g", g)
