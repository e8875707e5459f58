r"""Two-qubit unitaries as the fewest CX or RZZ gates, exact however small their angles are.

With ``N(a, b, c) = exp(i (a XX + b YY + c ZZ))``, qubit 1 the first one, CX_12 controlled by it:

- one CX: ``exp(i pi/4 Z_1 X_2) = e^{-i pi/4} e^{i pi/4 Z_1} e^{i pi/4 X_2} CX_12``, and H_1 turns
  ``Z_1 X_2`` to XX;
- two: CX_12 turns X_1 to XX and Z_2 to ZZ, so ``CX_12 e^{i a X_1} e^{i b Z_2} CX_12 = N(a, 0, b)``, and
  a quarter turn about X on both qubits turns ZZ to YY;
- three: ``CX_12 = CX_21 SWAP CX_21``, CX_21 turns Y_2 to X_1 Y_2 and Z_1 to ZZ, and SWAP turns
  X_1 Y_2 to Y_1 X_2, so ``CX_21 e^{i b Y_2} CX_12 e^{i c Z_1} e^{-i a Y_2} CX_21``
  ``= SWAP e^{i b Y_1 X_2} e^{i c ZZ} e^{-i a X_1 Y_2} = SWAP S_2^dagger N(a, b, c) S_2``; and
  ``SWAP = e^{-i pi/4} N(pi/4, pi/4, pi/4)`` shifts each angle by pi/4 (the circuit of Vatan and
  Williams, PRA 69, 032315).

Shende, Bullock and Markov (PRA 70, 012310) show that fewer CX do only for ``(pi/4, 0, 0)`` (one) and
``c = 0`` (two).  RZZ gates take one for each angle that is not zero: two of them with any local gates
between reach ``c = 0`` only (Zhang et al., PRA 69, 042309).
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from qgeom._checks import check_positive, check_unitary, fail
from qgeom._linalg import dagger
from qgeom._typing import Complex, Integer, Real
from qgeom.algebra.targets import target
from qgeom.circuits.blocks import Pair, fuse_single_qubit_gates
from qgeom.circuits.gates import Gate
from qgeom.circuits.weyl import weyl_decomposition

TOLERANCE = 1e-12  # far above the rounding of a decomposition, far below any angle in use
QUARTER = np.pi / 4

X, Y, Z, H, S, CX = (target(name).matrix for name in ("x", "y", "z", "h", "s", "cx"))
# V with V Z V^dagger = X, Y, Z.
FROM_Z = (H, S @ H, np.eye(2, dtype=np.complex128))


def rzz_matrix(angle: float) -> Complex:
    """``exp(-i angle/2 ZZ)``."""
    return np.diag(np.exp(-0.5j * angle * np.array([1, -1, -1, 1])))


def _rotation(pauli: Complex, angle: float) -> Complex:
    return np.cos(angle) * np.eye(2) + 1j * np.sin(angle) * pauli


def cx_count(coordinates: Real, tolerance: float = TOLERANCE) -> Integer:
    """CX gates (...) that make unitaries of Weyl coordinates (..., 3) up to an error of `tolerance`.

    The error of dropping angles (x, y, z) is ``2 sin(w/2)``, w the sum of the two largest moduli.

    Examples
    --------
    >>> cx_count(np.pi / 4 * np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [1, 1, 1]]))
    array([0, 1, 2, 3])
    """
    dropped = [coordinates, coordinates - [QUARTER, 0, 0], coordinates * [0, 0, 1]]
    return _fewest(dropped, tolerance)


def rzz_count(coordinates: Real, tolerance: float = TOLERANCE) -> Integer:
    """RZZ gates (...) that make unitaries of Weyl coordinates (..., 3) up to an error of `tolerance`.

    Examples
    --------
    >>> rzz_count(np.array([[0.3, 0.0, 0.0], [0.3, 1e-8, 0.0], [0.3, 0.2, 0.1]]))
    array([1, 2, 3])
    """
    dropped = [coordinates, coordinates * [0, 1, 1], coordinates * [0, 0, 1]]
    return _fewest(dropped, tolerance)


def _fewest(dropped: Sequence[Real], tolerance: float) -> Integer:
    """Place of the first angles (..., 3) that can be dropped; all of them if none can."""
    widths = [np.sort(np.abs(angles), axis=-1)[..., 1:].sum(axis=-1) for angles in dropped]
    fits = 2.0 * np.sin(np.stack(widths) / 2.0) <= tolerance
    return np.where(fits.any(axis=0), fits.argmax(axis=0), len(dropped))


def cx_gates(u: Any, qubits: Pair, tolerance: float = TOLERANCE) -> tuple[Gate, ...]:
    """The fewest CX gates, with gates on one qubit, for a two-qubit unitary.

    Parameters
    ----------
    u
        Unitary (4, 4), the first qubit the least significant bit of the row index.
    qubits
        The two qubits.
    tolerance
        Operator-norm error, up to phase, that a smaller number of CX may make.

    Raises
    ------
    ValueError
        For a matrix that is not 4 x 4 and unitary, or a tolerance that is not positive.

    Examples
    --------
    >>> swap = np.eye(4)[[0, 2, 1, 3]]
    >>> [sum(len(g.qubits) == 2 for g in cx_gates(u, (0, 1))) for u in (np.eye(4), CX, swap)]
    [0, 1, 3]
    """
    return cx_circuit([_checked_gate(u, qubits)], check_positive("tolerance", tolerance))


def rzz_gates(u: Any, qubits: Pair, tolerance: float = TOLERANCE) -> tuple[Gate, ...]:
    """The fewest RZZ gates, with gates on one qubit, for a two-qubit unitary: one an angle.

    The pieces ``e^{i a XX}, e^{i b YY}, e^{i c ZZ}`` commute; H and S H turn ZZ to XX and YY.  Parameters
    and errors are those of `cx_gates`.

    Examples
    --------
    >>> swap = np.eye(4)[[0, 2, 1, 3]]
    >>> [sum(len(g.qubits) == 2 for g in rzz_gates(u, (0, 1))) for u in (np.eye(4), CX, swap)]
    [0, 1, 3]
    """
    return rzz_circuit([_checked_gate(u, qubits)], check_positive("tolerance", tolerance))


def _checked_gate(u: Any, qubits: Pair) -> Gate:
    matrix, n_qubits = check_unitary("u", u)
    if matrix.ndim > 2 or n_qubits != 2:
        raise fail("u", "have shape (4, 4)", f"has shape {matrix.shape}")
    return Gate(qubits, matrix)


def cx_circuit(gates: Iterable[Gate], tolerance: float = TOLERANCE) -> tuple[Gate, ...]:
    """Every gate on two qubits as the fewest CX (`tolerance` for each); the phase of the whole stays."""
    return _rewritten(gates, lambda weyl: cx_count(weyl, tolerance), _cx_core)


def rzz_circuit(gates: Iterable[Gate], tolerance: float = TOLERANCE) -> tuple[Gate, ...]:
    """Every gate on two qubits as the fewest RZZ (`tolerance` for each); the phase of the whole stays."""
    return _rewritten(gates, lambda weyl: rzz_count(weyl, tolerance), _rzz_core)


def _rewritten(
    gates: Iterable[Gate],
    count: Callable[[Real], Integer],
    core: Callable[[Real, int, Pair], list[Gate]],
) -> tuple[Gate, ...]:
    listed = list(gates)
    places = [k for k, gate in enumerate(listed) if len(gate.qubits) == 2]
    if not places:
        return fuse_single_qubit_gates(listed)
    # One call for all of them: numpy works by the batch.
    weyl = weyl_decomposition(np.stack([listed[k].matrix for k in places]))
    right = weyl.right * np.exp(0.5j * weyl.phase)[:, None, None, None]
    parts = zip(places, right, weyl.coordinates, count(weyl.coordinates), weyl.left, strict=True)
    written = [[gate] for gate in listed]
    for k, before, coordinates, number, after in parts:
        p, q = listed[k].qubits
        written[k] = [
            Gate((p,), before[0]),
            Gate((q,), before[1]),
            *core(coordinates, number, (p, q)),
            Gate((p,), after[0]),
            Gate((q,), after[1]),
        ]
    return fuse_single_qubit_gates(itertools.chain.from_iterable(written))


def _rzz_core(coordinates: Real, count: int, pair: Pair) -> list[Gate]:
    gates: list[Gate] = []
    for angle, basis in list(zip(coordinates, FROM_Z, strict=True))[:count]:
        gates += _both(dagger(basis), pair)
        gates.append(Gate(pair, rzz_matrix(-2.0 * angle)))
        gates += _both(basis, pair)
    return gates


def _both(matrix: Complex, pair: Pair) -> list[Gate]:
    return [Gate((qubit,), matrix) for qubit in pair]


def _cx_core(coordinates: Real, count: int, pair: Pair) -> list[Gate]:
    """``N(a, b, c)``, or the nearest with `count` CX, as the module says; in order of time."""
    a, b, c = coordinates
    p, q = pair
    forth, back = Gate((p, q), CX), Gate((q, p), CX)
    turn = functools.partial(_rotation, X)
    if count == 0:
        return []
    if count == 1:
        after = np.exp(-1j * QUARTER) * H @ _rotation(Z, QUARTER)
        return [Gate((p,), H), forth, Gate((p,), after), Gate((q,), turn(QUARTER))]
    if count == 2:
        middle = [Gate((p,), turn(a)), Gate((q,), _rotation(Z, b))]
        core = [forth, *middle, forth]
        return [*_both(turn(-QUARTER), pair), *core, *_both(turn(QUARTER), pair)]
    first = [Gate((p,), _rotation(Z, c - QUARTER)), Gate((q,), _rotation(Y, QUARTER - a))]
    second = Gate((q,), _rotation(Y, b - QUARTER))
    phase = np.exp(1j * QUARTER)
    return [Gate((q,), dagger(S)), back, *first, forth, second, back, Gate((p,), phase * S)]
