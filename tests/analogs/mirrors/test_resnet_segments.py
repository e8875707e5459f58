"""R1: the law of the depth on synthetic lengths, SGD by differences, steps of the features by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.evidence.claim import Row
from analogs.evidence.verdict import outcomes_by_definition
from analogs.mirrors.resnet import segments, sgd, steps
from analogs.mirrors.resnet.experiment import random_target
from analogs.mirrors.resnet.law import Measured, law_readings
from analogs.mirrors.resnet.sgd import ARMS, gradient, train_linear
from analogs.mirrors.resnet.speeds import speed_rows
from analogs.mirrors.resnet.steps import FAMILIES, follow, relative_steps, variation
from analogs.training import digits
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import band
from tests.closeness import ROUNDING, assert_close

FLAT = MatrixMetric("gl", 3, band(1, 1.0))
DEPTHS = (4, 8, 16)
DIFFERENCE = 1e-6
SINGLE = 1e-5  # float32


def lawful(limit: float, power: float, variation: float, spread: float) -> Measured:
    """Networks to targets at distance 2 with a length of ``limit + 1 / L^power``."""
    slopes = np.array([1.0, 1.1, 0.9, 1.05, 0.95])[:, None]
    rough = spread * np.array([1.0, -1.0, 1.0, -1.0, 0.5])[:, None]
    lengths = limit + rough + slopes / np.array(DEPTHS, dtype=float) ** power
    wobble = variation * (1 + 0.1 * slopes[:, 0])
    return Measured(DEPTHS, lengths, np.full_like(lengths, 2.0), wobble)


@pytest.mark.parametrize(
    ("found", "outcomes"),
    [
        (lawful(2.0, 1.0, 0.01, 0.0), ["supported", "supported", "supported"]),
        (lawful(2.2, 1.0, 0.2, 0.0), ["refuted", "refuted", "refuted"]),
        (lawful(2.0, 1.0, 0.01, 0.04), ["inconclusive", "supported", "supported"]),
    ],
    ids=["lawful", "elsewhere", "rough"],
)
def test_law_is_read_from_the_depth(
    found: Measured, outcomes: list[str], rng: np.random.Generator
) -> None:
    readings = list(law_readings("network", "synthetic", found, 1, rng))
    assert [str(reading.outcome) for reading in readings] == outcomes


def test_gradient_of_sgd_by_differences(rng: np.random.Generator) -> None:
    layers, direction = rng.normal(size=(2, 5, 3, 3))
    x, y = rng.normal(size=(2, 3, 8))

    def loss(a: np.ndarray) -> float:
        product = np.eye(3)
        for layer in a:
            product = (np.eye(3) + layer / len(a)) @ product
        return 0.5 * float(np.sum((product @ x - y) ** 2)) / x.shape[1]

    slope = (loss(layers + 1e-5 * direction) - loss(layers - 1e-5 * direction)) / 2e-5
    assert_close(slope, float(np.sum(gradient(layers, x, y) * direction)), DIFFERENCE)


@pytest.mark.parametrize("arm", ARMS, ids=lambda arm: arm.name)
def test_sgd_finds_the_target(arm: object, rng: np.random.Generator) -> None:
    target = random_target(FLAT, rng, 0.3)
    before, after = train_linear(FLAT, target, 4, arm, rng)  # type: ignore[arg-type]
    assert np.abs(after.product - target).max() < 0.05
    assert np.abs(before.product - target).max() > 0.1


def test_relative_steps_by_hand(rng: np.random.Generator) -> None:
    family = FAMILIES[1]
    model = family.plain(2, seed=3)
    images = rng.random(size=(5, 1, 8, 8))
    h = [model.stem(torch.tensor(images).float())]
    for name in ("unit1", "unit2", "unit3", "unit4"):
        h.append(model.get_submodule(name)(h[-1]))
    by_hand = [
        float(np.median(((b - a).norm(dim=1) / a.norm(dim=1)).detach().numpy()))
        for a, b in ((h[0], h[2]), (h[2], h[4]))
    ]
    assert_close(relative_steps(model, images, 2), by_hand, SINGLE)


def test_segments_without_normalisation_begin_as_the_identity(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(steps, "EPOCHS", 1)
    split = digits(train_fraction=0.5, rng=np.random.default_rng(0))
    found = follow(FAMILIES[1].residual(3, 0), 3, split, FAMILIES[1].rate, 0)
    assert not found.untrained.any()
    assert (found.trained > 0).all()
    assert variation(found.untrained) == 0.0


def test_speeds_of_geodesics_are_constant(rng: np.random.Generator) -> None:
    rows = list(speed_rows(rng))
    assert [row["side"] for row in rows] == ["quantum", "network", "template"]
    assert max(row["variation"] for row in rows) < segments.CONSTANT  # type: ignore[type-var, operator]


def test_r1_repeats_at_a_tiny_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "EPOCHS", 1)
    monkeypatch.setattr(segments, "DEPTHS_QUICK", (4, 8))
    monkeypatch.setattr(segments, "SEGMENTS_QUICK", (2,))
    monkeypatch.setattr(segments, "COSTS", (4.0,))
    monkeypatch.setattr(segments, "COMPARED", 2)
    monkeypatch.setattr(sgd, "STEPS", 500)
    tables = segments.repeat(Trial(True, 1))
    assert [row["layers"] for row in tables["lengths"]] == [4, 8] * 3
    assert [row["network"] for row in tables["steps"]] == ["residual", "plain"] * 2
    trained = [row for row in tables["lengths"] if "SGD" in str(row["setting"])]
    for row in trained:
        assert abs(float(row["length"]) / float(row["distance"]) - 1) < 0.2  # type: ignore[arg-type]


def r1_tables(exponent: float, ratio: float, spread: float) -> dict[str, tuple[Row, ...]]:
    lengths: list[Row] = []
    feature: list[Row] = []
    for seed in range(5):
        for depth in DEPTHS:
            own = {"layers": depth, "length": 2 + (1 + 0.1 * seed) / depth, "distance": 2.0}
            cv = {"speed_cv": 0.01 + 1e-3 * seed, "untrained_cv": 0.3 + 0.01 * seed}
            lengths.append({"seed": seed, "setting": "synthetic"} | own | cv)
        for family in FAMILIES:
            for kind, counts in (("residual", (2, 8)), ("plain", (8,))):
                for count in counts:
                    power = exponent + spread * (-1) ** seed
                    even = 0.2 if kind == "residual" else 0.2 * ratio + 1e-3 * seed
                    own = {"segments": count, "mean_step": float(count) ** power, "variation": even}
                    where = {"setting": segments.NONLINEAR.format(family.name), "network": kind}
                    feature.append({"seed": seed} | where | own)
    speeds = [
        {"seed": s, "side": "quantum", "space": "SU(8)", "variation": 1e-12} for s in range(5)
    ]
    return {"lengths": tuple(lengths), "steps": tuple(feature), "speeds": tuple(speeds)}


@pytest.mark.parametrize(
    ("exponent", "ratio", "spread", "outcome"),
    [
        (-1.0, 2.0, 0.01, Outcome.SUPPORTED),
        (-0.4, 2.0, 0.01, Outcome.REFUTED),
        (-1.0, 1.0, 0.01, Outcome.REFUTED),
        (-1.0, 2.0, 0.4, Outcome.INCONCLUSIVE),
    ],
)
def test_r1_concludes(exponent: float, ratio: float, spread: float, outcome: Outcome) -> None:
    tables = r1_tables(exponent, ratio, spread)
    evidence = segments.conclude(Setting(True, tuple(range(5))), tables)
    by_definition = outcomes_by_definition(evidence.readings)
    nonlinear = {o for (_, name), o in by_definition.items() if name.startswith("residual")}
    assert nonlinear == {outcome}
    assert by_definition["network", "synthetic"] is Outcome.SUPPORTED
    assert by_definition["quantum", "geodesics of SU(8)"] is Outcome.EXACT
    if outcome is Outcome.REFUTED:
        assert settle(evidence.readings) is Outcome.DEFINITION_DEPENDENT
    assert ROUNDING < segments.CONSTANT
