"""Every check speaks the error grammar, names the argument and shows the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qgeom import _checks

ROTATION = np.array([[0, -1], [1, 0]])
NAN = float("nan")


def test_error_has_the_grammar() -> None:
    error = _checks.fail("q", "be positive", "is -1")
    assert isinstance(error, ValueError)
    assert str(error) == "Argument `q` must be positive, but is -1."


@pytest.mark.parametrize(
    ("check", "arguments", "expected"),
    [
        (_checks.check_positive, (2,), 2.0),
        (_checks.check_positive, (np.float32(0.5),), 0.5),
        (_checks.check_finite_number, (-3,), -3.0),
        (_checks.check_integer, (np.int64(3), 3), 3),
        (_checks.check_integer, (3, 1, 3), 3),
        (_checks.check_choice, ("b", ["a", "b"]), "b"),
    ],
)
def test_good_values_pass_with_their_type(
    check: Callable[..., Any], arguments: tuple, expected: Any
) -> None:
    value = check("x", *arguments)
    assert value == expected
    assert type(value) is type(expected)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_positive_accepts_exactly_the_finite_positive_numbers(value: float) -> None:
    if 0 < value < float("inf"):
        assert _checks.check_positive("x", value) == value
    else:
        with pytest.raises(ValueError, match="`x` must be"):
            _checks.check_positive("x", value)


def test_arrays_are_converted_once() -> None:
    vector = _checks.check_vector("x", [[1, 2, 3]], 3)
    assert (vector.shape, vector.dtype) == ((1, 3), np.float64)
    assert _checks.check_vector("x", vector, 3) is vector
    for check in (_checks.check_unitary, _checks.check_qubit_matrix):
        matrix, n_qubits = check("u", ROTATION.tolist())
        assert (matrix.dtype, n_qubits) == (np.complex128, 1)


def test_batches_pass_as_one() -> None:
    batch = np.stack([np.eye(4)] * 6).reshape(2, 3, 4, 4)
    assert _checks.check_square("g", batch) is batch
    assert _checks.check_unitary("u", batch)[0].shape == (2, 3, 4, 4)


def test_rounded_unitaries_pass_and_typos_do_not() -> None:
    gate = np.array([[1, 1], [1, -1]]) / np.sqrt(2)
    rounded, _ = _checks.check_unitary("u", gate.round(10))
    assert np.array_equal(rounded, gate.round(10))
    with pytest.raises(ValueError, match="be unitary"):
        _checks.check_unitary("u", gate.round(6))


@pytest.mark.parametrize(
    ("check", "arguments", "message"),
    [
        (_checks.check_positive, (-1,), "be positive, but is -1"),
        (_checks.check_positive, (0,), "be positive, but is 0"),
        (_checks.check_finite_number, ("a",), "be a number, but is 'a'"),
        (_checks.check_finite_number, (1j,), "be a number, but is 1j"),
        (_checks.check_finite_number, (NAN,), "be finite, but is nan"),
        (_checks.check_integer, (2.0, 1), "be an integer, but is 2.0"),
        (_checks.check_integer, ("2", 1), "be an integer, but is '2'"),
        (_checks.check_integer, (0, 1), "be at least 1, but is 0"),
        (_checks.check_integer, (9, 1, 8), "be between 1 and 8, but is 9"),
        (_checks.check_choice, ("c", ["a", "b"]), "be one of a, b, but is 'c'"),
        (_checks.check_finite_array, ([1, NAN, NAN],), "be finite, but has 2 entries"),
        (_checks.check_finite_array, ("text",), "be an array of numbers, but is str"),
        (_checks.check_finite_array, ([[1], [1, 2]],), "be an array of numbers, but is list"),
        (_checks.check_finite_array, (None,), "be an array of numbers, but is NoneType"),
        (_checks.check_vector, (1.0, 3), r"have shape \(..., 3\), but has shape \(\)"),
        (_checks.check_vector, ([1, 2], 3), r"have shape \(..., 3\), but has shape \(2,\)"),
        (_checks.check_vector, ([1j, 0, 0], 3), "be real, but is complex"),
        (_checks.check_square, ([1, 2],), r"be a square matrix, but has shape \(2,\)"),
        (_checks.check_square, (np.ones((2, 3)),), r"be a square matrix, but has shape \(2, 3\)"),
        (_checks.check_qubit_matrix, (np.eye(6),), "have a size that is a power of two"),
        (_checks.check_qubit_matrix, (np.eye(1),), "have a size that is a power of two"),
        (_checks.check_qubit_matrix, (np.zeros((0, 0)),), "have a size that is a power of two"),
        (_checks.check_unitary, (2 * np.eye(2),), "be unitary, but U U.dagger differs .* by 3"),
        (_checks.check_unitary, ([np.eye(2), np.ones((2, 2))],), "be unitary, but"),
    ],
)
def test_bad_values_are_refused(check: Callable[..., Any], arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=f"^Argument `x` must {message}.*\\.$"):
        check("x", *arguments)
