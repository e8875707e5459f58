import numpy as np
import pytest
from sklearn.datasets import load_digits

from analogs.training.data.digits import GREY_LEVELS, digits
from analogs.training.data.split import Split


@pytest.fixture(scope="module")
def split() -> Split:
    return digits(train_fraction=0.8, rng=np.random.default_rng(1))


def test_the_parts_hold_every_digit_once(split):
    x = np.concatenate([split.train_x, split.test_x])
    assert x.shape == (1797, 1, 8, 8)
    assert x.dtype == np.float64
    # scikit-learn's own array as the second route, compared as sorted rows.
    rows, data = x.reshape(1797, 64) * GREY_LEVELS, load_digits().data
    assert np.array_equal(rows[np.lexsort(rows.T)], data[np.lexsort(data.T)])


def test_a_cast_to_float32_rounds_nothing(split):
    assert np.array_equal(split.train_x.astype(np.float32), split.train_x)


def test_both_parts_have_the_same_share_of_each_class(split):
    shares = [np.bincount(y) / len(y) for y in (split.train_y, split.test_y)]
    # Rounding moves at most one image of a class.
    assert np.abs(shares[0] - shares[1]).max() < 2 / len(split.test_y)


def test_the_split_depends_on_the_generator_alone():
    one, two, three = (
        digits(train_fraction=0.5, rng=np.random.default_rng(seed)).train_y for seed in (1, 1, 2)
    )
    assert np.array_equal(one, two)
    assert not np.array_equal(one, three)


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.5, 0.004, 0.999, float("nan"), "half"])
def test_fractions_that_empty_a_part_are_refused(fraction):
    with pytest.raises(ValueError, match="Argument `train_fraction` must"):
        digits(train_fraction=fraction, rng=np.random.default_rng(0))
