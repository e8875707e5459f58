"""C2: the length of a network against its number of operations, and of a circuit against gates.

The paper scales the metric at each layer by ``N_k K_x K_y K_z S_x S_y S_z`` and says that the length
then corresponds to the complexity.  Scaling a metric by f scales lengths by sqrt(f).  So four lengths
of one network are compared with the sum of the factors: three that do not know the factors, and the
scaled one, which has them built in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analogs.curves import LayerReading, NetworkCurve
from analogs.evidence import Evidence, Reading, Setting, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import spearman
from analogs.mirrors.convnet.circuits import (
    NAMED,
    CircuitReading,
    named_circuit,
    random_circuit,
    read_circuit,
)
from analogs.training import Split, convnet, digits, train

# Fixed beforehand (CLAIMS.md 1.9, row C2).
LEAST_CORRELATION = 0.5
DEPTHS = (1, 2, 3, 4)
CHANNELS = (3, 4, 5, 6)
KERNELS = (1, 3, 5)
# Three halvings use up the 8 pixels of a side.
DEEPEST_POOLED = 3
TRAIN_FRACTION = 0.75
EPOCHS, BATCH_SIZE, LEARNING_RATE = 6, 32, 3e-3
# A network below this has not learnt the task; chance is 0.1.
LEAST_ACCURACY = 0.5
# Images on which the features are followed.
SAMPLES = 64
# Random circuits: one a seed on each number of qubits, with 1 to 12 two-qubit gates.
QUBITS = (2, 3)
MOST_GATES = 12
NOTE = (
    "In the scaled metric the number of operations is part of the length: the control, sqrt(factor) "
    "summed without any measured length, shows how much of that correlation is made by hand. The "
    "lengths grow with the number of layers, and so do the operations: the partial correlation "
    "holds the number of layers fixed. A feature step exists only where a layer keeps the shape. A "
    "circuit of more gates does not compute something farther away: the distance of its product "
    "soon stops growing, and is shown without a vote."
)


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A random architecture, trained, and what was read off it."""

    name: str
    seed: int
    accuracy: float
    reading: NetworkCurve

    @property
    def convolutions(self) -> tuple[LayerReading, ...]:
        """The layers that the paper gives a factor."""
        return tuple(layer for layer in self.reading.layers if layer.macs_paper)

    @property
    def scaled_length(self) -> float:
        """``sum_l sqrt(factor_l) |log W_l|``: the length in the paper's scaled metric."""
        return sum(np.sqrt(layer.macs_paper) * layer.length for layer in self.convolutions)


LENGTHS: dict[str, Callable[[TrainedNetwork], float]] = {
    "sum of |log W_l|, polar, tr/D": lambda network: network.reading.length,
    "sum of operator norms |W_l - 1|": lambda network: network.reading.spectral_length,
    "median path of the features": lambda network: network.reading.feature_length,
    "the paper's scaled metric, sum of sqrt(factor) |log W_l|": (
        lambda network: network.scaled_length
    ),
}


def length_and_complexity(setting: Setting) -> Evidence:
    """Correlate operations and lengths over random trained networks, gates and lengths of circuits."""
    total = 2 * len(setting.seeds)
    networks, circuits = [], [read_circuit(named_circuit(n), _fixed()) for n in NAMED]
    for done, (seed, rng) in enumerate(zip(setting.seeds, setting.generators(), strict=True)):
        setting.report(f"circuits of seed {seed}", done / total)
        for qubits in QUBITS:
            gates = int(rng.integers(1, MOST_GATES + 1))
            circuits.append(read_circuit(random_circuit(qubits, gates, rng), rng))
    split = digits(train_fraction=TRAIN_FRACTION, rng=_fixed())
    for done, (seed, rng) in enumerate(zip(setting.seeds, setting.generators(), strict=True)):
        setting.report(f"network of seed {seed}", 0.5 + done / total)
        networks.append(train_network(seed, split, rng))
    resampling = setting.resampling_generator()
    readings = [*_network_readings(networks, resampling), *_circuit_readings(circuits, resampling)]
    tables = {
        "networks": tuple(_network_row(network) for network in networks),
        "layers": tuple(row for network in networks for row in _layer_rows(network)),
        "circuits": tuple(dataclasses.asdict(circuit) for circuit in circuits),
    }
    return Evidence(tuple(readings), tables, note=NOTE)


