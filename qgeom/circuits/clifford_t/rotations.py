"""Single rotations as Clifford+T words: Ross-Selinger for R_z, Solovay-Kitaev to compare."""

from __future__ import annotations

import functools

import numpy as np
from qiskit.synthesis import SolovayKitaevDecomposition, gridsynth_rz

from qgeom._checks import check_finite_number, check_integer, check_unitary, fail
from qgeom._typing import Complex
from qgeom.circuits.clifford_t.words import Word, word
from qgeom.circuits.gates import operator_error

# Double precision follows gridsynth down to here.
LEAST_ERROR = 1e-12
ROUNDING = 1e-14  # of a measured error
KITAEV_GATES = ["h", "t", "tdg"]
KITAEV_DEPTH = 12


def rz_matrix(angle: float) -> Complex:
    """``R_z = exp(-i angle Z / 2)``."""
    return np.diag(np.exp([-0.5j * angle, 0.5j * angle]))


def check_error(error: float) -> float:
    """Return `error` as a float, or raise ValueError unless 1e-12 <= error < 1."""
    number = check_finite_number("error", error)
    if not LEAST_ERROR <= number < 1.0:
        raise fail("error", f"be at least {LEAST_ERROR:g} and below 1", f"is {error}")
    return number


def rz_clifford_t(angle: float, error: float) -> Word:
    r"""Clifford+T word of ``R_z(angle)`` up to phase, about ``3 log2(1 / error)`` T gates.

    A multiple of pi/4 within the error costs at most one T.

    Parameters
    ----------
    angle
        ``R_z = exp(-i angle Z / 2)``.
    error
        Largest operator-norm error up to phase; the word is measured against it.

    Examples
    --------
    >>> rz_clifford_t(0.75 * np.pi, 1e-8).gates
    ('s', 't')
    >>> short = rz_clifford_t(0.3, 1e-4)
    >>> short.t_count, operator_error(short.matrix, rz_matrix(0.3)) <= 1e-4
    (33, True)

    Raises
    ------
    ValueError
        If the angle is not finite or the error is not in [1e-12, 1).
    ArithmeticError
        If gridsynth broke its promise.

    References
    ----------
    N. J. Ross and P. Selinger, arXiv:1403.2975.
    """
    return _rz(check_finite_number("angle", angle), check_error(error))


@functools.lru_cache(maxsize=4096)
def _rz(angle: float, error: float) -> Word:
    eighths = round(angle / (0.25 * np.pi))
    found = word(["t"] * (eighths % 8))
    if operator_error(found.matrix, rz_matrix(angle)) > error:
        # Beyond a full turn, gridsynth keeps the pi of the first call of the process, at the
        # precision which that call had asked for; so whole quarter turns stay outside.
        quarters = round(angle / (0.5 * np.pi))
        _fix_precision()
        circuit = gridsynth_rz(angle - 0.5 * np.pi * quarters, _gridsynth_epsilon(error - ROUNDING))
        names = [instruction.operation.name for instruction in circuit.data]
        found = word(names + ["s"] * (quarters % 4))
    reached = operator_error(found.matrix, rz_matrix(angle))
    if reached > error:
        raise ArithmeticError(f"R_z({angle}) has an error of {reached}, above {error}.")
    return found


@functools.cache
def _fix_precision() -> None:
    """Call gridsynth once at the least error: its words depend on the precision of its first call."""
    gridsynth_rz(0.5, _gridsynth_epsilon(LEAST_ERROR))


def _gridsynth_epsilon(error: float) -> float:
    """Qiskit's epsilon is ``2 sin(w/2)`` for a turn wrong by w, whose operator norm is ``2 sin(w/4)``."""
    return float(2.0 * np.sin(2.0 * np.arcsin(0.5 * error)))


def solovay_kitaev(unitary: Complex, recursion_degree: int) -> tuple[str, ...]:
    """Gate names in order of time of a unitary (2, 2) by Qiskit's Solovay-Kitaev, to compare with.

    Examples
    --------
    >>> names = solovay_kitaev(rz_matrix(0.3), 2)
    >>> sum(name in ("t", "tdg") for name in names) > 60  # three digits take 30 by gridsynth
    True

    Raises
    ------
    ValueError
        If `unitary` is not a unitary (2, 2) or the degree is negative.
    """
    matrix, n_qubits = check_unitary("unitary", unitary)
    if matrix.ndim != 2 or n_qubits != 1:
        raise fail("unitary", "have shape (2, 2)", f"has shape {matrix.shape}")
    degree = check_integer("recursion_degree", recursion_degree, 0)
    circuit = _kitaev().run(matrix, degree)
    return tuple(instruction.operation.name for instruction in circuit.data)


@functools.cache
def _kitaev() -> SolovayKitaevDecomposition:
    return SolovayKitaevDecomposition(basis_gates=KITAEV_GATES, depth=KITAEV_DEPTH)
