r"""Gradients of random deep circuits: the barren plateau, by exact parameter shifts.

A circuit of L layers (McClean et al. 2018, section II): Ry(pi/4) on each qubit, then in each layer a
rotation ``exp(-i theta P / 2)`` of each qubit about a random axis P in {X, Y, Z} by a random angle,
and controlled phases between neighbours.  The cost is ``<Z_0 Z_1>``, the derivative that in the first
angle,

    d<C>/d theta = ( <C>(theta + pi/2) - <C>(theta - pi/2) ) / 2 .
"""

from __future__ import annotations

import numpy as np

from qgeom._typing import Complex, Real

PAULIS = np.array([[[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]]])
START = np.pi / 4


def first_gradients(n_qubits: int, layers: int, count: int, rng: np.random.Generator) -> Real:
    """Return the derivative of ``<Z_0 Z_1>`` in the first angle, for `count` random circuits (count,).

    Examples
    --------
    >>> first_gradients(2, 3, 5, np.random.default_rng(0)).shape
    (5,)
    """
    axes = rng.integers(3, size=(count, layers, n_qubits))
    angles = rng.uniform(0.0, 2 * np.pi, size=(count, layers, n_qubits))
    shift = np.zeros(angles.shape)
    shift[:, 0, 0] = np.pi / 2
    return 0.5 * (correlation(axes, angles + shift) - correlation(axes, angles - shift))


def correlation(axes: np.ndarray, angles: Real) -> Real:
    """Return ``<Z_0 Z_1>`` after the circuits of the given axes and angles (count, layers, n)."""
    count, layers, n_qubits = angles.shape
    state = np.zeros((count, 2**n_qubits), dtype=np.complex128)
    state[:, 0] = 1.0
    state = state.reshape(count, *[2] * n_qubits)
    start = rotations(np.ones((count, n_qubits), dtype=int), np.full((count, n_qubits), START))
    state = _turn(state, start)
    phases = _neighbour_phases(n_qubits)
    for layer in range(layers):
        state = phases * _turn(state, rotations(axes[:, layer], angles[:, layer]))
    signs = np.array([[1, -1], [-1, 1]]).reshape(2, 2, *[1] * (n_qubits - 2))
    return np.sum(signs * np.abs(state) ** 2, axis=tuple(range(1, n_qubits + 1)))


def rotations(axes: np.ndarray, angles: Real) -> Complex:
    """Return ``cos(theta/2) - i sin(theta/2) P`` for each entry, (..., 2, 2)."""
    half = angles[..., None, None] / 2
    return np.cos(half) * np.eye(2) - 1j * np.sin(half) * PAULIS[axes]


def _turn(state: Complex, gates: Complex) -> Complex:
    """Apply a gate to each qubit; gates (count, n, 2, 2)."""
    for qubit in range(gates.shape[1]):
        moved = np.moveaxis(state, qubit + 1, 1)
        turned = gates[:, qubit] @ moved.reshape(len(state), 2, -1)
        state = np.moveaxis(turned.reshape(moved.shape), 1, qubit + 1)
    return state


def _neighbour_phases(n_qubits: int) -> Real:
    """Return the diagonal of all controlled phases between neighbours, shape (2, ..., 2)."""
    bits = np.indices([2] * n_qubits)
    return np.where((bits[:-1] * bits[1:]).sum(axis=0) % 2, -1.0, 1.0)
