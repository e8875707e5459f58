"""Kernels on batches of small matrices.  numpy in, numpy out; torch in, torch out, on the same device."""

from __future__ import annotations

import functools
import sys
from types import ModuleType
from typing import Any

import numpy as np
import scipy.linalg

from qgeom._autograd import exponential
from qgeom._typing import Array, Complex, Matrix, Real

# One Hadamard matmul of this many bits costs less than as many butterfly levels of numpy calls.
RADIX_BITS = 4


def namespace(array: Array) -> ModuleType:
    """Return the module (numpy or torch) that an array belongs to, without ever importing torch."""
    if isinstance(array, np.ndarray):
        return np
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(array, torch.Tensor):
        return torch
    return np


def like(array: Array, reference: Array) -> Array:
    """Return the numpy `array` as an array of the kind and on the device of `reference`."""
    if isinstance(reference, np.ndarray):
        return array
    torch = namespace(reference)
    if torch is np:
        return array
    return torch.as_tensor(array, device=reference.device)


def on_host(array: Array) -> Array:
    """Return a tensor as a numpy array; anything else as it is."""
    if namespace(array) is np:
        return array
    return array.detach().resolve_conj().cpu().numpy()


def zeros_like(reference: Array, shape: tuple[int, ...]) -> Array:
    """Zeros of the kind, precision and device of `reference`."""
    torch = namespace(reference)
    if torch is np:
        return np.zeros(shape, dtype=reference.dtype)
    return torch.zeros(shape, dtype=reference.dtype, device=reference.device)


def as_real(array: Array) -> Array:
    """Complex (..., M) as real (..., M, 2) without a copy where the memory allows."""
    torch = namespace(array)
    if torch is np:
        complex_array = np.ascontiguousarray(array, dtype=np.complex128)
        return complex_array.view(np.float64).reshape(*array.shape, 2)
    return torch.view_as_real(array.resolve_conj())


def as_complex(array: Array) -> Array:
    """Real (..., M, 2) as complex (..., M)."""
    torch = namespace(array)
    if torch is np:
        return np.ascontiguousarray(array).view(np.complex128)[..., 0]
    return torch.view_as_complex(array.contiguous())


def dagger(matrix: Array) -> Array:
    """Conjugate transpose of the last two axes."""
    return matrix.swapaxes(-1, -2).conj()


def commutator(a: Array, b: Array) -> Array:
    """Matrix commutator ``ab - ba`` over the last two axes."""
    return a @ b - b @ a


@functools.cache
def _hadamard(bits: int) -> Real:
    index = np.arange(1 << bits)
    return np.where(np.bitwise_count(index[:, None] & index[None, :]) % 2, -1.0, 1.0)


def fwht(array: Array) -> Array:
    """Walsh-Hadamard transform of axis -2 of a real array, ``out[z] = sum_j (-1)^(z.j) in[j]``.

    The butterfly runs in digits of at most RADIX_BITS bits, so it costs O(n 2^n) for length 2^n;
    transforming the rows rather than the last axis makes each digit one real matrix product.

    Examples
    --------
    >>> fwht(np.array([[1.0], [0.0], [0.0], [2.0]])).T
    array([[ 3., -1., -1.,  3.]])
    """
    *lead, rows, columns = array.shape
    bits = rows.bit_length() - 1
    if bits <= RADIX_BITS:
        return like(_hadamard(bits), array) @ array
    done = 0
    while done < bits:
        step = min(RADIX_BITS, bits - done)
        folded = array.reshape(*lead, -1, 1 << step, columns << done)
        array = like(_hadamard(step), array) @ folded
        done += step
    return array.reshape(*lead, rows, columns)


def expm_hermitian(hermitian: Array) -> Array:
    """``exp(-i H)`` of Hermitian matrices (..., N, N), through ``eigh``: exactly unitary to rounding.

    In torch it has a gradient on degenerate spectra too; a second derivative raises RuntimeError.

    Examples
    --------
    >>> expm_hermitian(np.pi * np.diag([0.0, 1.0])).real.round(12) + 0.0
    array([[ 1.,  0.],
           [ 0., -1.]])
    """
    xp = namespace(hermitian)
    if xp is not np and hermitian.requires_grad:
        return exponential(xp).apply(hermitian)
    values, vectors = xp.linalg.eigh(hermitian)
    return (vectors * xp.exp(-1j * values)[..., None, :]) @ dagger(vectors)


def unitarise(matrix: Complex, sweeps: int = 2) -> Complex:
    """Nearest unitary by Newton-Schulz, ``U <- U (3 - U^dagger U) / 2``: defect e -> O(e^2) a sweep."""
    identity = np.eye(matrix.shape[-1])
    for _ in range(sweeps):
        matrix = 0.5 * matrix @ (3.0 * identity - dagger(matrix) @ matrix)
    return matrix


