"""The error grammar: "Argument `x` must ..., but ...".  Everything public validates through this file."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable
from typing import Any

import numpy as np

# A rounded unitary (say, printed to 10 digits) is still accepted and then cleaned; a typo is not.
UNITARITY_TOLERANCE = 1e-8


def fail(name: str, must: str, but: str) -> ValueError:
    """Return (not raise) the error "Argument `name` must ..., but ...".

    Examples
    --------
    >>> raise fail("q", "be positive", "is -1")
    Traceback (most recent call last):
        ...
    ValueError: Argument `q` must be positive, but is -1.
    """
    return ValueError(f"Argument `{name}` must {must}, but {but}.")


def check_positive(name: str, value: float) -> float:
    """Return `value` as a float, or raise ValueError unless it is a finite number above zero."""
    number = check_finite_number(name, value)
    if number <= 0:
        raise fail(name, "be positive", f"is {value}")
    return number


def check_cost(name: str, value: float) -> float:
    """Return `value` as a float, or raise ValueError unless it is above zero; infinity will do."""
    return math.inf if value == math.inf else check_positive(name, value)


def check_finite_number(name: str, value: Any) -> float:
    """Return `value` as a float, or raise ValueError unless it is a finite real number."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise fail(name, "be a number", f"is {value!r}") from None
    if not math.isfinite(number):
        raise fail(name, "be finite", f"is {value}")
    return number


def check_integer(name: str, value: Any, least: int, most: int | None = None) -> int:
    """Return `value` as an int, or raise ValueError unless `least <= value <= most`."""
    try:
        number = operator.index(value)
    except TypeError:
        raise fail(name, "be an integer", f"is {value!r}") from None
    if number < least or (most is not None and number > most):
        span = f"at least {least}" if most is None else f"between {least} and {most}"
        raise fail(name, f"be {span}", f"is {number}")
    return number


def check_choice(name: str, value: Any, choices: Iterable[str]) -> str:
    """Return `value`, or raise ValueError unless it is one of `choices`."""
    allowed = tuple(choices)
    if value not in allowed:
        raise fail(name, "be one of " + ", ".join(allowed), f"is {value!r}")
    return value


def check_finite_array(name: str, value: Any) -> np.ndarray:
    """Return `value` as a numeric array, or raise ValueError if it holds NaN or infinity."""
    try:
        array = np.asarray(value)
        finite = np.isfinite(array)
    except (TypeError, ValueError):
        raise fail(name, "be an array of numbers", f"is {type(value).__name__}") from None
    if not finite.all():
        raise fail(
            name, "be finite", f"has {int((~finite).sum())} entries that are NaN or infinite"
        )
    return array


def check_costs(name: str, value: Any) -> np.ndarray:
    """Return `value` as a new float64 array, or raise ValueError unless it holds costs.

    Costs are positive; some may be infinite, but not all.
    """
    try:
        costs = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise fail(name, "be an array of numbers", f"is {type(value).__name__}") from None
    forbidden = costs == math.inf
    check_finite_array(name, costs[~forbidden])
    if (costs <= 0).any():
        raise fail(name, "give positive costs", f"gives {costs.min()}")
    if forbidden.all():
        raise fail(name, "give a finite cost to some generator", "gives none")
    return costs


def check_vector(name: str, value: Any, dim: int) -> np.ndarray:
    """Return `value` as a float64 array of shape (..., dim), or raise ValueError."""
    array = check_finite_array(name, value)
    if array.ndim == 0 or array.shape[-1] != dim:
        raise fail(name, f"have shape (..., {dim})", f"has shape {array.shape}")
    if np.iscomplexobj(array):
        raise fail(name, "be real", "is complex")
    return array.astype(np.float64, copy=False)


def check_square(name: str, value: Any) -> np.ndarray:
    """Return `value` as an array of shape (..., N, N), or raise ValueError."""
    array = check_finite_array(name, value)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise fail(name, "be a square matrix", f"has shape {array.shape}")
    return array


def check_qubit_matrix(name: str, value: Any) -> tuple[np.ndarray, int]:
    """Return `value` as complex128 (..., 2^n, 2^n) and n, or raise ValueError."""
    array = check_square(name, value)
    size = array.shape[-1]
    n_qubits = size.bit_length() - 1
    if size < 2 or size != 1 << n_qubits:
        raise fail(
            name, "have a size that is a power of two (2, 4, 8, ...)", f"has shape {array.shape}"
        )
    return array.astype(np.complex128, copy=False), n_qubits


def check_unitary(name: str, value: Any) -> tuple[np.ndarray, int]:
    """Return `value` as complex128 (..., 2^n, 2^n) and n, or raise ValueError unless unitary."""
    array, n_qubits = check_qubit_matrix(name, value)
    defect = float(
        np.abs(array @ np.conj(np.swapaxes(array, -1, -2)) - np.eye(array.shape[-1])).max()
    )
    if defect > UNITARITY_TOLERANCE:
        raise fail(name, "be unitary", f"U U^dagger differs from the identity by {defect:.3g}")
    return array, n_qubits
