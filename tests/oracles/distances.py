"""Exact distances in closed form, and the unpenalised distance by brute force."""

from __future__ import annotations

import itertools

import numpy as np

SQRT = np.sqrt


# Norm of the canonical (KAK) parameters: the distance with free local gates and weight 2 at cost 1
# (QUANTUM_GEOMETRY.md 3.2).
KAK_NORMS = {
    "cnot": np.pi / 4,
    "cz": np.pi / 4,
    "swap": SQRT(3) * np.pi / 4,
    "iswap": SQRT(2) * np.pi / 4,
    "sqrtswap": SQRT(3) * np.pi / 8,
    "b": SQRT(5) * np.pi / 8,
    "qft": 3 * np.pi / 8,
}


# Shortest geodesics known on Nielsen's cliff with three qubits, six digits; none is proved minimal.
# Toffoli up to q = 64 is QUANTUM_GEOMETRY.md 3.3, the rest was found by this package and by an
# independent heavy search.
CLIFF_COSTS = [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0]
CLIFF = {
    "toffoli": [1.110721, 1.241824, 1.469345, 1.699681, 1.796807, 1.841257, 1.862572, 1.873015],
    "fredkin": [1.241824, 1.569915, 1.877096, 2.079698, 2.184488, 2.232880, 2.256182, 2.267622],
    "qft": [1.774423, 1.943575, 1.962988, 1.976087, 1.984173, 1.988692, 1.991079, 1.992305],
}


def berger(theta: float, q: float) -> float:
    """SU(2) with costs (1, 1, q), q >= 1, modulo phase: distance to ``exp(-i theta Z)``.

    QUANTUM_GEOMETRY.md 3.1, for ``0 <= theta <= pi``; the two lifts are theta and ``pi - theta``.
    """

    def lifted(angle: float) -> float:
        if angle <= np.pi / q:
            return float(SQRT(q) * angle)
        return float(SQRT(np.pi**2 - q * (np.pi - angle) ** 2 / (q - 1)))

    return min(lifted(theta), lifted(np.pi - theta))


def two_qubits(gate: str, q: float) -> float:
    """Weight 1 at cost 1, weight 2 at cost q >= 1 (QUANTUM_GEOMETRY.md 3.2)."""
    energy = {"cnot": 2 + q, "cz": 2 + q, "swap": 3 * q, "iswap": 2 * q}[gate]
    return float(np.pi / 4 * SQRT(energy))


def unpenalised(unitary: np.ndarray) -> float:
    """All costs 1, modulo phase: ``d^2 = min_k var(theta + 2 pi k)`` over every k in {-1, 0, 1}^N."""
    phases = np.angle(np.linalg.eigvals(unitary))
    shifts = 2 * np.pi * np.array(list(itertools.product((-1, 0, 1), repeat=len(phases))))
    return float(np.sqrt(np.var(phases + shifts, axis=1).min()))


def rotation(matrix: np.ndarray) -> float:
    """SO(d) with ``|A|^2 = tr(A^T A) / d``: the angles of the eigenvalues, each twice."""
    return float(np.sqrt(np.mean(np.angle(np.linalg.eigvals(matrix)) ** 2)))


def cartan(unitary: np.ndarray) -> float:
    """Half of the least ``dist_SU(1, M)``, ``M = V Y V^T Y``, over every lift V and every shift.

    All det-1 lifts V, and all shifts of the phases by -1, 0, 1 turns that leave their sum 0.
    """
    size = len(unitary)
    n_qubits = size.bit_length() - 1
    flip = np.eye(1)
    for _ in range(n_qubits):
        flip = np.kron(flip, np.array([[0, -1j], [1j, 0]]))
    shifts = np.array(list(itertools.product((-1, 0, 1), repeat=size)))
    root = unitary / np.exp(1j * np.angle(np.linalg.det(unitary)) / size)
    best = np.inf
    for k in range(size):
        lift = np.exp(2j * np.pi * k / size) * root
        phases = np.angle(np.linalg.eigvals(lift @ flip @ lift.T @ flip))
        closed = shifts[shifts.sum(axis=1) == -round(phases.sum() / (2 * np.pi))]
        energies = ((phases + 2 * np.pi * closed) ** 2).mean(axis=1)
        best = min(best, float(SQRT(energies.min(initial=np.inf))))
    return best / 2


def straight_line(unitary: np.ndarray, costs: dict[str, float], turns: int) -> float:
    """Shortest logarithm by brute force: every shift of the eigenphases by up to `turns`."""
    values, vectors = np.linalg.eig(unitary)
    size = len(values)
    letters = {
        "I": np.eye(2),
        "X": np.array([[0, 1], [1, 0]]),
        "Y": np.array([[0, -1j], [1j, 0]]),
        "Z": np.diag([1, -1]),
    }
    best = np.inf
    for shift in itertools.product(range(-turns, turns + 1), repeat=size):
        lifted = np.angle(values) + 2 * np.pi * np.array(shift)
        generator = (vectors * lifted) @ vectors.conj().T
        energy = 0.0
        for label, cost in costs.items():
            string = np.eye(1)
            for letter in label:
                string = np.kron(string, letters[letter])
            energy += cost * (np.trace(string @ generator).real / size) ** 2
        best = min(best, float(SQRT(energy)))
    return best
