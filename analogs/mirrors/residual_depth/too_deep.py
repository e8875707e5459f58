"""C16: what fails when a network, a circuit or a matching gets deeper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import torch

from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.mirrors.residual_depth.landmark_steps import share_reached
from analogs.mirrors.residual_depth.random_circuits import first_gradients
from analogs.mirrors.residual_depth.runs import NORMALISATIONS, WIDTH, Arm, train_all
from analogs.mirrors.residual_depth.tables import grid, per_doubling
from analogs.training.brief import RATE
from analogs.training.networks import Stack, fractal_net, plain_net, residual_net
from qgeom._typing import Real

# Training accuracy, or share of the way to the landmarks, lost by a doubling of the depth.
LEAST_LOSS = 0.02
# A doubling of the layers divides the variance of a circuit's gradient by at least sqrt(2).
LEAST_DECAY = 0.5
DEPTHS_QUICK, DEPTHS_FULL = (6, 12, 24), (6, 12, 24, 48)
# The depth at which plain networks are trained at other rates as well, as multiples of the rate.
CONTROL_DEPTH, FACTORS = 24, (0.25, 4.0)
QUBITS = 6
LAYERS_QUICK, LAYERS_FULL = (1, 2, 4, 8, 16, 32), (1, 2, 4, 8, 16, 32, 64, 128)
CIRCUITS = 200
PLAIN, RESIDUAL, FRACTAL = "plain", "residual", "fractal"

NOTE = (
    "The residual networks have as many weights as the plain ones, and with batch normalisation "
    "the same ones at the start: what fails is not the search in a larger space of parameters. The "
    "variance of a circuit's gradient stops falling with the layers once the circuit is a random "
    "unitary; what it then is falls with the number of qubits."
)


def repeat(trial: Trial) -> Mapping[str, Sequence[Row]]:
    """Train networks of every depth, differentiate random circuits, match landmarks."""
    rng = np.random.default_rng([trial.seed, QUBITS])
    depths = DEPTHS_QUICK if trial.quick else DEPTHS_FULL
    layers = LAYERS_QUICK if trial.quick else LAYERS_FULL
    return {
        "networks": train_all(trial, _cells(depths)),
        "circuits": [
            {"qubits": QUBITS, "depth": count, "log2_variance": log2_variance(count, rng)}
            for count in layers
        ],
        "matchings": [{"depth": steps, "reached": share_reached(steps, rng)} for steps in depths],
    }


def _cells(depths: Sequence[int]) -> list[tuple[Arm, int]]:
    arms = [
        arm
        for stack in (Stack(WIDTH, normalisation=name) for name in NORMALISATIONS)
        for arm in (Arm(PLAIN, plain_net, stack), Arm(RESIDUAL, residual_net, stack))
    ]
    arms.append(Arm(FRACTAL, _two_columns, Stack(WIDTH)))
    others = [Arm(PLAIN, plain_net, Stack(WIDTH), factor * RATE) for factor in FACTORS]
    return [(arm, depth) for arm in arms for depth in depths] + [
        (arm, CONTROL_DEPTH) for arm in others
    ]


def _two_columns(depth: int, stack: Stack, *, seed: int) -> torch.nn.Sequential:
    return fractal_net(depth, 2, stack, seed=seed)


def log2_variance(layers: int, rng: np.random.Generator) -> float:
    """Return log2 of the mean square of the first derivative; its mean is 0.

    Examples
    --------
    >>> -8 < log2_variance(1, np.random.default_rng(0)) < 0
    True
    """
    return float(np.log2(np.mean(first_gradients(QUBITS, layers, CIRCUITS, rng) ** 2)))


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Judge the slopes of the training accuracy and of the variance of gradients."""
    rng = setting.resampling_generator()
    readings = [
        *_networks(tables["networks"], rng),
        _circuits(tables["circuits"], rng),
        _matchings(tables["matchings"], rng),
    ]
    return Evidence(tuple(readings), tables, note=NOTE)


def _networks(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    for normalisation in NORMALISATIONS:
        column, where = "train_accuracy", {"normalisation": normalisation, "rate": RATE}
        depths, plain = grid(rows, column, network=PLAIN, **where)
        residual = grid(rows, column, network=RESIDUAL, **where)[1]
        definition = f"plain minus residual networks, normalisation: {normalisation}"
        name = "training accuracy per doubling of the depth"
        yield _slope(name, "network", definition, depths, plain - residual, rng)
        for network in (PLAIN, RESIDUAL):
            alone = grid(rows, column, network=network, **where)[1]
            text = f"{network} networks alone, normalisation: {normalisation}"
            yield _slope(name, "network", text, depths, alone, rng, decisive=False)
    depths, fractal = grid(rows, "train_accuracy", network=FRACTAL)
    yield _slope(name, "network", "fractal networks alone", depths, fractal, rng, decisive=False)


def _circuits(rows: Sequence[Row], rng: np.random.Generator) -> Reading:
    return _slope(
        "log2 variance of the first derivative per doubling of the layers",
        "quantum",
        f"random circuits of {QUBITS} qubits, <Z Z> of two neighbours",
        *grid(rows, "log2_variance"),
        rng,
        least=LEAST_DECAY,
    )


def _matchings(rows: Sequence[Row], rng: np.random.Generator) -> Reading:
    return _slope(
        "share of the way per doubling of the steps",
        "template",
        "landmarks matched in L steps of a regularised flow",
        *grid(rows, "reached"),
        rng,
        decisive=False,
    )


def _slope(
    name: str,
    side: str,
    definition: str,
    depths: Real,
    values: Real,
    rng: np.random.Generator,
    *,
    least: float = LEAST_LOSS,
    decisive: bool = True,
) -> Reading:
    found = per_doubling(depths, values, rng, falling=True)
    return effect_reading(
        name,
        side,
        definition,
        found.interval,
        count=values.size,
        smallest_effect=least,
        direction=-1,
        p_value=found.p_value,
        decisive=decisive,
    )
