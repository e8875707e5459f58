"""C2: operations by hand, lengths of layers and circuits in closed form, and synthetic networks."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

from analogs.curves import LayerReading, NetworkCurve
from analogs.evidence import Outcome, Setting, evaluate
from analogs.mirrors.convnet import complexity
from analogs.mirrors.convnet.circuits import (
    NAMED,
    CircuitReading,
    named_circuit,
    path_length,
    random_circuit,
    read_circuit,
)
from analogs.mirrors.convnet.claims import C2
from analogs.mirrors.convnet.complexity import LENGTHS, TrainedNetwork, train_network
from analogs.training import History, digits
from qgeom._typing import Real
from qgeom.algebra.targets import target
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from tests.closeness import ROUNDING, assert_close

TWO, THREE = PauliMetric(2, nielsen(16.0)), PauliMetric(3, nielsen(64.0))
SCALED = list(LENGTHS)[-1]


def check_bracket(reading: CircuitReading) -> None:
    """Lower bound, distance and path in this order."""
    assert reading.lower <= reading.distance * (1 + ROUNDING)
    assert reading.distance <= reading.path_length * (1 + ROUNDING)


# ---- circuits


@pytest.mark.parametrize(
    ("name", "two_qubit_gates"),
    [("cx", 1), ("iswap", 2), ("swap", 3), ("ccx", 6), ("ccz", 6)],
)
def test_named_circuits_compute_what_they_say(name: str, two_qubit_gates: int) -> None:
    circuit, wanted = named_circuit(name), target(name).matrix
    overlap = np.trace(Operator(circuit).data.conj().T @ wanted) / len(wanted)
    assert_close(abs(overlap), 1.0)
    assert circuit.num_nonlocal_gates() == two_qubit_gates
    assert circuit.num_qubits == NAMED[name][0]


def test_path_is_half_the_sum_of_the_angles() -> None:
    circuit = QuantumCircuit(3)
    circuit.rzz(1.0, 0, 2)
    circuit.rz(-0.5, 1)
    circuit.rzz(-3.0, 1, 2)
    circuit.rx(2.0, 0)
    assert_close(path_length(circuit, THREE), (1.0 + 0.5 + 3.0 + 2.0) / 2)


def test_path_pays_for_a_gate_beyond_the_cheap_weight() -> None:
    circuit = QuantumCircuit(3)
    circuit.ccz(0, 1, 2)  # pi/8 on seven strings, one of them of weight 3
    assert_close(path_length(circuit, THREE), math.pi / 8 * math.sqrt(6 + 64))


@pytest.mark.parametrize(
    ("name", "distance"),
    [("cx", 1.360350), ("iswap", 1.110721), ("swap", 1.360350), ("qft2", 1.302436)],
)
def test_nothing_is_penalised_on_two_qubits(name: str, distance: float) -> None:
    reading = read_circuit(named_circuit(name), np.random.default_rng(0))
    assert_close(reading.distance, distance, 1e-6)
    assert_close(reading.lower, distance, 1e-6)
    check_bracket(reading)


def test_three_qubits_are_bracketed(rng: np.random.Generator) -> None:
    reading = read_circuit(named_circuit("ccx"), rng)
    assert_close(reading.lower, math.pi * math.sqrt(7) / 8)
    check_bracket(reading)
    # The commuting line bounds the distance, and any search finds it at least.
    assert reading.distance <= math.pi / 8 * math.sqrt(6 + 64) * (1 + ROUNDING)
    wrong = CircuitReading("wrong", 3, 1, 1, path_length=1.0, distance=1.1, lower=0.5)
    with pytest.raises(AssertionError):  # negative control
        check_bracket(wrong)


@pytest.mark.parametrize("qubits", [2, 3])
def test_random_circuits_have_the_gates_asked_for(qubits: int, rng: np.random.Generator) -> None:
    circuit = random_circuit(qubits, 5, rng)
    assert circuit.num_nonlocal_gates() == 5
    assert circuit.size() == 15
    assert 0 < path_length(circuit, THREE if qubits == 3 else TWO) <= 15 * math.pi / 2


def test_circuit_sizes_out_of_range_are_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="`qubits` must be at least 2"):
        random_circuit(1, 1, rng)
    with pytest.raises(ValueError, match="`two_qubit_gates` must be at least 1"):
        random_circuit(2, 0, rng)


# ---- networks


def stretch(factor: float) -> torch.nn.Sequential:
    """One convolution that multiplies every pixel."""
    layer = torch.nn.Conv2d(1, 1, 3, padding=1, bias=False).double().requires_grad_(False)
    layer.weight.zero_()
    layer.weight[0, 0, 1, 1] = factor
    return torch.nn.Sequential(layer).eval()


def test_scaled_length_is_the_length_times_the_root_of_the_factor(
    rng: np.random.Generator,
) -> None:
    side = 4
    reading = NetworkCurve.from_module(stretch(math.e), rng.random((3, 1, side, side)))
    network = TrainedNetwork("stretch", 0, 1.0, reading)
    factor = 1 * 3 * 3 * 1 * side * side * 1  # N_k K_x K_y K_z S_x S_y S_z
    assert reading.macs_paper == factor
    assert_close(network.scaled_length, math.sqrt(factor))  # |log(e 1)| = 1
    lengths = [length(network) for length in LENGTHS.values()]
    assert_close(lengths, [1.0, math.e - 1, math.e - 1, math.sqrt(factor)])


@pytest.fixture
def tiny(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Make networks and circuits small, so that the whole experiment takes a second."""
    monkeypatch.setattr(complexity, "DEPTHS", (1, 2))
    monkeypatch.setattr(complexity, "CHANNELS", (2, 3))
    monkeypatch.setattr(complexity, "KERNELS", (3,))
    monkeypatch.setattr(complexity, "EPOCHS", 1)
    monkeypatch.setattr(complexity, "LEAST_ACCURACY", 0.0)
    monkeypatch.setattr(complexity, "QUBITS", (2,))
    monkeypatch.setattr(complexity, "NAMED", ("cx", "swap"))
    return monkeypatch


