"""Shapes and textures."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from analogs.training.data import shapes, textures
from analogs.training.data.shapes import SHAPES, coverage
from analogs.training.data.synthetic import pixel_grid
from analogs.training.data.textures import TEXTURES, WAVES
from tests.closeness import EXACT, assert_close

MAKERS = {"shapes": (shapes, SHAPES), "textures": (textures, TEXTURES)}
AREAS = {
    "disc": np.pi,
    "square": 1.7**2,
    "triangle": 0.75 * np.sqrt(3.0),
    "cross": 2 * 2.0 * 0.6 - 0.6**2,
    "ring": 0.75 * np.pi,
}


@pytest.mark.parametrize(("make", "names"), MAKERS.values(), ids=MAKERS)
def test_images_are_grey_levels_in_balanced_classes_of_the_generator_alone(make, names):
    one, two, three = (
        make(83, side=12, train_fraction=0.6, rng=np.random.default_rng(s)) for s in (1, 1, 2)
    )
    assert one.train_x.shape == (50, 1, 12, 12)
    assert one.classes == len(names)
    assert np.ptp(np.bincount(np.concatenate([one.train_y, one.test_y]))) == 1
    assert one.train_x.min() >= 0.0
    assert one.train_x.max() <= 1.0
    assert np.array_equal(one.test_x, two.test_x)
    assert not np.array_equal(one.test_x, three.test_x)


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_cover_their_area_wherever_they_are(name):
    where = {"centre": np.array([0.2, -0.1]), "size": 0.6}
    for turn in (0.0, 0.7):
        covered = coverage(SHAPES[name], pixel_grid(64), turn=turn, **where)
        assert_close(4 * covered.mean(), 0.36 * AREAS[name], 0.01)


def test_a_shape_moves_with_its_centre_and_turns_with_its_angle():
    grid, still = pixel_grid(16), {"size": 0.5, "turn": 0.0}
    here, there = (
        coverage(SHAPES["triangle"], grid, centre=np.array([x, 0.0]), **still) for x in (0.0, 0.25)
    )
    assert_close(there, np.roll(here, 2, axis=1), EXACT)
    turned = coverage(SHAPES["triangle"], grid, centre=np.zeros(2), size=0.5, turn=0.5 * np.pi)
    # Rows grow downwards: a quarter turn of the axes is a quarter turn of the image, clockwise.
    assert_close(turned, np.rot90(here, -1), EXACT)


def test_a_grating_is_one_wave_and_a_plaid_two():
    grid = pixel_grid(32)
    window = np.outer(*2 * [np.hanning(32)])

    def concentration(name):
        """Energy in the two strongest places of the spectrum, among those near a wave."""
        rng, shares = np.random.default_rng(0), []
        for _ in range(40):
            image = TEXTURES[name](grid, rng)
            assert np.abs(image).max() <= 1.0
            power = np.abs(np.fft.fft2(window * (image - image.mean()))) ** 2
            # A real wave has two opposite places, and the window spreads each over its neighbours.
            shares.append(np.sort(power.ravel())[-18:].sum() / power.sum())
        return np.mean(shares)

    assert concentration("grating") > 0.9
    assert 0.9 * concentration("grating") > concentration("plaid") > 0.6
    assert concentration("plaid") > 1.1 * concentration("noise")


def test_a_checkerboard_has_two_levels():
    split = textures(80, noise=0.0, train_fraction=0.5, rng=np.random.default_rng(0))
    number = list(TEXTURES).index("checkerboard")
    for image in split.train_x[split.train_y == number]:
        assert_close(np.unique(np.abs(image - 0.5).round(12)).size, 1)


def test_no_pixel_tells_a_texture():
    split = textures(800, side=8, train_fraction=0.5, rng=np.random.default_rng(0))
    assert np.abs(split.train_x.mean(axis=0) - 0.5).max() < 0.07
    flat = [x.reshape(len(x), -1) for x in (split.train_x, split.test_x)]
    model = LogisticRegression(max_iter=500).fit(flat[0], split.train_y)
    assert model.score(flat[1], split.test_y) < 0.4
    assert WAVES[0] < WAVES[1]


@pytest.mark.parametrize("make", [shapes, textures])
@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"count": 7}, "count"),
        ({"side": 3}, "side"),
        ({"side": 65}, "side"),
        ({"side": 8.0}, "side"),
        ({"noise": -0.1}, "noise"),
        ({"noise": float("nan")}, "noise"),
        ({"train_fraction": 0.0}, "train_fraction"),
    ],
)
def test_bad_arguments_are_refused(make, change, name):
    arguments = {"count": 40, "train_fraction": 0.5, "rng": np.random.default_rng(0)} | change
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        make(arguments.pop("count"), **arguments)
