import numpy as np
import pytest
import scipy.stats
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier

from analogs.training.data import Split, teacher, two_moons, two_spirals
from tests.closeness import EXACT, assert_close

MAKERS = {
    "spirals": lambda count, rng: two_spirals(count, train_fraction=0.5, rng=rng),
    "moons": lambda count, rng: two_moons(count, train_fraction=0.5, rng=rng),
    "teacher": lambda count, rng: teacher(
        count, features=3, hidden=20, train_fraction=0.5, rng=rng
    ),
}


def accuracy(model, split: Split) -> float:
    return model.fit(split.train_x, split.train_y).score(split.test_x, split.test_y)


def whole(split: Split) -> tuple[np.ndarray, np.ndarray]:
    x = np.concatenate([split.train_x, split.test_x])
    return x, np.concatenate([split.train_y, split.test_y])


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
def test_classes_are_balanced_in_both_parts_and_depend_on_the_generator_alone(make):
    one, two, three = (make(201, np.random.default_rng(seed)) for seed in (1, 1, 2))
    for y in (one.train_y, one.test_y, whole(one)[1]):
        counts = np.bincount(y)
        assert len(counts) == 2
        assert np.ptp(counts) <= 1
    assert np.array_equal(one.train_x, two.train_x)
    assert not np.array_equal(one.train_x, three.train_x)
    assert one.train_x.dtype == np.float64


@pytest.mark.parametrize("name", ["spirals", "moons"])
def test_neighbours_tell_the_classes_and_a_line_does_not(name):
    split = MAKERS[name](2000, np.random.default_rng(0))
    assert accuracy(KNeighborsClassifier(1), split) > 0.99
    assert accuracy(LogisticRegression(), split) < 0.92


def test_spirals_lie_on_their_curve():
    x, y = whole(two_spirals(4000, turns=1.25, train_fraction=0.5, rng=np.random.default_rng(0)))
    radius = np.linalg.norm(x, axis=1)
    turned = radius * np.exp(1j * (2 * np.pi * 1.25 * radius + np.pi * y))
    assert_close(x[:, 0] + 1j * x[:, 1], turned, EXACT)
    uniform = scipy.stats.uniform(0.01, 0.99)
    assert scipy.stats.kstest(radius**2, uniform.cdf).pvalue > 0.01


def test_moons_lie_on_half_circles_of_radius_one():
    x, y = whole(two_moons(100, train_fraction=0.5, rng=np.random.default_rng(0)))
    centres = np.array([[0.0, 0.0], [1.0, 0.5]])[y]
    assert_close(np.linalg.norm(x - centres, axis=1), np.ones(100), EXACT)
    assert ((x - centres)[:, 1] * np.where(y == 0, 1, -1) >= 0).all()


@pytest.mark.parametrize("make", [two_moons, two_spirals])
def test_noise_has_its_standard_deviation(make):
    clean, noisy = (
        make(4000, noise=noise, train_fraction=0.5, rng=np.random.default_rng(3))
        for noise in (0.0, 0.25)
    )
    # The noise is drawn after the points, and the split after the noise: sort them back.
    spread = np.std(noisy.train_x - clean.train_x)
    assert_close(spread, 0.25, 0.01)


def test_a_teacher_of_one_unit_is_a_half_space():
    line = LogisticRegression(C=1e9, max_iter=5000)
    for hidden, separable in ((1, True), (50, False)):
        rng = np.random.default_rng(5)
        x, y = whole(teacher(400, features=4, hidden=hidden, train_fraction=0.5, rng=rng))
        assert (line.fit(x, y).score(x, y) == 1.0) is separable


@pytest.mark.parametrize(
    ("make", "change", "name"),
    [
        (two_moons, {"count": 3}, "count"),
        (two_moons, {"noise": -1.0}, "noise"),
        (two_spirals, {"turns": 0.0}, "turns"),
        (two_spirals, {"train_fraction": 1.0}, "train_fraction"),
        (teacher, {"features": 0, "hidden": 1}, "features"),
        (teacher, {"features": 1, "hidden": 0}, "hidden"),
        (teacher, {"features": 1, "hidden": 1, "classes": 1}, "classes"),
    ],
)
def test_bad_arguments_are_refused(make, change, name):
    arguments = {"count": 20, "train_fraction": 0.5, "rng": np.random.default_rng(0)} | change
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        make(arguments.pop("count"), **arguments)
