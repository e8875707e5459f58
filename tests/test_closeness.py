"""The comparison can fail: on a shape, a value, a NaN and an order."""

from __future__ import annotations

import numpy as np
import pytest

from tests.closeness import EXACT, ROUNDING, assert_close, assert_order


def test_close_accepts_rounding_relative_to_the_scale() -> None:
    assert_close(np.array([1e6 + 1e-9, 0.0]), np.array([1e6, 1e-9]), EXACT)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.ones(3), np.ones((1, 3))),
        (np.ones(1), np.ones(3)),
        (np.array([1.0 + 2 * ROUNDING]), np.array([1.0])),
        (np.array([np.nan]), np.array([1.0])),
        (np.array([1.0]), np.array([np.nan])),
        (np.array([1j]), np.array([1.0])),
    ],
)
def test_close_refuses(actual: np.ndarray, expected: np.ndarray) -> None:
    with pytest.raises(AssertionError):
        assert_close(actual, expected)


def test_order_is_measured_from_halved_steps() -> None:
    steps = 0.5 ** np.arange(4)
    assert_order(3.0 * steps**2, 2)


@pytest.mark.parametrize("order", [1, 3])
def test_order_refuses_another_order(order: int) -> None:
    steps = 0.5 ** np.arange(4)
    with pytest.raises(AssertionError):
        assert_order(steps**order, 2)
