import numpy as np
import pytest
from scipy.linalg import block_diag, expm

from analogs.curves.logarithm import HALF_TURN, ORIENTATION, ROUND_TRIP_TOLERANCE, real_log
from tests.closeness import assert_close

TAU = 2 * np.pi


def turn(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def rotated(matrix: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    basis = np.linalg.qr(rng.normal(size=matrix.shape))[0]
    return basis @ matrix @ basis.T


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_a_small_generator_is_found_again(size, rng):
    generator = rng.normal(size=(size, size)) / (2 * size)
    value, sentence = real_log(expm(generator))
    assert sentence == ""
    assert_close(value, generator, ROUND_TRIP_TOLERANCE)


@pytest.mark.parametrize("size", [2, 5, 12])
def test_rotations_give_skew_logarithms(size, rng):
    draws = rng.normal(size=(size, size))
    rotation = expm(draws - draws.T)
    value, sentence = real_log(rotation)
    assert sentence == ""
    assert_close(value, -value.T)
    assert_close(expm(value), rotation)
    # Principal: no angle beyond half a turn.
    assert np.abs(np.linalg.eigvals(value).imag).max() <= np.pi


def test_known_angles_in_an_unknown_basis(rng):
    angles = [0.0, 0.3, 2.0, 3.1]
    matrix = rotated(block_diag(*map(turn, angles)), rng)
    value, _ = real_log(matrix)
    found = np.sort(np.abs(np.linalg.eigvals(value).imag))
    assert_close(found, np.sort(np.repeat(angles, 2)), 1e-9)


def test_scaled_rotations_and_reflections_in_pairs(rng):
    # In some bases rounding makes one block of the pair, in others two numbers.
    for _ in range(20):
        matrix = rotated(block_diag(2 * turn(1.0), 0.5 * turn(np.pi), np.diag([3.0])), rng)
        value, sentence = real_log(matrix)
        assert sentence == HALF_TURN
        assert_close(expm(value), matrix)


def test_minus_one_in_two_dimensions_is_half_a_turn():
    value, sentence = real_log(-np.eye(2))
    assert sentence == HALF_TURN
    assert_close(np.abs(value), np.pi * (1 - np.eye(2)))


def test_positive_diagonals_are_logged_exactly():
    value, _ = real_log(np.diag([1.0, np.e, np.exp(-2.0)]))
    assert_close(value, np.diag([0.0, 1.0, -2.0]))
    assert np.array_equal(real_log(np.eye(3))[0], np.zeros((3, 3)))


@pytest.mark.parametrize(
    ("matrix", "sentence"),
    [
        (np.zeros((2, 2)), "singular"),
        (np.diag([1.0, -1.0]), ORIENTATION),
        (np.diag([-1.0, -2.0]), "outside the image of exp"),
        (np.array([[-1.0, 1.0], [0.0, -1.0]]), "outside the image of exp"),
        (np.array([[-1.0, 5.0], [0.0, -2.0]]), "outside the image of exp"),
    ],
)
def test_matrices_without_a_real_logarithm(matrix, sentence):
    value, said = real_log(matrix)
    assert value is None
    assert sentence in said


def bidiagonal(size: int) -> np.ndarray:
    """Distinct eigenvalues 0.1 to 0.2, and a logarithm with entries that grow by 10 a row."""
    return np.diag(np.linspace(0.1, 0.2, size)) + np.diag(np.ones(size - 1), 1)


@pytest.mark.parametrize(("size", "sentence"), [(12, "misses W by"), (200, "overflows")])
def test_an_inaccurate_logarithm_is_refused_not_returned(size, sentence):
    assert real_log(bidiagonal(6))[1] == ""
    value, said = real_log(bidiagonal(size))
    assert value is None
    assert sentence in said


def test_no_nearby_matrix_of_the_gap_has_a_logarithm(rng):
    """CLAIMS.md EM7: every matrix nearer than 1/2 to diag(-1, -2) lies outside exp(gl(2))."""
    centre = np.diag([-1.0, -2.0])
    for _ in range(50):
        offset = rng.normal(size=(2, 2))
        near = centre + 0.49 * offset / np.linalg.norm(offset)
        assert real_log(near)[0] is None
    # At the distance 1/2 the eigenvalues meet, and a turn opens a way out.
    beyond = -1.5 * np.eye(2) + 0.1 * np.array([[0.0, -1.0], [1.0, 0.0]])
    assert real_log(beyond)[0] is not None


@pytest.mark.parametrize("matrix", [np.ones((2, 3)), np.ones((2, 2, 2)), 1j * np.eye(2)])
def test_what_is_no_real_square_matrix_is_refused(matrix):
    with pytest.raises(ValueError, match="Argument `matrix` must"):
        real_log(matrix)
