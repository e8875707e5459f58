"""The 1797 handwritten digits bundled with scikit-learn, which need no download."""

from __future__ import annotations

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from analogs.training.data.split import Split
from qgeom._checks import check_finite_number, fail

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
    fraction = check_finite_number("train_fraction", train_fraction)
    bunch = load_digits()
    x = bunch.images[:, None, :, :].astype(np.float64) / GREY_LEVELS
    y = bunch.target.astype(np.int64)
    classes = int(y.max()) + 1
    train_size = round(fraction * len(y))
    if not classes <= train_size <= len(y) - classes:
        but = f"{fraction} leaves {train_size} of {len(y)} images"
        raise fail("train_fraction", "leave at least one image of a class in each part", but)
    parts = train_test_split(
        x, y, train_size=train_size, stratify=y, random_state=int(rng.integers(2**32))
    )
    train_x, test_x, train_y, test_y = parts
    return Split(train_x, train_y, test_x, test_y)
