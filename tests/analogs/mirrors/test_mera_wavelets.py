"""Pyramids of rotations against strided convolutions, Daubechies' numbers and Nielsen's geometry."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from analogs.mirrors.mera.circuit import mera_layers, steps_length
from analogs.mirrors.mera.wavelets import (
    D4,
    HAAR,
    Pyramid,
    convolution_matrix,
    filter_bank,
    filters,
    learn_pyramid,
    read_pyramid,
    ring_band,
    uniform_pyramid,
    unpenalised,
)
from analogs.mirrors.quantum.model import Matchgates
from qgeom._linalg import dagger
from qgeom.metric.matrix import MatrixMetric
from qgeom.readings.bounds import path_length
from tests.closeness import EXACT, ROUNDING, assert_close

# CLAIMS.md 3.3, EM3: depth, gates, length and norm of the logarithm, Frobenius.
REGISTERED = {
    8: (4, 12, 3.79, 2.04),
    16: (6, 28, 6.93, 3.11),
    32: (8, 60, 11.38, 4.53),
    64: (10, 124, 17.66, 6.49),
    128: (12, 252, 26.55, 9.24),
}


@pytest.mark.parametrize("size", REGISTERED)
def test_the_registered_numbers(size: int) -> None:
    reading = read_pyramid(uniform_pyramid(size, D4), unpenalised(size))
    depth, gates, length, logarithm = REGISTERED[size]
    assert (reading.depth, reading.gates) == (depth, gates)
    assert round(reading.length * math.sqrt(size), 2) == length
    assert round(reading.logarithm * math.sqrt(size), 2) == logarithm


def test_length_is_a_geometric_series() -> None:
    """A layer of m rotations by a has the Frobenius norm ``sqrt(2 m) |a|``."""
    expected = sum(math.sqrt(width) * math.pi / 4 for width in (64, 32, 16, 8, 4))
    length = read_pyramid(uniform_pyramid(64, D4), unpenalised(64)).length
    assert_close(length * 8.0, expected, ROUNDING)


def test_the_layout_is_that_of_mera_without_its_top_gate() -> None:
    layers = [layer for layer, _ in uniform_pyramid(32, D4).layers]
    assert tuple(reversed(layers)) == mera_layers(32)[1:]


def test_kernels_are_those_of_daubechies() -> None:
    root = math.sqrt(3.0)
    low, high = filters(*D4)
    expected = np.array([1 + root, 3 + root, 3 - root, 1 - root]) / (4 * math.sqrt(2.0))
    assert_close(low, expected, EXACT)
    assert_close(high, np.array([1, -1, 1, -1]) * low[::-1], EXACT)
    for moment in range(2):
        assert abs((np.arange(4) ** moment) @ high) < EXACT
    assert abs((np.arange(4) ** 2) @ high) > 0.1


@pytest.mark.parametrize("angles", [D4, HAAR, (0.4, -1.1)])
@pytest.mark.parametrize("size", [4, 8, 32])
def test_a_pyramid_is_the_filter_bank(size: int, angles: tuple[float, float]) -> None:
    assert_close(uniform_pyramid(size, angles).matrix, filter_bank(size, angles), ROUNDING)


def test_a_scale_is_a_strided_convolution_of_torch() -> None:
    signal = np.random.default_rng(0).normal(size=16)
    wrapped = torch.nn.functional.pad(torch.tensor(signal)[None, None], (1, 2), mode="circular")
    kernels = torch.tensor(np.stack(filters(*D4)))[:, None]
    channels = torch.nn.functional.conv1d(wrapped, kernels, stride=2)[0].numpy()
    coefficients = convolution_matrix(16, D4) @ signal
    assert_close(coefficients[0::2], channels[0, :8], ROUNDING)
    assert_close(coefficients[1::2], channels[1, :8], ROUNDING)


def test_details_of_constants_vanish_and_wrong_signs_show() -> None:
    right, wrong = uniform_pyramid(32, D4), uniform_pyramid(32, (-D4[0], D4[1]))
    coarse = np.isin(np.arange(32), (0, 16))
    assert np.abs(right.matrix @ np.ones(32))[~coarse].max() < ROUNDING
    assert np.abs(wrong.matrix @ np.ones(32))[~coarse].max() > 0.1  # negative control


def test_different_angles_by_scale() -> None:
    pyramid = Pyramid(8, (D4, HAAR))
    first = convolution_matrix(8, D4)
    second = np.eye(8)
    second[np.ix_([0, 2, 4, 6], [0, 2, 4, 6])] = convolution_matrix(4, HAAR)
    assert_close(pyramid.matrix, second @ first, ROUNDING)
    assert pyramid.gates == 4 + 4 + 2  # Haar has nothing between the pairs


def test_length_is_that_of_paths_elsewhere_and_no_shorter_than_the_straight_line() -> None:
    pyramid, metric = uniform_pyramid(8, D4), unpenalised(8)
    layers = [*metric.exp(metric.vee(pyramid.rotations))]
    reading = read_pyramid(pyramid, metric)
    assert_close(reading.length, path_length(metric, pyramid.matrix, layers, 1), 1e-8)
    assert reading.logarithm < reading.length
    assert_close(metric.exp(metric.log(pyramid.matrix[None]))[0], pyramid.matrix, 1e-8)


def test_a_band_charges_the_coarse_scales_alone() -> None:
    pyramid = uniform_pyramid(16, D4)
    near = MatrixMetric("so", 16, ring_band(16, 1, 16.0))
    ratio = near.norm(near.vee(pyramid.rotations)) / unpenalised(16).norm(
        near.vee(pyramid.rotations)
    )
    assert_close(ratio, np.array([1.0, 1.0, 4.0, 4.0, 4.0, 4.0]), ROUNDING)


@pytest.mark.parametrize("n_qubits", [2, 4])
def test_length_in_the_unitary_group_is_that_of_the_network(n_qubits: int) -> None:
    """The Gaussian circuit on n qubits: ``|A|_U = |A|_F / sqrt 8`` (EM1), layer by layer."""
    pyramid, bridge = uniform_pyramid(2 * n_qubits, D4), Matchgates(n_qubits, n_qubits, 1.0)
    steps = bridge.network.vee(pyramid.rotations)
    images = bridge.lift(steps)
    frobenius = read_pyramid(pyramid, bridge.network).length * math.sqrt(2 * n_qubits)
    assert_close(steps_length(bridge.circuits, images), frobenius / math.sqrt(8.0), ROUNDING)
    # The circuit turns the Majorana operators as the network turns features.
    unitary = np.eye(1 << n_qubits, dtype=complex)
    for layer in bridge.circuits.exp(images):
        unitary = layer @ unitary
    majoranas = majorana_operators(n_qubits)
    turned = dagger(unitary) @ majoranas @ unitary
    expected = np.einsum("ij,jab->iab", pyramid.matrix, majoranas)
    assert_close(turned, expected, ROUNDING)


def majorana_operators(n_qubits: int) -> np.ndarray:
    x, y, z = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1, -1])
    out = []
    for mode in range(n_qubits):
        for letter in (x, y):
            matrix = np.eye(1)
            for qubit in reversed(range(n_qubits)):
                own = letter if qubit == mode else z if qubit < mode else np.eye(2)
                matrix = np.kron(matrix, own)
            out.append(matrix)
    return np.array(out)


def test_training_finds_the_wavelet_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    target = filter_bank(16, D4)
    pyramid, error = learn_pyramid(target, rng)
    assert error < 1e-20
    assert_close(pyramid.matrix, target, 1e-9)
    other = np.linalg.qr(rng.normal(size=(8, 8)))[0]
    assert learn_pyramid(other, rng)[1] > 0.5


@pytest.mark.parametrize(("size", "count"), [(2, 0), (8, 1), (12, 2)])
def test_bad_pyramids_are_refused(size: int, count: int) -> None:
    with pytest.raises(ValueError, match="Argument"):
        Pyramid(size, (D4,) * count)
