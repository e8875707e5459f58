"""C6: heads on features that are known, features that are those of the network, and verdicts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analogs.evidence import Outcome, Setting, Trial
from analogs.evidence.repetition import join
from analogs.mirrors.head import experiment
from analogs.mirrors.head.claims import CLAIMS
from analogs.mirrors.head.experiment import (
    DATA,
    FULL,
    HIDDEN,
    MARGIN,
    PIXELS,
    TRAINED,
    UNTRAINED,
    conclude,
    features_of,
    head_rows,
    network,
    repeat,
)
from analogs.mirrors.head.heads import HEADS, averaged_linear, class_means, linear
from analogs.training import Split
from analogs.training.data import shapes


def blobs(rng, centres, count=40, spread=0.3):
    y = np.arange(count) % len(centres)
    x = np.asarray(centres, dtype=float)[y] + spread * rng.normal(size=(count, len(centres[0])))
    half = count // 2
    return Split(x[:half], y[:half], x[half:], y[half:])


def test_heads_on_features_that_are_known(rng):
    apart = blobs(rng, [[0, 0], [6, 0], [0, 6]])
    assert linear(apart) == class_means(apart) == 1.0
    # A class on both sides of another: no mean and no line tells them.
    split = blobs(rng, [[-6, 0], [0, 0], [6, 0], [0, 0.1]], count=400)
    between = Split(split.train_x, split.train_y % 2, split.test_x, split.test_y % 2)
    assert class_means(between) < 0.7
    assert linear(between) < 0.7


def test_a_linear_layer_is_scale_free_and_bears_features_that_do_not_vary(rng):
    split = blobs(rng, [[0, 0], [1, 0]], spread=0.6)
    scaled = Split(
        np.column_stack([1e3 * split.train_x, np.ones(20)]) + 5.0,
        split.train_y,
        np.column_stack([1e3 * split.test_x, np.ones(20)]) + 5.0,
        split.test_y,
    )
    assert linear(scaled) == linear(split)


def test_averages_forget_places(rng):
    """The class is where the only bright place is: the averages are the same."""
    x, y = np.zeros((40, 1, 4, 4)), np.arange(40) % 2
    x[np.arange(40), 0, 3 * y, 0] = 1.0
    split = Split(x[:20], y[:20], x[20:], y[20:])
    assert linear(split) == 1.0
    assert averaged_linear(split) == 0.5


def test_a_class_that_is_missing_from_training_has_no_mean():
    x = np.arange(3.0)[:, None]
    split = Split(x, np.array([0, 2, 2]), x, np.array([0, 1, 2]))
    assert class_means(split) == pytest.approx(2 / 3)


@pytest.mark.parametrize("side", [4, 8, 12, 16, 32])
def test_the_features_are_what_the_head_of_the_network_gets(side):
    split = shapes(20, side=side, train_fraction=0.5, rng=np.random.default_rng(0))
    model = network(split, 3)
    features = features_of(model, split)
    assert features.test_x.shape[1:] == model[0](torch.zeros(1, 1, side, side)).shape[1:]
    assert features.test_x.shape[-1] in (2, 3, 4)
    with torch.no_grad():
        scores = model[1:](torch.tensor(features.test_x, dtype=torch.float32))
        expected = model(torch.tensor(split.test_x, dtype=torch.float32))
    torch.testing.assert_close(scores, expected)
    assert model[2].out_features == HIDDEN


def test_two_networks_of_a_seed_are_the_same():
    split = shapes(20, side=8, train_fraction=0.5, rng=np.random.default_rng(0))
    one, two, three = (
        torch.cat([p.detach().flatten() for p in network(split, n).parameters()]) for n in (1, 1, 2)
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, three)


def test_each_head_is_fitted_to_the_features_that_its_row_names():
    split = shapes(60, side=8, train_fraction=0.5, rng=np.random.default_rng(0))
    start, model = network(split, 0), network(split, 1)
    for weight in start[0].parameters():
        torch.nn.init.zeros_(weight)
    found = {
        (row["features"], row["head"]): row["accuracy"]
        for row in head_rows("shapes", split, start, model)
    }
    # No feature varies: one class for all images.
    assert all(found[UNTRAINED, head] == pytest.approx(0.2) for head in HEADS)
    for head, fit in HEADS.items():
        assert found[TRAINED, head] == fit(features_of(model, split))
        assert found[PIXELS, head] == fit(split)


def table(lost, seeds=8):
    noise = np.random.default_rng(0)
    rows = []
    for seed in range(seeds):
        for name in DATA:
            rows.append((seed, name, TRAINED, FULL, 0.9))
            for features in (TRAINED, UNTRAINED, PIXELS):
                for head in HEADS:
                    rows.append(
                        (seed, name, features, head, 0.9 - lost(features, head, name, seed))
                    )
    return tuple(
        dict(
            zip(
                ("seed", "data", "features", "head", "accuracy"),
                (*row[:4], row[4] + float(noise.uniform(-0.002, 0.002))),
                strict=True,
            )
        )
        for row in rows
    )


def outcomes(lost):
    tables = {"accuracies": table(lost), "networks": ()}
    readings = conclude(Setting(True, tuple(range(8))), tables).readings
    found = {}
    for reading in readings:
        if reading.decisive:
            found.setdefault(reading.definition, set()).add(reading.outcome)
    assert set(found) == set(HEADS)
    return [found[head] for head in HEADS]


def test_verdicts_fall_either_way():
    """The first head is as good, the second is better, the third is worse on one data set."""

    def lost(features, head, name, seed):
        first, second, third = HEADS
        if features != TRAINED:
            return 0.5
        return {first: 0.0, second: -0.3, third: 0.1 if name == "shapes" else 0.0}[head]

    assert outcomes(lost) == [
        {Outcome.SUPPORTED},
        {Outcome.SUPPORTED},
        {Outcome.SUPPORTED, Outcome.REFUTED},
    ]


def test_a_loss_at_the_margin_decides_nothing():
    def lost(features, head, name, seed):
        return MARGIN + (0.02 if seed % 2 else -0.02)

    assert outcomes(lost) == [{Outcome.INCONCLUSIVE}] * 3


def test_own_images_from_start_to_verdict(tmp_path, monkeypatch):
    monkeypatch.setattr(experiment, "EPOCHS", 2)
    split = shapes(60, side=8, train_fraction=0.5, rng=np.random.default_rng(0))
    path = tmp_path / "mine.npz"
    np.savez(path, **vars(split))
    one, again, other = (repeat(Trial(True, seed, path)) for seed in (0, 0, 1))
    assert one == again
    assert one != other
    assert {row["data"] for row in one["accuracies"]} == {"own images"}
    assert len(one["accuracies"]) == 1 + 3 * len(HEADS)
    readings = conclude(Setting(True, (0, 1)), join((0, 1), [one, other])).readings
    assert [reading.decisive for reading in readings] == [True] * 3 + [False] * 6


def test_both_data_sets_are_used_by_default(monkeypatch):
    monkeypatch.setattr(experiment, "EPOCHS", 1)
    small = {
        name: lambda rng, side=side: shapes(40, side=side, train_fraction=0.5, rng=rng)
        for name, side in (("digits", 8), ("shapes", 16))
    }
    monkeypatch.setattr(experiment, "DATA", small)
    told = []
    tables = repeat(Trial(True, 0, None, lambda message, share: told.append(share)))
    assert [row["data"] for row in tables["networks"]] == ["digits", "shapes"]
    assert told == [0.0, 0.5]


def test_the_claim():
    (claim,) = CLAIMS
    assert (claim.id, claim.takes_data, claim.smallest_effect) == ("C6", True, 0.02)
