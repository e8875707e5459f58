"""Named states, and basis states by their bits."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._typing import Complex

MAX_QUBITS = 10


def _ghz(n_qubits: int) -> Complex:
    state = np.zeros(1 << n_qubits, dtype=np.complex128)
    state[[0, -1]] = math.sqrt(0.5)
    return state


def _w(n_qubits: int) -> Complex:
    state = np.zeros(1 << n_qubits, dtype=np.complex128)
    state[1 << np.arange(n_qubits)] = 1 / math.sqrt(n_qubits)
    return state


def _plus(n_qubits: int) -> Complex:
    return np.full(1 << n_qubits, 2.0 ** (-n_qubits / 2), dtype=np.complex128)


FAMILIES: dict[str, Callable[[int], Complex]] = {"ghz": _ghz, "w": _w, "plus": _plus}


def state_names() -> tuple[str, ...]:
    """Names that `named_state` knows besides bit strings; all take a number of qubits."""
    return (*FAMILIES, "haar")


def named_state(
    name: str, n_qubits: int | None = None, *, rng: np.random.Generator | None = None
) -> Complex:
    r"""Unit vector (2^n,) of a bit string such as "01", or of ghz, w, plus or haar.

    The rightmost bit is that of qubit 0, as in Qiskit: "01" is the second basis vector.
    ``ghz = (|0..0> + |1..1>) / sqrt 2``, w is the equal sum of all strings with one bit set, plus that of
    all strings, haar is uniformly random.

    Parameters
    ----------
    name
        The name, or the bits.
    n_qubits
        Needed for names; for bits it must be their number.
    rng
        For haar.

    Raises
    ------
    ValueError
        For an unknown name, a missing or wrong number of qubits, or haar without `rng`.

    Examples
    --------
    >>> named_state("01").real
    array([0., 1., 0., 0.])
    >>> (named_state("ghz", 2).real * np.sqrt(2)).round(12)
    array([1., 0., 0., 1.])
    """
    if name and set(name) <= {"0", "1"}:
        size = check_integer("n_qubits", len(name), 1, MAX_QUBITS)
        if n_qubits not in (None, size):
            raise fail("n_qubits", f"be {size} for {name}", f"is {n_qubits}")
        return np.eye(1 << size, dtype=np.complex128)[int(name, 2)]
    if name not in state_names():
        must = "be bits such as 010, or one of " + ", ".join(state_names())
        raise fail("state", must, f"is {name!r}")
    if n_qubits is None:
        raise fail("n_qubits", f"be given for {name}", "is missing")
    size = check_integer("n_qubits", n_qubits, 1, MAX_QUBITS)
    if name in FAMILIES:
        return FAMILIES[name](size)
    if rng is None:
        raise fail("rng", "be given for haar", "is missing")
    parts = rng.normal(size=(2, 1 << size))
    vector = parts[0] + 1j * parts[1]
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.complex128)
