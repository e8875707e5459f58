"""O1: embeddings that keep lengths, larger groups that help or not, and radii by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analogs.evidence import Outcome
from analogs.mirrors.ancilla import enlarge, experiment
from analogs.mirrors.ancilla.claims import CLAIMS
from analogs.mirrors.ancilla.enlarge import PAIRS, Compared, compare
from analogs.mirrors.ancilla.experiment import RANDOM, judge, width_readings
from analogs.mirrors.ancilla.free_points import INSIDE, denser_match, least_length, random_goal
from analogs.mirrors.ancilla.width import (
    ARCHITECTURES,
    OVERSHOOT,
    adversarial_radius,
    perceptron,
    train_one,
)
from analogs.training import digits
from qgeom.algebra.targets import target
from qgeom.geodesic.flow import shoot
from tests.closeness import EXACT, assert_close

RNG_SEED = 3


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_the_small_group_sits_in_the_large_one_with_its_metric_and_geodesics(pair) -> None:
    rng = np.random.default_rng(RNG_SEED)
    x, y = rng.normal(size=(2, pair.small.dim))
    assert_close(pair.unit * pair.large.norm(pair.embed(x)), pair.small.norm(x))
    lifted = pair.embed(pair.small.bracket(x, y))
    assert_close(pair.large.bracket(pair.embed(x), pair.embed(y)), lifted)
    inside = shoot(pair.small, x / pair.small.norm(x), tolerance=1e-12).endpoint
    outside = shoot(pair.large, pair.embed(x / pair.small.norm(x)), tolerance=1e-12).endpoint
    assert_close(outside, pair.lift(inside), 1e-8)


def test_one_ancilla_beside_one_qubit_is_of_no_use_for_certain() -> None:
    found = compare(PAIRS[0], target("h").matrix, np.random.default_rng(0))
    assert_close([found.small, found.large, found.lower], [np.pi / 2] * 3, 1e-9)


def test_a_larger_group_that_helps_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the search in the small group blind: the large one then finds what it missed, outside."""
    pair, rng = PAIRS[1], np.random.default_rng(8)
    element = pair.typical(rng)
    honest = compare(pair, element, np.random.default_rng(0))
    found = enlarge.connect

    def longest(metric, *args, **options):
        geodesics = found(metric, *args, **options)
        return geodesics[-1:] if metric is pair.small else geodesics

    monkeypatch.setattr(enlarge, "connect", longest)
    monkeypatch.setattr(enlarge, "_inside", lambda pair, geodesic: False)
    blind = compare(pair, element, np.random.default_rng(0))
    assert_close(honest.gain, 0.0, 1e-6)
    assert blind.gain < -0.01
    monkeypatch.undo()
    monkeypatch.setattr(enlarge, "connect", longest)
    mended = compare(pair, element, np.random.default_rng(0))
    assert_close(mended.small, honest.small, 1e-6)


def test_free_landmarks_are_of_no_use() -> None:
    rng = np.random.default_rng(4)
    start, goal = random_goal(rng)
    found = denser_match(start, goal, INSIDE, rng)
    assert found.lower < found.large <= found.small
    assert_close(found.gain, 0.0, 1e-6)
    # The minimum itself, before it is compared: alone, and with free landmarks.
    for free in (INSIDE[:0], INSIDE):
        points = np.concatenate([start, free])
        length = least_length(points, goal, np.zeros(points.shape), 0.1, rng)
        assert_close(length, found.small, 1e-6)


def readings(*pairs: tuple[float, float]):
    found = [(RANDOM, Compared(small, large, 0.5)) for small, large in pairs]
    return [*judge("quantum", "test", found, np.random.default_rng(0))]


def test_longer_and_shorter_groups_are_told_apart() -> None:
    same, gain = readings((1.0, 1.0), (2.0, 2.0), (3.0, 3.0))
    assert (same.outcome, gain.outcome) == (Outcome.EXACT, Outcome.REFUTED)
    same, gain = readings((1.0, 0.9), (2.0, 1.9), (3.0, 2.5))
    assert (same.outcome, gain.outcome) == (Outcome.EXACT, Outcome.SUPPORTED)
    same, gain = readings((1.0, 1.0), (2.0, 2.00001), (3.0, 3.0))
    assert same.outcome is Outcome.REFUTED


def test_widths_are_related_in_either_direction() -> None:
    rows = [
        {"seed": s, "width": w, "steps": -w, "gap": w, "radius": 1.0, "test_accuracy": w}
        for s in range(3)
        for w in (1, 2, 4)
    ]
    found = [*width_readings("net", rows, np.random.default_rng(0))]
    assert [reading.value for reading in found] == [-1.0, 1.0, 0.0, 1.0]
    outcomes = [reading.outcome for reading in found if reading.decisive]
    assert outcomes == [Outcome.SUPPORTED, Outcome.SUPPORTED, Outcome.REFUTED]


def test_radius_of_a_linear_network_is_the_distance_to_its_nearest_boundary() -> None:
    rng = np.random.default_rng(5)
    weight, x = rng.normal(size=(4, 6)), rng.normal(size=(9, 6))
    net = torch.nn.Linear(6, 4, bias=False, dtype=torch.float64)
    net.weight.data = torch.tensor(weight)
    scores = x @ weight.T
    labels = scores.argmax(-1)
    radii = [
        min((s[c] - s[k]) / np.linalg.norm(weight[c] - weight[k]) for k in range(4) if k != c)
        for s, c in zip(scores, labels, strict=True)
    ]
    expected = (1 + OVERSHOOT) * np.median(radii)
    assert_close(adversarial_radius(net, x, labels), expected, EXACT)
    wrong = np.where(np.arange(9) < 8, labels, (labels + 1) % 4)
    assert_close(adversarial_radius(net, x, wrong), (1 + OVERSHOOT) * np.median(radii[:8]), EXACT)
    assert net.weight.requires_grad


def test_an_image_without_open_units_is_infinitely_far() -> None:
    net = torch.nn.Sequential(torch.nn.Linear(1, 1), torch.nn.ReLU(), torch.nn.Linear(1, 2))
    for part, values in ((net[0], (0.0, -1.0)), (net[2], (1.0, 0.0))):
        part.weight.data.fill_(values[0])
        part.bias.data.copy_(torch.tensor([values[1]] if part is net[0] else values))
    assert adversarial_radius(net, np.zeros((3, 1)), np.zeros(3, dtype=int)) == np.inf


def test_training_counts_steps_and_depends_on_the_seed_alone() -> None:
    split = digits(train_fraction=0.1, rng=np.random.default_rng(0))
    first, again = (train_one(perceptron(32, 7), split, 12, 7) for _ in range(2))
    assert first == again
    assert first.steps % 6 == 0  # 180 images in batches of 32
    assert first.steps <= 13 * 6
    never = train_one(perceptron(1, 7), split, 2, 7)
    assert never.steps == 3 * 6
    assert_close(first.gap, first.train_accuracy - first.test_accuracy, EXACT)


def test_architectures_grow_with_their_width() -> None:
    for architecture in ARCHITECTURES:
        sizes = [
            sum(weight.numel() for weight in architecture.make(width, 0).parameters())
            for width in architecture.widths_full
        ]
        assert sizes == sorted(set(sizes))
        assert set(architecture.widths_quick) <= set(architecture.widths_full)


def test_claims_of_the_package() -> None:
    assert {claim.id: claim.kind for claim in CLAIMS} == {"O1": "structure"}
    assert set(experiment.SHOWN) < set(experiment.MEASURED)
