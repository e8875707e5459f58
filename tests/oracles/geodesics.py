"""Slow, independent routes to geodesics on SU(2^n) and GL(d).  May not import qgeom."""

from __future__ import annotations

import itertools

import numpy as np
import scipy.integrate
import scipy.linalg

LETTERS = {
    "I": np.eye(2),
    "X": np.array([[0, 1], [1, 0]]),
    "Y": np.array([[0, -1j], [1j, 0]]),
    "Z": np.diag([1, -1]),
}


def dense_paulis(n_qubits: int) -> tuple[list[str], np.ndarray]:
    """Labels in alphabetical order without the identity, and their matrices."""
    labels = ["".join(word) for word in itertools.product("IXYZ", repeat=n_qubits)][1:]
    matrices = []
    for label in labels:
        matrix = np.eye(1, dtype=complex)
        for letter in label:
            matrix = np.kron(matrix, LETTERS[letter])
        matrices.append(matrix)
    return labels, np.array(matrices)


def weights(n_qubits: int) -> np.ndarray:
    return np.array([n_qubits - label.count("I") for label in dense_paulis(n_qubits)[0]])


def euler_arnold_endpoint(n_qubits: int, costs: np.ndarray, velocity: np.ndarray) -> np.ndarray:
    """U(1) by DOP853 on the pair (H, U): ``dH/dt = i F([G(H), H])``, ``dU/dt = -i H U``."""
    _, paulis = dense_paulis(n_qubits)
    size = 2**n_qubits

    def coefficients(matrix: np.ndarray) -> np.ndarray:
        return np.einsum("aij,ji->a", paulis, matrix).real / size

    def rate(_t: float, y: np.ndarray) -> np.ndarray:
        h, u = y[: size * size].reshape(size, size), y[size * size :].reshape(size, size)
        momentum = np.tensordot(costs * coefficients(h), paulis, 1)
        change = coefficients(1j * (momentum @ h - h @ momentum)) / costs
        return np.concatenate([np.tensordot(change, paulis, 1).ravel(), (-1j * h @ u).ravel()])

    start = np.concatenate(
        [np.tensordot(velocity, paulis, 1).ravel(), np.eye(size, dtype=complex).ravel()]
    )
    solution = scipy.integrate.solve_ivp(rate, (0, 1), start, "DOP853", rtol=1e-12, atol=1e-12)
    return solution.y[size * size :, -1].reshape(size, size)


def two_qubit_weight_geodesic(q: float, velocity: np.ndarray) -> np.ndarray:
    """Weight 1 costs 1, weight 2 costs q: ``exp(-i(1-1/q)S) exp(-i(S/q+T))``, T the weight-2 part."""
    _, paulis = dense_paulis(2)
    h = velocity[:, None, None] * paulis
    s, t = h[weights(2) == 1].sum(0), q * h[weights(2) == 2].sum(0)
    # In momenta: L = S + q T; U = exp(-i (1 - 1/q) S) exp(-i L / q).
    return scipy.linalg.expm(-1j * (1 - 1 / q) * s) @ scipy.linalg.expm(-1j * (s + t) / q)


def three_qubit_cliff_geodesic(q: float, velocity: np.ndarray) -> np.ndarray:
    """``exp(-i(1-1/q)S) exp(-i(1-q)(Q+S/q)) exp(-i(S+T+qQ))`` (QUANTUM_GEOMETRY.md 2.14)."""
    _, paulis = dense_paulis(3)
    h = velocity[:, None, None] * paulis
    s, t, hard = (h[weights(3) == w].sum(0) for w in (1, 2, 3))
    return (
        scipy.linalg.expm(-1j * (1 - 1 / q) * s)
        @ scipy.linalg.expm(-1j * (1 - q) * (hard + s / q))
        @ scipy.linalg.expm(-1j * (s + t + q * hard))
    )


def reductive_geodesic(
    n_qubits: int, inside: np.ndarray, q: float, velocity: np.ndarray
) -> np.ndarray:
    """Cost q on a subalgebra k, 1 beside it: ``exp(-i(1-q)K) exp(-i(P+qK))`` (MATH.md section 3)."""
    _, paulis = dense_paulis(n_qubits)
    h = velocity[:, None, None] * paulis
    k, p = h[inside].sum(0), h[~inside].sum(0)
    return scipy.linalg.expm(-1j * (1 - q) * k) @ scipy.linalg.expm(-1j * (p + q * k))


def frobenius_geodesic(x: np.ndarray) -> np.ndarray:
    """GL+(d), all weights one: ``exp(X - X^T) exp(X^T)`` (MATH.md section 3)."""
    return scipy.linalg.expm(x - x.T) @ scipy.linalg.expm(x.T)


def berger_distance(theta: float, q: float) -> float:
    """Distance to ``exp(-i theta Z)`` in PSU(2), costs (1, 1, q), q >= 1 (QUANTUM_GEOMETRY.md 3.1)."""

    def lifted(angle: float) -> float:
        if angle <= np.pi / q:
            return float(np.sqrt(q) * angle)
        return float(np.sqrt(np.pi**2 - q * (np.pi - angle) ** 2 / (q - 1)))

    return min(lifted(theta % np.pi), lifted(np.pi - theta % np.pi))


def unpenalised_distance(unitary: np.ndarray, reach: int = 1) -> float:
    """Bi-invariant distance in PSU(N) by trying every shift of the eigenphases by 2 pi."""
    phases = np.angle(np.linalg.eigvals(unitary))
    shifts = itertools.product(range(-reach, reach + 1), repeat=len(phases))
    return min(float(np.std(phases + 2 * np.pi * np.array(shift))) for shift in shifts)
