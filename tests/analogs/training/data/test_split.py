import numpy as np
import pytest

from analogs.training.data.split import Split

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
