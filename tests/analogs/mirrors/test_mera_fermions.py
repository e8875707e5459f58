"""Free fermions against the spin chain: couplings, energies of the same circuits, gradients, minima."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import scipy.linalg

from analogs.mirrors.mera.circuit import Layer, brickwork_layers, gate_count, mera_layers
from analogs.mirrors.mera.fermions import (
    couplings,
    energy_and_gradient,
    gaussian_error,
    network,
    turn,
)
from analogs.mirrors.mera.ising import critical_ising, exact_energy
from analogs.mirrors.mera.layouts import DEEP, MERA, ansatze
from analogs.mirrors.mera.wavelets import D4, filter_bank, uniform_pyramid
from tests.closeness import ROUNDING, assert_close

# Central differences of step 1e-6 of energies of about 10.
DIFFERENCES = 1e-7
# What the issue asks of 13 gates on eight qubits, and what they reach.
REQUIRED, REACHED = 5e-4, 1.66183e-4
X, Y, Z = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]]), np.diag([1.0, -1.0])


def string(n_qubits: int, letters: dict[int, np.ndarray]) -> np.ndarray:
    return functools.reduce(np.kron, [letters.get(q, np.eye(2)) for q in reversed(range(n_qubits))])


@pytest.mark.parametrize("n_qubits", [4, 6, 8, 32])
def test_couplings_have_the_ground_energy_and_a_ground_state_that_rotations_reach(
    n_qubits: int,
) -> None:
    m = couplings(n_qubits)
    assert_close(-np.linalg.svd(m, compute_uv=False).sum(), exact_energy(n_qubits))
    polar = scipy.linalg.polar(m)[0]
    assert_close(-np.vdot(m, polar), exact_energy(n_qubits))
    assert_close(np.linalg.det(polar), 1.0)


def spin_energy(n_qubits: int, layers: tuple[Layer, ...], angles: np.ndarray) -> float:
    """Energy of the spin state, the gates of neighbours as exponentials of their Majorana rotations.

    With ``y_j = X_0 ... X_(j-1) Y_j`` and ``z_j = X_0 ... X_(j-1) Z_j`` the field is ``X_j = i z_j y_j``
    and the bond ``Z_j Z_(j+1) = -i z_(j+1) y_j``: so a is y and b is z, with a sign at every other site.
    """

    def majorana(site: int, letter: np.ndarray) -> np.ndarray:
        return string(n_qubits, {**dict.fromkeys(range(site), X), site: letter})

    plus = np.ones(1 << n_qubits) / np.sqrt(1 << n_qubits)
    state, pairs = plus.astype(complex), [pair for layer in layers for pair in layer]
    for (j, k), of_a, of_b in zip(pairs, *angles, strict=True):
        for letter, angle in ((Y, of_a), (Z, of_b)):
            generator = majorana(j, letter) @ majorana(k, letter)
            state = scipy.linalg.expm(-0.5 * angle * generator) @ state
    return float(np.vdot(state, critical_ising(n_qubits) @ state).real)


def test_circuits_of_neighbours_have_the_energy_of_the_spin_chain(
    rng: np.random.Generator,
) -> None:
    layers = (((0, 1), (2, 3)), ((1, 2),), ((0, 1),), ((2, 3),))
    for _ in range(3):
        angles = rng.normal(size=(2, gate_count(layers)))
        energy, _ = energy_and_gradient(couplings(4), layers, angles)
        assert_close(spin_energy(4, layers, angles), energy)


def test_vacuum_is_the_product_state_of_the_field() -> None:
    layers = mera_layers(8)
    energy, _ = energy_and_gradient(couplings(8), layers, np.zeros((2, gate_count(layers))))
    assert energy == -8.0


@pytest.mark.parametrize("layers", [mera_layers(8), brickwork_layers(8, 13)])
def test_gradient_is_the_limit_of_differences(layers, rng: np.random.Generator) -> None:
    m, angles = couplings(8), rng.normal(size=(2, gate_count(layers)))
    _, gradient = energy_and_gradient(m, layers, angles)
    for place in np.ndindex(*angles.shape):
        step = np.zeros_like(angles)
        step[place] = 1e-6
        ends = [energy_and_gradient(m, layers, angles + sign * step)[0] for sign in (1, -1)]
        assert_close(gradient[place], (ends[0] - ends[1]) / 2e-6, DIFFERENCES)


def test_turns_are_exponentials(rng: np.random.Generator) -> None:
    angles, rows = rng.normal(size=2), rng.normal(size=(5, 3))
    generator = np.zeros((5, 5))
    for (i, j), angle in zip(((0, 3), (4, 1)), angles, strict=True):
        generator[i, j], generator[j, i] = angle, -angle
    assert_close(turn(rows, ((0, 3), (4, 1)), angles), scipy.linalg.expm(generator) @ rows)


def test_wavelet_network_is_such_a_network() -> None:
    """MERA without its top gate, backwards in time, makes the D4 filter bank."""
    pyramid = uniform_pyramid(16, D4)
    layers = tuple(layer for layer, _ in pyramid.layers)
    angles = np.concatenate([np.full(len(layer), angle) for layer, angle in pyramid.layers])
    assert_close(network(16, layers, angles), filter_bank(16, D4))
    _, *below = mera_layers(16)
    assert tuple(reversed(below)) == layers


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_thirteen_gaussian_gates_reach_what_general_ones_do(seed: int) -> None:
    error = gaussian_error(8, mera_layers(8), np.random.default_rng(seed), 500)
    assert error < REQUIRED
    assert error == pytest.approx(REACHED, rel=1e-4)


def test_layers_that_see_the_whole_ring_are_exact() -> None:
    error = gaussian_error(8, ansatze(8)[DEEP].layers, np.random.default_rng(0), 500)
    assert abs(error) < 1e-10


@pytest.mark.parametrize("bad", [2, 5])
def test_other_rings_are_refused(bad: int) -> None:
    with pytest.raises(ValueError, match="n_qubits"):
        couplings(bad)


def test_no_error_is_negative() -> None:
    for ansatz in ansatze(8).values():
        for steps in (1, 20):
            error = gaussian_error(8, ansatz.layers, np.random.default_rng(1), steps)
            assert error > -ROUNDING
    assert ansatze(8)[MERA].size == "13 gates in 5 layers"
