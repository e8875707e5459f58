"""Distances that curves of layers lead, against closed forms in GL+(D) and SO(D)."""

import dataclasses

import numpy as np
import pytest
import torch
from scipy.linalg import expm

from analogs.curves import NetworkCurve
from analogs.curves import distance as curves_distance
from analogs.curves.distance import CurveDistance
from tests.closeness import assert_close

nn = torch.nn


def chain(*matrices: np.ndarray) -> nn.Sequential:
    layers = []
    for matrix in matrices:
        layer = nn.Linear(*matrix.shape[::-1], bias=False).double().requires_grad_(False)
        layer.weight.copy_(torch.from_numpy(matrix))
        layers.append(layer)
    return nn.Sequential(*layers).eval()


def curve(model: nn.Module, **options) -> NetworkCurve:
    return NetworkCurve.from_module(model, torch.ones(1, 2, dtype=torch.float64), **options)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def turn(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def test_rotations_are_measured_in_so():
    # 1 + 2 = 3 rad is the short way; 2 + 2 = 4 rad is 2 pi - 4 the other way.
    for angles, apart in (((1.0, 2.0), 3.0), ((2.0, 2.0), 2 * np.pi - 4)):
        found = curve(chain(*map(turn, angles))).distance(rng=rng())
        assert found.group == "so"
        assert_close([found.lower, found.upper], [apart, apart], 1e-9)
        assert_close(found.length, sum(angles))
        assert_close(found.efficiency, [apart / sum(angles)] * 2, 1e-9)


def test_commuting_stretches_are_a_geodesic_and_going_back_is_not():
    """In GL+(D) a symmetric generator is a shortest path: the bracket closes."""
    there, back = np.diag([2.0, 0.5]), np.diag([0.5, 1.0])
    found = curve(chain(there, there)).distance(rng=rng())
    assert found.group == "gl"
    assert_close(found.efficiency, [1.0, 1.0], 1e-9)
    found = curve(chain(there, back)).distance(rng=rng())
    # diag(1, 1/2) is log 2 / sqrt 2 away; the way was log 2 (1 + 1 / sqrt 2).
    assert_close(found.upper, np.log(2) / np.sqrt(2), 1e-9)
    assert_close(found.lower, found.upper, 1e-9)
    assert_close(found.length, np.log(2) * (1 + 1 / np.sqrt(2)))


@pytest.mark.parametrize("mode", ["polar", "square"])
def test_efficiency_never_exceeds_one(mode):
    source = rng()
    matrices = [expm(0.4 * source.normal(size=(2, 2))) for _ in range(3)]
    found = curve(chain(*matrices), mode=mode).distance(rng=rng())
    assert 0 < found.lower <= found.upper <= found.length
    assert found.efficiency[1] < 0.999  # three random directions are no geodesic
    product = np.linalg.multi_dot(matrices[::-1])
    spread = np.linalg.norm(np.log(np.linalg.svd(product, compute_uv=False)))
    assert_close(found.lower, spread / np.sqrt(2))


def test_both_modes_lead_to_the_same_place():
    """Polar and square paths differ, and so do their lengths; their end is the product of the layers."""
    source = rng()
    model = chain(*(expm(0.4 * source.normal(size=(2, 2))) for _ in range(2)))
    polar, square = (curve(model, mode=mode).distance(rng=rng()) for mode in ("polar", "square"))
    assert_close(polar.upper, square.upper, 1e-8)
    assert abs(polar.length - square.length) > 1e-3


def test_the_curve_itself_is_a_path(monkeypatch):
    """Where the search finds nothing better, the distance is at most the length."""
    search = curves_distance.distance

    def poor(*args, **named):
        found = search(*args, **named)
        return dataclasses.replace(found, upper=100.0)

    monkeypatch.setattr(curves_distance, "distance", poor)
    found = curve(chain(turn(2.0), turn(2.0))).distance(rng=rng())
    assert_close(found.upper, 4.0)


def test_a_single_symmetric_layer_with_costs_keeps_its_length_above():
    shear = chain(expm(np.array([[0.3, 0.5], [0.5, 0.0]])))

    def costs(call, shape):
        return np.array([[1.0, 4.0], [4.0, 1.0]])

    with pytest.raises(ValueError, match="equal costs in mode polar"):
        curve(shear, weights=costs).distance(rng=rng())
    found = curve(shear, mode="square", weights=costs).distance(rng=rng())
    assert_close(found.length, np.sqrt((0.09 + 4 * 0.5) / 2))
    assert found.lower <= found.upper <= found.length
    plain = curve(shear, mode="square").distance(rng=rng())
    assert plain.upper <= found.upper


def test_a_point_has_no_efficiency():
    assert np.isnan(CurveDistance(0.0, 0.0, 0.0, "so").efficiency).all()


@pytest.mark.parametrize(
    ("model", "options", "message"),
    [
        (chain(np.eye(2)), {"mode": "jacobian"}, "square or polar"),
        (nn.ReLU().eval(), {}, "a linear step"),
        (chain(np.ones((3, 2))), {}, r"one dimension, but `0` leads from \(2,\) to \(3,\)"),
        (chain(np.diag([1.0, -1.0])), {}, "generator at every step, but `0`: its determinant"),
        (chain(np.eye(2)), {"largest": 1}, "read at every step, but `0` was not"),
    ],
)
def test_what_is_no_curve_in_one_group_is_refused(model, options, message):
    with pytest.raises(ValueError, match=message):
        curve(model, **options).distance(rng=rng())


def test_costs_that_change_and_large_dimensions_are_refused():
    costs = iter([np.ones((2, 2)), 2 * np.ones((2, 2))])
    changing = curve(chain(np.eye(2), np.eye(2)), weights=lambda call, shape: next(costs))
    with pytest.raises(ValueError, match="same costs at every step"):
        changing.distance(rng=rng())
    wide = NetworkCurve.from_module(chain(2 * np.eye(9)), torch.ones(1, 9))
    with pytest.raises(ValueError, match=r"at most 8 dimensions in gl\(D\)"):
        wide.distance(rng=rng())
