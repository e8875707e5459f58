"""C16, R5, R6, R7: the trained networks, their statistics, and what these decide."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.evidence.claim import Row
from analogs.mirrors.residual_depth import gates, orders, strength, too_deep
from analogs.mirrors.residual_depth.claims import CLAIMS
from analogs.mirrors.residual_depth.runs import WIDTH, Arm, train_all
from analogs.mirrors.residual_depth.tables import deficit, grid, per_doubling
from analogs.training import brief
from analogs.training.networks import Stack, highway_net, plain_net, residual_net
from tests.closeness import EXACT, assert_close

SEEDS = tuple(range(8))
RNG = np.random.default_rng


def table(cells, score: Callable[[Arm, int, int], float]) -> tuple[Row, ...]:
    """A table as `train_all` makes it, with accuracies that `score(arm, depth, seed)` gives."""
    return tuple(
        {
            "seed": seed,
            "network": arm.network,
            "normalisation": arm.stack.normalisation,
            "activation": arm.stack.activation,
            "width": arm.stack.width,
            "rate": arm.rate,
            "depth": depth,
            "weights": 1,
            "loss": 1.0,
            "train_accuracy": score(arm, depth, seed),
            "test_accuracy": score(arm, depth, seed),
        }
        for seed in SEEDS
        for arm, depth in cells
    )


def captured(module, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Arm, int]]:
    """The arms and depths that the experiment of a module trains in a full run."""
    cells = []
    monkeypatch.setattr(module, "train_all", lambda trial, asked: cells.extend(asked) or [])
    for name in ("first_gradients", "share_reached"):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, lambda *args: np.ones(1))
    module.repeat(Trial(quick=False, seed=0))
    return cells


def decide(module, tables) -> dict[str, Outcome]:
    evidence = module.conclude(Setting(quick=False, seeds=SEEDS), tables)
    return {
        f"{reading.definition}: {reading.name}": reading.outcome
        for reading in evidence.readings
        if reading.decisive
    }


def noise(seed: int, size: float) -> float:
    return size * math.sin(5.0 * seed + 1)


# What a score makes of each claim: how far ours falls behind, and the outcome of all definitions.
EFFECTS = [(0.1, 0.0, Outcome.SUPPORTED), (0.0, 0.001, Outcome.REFUTED)]
UNSURE = (0.0, 0.2, Outcome.INCONCLUSIVE)


@pytest.mark.parametrize(("effect", "spread", "outcome"), [*EFFECTS, UNSURE])
def test_plain_networks_that_fall_behind_with_depth(effect, spread, outcome, monkeypatch) -> None:
    cells = captured(too_deep, monkeypatch)

    def score(arm: Arm, depth: int, seed: int) -> float:
        if arm.network != too_deep.PLAIN:
            return 1.0
        return 1.0 - (effect + noise(seed, spread)) * math.log2(depth / 6)

    tables = {
        "networks": table(cells, score),
        "circuits": tuple(
            {"seed": s, "qubits": 6, "depth": 2**k, "log2_variance": -2.0 - 0.7 * k + noise(s, 0.1)}
            for s in SEEDS
            for k in range(4)
        ),
        "matchings": tuple(
            {"seed": s, "depth": 2**k, "reached": 0.9} for s in SEEDS for k in range(4)
        ),
    }
    found = decide(too_deep, tables)
    circuits = [found.pop(name) for name in [*found] if "circuits" in name]
    assert circuits == [Outcome.SUPPORTED]
    assert set(found.values()) == {outcome}
    assert len(found) == 2


def test_networks_that_all_fall_alike_are_no_evidence_about_shortcuts(monkeypatch) -> None:
    cells = captured(too_deep, monkeypatch)
    rows = table(cells, lambda arm, depth, seed: 1.0 - 0.1 * math.log2(depth / 6))
    found = [reading for reading in too_deep._networks(rows, RNG(0)) if reading.decisive]
    assert [reading.outcome for reading in found] == [Outcome.REFUTED] * 2


def test_circuits_whose_gradients_stay_refute_their_part(monkeypatch) -> None:
    flat = tuple(
        {"seed": s, "qubits": 6, "depth": 2**k, "log2_variance": -2.0 + noise(s + k, 0.1)}
        for s in SEEDS
        for k in range(4)
    )
    assert too_deep._circuits(flat, RNG(0)).outcome is Outcome.REFUTED


@pytest.mark.parametrize(("effect", "spread", "outcome"), [*EFFECTS, UNSURE])
def test_orders_that_part_with_depth(effect, spread, outcome, monkeypatch) -> None:
    cells = captured(orders, monkeypatch)

    def score(arm: Arm, depth: int, seed: int) -> float:
        late = arm.network == orders.POST
        return 0.9 - late * (effect + noise(seed, spread)) * math.log2(depth / 6)

    found = decide(orders, {"networks": table(cells, score)})
    assert list(found.values()) == [outcome] * 2


def test_an_order_that_is_better_at_every_depth_is_no_interaction(monkeypatch) -> None:
    cells = captured(orders, monkeypatch)
    found = decide(
        orders, {"networks": table(cells, lambda arm, *_: float(arm.network == orders.PRE))}
    )
    assert set(found.values()) == {Outcome.REFUTED}


@pytest.mark.parametrize(("effect", "spread", "outcome"), [*EFFECTS, UNSURE])
def test_highways_that_lack_accuracy_where_they_are_deep(
    effect, spread, outcome, monkeypatch
) -> None:
    cells = captured(gates, monkeypatch)

    def score(arm: Arm, depth: int, seed: int) -> float:
        behind = arm.network == gates.HIGHWAY and depth >= 24
        return 0.9 - behind * (effect + noise(seed, spread))

    found = decide(gates, {"networks": table(cells, score)})
    assert list(found.values()) == [outcome] * 2
    assert all("networks, 24 and 48 layers" in name for name in found)


@pytest.mark.parametrize(("effect", "spread", "outcome"), [*EFFECTS, UNSURE])
def test_sigmoids_that_lack_accuracy(effect, spread, outcome, monkeypatch) -> None:
    cells = captured(strength, monkeypatch)

    def score(arm: Arm, depth: int, seed: int) -> float:
        return 0.9 - (arm.stack.activation == "sigmoid") * (effect + noise(seed, spread))

    found = decide(strength, {"networks": table(cells, score)})
    assert list(found.values()) == [outcome] * 4


def test_the_note_on_the_centred_sigmoid_counts(monkeypatch) -> None:
    cells = captured(strength, monkeypatch)

    def score(arm: Arm, depth: int, seed: int) -> float:
        behind = arm.stack.activation == "centred sigmoid" and arm.network == strength.PLAIN
        return 0.9 - 0.1 * behind

    setting = Setting(quick=False, seeds=SEEDS)
    note = strength.conclude(setting, {"networks": table(cells, score)}).note
    assert "in 2 of 4 definitions" in note


def test_residual_networks_beside_highways_have_as_many_weights() -> None:
    for depth in (24, 48):
        highway, narrow, wide = (
            sum(weight.numel() for weight in model.parameters())
            for model in (
                highway_net(depth, Stack(WIDTH), seed=0),
                residual_net(depth, Stack(WIDTH), seed=0),
                residual_net(depth, Stack(gates.WIDER), seed=0),
            )
        )
        assert abs(wide / highway - 1) < 0.03
        assert narrow < 0.6 * highway


def test_every_repetition_trains_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief, "EPOCHS_QUICK", 1)
    heard: list[str] = []
    trial = Trial(quick=True, seed=3, report=lambda message, _: heard.append(message))
    cells = [
        (Arm("plain", plain_net, Stack(2), 1e-3), 2),
        (Arm("residual", residual_net, Stack(2)), 2),
    ]
    one, two = train_all(trial, cells), train_all(trial, cells)
    assert one == two
    assert heard[:2] == ["plain, 2 layers", "residual, 2 layers"]
    assert [row["rate"] for row in one] == [1e-3, brief.RATE]
    assert one[0]["weights"] == one[1]["weights"]
    assert train_all(Trial(quick=True, seed=4), cells) != one
    faster = train_all(trial, [(Arm("plain", plain_net, Stack(2)), 2)])
    assert faster[0]["loss"] != one[0]["loss"]


def test_the_repetition_of_c16_at_a_tiny_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(brief, "EPOCHS_QUICK", 1)
    monkeypatch.setattr(too_deep, "DEPTHS_QUICK", (2, 4))
    monkeypatch.setattr(too_deep, "CONTROL_DEPTH", 2)
    monkeypatch.setattr(too_deep, "LAYERS_QUICK", (1, 2))
    claim = CLAIMS[0]
    evidence = claim.experiment(Setting(quick=True, seeds=(0, 1)))
    assert len(evidence.tables["networks"]) == 2 * (5 * 2 + 2)
    assert settle(evidence.readings) in Outcome
    assert {reading.side for reading in evidence.readings} == {"quantum", "network", "template"}


def test_grid_keeps_seeds_and_depths_apart() -> None:
    rows = [
        {"seed": s, "network": n, "depth": d, "loss": 100 * s + d + 0.5 * (n == "b")}
        for s in (4, 2)
        for n in "ab"
        for d in (3, 6, 12)
    ]
    depths, values = grid(rows, "loss", network="b")
    assert_close(depths, [3.0, 6.0, 12.0])
    assert_close(values, 100 * np.array([[4.0], [2.0]]) + depths + 0.5, EXACT)


def test_slopes_are_those_of_least_squares_and_of_each_seed() -> None:
    rng = RNG(5)
    depths, values = np.array([6.0, 12.0, 24.0, 48.0]), rng.normal(size=(5, 4))
    found = per_doubling(depths, values, rng, falling=True)
    fits = [np.polyfit(np.log2(depths), row, 1)[0] for row in values]
    assert_close(found.interval.estimate, np.mean(fits))
    rising = per_doubling(depths, depths + 0 * values, rng, falling=False)
    assert rising.p_value < 1e-3
    assert per_doubling(depths, depths + 0 * values, rng, falling=True).p_value > 0.99


def test_deficits_are_paired_by_seed() -> None:
    common = 10 * np.arange(6.0)[:, None] + np.zeros((6, 2))
    found = deficit(common - 0.5, common, RNG(0))
    assert_close(found.interval, [-0.5] * 3)
    assert found.p_value == 1 / 2**6
    assert deficit(common, common - 0.5, RNG(0)).p_value == 1.0


def test_claims_of_the_package() -> None:
    assert [claim.id for claim in CLAIMS] == ["C16", "R5", "R6", "R7"]
    assert all(claim.smallest_effect == 0.02 for claim in CLAIMS)
