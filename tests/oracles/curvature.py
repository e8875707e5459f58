"""Curvature by brute force: dense matrices, Milnor's connection, finite differences.

Everything is slow and literal, and nothing here comes from the package under test.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Matrices = NDArray[np.complex128]

LETTERS = {
    "I": np.eye(2),
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}


def pauli_labels(n: int) -> list[str]:
    """Labels in the order I < X < Y < Z, the identity left out."""
    return ["".join(letters) for letters in itertools.product("IXYZ", repeat=n)][1:]


def pauli_matrix(label: str) -> Matrices:
    """Dense Pauli string by Kronecker products."""
    matrix = np.eye(1, dtype=np.complex128)
    for letter in label:
        matrix = np.kron(matrix, LETTERS[letter])
    return matrix


def pauli_basis(n: int) -> Matrices:
    """``-i P`` for every string, (4^n - 1, N, N)."""
    return np.array([-1j * pauli_matrix(label) for label in pauli_labels(n)])


def pauli_weights(n: int) -> Floats:
    """Number of letters that are not I."""
    return np.array([n - label.count("I") for label in pauli_labels(n)])


def so_basis(d: int) -> Matrices:
    """``E_ij - E_ji`` for i < j."""
    basis = np.zeros((d * (d - 1) // 2, d, d), dtype=np.complex128)
    for a, (i, j) in enumerate(itertools.combinations(range(d), 2)):
        basis[a, i, j], basis[a, j, i] = 1, -1
    return basis


def entry_basis(rows: int, columns: int, size: int) -> Matrices:
    """``E_ij`` for i < rows, j < columns: gl(d) or aff(d)."""
    basis = np.zeros((rows * columns, size, size), dtype=np.complex128)
    for a, (i, j) in enumerate(itertools.product(range(rows), range(columns))):
        basis[a, i, j] = 1
    return basis


def circulant_basis(sites: int, channels: int) -> Matrices:
    """``E_ab (x) S^k`` with S the cyclic shift, k slowest."""
    shift = np.roll(np.eye(sites), 1, axis=0)
    return np.array(
        [
            np.kron(unit, np.linalg.matrix_power(shift, k))
            for k in range(sites)
            for unit in entry_basis(channels, channels, channels)
        ]
    )


def structure_constants(basis: Matrices) -> Floats:
    """``c[a, b, k]`` of a basis that is orthogonal in ``Re tr(A^dagger B)``."""
    norms = np.einsum("kij,kij->k", basis.conj(), basis).real
    products = np.einsum("aij,bjl->abil", basis, basis, optimize=True)
    brackets = products - products.swapaxes(0, 1)
    return np.einsum("kil,abil->abk", basis.conj(), brackets, optimize=True).real / norms


def orthonormal_constants(constants: Floats, inertia: Floats) -> Floats:
    """Structure constants of the frame ``e_a / sqrt(I_a)``."""
    scale = np.sqrt(inertia)
    return constants * scale / (scale[:, None] * scale[:, None, None])


def connection(c: Floats) -> Floats:
    """Milnor 1976, section 5: ``<nabla_i e_j, e_k> = (c_ijk - c_jki + c_kij) / 2``, orthonormal."""
    return (c - c.transpose(2, 0, 1) + c.transpose(1, 2, 0)) / 2


def sectional(constants: Floats, inertia: Floats, x: Floats, y: Floats) -> float:
    """``<R(x, y) y, x>`` over the area, from the connection matrices of one plane."""
    c = orthonormal_constants(constants, inertia)
    u, v = x * np.sqrt(inertia), y * np.sqrt(inertia)
    gamma = connection(c)
    along_u, along_v = np.tensordot(u, gamma, 1), np.tensordot(v, gamma, 1)
    along_bracket = np.tensordot(np.einsum("a,b,abk->k", u, v, c), gamma, 1)
    curved = v @ along_v @ along_u - v @ along_u @ along_v - v @ along_bracket
    return float(curved @ u / (u @ u * (v @ v) - (u @ v) ** 2))


def ricci(constants: Floats, inertia: Floats) -> Floats:
    """Ricci tensor in the orthonormal frame, the literal trace ``sum_i <R(e_i, e_j) e_k, e_i>``."""
    c = orthonormal_constants(constants, inertia)
    gamma = connection(c)
    trace = np.einsum("imi->m", gamma)
    return (
        np.einsum("jkm,m->jk", gamma, trace)
        - np.einsum("ikm,jmi->jk", gamma, gamma, optimize=True)
        - np.einsum("ijm,mki->jk", c, gamma, optimize=True)
    )


def geodesic_deviation(basis: Matrices, inertia: Floats, x: Floats, y: Floats) -> float:
    """K of orthonormal x, y from ``|J|^2 = t^2 - K t^4 / 3`` along geodesics of a Pauli metric.

    J is the central difference over initial velocities ``x +- h y``.  The mean over t and -t
    removes the odd orders, two Richardson steps the next even ones.
    """

    def estimate(time: float) -> float:
        spreads = [_deviation(basis, inertia, x, y, sign * time) for sign in (1, -1)]
        return float(np.mean([3 * (time**2 - spread) / time**4 for spread in spreads]))

    coarse, middle, fine = (estimate(time) for time in (0.2, 0.1, 0.05))
    return (coarse - 20 * middle + 64 * fine) / 45


def _deviation(basis: Matrices, inertia: Floats, x: Floats, y: Floats, time: float) -> float:
    step = 1e-4
    ends = [_endpoint(basis, inertia, x + sign * step * y, time) for sign in (1, -1)]
    centre = _endpoint(basis, inertia, x, time)
    jacobi = _coordinates(basis, (ends[0] - ends[1]) / (2 * step) @ centre.conj().T)
    return float(np.sum(inertia * jacobi**2))


def _coordinates(basis: Matrices, matrix: Matrices) -> Floats:
    return np.einsum("kij,ij->k", basis.conj(), matrix).real / len(matrix)


def _endpoint(basis: Matrices, inertia: Floats, velocity: Floats, time: float) -> Matrices:
    """RK4 of ``dU/dt = u U`` with conserved momentum ``u = I^-1 (U m U^dagger)``."""
    momentum = np.tensordot(inertia * velocity, basis, 1)

    def slope(group: Matrices) -> Matrices:
        moved = _coordinates(basis, group @ momentum @ group.conj().T)
        return np.asarray(np.tensordot(moved / inertia, basis, 1) @ group)

    steps, group = 40, np.eye(basis.shape[1], dtype=np.complex128)
    h = time / steps
    for _ in range(steps):
        k1 = slope(group)
        k2 = slope(group + h / 2 * k1)
        k3 = slope(group + h / 2 * k2)
        k4 = slope(group + h * k3)
        group = group + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
    return group


def majoranas(n: int) -> Matrices:
    """Jordan-Wigner ``gamma_2k = Z..Z X I..I`` and ``gamma_2k+1 = Z..Z Y I..I``, (2n, N, N)."""
    return np.array(
        [pauli_matrix("Z" * k + letter + "I" * (n - k - 1)) for k in range(n) for letter in "XY"]
    )


def spin_image(antisymmetric: Floats) -> Matrices:
    """The matrix in su(2^n) of A in so(2n): ``1/4 sum_ab A_ab gamma_a gamma_b``."""
    gammas = majoranas(len(antisymmetric) // 2)
    return np.einsum("ab,aij,bjk->ik", antisymmetric, gammas, gammas, optimize=True) / 4


def cliff_scalar(n: int, q: float) -> float:
    """Scalar curvature of the 2-local cliff by counting triples (QUANTUM_GEOMETRY.md 2.8)."""
    ppp = n + 9 * n * (n - 1)
    ppq = 27 * n * (n - 1) * (n - 2)
    pqq = (3 * n + 9 * n * (n - 1) // 2) * 4 ** (n - 1) - 3 * ppp - 2 * ppq
    qqq = (4**n - 1) * 4**n // 12 - ppp - ppq - pqq
    return 2 * (3 * ppp + (4 - q) * ppq + (4 * q - 1) / q**2 * pqq + 3 / q * qqq)


def exact_ricci(n: int, weight: int, cost: Callable[[int], Fraction]) -> Fraction:
    """Exact Ricci of a string of a weight: K(s, t) times the number of partners, term by term."""
    total, q_s = Fraction(0), cost(weight)
    for d in range(1, weight + 1, 2):
        for s in range(weight - d + 1):
            for j in range(n - weight + 1):
                q_t, q_r = cost(s + d + j), cost(weight - s + j)
                curvature = (q_s - q_t) ** 2 + 2 * q_r * (q_s + q_t) - 3 * q_r**2
                ways = math.comb(weight, d) * math.comb(weight - d, s) * 2**d
                ways *= math.comb(n - weight, j) * 3**j
                total += ways * curvature / (q_s * q_t * q_r)
    return total
