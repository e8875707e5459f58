"""R5: the activation before or after the addition, by depth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch

from analogs.evidence import Evidence, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.mirrors.residual_depth.runs import NORMALISATIONS, WIDTH, Arm, train_all
from analogs.mirrors.residual_depth.tables import grid, per_doubling
from analogs.training.networks import Stack, residual_net

# Test accuracy that the order "pre" gains over "post" by a doubling of the depth.
LEAST_GAIN = 0.02
DEPTHS_QUICK, DEPTHS_FULL = (6, 12, 24), (6, 12, 24, 48, 96)
PRE, POST = "activation before", "activation after"


def repeat(trial: Trial) -> Mapping[str, Sequence[Row]]:
    """Train residual networks of both orders and every depth."""
    depths = DEPTHS_QUICK if trial.quick else DEPTHS_FULL
    stacks = [Stack(WIDTH, normalisation=name) for name in NORMALISATIONS]
    arms = [arm for stack in stacks for arm in (Arm(PRE, _pre, stack), Arm(POST, _post, stack))]
    return {"networks": train_all(trial, [(arm, depth) for arm in arms for depth in depths])}


def _pre(depth: int, stack: Stack, *, seed: int) -> torch.nn.Sequential:
    return residual_net(depth, stack, order="pre", seed=seed)


def _post(depth: int, stack: Stack, *, seed: int) -> torch.nn.Sequential:
    return residual_net(depth, stack, order="post", seed=seed)


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Judge the interaction of order and depth, on test images; on training images it is shown."""
    rng = setting.resampling_generator()
    readings = []
    for normalisation in NORMALISATIONS:
        for column, decisive in (("test_accuracy", True), ("train_accuracy", False)):
            (depths, pre), (_, post) = (
                grid(tables["networks"], column, network=order, normalisation=normalisation)
                for order in (PRE, POST)
            )
            gain = per_doubling(depths, pre - post, rng, falling=False)
            readings.append(
                effect_reading(
                    f"{column.replace('_', ' ')}, before minus after, per doubling of the depth",
                    "network",
                    f"normalisation: {normalisation}",
                    gain.interval,
                    count=pre.size,
                    smallest_effect=LEAST_GAIN,
                    p_value=gain.p_value,
                    decisive=decisive,
                )
            )
    return Evidence(tuple(readings), tables)
