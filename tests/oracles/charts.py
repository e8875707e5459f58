"""Curvature by finite differences of a metric in a chart, and charts of states.  May not import qgeom."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from tests.oracles.geodesics import dense_paulis

# Fourth-order differences of second derivatives: truncation 1e-8 (it falls by 16 when the step is
# halved), rounding 1e-10.
STEP = 2e-3
OFFSETS = np.array([-2, -1, 1, 2])
FIRST = np.array([1, -8, 8, -1]) / 12
SECOND = np.array([-1, 16, 16, -1]) / 12

Metric = Callable[[np.ndarray], np.ndarray]


def sectional(metric: Metric, a: np.ndarray, b: np.ndarray) -> float:
    """Curvature at the origin of the plane of two coordinate vectors.

    ``<R(a, b) b, a> = d_a d_b g(a, b) - d_a^2 g(b, b) / 2 - d_b^2 g(a, a) / 2
    + <C(a, b), C(a, b)> - <C(a, a), C(b, b)>`` with the Christoffel symbols C.
    """
    axes = np.eye(len(a))
    g = metric(np.zeros(len(a)))
    slope = np.array([derivative(metric, axis) for axis in axes])  # (k, i, j)

    def christoffel(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        along_u, along_v = np.tensordot(u, slope, 1), np.tensordot(v, slope, 1)
        return (along_u @ v + along_v @ u - np.einsum("kij,i,j->k", slope, u, v)) / 2

    ab, aa, bb = christoffel(a, b), christoffel(a, a), christoffel(b, b)
    numerator = (
        a @ mixed_derivative(metric, a, b) @ b
        - b @ second_derivative(metric, a, g) @ b / 2
        - a @ second_derivative(metric, b, g) @ a / 2
        + ab @ np.linalg.solve(g, ab)
        - aa @ np.linalg.solve(g, bb)
    )
    return float(numerator / ((a @ g @ a) * (b @ g @ b) - (a @ g @ b) ** 2))


def derivative(metric: Metric, a: np.ndarray) -> np.ndarray:
    values = np.array([metric(k * STEP * a) for k in OFFSETS])
    return np.tensordot(FIRST, values, 1) / STEP


def second_derivative(metric: Metric, a: np.ndarray, centre: np.ndarray) -> np.ndarray:
    values = np.array([metric(k * STEP * a) for k in OFFSETS])
    return (np.tensordot(SECOND, values, 1) - 30 / 12 * centre) / STEP**2


def mixed_derivative(metric: Metric, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    values = np.array([[metric(STEP * (j * a + k * b)) for k in OFFSETS] for j in OFFSETS])
    return np.einsum("j,k,jkmn->mn", FIRST, FIRST, values) / STEP**2


def state_chart(costs: np.ndarray, psi: np.ndarray, frame: np.ndarray) -> Metric:
    """Metric of states in the chart ``psi + sum_k x_k frame_k``, normalised, from dense matrices.

    ``min sum q h^2`` under ``-i H psi = v`` modulo psi is ``v (A q^-1 A^T)^+ v`` in real coordinates.
    """
    paulis = dense_paulis(len(psi).bit_length() - 1)[1]

    def metric(x: np.ndarray) -> np.ndarray:
        raw = psi + x @ frame
        norm = np.linalg.norm(raw)
        state = raw / norm
        reached = _real(off(-1j * paulis @ state, state))
        tangents = _real(off(frame / norm, state))
        inverse = np.linalg.pinv((reached.T / costs) @ reached, rcond=1e-10, hermitian=True)
        return tangents @ inverse @ tangents.T

    return metric


def bloch_chart(costs: np.ndarray, n: np.ndarray, frame: np.ndarray) -> Metric:
    """``ds^2 = w.Gw - (w.Gn)^2 / n.Gn``, ``w = (n x dn) / 2``, in ``n + x @ frame``, normalised."""

    def metric(x: np.ndarray) -> np.ndarray:
        raw = n + x @ frame
        unit = raw / np.linalg.norm(raw)
        tangents = frame / np.linalg.norm(raw)
        w = np.cross(unit, tangents - np.outer(tangents @ unit, unit)) / 2
        across = w @ (costs * unit)
        return (w * costs) @ w.T - np.outer(across, across) / (unit @ (costs * unit))

    return metric


def off(vectors: np.ndarray, state: np.ndarray) -> np.ndarray:
    """Rows with their component along the state taken out."""
    return vectors - np.outer(vectors @ state.conj(), state)


def _real(vectors: np.ndarray) -> np.ndarray:
    return np.concatenate([vectors.real, vectors.imag], axis=1)
