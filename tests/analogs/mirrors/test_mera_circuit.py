"""Layouts, states and lengths of circuits against Kronecker products and the geometry elsewhere."""

from __future__ import annotations

import functools
import itertools

import numpy as np
import pytest
from scipy.stats import unitary_group

from analogs.mirrors.mera.circuit import (
    Circuit,
    Layer,
    apply_gates,
    brickwork_layers,
    gate_count,
    gate_generators,
    layer_generators,
    mera_layers,
    steps_length,
    zero_state,
)
from qgeom.circuits.blocks import depth
from qgeom.circuits.fitting.register import embed
from qgeom.circuits.gates import circuit_unitary
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.metric.schedules import chain
from qgeom.readings.bounds import path_length
from tests.closeness import EXACT, ROUNDING, assert_close


def haar(count: int, seed: int) -> np.ndarray:
    return unitary_group.rvs(4, size=count, random_state=np.random.default_rng(seed))


def random_circuit(n_qubits: int, layers: tuple[Layer, ...], seed: int = 0) -> Circuit:
    return Circuit(n_qubits, layers, haar(gate_count(layers), seed))


@pytest.mark.parametrize("scales", [1, 2, 3, 4, 5, 6])
def test_counts_of_mera(scales: int) -> None:
    n = 1 << scales
    layers = mera_layers(n)
    assert gate_count(layers) == 2 * n - 3
    assert len(layers) == 2 * scales - 1
    assert {qubit for layer in layers for pair in layer for qubit in pair} == set(range(n))


@pytest.mark.parametrize("n_qubits", [4, 8, 16])
@pytest.mark.parametrize("build", [mera_layers, lambda n: brickwork_layers(n, 2 * n - 3)])
def test_gates_of_a_layer_are_disjoint_and_the_depth_is_the_number_of_layers(
    n_qubits: int, build
) -> None:
    layers = build(n_qubits)
    for layer in layers:
        qubits = list(itertools.chain.from_iterable(layer))
        assert len(set(qubits)) == len(qubits)
    assert depth(random_circuit(n_qubits, layers).gates) == len(layers)


def test_every_isometry_has_one_fresh_qubit() -> None:
    """Second qubits of the isometries have not been touched before; those of disentanglers have."""
    (top,), *scales = mera_layers(32)
    seen = set(top)
    for isometries, disentanglers in zip(scales[::2], scales[1::2], strict=True):
        assert {first for first, _ in isometries} == seen
        assert not {second for _, second in isometries} & seen
        seen |= {second for _, second in isometries}
        assert {qubit for pair in disentanglers for qubit in pair} == seen


@pytest.mark.parametrize("gates", [1, 4, 5, 13])
def test_brickwork_has_neighbours_alone_and_as_many_gates_as_asked(gates: int) -> None:
    layers = brickwork_layers(8, gates)
    assert gate_count(layers) == gates
    assert all((second - first) % 8 == 1 for layer in layers for first, second in layer)
    assert all(len(layer) == 4 for layer in layers[:-1])


@pytest.mark.parametrize("layers", [mera_layers(4), brickwork_layers(4, 7)])
def test_state_is_the_product_of_embedded_gates(layers: tuple[Layer, ...]) -> None:
    circuit = random_circuit(4, layers)
    pairs = np.array([pair for layer in layers for pair in layer])
    expected = functools.reduce(lambda u, v: v @ u, embed(circuit.matrices, pairs, 4))
    assert_close(circuit.state, expected[:, 0], ROUNDING)
    assert_close(circuit_unitary(4, circuit.gates), expected, ROUNDING)
    assert_close(apply_gates(circuit.gates, zero_state(4))[:, 0], expected[:, 0], ROUNDING)


@pytest.mark.parametrize("penalty", [nielsen(16.0), nielsen(9.0, 1), chain(16.0)])
def test_generators_on_the_register_are_logarithms_of_embedded_gates(penalty) -> None:
    layers = mera_layers(4)
    circuit, metric = random_circuit(4, layers), PauliMetric(4, penalty)
    pairs = np.array([pair for layer in layers for pair in layer])
    gates = embed(circuit.matrices, pairs, 4)
    assert_close(gate_generators(metric, circuit), metric.log(gates), 1e-10)
    assert_close(layer_generators(metric, circuit)[1], metric.log(gates)[1:3].sum(axis=0), 1e-10)


def test_length_is_that_of_the_paths_of_gates_elsewhere() -> None:
    """`qgeom.readings.bounds` sums the shortest logarithm of each gate: here the principal one."""
    layers = mera_layers(4)
    metric = PauliMetric(4, nielsen(16.0))
    angles = np.random.default_rng(1).normal(scale=0.1, size=(gate_count(layers), 15))
    circuit = Circuit(4, layers, PauliMetric(2, nielsen(1.0)).exp(angles))
    gates = [circuit_unitary(4, [gate]) for gate in circuit.gates]
    target = circuit_unitary(4, circuit.gates)
    expected = path_length(metric, target, gates, 1)
    length = steps_length(metric, gate_generators(metric, circuit))
    assert_close(length, expected, 1e-8)
    assert_close(length, np.linalg.norm(angles, axis=1).sum(), 1e-8)
    assert steps_length(metric, layer_generators(metric, circuit)) < length


def test_costs_of_neighbours_alone_charge_the_coarse_gates() -> None:
    circuit = random_circuit(4, mera_layers(4))
    free, near = PauliMetric(4, nielsen(16.0)), PauliMetric(4, chain(16.0))
    lengths = [near.norm(gate_generators(near, circuit)), free.norm(gate_generators(free, circuit))]
    assert_close(lengths[0][1:3], lengths[1][1:3], EXACT)  # (0, 1) and (2, 3)
    assert lengths[0][0] > 2.0 * lengths[1][0]  # (0, 2)


@pytest.mark.parametrize("bad", [1, 3, 12])
def test_sizes_that_are_no_power_of_two_are_refused(bad: int) -> None:
    with pytest.raises(ValueError, match="n_qubits"):
        mera_layers(bad)


def test_bad_brickworks_are_refused() -> None:
    with pytest.raises(ValueError, match="be even, but is 5"):
        brickwork_layers(5, 3)
    with pytest.raises(ValueError, match="gates"):
        brickwork_layers(4, 0)
