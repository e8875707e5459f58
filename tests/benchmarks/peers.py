"""What a newcomer would write with scipy and Qiskit: the peers that benchmarks compare with."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.integrate

from qgeom._linalg import dagger, expm_hermitian
from qgeom.algebra.paulis import pauli_coefficients, pauli_matrix
from qgeom.geodesic.flow import reduced_field
from qgeom.metric.pauli import PauliMetric

Timed = tuple[float, Any]


def best_time(function: Callable[[], Any], repeats: int = 5) -> Timed:
    """Shortest of some runs in seconds (load only adds to it), and the last result."""
    times = []
    for _ in range(repeats):
        begin = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - begin)
    return min(times), result


def hamiltonian_and_unitary(metric: PauliMetric, velocity: np.ndarray, tolerance: float) -> Any:
    """DOP853 on the pair (H, U), one geodesic at a time; returns U(1)."""
    size = metric.size

    def rate(_t: float, y: np.ndarray) -> np.ndarray:
        h, u = y[: size * size].reshape(size, size), y[size * size :].reshape(size, size)
        momentum = pauli_matrix(metric.lower(pauli_coefficients(h)))
        change = pauli_matrix(metric.raise_(pauli_coefficients(1j * (momentum @ h - h @ momentum))))
        return np.concatenate([change.ravel(), (-1j * h @ u).ravel()])

    start = np.concatenate([pauli_matrix(velocity).ravel(), np.eye(size, dtype=complex).ravel()])
    solution = scipy.integrate.solve_ivp(
        rate, (0.0, 1.0), start, "DOP853", rtol=tolerance, atol=tolerance
    )
    return solution.y[size * size :, -1].reshape(size, size)


def commutator_free(metric: PauliMetric, velocity: np.ndarray, steps: int) -> Any:
    """Commutator-free Lie-group scheme of order 4 on U, batched, exponentials by eigh."""
    field = reduced_field(metric, metric.lower(velocity), 0.0)
    u = np.broadcast_to(metric.identity, (len(velocity), metric.size, metric.size)).copy()
    h = 1.0 / steps

    def generator(g: np.ndarray) -> np.ndarray:
        return field(g) @ dagger(g)

    def exp(k: np.ndarray) -> np.ndarray:
        return expm_hermitian(1j * k)

    for _ in range(steps):
        k1 = generator(u)
        half = exp(h / 2 * k1) @ u
        k2 = generator(half)
        k3 = generator(exp(h / 2 * k2) @ u)
        k4 = generator(exp(h * k3 - h / 2 * k1) @ half)
        first = exp(h / 12 * (3 * k1 + 2 * k2 + 2 * k3 - k4)) @ u
        u = exp(h / 12 * (-k1 + 2 * k2 + 2 * k3 + 3 * k4)) @ first
    return u
