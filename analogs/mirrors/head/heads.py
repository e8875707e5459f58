"""What is fitted to frozen features: a linear layer, or the mean of each class."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from analogs.training import Split

# Of the convex fit: inverse strength of the penalty on the weights, and steps of L-BFGS at most.
PENALTY, ITERATIONS = 10.0, 2000

# Maps features (n, channels, height, width) to the accuracy on the test images.
Head = Callable[[Split], float]


def linear(features: Split) -> float:
    """Test accuracy of a linear layer on all features, the minimum of the penalised cross-entropy.

    Each feature is shifted and scaled to mean 0 and standard deviation 1 on the training part, or
    only shifted if it does not vary.

    Examples
    --------
    >>> x, y = np.array([[0.0], [1.0], [4.0], [5.0]]), np.array([0, 0, 1, 1])
    >>> linear(Split(x, y, np.array([[2.0], [3.0], [2.4], [2.6]]), np.array([0, 1, 1, 1])))
    0.75
    """
    flat = each(features, lambda x: x.reshape(len(x), -1))
    mean, spread = flat.train_x.mean(axis=0), flat.train_x.std(axis=0)
    unit = each(flat, lambda x: (x - mean) / np.where(spread > 0, spread, 1.0))
    model = LogisticRegression(C=PENALTY, max_iter=ITERATIONS).fit(unit.train_x, unit.train_y)
    return float(model.score(unit.test_x, unit.test_y))


def class_means(features: Split) -> float:
    """Test accuracy of the class whose mean training features are nearest.

    Examples
    --------
    >>> x, y = np.array([[0.0], [1.0], [4.0], [5.0]]), np.array([0, 0, 1, 1])
    >>> class_means(Split(x, y, np.array([[2.0], [3.0], [2.4], [2.6]]), np.array([0, 1, 1, 1])))
    0.75
    """
    flat = each(features, lambda x: x.reshape(len(x), -1))
    labels = np.unique(flat.train_y)
    means = np.stack([flat.train_x[flat.train_y == label].mean(axis=0) for label in labels])
    distances = np.linalg.norm(flat.test_x[:, None] - means, axis=-1)
    return float(np.mean(labels[distances.argmin(axis=1)] == flat.test_y))


def averaged_linear(features: Split) -> float:
    """Test accuracy of a linear layer on the average of each channel over all places."""
    return linear(each(features, lambda x: x.mean(axis=(-2, -1))))


HEADS: dict[str, Head] = {
    "linear layer on all features": linear,
    "nearest class mean": class_means,
    "linear layer on averages over all places": averaged_linear,
}


def each(split: Split, change: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Split:
    """Return a split with both inputs changed alike."""
    return Split(change(split.train_x), split.train_y, change(split.test_x), split.test_y)
