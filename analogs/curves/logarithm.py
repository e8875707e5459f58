"""Real logarithms of real matrices, or the sentence that says why there is none."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import expm, logm, schur

from qgeom._checks import check_square, fail

Matrix = NDArray[np.float64]

# |W W^T - W^T W| below this share of |W|^2 is rounding: the real Schur form is then block-diagonal.
NORMALITY_TOLERANCE = 1e-12
# Negative eigenvalues of a normal matrix this close (relatively) are a pair, and so are eigenvalues
# whose angle is this close to half a turn.
PAIR_TOLERANCE = 1e-9
# A logarithm is returned only if its exponential is the matrix to this relative error.
ROUND_TRIP_TOLERANCE = 1e-9
# A sentence names at most this many eigenvalues.
SHOWN = 4

ORIENTATION = "its determinant is negative: it lies outside the identity component"
HALF_TURN = "it turns a plane by half a turn: its logarithm is one of many"


def real_log(matrix: Matrix) -> tuple[Matrix | None, str]:
    """Return a real A with exp(A) = `matrix` (d, d), and a sentence.

    A is the principal logarithm (eigenvalues with |Im| < pi) if there is one.  A normal matrix
    whose negative eigenvalues come in equal pairs has a real logarithm too, a half turn in each
    pair's plane; the sentence then says that it is not unique.

    Returns
    -------
    (A, sentence)
        A is None if there is none: the matrix is singular, has det < 0 (outside the identity
        component), has negative eigenvalues that do not pair up (outside the image of exp), or if
        exp(A) misses it by more than `ROUND_TRIP_TOLERANCE`.  The sentence is "" if all is well.

    Raises
    ------
    ValueError
        If `matrix` is not a real square matrix.

    Source: W. J. Culver, On the existence and uniqueness of the real logarithm of a matrix,
    Proc. AMS 17 (1966) 1146, theorems 1 and 2.

    Examples
    --------
    >>> real_log(np.array([[0.0, -1.0], [1.0, 0.0]]))[0].round(12) + 0.0  # a quarter turn
    array([[ 0.        , -1.57079633],
           [ 1.57079633,  0.        ]])
    >>> real_log(np.diag([1.0, -1.0]))[1]
    'its determinant is negative: it lies outside the identity component'
    """
    array = check_square("matrix", matrix)
    if array.ndim != 2 or np.iscomplexobj(array):
        raise fail("matrix", "be one real matrix", f"is {array.dtype} of shape {array.shape}")
    sign = np.linalg.slogdet(array)[0]
    if sign == 0:
        return None, "it is singular"
    if sign < 0:
        return None, ORIENTATION
    if np.count_nonzero(array) == np.count_nonzero(array.diagonal() > 0):
        return np.diag(np.log(array.diagonal())), ""
    commutator = array @ array.T - array.T @ array
    normal = np.linalg.norm(commutator) <= NORMALITY_TOLERANCE * np.linalg.norm(array) ** 2
    value, sentence = _normal_log(array) if normal else _general_log(array)
    if value is None:
        return None, sentence
    with np.errstate(over="ignore", invalid="ignore"):
        error = float(np.linalg.norm(expm(value) - array) / np.linalg.norm(array))
    if not error <= ROUND_TRIP_TOLERANCE:
        return None, f"its logarithm is too ill-conditioned: exp(log W) misses W by {error:.1e}"
    return value, sentence


def _unpaired(values: NDArray[np.float64]) -> str:
    shown = ", ".join(f"{value:.4g}" for value in np.sort(values)[:SHOWN])
    more = ", ..." if len(values) > SHOWN else ""
    return f"it lies outside the image of exp: negative eigenvalues {shown}{more} without partner"


def _general_log(matrix: Matrix) -> tuple[Matrix | None, str]:
    """Principal logarithm.  Whether Jordan blocks pair up cannot be seen in floating point."""
    eigenvalues = np.linalg.eigvals(matrix)
    negative = eigenvalues.real[(eigenvalues.imag == 0) & (eigenvalues.real < 0)]
    if len(negative):
        return None, _unpaired(negative)
    try:
        # scipy warns about inaccuracy, which is judged by the round trip of `real_log`.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore", RuntimeWarning)
            value = logm(matrix)
    except ValueError:
        # scipy's own round trip overflowed.
        return None, "its logarithm is too ill-conditioned: exp(log W) overflows"
    scale = max(1.0, float(np.abs(value).max()))
    if not np.abs(np.imag(value)).max() <= ROUND_TRIP_TOLERANCE * scale:
        return None, "its principal logarithm is not real"
    return np.real(value), ""


def _normal_log(matrix: Matrix) -> tuple[Matrix | None, str]:
    """Logarithm from the real Schur form, whose blocks are numbers and scaled rotations."""
    blocks, basis = schur(matrix, output="real")
    size = len(blocks)
    log = np.zeros((size, size))
    negative = []
    half_turn = False
    i = 0
    while i < size:
        if i + 1 < size and blocks[i + 1, i] != 0:
            a, b = blocks[i, i] + blocks[i + 1, i + 1], blocks[i + 1, i] - blocks[i, i + 1]
            log[i, i] = log[i + 1, i + 1] = np.log(np.hypot(a, b) / 2)
            log[i + 1, i] = np.arctan2(b, a)
            log[i, i + 1] = -log[i + 1, i]
            # A pair of equal negative eigenvalues, which rounding made into one block.
            half_turn |= bool(np.pi - abs(log[i + 1, i]) < PAIR_TOLERANCE)
            i += 2
            continue
        log[i, i] = np.log(abs(blocks[i, i]))
        if blocks[i, i] < 0:
            negative.append(i)
        i += 1
    negative.sort(key=lambda index: blocks[index, index])
    for one, two in zip(negative[::2], negative[1::2], strict=True):
        if abs(blocks[one, one] / blocks[two, two] - 1) > PAIR_TOLERANCE:
            return None, _unpaired(blocks[negative, negative])
        log[two, one], log[one, two] = np.pi, -np.pi
    return basis @ log @ basis.T, HALF_TURN if half_turn or negative else ""
