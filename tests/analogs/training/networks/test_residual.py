"""Residual networks against their formulas, and the two symmetries of their shortcuts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from analogs.curves.action import jacobians
from analogs.training.networks import Stack, plain_net, residual_net
from analogs.training.networks.residual import Shortcut
from tests.analogs.training.networks.inputs import draw

DENSE = Stack(4, "relu", "none", "dense", shape=(1, 2, 2))
ROUNDING = 1e-12


def randomised(model: torch.nn.Sequential) -> torch.nn.Sequential:
    """In float64, with random numbers also where the network starts at zero."""
    generator = torch.Generator().manual_seed(0)
    model.double()
    for weight in model.parameters():
        weight.data = 0.5 * torch.randn(weight.shape, generator=generator, dtype=torch.float64)
    return model


def test_without_shortcuts_it_is_the_plain_network_with_the_same_weights() -> None:
    plain, residual = plain_net(4, Stack(3), seed=5), residual_net(4, Stack(3), seed=5)
    ours, theirs = (list(model.parameters()) for model in (plain, residual))
    assert len(ours) == len(theirs)
    assert all(map(torch.equal, ours, theirs))
    x = draw(6, 1, 8, 8)
    stream = residual.stem(x)
    for unit in (residual.unit1, residual.unit2):
        stream = unit.branch(stream)
    torch.testing.assert_close(plain(x), residual.linear(residual.last(stream).flatten(1)))


@pytest.mark.parametrize("order", ["pre", "post"])
def test_formulas_of_both_orders(order: str) -> None:
    unit = randomised(residual_net(2, DENSE, order=order, scale=0.5, seed=0)).unit1
    x = draw(3, 4, dtype=torch.float64) - 0.5
    first, second = (m for m in unit.branch if isinstance(m, torch.nn.Linear))
    if order == "pre":
        expected = 0.5 * x + second(first(x.relu()).relu())
    else:
        expected = (0.5 * x + second(first(x).relu())).relu()
    torch.testing.assert_close(unit(x), expected, atol=ROUNDING, rtol=0)


def test_without_normalisation_the_network_starts_as_its_shortcuts() -> None:
    one, other = (residual_net(8, DENSE, scale=scale, seed=0) for scale in (1.0, 0.5))
    x = draw(5, 1, 2, 2)
    for unit in (one.unit1, one.unit4):
        stream = one.stem(x)
        torch.testing.assert_close(unit(stream), stream)
    # Four units: the stream, and with ReLU and no bias the output, shrinks to 0.5^4.
    bias = one.linear.bias
    torch.testing.assert_close(other(x) - bias, 0.5**4 * (one(x) - bias))


def test_with_normalisation_the_layer_after_a_scaled_stream_sees_no_scale() -> None:
    net = residual_net(2, Stack(4), seed=0).train()
    x = draw(8, 4, 4, 4)
    torch.testing.assert_close(net.unit1.branch(x), net.unit1.branch(100 * x), atol=2e-3, rtol=1e-3)


def test_a_rotated_shortcut_is_a_change_of_frame_that_linear_layers_absorb() -> None:
    stack = Stack(4, "identity", "none", "dense", shape=(1, 2, 2))
    turned = randomised(residual_net(6, stack, angle=0.7, seed=0))
    straight = randomised(residual_net(6, stack, seed=0))
    r = Shortcut(4, 1.0, 0.7).matrix.double()
    frame = torch.eye(4, dtype=torch.float64)
    for unit in (straight.unit1, straight.unit2, straight.unit3):
        first, second = (m for m in unit.branch if isinstance(m, torch.nn.Linear))
        first.weight.data = first.weight @ frame
        frame = r @ frame
        second.weight.data, second.bias.data = frame.T @ second.weight, frame.T @ second.bias
    straight.linear.weight.data = straight.linear.weight @ frame
    x = draw(5, 1, 2, 2, dtype=torch.float64)
    torch.testing.assert_close(straight(x), turned(x), atol=1e-6, rtol=1e-6)  # r is float32


def test_shortcut_is_a_scaled_rotation_of_pairs_and_keeps_an_odd_channel() -> None:
    matrix = Shortcut(5, 2.0, 0.3).matrix.numpy().astype(float)
    np.testing.assert_allclose(matrix @ matrix.T, 4 * np.eye(5), atol=1e-6)
    np.testing.assert_allclose(np.diag(matrix), 2 * np.array([np.cos(0.3)] * 4 + [1.0]), rtol=1e-6)


def test_curves_take_a_unit_as_one_map_near_the_identity() -> None:
    unit = randomised(residual_net(2, DENSE, seed=0)).unit1
    x = draw(2, 4, dtype=torch.float64) - 0.5
    for whole, branch in zip(jacobians(unit, x), jacobians(unit.branch, x), strict=True):
        np.testing.assert_allclose(whole, np.eye(4) + branch, atol=ROUNDING)
