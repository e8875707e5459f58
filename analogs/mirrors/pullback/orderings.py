"""C3: lengths of networks in a metric that changes by layer, and in one metric for all layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch

from analogs.curves import LayerWeights, NetworkCurve, band_weights, kernel_weights
from analogs.evidence import Evidence, Reading, Setting, Trial, bound_reading, exact_reading
from analogs.evidence.claim import Row
from analogs.evidence.repetition import Tables
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import spearman
from analogs.training import Split, build, digits, train
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import custom, nielsen

# Fixed beforehand.
LEAST_AGREEMENT = 0.9
COST, RADIUS = 16.0, 1
NETWORKS = 4
DEPTHS, KERNELS, CHANNELS = (2, 3, 4), (1, 3, 5), (2, 3, 4)
SIDE, CLASSES = 4, 10
TRAIN_FRACTION = 0.75
EPOCHS, BATCH_SIZE, LEARNING_RATE = 4, 64, 1e-2
# The lengths are those of weights: the samples only run through them.
SAMPLES = 2
QUBITS, GATES = 3, 8
ROUNDING = 1e-10

FIXED, SCALED = "one metric: radius 1 for all layers", "the paper's scaled metric"
NOTE = (
    "The scaled metric is scaled at each layer by another factor, so it changes by layer too, "
    "unless all factors in a network are equal: see the reading without a vote."
)


def compare_lengths(trial: Trial) -> Tables:
    """Train networks of random kernels and channels, and measure their lengths in each metric."""
    rng = trial.generator()
    split = digits(train_fraction=TRAIN_FRACTION, rng=rng)
    rows: list[Row] = []
    for number in range(NETWORKS):
        trial.report(f"network {number + 1} of {NETWORKS}", number / NETWORKS)
        depth = int(rng.choice(DEPTHS))
        kernels = [int(kernel) for kernel in rng.choice(KERNELS, size=depth)]
        channels = [int(width) for width in rng.choice(CHANNELS, size=depth)]
        rows.append(_measured(kernels, channels, split, seed=int(rng.integers(2**31))))
    return {"networks": rows, "circuits": [circuit_lengths(rng)]}


def mixed_network(kernels: Sequence[int], channels: Sequence[int], *, seed: int) -> torch.nn.Module:
    """Convolutions with a kernel of their own each and ReLU, behind means over 2 x 2 pixels.

    Examples
    --------
    >>> model = mixed_network([1, 5], [2, 3], seed=0)
    >>> [layer.kernel_size for layer in model if isinstance(layer, torch.nn.Conv2d)]
    [(1, 1), (5, 5)]
    """

    def make() -> torch.nn.Module:
        layers: list[torch.nn.Module] = [torch.nn.AvgPool2d(2)]
        before = 1
        for kernel, after in zip(kernels, channels, strict=True):
            layers += [torch.nn.Conv2d(before, after, kernel, padding=kernel // 2), torch.nn.ReLU()]
            before = after
        layers += [torch.nn.Flatten(), torch.nn.Linear(before * SIDE**2, CLASSES)]
        return torch.nn.Sequential(*layers)

    return build(seed, make)


def _measured(kernels: Sequence[int], channels: Sequence[int], split: Split, *, seed: int) -> Row:
    model = mixed_network(kernels, channels, seed=seed)
    history = train(
        model,
        split,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        weight_decay=0.0,
        seed=seed,
    )
    lengths = three_lengths(model, split.test_x[:SAMPLES])
    return {
        "kernels": " ".join(map(str, kernels)),
        "channels": " ".join(map(str, channels)),
        "layers": len(kernels),
        "accuracy": history.test_accuracy[-1],
        **lengths,
    }


def three_lengths(model: torch.nn.Module, x: np.ndarray) -> dict[str, float]:
    """Return the lengths of the convolutions in the three metrics, and the spread of the factors."""

    def convolutions(weights: LayerWeights) -> NetworkCurve:
        curve = NetworkCurve.from_module(model, x, weights=weights, repair=True)
        kept = tuple(layer for layer in curve.layers if layer.macs_paper)
        return NetworkCurve(curve.mode, kept, curve.remarks)

    changing, fixed = convolutions(kernel_weights(COST)), convolutions(band_weights(RADIUS, COST))
    factors = np.array([layer.macs_paper for layer in fixed.layers])
    plain = np.array([layer.unpenalised_length for layer in fixed.layers])
    return {
        "changing": changing.length,
        "fixed": fixed.length,
        "scaled": float(np.sqrt(factors) @ plain),
        "factor_ratio": float(factors.max() / factors.min()),
    }


def circuit_lengths(rng: np.random.Generator) -> Row:
    """Lengths of gates exp(-i H) on random pairs of qubits, in both metrics of quantum circuits."""
    fixed = PauliMetric(QUBITS, nielsen(COST))
    changing, constant = 0.0, 0.0
    for _ in range(GATES):
        pair = set(rng.choice(QUBITS, size=2, replace=False).tolist())
        own = PauliMetric(QUBITS, custom(_cost_outside(pair)))
        local = np.array([_support(label) <= pair for label in fixed.strings.labels])
        velocity = np.where(local, rng.standard_normal(fixed.dim), 0.0)
        changing += float(own.norm(velocity))
        constant += float(fixed.norm(velocity))
    return {"gates": GATES, "changing": changing, "fixed": constant}


def decide_orderings(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Correlate the lengths over all networks."""
    rng = setting.resampling_generator()
    rows = tables["networks"]
    circuits = tables["circuits"]
    apart = np.abs(numbers(circuits, "changing") - numbers(circuits, "fixed"))
    readings = [
        *_agreements(rows, rng),
        exact_reading(
            "difference of the lengths of circuits",
            "quantum",
            "metric of a gate's own two qubits, and Nielsen's",
            float(apart.max()),
            tolerance=ROUNDING,
            count=len(circuits),
            decisive=False,
        ),
    ]
    return Evidence(tuple(readings), tables, note=NOTE)


def _agreements(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    changing, layers = numbers(rows, "changing"), numbers(rows, "layers")
    for name, definition in (("fixed", FIXED), ("scaled", SCALED)):
        values = numbers(rows, name)
        for given, words in ((None, ""), (layers, "control, at a fixed number of layers: ")):
            result = spearman(changing, values, given=given, rng=rng)
            yield bound_reading(
                f"{words}correlation with the length in the metric that changes by layer",
                "network",
                definition,
                result.interval,
                count=len(rows),
                bound=LEAST_AGREEMENT,
                decisive=given is None,
            )
    yield exact_reading(
        "log of the largest over the smallest factor in a network",
        "network",
        SCALED,
        float(np.log(numbers(rows, "factor_ratio").max())),
        tolerance=ROUNDING,
        count=len(rows),
        decisive=False,
    )


def _support(label: str) -> set[int]:
    """Qubits that a Pauli string moves; the leftmost letter is the highest one."""
    return {place for place, letter in enumerate(reversed(label)) if letter != "I"}


def _cost_outside(pair: set[int]) -> Callable[[str], float]:
    return lambda label: 1.0 if _support(label) <= pair else COST
