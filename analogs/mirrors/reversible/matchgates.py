r"""Orthogonal convolutions with two taps as circuits of matchgates.

A convolution with stride 2, two taps and two output channels, read as a rotation of pairs of
neighbouring features, is orthogonal:

    y_2m = cos(a) x_2m + sin(a) x_2m+1,    y_2m+1 = -sin(a) x_2m + cos(a) x_2m+1,

one angle for all m, as the kernel is shared.  Every other layer is shifted by one feature, with open
ends.  Jordan-Wigner turns features into Majorana operators, ``gamma_2m = X_m Z_{m-1} ... Z_0`` and
``gamma_2m+1 = Y_m Z_{m-1} ... Z_0``, and a rotation of neighbours into a gate on one or two qubits,
as ``gamma_2m gamma_2m+1 = i Z_m`` and ``gamma_2m+1 gamma_2m+2 = i X_m X_m+1``.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

import numpy as np
import torch

from qgeom._typing import Complex, Matrix, Vector
from qgeom.algebra.paulis import pauli_index, pauli_matrix
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

# Beyond neighbours, or weight 2: no layer uses such a direction, so the cost does not matter.
COST = 16.0
# A rotation by a has |H|^2 = a^2 / 4 in tr/2^n, and |A|^2 = 2 a^2 in the Frobenius product.
NORM_RATIO = 8


def convolution(x: torch.Tensor, angle: float, shift: int) -> torch.Tensor:
    """Apply a layer to features (batch, 2 n); `shift` features, 0 or 1, stay alone at each end.

    Examples
    --------
    >>> convolution(torch.eye(4, dtype=torch.float64)[:1], np.pi / 2, 0).numpy().round(12) + 0.0
    array([[ 0., -1.,  0.,  0.]])
    """
    c, s = math.cos(angle), math.sin(angle)
    kernel = torch.tensor([[[c, s]], [[-s, c]]], dtype=x.dtype)
    first, inner, last = x.split([shift, x.shape[1] - 2 * shift, shift], dim=1)
    turned = torch.nn.functional.conv1d(inner[:, None], kernel, stride=2)
    return torch.cat([first, turned.transpose(1, 2).flatten(1), last], dim=1)


def layer_matrix(angle: float, shift: int, n_qubits: int) -> Matrix:
    """Return the matrix of a layer, found by running it on the unit vectors, (2 n, 2 n)."""
    unit = torch.eye(2 * n_qubits, dtype=torch.float64)
    return convolution(unit, angle, shift).numpy().T


def network_matrix(angles: Sequence[float], n_qubits: int) -> Matrix:
    """Return the product of all layers, shifted in turn, the first one first."""
    layers = [layer_matrix(angle, layer % 2, n_qubits) for layer, angle in enumerate(angles)]
    return functools.reduce(lambda product, layer: layer @ product, layers)


def layer_gates(
    angle: float, shift: int, n_qubits: int, words: Sequence[str] = ("Z", "XX")
) -> Vector:
    """Return the generators H of the gates ``exp(-i H)`` of a layer, one a row, (G, 4^n - 1).

    Examples
    --------
    >>> layer_gates(1.0, 0, 1)
    array([[ 0. ,  0. , -0.5]])
    """
    word = words[shift]
    places = range(n_qubits - len(word) + 1)
    generators = np.zeros((len(places), 4**n_qubits - 1))
    for place in places:
        label = "I" * (n_qubits - len(word) - place) + word + "I" * place
        generators[place, pauli_index(label)] = -angle / 2
    return generators


def circuit_unitary(
    angles: Sequence[float], n_qubits: int, words: Sequence[str] = ("Z", "XX")
) -> Complex:
    """Return the product of all gates, one matrix exponential a gate, the first layer first."""
    metric = PauliMetric(n_qubits, nielsen(COST))
    unitary = metric.identity
    for layer, angle in enumerate(angles):
        for gate in metric.exp(layer_gates(angle, layer % 2, n_qubits, words)):
            unitary = gate @ unitary
    return unitary


def majoranas(n_qubits: int) -> Complex:
    """Return the operators gamma_0, ..., gamma_{2n-1}, (2 n, 2^n, 2^n).

    Examples
    --------
    >>> gamma = majoranas(2)
    >>> float(abs(gamma[0] @ gamma[3] + gamma[3] @ gamma[0]).max())
    0.0
    """
    labels = [
        "I" * (n_qubits - 1 - m) + letter + "Z" * m for m in range(n_qubits) for letter in "XY"
    ]
    return pauli_matrix(np.eye(4**n_qubits - 1)[[pauli_index(label) for label in labels]])


def adjoint_defect(unitary: Complex, rotation: Matrix) -> float:
    """Return the largest entry of ``U gamma_i U^-1 - sum_k W_ki gamma_k`` over all i."""
    gamma = majoranas(len(rotation) // 2)
    turned = unitary @ gamma @ unitary.conj().T
    return float(np.abs(turned - np.einsum("ki,kab->iab", rotation, gamma)).max())


def length_defect(angles: Sequence[float], n_qubits: int) -> float:
    """Return the difference of the lengths of the circuit and of the network, relative to it.

    Length of the network: sum of ``|log W_l|``, Frobenius product over 8.
    """
    metric = PauliMetric(n_qubits, nielsen(COST))
    features = MatrixMetric("so", 2 * n_qubits, band(1, COST))
    circuit = network = 0.0
    for layer, angle in enumerate(angles):
        generator = layer_gates(angle, layer % 2, n_qubits).sum(axis=0)
        circuit += float(metric.norm(generator))
        rotation = features.log(layer_matrix(angle, layer % 2, n_qubits))
        network += float(features.norm(rotation)) * math.sqrt(features.size / NORM_RATIO)
    return abs(circuit - network) / network
