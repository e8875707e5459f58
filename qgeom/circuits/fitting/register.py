"""Two-qubit matrices on a register of n qubits, and partial traces: batches of small arrays."""

from __future__ import annotations

import functools

import numpy as np

from qgeom._typing import Complex, Integer


@functools.cache
def _positions(n_qubits: int) -> Integer:
    """Where entry (i, j) of a matrix on a pair stands in the flat one of n: (n, n, 16, 2^(n-2))."""
    size = 1 << n_qubits
    state = np.arange(size)
    out = np.zeros((n_qubits, n_qubits, 16, size // 4), dtype=np.int64)
    i, j = np.divmod(np.arange(16), 4)
    for first in range(n_qubits):
        for second in set(range(n_qubits)) - {first}:
            local = np.array([0, 1 << first, 1 << second, (1 << first) | (1 << second)])
            rest = state[state & local[3] == 0]
            out[first, second] = (local[i][:, None] + rest) * size + local[j][:, None] + rest
    return out


def embed(matrices: Complex, pairs: Integer, n_qubits: int) -> Complex:
    """Matrices (..., 4, 4) on pairs (..., 2) of qubits, as (..., 2^n, 2^n).

    Examples
    --------
    >>> embed(np.diag([0.0, 1, 2, 3]), np.array([2, 0]), 3).diagonal().real
    array([0., 2., 0., 2., 1., 3., 1., 3.])
    """
    places = _positions(n_qubits)[pairs[..., 0], pairs[..., 1]]
    batch, size = pairs.shape[:-1], 1 << n_qubits
    entries = np.broadcast_to(matrices.reshape(*batch, 16, 1), places.shape)
    out = np.zeros((*batch, size * size), dtype=np.complex128)
    np.put_along_axis(out, places.reshape(*batch, -1), entries.reshape(*batch, -1), axis=-1)
    return out.reshape(*batch, size, size)


def partial_trace(matrices: Complex, pairs: Integer) -> Complex:
    """Trace of (..., 2^n, 2^n) over all qubits but a pair (..., 2), as (..., 4, 4).

    Examples
    --------
    >>> partial_trace(np.diag(np.arange(8.0)), np.array([2, 0])).diagonal()
    array([ 2., 10.,  4., 12.])
    """
    size, batch = matrices.shape[-1], pairs.shape[:-1]
    places = _positions(size.bit_length() - 1)[pairs[..., 0], pairs[..., 1]]
    flat = matrices.reshape(*batch, -1)
    entries = np.take_along_axis(flat, places.reshape(*batch, -1), axis=-1)
    return entries.reshape(places.shape).sum(axis=-1).reshape(*batch, 4, 4)
