"""R8: total variation of local curvature along residual and plain networks, paired by seed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch

from analogs.curves.differential import jacobian_at, sample_map
from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.repetition import Tables
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import bca_interval, permutation_p
from analogs.mirrors.smoothness.proxies import (
    COST,
    Array,
    generators,
    growth,
    parallelograms,
    pixel_metric,
    plane_curvatures,
    total_variation,
)
from analogs.mirrors.smoothness.quantum import gate_and_geodesic
from analogs.training import Split, digits, train
from analogs.training.networks import Stack, plain_net, residual_net

# Fixed beforehand: "much smoother".
LEAST_RATIO = 2.0
DEPTH, LAYERS = 12, 2
CHANNELS, SIDE = 4, 4
STACK = Stack(CHANNELS, activation="tanh")
TRAIN_FRACTION = 0.75
EPOCHS, BATCH_SIZE, LEARNING_RATE = 5, 64, 5e-3
IMAGES_QUICK, IMAGES = 4, 16
NETWORKS = {"residual": residual_net, "plain": plain_net}

PROXIES = {
    "growth": "growth of tangent vectors",
    "curvature": "sectional curvature of neighbouring steps, costs by distance",
    "relative": "growth of tangent vectors over its mean size",
    "free": "sectional curvature of neighbouring steps, without costs",
    "tensor": "curvature tensor on neighbouring steps, with their size, costs by distance",
}
DECISIVE = ("growth", "curvature")
STAGES = ("start", "trained")
CIRCUITS = (
    "K of neighbouring velocities, a row of random gates against a geodesic, Nielsen's metric"
)


def measure_smoothness(trial: Trial) -> Tables:
    """Train both networks and follow their curvature on test images, before and after."""
    rng = trial.generator()
    split = digits(train_fraction=TRAIN_FRACTION, rng=rng)
    seed = int(rng.integers(2**31))
    chosen = rng.permutation(len(split.test_x))[: IMAGES_QUICK if trial.quick else IMAGES]
    images = split.test_x[chosen]
    rough: list[Row] = []
    along: list[Row] = []
    for done, (name, make) in enumerate(NETWORKS.items()):
        trial.report(f"{name} network", done / len(NETWORKS))
        model = make(DEPTH, STACK, seed=seed).eval()
        for stage in STAGES:
            accuracy = _train(model, split, seed) if stage == "trained" else None
            curves = follow(model, images)
            rough.append(
                {"network": name, "stage": stage, "accuracy": accuracy, **roughness(curves)}
            )
            along.extend(_rows(name, stage, curves))
    trial.report("circuits", 1.0)
    return {"roughness": rough, "along": along, "circuits": [gate_and_geodesic(rng)]}


def _train(model: torch.nn.Module, split: Split, seed: int) -> float:
    history = train(
        model,
        split,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
        learning_rate=LEARNING_RATE,
        weight_decay=0.0,
        seed=seed,
    )
    return history.test_accuracy[-1]


def step_jacobians(model: torch.nn.Sequential, image: Array) -> list[Array]:
    """Return the Jacobians of the steps, two layers of weights each, at what the image becomes.

    Examples
    --------
    >>> model = plain_net(4, STACK, seed=0).eval()
    >>> [jacobian.shape for jacobian in step_jacobians(model, np.zeros((1, 8, 8)))]
    [(64, 64), (64, 64)]
    """
    units = [unit for name, unit in model.named_children() if name.startswith("unit")]
    # A unit of the plain network holds one layer of weights, one of the residual network two.
    together = LAYERS * len(units) // _weight_layers(units)
    with torch.no_grad():
        point = sample_map(model.get_submodule("stem"))(torch.from_numpy(image).to(torch.float64))
    jacobians = []
    for start in range(0, len(units), together):
        step = sample_map(torch.nn.Sequential(*units[start : start + together]).eval())
        jacobians.append(jacobian_at(step, point))
        with torch.no_grad():
            point = step(point)
    return jacobians


def _weight_layers(units: Sequence[torch.nn.Module]) -> int:
    return sum(isinstance(layer, torch.nn.Conv2d) for unit in units for layer in unit.modules())


def follow(model: torch.nn.Sequential, images: Array) -> dict[str, Array]:
    """Return the local curvature along the network by each definition, shape (images, steps)."""
    found: dict[str, list[Array]] = {name: [] for name in ("growth", "curvature", "free", "tensor")}
    metric, free = (pixel_metric(CHANNELS, SIDE, cost) for cost in (COST, 1.0))
    for image in images:
        jacobians = step_jacobians(model, image)
        steps = generators(jacobians)
        found["growth"].append(growth(jacobians))
        found["curvature"].append(plane_curvatures(metric, steps))
        found["free"].append(plane_curvatures(free, steps))
        found["tensor"].append(found["curvature"][-1] * parallelograms(metric, steps))
    return {name: np.array(values) for name, values in found.items()}


def roughness(curves: Mapping[str, Array]) -> dict[str, float]:
    """Return the mean total variation over the images, by each definition."""
    rough = {
        name: float(np.mean([total_variation(values) for values in rows]))
        for name, rows in curves.items()
    }
    return rough | {"relative": rough["growth"] / float(np.abs(curves["growth"]).mean())}


def _rows(name: str, stage: str, curves: Mapping[str, Array]) -> Iterator[Row]:
    """Means over the images; the last step has no plane with a next one."""
    for step in range(DEPTH // LAYERS):
        row: dict[str, float | int | str | None] = {
            "network": name,
            "stage": stage,
            "step": step + 1,
        }
        for proxy, values in curves.items():
            row[proxy] = float(values[:, step].mean()) if step < values.shape[1] else None
        yield row


def decide_smoothness(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Compare the two networks of each seed."""
    rng = setting.resampling_generator()
    readings = [
        _ratio(_paired(tables["roughness"], stage, proxy), proxy, stage, rng)
        for stage in reversed(STAGES)
        for proxy in PROXIES
    ]
    rows = tables["circuits"]
    logs = np.log(numbers(rows, "gates")) - np.log(numbers(rows, "geodesic"))
    readings.append(
        effect_reading(
            "log ratio of the total variations, gates over geodesic",
            "quantum",
            CIRCUITS,
            bca_interval(logs, rng=rng),
            count=len(logs),
            smallest_effect=float(np.log(LEAST_RATIO)),
            decisive=False,
        )
    )
    return Evidence(tuple(readings), tables)


def _paired(rows: Sequence[Row], stage: str, proxy: str) -> Array:
    """Log ratios plain over residual, one a seed, in the order of the seeds."""
    plain, residual = (
        numbers([row for row in rows if (row["network"], row["stage"]) == (name, stage)], proxy)
        for name in ("plain", "residual")
    )
    return np.log(plain) - np.log(residual)


def _ratio(logs: Array, proxy: str, stage: str, rng: np.random.Generator) -> Reading:
    decisive = proxy in DECISIVE and stage == "trained"
    p_value = permutation_p(
        logs,
        np.zeros_like(logs),
        _mean_difference,
        exchange="paired",
        alternative="greater",
        rng=rng,
    )
    return effect_reading(
        f"log ratio of the total variations, plain over residual, {stage}",
        "network",
        PROXIES[proxy],
        bca_interval(logs, rng=rng),
        count=len(logs),
        smallest_effect=float(np.log(LEAST_RATIO)),
        p_value=p_value,
        decisive=decisive,
    )


def _mean_difference(x: Array, y: Array, axis: int = -1) -> Array:
    return np.mean(x, axis=axis) - np.mean(y, axis=axis)