def train_network(seed: int, split: Split, rng: np.random.Generator) -> TrainedNetwork:
    """Draw an architecture, train it on the digits, and read every layer.

    A network that does not learn, for want of an open ReLU, is drawn again.
    """
    while True:
        depth, kernel = int(rng.choice(DEPTHS)), int(rng.choice(KERNELS))
        pooling = str(rng.choice(("max", "none"))) if depth <= DEEPEST_POOLED else "none"
        channels = [int(width) for width in rng.choice(CHANNELS, size=depth)]
        weights = int(rng.integers(2**31))
        model = convnet(channels, kernel, pooling=pooling, seed=weights)
        history = train(
            model,
            split,
            epochs=EPOCHS,
            batch_size=BATCH_SIZE,
            learning_rate=LEARNING_RATE,
            weight_decay=0.0,
            seed=weights,
        )
        if history.test_accuracy[-1] >= LEAST_ACCURACY:
            break
    return TrainedNetwork(
        name=f"{'-'.join(map(str, channels))} kernel {kernel} pooling {pooling}",
        seed=seed,
        accuracy=history.test_accuracy[-1],
        # A square layer has det < 0 half of the time, and then no generator without a repair.
        reading=NetworkCurve.from_module(model, split.test_x[:SAMPLES], repair=True),
    )


def _fixed() -> np.random.Generator:
    """Return the generator of what is the same in every run: the split, the search for named gates."""
    return np.random.default_rng(0)


def _network_readings(
    networks: Sequence[TrainedNetwork], rng: np.random.Generator
) -> Iterator[Reading]:
    operations = [float(network.reading.macs_paper) for network in networks]
    name = "Spearman correlation of operations and length"
    for definition, length in LENGTHS.items():
        values = [length(network) for network in networks]
        yield _correlation(name, "network", definition, operations, values, rng)
    definition = next(iter(LENGTHS))
    yield _correlation(
        f"control, at a fixed number of layers: {name}",
        "network",
        definition,
        operations,
        [network.reading.length for network in networks],
        rng,
        given=[float(len(network.convolutions)) for network in networks],
        decisive=False,
    )
    yield _correlation(
        "control: Spearman correlation of operations and the sum of sqrt(factor)",
        "network",
        list(LENGTHS)[-1],
        operations,
        [
            float(sum(np.sqrt(layer.macs_paper) for layer in network.convolutions))
            for network in networks
        ],
        rng,
        decisive=False,
    )


def _circuit_readings(
    circuits: Sequence[CircuitReading], rng: np.random.Generator
) -> Iterator[Reading]:
    counts = [float(circuit.two_qubit_gates) for circuit in circuits]
    yield _correlation(
        "Spearman correlation of two-qubit gates and length of the path",
        "quantum",
        "sum of |log g|, Nielsen's metric, cost 4^n beyond weight 2, tr/2^n",
        counts,
        [circuit.path_length for circuit in circuits],
        rng,
    )
    yield _correlation(
        "control: Spearman correlation of two-qubit gates and distance of the product",
        "quantum",
        "shortest curve found, Nielsen's metric, cost 4^n beyond weight 2, tr/2^n",
        counts,
        [circuit.distance for circuit in circuits],
        rng,
        decisive=False,
    )


def _correlation(
    name: str,
    side: str,
    definition: str,
    x: Sequence[float],
    y: Sequence[float],
    rng: np.random.Generator,
    *,
    given: Sequence[float] | None = None,
    decisive: bool = True,
) -> Reading:
    result = spearman(x, y, given=given, alternative="greater", rng=rng)
    return effect_reading(
        name,
        side,
        definition,
        result.interval,
        count=len(x),
        smallest_effect=LEAST_CORRELATION,
        p_value=result.p_value,
        decisive=decisive,
    )


def _network_row(network: TrainedNetwork) -> Row:
    reading = network.reading
    return {
        "name": network.name,
        "seed": network.seed,
        "layers": len(reading.layers),
        "macs_paper": reading.macs_paper,
        "macs_counted": reading.macs_counted,
        "length": reading.length,
        "spectral_length": reading.spectral_length,
        "feature_length": reading.feature_length,
        "scaled_length": network.scaled_length,
        "accuracy": network.accuracy,
    }


def _layer_rows(network: TrainedNetwork) -> Iterator[Row]:
    for position, layer in enumerate(network.reading.layers):
        yield {
            "network": network.name,
            "seed": network.seed,
            "position": position,
            "layer": layer.name,
            "kind": layer.kind,
            "macs_paper": layer.macs_paper,
            "macs_counted": layer.macs_counted,
            "length": layer.length,
            "sentence": "; ".join(layer.remarks) or None,
        }
