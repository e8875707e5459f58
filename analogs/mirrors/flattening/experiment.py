"""C10: whether trained networks flatten the data, beside untrained and wrongly trained ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading, exact_reading
from analogs.evidence.claim import Row
from analogs.evidence.repetition import Tables
from analogs.evidence.statistics import bca_interval, permutation_p, slope
from analogs.mirrors.flattening.layers import (
    CONVNET,
    MLP,
    make_network,
    probe_accuracy,
    read_layers,
    representations,
)
from analogs.training import Split, accuracy, digits, train
from qgeom._typing import Integer, Real
from qgeom.algebra.targets import target

# Fixed beforehand (CLAIMS.md 1.9): standard deviations a layer, and a correlation.
LEAST_SLOPE, LEAST_CORRELATION = 0.1, 0.1
TRAIN_FRACTION = 0.5
IMAGES = 400
EPOCHS, BATCH_SIZE, LEARNING_RATE = 30, 64, 3e-3
TRAINED, UNTRAINED, SHUFFLED = "trained", "untrained", "shuffled labels"
CONTROLS = (UNTRAINED, SHUFFLED)
MEASURES = {
    "dimension": "log intrinsic dimension (TwoNN)",
    "detour": "log ratio of geodesic and straight distance",
    "residual": "log share of variance outside the best plane of near neighbours in a class",
}
FLOW = "flow"
SHOWN = {
    "dimension_many": "log intrinsic dimension (10 neighbours)",
    "probe": "accuracy of a linear probe",
}
# Of the null: states of some qubits, carried by random unitaries.
QUBITS, STATES, STEPS = 4, 200, 4
TOLERANCE = 1e-9


def repeat(trial: Trial) -> Tables:
    """Train both networks on true and on shuffled labels, and read every layer of all."""
    rng = trial.generator()
    split = digits(train_fraction=TRAIN_FRACTION, rng=rng)
    shuffled = Split(split.train_x, rng.permutation(split.train_y), split.test_x, split.test_y)
    number = int(rng.integers(2**31))
    layers: list[Row] = []
    networks: list[Row] = []
    cases = [(name, training) for name in (CONVNET, MLP) for training in (TRAINED, *CONTROLS)]
    for done, (name, training) in enumerate(cases):
        trial.report(f"{name}, {training}", done / len(cases))
        model = make_network(name, number)
        if training != UNTRAINED:
            train(
                model,
                split if training == TRAINED else shuffled,
                epochs=EPOCHS,
                batch_size=BATCH_SIZE,
                learning_rate=LEARNING_RATE,
                weight_decay=0.0,
                seed=number,
            )
        case = {"network": name, "training": training}
        networks.append(case | {"accuracy": accuracy(model, split.test_x, split.test_y)})
        train_layers = representations(model, split.train_x)
        test_layers = representations(model, split.test_x[:IMAGES])
        readings = read_layers(test_layers, split.test_y[:IMAGES])
        for position, reading in enumerate(readings):
            probe = probe_accuracy(
                train_layers[position], split.train_y, test_layers[position], split.test_y[:IMAGES]
            )
            layers.append({**case, "layer": position, **reading, "probe": probe})
    return {"layers": layers, "networks": networks, "unitaries": [*unitary_rows(rng)]}


def unitary_rows(rng: np.random.Generator) -> Iterator[Row]:
    """The same readings of random states, as real vectors, that pass through random unitaries."""
    states = rng.normal(size=(STATES, 1 << QUBITS, 2)) @ np.array([1.0, 1j])
    states /= np.linalg.norm(states, axis=1, keepdims=True)
    labels: Integer = np.arange(STATES) % 10
    found = [states]
    for _ in range(STEPS):
        found.append(found[-1] @ target("haar", QUBITS, rng=rng).matrix.T)
    layers: list[Real] = [np.concatenate([own.real, own.imag], axis=1) for own in found]
    for position, reading in enumerate(read_layers(layers, labels)):
        yield {"layer": position, **reading}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Compare slopes over layers with 0, and with both controls seed by seed."""
    rng = setting.resampling_generator()
    readings: list[Reading] = []
    for name in (CONVNET, MLP):
        rows = [row for row in tables["layers"] if row["network"] == name]
        for column, words in (MEASURES | SHOWN).items():
            values = {kind: slopes(rows, kind, column) for kind in (TRAINED, *CONTROLS)}
            what = f"slope over layers, sd a layer, of the {words}"
            # A probe gains where the others fall.
            sign = 1 if column == "probe" else -1
            readings += compare(
                what, name, words, values, LEAST_SLOPE, rng, sign=sign, decisive=column in MEASURES
            )
        flows = {kind: mean_flow(rows, kind) for kind in (TRAINED, *CONTROLS)}
        what = (
            "mean over layers of the correlation of Forman's curvature and the stretch of an edge"
        )
        readings += compare(what, name, "Ricci flow", flows, LEAST_CORRELATION, rng)
    readings.append(unitary_reading(tables["unitaries"]))
    return Evidence(tuple(readings), tables, note=_note(tables["networks"]))


