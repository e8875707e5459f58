import numpy as np
import pytest

from analogs.training.data.split import Split, divide

X, Y = np.zeros((3, 1, 2, 2)), np.arange(3)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((X[:, 0, 0, 0], Y, X, Y), "train_x"),
        ((X.astype(np.float32), Y, X, Y), "train_x"),
        ((X * np.nan, Y, X, Y), "train_x"),
        ((X, Y[:2], X, Y), "train_y"),
        ((X, Y * 1.0, X, Y), "train_y"),
        ((X, Y - 1, X, Y), "train_y"),
        ((X, Y, X[:0], Y[:0]), "test_y"),
        ((X, Y, np.zeros((3, 1, 2, 3)), Y), "test_x"),
    ],
)
def test_a_split_validates_itself(parts, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        Split(*parts)


def test_other_images_fit_too():
    assert Split(X, Y, X[:1], Y[:1]).classes == 3


def test_dividing_keeps_every_sample_with_its_label():
    x, y = np.arange(30.0)[:, None], np.arange(30) % 3
    split = divide(x, y, train_fraction=0.6, rng=np.random.default_rng(0))
    every = np.concatenate([split.train_x, split.test_x])[:, 0]
    assert np.array_equal(np.sort(every), x[:, 0])
    assert np.array_equal(split.train_y, split.train_x[:, 0].astype(int) % 3)
    assert np.bincount(split.train_y).tolist() == [6, 6, 6]


@pytest.mark.parametrize("labels", [[0, 0, 0, 1], [0, 0, 2, 2]])
def test_classes_of_fewer_than_two_samples_are_not_divided(labels):
    with pytest.raises(ValueError, match="Argument `y` must hold each class at least twice"):
        divide(np.zeros((4, 1)), np.array(labels), train_fraction=0.5, rng=np.random.default_rng(0))
