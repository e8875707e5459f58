from itertools import pairwise

import numpy as np
import pytest
from scipy.linalg import expm

from analogs.curves.generator import (
    FLOOR,
    MODES,
    LayerGenerator,
    layer_generator,
    layer_length,
    part_lengths,
)
from analogs.curves.logarithm import ORIENTATION
from analogs.curves.squaring import common_box, square_layer
from analogs.curves.weights import offset_weights
from tests.closeness import assert_close

# exp(log W) = W is what `real_log` guarantees to 1e-9.
ROUND_TRIP = 1e-9


def rotation(size: int, rng: np.random.Generator, scale: float = 0.3) -> np.ndarray:
    draws = scale * rng.normal(size=(size, size))
    return expm(draws - draws.T)


def product(generator: LayerGenerator) -> np.ndarray:
    if generator.mode == "square":
        return expm(generator.rotation + generator.stretch)
    return expm(generator.rotation) @ expm(generator.stretch)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(6, 6), (3, 7), (7, 3)])
def test_exponentials_give_the_completed_layer_back(mode, shape, rng):
    near = np.eye(*shape) + 0.2 * rng.normal(size=shape)
    generator = layer_generator(near, mode)
    assert generator.refused == ""
    assert_close(product(generator), square_layer(near).matrix, ROUND_TRIP)
    assert_close(generator.rotation, -generator.rotation.T)
    assert_close(generator.stretch, generator.stretch.T)


def test_the_round_trip_notices_a_wrong_generator(rng):
    """Negative control: the factors in the other order are another matrix."""
    matrix = np.eye(4) + 0.2 * rng.normal(size=(4, 4))
    generator = layer_generator(matrix)
    wrong = expm(generator.stretch) @ expm(generator.rotation)
    with pytest.raises(AssertionError):
        assert_close(wrong, matrix, ROUND_TRIP)


@pytest.mark.parametrize("mode", MODES)
def test_a_rotation_by_a_known_angle_has_a_known_length(mode):
    angle, size, q = 0.7, 5, 4.0
    matrix = np.eye(size)
    matrix[np.ix_([0, 3], [0, 3])] = [
        [np.cos(angle), -np.sin(angle)],
        [np.sin(angle), np.cos(angle)],
    ]
    generator = layer_generator(matrix, mode)
    # Two entries +-angle, over the trace of 5 dimensions.
    expected = angle * np.sqrt(2 / size)
    assert_close(layer_length(generator), expected)
    assert_close(part_lengths(generator), [expected, 0.0])
    # Coordinates 0 and 3 are three apart: inside a band of 3, outside one of 2.
    assert_close(layer_length(generator, offset_weights(1, (size,), 3, q)), expected)
    assert_close(layer_length(generator, offset_weights(1, (size,), 2, q)), np.sqrt(q) * expected)


@pytest.mark.parametrize("mode", MODES)
def test_a_diagonal_layer_has_the_length_of_its_logs(mode):
    logs = np.array([0.5, -1.0, 2.0])
    generator = layer_generator(np.diag(np.exp(logs)), mode)
    assert_close(part_lengths(generator), [0.0, np.sqrt(np.mean(logs**2))])


def test_average_pooling_of_one_window_in_closed_form():
    generator = layer_generator(np.full((1, 4), 0.25))
    # A turn by pi/3 in one plane, a stretch by 1/2 along one direction, 4 dimensions.
    expected = [np.pi / 3 / np.sqrt(2), np.log(2) / 2]
    assert_close(part_lengths(generator), expected, ROUND_TRIP)
    assert_close(layer_length(generator), np.hypot(*expected), ROUND_TRIP)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("shape", [(4, 4), (2, 4), (4, 2)])
def test_the_identity_has_length_zero(mode, shape):
    assert layer_length(layer_generator(np.eye(*shape), mode)) == 0


def test_the_polar_length_is_the_length_of_the_polar_curve(rng):
    """Second route: the curve exp(t R) exp(t S) cut into chords of the Frobenius metric."""
    matrix = np.eye(4) + 0.4 * rng.normal(size=(4, 4))
    generator = layer_generator(matrix, repair=True)
    times = np.linspace(0, 1, 401)
    points = [expm(t * generator.rotation) @ expm(t * generator.stretch) for t in times]
    # Right-invariant: the velocity of a step is log(g' g^-1), here to second order at its middle.
    steps = [
        2 * (after - before) @ np.linalg.inv(after + before) for before, after in pairwise(points)
    ]
    length = sum(np.linalg.norm(step) for step in steps) / np.sqrt(4)
    assert_close(layer_length(generator), length, 1e-4)


