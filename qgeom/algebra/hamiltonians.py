r"""Named model Hamiltonians as Pauli coefficients with ``|H|^2 = tr(H^2) / 2^n = 1``.

Strings of weight one and two carry the spin chains, products of Majorana operators the models of
fermions: by Jordan-Wigner ``gamma_{2j} = X_j Z_{j-1} ... Z_0``, ``gamma_{2j+1} = Y_j Z_{j-1} ... Z_0``.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from qgeom._checks import check_finite_number, check_integer, fail
from qgeom._typing import Integer, Vector
from qgeom.algebra.paulis import pauli_product, pauli_strings

MAX_QUBITS = 10
# The chaotic chain of Kim and Huse, PRL 111, 127205 (2013): fields far from all integrable points.
KIM_HUSE_FIELD = (math.sqrt(5.0) + 5.0) / 8.0
KIM_HUSE_LONGITUDINAL = (math.sqrt(5.0) + 1.0) / 4.0


def transverse_ising(n_qubits: int, field: float = 1.0) -> Vector:
    r"""Integrable chain ``H ~ -sum_j Z_j Z_{j+1} - g sum_j X_j`` with open ends, critical at g = 1.

    Free fermions under Jordan-Wigner: the spectrum is a sum of single-particle energies.

    Raises
    ------
    ValueError
        Unless `n_qubits` is 2..10 and `field` a finite number.

    Examples
    --------
    >>> h = transverse_ising(2)  # -(ZZ + IX + XI) / sqrt(3)
    >>> h[np.flatnonzero(h)] * np.sqrt(3)
    array([-1., -1., -1.])
    """
    return _ising(n_qubits, check_finite_number("field", field), 0.0)


def chaotic_ising(
    n_qubits: int, field: float = KIM_HUSE_FIELD, longitudinal: float = KIM_HUSE_LONGITUDINAL
) -> Vector:
    r"""Chaotic chain ``H ~ -sum_j Z_j Z_{j+1} - g sum_j X_j - h sum_j Z_j`` with open ends.

    The longitudinal field breaks integrability; the default fields are those of Kim and Huse,
    PRL 111, 127205 (2013), ``g = (sqrt 5 + 5) / 8`` and ``h = (sqrt 5 + 1) / 4``.

    Raises
    ------
    ValueError
        Unless `n_qubits` is 2..10 and the fields are finite numbers.

    Examples
    --------
    >>> int(np.count_nonzero(chaotic_ising(4)))  # 3 bonds, 4 + 4 fields
    11
    """
    field = check_finite_number("field", field)
    return _ising(n_qubits, field, check_finite_number("longitudinal", longitudinal))


def syk(n_qubits: int, *, rng: np.random.Generator, body: int = 4) -> Vector:
    r"""Sachdev-Ye-Kitaev model on 2n Majorana operators: ``H ~ i^{k(k-1)/2} sum J_A gamma_A``.

    A runs over the subsets of k = `body` operators in ascending order, with independent Gaussian
    couplings J_A; the power of i makes each term Hermitian.  Two-body terms are free fermions,
    four-body terms the chaotic model whose complexity is studied in arXiv 2101.02209.

    Raises
    ------
    ValueError
        Unless `n_qubits` is 2..10 and `body` an even number from 2 to 2n.

    Examples
    --------
    >>> int(np.count_nonzero(syk(4, rng=np.random.default_rng(0))))  # 8 over 4
    70
    """
    n_qubits = check_integer("n_qubits", n_qubits, 2, MAX_QUBITS)
    body = check_integer("body", body, 2, 2 * n_qubits)
    if body % 2:
        raise fail("body", "be even", f"is {body}")
    subsets = np.array(list(itertools.combinations(range(2 * n_qubits), body)))
    x, z = (masks[subsets] for masks in majorana_masks(n_qubits))
    product_x, product_z = x[:, 0], z[:, 0]
    power = np.full(len(subsets), body * (body - 1) // 2)
    for k in range(1, body):
        product_x, product_z, turns = pauli_product(product_x, product_z, x[:, k], z[:, k])
        power = power + turns
    strings = pauli_strings(n_qubits)
    coefficients = np.zeros(strings.dim)
    # Hermitian products: the power of i is 0 or 2, a sign.
    signs = 1.0 - power % 4
    coefficients[strings.index_of(product_x, product_z)] = signs * rng.normal(size=len(subsets))
    return _normalised(coefficients)


def majorana_masks(n_qubits: int) -> tuple[Integer, Integer]:
    """Bit masks (x, z) of the 2n Majorana operators under Jordan-Wigner, each (2n,).

    Examples
    --------
    >>> x, z = majorana_masks(2)  # IX, IY, XZ, YZ
    >>> strings = pauli_strings(2)
    >>> [strings.labels[row] for row in strings.index_of(x, z)]
    ['IX', 'IY', 'XZ', 'YZ']
    """
    bit = 1 << np.repeat(np.arange(n_qubits), 2)
    below = bit - 1
    is_y = np.arange(2 * n_qubits) % 2
    return bit, below | (bit * is_y)


def _ising(n_qubits: int, field: float, longitudinal: float) -> Vector:
    n_qubits = check_integer("n_qubits", n_qubits, 2, MAX_QUBITS)
    strings = pauli_strings(n_qubits)
    bit = 1 << np.arange(n_qubits)
    coefficients = np.zeros(strings.dim)
    none = np.zeros_like(bit)
    coefficients[strings.index_of(none[1:], bit[1:] | bit[:-1])] = -1.0
    coefficients[strings.index_of(bit, none)] = -field
    coefficients[strings.index_of(none, bit)] = -longitudinal
    return _normalised(coefficients)


def _normalised(coefficients: Vector) -> Vector:
    return coefficients / np.linalg.norm(coefficients)
