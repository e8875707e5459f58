"""Two-qubit unitaries up to local gates: the exact Cartan (KAK) decomposition and its coordinates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from qgeom._checks import check_unitary, fail
from qgeom._linalg import dagger, unitarise
from qgeom._typing import Complex, Real

# Bell states psi+, phi+, phi-, psi- as columns, with phases that make local unitaries real.
MAGIC = np.array([[0, 1, 1j, 0], [1j, 0, 0, 1], [1j, 0, 0, -1], [0, 1, -1j, 0]]) / np.sqrt(2)
# Eigenvalues of XX, YY, ZZ (columns) on these four states.
EIGENVALUES: Real = np.array([[1, 1, -1], [1, -1, 1], [-1, 1, 1], [-1, -1, -1]], dtype=np.float64)

# The six pairs of four indices in three rounds of disjoint ones.
ROUNDS = (([0, 2], [1, 3]), ([0, 1], [2, 3]), ([0, 1], [3, 2]))
MAX_SWEEPS = 12  # quadratic convergence: five are typical
OFF_DIAGONAL = 8 * np.finfo(np.float64).eps
# On this face of the chamber (a, b, c) and (a, b, -c) are one class: the sign of c is a convention.
FACE = 1e-14


@dataclass(frozen=True, eq=False)
class Weyl:
    r"""Two-qubit unitaries as ``U = e^{i phase} L exp(i (a XX + b YY + c ZZ)) R``, L and R local.

    Attributes
    ----------
    phase
        Global phase (...).
    left, right
        Unitaries (..., 2, 2, 2): ``L = left[1] (x) left[0]``, index 0 acts on the first qubit (the
        least significant).  `right` acts first in time.
    coordinates
        ``(a, b, c)``, shape (..., 3), with ``pi/4 >= a >= b >= |c|``, and c >= 0 where a = pi/4; all of
        this to rounding.
    """

    phase: Real
    left: Complex
    coordinates: Real
    right: Complex


def kron_factors(matrix: Complex) -> tuple[Complex, Real]:
    """Product ``f[1] (x) f[0]`` of matrices (..., 4, 4), as f (..., 2, 2, 2), and how far it is off.

    The 2 x 2 block of the largest norm is the first factor, and the overlaps of all blocks with it are
    the second.  The defect is the Frobenius norm of the rest over that of the matrix: zero for a
    product, and of the order of the interaction angle for others.

    Examples
    --------
    >>> x, z = np.array([[0, 1], [1, 0]]), np.diag([1, -1])
    >>> factors, defect = kron_factors(np.kron(z, x))
    >>> np.allclose(np.kron(factors[1], factors[0]), np.kron(z, x)), round(float(defect), 15)
    (True, 0.0)
    """
    batch = matrix.shape[:-2]
    blocks = matrix.reshape(*batch, 2, 2, 2, 2).swapaxes(-2, -3).reshape(*batch, 4, 4)
    norms = np.linalg.norm(blocks, axis=-1)
    largest = norms.argmax(axis=-1)[..., None]
    first = np.take_along_axis(blocks, largest[..., None], axis=-2)
    first = first / np.take_along_axis(norms, largest, axis=-1)[..., None]
    second = blocks @ dagger(first)
    rest = np.linalg.norm(blocks - second @ first, axis=(-2, -1))
    # A unitary 2 x 2 matrix has the norm sqrt(2).
    vectors = np.stack([first[..., 0, :] * np.sqrt(2), second[..., 0] / np.sqrt(2)], axis=-2)
    return vectors.reshape(*batch, 2, 2, 2), rest / np.linalg.norm(norms, axis=-1)


def canonical_gate(coordinates: Real) -> Complex:
    """``exp(i (a XX + b YY + c ZZ))`` of coordinates (..., 3), as matrices (..., 4, 4).

    Examples
    --------
    >>> swap = canonical_gate(np.full(3, np.pi / 4)) * np.exp(-0.25j * np.pi)
    >>> swap.real.round(12) + 0.0
    array([[1., 0., 0., 0.],
           [0., 0., 1., 0.],
           [0., 1., 0., 0.],
           [0., 0., 0., 1.]])
    """
    phases = np.exp(1j * coordinates @ EIGENVALUES.T)
    return (MAGIC * phases[..., None, :]) @ dagger(MAGIC)


def _joint_eigenvectors(symmetric: Complex) -> Real:
    """Real orthogonal P (..., N, N) with ``P^T S P`` diagonal, S symmetric and unitary.

    The real and imaginary part of S commute.  A Jacobi rotation takes the angle t that is best for
    both, ``tan 4t = 2 Re(conj(d) o) / (|d|^2 - |o|^2)`` for d = S_pp - S_qq and o = 2 S_pq, so that
    no eigenvalue, however close to another one, needs a threshold.
    """
    vectors = np.broadcast_to(np.eye(4), symmetric.shape).copy()
    off_diagonal = ~np.eye(4, dtype=bool)
    for _ in range(MAX_SWEEPS):
        if np.abs(symmetric[..., off_diagonal]).max() <= OFF_DIAGONAL:
            break
        for p, q in ROUNDS:
            gap = symmetric[..., p, p] - symmetric[..., q, q]
            off = 2.0 * symmetric[..., p, q]
            cross = 2.0 * (gap.conj() * off).real
            angle = 0.25 * np.arctan2(cross, np.abs(gap) ** 2 - np.abs(off) ** 2)
            rotation = np.zeros(symmetric.shape)
            rotation[..., p, p] = rotation[..., q, q] = np.cos(angle)
            rotation[..., q, p] = np.sin(angle)
            rotation[..., p, q] = -rotation[..., q, p]
            symmetric = rotation.swapaxes(-1, -2) @ symmetric @ rotation
            vectors = vectors @ rotation
    return vectors


def _into_chamber(half: Real, negative: Any) -> tuple[Real, Any]:
    """Lift of half phases (..., 4), and the order of the columns, that give chamber coordinates.

    Half phases are points on a circle of length pi, and ``a >= b >= |c|`` says that the lifted ones
    fall.  So only the cut of the circle is free: moving the k smallest up by pi.  k is even or odd
    with the determinant; of the two cuts left, k and k + 2, which exchange a and pi/2 - a, and
    c and -c, one has a <= pi/4.
    """
    order = np.argsort(-half, axis=-1)
    half = np.take_along_axis(half, order, axis=-1)

    def cut(k: Any) -> tuple[Real, Any]:
        index = (np.arange(4) - k[..., None]) % 4
        lifted = np.take_along_axis(half, index, axis=-1)
        return lifted + np.pi * (np.arange(4) < k[..., None]), index

    first, _ = cut(negative.astype(int))
    a, _, c = np.moveaxis(first @ EIGENVALUES / 4.0, -1, 0)
    beyond = (a > np.pi / 4 + FACE) | ((a > np.pi / 4 - FACE) & (c < 0))
    lifted, index = cut(negative + 2 * beyond)
    return lifted, np.take_along_axis(order, index, axis=-1)


def weyl_decomposition(u: Any) -> Weyl:
    r"""Cartan decomposition of unitaries (..., 4, 4), exact to rounding for every interaction angle.

    In the magic basis local unitaries are real, ``V = O_1 D O_2``, so ``V^T V = O_2^T D^2 O_2``: one
    orthogonal matrix diagonalises its real and imaginary part (Makhlin, quant-ph/0002045).

    Parameters
    ----------
    u
        Unitaries (..., 4, 4).  The first qubit is the least significant bit of the row index.

    Raises
    ------
    ValueError
        For matrices that are not 4 x 4 and unitary.

    Examples
    --------
    >>> cx = np.eye(4)[[0, 3, 2, 1]]
    >>> (weyl_decomposition(cx).coordinates / np.pi).round(12) + 0.0
    array([0.25, 0.  , 0.  ])
    """
    matrix, n_qubits = check_unitary("u", u)
    if n_qubits != 2:
        raise fail("u", "have shape (..., 4, 4)", f"has shape {matrix.shape}")
    v = dagger(MAGIC) @ unitarise(matrix) @ MAGIC
    square = v.swapaxes(-1, -2) @ v
    vectors = _joint_eigenvectors(square)
    half = np.angle(np.einsum("...ji,...jk,...ki->...i", vectors, square, vectors)) / 2.0
    # det O_1 det O_2 is a sign, and must be +1 for both to be proper rotations.
    sign = (np.linalg.det(v) * np.exp(-1j * half.sum(axis=-1))).real
    half, order = _into_chamber(half, sign < 0)
    vectors = np.take_along_axis(vectors, order[..., None, :], axis=-1)
    vectors[..., 0] *= np.sign(np.linalg.det(vectors))[..., None]
    outer = (v @ vectors * np.exp(-1j * half)[..., None, :]).real
    return Weyl(
        half.mean(axis=-1),
        kron_factors(MAGIC @ outer @ dagger(MAGIC))[0],
        half @ EIGENVALUES / 4.0,
        kron_factors(MAGIC @ vectors.swapaxes(-1, -2) @ dagger(MAGIC))[0],
    )


def interaction_angle(u: Any) -> Real:
    r"""Least total angle of RZZ gates that make a two-qubit unitary, ``2 (a + b + |c|)``, shape (...).

    RZZ(t) = exp(-i t/2 ZZ) counts |t|, CX pi/2, SWAP 3 pi/2.  Local gates permute the coordinates,
    flip signs in pairs and shift each by multiples of pi/2.  In the chamber every one lies in
    [-pi/4, pi/4], where its modulus is least, so no other image has a smaller sum.  It is the least
    time of an Ising interaction with free local gates (Vidal, Hammerer and Cirac, PRL 88, 237902).

    Raises
    ------
    ValueError
        For matrices that are not 4 x 4 and unitary.

    Examples
    --------
    >>> rzz = np.diag(np.exp([-0.15j, 0.15j, 0.15j, -0.15j]))
    >>> round(float(interaction_angle(rzz)), 12)
    0.3
    """
    return 2.0 * np.abs(weyl_decomposition(u).coordinates).sum(axis=-1)
