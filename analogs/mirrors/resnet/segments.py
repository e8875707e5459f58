"""R1: whether a residual network is many short segments that share the work evenly."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import (
    Evidence,
    Reading,
    Setting,
    Trial,
    effect_reading,
    equivalence_reading,
    exact_reading,
)
from analogs.evidence.claim import Row
from analogs.evidence.rows import numbers, of_seeds
from analogs.evidence.statistics import bca_interval, slope, tost
from analogs.mirrors.resnet.experiment import (
    DEPTHS_FULL,
    DEPTHS_QUICK,
    STARTS,
    Case,
    random_target,
    solve,
)
from analogs.mirrors.resnet.law import Measured, law_readings, variation_reading
from analogs.mirrors.resnet.model import RESIDUAL_LAYER
from analogs.mirrors.resnet.sgd import ARMS, train_linear
from analogs.mirrors.resnet.speeds import speed_rows
from analogs.mirrors.resnet.steps import FAMILIES, Family, follow, variation
from analogs.training import digits
from qgeom.geodesic.connect import connect
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import band

# Fixed beforehand: the exponent of short segments and its margin, and how much less even plain
# networks are.
SLOPE, SLOPE_MARGIN = -1.0, 0.25
LEAST_EVENNESS = float(np.log(1.25))
CONSTANT = 1e-8
COSTS = (1.0, 4.0, 16.0)
# Segments of the networks on the digits; residual and plain ones are compared at one of them.
SEGMENTS_QUICK, SEGMENTS_FULL = (2, 8), (2, 4, 8, 16, 32)
COMPARED = 8
TRAIN_FRACTION = 0.75
# Of the two factors of a target for SGD, which cannot follow maps that stretch tenfold.
TRAINED_NORM = 0.5
FLAT = MatrixMetric("gl", 3, band(1, 1.0))
PENALISED = "GL+(3), least energy, cost {:g} beyond neighbours, layers 1 + x/L"
TRAINED = "GL+(3), {}, layers 1 + x/L"
NONLINEAR = "residual networks on the digits, {}"
NOTE = (
    "The law of the depth is that of geodesics, and holds where the energy is made least. What SGD "
    "and nonlinear networks do on their own is another question, and answered apart."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Linear networks to one target each, networks on the digits, and three geodesics."""
    rng = trial.generator()
    depths = DEPTHS_QUICK if trial.quick else DEPTHS_FULL
    trial.report("linear networks of least energy", 0.0)
    lengths = [row for q in COSTS for row in least_energy_rows(q, trial.seed, depths, rng)]
    trial.report("linear networks by SGD", 0.2)
    lengths += trained_rows(depths, rng)
    return {
        "lengths": lengths,
        "steps": [*step_rows(trial, rng)],
        "speeds": [*speed_rows(rng)],
    }


def least_energy_rows(
    q: float, seed: int, depths: tuple[int, ...], rng: np.random.Generator
) -> Iterator[Row]:
    """Networks of least energy to one target, by depth."""
    metric = MatrixMetric("gl", 3, band(1, q))
    costs = f"Frobenius product over 3, cost {q:g} beyond neighbours"
    case = Case("network", "GL+(3)", costs, q, metric, RESIDUAL_LAYER)
    series = solve(case, seed, depths, rng)
    for depth, network in zip(depths, series.networks, strict=True):
        yield {
            "setting": PENALISED.format(q),
            "layers": depth,
            "length": network.length,
            "distance": series.distance,
            "speed_cv": network.variation,
            "untrained_cv": series.untrained_variation,
        }


def trained_rows(depths: tuple[int, ...], rng: np.random.Generator) -> Iterator[Row]:
    """Networks trained by SGD to one target, by depth; the distance is that of their product."""
    target = random_target(FLAT, rng, TRAINED_NORM)
    for arm in ARMS:
        for depth in depths:
            before, network = train_linear(FLAT, target, depth, arm, rng)
            found = connect(FLAT, network.product, rng=rng, starts=STARTS, throw=True)
            yield {
                "setting": TRAINED.format(arm.name),
                "layers": depth,
                "length": network.length,
                "distance": float(found[0].length),
                "speed_cv": network.variation,
                "untrained_cv": variation(before.norms),
            }


