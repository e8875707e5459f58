"""Trains the networks that a claim compares, and reads their table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import torch

from analogs.evidence import Trial
from analogs.evidence.claim import Row
from analogs.training.brief import RATE, few_digits, train_briefly
from analogs.training.networks import Stack

WIDTH = 12
NORMALISATIONS = ("batch", "none")


class Maker(Protocol):
    """A function that makes a network of a depth, as `plain_net`."""

    def __call__(self, depth: int, stack: Stack, /, *, seed: int) -> torch.nn.Module:
        """Return the network."""


@dataclass(frozen=True)
class Arm:
    """A family of networks by depth."""

    network: str
    make: Maker
    stack: Stack
    rate: float = RATE


def train_all(trial: Trial, cells: Sequence[tuple[Arm, int]]) -> list[Row]:
    """Train each arm at its depth, on the same images and from the same seed."""
    rng = trial.generator()
    split, seed = few_digits(rng), int(rng.integers(2**31))
    rows: list[Row] = []
    for done, (arm, depth) in enumerate(cells):
        trial.report(f"{arm.network}, {depth} layers", done / len(cells))
        model = arm.make(depth, arm.stack, seed=seed)
        found = train_briefly(model, split, quick=trial.quick, seed=seed, rate=arm.rate)
        rows.append(
            {
                "network": arm.network,
                "normalisation": arm.stack.normalisation,
                "activation": arm.stack.activation,
                "width": arm.stack.width,
                "rate": arm.rate,
                "depth": depth,
                "weights": sum(weight.numel() for weight in model.parameters()),
                **asdict(found),
            }
        )
    return rows
