"""The critical ring against Kronecker products and closed forms; gradients, minima, polar updates."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import scipy.linalg

from analogs.mirrors.mera.circuit import (
    Circuit,
    apply_gates,
    brickwork_layers,
    gate_count,
    mera_layers,
    zero_state,
)
from analogs.mirrors.mera.energy import (
    exponentials,
    gate_environments,
    minimise_energy,
    pair_states,
    pull_back,
    renormalised_levels,
)
from analogs.mirrors.mera.ising import (
    critical_ising,
    exact_energy,
    lowest_levels,
    scaling_dimensions,
)
from qgeom._linalg import dagger
from tests.closeness import EXACT, ROUNDING, assert_close

# Central differences of step 1e-6: rounding 1e-16 / 1e-6 times energies of about 10.
DIFFERENCES = 1e-7
# What the issue asks of 13 gates on eight qubits.
REQUIRED = 5e-4
Z, X = np.diag([1.0, -1.0]), np.array([[0.0, 1.0], [1.0, 0.0]])


def kronecker(n_qubits: int, letters: dict[int, np.ndarray]) -> np.ndarray:
    return functools.reduce(np.kron, [letters.get(q, np.eye(2)) for q in reversed(range(n_qubits))])


@pytest.mark.parametrize("n_qubits", [3, 4, 6])
def test_hamiltonian_is_the_sum_of_kronecker_products(n_qubits: int) -> None:
    expected = np.zeros((1 << n_qubits, 1 << n_qubits))
    for q in range(n_qubits):
        expected -= kronecker(n_qubits, {q: Z, (q + 1) % n_qubits: Z}) + kronecker(n_qubits, {q: X})
    assert_close(critical_ising(n_qubits).toarray(), expected, EXACT)


@pytest.mark.parametrize("n_qubits", [3, 4, 5, 8, 10, 12])
def test_ground_energy_is_the_closed_form(n_qubits: int) -> None:
    energies, states = lowest_levels(n_qubits, 2)
    assert_close(energies[0], exact_energy(n_qubits), 1e-10)
    residual = critical_ising(n_qubits) @ states[:, 0] - energies[0] * states[:, 0]
    assert np.linalg.norm(residual) < 1e-8


def test_gap_of_the_spin_is_that_of_free_fermions() -> None:
    """The other sector's momenta are 0, 2 pi / n, ...: its lowest energy is ``-2 / tan(pi / 2n)``."""
    for n in (4, 8, 10):
        assert_close(lowest_levels(n, 2)[0][1], -2.0 / np.tan(np.pi / (2 * n)), 1e-9)


def test_scaling_dimensions_converge_with_the_square_of_the_size() -> None:
    exact = np.array([0.0, 0.125, 1.0, 1.125, 1.125])
    errors = [np.abs(scaling_dimensions(lowest_levels(n, 5)[0], n) - exact)[1:] for n in (6, 12)]
    assert np.all(np.abs(np.log2(errors[0] / errors[1]) - 2.0) < 0.15)


@pytest.mark.parametrize("layers", [mera_layers(4), brickwork_layers(4, 5)])
@pytest.mark.parametrize("columns", [1, 4])
def test_gradient_is_the_limit_of_differences(layers, columns: int) -> None:
    h, rng = critical_ising(4), np.random.default_rng(2)
    angles = rng.normal(size=(gate_count(layers), 15))
    angles[0] = 0.0  # a degenerate spectrum
    inputs = zero_state(4) if columns == 1 else pair_states(4, (0, 2))

    def energy(at: np.ndarray) -> float:
        states = apply_gates(Circuit(4, layers, exponentials(at)[0]).gates, inputs)
        return float(np.trace(dagger(states) @ (h @ states)).real) / columns

    matrices, eigen = exponentials(angles)
    value, environments = gate_environments(h, Circuit(4, layers, matrices), inputs)
    gradient = pull_back(environments, *eigen)
    assert_close(value, energy(angles), ROUNDING)
    direction = rng.normal(size=angles.shape)
    forward, back = (energy(angles + s * 1e-6 * direction) for s in (1, -1))
    assert_close((gradient * direction).sum(), (forward - back) / 2e-6, DIFFERENCES)
    for gate in range(len(angles)):
        step = np.zeros_like(angles)
        step[gate] = direction[gate]
        forward, back = (energy(angles + s * 1e-6 * step) for s in (1, -1))
        assert_close((gradient * step).sum(), (forward - back) / 2e-6, DIFFERENCES)


def test_exponentials_are_those_of_scipy() -> None:
    angles = np.random.default_rng(0).normal(size=(3, 15))
    letters = [np.eye(2), X, 1j * X @ Z, Z]
    strings = [np.kron(a, b) for a in letters for b in letters][1:]
    expected = [scipy.linalg.expm(-1j * np.einsum("a,aij->ij", own, strings)) for own in angles]
    assert_close(exponentials(angles)[0], np.array(expected), ROUNDING)