def slopes(rows: Sequence[Row], training: str, column: str) -> Real:
    """Least-squares slope over the layers, one a seed, over the standard deviation of all `rows`.

    Examples
    --------
    >>> rows = [{"seed": 0, "training": "trained", "layer": k, "x": -2.0 * k} for k in (0, 1, 2)]
    >>> slopes(rows, "trained", "x").round(6).tolist()
    [-1.224745]
    """
    spread = np.std([_number(row[column]) for row in rows])
    return np.array(
        [
            slope(*np.transpose([[_number(row["layer"]), _number(row[column])] for row in own]))
            for own in _by_seed(rows, training)
        ]
    ) / (spread if spread > 0 else 1.0)


def mean_flow(rows: Sequence[Row], training: str) -> Real:
    """Mean coefficient over the layers that have a next one, one a seed."""
    return np.array(
        [
            np.mean([_number(row[FLOW]) for row in own if row[FLOW] is not None])
            for own in _by_seed(rows, training)
        ]
    )


def compare(
    what: str,
    network: str,
    words: str,
    values: Mapping[str, Real],
    smallest_effect: float,
    rng: np.random.Generator,
    *,
    sign: int = -1,
    decisive: bool = True,
) -> Iterator[Reading]:
    """A trained network against nothing, and against both controls: three parts of one definition."""
    trained = values[TRAINED]
    rivals = {"": np.zeros_like(trained)} | {
        f", trained minus {kind}": values[kind] for kind in CONTROLS
    }
    for suffix, other in rivals.items():
        yield effect_reading(
            what + suffix,
            "network",
            f"{network}: {words}",
            bca_interval(trained - other, rng=rng),
            count=len(trained),
            smallest_effect=smallest_effect,
            direction=sign,
            p_value=permutation_p(
                trained,
                other,
                _mean_difference,
                exchange="paired",
                alternative="greater" if sign > 0 else "less",
                rng=rng,
            ),
            decisive=decisive,
        )


def unitary_reading(rows: Sequence[Row]) -> Reading:
    """Null: what preserves distances flattens nothing."""
    moved = [
        np.ptp([_number(row[column]) for row in rows if row["seed"] == seed])
        for column in MEASURES
        for seed in dict.fromkeys(row["seed"] for row in rows)
    ]
    flows = [abs(_number(row[FLOW])) for row in rows if row[FLOW] is not None]
    return exact_reading(
        "null: largest change over the layers of a random circuit of the same measures and flow",
        "quantum",
        f"{STATES} random states of {QUBITS} qubits, {STEPS} random unitaries",
        float(max(*moved, *flows)),
        tolerance=TOLERANCE,
        count=len(rows),
        decisive=False,
    )


def _by_seed(rows: Sequence[Row], training: str) -> list[list[Row]]:
    own = [row for row in rows if row["training"] == training]
    return [
        [row for row in own if row["seed"] == seed]
        for seed in dict.fromkeys(row["seed"] for row in own)
    ]


def _mean_difference(x: Real, y: Real, axis: int = -1) -> Real:
    difference: Real = np.mean(x - y, axis=axis)
    return difference


def _number(value: object) -> float:
    return float(np.asarray(value, dtype=float))


def _note(rows: Sequence[Row]) -> str:
    parts = [
        f"{name}, {kind}: "
        + format(
            np.mean(
                [
                    _number(row["accuracy"])
                    for row in rows
                    if (row["network"], row["training"]) == (name, kind)
                ]
            ),
            ".2f",
        )
        for name in (CONVNET, MLP)
        for kind in (TRAINED, SHUFFLED)
    ]
    return f"Test accuracy, mean over seeds: {'; '.join(parts)}."
