r"""Pauli strings on n qubits, and the fast transform between matrices and coefficients.

A string is the pair of bit masks (x, z): ``P = i^|x & z| X^x Z^z`` (so Y = i X Z).  Strings are
ordered as base-4 numbers of their label with I < X < Y < Z, the identity (number 0) left out, so
that string ``s`` has index ``s - 1`` and ``dim = 4^n - 1``.  The leftmost letter of a label belongs
to the highest qubit, as in Qiskit.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._linalg import as_complex, as_real, fwht, like, zeros_like
from qgeom._typing import Array, Integer, Real

LETTERS = "IXYZ"
MAX_QUBITS = 12


@dataclass(frozen=True)
class PauliStrings:
    """All ``4^n - 1`` strings of n qubits as arrays (row = string, in label order)."""

    n_qubits: int
    x: Integer  # (dim,) bit masks
    z: Integer  # (dim,)
    weight: Integer  # (dim,) number of letters that are not I
    gather: Integer  # (4^n,) flat matrix entries H[j, j ^ x], ordered by (j, x)
    scatter: Integer  # (4^n,) inverse permutation of gather
    place: Integer  # (dim,) where Re(i^|x & z| t) stands in the real view of traces t[z, x]
    sign: Real  # (dim,) and its sign

    @property
    def dim(self) -> int:
        """Number of strings, ``4^n - 1``."""
        return len(self.x)

    def index_of(self, x: Integer, z: Integer) -> Integer:
        """Row of the strings with given masks; -1 for the identity."""
        return self._rows[(np.asarray(x) << self.n_qubits) + z]

    @functools.cached_property
    def _rows(self) -> Integer:
        rows = np.full(self.dim + 1, -1)
        rows[(self.x << self.n_qubits) + self.z] = np.arange(self.dim)
        return rows

    @functools.cached_property
    def labels(self) -> tuple[str, ...]:
        """Labels such as "XIZ", leftmost letter on the highest qubit."""
        return tuple(pauli_label(s, self.n_qubits) for s in range(1, self.dim + 1))


@functools.cache
def pauli_strings(n_qubits: int) -> PauliStrings:
    """Return the strings of n qubits (cached).

    Raises
    ------
    ValueError
        Unless ``1 <= n_qubits <= 12``.

    Examples
    --------
    >>> pauli_strings(1).labels, pauli_strings(2).dim
    (('X', 'Y', 'Z'), 15)
    """
    n_qubits = check_integer("n_qubits", n_qubits, 1, MAX_QUBITS)
    size = 1 << n_qubits
    number = np.arange(1, size * size)
    x = np.zeros_like(number)
    z = np.zeros_like(number)
    for qubit in range(n_qubits):
        digit = (number >> (2 * qubit)) & 3  # 0 I, 1 X, 2 Y, 3 Z
        x |= (((digit == 1) | (digit == 2)).astype(np.int64)) << qubit
        z |= ((digit >= 2).astype(np.int64)) << qubit
    row, mask = np.divmod(np.arange(size * size), size)
    gather = row * size + (row ^ mask)
    scatter = np.empty_like(gather)
    scatter[gather] = np.arange(size * size)
    ys = np.bitwise_count(x & z).astype(np.int64)
    # Re(i^k (a + ib)) is a, -b, -a, b for k = 0, 1, 2, 3.
    place = 2 * (z * size + x) + ys % 2
    sign = np.array([1.0, -1.0, -1.0, 1.0])[ys % 4]
    weight = np.bitwise_count(x | z).astype(np.int64)
    return PauliStrings(n_qubits, x, z, weight, gather, scatter, place, sign)


def pauli_label(number: int, n_qubits: int) -> str:
    """Label of the string with base-4 number `number` (index + 1).

    Examples
    --------
    >>> pauli_label(6, 2)
    'XY'
    """
    return "".join(LETTERS[(number >> (2 * qubit)) & 3] for qubit in reversed(range(n_qubits)))


def pauli_index(label: str) -> int:
    """Index (row) of a label among the strings of its length.

    Raises
    ------
    ValueError
        If a letter is not one of I, X, Y, Z, or the label is the identity.

    Examples
    --------
    >>> pauli_index("X"), pauli_index("ZZ")
    (0, 14)
    """
    if not label or any(letter not in LETTERS for letter in label):
        raise fail("label", "consist of the letters I, X, Y, Z", f"is {label!r}")
    number = functools.reduce(lambda total, letter: 4 * total + LETTERS.index(letter), label, 0)
    if number == 0:
        raise fail("label", "not be the identity", f"is {label!r}")
    return number - 1


def pauli_product(
    x1: Integer, z1: Integer, x2: Integer, z2: Integer
) -> tuple[Integer, Integer, Integer]:
    """Product of strings in symplectic form: ``P1 P2 = i^k P3``.

    Parameters
    ----------
    x1, z1, x2, z2
        Bit masks; the arrays broadcast.

    Returns
    -------
    x3, z3, k
        Masks of the product and the power of i (0..3).

    Examples
    --------
    >>> x, z, k = pauli_product(1, 0, 1, 1)  # X Y = i Z
    >>> int(x), int(z), int(k)
    (0, 1, 1)
    """
    x3, z3 = np.bitwise_xor(x1, x2), np.bitwise_xor(z1, z2)
    count = np.bitwise_count
    # i^|x1 z1| i^|x2 z2| X^x1 Z^z1 X^x2 Z^z2 : passing Z^z1 over X^x2 gives (-1)^|z1 x2|.
    power = (
        count(x1 & z1).astype(np.int64)
        + count(x2 & z2)
        + 2 * count(z1 & x2).astype(np.int64)
        - count(x3 & z3)
    )
    return x3, z3, np.mod(power, 4)


def pauli_anticommute(x1: Integer, z1: Integer, x2: Integer, z2: Integer) -> Integer:
    """Symplectic form |x1 & z2| + |z1 & x2| mod 2: 1 where the strings anticommute, else 0.

    Examples
    --------
    >>> int(pauli_anticommute(1, 0, 0, 1)), int(pauli_anticommute(1, 0, 1, 0))
    (1, 0)
    """
    return (np.bitwise_count(x1 & z2) + np.bitwise_count(z1 & x2)).astype(np.int64) % 2


def pauli_coefficients(matrix: Array) -> Array:
    """Coefficients ``h_s = tr(s H) / N`` of Hermitian matrices, identity left out.

    With ``t[z, x] = sum_j (-1)^(z.j) H[j, j ^ x]`` (one gather, one butterfly, O(n 4^n) a matrix),
    ``N h_s = i^|x & z| t[z, x]``.  No 16^n array is made.

    Parameters
    ----------
    matrix
        Hermitian, (..., 2^n, 2^n) complex, numpy or torch.  Only ``Re h_s`` is kept.

    Returns
    -------
    (..., 4^n - 1), real, in label order.

    Examples
    --------
    >>> pauli_coefficients(np.array([[1.0, 2 - 3j], [2 + 3j, -1.0]]))
    array([2., 3., 1.])
    """
    size = matrix.shape[-1]
    lead = matrix.shape[:-2]
    strings = pauli_strings(size.bit_length() - 1)
    rows = matrix.reshape(*lead, size * size)[..., like(strings.gather, matrix)]
    traces = fwht(as_real(rows).reshape(*lead, size, 2 * size)).reshape(*lead, 2 * size * size)
    return traces[..., like(strings.place, matrix)] * like(strings.sign / size, traces)


def pauli_matrix(coefficients: Array) -> Array:
    """Hermitian matrix ``H = sum_s h_s s`` from coefficients (..., 4^n - 1), numpy or torch.

    Examples
    --------
    >>> pauli_matrix(np.array([2.0, 3.0, 1.0]))
    array([[ 1.+0.j,  2.-3.j],
           [ 2.+3.j, -1.+0.j]])
    """
    dim = coefficients.shape[-1]
    lead = coefficients.shape[:-1]
    n_qubits = (dim + 1).bit_length() // 2
    if dim + 1 != 4**n_qubits:
        raise fail("coefficients", "have 4^n - 1 entries on the last axis", f"have {dim}")
    strings = pauli_strings(n_qubits)
    size = 1 << n_qubits
    traces = zeros_like(coefficients, (*lead, 2 * size * size))
    traces[..., like(strings.place, coefficients)] = coefficients * like(strings.sign, coefficients)
    rows = as_complex(fwht(traces.reshape(*lead, size, 2 * size)).reshape(*lead, size * size, 2))
    return rows[..., like(strings.scatter, coefficients)].reshape(*lead, size, size)


def symplectic_layout(values: Real, n_qubits: int) -> Real:
    """One number a string, (dim,), laid out as `pauli_rescale` wants it: (2^n, 2^(n+1)).

    The identity gets 0, so that rescaling also removes the trace.
    """
    strings = pauli_strings(n_qubits)
    size = 1 << n_qubits
    layout = np.zeros(2 * size * size)
    layout[strings.place - strings.place % 2] = values
    layout[strings.place - strings.place % 2 + 1] = values
    return layout.reshape(size, 2 * size) / size


def pauli_rescale(matrix: Array, layout: Array) -> Array:
    """Multiply each Pauli component: ``H = sum_s h_s s  ->  sum_s c_s h_s s``, without coefficients.

    The phases of the transform cancel, which makes this the cheapest way to apply an inertia to a
    matrix: two butterflies and two gathers.

    Parameters
    ----------
    matrix
        Complex (..., 2^n, 2^n).
    layout
        The factors c, from `symplectic_layout`.

    Examples
    --------
    >>> doubled_y = symplectic_layout(np.array([1.0, 2.0, 1.0]), 1)
    >>> pauli_rescale(np.array([[0, -1j], [1j, 0]]), doubled_y).imag
    array([[ 0., -2.],
           [ 2.,  0.]])
    """
    *lead, size, _ = matrix.shape
    strings = pauli_strings(size.bit_length() - 1)
    rows = matrix.reshape(*lead, size * size)[..., like(strings.gather, matrix)]
    traces = fwht(as_real(rows).reshape(*lead, size, 2 * size)) * like(layout, matrix)
    back = as_complex(fwht(traces).reshape(*lead, size * size, 2))
    return back[..., like(strings.scatter, matrix)].reshape(*lead, size, size)