def test_four_qubits_are_exact_with_five_gates() -> None:
    found = minimise_energy(4, mera_layers(4), np.random.default_rng(3), ridges=(0.0,))
    assert abs(found.relative_error) < 1e-10
    exact = lowest_levels(4, 1)[1][:, 0]
    assert abs(abs(np.vdot(exact, found.circuit.state)) - 1.0) < 1e-8


@pytest.mark.parametrize("seed", [0, 1])
def test_eight_qubits_reach_the_required_error_with_thirteen_gates(seed: int) -> None:
    layers = mera_layers(8)
    found = minimise_energy(8, layers, np.random.default_rng(seed), ridges=(0.0,))
    assert len(found.circuit.gates) == 13
    state = found.circuit.state
    assert_close(np.vdot(state, critical_ising(8) @ state).real, found.energy, ROUNDING)
    assert 0.0 < found.relative_error < REQUIRED
    assert found.relative_error == pytest.approx(1.662e-4, rel=1e-2)


def test_brickwork_of_as_many_gates_is_much_worse() -> None:
    layers, rng = brickwork_layers(8, 13), np.random.default_rng(0)
    found = minimise_energy(8, layers, rng, ridges=(0.0,), iterations=150)
    assert found.relative_error == pytest.approx(7.96e-3, rel=0.05)


@pytest.mark.slow
def test_brickwork_of_as_many_layers_is_exact() -> None:
    layers = brickwork_layers(8, 20)
    assert len(layers) == len(mera_layers(8))
    assert abs(minimise_energy(8, layers, np.random.default_rng(0)).relative_error) < 1e-9


def test_a_ridge_that_fades_shortens_the_circuit_and_keeps_the_energy() -> None:
    def length(ridges: tuple[float, ...], seed: int) -> float:
        found = minimise_energy(4, mera_layers(4), np.random.default_rng(seed), ridges=ridges)
        assert abs(found.relative_error) < 1e-8
        gates = [gate / np.linalg.det(gate) ** 0.25 for gate in found.circuit.matrices]
        return sum(float(np.linalg.norm(scipy.linalg.logm(gate))) / 2.0 for gate in gates)

    faded, plain = (
        [length(ridges, seed) for seed in (0, 1)] for ridges in ((0.1, 0.01, 0.0), (0.0,))
    )
    assert max(faded) < 0.7 * min(plain)


def polar_sweep(h: np.ndarray, circuit: Circuit) -> Circuit:
    """Replace gate after gate by the one that is best for its environment, H shifted below 0."""
    matrices = circuit.matrices.copy()
    for k in range(len(matrices)):
        now = Circuit(circuit.n_qubits, circuit.layers, matrices)
        _, environments = gate_environments(h, now, zero_state(circuit.n_qubits))
        x, _, y = np.linalg.svd(environments[k])
        matrices[k] = -dagger(x @ y)
    return Circuit(circuit.n_qubits, circuit.layers, matrices)


def test_polar_updates_lower_the_energy_to_the_same_minimum() -> None:
    """The other algorithm (Evenbly and Vidal), with the same environments."""
    layers = mera_layers(4)
    shifted = critical_ising(4).toarray() - 8.0 * np.eye(16)
    angles = np.random.default_rng(0).normal(scale=0.3, size=(gate_count(layers), 15))
    circuit = Circuit(4, layers, exponentials(angles)[0])
    energies = []
    for _ in range(150):
        state = circuit.state
        energies.append(np.vdot(state, shifted @ state).real + 8.0)
        circuit = polar_sweep(shifted, circuit)
    assert (np.diff(energies) <= EXACT * 16).all()
    assert energies[-1] - exact_energy(4) < 1e-3 * abs(exact_energy(4))


def test_at_a_minimum_every_gate_times_its_environment_is_hermitian() -> None:
    found = minimise_energy(4, mera_layers(4), np.random.default_rng(0), ridges=(0.0,))
    h = critical_ising(4)
    _, environments = gate_environments(h, found.circuit, zero_state(4))
    product = found.circuit.matrices @ environments
    assert np.abs(product - dagger(product)).max() < 1e-5
    # Negative control: at random gates it is not.
    angles = np.random.default_rng(1).normal(size=(5, 15))
    random = Circuit(4, found.circuit.layers, exponentials(angles)[0])
    product = random.matrices @ gate_environments(h, random, zero_state(4))[1]
    assert np.abs(product - dagger(product)).max() > 0.1


def test_renormalised_levels_bound_the_exact_ones_and_show_the_spin() -> None:
    exact = lowest_levels(8, 4)[0]
    levels = renormalised_levels(8, np.random.default_rng(0), iterations=100)
    assert (levels >= exact - ROUNDING).all()
    dimensions = scaling_dimensions(levels, 8)
    assert abs(dimensions[1] - 0.125) < 0.02
    assert np.all(np.abs(dimensions[2:] - [1.0, 1.125]) < 0.2)


@pytest.mark.parametrize("bad", [2, 17])
def test_sizes_out_of_reach_are_refused(bad: int) -> None:
    with pytest.raises(ValueError, match="n_qubits"):
        critical_ising(bad)
