"""Exact distances in closed form, and the unpenalised distance by brute force."""

from __future__ import annotations

import itertools

import numpy as np

SQRT = np.sqrt


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