def test_both_modes_agree_where_the_factors_commute(rng):
    basis = rotation(4, rng)
    turn = np.kron(np.eye(2), [[np.cos(1.0), -np.sin(1.0)], [np.sin(1.0), np.cos(1.0)]])
    matrix = basis @ (turn @ np.diag([2.0, 2.0, 0.5, 0.5])) @ basis.T
    square, polar = (layer_generator(matrix, mode) for mode in MODES)
    assert_close(square.rotation, polar.rotation, ROUND_TRIP)
    assert_close(square.stretch, polar.stretch, ROUND_TRIP)


def test_modes_differ_in_general_and_in_what_they_refuse():
    matrix = np.array([[-1.0, 0.0], [0.0, -2.0]])
    assert "outside the image of exp" in layer_generator(matrix, "square").refused
    polar = layer_generator(matrix, "polar")
    assert polar.refused == ""
    assert_close(part_lengths(polar), [np.pi, np.log(2) / np.sqrt(2)])
    assert any("half a turn" in remark for remark in polar.remarks)


@pytest.mark.parametrize("mode", MODES)
def test_a_negative_determinant_is_refused_or_repaired_in_words(mode):
    matrix = np.diag([3.0, -0.2, 1.0])
    generator = layer_generator(matrix, mode)
    assert generator.refused == ORIENTATION
    assert np.isnan(layer_length(generator))
    repaired = layer_generator(matrix, mode, repair=True)
    assert any("negative determinant was repaired" in remark for remark in repaired.remarks)
    # The repair moves W by twice its smallest singular value, here to |W|.
    assert_close(product(repaired), np.abs(matrix), ROUND_TRIP)


def test_rectangular_layers_never_have_the_wrong_orientation(rng):
    for _ in range(20):
        matrix = rng.normal(size=(3, 5))
        for signed in (matrix, -matrix, matrix[::-1]):
            assert layer_generator(signed).refused == ""


def test_small_singular_values_are_refused_or_raised_in_words(rng):
    left, right = rotation(3, rng), rotation(3, rng)
    matrix = left @ np.diag([2.0, 1.0, 1e-12]) @ right.T
    assert "singular values below 1e-08 x the largest" in layer_generator(matrix).refused
    repaired = layer_generator(matrix, repair=True)
    assert any("raised to 1e-08 x the largest" in remark for remark in repaired.remarks)
    logs = np.log([2.0, 1.0, 2.0 * FLOOR])
    assert_close(part_lengths(repaired)[1], np.sqrt(np.mean(logs**2)), ROUND_TRIP)
    assert layer_generator(matrix, floor=1e-13).refused == ""
    assert layer_generator(np.zeros((2, 2)), repair=True).refused == "it is zero"


def test_the_box_decides_where_a_layer_sits():
    """Picking pixel 1 of 3 is the identity in its own place and a turn elsewhere."""
    pick = np.array([[0.0, 1.0, 0.0]])
    assert layer_length(layer_generator(pick, box=common_box((1, 3), (1, 1)))) == 0
    assert layer_length(layer_generator(pick)) > 1


@pytest.mark.parametrize(
    ("weights", "must"),
    [
        (np.ones((2, 2)), "have shape"),
        (np.zeros((3, 3)), "be positive"),
        (1.0 + np.triu(np.ones((3, 3))), "be symmetric"),
        (np.full((3, 3), np.nan), "be finite"),
    ],
)
def test_bad_weights_are_refused(weights, must):
    with pytest.raises(ValueError, match=f"Argument `weights` must {must}"):
        layer_length(layer_generator(np.eye(3)), weights)


@pytest.mark.parametrize(
    ("change", "name"),
    [({"mode": "jacobian"}, "mode"), ({"floor": 0.0}, "floor"), ({"floor": 1.0}, "floor")],
)
def test_bad_options_are_refused(change, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        layer_generator(np.eye(2), **change)


def test_a_generator_validates_itself():
    with pytest.raises(ValueError, match="Argument `refused` must"):
        LayerGenerator("polar", None, None)
    with pytest.raises(ValueError, match="Argument `refused` must"):
        LayerGenerator("polar", np.eye(1), np.eye(1), "because")
