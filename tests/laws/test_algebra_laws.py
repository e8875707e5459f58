"""The algebra and the group of every metric obey the laws; a corrupted one does not."""

from __future__ import annotations

import numpy as np
import pytest

from tests.closeness import assert_close
from tests.laws import checkers, corruptions
from tests.laws.cases import CASES, SO4, SO4_BY_CONSTANTS, small_vectors
from tests.laws.corruptions import Corrupted, Corruption, Law

LAWS: dict[Law, Corruption] = {
    checkers.check_vee_inverts_hat: corruptions.wrong_hat,
    checkers.check_hat_is_linear: corruptions.wrong_hat,
    checkers.check_bracket_is_antisymmetric: corruptions.symmetric_bracket,
    checkers.check_bracket_is_commutator: corruptions.scaled_bracket,
    checkers.check_jacobi: corruptions.lawless_bracket,
    checkers.check_exp_is_one_parameter_subgroup: corruptions.wrong_exp,
    checkers.check_exp_is_matrix_exponential: corruptions.wrong_exp,
    checkers.check_log_inverts_exp: corruptions.wrong_exp,
    checkers.check_inverse: corruptions.wrong_inverse,
    checkers.check_elements_are_recognised: corruptions.wrong_element,
    checkers.check_adjoint_is_conjugation: corruptions.wrong_adjoint,
    checkers.check_adjoint_is_automorphism: corruptions.wrong_adjoint,
    checkers.check_adjoint_is_representation: corruptions.wrong_adjoint,
    checkers.check_adjoint_of_exp: corruptions.scaled_bracket,
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


def test_structure_constants_rebuild_the_algebra_they_came_from(rng: np.random.Generator) -> None:
    """so(4) as 4 x 4 matrices and as 6 x 6 adjoint matrices: same bracket, same adjoint action."""
    x, y = small_vectors(SO4, rng, 2)
    assert_close(SO4_BY_CONSTANTS.bracket(x, y), SO4.bracket(x, y))
    assert_close(SO4_BY_CONSTANTS.coadjoint(x, y), SO4.coadjoint(x, y))
    action = SO4.adjoint(SO4.exp(x), np.eye(6)).T
    assert_close(SO4_BY_CONSTANTS.exp(x), action)
