"""The circuits and the landmarks beside C16, against dense matrices and closed forms."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import scipy.linalg
import torch

from analogs.mirrors.residual_depth.landmark_steps import flow, share_reached
from analogs.mirrors.residual_depth.random_circuits import (
    PAULIS,
    START,
    correlation,
    first_gradients,
    rotations,
)
from analogs.mirrors.residual_depth.too_deep import log2_variance
from tests.closeness import assert_close

Z = np.diag([1.0, -1.0])


def on(qubit: int, gate: np.ndarray, n_qubits: int) -> np.ndarray:
    """A gate on one qubit, the first one the highest in the Kronecker product."""
    parts = [gate if q == qubit else np.eye(2) for q in range(n_qubits)]
    return functools.reduce(np.kron, parts)


def dense_correlation(axes: np.ndarray, angles: np.ndarray) -> float:
    """<Z_0 Z_1> of one circuit by matrices of the whole space."""
    layers, n_qubits = angles.shape
    state = np.eye(2**n_qubits)[0].astype(complex)
    for q in range(n_qubits):
        state = on(q, scipy.linalg.expm(-0.5j * START * PAULIS[1]), n_qubits) @ state
    for layer in range(layers):
        for q in range(n_qubits):
            gate = scipy.linalg.expm(-0.5j * angles[layer, q] * PAULIS[axes[layer, q]])
            state = on(q, gate, n_qubits) @ state
        for q in range(n_qubits - 1):
            both = on(q, np.diag([0.0, 1.0]), n_qubits) @ on(q + 1, np.diag([0.0, 1.0]), n_qubits)
            state = state - 2 * both @ state
    return float((state.conj() @ on(0, Z, n_qubits) @ on(1, Z, n_qubits) @ state).real)


@pytest.mark.parametrize(("n_qubits", "layers"), [(2, 1), (3, 2), (4, 3)])
def test_circuits_against_dense_matrices(n_qubits: int, layers: int) -> None:
    rng = np.random.default_rng(0)
    axes = rng.integers(3, size=(5, layers, n_qubits))
    angles = rng.uniform(0, 2 * np.pi, size=axes.shape)
    expected = [dense_correlation(*circuit) for circuit in zip(axes, angles, strict=True)]
    assert_close(correlation(axes, angles), expected)


def test_shifts_are_derivatives() -> None:
    rng, step = np.random.default_rng(1), 1e-6
    gradients = first_gradients(3, 2, 6, np.random.default_rng(1))
    axes = rng.integers(3, size=(6, 2, 3))
    angles = rng.uniform(0.0, 2 * np.pi, size=axes.shape)
    nudge = np.zeros(angles.shape)
    nudge[:, 0, 0] = step
    quotient = (correlation(axes, angles + nudge) - correlation(axes, angles - nudge)) / (2 * step)
    assert_close(gradients, quotient, 1e-8)


def test_rotations_are_unitary_exponentials() -> None:
    gate = rotations(np.array([2]), np.array([0.6]))[0]
    assert_close(gate, np.diag(np.exp([-0.3j, 0.3j])))


def test_gradients_of_six_qubits_vanish_with_the_layers() -> None:
    shallow, deep = (log2_variance(layers, np.random.default_rng(2)) for layers in (1, 64))
    assert deep < shallow - 2


def test_flow_of_one_landmark_is_a_straight_line() -> None:
    momenta = torch.full((8, 1, 2), 0.5, dtype=torch.float64)
    end, energy = flow(torch.zeros((1, 2), dtype=torch.float64), momenta)
    assert_close(end.numpy(), [[0.5, 0.5]])
    assert float(energy) == pytest.approx(0.25)


def test_landmarks_move_together_by_the_kernel() -> None:
    start = torch.tensor([[0.0, 0.0], [1.0, 0.0]], dtype=torch.float64)
    momentum = torch.tensor([[[0.0, 1.0], [0.0, 0.0]]], dtype=torch.float64)
    end, energy = flow(start, momentum)
    assert_close(end.numpy(), [[0.0, 1.0], [1.0, np.exp(-0.5)]])
    assert float(energy) == pytest.approx(0.5)


def test_matching_reaches_with_few_steps_and_with_many() -> None:
    few, many = (share_reached(steps, np.random.default_rng(3)) for steps in (4, 16))
    assert min(few, many) > 0.5
    assert max(few, many) < 1
