"""Named target unitaries, and the door through which every other target comes in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.stats

from qgeom._checks import check_integer, check_unitary, fail
from qgeom._typing import Complex, Integer

MAX_TARGET_QUBITS = 10


@dataclass(frozen=True, eq=False)
class Target:
    """A unitary to reach: its name, matrix (2^n, 2^n) and number of qubits.

    Qubit 0 is the least significant bit of the row index, as in Qiskit.
    """

    name: str
    matrix: Complex
    n_qubits: int


def _permutation(image: Integer) -> Complex:
    matrix = np.zeros((len(image), len(image)), dtype=np.complex128)
    matrix[image, np.arange(len(image))] = 1.0
    return matrix


def _controlled_flip(n_qubits: int, controls: int, flip: int) -> Complex:
    """X on the bits of `flip` where all bits of `controls` are set."""
    state = np.arange(1 << n_qubits)
    return _permutation(np.where(state & controls == controls, state ^ flip, state))


def _swapped(n_qubits: int, controls: int) -> Complex:
    """Swap of the two highest qubits where all bits of `controls` are set."""
    state = np.arange(1 << n_qubits)
    high, low = (state >> (n_qubits - 1)) & 1, (state >> (n_qubits - 2)) & 1
    flip = (1 << (n_qubits - 1)) | (1 << (n_qubits - 2))
    active = (state & controls == controls) & (high != low)
    return _permutation(np.where(active, state ^ flip, state))


def _iswap() -> Complex:
    return _swapped(2, 0) @ np.diag([1, 1j, 1j, 1])


def _qft(n_qubits: int) -> Complex:
    index = np.arange(1 << n_qubits)
    return np.exp(2j * np.pi * np.outer(index, index) / len(index)) / np.sqrt(len(index))


def _sqrt_swap() -> Complex:
    half = _swapped(2, 0)
    return 0.5 * ((1 + 1j) * np.eye(4) + (1 - 1j) * half)


def _b_gate() -> Complex:
    # exp(i (pi/4 XX + pi/8 YY)); XX and YY commute.
    xx, yy = np.eye(4)[::-1], np.array([[0, 0, 0, -1], [0, 0, 1, 0], [0, 1, 0, 0], [-1, 0, 0, 0]])
    identity = np.eye(4)
    first = np.cos(np.pi / 4) * identity + 1j * np.sin(np.pi / 4) * xx
    return first @ (np.cos(np.pi / 8) * identity + 1j * np.sin(np.pi / 8) * yy)


FIXED: dict[str, Callable[[], Complex]] = {
    "x": lambda: np.array([[0, 1], [1, 0]], dtype=np.complex128),
    "y": lambda: np.array([[0, -1j], [1j, 0]]),
    "z": lambda: np.diag([1, -1]).astype(np.complex128),
    "h": lambda: np.array([[1, 1], [1, -1]], dtype=np.complex128) / np.sqrt(2),
    "s": lambda: np.diag([1, 1j]),
    "t": lambda: np.diag([1, np.exp(0.25j * np.pi)]),
    "cnot": lambda: _controlled_flip(2, 0b01, 0b10),
    "cz": lambda: np.diag([1, 1, 1, -1]).astype(np.complex128),
    "swap": lambda: _swapped(2, 0),
    "iswap": _iswap,
    "sqrtswap": _sqrt_swap,
    "b": _b_gate,
    "toffoli": lambda: _controlled_flip(3, 0b011, 0b100),
    "ccz": lambda: np.diag([1, 1, 1, 1, 1, 1, 1, -1]).astype(np.complex128),
    "fredkin": lambda: _swapped(3, 0b001),
}
ALIASES = {"cx": "cnot", "ccx": "toffoli", "cswap": "fredkin", "hadamard": "h"}
FAMILIES = ("qft", "haar", "identity")


def target_names() -> tuple[str, ...]:
    """Names that `target` knows, gates first, then the families that take a number of qubits."""
    return (*FIXED, *FAMILIES)


def target(
    source: Any, n_qubits: int | None = None, *, rng: np.random.Generator | None = None
) -> Target:
    """Return the target of a name, a matrix, or a Qiskit Operator, Gate or QuantumCircuit.

    Parameters
    ----------
    source
        A name (see `target_names`; ``cx``, ``ccx``, ``cswap`` also work), a unitary 2^n x 2^n matrix,
        or a Qiskit object.  For gates with controls, qubit 0 (and 1) controls, as in Qiskit.
    n_qubits
        For the families ``qft``, ``haar`` and ``identity``.
    rng
        For ``haar``.

    Raises
    ------
    ValueError
        For an unknown name, a matrix that is not unitary or not 2^n x 2^n, NaN, a missing or a
        wrong number of qubits, or ``haar`` without `rng`.

    Examples
    --------
    >>> target("toffoli").n_qubits, target("qft", 2).matrix.shape
    (3, (4, 4))
    >>> target("tofoli")
    Traceback (most recent call last):
        ...
    ValueError: Argument `target` must be one of x, y, z, h, s, t, cnot, cz, swap, iswap, sqrtswap, b,
    toffoli, ccz, fredkin, qft, haar, identity (or a unitary matrix), but is 'tofoli'.
    """
    if isinstance(source, Target):
        return _sized(source, n_qubits)
    if isinstance(source, str):
        return _named(source, n_qubits, rng)
    matrix, size = check_unitary("target", _as_matrix(source))
    if matrix.ndim != 2:
        raise fail("target", "be one matrix", f"has shape {matrix.shape}")
    name = getattr(source, "name", None) or f"{size}-qubit unitary"
    return _sized(Target(name, matrix, size), n_qubits)


def _named(name: str, n_qubits: int | None, rng: np.random.Generator | None) -> Target:
    key = ALIASES.get(name.lower(), name.lower())
    if key in FIXED:
        matrix, size = check_unitary("target", FIXED[key]())
        return _sized(Target(key, matrix, size), n_qubits)
    if key not in FAMILIES:
        must = "be one of " + ", ".join(target_names()) + " (or a unitary matrix)"
        raise fail("target", must, f"is {name!r}")
    if n_qubits is None:
        raise fail("n_qubits", f"be given for {key}", "is missing")
    size = check_integer("n_qubits", n_qubits, 1, MAX_TARGET_QUBITS)
    if key == "qft":
        return Target(f"qft{size}", _qft(size), size)
    if key == "identity":
        return Target(f"identity{size}", np.eye(1 << size, dtype=np.complex128), size)
    if rng is None:
        raise fail("rng", "be given for haar", "is missing")
    haar = scipy.stats.unitary_group.rvs(1 << size, random_state=rng)
    return Target(f"haar{size}", np.asarray(haar, dtype=np.complex128), size)


def _sized(found: Target, n_qubits: int | None) -> Target:
    if n_qubits is not None and n_qubits != found.n_qubits:
        raise fail("n_qubits", f"be {found.n_qubits} for {found.name}", f"is {n_qubits}")
    return found


def _as_matrix(source: Any) -> Any:
    if hasattr(source, "num_clbits") or hasattr(source, "to_matrix"):
        # A Qiskit circuit or gate: imported here, by who already has it, to keep the core light.
        from qiskit.exceptions import QiskitError
        from qiskit.quantum_info import Operator

        try:
            return Operator(source).data
        except (QiskitError, TypeError) as error:
            raise fail("target", "have a unitary matrix", f"Qiskit finds none: {error}") from None
    return getattr(source, "data", source) if hasattr(source, "input_dims") else source
