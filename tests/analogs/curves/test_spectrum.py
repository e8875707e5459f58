import numpy as np
import pytest

from analogs.curves.spectrum import singular_numbers, singular_values
from tests.closeness import assert_close


@pytest.mark.parametrize("shape", [(4, 4), (2, 5), (5, 2), (1, 3)])
def test_values_are_those_of_the_svd(shape, rng):
    matrix = rng.normal(size=shape)
    assert_close(singular_values(matrix), np.linalg.svd(matrix, compute_uv=False))


def test_orthogonal_rows_take_the_short_way_and_agree(rng):
    selection = np.zeros((3, 6))
    selection[[0, 1, 2], [4, 0, 5]] = rng.normal(size=3)
    for matrix in (selection, selection.T, np.diag(rng.normal(size=4))):
        assert_close(singular_values(matrix), np.linalg.svd(matrix, compute_uv=False))


@pytest.mark.parametrize("shape", [(3, 5), (5, 3), (4, 4)])
def test_the_log_volume_is_half_the_log_determinant(shape, rng):
    matrix = rng.normal(size=shape)
    gram = matrix @ matrix.T if shape[0] <= shape[1] else matrix.T @ matrix
    numbers = singular_numbers(singular_values(matrix), matrix.shape)
    assert_close(numbers["log_volume"], np.linalg.slogdet(gram)[1] / 2, 1e-10)
    assert_close(numbers["operator_norm"], np.linalg.norm(matrix, 2))
    assert numbers["rank_share"] == 1


def test_a_lost_rank_is_seen_through_rounding(rng):
    matrix = rng.normal(size=(5, 3)) @ rng.normal(size=(3, 5))
    numbers = singular_numbers(singular_values(matrix), matrix.shape)
    assert numbers["rank_share"] == 3 / 5
    assert numbers["log_volume"] == -np.inf
    assert singular_numbers(np.zeros(2), (2, 2))["rank_share"] == 0
