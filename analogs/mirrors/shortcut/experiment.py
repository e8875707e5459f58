"""R3, R4: networks by the distance of their shortcuts from the identity, and drifts on groups."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import torch

from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading, exact_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import spearman
from analogs.mirrors.shortcut.drift import NEAR, drifts
from analogs.training import Split
from analogs.training.brief import few_digits, train_briefly
from analogs.training.networks import Stack, residual_net
from analogs.training.networks.residual import ResidualUnit

# Rank correlation with the distance, and what rounding may take from the triangle inequality.
LEAST_CORRELATION, TOLERANCE = 0.5, 1e-9
WIDTH, DEPTH_QUICK, DEPTH_FULL = 12, 8, 16
NORMALISATIONS = ("batch", "none")
SCALES_QUICK, ANGLES_QUICK = (0.5, 0.8, 1.2), (math.pi / 4, math.pi)
SCALES_FULL = (0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.5)
ANGLES_FULL = (math.pi / 8, math.pi / 4, math.pi / 2, math.pi)
IDENTITY, SCALED, TURNED = "identity", "scaled", "turned"
QUBITS, DRIFTS = (2, 3), 20
# Training images on which F is measured, and what counts as |F| / |x| where the weights are lost.
MEASURED, LARGEST_SIZE = 100, 1e6
FAMILIES = {SCALED: "h = a", TURNED: "h = R(theta)"}
NAMES = {
    "distance": "|log h|",
    "size": "|F| / |x|",
    "size_before": "|F| / |x| before training",
    "compensation": "the share of 1 - h in F",
    "loss": "training loss",
    "test_error": "test error",
    "wrong": "d(I, h)",
    "needed": "d(I, U h^-1)",
}


@dataclass(frozen=True)
class Level:
    """A shortcut ``h = scale R(angle)``."""

    family: str
    scale: float = 1.0
    angle: float = 0.0

    @property
    def distance(self) -> float:
        """``|log h|`` over the root of the dimension, log the principal one."""
        return math.hypot(math.log(self.scale), self.angle)


def levels(quick: bool) -> list[Level]:
    """Return the identity, and both families without it."""
    scales, angles = (SCALES_QUICK, ANGLES_QUICK) if quick else (SCALES_FULL, ANGLES_FULL)
    scaled = [Level(SCALED, scale=scale) for scale in scales]
    return [Level(IDENTITY), *scaled, *(Level(TURNED, angle=angle) for angle in angles)]


def repeat(trial: Trial) -> Mapping[str, Sequence[Row]]:
    """Train one network a level and normalisation, and draw layers with drifts."""
    rng = trial.generator()
    split, seed = few_digits(rng), int(rng.integers(2**31))
    cells = [(level, name) for name in NORMALISATIONS for level in levels(trial.quick)]
    rows: list[Row] = []
    for done, (level, normalisation) in enumerate(cells):
        trial.report(f"{level.family} by {level.distance:.2f}", done / len(cells))
        rows.append(train_level(level, normalisation, split, seed, quick=trial.quick))
    drawn = [asdict(drift) for n_qubits in QUBITS for drift in drifts(n_qubits, DRIFTS, rng)]
    return {"networks": rows, "drifts": drawn}


def train_level(level: Level, normalisation: str, split: Split, seed: int, *, quick: bool) -> Row:
    """Train the network of a level and measure its residual functions before and after."""
    depth = DEPTH_QUICK if quick else DEPTH_FULL
    stack = Stack(WIDTH, normalisation=normalisation)
    model = residual_net(depth, stack, scale=level.scale, angle=level.angle, seed=seed)
    x = torch.tensor(split.train_x[:MEASURED], dtype=torch.float32)
    size_before, _ = residual_size(model, x)
    found = train_briefly(model, split, quick=quick, seed=seed)
    size, compensation = residual_size(model, x)
    return {
        "family": level.family,
        "scale": level.scale,
        "angle": level.angle,
        "distance": level.distance,
        "normalisation": normalisation,
        "size_before": size_before,
        "size": size,
        "compensation": compensation,
        "test_error": 1 - found.test_accuracy,
        **asdict(found),
    }


def residual_size(model: torch.nn.Sequential, x: torch.Tensor) -> tuple[float, float | None]:
    """Return ``|F(x)| / |x|`` and ``<F(x), x - h(x)> / |x - h(x)|^2``, medians over the units.

    The second is the share of the wrong shortcut that F takes back; None where h is the identity.
    """
    model.eval()
    sizes, shares = [], []
    with torch.no_grad():
        x = model.get_submodule("stem")(x)
        for unit in model:
            if not isinstance(unit, ResidualUnit):
                continue
            residual, wrong = unit.branch(x), x - unit.shortcut(x)
            sizes.append(float((residual.norm() / x.norm()).nan_to_num(LARGEST_SIZE)))
            if wrong.any():
                share = (residual * wrong).sum() / (wrong * wrong).sum()
                shares.append(float(share.nan_to_num()))
            x = unit(x)
    return float(np.median(sizes)), float(np.median(shares)) if shares else None


def conclude_compensation(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """R3: F grows with the distance of h from the identity, and the loss with F; drifts on groups."""
    rng = setting.resampling_generator()
    readings = [*_drift_readings(tables["drifts"], rng)]
    for definition, rows in _definitions(tables["networks"]):
        for x, y in (("distance", "size"), ("size", "loss")):
            readings.append(_correlation(x, y, "network", definition, rows, rng))
        readings.append(
            _correlation("distance", "size_before", "network", definition, rows, rng, shown=True)
        )
        apart = [row for row in rows if row["compensation"] is not None]
        readings.append(
            _correlation("distance", "compensation", "network", definition, apart, rng, shown=True)
        )
    return Evidence(tuple(readings), tables)


def conclude_training(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """R4: the training loss grows with the distance of h from the identity."""
    rng = setting.resampling_generator()
    readings = []
    for definition, rows in _definitions(tables["networks"]):
        readings.append(_correlation("distance", "loss", "network", definition, rows, rng))
        readings.append(
            _correlation("distance", "test_error", "network", definition, rows, rng, shown=True)
        )
    return Evidence(tuple(readings), tables)


def _definitions(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Yield what a family of shortcuts is called, and its rows with those of the identity."""
    for family, name in FAMILIES.items():
        for normalisation in NORMALISATIONS:
            yield (
                f"{name}, normalisation: {normalisation}",
                [
                    row
                    for row in rows
                    if row["family"] in (IDENTITY, family) and row["normalisation"] == normalisation
                ],
            )


