"""R8: local curvature along networks, its total variation, and what the comparison concludes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.linalg import expm

from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.mirrors.smoothness import experiment, proxies
from analogs.mirrors.smoothness.claims import CLAIMS
from analogs.mirrors.smoothness.experiment import (
    DECISIVE,
    DEPTH,
    PROXIES,
    STACK,
    STAGES,
    decide_smoothness,
    follow,
    measure_smoothness,
    roughness,
    step_jacobians,
)
from analogs.mirrors.smoothness.proxies import (
    generators,
    growth,
    parallelograms,
    pixel_metric,
    plane_curvatures,
    total_variation,
)
from analogs.mirrors.smoothness.quantum import gate_and_geodesic
from analogs.training.networks import plain_net, residual_net
from tests.closeness import assert_close

SETTING = Setting(quick=True, seeds=tuple(range(8)))


@pytest.mark.parametrize("make", [plain_net, residual_net])
def test_steps_are_two_layers_of_either_network(make, rng):
    """Second route: the product of the steps is the Jacobian of all units at once."""
    model = make(4, STACK, seed=0).eval()
    image = rng.normal(size=(1, 8, 8))
    jacobians = step_jacobians(model, image)
    assert [jacobian.shape for jacobian in jacobians] == [(64, 64)] * 2
    double = model.double().requires_grad_(False)
    names = [name for name, _ in double.named_children() if name.startswith("unit")]
    units = torch.nn.Sequential(*(double.get_submodule(name) for name in names)).eval()
    with torch.no_grad():
        hidden = double.stem(torch.from_numpy(image)[None])
    whole = torch.func.jacrev(lambda h: units(h[None])[0])(hidden[0]).reshape(64, 64)
    assert_close(jacobians[1] @ jacobians[0], whole.numpy(), 1e-10)


def test_growth_adds_up_to_the_norm_of_the_product(rng):
    jacobians = list(rng.normal(size=(5, 4, 4)))
    product = np.linalg.multi_dot(jacobians[::-1])
    assert_close(growth(jacobians).sum(), np.log(np.linalg.norm(product) / 2))
    assert_close(growth([3 * np.eye(4)] * 3), np.full(3, np.log(3)))


def test_generators_are_polar(rng):
    skew = rng.normal(size=(3, 3)) / 4
    rotation, stretch = skew - skew.T, np.diag([0.3, -0.2, 0.1])
    [row] = generators([expm(rotation) @ expm(stretch)])
    assert_close(row.reshape(3, 3), rotation + stretch, 1e-10)
    # A flipped orientation is repaired, a matrix of zeros is not.
    assert np.isfinite(generators([np.diag([1.0, 1.0, -0.1])])).all()
    with pytest.raises(ValueError, match="A step has no generator: it is zero"):
        generators([np.zeros((2, 2))])


def test_planes_have_the_curvature_of_the_group(rng):
    """Second route: the curvature of GL(2), Frobenius over 2, is invariant under rotations."""
    metric = pixel_metric(1, 2, 1.0)
    steps = rng.normal(size=(3, 16))
    turn = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    turned = np.array([(turn @ step.reshape(4, 4) @ turn.T).ravel() for step in steps])
    assert_close(plane_curvatures(metric, turned), plane_curvatures(metric, steps), 1e-9)
    assert_close(plane_curvatures(metric, 3 * steps), plane_curvatures(metric, steps), 1e-9)
    # With costs by distance a rotation of the pixels changes it: a negative control.
    dear = pixel_metric(2, 3, 16.0)
    steps = rng.normal(size=(2, 18**2))
    turn = np.linalg.qr(rng.normal(size=(18, 18)))[0]
    turned = np.array([(turn @ step.reshape(18, 18) @ turn.T).ravel() for step in steps])
    assert abs(plane_curvatures(dear, turned) - plane_curvatures(dear, steps)) > 1e-3


def test_parallelograms_are_squared_areas(rng):
    metric = pixel_metric(1, 2, 16.0)
    x, y = rng.normal(size=(2, 16))
    [area] = parallelograms(metric, np.array([x, y]))
    assert_close(parallelograms(metric, np.array([x, y + 2 * x])), [area], 1e-9)
    assert_close(parallelograms(metric, np.array([2 * x, y])), [4 * area], 1e-9)


def test_pixels_beyond_the_radius_are_dear():
    # Two channels on 3 x 3 pixels: entry (0, 2) reaches two pixels, entry (0, 9) another channel.
    inertia = pixel_metric(2, 3, 16.0).inertia.reshape(18, 18) * 18
    assert_close(inertia[0, [0, 1, 2, 4, 8, 9, 11]], [1, 1, 16, 1, 16, 1, 16])


def test_roughness_is_the_mean_total_variation():
    curves = {"growth": np.array([[0.0, 1.0, 0.0], [1.0, 1.0, 3.0]]), "curvature": np.ones((2, 2))}
    rough = roughness(curves)
    assert total_variation(curves["growth"][0]) == 2
    assert rough == {"growth": 2.0, "curvature": 0.0, "relative": 2.0}


def test_following_gives_a_number_a_step_and_a_plane(rng):
    curves = follow(residual_net(4, STACK, seed=0).eval(), rng.normal(size=(2, 1, 8, 8)))
    shapes = {name: values.shape for name, values in curves.items()}
    planes = dict.fromkeys(("curvature", "free", "tensor"), (2, 1))
    assert shapes == {"growth": (2, 2)} | planes


def test_a_geodesic_is_smoother_than_a_row_of_gates():
    row = gate_and_geodesic(np.random.default_rng(0))
    assert 0 < row["geodesic"] < row["gates"]


def test_one_repetition(monkeypatch):
    monkeypatch.setattr(experiment, "EPOCHS", 1)
    monkeypatch.setattr(experiment, "DEPTH", 4)
    monkeypatch.setattr(experiment, "IMAGES_QUICK", 1)
    found = measure_smoothness(Trial(True, 5))
    assert [(row["network"], row["stage"]) for row in found["roughness"]] == [
        (name, stage) for name in ("residual", "plain") for stage in STAGES
    ]
    assert len(found["along"]) == 4 * 2
    assert found["along"][1]["curvature"] is None
    assert found["along"][0]["curvature"] is not None


def tables(logs: dict[str, float], spread: float = 0.05):
    """Roughness of eight pairs whose log ratios have these means."""
    rng = np.random.default_rng(0)
    rows = []
    for seed in SETTING.seeds:
        for stage in STAGES:
            noise = spread * rng.standard_normal(len(PROXIES))
            plain = {
                name: float(np.exp(logs.get(name, 0.0) + shift))
                for name, shift in zip(PROXIES, noise, strict=True)
            }
            for name, values in (("residual", dict.fromkeys(PROXIES, 1.0)), ("plain", plain)):
                rows.append({"seed": seed, "network": name, "stage": stage} | values)
    circuits = tuple({"gates": 2.0 + seed / 10, "geodesic": 0.1} for seed in SETTING.seeds)
    return {"roughness": tuple(rows), "circuits": circuits}


@pytest.mark.parametrize(
    ("logs", "spread", "outcome"),
    [
        (dict.fromkeys(DECISIVE, 1.5), 0.05, Outcome.SUPPORTED),
        (dict.fromkeys(DECISIVE, -1.5), 0.05, Outcome.REFUTED),
        # Smoother, but not by the factor that "much" asks for.
        (dict.fromkeys(DECISIVE, 0.3), 0.05, Outcome.REFUTED),
        (dict.fromkeys(DECISIVE, 0.7), 0.8, Outcome.INCONCLUSIVE),
        ({"growth": 1.5, "curvature": -1.5}, 0.05, Outcome.DEFINITION_DEPENDENT),
    ],
)
def test_conclusions(logs, spread, outcome):
    evidence = decide_smoothness(SETTING, tables(logs, spread))
    assert settle(evidence.readings) is outcome
    decisive = [reading.definition for reading in evidence.readings if reading.decisive]
    assert decisive == [PROXIES[name] for name in DECISIVE]


def test_the_claim_states_its_numbers():
    [claim] = CLAIMS
    assert f"{DEPTH} layers of weights" in claim.definition
    assert f"radius of {proxies.RADIUS} pixel" in claim.definition
    assert claim.smallest_effect == 2.0
