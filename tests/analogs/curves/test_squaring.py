import numpy as np
import pytest
from scipy.linalg import expm

from analogs.curves.squaring import common_box, square_layer
from tests.closeness import EXACT, assert_close


def coordinates(shape, box_shape, place):
    """Second route: box coordinate of every entry, one index tuple at a time."""
    places = [place(index) for index in np.ndindex(*shape)]
    return [int(np.ravel_multi_index(place, box_shape)) for place in places]


@pytest.mark.parametrize(
    ("given", "output", "place"),
    [
        ((2, 6, 6), (3, 6, 6), lambda p: p),  # 'same'
        ((2, 6, 6), (3, 4, 4), lambda p: (p[0], p[1] + 1, p[2] + 1)),  # valid, kernel 3
        ((1, 8, 6), (2, 4, 3), lambda p: (p[0], 2 * p[1], 2 * p[2])),  # pooling 2
        ((1, 7, 7), (1, 3, 3), lambda p: (p[0], 2 * p[1] + 1, 2 * p[2] + 1)),  # kernel 3, stride 2
        ((4, 8), (4, 1), lambda p: (p[0], 3)),  # global pooling: a middle pixel
    ],
)
def test_windows_sit_at_their_centres(given, output, place):
    box = common_box(given, output)
    assert box.shape == tuple(np.maximum(given, output))
    assert list(box.outputs) == coordinates(output, box.shape, place)
    assert list(box.inputs) == coordinates(given, box.shape, lambda p: p)


def test_a_grown_image_is_the_mirror_of_a_shrunk_one():
    up, down = common_box((2, 3, 3), (1, 6, 6)), common_box((1, 6, 6), (2, 3, 3))
    assert np.array_equal(up.inputs, down.outputs)
    assert np.array_equal(up.outputs, down.inputs)


def test_flat_and_uncentred_shapes_sit_at_the_first_places():
    flat = common_box((2, 2, 2), (5,))
    assert flat.shape == (8,)
    assert list(flat.outputs) == [0, 1, 2, 3, 4]
    rows = common_box((2, 4), (2, 2), centred=False)
    assert list(rows.outputs) == [0, 1, 4, 5]


BOXES = [
    ((3,), (5,)),
    ((5,), (3,)),
    ((1, 4, 4), (2, 2, 2)),
    ((2, 2, 2), (1, 4, 4)),
    ((1, 3), (2, 3)),
]


@pytest.mark.parametrize(("given", "output"), BOXES)
def test_the_completion_keeps_the_layer_and_is_an_isometry_elsewhere(given, output, rng):
    box = common_box(given, output)
    matrix = rng.normal(size=(len(box.outputs), len(box.inputs)))
    layer = square_layer(matrix, box)
    square = layer.matrix
    # The part that the layer fixes: W on the span of its rows, and the outputs it does not reach.
    assert_close(square[np.ix_(box.outputs, range(box.size))] @ layer.right,
                 matrix @ layer.right[box.inputs])  # fmt: skip
    assert_close(layer.isometry @ layer.isometry.T, np.eye(box.size))
    singular = np.sort(np.linalg.svd(square, compute_uv=False))
    ones = np.ones(box.size - min(matrix.shape))
    expected = np.sort(np.concatenate([np.linalg.svd(matrix, compute_uv=False), ones]))
    assert_close(singular, expected)
    assert np.linalg.det(square) > 0


@pytest.mark.parametrize(("given", "output"), BOXES)
@pytest.mark.parametrize("sign", [1, -1])
def test_no_other_isometry_is_nearer_to_the_identity(given, output, sign, rng):
    box = common_box(given, output)
    matrix = rng.normal(size=(len(box.outputs), len(box.inputs)))
    # With one of the two signs the nearest isometry has det < 0 and is not the one to take.
    matrix[0] *= sign
    layer = square_layer(matrix, box)
    best = np.linalg.norm(layer.isometry - np.eye(box.size))
    free = box.size - min(matrix.shape)
    basis = np.linalg.svd(layer.bridge)[0][:, :free]
    for scale in np.geomspace(1e-3, 10, 60):
        draws = scale * rng.normal(size=(free, free))
        # Another isometry between the same complements, with the same orientation.
        turn = basis @ expm(draws - draws.T) @ basis.T
        other = layer.left @ layer.right.T + turn @ layer.bridge
        assert np.linalg.det(other) > 0
        assert np.linalg.norm(other - np.eye(box.size)) >= best - EXACT


@pytest.mark.parametrize(
    ("given", "output"), [((3,), (5,)), ((5,), (3,)), ((1, 3), (2, 3)), ((2, 4, 4), (2, 2, 2))]
)
def test_dropping_or_adding_coordinates_is_the_identity(given, output):
    box = common_box(given, output)
    matrix = (box.outputs[:, None] == box.inputs[None, :]).astype(float)
    assert_close(square_layer(matrix, box).matrix, np.eye(box.size))


def test_average_pooling_turns_one_plane_by_sixty_degrees():
    """The window (1, 1, 1, 1)/2 goes to its first pixel, the rest of the space stays."""
    layer = square_layer(np.full((1, 4), 0.25))
    assert_close(layer.values, [0.5])
    angles = np.sort(np.abs(np.angle(np.linalg.eigvals(layer.isometry))))
    assert_close(angles, [0, 0, np.pi / 3, np.pi / 3], 1e-7)


def test_a_square_layer_stays_as_it_is(rng):
    matrix = np.diag([1.0, -2.0, 3.0])
    layer = square_layer(matrix)
    assert_close(layer.matrix, matrix)
    assert np.linalg.det(layer.isometry) < 0
    assert not layer.choice


def test_an_arbitrary_choice_is_flagged():
    # The row picks coordinate 2, so nothing says where coordinates 0 and 1 go.
    assert square_layer(np.array([[0.0, 0.0, 1.0]])).choice
    assert not square_layer(np.array([[1.0, 0.0, 0.0]])).choice


@pytest.mark.parametrize(
    "matrix", [np.ones(3), np.ones((0, 2)), np.ones((2, 2)) * 1j, [[np.nan, 1.0]], "matrix"]
)
def test_what_is_no_matrix_is_refused(matrix):
    with pytest.raises(ValueError, match="Argument `matrix` must"):
        square_layer(matrix)


def test_a_box_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="fit the box"):
        square_layer(np.ones((2, 3)), common_box((2,), (2,)))
