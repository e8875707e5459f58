"""The algebraic normal form of maps on bits: output bits as polynomials over GF(2)."""

from __future__ import annotations

import numpy as np

from qgeom._checks import check_integer
from qgeom._typing import Integer


def normal_form(permutation: Integer) -> Integer:
    """Return the coefficients of the polynomials of all output bits, (n, 2^n), zeros and ones.

    ``y_b = sum_m a_bm prod_{i in m} x_i`` over GF(2), where m runs over sets of bits as masks; the
    Moebius transform ``a_m = sum_{x <= m} y(x)``.

    Examples
    --------
    >>> normal_form(np.array([0, 3, 2, 1])).tolist()  # CNOT: y_0 = x_0, y_1 = x_0 + x_1
    [[0, 1, 0, 0], [0, 1, 1, 0]]
    """
    size = len(permutation)
    bits = check_integer("bits", size.bit_length() - 1, 1)
    values = (permutation >> np.arange(bits)[:, None]) & 1
    for bit in range(bits):
        halves = values.reshape(bits, -1, 2, 1 << bit)
        halves[:, :, 1] ^= halves[:, :, 0]
        values = halves.reshape(bits, size)
    return values


def terms_off_identity(permutation: Integer) -> int:
    """Return how many coefficients differ from those of the identity.

    Examples
    --------
    >>> terms_off_identity(np.array([0, 3, 2, 1]))
    1
    """
    identity = normal_form(np.arange(len(permutation)))
    return int((normal_form(permutation) != identity).sum())