def unitary_eigen(unitary: Array) -> tuple[Array, Array]:
    """Eigenphases (in [-pi, pi]) and orthonormal eigenvectors of unitary matrices (..., N, N).

    A generic real combination of the Hermitian and anti-Hermitian parts (which commute) is
    diagonalised by `eigh`: eigenvectors stay orthonormal on degenerate spectra, where `eig` fails.
    """
    xp = namespace(unitary)
    real_part = 0.5 * (unitary + dagger(unitary))
    imaginary_part = -0.5j * (unitary - dagger(unitary))
    # An angle without meaning: two phases collide only if they are mirror images in this direction.
    _, vectors = xp.linalg.eigh(np.cos(0.7306) * real_part + np.sin(0.7306) * imaginary_part)
    projected = dagger(vectors) @ unitary @ vectors
    diagonal = xp.einsum("...ii->...i", projected)
    off = projected - diagonal[..., None] * like(np.eye(unitary.shape[-1]), unitary)
    if abs(off).max() > 1e-11:
        vectors = _schur_vectors(unitary)
        diagonal = xp.einsum("...ii->...i", dagger(vectors) @ unitary @ vectors)
    return xp.angle(diagonal), vectors


def _schur_vectors(unitary: Array) -> Array:
    flat = on_host(unitary).reshape(-1, *unitary.shape[-2:]).astype(np.complex128)
    vectors = np.stack([scipy.linalg.schur(one, output="complex")[1] for one in flat])
    return like(vectors.reshape(unitary.shape), unitary)


def log_unitary(unitary: Array) -> Array:
    """Hermitian ``H`` with ``exp(-i H) = U``, eigenvalues in [-pi, pi]: the principal branch.

    At the eigenvalue -1 both ends are logarithms, and rounding picks one.

    Examples
    --------
    >>> log_unitary(np.diag([1.0, 1j])).real
    array([[ 0.        ,  0.        ],
           [ 0.        , -1.57079633]])
    """
    phases, vectors = unitary_eigen(unitary)
    return (vectors * -phases[..., None, :]) @ dagger(vectors)


def rotation_planes(rotation: Real) -> tuple[Real, list[tuple[int, int]], Real]:
    """Angles (in (-pi, pi]), index pairs and basis of the planes that an SO(d) matrix rotates.

    With the returned orthogonal V and (i, j) a pair of angle a, the rotation is the identity on V but
    for ``cos a, -sin a; sin a, cos a`` on the rows and columns i, j.
    """
    schur, vectors = scipy.linalg.schur(rotation, output="real")
    angles: list[float] = []
    planes: list[tuple[int, int]] = []
    flipped: list[int] = []
    i = 0
    while i < len(schur):
        if i + 1 < len(schur) and abs(schur[i + 1, i]) > 1e-12:
            planes.append((i, i + 1))
            angles.append(float(np.arctan2(schur[i + 1, i], schur[i, i])))
            i += 2
            continue
        if schur[i, i] < 0:
            flipped.append(i)
        i += 1
    # Eigenvalues -1 come in pairs in the identity component: half turns.
    for pair in zip(flipped[::2], flipped[1::2], strict=True):
        planes.append(pair)
        angles.append(np.pi)
    return np.array(angles), planes, vectors


def rotation_generator(angles: Real, planes: list[tuple[int, int]], vectors: Real) -> Real:
    """Antisymmetric A with ``exp(A)`` the rotation of `rotation_planes` (any lift of the angles)."""
    block = np.zeros_like(vectors)
    for (i, j), angle in zip(planes, angles, strict=True):
        block[j, i], block[i, j] = angle, -angle
    return vectors @ block @ vectors.T


def log_rotation(rotation: Real) -> Real:
    """Antisymmetric A with ``exp(A)`` = rotation (..., d, d), angles at most pi: the principal branch.

    Examples
    --------
    >>> log_rotation(np.diag([-1.0, -1.0])) / np.pi  # a half turn, where the logarithm is not unique
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    logs = -1j * log_unitary(rotation)
    out = np.ascontiguousarray(logs.real)
    # Half turns have the phase pi twice: the unitary logarithm is then not real.
    for index in np.argwhere(np.abs(logs.imag).max(axis=(-2, -1)) > 1e-9):
        out[tuple(index)] = rotation_generator(*rotation_planes(rotation[tuple(index)]))
    return out


def log_real(matrix: Real) -> tuple[Real, np.ndarray]:
    """Principal real logarithms (..., N, N), and where they exist, (...) bool (zero elsewhere)."""
    values, vectors = np.linalg.eig(matrix)
    exists = ~((np.abs(values.imag) <= 1e-12 * np.abs(values)) & (values.real <= 0)).any(axis=-1)
    out = np.zeros(matrix.shape)
    for index in map(tuple, np.argwhere(exists)):
        if np.linalg.cond(vectors[index]) < 1e4:
            scaled = vectors[index] * np.log(values[index].astype(complex))
            out[index] = np.linalg.solve(vectors[index].T, scaled.T).T.real
        else:
            out[index] = scipy.linalg.logm(matrix[index]).real
    return out, exists


def block_diagonal(a: Any, b: Any) -> Matrix:
    """Block-diagonal matrices (..., Na+Nb, Na+Nb) from batches of equal leading shape."""
    top, bottom = a.shape[-1], b.shape[-1]
    out = np.zeros((*a.shape[:-2], top + bottom, top + bottom), dtype=np.result_type(a, b))
    out[..., :top, :top] = a
    out[..., top:, top:] = b
    return out
