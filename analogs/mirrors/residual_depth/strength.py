"""R7: the sigmoid in place of ReLU, with shortcuts and without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.mirrors.residual_depth.runs import NORMALISATIONS, WIDTH, Arm, train_all
from analogs.mirrors.residual_depth.tables import deficit, grid
from analogs.training.networks import Stack, plain_net, residual_net

# Test accuracy that a network with sigmoids lacks.
LEAST_DEFICIT = 0.02
WEAK, STRONG = "relu", "sigmoid"
# Without a vote: the sigmoid with value 0 and slope 1 at 0, and two that are used in its place.
CONTROLS = ("centred sigmoid", "tanh", "gelu")
RESIDUAL, PLAIN = "residual", "plain"
# Plain networks of more layers fail with ReLU as well, which leaves nothing to compare.
DEPTHS_QUICK = {RESIDUAL: 12, PLAIN: 6}
DEPTHS_FULL = {RESIDUAL: 24, PLAIN: 12}
MAKERS = {RESIDUAL: residual_net, PLAIN: plain_net}


def repeat(trial: Trial) -> Mapping[str, Sequence[Row]]:
    """Train both kinds of networks with every activation."""
    depths = DEPTHS_QUICK if trial.quick else DEPTHS_FULL
    cells = [
        (Arm(network, MAKERS[network], Stack(WIDTH, activation, normalisation)), depth)
        for network, depth in depths.items()
        for normalisation in NORMALISATIONS
        for activation in (WEAK, STRONG, *CONTROLS)
    ]
    return {"networks": train_all(trial, cells)}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Judge the sigmoid beside ReLU; other activations are shown."""
    rng = setting.resampling_generator()
    readings = tuple(_readings(tables["networks"], rng))
    return Evidence(readings, tables, note=_note(readings))


def _note(readings: Sequence[Reading]) -> str:
    """Say how the sigmoid without offset fares, which is the same nonlinearity."""
    centred = [reading for reading in readings if reading.name == _name(CONTROLS[0])]
    lacking = sum(reading.value <= -LEAST_DEFICIT for reading in centred)
    return (
        f"The {CONTROLS[0]} 4 sigma - 2, as strongly curved, lacks {LEAST_DEFICIT:g} of test accuracy "
        f"or more in {lacking} of {len(centred)} definitions (means over seeds)."
    )


def _name(activation: str) -> str:
    return f"test accuracy, {activation} minus {WEAK}"


def _readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    for network in MAKERS:
        for normalisation in NORMALISATIONS:
            where = {"network": network, "normalisation": normalisation}
            depths, relu = grid(rows, "test_accuracy", activation=WEAK, **where)
            for activation in (STRONG, *CONTROLS):
                other = grid(rows, "test_accuracy", activation=activation, **where)[1]
                found = deficit(other, relu, rng)
                yield effect_reading(
                    _name(activation),
                    "network",
                    f"{network}, {depths[0]:g} layers, normalisation: {normalisation}",
                    found.interval,
                    count=len(relu),
                    smallest_effect=LEAST_DEFICIT,
                    direction=-1,
                    p_value=found.p_value,
                    decisive=activation == STRONG,
                )
