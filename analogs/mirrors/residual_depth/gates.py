"""R6: highway networks beside residual ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.mirrors.residual_depth.runs import WIDTH, Arm, train_all
from analogs.mirrors.residual_depth.tables import deficit, grid
from analogs.training.networks import Stack, highway_net, residual_net

# Test accuracy that highway networks lack.
LEAST_DEFICIT = 0.02
# A highway layer has two layers of weights: sqrt(2) times the width gives a residual network as many.
WIDER = 17
DEPTHS_QUICK, DEPTHS_FULL = (6, 12), (6, 12, 24, 48)
# How many depths decide, the deepest ones.
DEEP = 2
HIGHWAY, RESIDUAL = "highway", "residual"
DEFINITIONS = {"equal width": WIDTH, "equal number of weights": WIDER}


def repeat(trial: Trial) -> Mapping[str, Sequence[Row]]:
    """Train a highway network and two residual ones at every depth."""
    arms = [Arm(HIGHWAY, highway_net, Stack(WIDTH))]
    arms += [Arm(RESIDUAL, residual_net, Stack(width)) for width in DEFINITIONS.values()]
    depths = DEPTHS_QUICK if trial.quick else DEPTHS_FULL
    return {"networks": train_all(trial, [(arm, depth) for arm in arms for depth in depths])}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Judge the difference at the deepest networks; at each depth it is shown."""
    rng = setting.resampling_generator()
    return Evidence(tuple(_readings(tables["networks"], rng)), tables)


def _readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    depths, highway = grid(rows, "test_accuracy", network=HIGHWAY)
    parts = [(slice(-DEEP, None), True)] + [(slice(i, i + 1), False) for i in range(len(depths))]
    for definition, width in DEFINITIONS.items():
        residual = grid(rows, "test_accuracy", network=RESIDUAL, width=width)[1]
        for part, decisive in parts:
            found = deficit(highway[:, part], residual[:, part], rng)
            where = " and ".join(f"{depth:g}" for depth in depths[part])
            yield effect_reading(
                f"test accuracy of highway minus residual networks, {where} layers",
                "network",
                definition,
                found.interval,
                count=len(residual),
                smallest_effect=LEAST_DEFICIT,
                direction=-1,
                p_value=found.p_value,
                decisive=decisive,
            )
