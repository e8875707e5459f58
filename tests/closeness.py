"""The one comparison of arrays: strict about shapes, relative to the scale, tolerances named."""

from __future__ import annotations

from typing import Any

import numpy as np

EPS = float(np.finfo(np.float64).eps)
# Single sums and products: a few units in the last place for each of at most about 100 terms.
EXACT = 256 * EPS  # 6e-14
# Chains of products, inverses, eigenvectors and logarithms of matrices near the identity.
ROUNDING = 2**14 * EPS  # 4e-12


def assert_close(actual: Any, expected: Any, tolerance: float = ROUNDING) -> None:
    """Assert equal shapes, and ``|actual - expected| <= tolerance * max(1, |expected|)`` entrywise.

    The scale is the largest expected entry: zeros of a matrix are judged beside its other entries.
    """
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape, f"shape {actual.shape}, expected {expected.shape}"
    scale = max(1.0, float(np.abs(expected).max(initial=0.0)))
    error = float(np.abs(actual - expected).max(initial=0.0)) / scale
    assert error <= tolerance, f"relative error {error:.3g} exceeds {tolerance:.3g}"


def assert_order(errors: Any, order: float, slack: float = 0.15) -> None:
    """Assert that errors at step h, h/2, h/4, ... fall like ``h^order``."""
    errors = np.asarray(errors)
    measured = np.log2(errors[:-1] / errors[1:])
    assert np.all(np.abs(measured - order) <= slack), f"orders {measured}, expected {order}"
