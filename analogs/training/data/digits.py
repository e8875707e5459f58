"""The 1797 handwritten digits bundled with scikit-learn, which need no download."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits

from analogs.training.data.split import Split, divide

# The grey levels of the digits are 0, 1, ..., 16.
GREY_LEVELS = 16


def digits(*, train_fraction: float, rng: np.random.Generator) -> Split:
    """Return the 8x8 digits in [0, 1], split so that both parts have the same share of each class.

    Every grey level is k/16, so the float64 images survive a cast to float32 without any rounding.

    Raises
    ------
    ValueError
        If `train_fraction` is not strictly between 0 and 1, or leaves a part without some class.

    Source: the optical recognition of handwritten digits set (UCI), as shipped by scikit-learn.

    Examples
    --------
    >>> split = digits(train_fraction=0.75, rng=np.random.default_rng(0))
    >>> split.train_x.shape, split.test_x.shape, split.classes
    ((1348, 1, 8, 8), (449, 1, 8, 8), 10)
    >>> float(split.train_x.min()), float(split.train_x.max())
    (0.0, 1.0)
    """
    bunch = load_digits()
    x = bunch.images[:, None, :, :].astype(np.float64) / GREY_LEVELS
    y = bunch.target.astype(np.int64)
    return divide(x, y, train_fraction=train_fraction, rng=rng)
