"""C3: lengths in a metric that changes by layer and in one metric, and when they agree."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from analogs.curves import layer_generator, layer_length, offset_weights
from analogs.curves.action import affine_part
from analogs.curves.squaring import common_box
from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.mirrors.pullback import orderings
from analogs.mirrors.pullback.claims import CLAIMS
from analogs.mirrors.pullback.orderings import (
    COST,
    FIXED,
    SCALED,
    circuit_lengths,
    compare_lengths,
    decide_orderings,
    mixed_network,
    three_lengths,
)
from tests.closeness import assert_close

nn = torch.nn
QUICK = Setting(quick=True, seeds=(0, 1, 2))


def test_the_three_lengths_are_sums_over_the_convolutions():
    """Second route: generators and costs of each convolution by hand."""
    model = mixed_network([1, 5], [2, 3], seed=0).eval()
    lengths = three_lengths(model, np.ones((1, 1, 8, 8)))
    expected = {"changing": 0.0, "fixed": 0.0, "scaled": 0.0}
    shape = (1, 4, 4)
    for conv, radius in ((model[1], 0), (model[3], 2)):
        after = (conv.out_channels, 4, 4)
        box = common_box(shape, after)
        matrix, _ = affine_part(conv.double(), shape)
        generator = layer_generator(matrix, box=box, repair=True)
        for name, reach in (("changing", radius), ("fixed", 1)):
            weights = offset_weights(box.shape[0], 4, reach, COST)
            expected[name] += layer_length(generator, weights)
        factor = conv.weight.numel() * np.prod(shape)
        expected["scaled"] += np.sqrt(factor) * layer_length(generator)
        shape = after
    for name, value in expected.items():
        assert_close(lengths[name], value, 1e-9)
    assert lengths["factor_ratio"] == (3 * 25 * 2 * 2 * 16) / (2 * 1 * 16)


def test_equal_kernels_of_three_pixels_have_one_metric():
    lengths = three_lengths(mixed_network([3, 3], [2, 2], seed=1).eval(), np.ones((1, 1, 8, 8)))
    assert_close(lengths["changing"], lengths["fixed"])
    # Negative control: with other kernels the two differ.
    lengths = three_lengths(mixed_network([1, 5], [2, 2], seed=1).eval(), np.ones((1, 1, 8, 8)))
    assert abs(lengths["changing"] - lengths["fixed"]) > 0.1


def test_gates_on_two_qubits_have_one_length(monkeypatch):
    row = circuit_lengths(np.random.default_rng(0))
    assert_close(row["changing"], row["fixed"])
    # Negative control: a metric that makes pairs of qubits dear tells them apart.
    strict = orderings.nielsen
    monkeypatch.setattr(orderings, "nielsen", lambda q: strict(q, locality=1))
    row = circuit_lengths(np.random.default_rng(0))
    assert row["fixed"] > 1.5 * row["changing"]


def test_one_repetition(monkeypatch):
    monkeypatch.setattr(orderings, "NETWORKS", 1)
    monkeypatch.setattr(orderings, "EPOCHS", 1)
    one, two = (compare_lengths(Trial(True, 3)) for _ in range(2))
    assert one == two
    [row] = one["networks"]
    assert row["changing"] > 0
    assert row["layers"] == len(row["kernels"].split())


def network(changing: float, fixed: float, scaled: float, layers: int) -> dict[str, float]:
    return {"changing": changing, "fixed": fixed, "scaled": scaled, "layers": layers} | {
        "factor_ratio": 4.0
    }


def tables(noise: float, count: int = 40) -> dict[str, tuple[dict[str, float], ...]]:
    """Networks whose lengths agree up to a share of noise."""
    rng = np.random.default_rng(0)
    length = rng.uniform(1, 10, size=count)
    other = (1 - noise) * length + 10 * noise * rng.standard_normal(count)
    rows = [
        network(x, y, y, int(n))
        for x, y, n in zip(length, other, rng.integers(2, 5, size=count), strict=True)
    ]
    return {"networks": tuple(rows), "circuits": ({"gates": 8, "changing": 2.0, "fixed": 2.0},)}


@pytest.mark.parametrize(
    ("noise", "count", "outcome"),
    [(0.0, 40, Outcome.SUPPORTED), (0.9, 40, Outcome.REFUTED), (0.1, 12, Outcome.INCONCLUSIVE)],
)
def test_conclusions(noise, count, outcome):
    evidence = decide_orderings(QUICK, tables(noise, count))
    decisive = [reading for reading in evidence.readings if reading.decisive]
    assert [reading.definition for reading in decisive] == [FIXED, SCALED]
    assert settle(evidence.readings) is outcome


def test_the_two_definitions_can_disagree():
    mixed = tables(0.0)
    noisy = tables(0.9)["networks"]
    rows = tuple(
        row | {"scaled": other["scaled"]}
        for row, other in zip(mixed["networks"], noisy, strict=True)
    )
    evidence = decide_orderings(QUICK, mixed | {"networks": rows})
    assert settle(evidence.readings) is Outcome.DEFINITION_DEPENDENT


def test_the_claims_state_their_thresholds():
    c3, c4 = CLAIMS
    assert c3.smallest_effect == 0.9
    assert "at least 0.9" in c3.definition
    assert c4.null == 0.95
    assert dataclasses.replace(c4) == c4
