"""C4: what units, gates and flows do to the metric on the data."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.mirrors.pullback import changes
from analogs.mirrors.pullback.changes import (
    POINTS,
    composition_error,
    decide_changes,
    flow_changes,
    gate_change,
    measure_changes,
    unit_changes,
)
from analogs.training import convnet
from qgeom.diffeo.kernels import Gaussian
from qgeom.diffeo.landmarks import shoot_landmarks
from tests.closeness import assert_close

nn = torch.nn
QUICK = Setting(quick=True, seeds=(0, 1))


@pytest.fixture(scope="module")
def network() -> nn.Sequential:
    return convnet([2, 3], 3, side=4, seed=0).double().requires_grad_(False).eval()


@pytest.fixture(scope="module")
def image() -> torch.Tensor:
    return torch.from_numpy(np.random.default_rng(0).normal(size=(1, 4, 4)))


def test_units_are_read_where_the_image_has_come_to(network, image):
    rows = list(unit_changes(network, image))
    assert [(row["unit"], row["kind"]) for row in rows] == [
        ("act1", "ReLU"),
        ("pool1", "max pooling"),
        ("pool1", "average pooling"),
        ("act2", "ReLU"),
        ("pool2", "max pooling"),
        ("pool2", "average pooling"),
    ]
    hidden = network.conv1(image[None])
    # ReLU loses the closed units and keeps the others as they are.
    assert_close(rows[0]["lost"], float((hidden <= 0).double().mean()))
    assert rows[0]["change"] == 1
    assert rows[0]["kept_log_volume"] == 0
    # One of four pixels survives; the mean of four has the Jacobian (1/4, 1/4, 1/4, 1/4).
    assert (rows[1]["lost"], rows[1]["kept_log_volume"]) == (0.75, 0)
    assert_close(rows[2]["kept_log_volume"], 8 * np.log(0.5))
    # What is lost has g = 0, so that |g - 1| = 1 however mild the rest.
    assert {row["change"] for row in rows} == {1.0}


def test_an_open_relu_changes_nothing():
    model = nn.Sequential()
    model.add_module("act1", nn.ReLU())
    [row] = unit_changes(model.eval(), torch.ones(3))
    assert (row["change"], row["lost"]) == (0, 0)


def test_metrics_pull_back_one_by_one(network, image):
    assert composition_error(network, image) < 1e-12


def test_the_flow_is_differentiated_by_the_fourth_order_rule(monkeypatch):
    """Half the step changes nothing: the differences are exact to 1e-8; a wrong rule is seen."""
    rows = list(flow_changes(np.random.default_rng(0)))
    assert len(rows) == POINTS
    monkeypatch.setattr(changes, "STEP", changes.STEP / 2)
    finer = list(flow_changes(np.random.default_rng(0)))
    for name in ("change", "log_volume"):
        values, others = ([row[name] for row in found] for found in (rows, finer))
        assert_close(values, others, 1e-7)
        assert np.abs(values).max() > 0.05


def test_a_still_flow_is_the_identity(monkeypatch):
    def at_rest(kernel, points, momenta, **options):
        return shoot_landmarks(Gaussian(1.0), points, 0 * momenta, **options)

    monkeypatch.setattr(changes, "shoot_landmarks", at_rest)
    rows = list(flow_changes(np.random.default_rng(0)))
    assert max(row["change"] for row in rows) < 1e-9


def test_gates_keep_the_metric_and_others_do_not(monkeypatch):
    assert gate_change(np.random.default_rng(1)) < 1e-14
    drawn = changes.target

    class Damped:
        def __init__(self, gate):
            self.matrix = 0.9 * gate.matrix

    monkeypatch.setattr(changes, "target", lambda *args, **named: Damped(drawn(*args, **named)))
    assert_close(gate_change(np.random.default_rng(1)), 1 - 0.81)


def test_one_repetition(monkeypatch):
    monkeypatch.setattr(changes, "EPOCHS", 1)
    monkeypatch.setattr(changes, "IMAGES_QUICK", 2)
    one, two = (measure_changes(Trial(True, 5)) for _ in range(2))
    assert one == two
    assert len(one["units"]) == 2 * 6
    assert max(row["error"] for row in one["compositions"]) < 1e-10


def tables(*, changed: int, error: float, gate: float, count: int = 100):
    units = [
        {"unit": "u", "kind": kind, "change": 1.0 if i < changed else 0.0, "lost": 0.5}
        for kind in ("ReLU", "max pooling", "average pooling")
        for i in range(count)
    ]
    return {
        "units": tuple(units),
        "compositions": ({"image": 0, "error": error},),
        "gates": ({"change": gate},),
        "points": tuple({"change": 0.5, "log_volume": 0.1} for _ in range(count)),
    }


@pytest.mark.parametrize(
    ("found", "outcome"),
    [
        (tables(changed=100, error=1e-15, gate=1e-15), Outcome.SUPPORTED),
        (tables(changed=93, error=1e-15, gate=1e-15), Outcome.INCONCLUSIVE),
        (tables(changed=50, error=1e-15, gate=1e-15), Outcome.DEFINITION_DEPENDENT),
        (tables(changed=100, error=1e-3, gate=1e-15), Outcome.DEFINITION_DEPENDENT),
        (tables(changed=100, error=1e-15, gate=1e-3), Outcome.DEFINITION_DEPENDENT),
    ],
)
def test_conclusions(found, outcome):
    evidence = decide_changes(QUICK, found)
    assert settle(evidence.readings) is outcome
    relu = evidence.readings[0]
    assert relu.definition == "ReLU"
    if found["units"][60]["change"] == 0:
        assert relu.outcome is Outcome.REFUTED