def step_rows(trial: Trial, rng: np.random.Generator) -> Iterator[Row]:
    """Feature steps of residual networks by depth, and of plain ones at one depth."""
    split = digits(train_fraction=TRAIN_FRACTION, rng=rng)
    counts = SEGMENTS_QUICK if trial.quick else SEGMENTS_FULL
    for number, family in enumerate(FAMILIES):
        designs = [*(("residual", count) for count in counts), ("plain", COMPARED)]
        for done, (kind, count) in enumerate(designs):
            share = (number + done / len(designs)) / len(FAMILIES)
            trial.report(f"{kind} network of {count} segments", 0.4 + 0.6 * share)
            make = family.residual if kind == "residual" else family.plain
            found = follow(make(count, trial.seed), count, split, family.rate, trial.seed)
            yield {
                "setting": NONLINEAR.format(family.name),
                "network": kind,
                "segments": count,
                "mean_step": float(found.trained.mean()),
                "variation": variation(found.trained),
                "untrained_step": float(found.untrained.mean()),
                "untrained_variation": variation(found.untrained),
                "accuracy": found.accuracy,
            }


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """The law of the depth for each linear setting, the slope and evenness of each nonlinear one."""
    rng = setting.resampling_generator()
    readings: list[Reading] = []
    for name in dict.fromkeys(str(row["setting"]) for row in tables["lengths"]):
        readings += _linear(name, [r for r in tables["lengths"] if r["setting"] == name], rng)
    for family in FAMILIES:
        readings += _nonlinear(family, tables["steps"], rng)
    readings += _constant(tables["speeds"])
    return Evidence(tuple(readings), tables, note=NOTE)


def _linear(name: str, rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    depths = tuple(np.unique(numbers(rows, "layers")).astype(int).tolist())
    deepest = [row for row in rows if row["layers"] == depths[-1]]
    found = Measured(
        depths,
        of_seeds(rows, "length"),
        of_seeds(rows, "distance"),
        numbers(deepest, "speed_cv"),
    )
    yield from law_readings("network", name, found, RESIDUAL_LAYER.order, rng)
    untrained = numbers(deepest, "untrained_cv")
    if untrained.any():  # layers that start at the identity have no norms to compare
        yield variation_reading("network", name, depths[-1], untrained, rng, control=True)


def _nonlinear(family: Family, rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    where = "network", NONLINEAR.format(family.name)
    own = [row for row in rows if row["setting"] == where[1]]
    residual = [row for row in own if row["network"] == "residual"]
    segments = np.log(of_seeds(residual, "segments"))
    slopes = slope(segments, np.log(of_seeds(residual, "mean_step")))
    test = tost(slopes - SLOPE, SLOPE_MARGIN)
    yield equivalence_reading(
        f"slope of the log of the mean relative step against log L, minus {SLOPE:g}",
        *where,
        test.interval,
        count=len(slopes),
        margin=SLOPE_MARGIN,
        p_value=test.p_value,
    )
    plain, ours = (
        np.log(
            numbers([r for r in own if r["network"] == kind and r["segments"] == COMPARED], name)
        )
        for kind, name in (("plain", "variation"), ("residual", "variation"))
    )
    yield effect_reading(
        f"log ratio of the variation of the steps, plain over residual, {COMPARED} segments",
        *where,
        bca_interval(plain - ours, rng=rng),
        count=len(ours),
        smallest_effect=LEAST_EVENNESS,
    )


def _constant(rows: Sequence[Row]) -> Iterator[Reading]:
    for side, space in dict.fromkeys((str(row["side"]), str(row["space"])) for row in rows):
        own = numbers([row for row in rows if row["space"] == space], "variation")
        yield exact_reading(
            "variation of the speed along a geodesic",
            side,
            f"geodesics of {space}",
            float(own.max()),
            tolerance=CONSTANT,
            count=len(own),
        )