def _drift_readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    columns = ("target", "wrong", "needed")
    values = np.array([[row[name] for name in columns] for row in rows], dtype=float)
    to_target, wrong, needed = values.T
    violation = np.maximum(np.abs(to_target - wrong) - needed, 0.0)
    yield exact_reading(
        "most that is needed less than | d(I, U) - d(I, h) |",
        "quantum",
        "SU(4) and SU(8), bi-invariant, tr/2^n: triangle inequality",
        float(violation.max()),
        tolerance=TOLERANCE,
        count=len(rows),
    )
    for layer in dict.fromkeys(str(row["layer"]) for row in rows):
        own = [row for row in rows if row["layer"] == layer]
        definition = f"SU(4) and SU(8), bi-invariant, tr/2^n: {layer}"
        yield _correlation("wrong", "needed", "quantum", definition, own, rng, shown=layer != NEAR)


def _correlation(
    x: str,
    y: str,
    side: str,
    definition: str,
    rows: Sequence[Row],
    rng: np.random.Generator,
    *,
    shown: bool = False,
) -> Reading:
    pairs = np.array([[row[x], row[y]] for row in rows], dtype=float)
    found = spearman(*pairs.T, alternative="greater", rng=rng)
    return effect_reading(
        f"rank correlation of {NAMES[x]} and {NAMES[y]}",
        side,
        definition,
        found.interval,
        count=len(rows),
        smallest_effect=LEAST_CORRELATION,
        p_value=found.p_value,
        decisive=not shown,
    )
