"""R3, R4: distances of shortcuts, what F takes back, drifts on groups, and the decisions."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import scipy.linalg
import torch

from analogs.evidence import Outcome, Setting, Trial
from analogs.mirrors.shortcut import experiment
from analogs.mirrors.shortcut.claims import CLAIMS, R3, R4
from analogs.mirrors.shortcut.drift import ANYWHERE, LAYER, LONGEST, NEAR, drifts
from analogs.mirrors.shortcut.experiment import (
    LARGEST_SIZE,
    NORMALISATIONS,
    SCALED,
    TURNED,
    Level,
    levels,
    residual_size,
)
from analogs.training import brief
from analogs.training.networks import Stack, residual_net
from analogs.training.networks.residual import Shortcut
from tests.closeness import assert_close

SETTING = Setting(quick=False, seeds=(0, 1, 2, 3, 4))
X = torch.rand(6, 1, 8, 8, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("level", [Level(SCALED, scale=0.5), Level(TURNED, angle=math.pi / 3)])
def test_distance_is_the_norm_of_the_logarithm(level: Level) -> None:
    matrix = Shortcut(6, level.scale, level.angle).matrix.numpy().astype(float)
    logarithm = np.asarray(scipy.linalg.logm(matrix)).real
    assert_close(np.linalg.norm(logarithm) / math.sqrt(6), level.distance, 1e-6)


def test_levels_hold_the_identity_once_and_both_families() -> None:
    full = levels(quick=False)
    assert [level.distance for level in full].count(0.0) == 1
    assert set(levels(quick=True)) <= set(full)
    assert sum(level.family == SCALED for level in full) == 7


def test_size_and_compensation_of_a_branch_that_is_set_by_hand() -> None:
    stack = Stack(4, "identity", "none", "dense")
    net = residual_net(4, stack, scale=0.5, seed=0)
    assert residual_size(net, X) == (0.0, 0.0)
    for unit in (net.unit1, net.unit2):
        first, second = (m for m in unit.branch if isinstance(m, torch.nn.Linear))
        first.weight.data = torch.eye(4)
        second.weight.data = 0.5 * torch.eye(4)
    size, share = residual_size(net, X)
    assert (size, share) == pytest.approx((0.5, 1.0))
    assert residual_size(residual_net(4, stack, seed=0), X) == (0.0, None)


def test_a_network_without_numbers_has_the_largest_size() -> None:
    net = residual_net(2, Stack(4), scale=0.5, seed=0)
    net.stem[0].weight.data.fill_(float("nan"))
    assert residual_size(net, X) == (LARGEST_SIZE, 0.0)


def test_drifts_lie_between_both_sides_of_the_triangle_inequality() -> None:
    found = [*drifts(2, 4, np.random.default_rng(0))]
    assert [drift.layer for drift in found] == [NEAR] * 4 + [ANYWHERE] * 4
    assert all(drift.target == pytest.approx(LAYER) for drift in found[:4])
    for drift in found:
        assert abs(drift.target - drift.wrong) <= drift.needed + 1e-9
        assert drift.needed <= drift.target + drift.wrong + 1e-9
        assert drift.wrong <= LONGEST + 1e-9


def network_rows(loss_of, size_of):
    rng = np.random.default_rng(0)
    return tuple(
        {
            "seed": seed,
            "family": level.family,
            "scale": level.scale,
            "angle": level.angle,
            "distance": level.distance,
            "normalisation": normalisation,
            "size_before": 0.5,
            "size": size_of(level, rng),
            "compensation": level.distance or None,
            "test_error": 0.1,
            "loss": loss_of(level, rng),
            "train_accuracy": 0.9,
            "test_accuracy": 0.9,
        }
        for seed in SETTING.seeds
        for normalisation in NORMALISATIONS
        for level in levels(quick=False)
    )


def drift_rows(factor: float = 1.0):
    found = [
        dataclasses.asdict(drift)
        for size in (2, 3)
        for drift in drifts(size, 10, np.random.default_rng(0))
    ]
    # Only drifts far longer than the layer are changed: there the difference has the other sign.
    return tuple(
        {"seed": 0, **row, "needed": row["needed"] * (factor if row["wrong"] > 3 * LAYER else 1)}
        for row in found
        if row["layer"] == NEAR
    )


def rising(level: Level, rng: np.random.Generator) -> float:
    return 1 + level.distance + 0.05 * rng.normal()


def falling(level: Level, rng: np.random.Generator) -> float:
    return 5 - level.distance + 0.05 * rng.normal()


def unrelated(level: Level, rng: np.random.Generator) -> float:
    return float(rng.normal() + 3)


def outcomes(claim, rows, drifted=None) -> set[Outcome]:
    tables = {"networks": rows, "drifts": drifted or drift_rows()}
    evidence = claim.experiment.conclude(SETTING, tables)
    return {r.outcome for r in evidence.readings if r.decisive and r.side == "network"}


@pytest.mark.parametrize(
    ("loss", "outcome"),
    [(rising, Outcome.SUPPORTED), (falling, Outcome.REFUTED)],
)
def test_losses_decide_r4(loss, outcome) -> None:
    assert outcomes(R4, network_rows(loss, unrelated)) == {outcome}


def test_each_family_holds_the_identity() -> None:
    tables = {"networks": network_rows(rising, rising), "drifts": drift_rows()}
    evidence = R4.experiment.conclude(SETTING, tables)
    assert {reading.count for reading in evidence.readings} == {5 * (7 + 1), 5 * (4 + 1)}


def test_losses_that_say_little_leave_r4_undecided() -> None:
    def weak(level: Level, rng: np.random.Generator) -> float:
        return 3 + 0.5 * rising(level, rng) + rng.normal()

    assert Outcome.INCONCLUSIVE in outcomes(R4, network_rows(weak, unrelated))


def test_both_links_decide_r3() -> None:
    assert outcomes(R3, network_rows(rising, rising)) == {Outcome.SUPPORTED}
    found = outcomes(R3, network_rows(falling, rising))
    assert found == {Outcome.SUPPORTED, Outcome.REFUTED}


def test_a_group_without_the_triangle_inequality_is_noticed() -> None:
    def quantum(drifted) -> list[Outcome]:
        tables = {"networks": network_rows(rising, rising), "drifts": drifted}
        evidence = R3.experiment.conclude(SETTING, tables)
        return [r.outcome for r in evidence.readings if r.side == "quantum"]

    assert quantum(drift_rows()) == [Outcome.EXACT, Outcome.SUPPORTED]
    assert quantum(drift_rows(0.5))[0] is Outcome.REFUTED


def test_the_repetition_at_a_tiny_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief, "EPOCHS_QUICK", 1)
    monkeypatch.setattr(experiment, "DEPTH_QUICK", 2)
    tables = R3.experiment.repeat(Trial(quick=True, seed=0))
    rows = tables["networks"]
    assert len(rows) == 2 * len(levels(quick=True))
    assert len(tables["drifts"]) == 2 * 2 * experiment.DRIFTS
    identity = [row for row in rows if row["distance"] == 0]
    assert all(row["compensation"] is None for row in identity)
    bare = [row for row in rows if row["normalisation"] == "none"]
    assert all(row["size_before"] == 0 for row in bare)
    assert all(row["size"] > 0 for row in rows)


def test_claims_of_the_package() -> None:
    assert [claim.id for claim in CLAIMS] == ["R3", "R4"]
