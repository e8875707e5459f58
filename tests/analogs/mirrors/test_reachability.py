"""C15 and C17: layers by hand, gradients by differences, the triangle inequality, synthetic tables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.linalg
import torch

from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.mirrors.reachability import optimum, spirals, threshold
from analogs.mirrors.reachability.breakpoints import find_break
from analogs.mirrors.reachability.claims import C15, C17, CLAIMS
from analogs.mirrors.reachability.descent import _evaluate, descend, project, random_layers
from analogs.mirrors.reachability.problems import (
    GROUP_DISTANCE,
    GROUPS,
    KERNEL,
    SQUARE,
    group_problems,
    landmark_problem,
)
from analogs.mirrors.reachability.spaces import (
    Aim,
    Space,
    group_aim,
    group_space,
    landmark_aim,
    landmark_space,
    regression_aim,
)
from qgeom.diffeo.landmark_matching import match_landmarks
from qgeom.diffeo.landmarks import Cometric
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import band
from tests.closeness import EXACT, ROUNDING, assert_close, assert_order

DIFFERENCE = 1e-6
# Newton stops at a residual of 1e-4, and the distance of landmarks is good to its square.
MATCHED = 1e-5
ALL_GROUPS = pytest.mark.parametrize(("name", "side", "metric"), GROUPS, ids=["SU", "SO"])
CIRCLE = MatrixMetric("so", 2, band(1, 1.0))


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threshold, "RESAMPLES", 99)


def check_gradient(space: Space, aim: Aim, layers: np.ndarray, tolerance: float) -> None:
    direction = np.random.default_rng(7).normal(size=layers.shape)
    after, before = (_evaluate(space, aim, layers + s * 1e-5 * direction)[0] for s in (1, -1))
    slope = _evaluate(space, aim, layers)[1]
    assert_close((after - before) / 2e-5, np.sum(slope * direction, axis=(1, 2)), tolerance)


@ALL_GROUPS
def test_group_layers_are_exponentials(
    name: str, side: str, metric: RightInvariantMetric, rng: np.random.Generator
) -> None:
    layers = rng.normal(size=(3, metric.dim))
    found = group_space(name, side, metric).travel(torch.tensor(layers[None]))[0].numpy()
    moves = [scipy.linalg.expm(metric.hat(x / np.sqrt(metric.inertia))) for x in layers]
    assert_close(found, moves[2] @ moves[1] @ moves[0])
    assert_close(optimum.ends(metric, layers[None])[0], found)


@ALL_GROUPS
def test_gradients_on_groups(
    name: str, side: str, metric: RightInvariantMetric, rng: np.random.Generator
) -> None:
    space, target = group_space(name, side, metric), metric.exp(0.3 * rng.normal(size=metric.dim))
    layers = 0.2 * rng.normal(size=(2, 3, metric.dim))
    check_gradient(space, group_aim(metric, target), layers, DIFFERENCE)
    inputs, outputs = rng.normal(size=(2, metric.size, 7))
    check_gradient(space, regression_aim(inputs, outputs), layers, DIFFERENCE)


def test_gradient_of_landmarks(rng: np.random.Generator) -> None:
    space = landmark_space("square", KERNEL, SQUARE)
    aim = landmark_aim(KERNEL, SQUARE + 0.3 * rng.normal(size=SQUARE.shape))
    check_gradient(space, aim, 0.1 * rng.normal(size=(1, 2, 8)), 1e-3)  # Newton stops early


def test_wrong_gradient_would_be_noticed(rng: np.random.Generator) -> None:
    space, aim = group_space("circle", "network", CIRCLE), group_aim(CIRCLE, np.eye(2))

    def broken(ends: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value, slope = aim(ends)
        return value, 2 * slope

    with pytest.raises(AssertionError):
        check_gradient(space, broken, np.full((1, 1, 1), 0.3), DIFFERENCE)


def test_length_of_a_landmark_layer(rng: np.random.Generator) -> None:
    space = landmark_space("square", KERNEL, SQUARE)
    x = rng.normal(size=8)
    x /= np.linalg.norm(x)
    lengths = np.array([0.2, 0.1, 0.05])
    ends = space.travel(torch.tensor(lengths[:, None, None] * x)).numpy()
    found = match_landmarks(KERNEL, SQUARE, ends).path.length
    assert_order(np.abs(found - lengths), 3, slack=0.4)
    tiny = space.travel(torch.tensor(1e-6 * x[None, None])).numpy()[0] - SQUARE
    coframe = Cometric.at(KERNEL, SQUARE).coframe()
    assert_close(np.linalg.norm(coframe.T @ tiny) / 1e-6, 1.0, DIFFERENCE)


def test_projection_and_random_layers(rng: np.random.Generator) -> None:
    bound = np.array([0.5, 2.0])
    layers = random_layers(bound, 6, 3, rng)
    norms = np.linalg.norm(layers, axis=-1)
    assert (norms <= bound[:, None]).all()
    assert_close(project(layers, bound), layers, EXACT)
    assert_close(np.linalg.norm(project(100 * layers, bound), axis=-1), bound[:, None] + 0 * norms)


@pytest.mark.parametrize("ratio", [0.3, 0.9, 1.0, 1.5])
def test_angles_add_up_on_the_circle(ratio: float, rng: np.random.Generator) -> None:
    space, target = group_space("circle", "network", CIRCLE), CIRCLE.exp(np.array([2.0]))
    distance = float(CIRCLE.norm(np.array([2.0])))
    bound = np.full(2, ratio * distance / 5)
    start = random_layers(bound, 5, 1, rng)
    layers, value = descend(space, group_aim(CIRCLE, target), bound, start, 60)
    assert_close(np.sqrt(2 * value), np.full(2, max(0.0, 1 - ratio) * distance), 1e-6)
    assert (np.abs(layers) <= bound[0] * (1 + EXACT)).all()


def test_problems_reach_as_far_as_their_layers(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr(threshold, "RATIOS", (0.8, 1.2))
    problems = [*group_problems(rng), landmark_problem(rng)]
    assert [problem.space.side for problem in problems] == ["quantum", "network", "template"]
    for problem in problems:
        for row in threshold.reach_rows(problem, 2, rng):
            error = abs(float(row["residual"]) - float(row["predicted"]))  # type: ignore[arg-type]
            assert error <= threshold.TOLERANCE * problem.distance
            if row["ratio"] < 1:  # type: ignore[operator]
                assert row["residual"] >= row["predicted"] - MATCHED  # type: ignore[operator]


# ---- two spirals


def test_no_step_is_longer_than_the_bound(rng: np.random.Generator) -> None:
    model = spirals.ResidualNet(4, 0.1, 8)
    points = torch.tensor(rng.normal(size=(20, 2))).float()
    path = torch.stack(model.positions(points)).detach()
    steps = path.diff(dim=0).norm(dim=-1)
    assert steps.max() < 0.1
    length = spirals.path_length(model, points.numpy().astype(float))
    assert_close(length, float(steps.sum(dim=0).mean()), 1e-5)
    free = spirals.ResidualNet(4, np.inf, 8)
    longest = torch.stack(free.positions(points)).diff(dim=0).norm(dim=-1).max()
    assert longest > 0.1


def test_ceiling_is_the_best_line(rng: np.random.Generator) -> None:
    points, labels = rng.normal(size=(12, 2)), np.arange(12) % 2
    reach, best = 0.3, 0
    lines = np.linspace(-4, 4, 400)[:, None]
    for angle in 2 * np.pi * np.arange(720) / 720:
        height = points @ [np.cos(angle), np.sin(angle)]
        right = np.where(labels == 0, height + reach > lines, height - reach < lines)
        best = max(best, int(right.sum(axis=1).max()))
    assert best / 12 <= spirals.ceiling(points, labels, reach) <= (best + 1) / 12
    assert spirals.ceiling(points, labels, 10.0) == 1.0
    enough = spirals.least_reach(points, labels)
    assert spirals.ceiling(points, labels, 0.99 * enough) < 1.0


def test_training_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spirals, "EPOCHS", 2)
    split = spirals.spirals(0.0, np.random.default_rng(0))
    found = spirals.train_one(split, 2, 0.1, 4, seed=0)
    assert found == spirals.train_one(split, 2, 0.1, 4, seed=0)
    assert found.train_accuracy <= spirals.ceiling(split.train_x, split.train_y, 0.2)
    assert 0 < found.path < 0.2


def test_break_is_found_only_where_there_is_one(rng: np.random.Generator) -> None:
    x = np.tile(np.arange(8.0), 5)
    noise = 0.05 * rng.normal(size=x.size)
    broken = find_break(x, np.minimum(x, 3.0) + noise)
    assert broken.place == 3.0
    assert broken.gain < -50
    assert_close(broken.drop, 1.0, 0.1)
    straight = find_break(x, 0.5 * x + noise)
    assert straight.gain > -10
    assert abs(straight.drop) < 0.1


# ---- tables


def test_c15_repeats_at_a_tiny_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spirals, "EPOCHS", 1)
    monkeypatch.setattr(threshold, "LAYERS_QUICK", (1, 2))
    monkeypatch.setattr(threshold, "landmark_problem", lambda rng: group_problems(rng)[1])
    tables = threshold.repeat(Trial(True, 3))
    assert {row["space"] for row in tables["reach"]} == {"SU(4)", "SO(5)"}
    assert [row["layers"] for row in tables["spirals"]] == [1, 2, 1]
    assert [row["bounded"] for row in tables["spirals"]] == [True, True, False]
    assert tables["spirals"][2]["reach"] is None


def reach_table(error: float) -> list[dict]:
    rows = []
    for seed, ratio in itertools.product(range(3), threshold.RATIOS):
        left = max(0.0, 1 - ratio)
        own = {"distance": 2.0, "residual": 2 * (left + error), "predicted": 2 * left}
        rows.append({"seed": seed, "side": "network", "space": "SO(5)", "ratio": ratio} | own)
    return rows


def spiral_table(curve: str, shallow: float, rng: np.random.Generator) -> list[dict]:
    rows = []
    for seed in range(4):
        for layers in threshold.LAYERS_FULL:
            reach = 0.1 * layers
            level = min(1.0, 0.5 + 0.7 * reach) if curve == "broken" else 0.5 + 0.2 * reach
            own = {"bounded": True, "layers": layers, "reach": reach, "ceiling": 1.0, "path": reach}
            accuracy = level - 0.01 * rng.uniform()
            rows.append({"seed": seed, "train_accuracy": accuracy, "test_accuracy": accuracy} | own)
        wide = {"bounded": False, "layers": 1, "reach": None, "ceiling": 1.0, "path": 3.0}
        accuracy = shallow + 0.01 * rng.uniform()
        rows.append({"seed": seed, "train_accuracy": 1.0, "test_accuracy": accuracy} | wide)
    return rows


@pytest.mark.parametrize(
    ("error", "curve", "shallow", "outcome"),
    [
        (0.001, "broken", 0.8, Outcome.SUPPORTED),
        (0.1, "straight", 1.0, Outcome.REFUTED),
        (0.001, "broken", 1.0, Outcome.DEFINITION_DEPENDENT),
    ],
)
def test_c15_concludes(
    error: float, curve: str, shallow: float, outcome: Outcome, rng: np.random.Generator
) -> None:
    tables = {
        "reach": tuple(reach_table(error)),
        "spirals": tuple(spiral_table(curve, shallow, rng)),
    }
    evidence = threshold.conclude(Setting(True, (0, 1, 2, 3)), tables)
    assert settle(evidence.readings) is outcome
    parts = {reading.name[:3]: reading.outcome for reading in evidence.readings}
    whether = Outcome.SUPPORTED if curve == "broken" else Outcome.REFUTED
    assert parts["AIC"] is parts["slo"] is whether
    if curve == "broken":
        assert "the break is at L eps = 0.8" in evidence.note  # the knot next to 0.714


def test_c15_is_undecided_between(rng: np.random.Generator) -> None:
    table = spiral_table("broken", 0.9, rng)
    for row in table:
        if not row["bounded"]:
            row["test_accuracy"] = 0.85 + 0.15 * (row["seed"] % 2)
    tables = {"reach": tuple(reach_table(0.0)), "spirals": tuple(table)}
    evidence = threshold.conclude(Setting(True, (0, 1, 2, 3)), tables)
    assert settle(evidence.readings) is Outcome.INCONCLUSIVE


def test_accuracy_above_the_ceiling_refutes(rng: np.random.Generator) -> None:
    table = spiral_table("broken", 0.8, rng)
    table[0]["ceiling"] = 0.3
    tables = {"reach": tuple(reach_table(0.0)), "spirals": tuple(table)}
    evidence = threshold.conclude(Setting(True, (0, 1, 2, 3)), tables)
    assert Outcome.REFUTED in {reading.outcome for reading in evidence.readings}


def test_noise_of_layers_adds_up(rng: np.random.Generator) -> None:
    metric = GROUPS[1][2]
    noise = 1e-3 * rng.normal(size=(4000, 6, metric.dim))
    found = optimum.squared_error(
        optimum.ends(metric, np.zeros((1, 6, metric.dim)), noise), np.eye(5)
    )
    # Each layer adds |noise|^2 in the mean; the error is that of 4000 draws.
    assert_close(found.mean() / (6e-6 * metric.dim), 1.0, 0.05)


def test_c17_repeats_at_a_tiny_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spirals, "EPOCHS", 1)
    monkeypatch.setattr(optimum, "RATIOS", (0.5, 1.0, 1.25))
    monkeypatch.setattr(optimum, "SPIRAL_RATIOS_QUICK", (1.25,))
    monkeypatch.setattr(optimum, "GROUPS", GROUPS[1:])
    rows = optimum.repeat(Trial(True, 3))["errors"]
    noisy = [row["error"] for row in rows if "noise after" in str(row["setting"])]
    assert len(rows) == 7
    # Half of the way: the rest is a rotation by half of the distance.
    assert 0.5 * (GROUP_DISTANCE / 2) ** 2 < noisy[0] < 1.5 * (GROUP_DISTANCE / 2) ** 2
    assert noisy[1] < 0.1 * noisy[0]


@pytest.mark.parametrize(
    ("best", "rise", "outcome"),
    [
        (1.25, 0.5, Outcome.SUPPORTED),
        (1.25, 0.0, Outcome.REFUTED),
        (4.0, -0.5, Outcome.REFUTED),
        (0.5, 0.5, Outcome.REFUTED),
        (None, 0.5, Outcome.INCONCLUSIVE),
    ],
)
def test_c17_concludes(
    best: float | None, rise: float, outcome: Outcome, rng: np.random.Generator
) -> None:
    rows = []
    for seed in range(6):
        least = best if best is not None else (0.5, 1.5)[seed % 2]
        for ratio in optimum.RATIOS:
            level = -2.0 if ratio == least else rise * np.log2(max(ratio, 1)) - 1
            error = float(np.exp(level + 0.01 * rng.normal()))
            own = {"side": "network", "setting": "synthetic", "ratio": ratio, "error": error}
            rows.append({"seed": seed} | own)
    if rise == 0.0:
        for row in rows:
            row["error"] = 0.1 if row["ratio"] == 1.0 else 0.2
    evidence = optimum.conclude(Setting(True, tuple(range(6))), {"errors": tuple(rows)})
    assert settle(evidence.readings) is outcome


def test_claims_are_registered() -> None:
    assert CLAIMS == (C15, C17)
    assert C15.aliases == ("EM8",)
    assert ROUNDING < threshold.TOLERANCE == C15.smallest_effect
