"""C4: what units of a network, unitary gates and flows of landmarks do to the metric on the data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch

from analogs.curves import metric_at, pull_back
from analogs.curves.differential import jacobian_at
from analogs.curves.spectrum import singular_values
from analogs.evidence import Evidence, Reading, Setting, Trial, exact_reading, share_reading
from analogs.evidence.claim import Row
from analogs.evidence.repetition import Tables
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import wilson_interval
from analogs.training import convnet, digits, train
from qgeom.algebra.targets import target
from qgeom.diffeo.kernels import Gaussian
from qgeom.diffeo.landmarks import shoot_landmarks

# Fixed beforehand.
ALMOST_EVERYWHERE, CHANGE, IDENTITY = 0.95, 0.01, 1e-10
CHANNELS, KERNEL = (4, 8), 3
TRAIN_FRACTION = 0.75
EPOCHS, BATCH_SIZE, LEARNING_RATE = 4, 64, 1e-2
IMAGES_QUICK, IMAGES = 24, 40
QUBITS, GATES = 2, 8
LANDMARKS, POINTS = 8, 40
# Step of the differences of the flow: the error of fourth order is below 1e-8.
STEP = 1e-2
TOLERANCE = 1e-11

UNITS = {"ReLU": "act", "max pooling": "pool"}
COMPOSITION, GATE, FLOW = (
    "pull-back of the composition against the pull-backs one by one",
    "unitary gates as real maps of C^N",
    "flow of eight landmarks, Gaussian kernel",
)


def measure_changes(trial: Trial) -> Tables:
    """Train one network and read its units; draw gates and flows."""
    rng = trial.generator()
    split = digits(train_fraction=TRAIN_FRACTION, rng=rng)
    seed = int(rng.integers(2**31))
    model = convnet(CHANNELS, KERNEL, seed=seed)
    train(
        model,
        split,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        weight_decay=0.0,
        seed=seed,
    )
    model.double().requires_grad_(False)
    chosen = rng.permutation(len(split.test_x))[: IMAGES_QUICK if trial.quick else IMAGES]
    units: list[Row] = []
    compositions: list[Row] = []
    for done, place in enumerate(chosen):
        trial.report(f"image {done + 1} of {len(chosen)}", done / len(chosen))
        image = torch.from_numpy(split.test_x[place])
        units.extend(unit_changes(model, image))
        compositions.append({"image": int(place), "error": composition_error(model, image)})
    return {
        "units": units,
        "compositions": compositions,
        "gates": [{"change": gate_change(rng)} for _ in range(GATES)],
        "points": list(flow_changes(rng)),
    }


def unit_changes(model: torch.nn.Sequential, image: torch.Tensor) -> Iterator[Row]:
    """One row for each ReLU and each pooling that the image passes, and an average pooling beside."""
    point = image.to(torch.float64)
    for name, layer in model.named_children():
        kind = next((kind for kind, start in UNITS.items() if name.startswith(start)), None)
        if kind is not None:
            yield _change(name, kind, layer, point)
        if kind == "max pooling":
            average = torch.nn.AvgPool2d(2).eval()
            yield _change(name, "average pooling", average, point)
        point = layer(point[None])[0]


def _change(name: str, kind: str, layer: torch.nn.Module, point: torch.Tensor) -> Row:
    jacobian = jacobian_at(layer, point)
    values = singular_values(jacobian)
    kept = values[values > 0]
    dimensions = jacobian.shape[1]
    # |J^T J - 1|: the eigenvalues of J^T J are s^2, and 0 on what J loses.
    squares = np.concatenate([values**2, np.zeros(dimensions - len(values))])
    return {
        "unit": name,
        "kind": kind,
        "change": float(np.abs(squares - 1).max()),
        "lost": 1 - len(kept) / dimensions,
        "kept_log_volume": float(np.log(kept).sum()),
    }


def composition_error(model: torch.nn.Sequential, image: torch.Tensor) -> float:
    """Relative difference of the metric pulled back unit by unit, and of the whole network."""
    whole = metric_at(model, image)
    return float(np.abs(pull_back(model, image)[0] - whole).max() / np.abs(whole).max())


def gate_change(rng: np.random.Generator) -> float:
    """|J^T J - 1| of a Haar-random gate, read as a real map of (Re psi, Im psi).

    Examples
    --------
    >>> gate_change(np.random.default_rng(0)) < 1e-14
    True
    """
    unitary = target("haar", QUBITS, rng=rng).matrix
    real = np.block([[unitary.real, -unitary.imag], [unitary.imag, unitary.real]])
    rotation = torch.from_numpy(real)
    state = rng.standard_normal(len(real))
    metric = metric_at(lambda psi: rotation @ psi, state)
    return float(np.linalg.norm(metric - np.eye(len(real)), 2))


def flow_changes(rng: np.random.Generator) -> Iterator[Row]:
    """|D^T D - 1| and log det D of a flow at random points, D by differences of fourth order.

    Points without momentum are carried by the flow of those that have some.
    """
    anchors, momenta = rng.uniform(-1, 1, size=(LANDMARKS, 2)), rng.standard_normal((LANDMARKS, 2))
    points = rng.uniform(-1, 1, size=(POINTS, 2))
    offsets = STEP * np.array([-2, -1, 1, 2])[:, None, None] * np.eye(2)
    cloud = (points[:, None, None] + offsets).reshape(-1, 2)
    still = np.zeros_like(cloud)
    path = shoot_landmarks(
        Gaussian(1.0),
        np.concatenate([anchors, cloud]),
        np.concatenate([momenta / LANDMARKS, still]),
        tolerance=TOLERANCE,
    )
    ends = path.endpoint[LANDMARKS:].reshape(POINTS, 4, 2, 2)
    rule = np.array([1, -8, 8, -1]) / (12 * STEP)
    for derivative in np.einsum("s,psij->pji", rule, ends):
        change = np.linalg.norm(derivative.T @ derivative - np.eye(2), 2)
        yield {"change": float(change), "log_volume": float(np.log(np.linalg.det(derivative)))}


def decide_changes(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Count the pairs whose metric has changed, and state the worst errors of the identities."""
    readings = [
        *(_share(_of_kind(tables["units"], kind), "network", kind) for kind in UNITS),
        _worst("error", tables["compositions"], "network", COMPOSITION),
        _worst("change", tables["gates"], "quantum", GATE),
        _share(tables["points"], "template", FLOW),
        _share(_of_kind(tables["units"], "average pooling"), "network", "average pooling", False),
    ]
    return Evidence(tuple(readings), tables)


def _of_kind(rows: Sequence[Row], kind: str) -> list[Row]:
    return [row for row in rows if row["kind"] == kind]


def _share(rows: Sequence[Row], side: str, definition: str, decisive: bool = True) -> Reading:
    changed = int((numbers(rows, "change") > CHANGE).sum())
    return share_reading(
        f"share where |g - 1| is above {CHANGE:g}",
        side,
        definition,
        wilson_interval(changed, len(rows)),
        count=len(rows),
        threshold=ALMOST_EVERYWHERE,
        decisive=decisive,
    )


def _worst(column: str, rows: Sequence[Row], side: str, definition: str) -> Reading:
    worst = float(numbers(rows, column).max())
    name = "relative error" if column == "error" else "|g - 1|"
    return exact_reading(name, side, definition, worst, tolerance=IDENTITY, count=len(rows))
