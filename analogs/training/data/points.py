"""Points of the plane and of R^d with labels that no linear network finds."""

from __future__ import annotations

import numpy as np

from analogs.training.data.split import Split, divide
from analogs.training.data.synthetic import class_numbers, normal_noise
from qgeom._checks import check_integer, check_positive


def two_spirals(
    count: int,
    *,
    turns: float = 1.5,
    noise: float = 0.0,
    train_fraction: float,
    rng: np.random.Generator,
) -> Split:
    r"""Return points on two spiral arms, each the other turned by half a circle.

    .. math:: x = (-1)^y\, r\, (\cos 2 \pi T r, \sin 2 \pi T r), \qquad r = \sqrt{u},

    with u uniform in [0.01, 1], T = `turns` and normal noise of standard deviation `noise` added.
    Inputs have shape (n, 2); the classes 0 and 1 have equal size, up to one point.

    Raises
    ------
    ValueError
        If `count` is below 4, `turns` not positive, `noise` negative, or the split is impossible.

    Examples
    --------
    >>> split = two_spirals(200, train_fraction=0.5, rng=np.random.default_rng(0))
    >>> split.train_x.shape, split.classes, bool(np.linalg.norm(split.train_x, axis=1).max() <= 1)
    ((100, 2), 2, True)
    """
    y = class_numbers(count, 2)
    radius = np.sqrt(rng.uniform(0.01, 1.0, size=len(y)))
    angle = 2 * np.pi * check_positive("turns", turns) * radius
    arm = np.stack([np.cos(angle), np.sin(angle)], axis=1) * radius[:, None]
    x = np.where(y[:, None] == 0, arm, -arm) + normal_noise(noise, arm.shape, rng)
    return divide(x, y, train_fraction=train_fraction, rng=rng)


def two_moons(
    count: int, *, noise: float = 0.0, train_fraction: float, rng: np.random.Generator
) -> Split:
    r"""Return points on two half circles that reach into one another.

    .. math:: (\cos t, \sin t) \quad\text{and}\quad (1 - \cos t, \tfrac12 - \sin t),

    with t uniform in [0, pi] and normal noise of standard deviation `noise` added.  Inputs have
    shape (n, 2); the classes 0 and 1 have equal size, up to one point.

    Raises
    ------
    ValueError
        If `count` is below 4, `noise` negative, or the split is impossible.

    Examples
    --------
    >>> split = two_moons(80, train_fraction=0.5, rng=np.random.default_rng(0))
    >>> upper = split.train_x[split.train_y == 0]
    >>> float(np.abs(np.linalg.norm(upper, axis=1) - 1).max().round(12))
    0.0
    """
    y = class_numbers(count, 2)
    angle = rng.uniform(0.0, np.pi, size=len(y))
    arc = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    x = np.where(y[:, None] == 0, arc, [1.0, 0.5] - arc) + normal_noise(noise, arc.shape, rng)
    return divide(x, y, train_fraction=train_fraction, rng=rng)


def teacher(
    count: int,
    *,
    features: int,
    hidden: int,
    classes: int = 2,
    train_fraction: float,
    rng: np.random.Generator,
) -> Split:
    r"""Return normal inputs whose labels a random network with one hidden layer has given.

    .. math:: s(x) = \sum_{i=1}^{h} v_i \tanh(w_i \cdot x + b_i), \qquad x \sim N(0, 1),

    with :math:`w_i \sim N(0, 4 / d)`, :math:`b_i, v_i \sim N(0, 1)`.  The label is the number of
    the quantile of s among the drawn inputs, so that all classes have equal size, up to one input.
    Inputs have shape (n, `features`).

    Raises
    ------
    ValueError
        If a size is out of range, or the split is impossible.

    Examples
    --------
    >>> split = teacher(90, features=5, hidden=4, classes=3, train_fraction=2 / 3,
    ...                 rng=np.random.default_rng(0))
    >>> split.train_x.shape, np.bincount(split.train_y)
    ((60, 5), array([20, 20, 20]))
    """
    width = check_integer("features", features, 1)
    units = check_integer("hidden", hidden, 1)
    quantiles = class_numbers(count, check_integer("classes", classes, 2))
    x = rng.normal(size=(len(quantiles), width))
    inward = rng.normal(scale=2 / np.sqrt(width), size=(width, units))
    bias, outward = rng.normal(size=(2, units))
    order = np.argsort(np.tanh(x @ inward + bias) @ outward, kind="stable")
    y = np.empty_like(quantiles)
    y[order] = np.sort(quantiles)
    return divide(x, y, train_fraction=train_fraction, rng=rng)
