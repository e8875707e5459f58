"""How small the set of transformations is that few gates reach: upper bounds of its share.

Polynomial means at most n^3 gates here.  All shares are natural logarithms, as the shares themselves
are below the doubles.
"""

from __future__ import annotations

import math

import numpy as np

from qgeom._typing import Matrix
from qgeom.algebra.reversible import gate_count, group_order
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.volume import log_ball, log_volume

DEGREE = 3
# A gate on two qubits is exp(i K) with K Hermitian, of operator norm at most pi: 16 parameters.
GATE_PARAMETERS = 16
# A product of rotations that is the identity misses it by less.
ROUNDING = 1e-9


def polynomial(size: int) -> int:
    """Return the number of gates that counts as polynomial, ``n^3``."""
    return size**DEGREE


def log_share_of_words(bits: int, gates: int) -> float:
    """Bound the share of reversible maps on n bits that at most k gates make; its logarithm.

    There are ``1 + G + ... + G^k`` words in G gates, so at most as many maps.

    Examples
    --------
    >>> log_share_of_words(2, 3)  # 85 words for 24 maps
    0.0
    >>> round(math.exp(log_share_of_words(3, 3)) * 40320)
    1885
    """
    kinds = gate_count(bits)
    words = (kinds ** (gates + 1) - 1) // (kinds - 1)
    return min(0.0, math.log(words) - math.log(group_order(bits)))


def log_share_of_circuits(n_qubits: int, gates: int, error: float) -> float:
    r"""Bound the share of U(2^n) within an error of circuits of m two-qubit gates; its logarithm.

    The error is in the operator norm, up to phase; the measure is Haar's; n >= 2.

    Proof.  A gate is exp(i K) with K in the ball of radius pi of the operator norm on the 16
    dimensions of Hermitian 4 x 4 matrices, and ``|exp(i K) - exp(i K')| <= |K - K'|``.  A ball of
    radius pi is covered by ``(1 + 2 pi / h)^16`` balls of radius h, centred in it.  With
    ``h = error / m`` each circuit is within the error of one of
    ``[n (n - 1) / 2 (1 + 2 pi m / error)^16]^m`` products, and U within twice the error.  Then the
    eigenphases of U relative to the product are, up to a common one, at most
    ``r = 2 arcsin(error)``, so that U lies in a ball of radius r of the unpenalised metric.  Its Ricci
    curvature is at least 0, and by Bishop the ball has at most the volume of a Euclidean one.

    Examples
    --------
    >>> log_share_of_circuits(2, 8, 0.1)  # no bound
    0.0
    >>> round(log_share_of_circuits(3, 0, 0.1))  # the identity alone
    -117
    """
    metric = PauliMetric(n_qubits, nielsen(1.0))
    ball = log_ball(2 * math.asin(error), metric.dim, 0.0) - log_volume(metric)
    pairs = n_qubits * (n_qubits - 1) / 2
    kinds = math.log(pairs) + GATE_PARAMETERS * math.log1p(2 * math.pi * gates / error)
    return min(0.0, gates * kinds + ball)


def neighbour_rotations(rotation: Matrix) -> int:
    """Count the rotations of neighbours that make a matrix of SO(d), at most ``d (d - 1) / 2``.

    Column by column, each entry below the diagonal is turned to zero against the row above; what is
    left is upper triangular and orthogonal with a positive diagonal, so it is the identity.

    Raises
    ------
    ArithmeticError
        If it is not: the matrix was no rotation.

    Examples
    --------
    >>> neighbour_rotations(np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]]))
    1
    """
    rest, count = np.array(rotation, dtype=float), 0
    size = len(rest)
    for column in range(size - 1):
        for row in range(size - 1, column, -1):
            above, below = rest[row - 1, column], rest[row, column]
            if below == 0.0 and (above > 0.0 or row > column + 1):
                continue
            angle = math.atan2(below, above)
            c, s = math.cos(angle), math.sin(angle)
            rest[row - 1 : row + 1] = np.array([[c, s], [-s, c]]) @ rest[row - 1 : row + 1]
            count += 1
    defect = float(np.abs(rest - np.eye(size)).max())
    if defect > ROUNDING:
        raise ArithmeticError(f"Rotations of neighbours leave {defect:.3g}: no matrix of SO(d).")
    return count