@pytest.mark.usefixtures("tiny")
def test_trained_network_is_read(rng: np.random.Generator) -> None:
    split = digits(train_fraction=0.5, rng=rng)
    network = train_network(3, split, rng)
    channels = [1, *map(int, network.name.split()[0].split("-"))]
    pooled = network.name.endswith("max")
    by_hand = sum(
        after * 9 * before * before * (8 // 2 ** (block * pooled)) ** 2
        for block, (before, after) in enumerate(pairwise(channels))
    )
    assert network.reading.macs_paper == by_hand
    assert len(network.convolutions) == len(channels) - 1
    assert 0 <= network.accuracy <= 1
    assert network.seed == 3


def test_network_that_does_not_learn_is_drawn_again(
    tiny: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    accuracies = iter([0.1, 0.3, 0.9])

    def pretend(model: torch.nn.Module, *_: object, **__: object) -> History:
        model.eval()
        reached = next(accuracies)
        return History((1.0,), (reached,), (reached,))

    tiny.setattr(complexity, "LEAST_ACCURACY", 0.5)
    tiny.setattr(complexity, "train", pretend)
    network = train_network(0, digits(train_fraction=0.5, rng=rng), rng)
    assert network.accuracy == 0.9
    assert next(accuracies, None) is None


@pytest.mark.usefixtures("tiny")
def test_tables_of_a_tiny_run() -> None:
    verdict, evidence = evaluate(C2, Setting(True, (0, 1, 2)))
    assert {reading.side for reading in verdict.readings} == {"network", "quantum"}
    networks, layers = evidence.tables["networks"], evidence.tables["layers"]
    assert [row["seed"] for row in networks] == [0, 1, 2]
    for network in networks:
        own = [row for row in layers if row["seed"] == network["seed"]]
        assert len(own) == network["layers"]
        assert sum(row["macs_paper"] for row in own) == network["macs_paper"]
        lengths = np.array([row["length"] for row in own if row["kind"] != "ReLU"])
        assert_close(np.nansum(lengths), network["length"])
    assert len(evidence.tables["circuits"]) == 2 + 3


# ---- the claim on networks made by hand


def synthetic(factors: Real, lengths: Real) -> list[TrainedNetwork]:
    """Networks of one convolution with given operations and lengths."""
    networks = []
    for seed, (factor, length) in enumerate(zip(factors, lengths, strict=True)):
        layer = LayerReading(
            "conv1",
            "Conv2d",
            affine=True,
            macs_paper=int(factor),
            spectral_step=length,
            feature_step=length,
            length=length,
        )
        networks.append(TrainedNetwork("one", seed, 1.0, NetworkCurve("polar", (layer,), ())))
    return networks


def outcomes(monkeypatch: pytest.MonkeyPatch, lengths: Real) -> dict[str, Outcome]:
    """Outcome of each definition on the network side for networks of 1, 2, 3, ... operations."""
    networks = synthetic(np.arange(1, len(lengths) + 1) ** 2, lengths)
    monkeypatch.setattr(complexity, "train_network", lambda seed, *_: networks[seed])
    verdict, _ = evaluate(C2, Setting(True, tuple(range(len(lengths)))))
    decisive = [r for r in verdict.readings if r.decisive and r.side == "network"]
    return {reading.definition: reading.outcome for reading in decisive}


def test_lengths_that_grow_with_the_operations_support(tiny: pytest.MonkeyPatch) -> None:
    assert set(outcomes(tiny, np.arange(1.0, 13.0)).values()) == {Outcome.SUPPORTED}


def test_lengths_that_fall_refute_all_but_the_scaled_metric(tiny: pytest.MonkeyPatch) -> None:
    found = outcomes(tiny, 2.0 - 0.01 * np.arange(12))
    assert found.pop(SCALED) is Outcome.SUPPORTED  # made by hand: sqrt(factor) outgrows all
    assert set(found.values()) == {Outcome.REFUTED}
