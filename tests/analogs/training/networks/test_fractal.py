"""Fractal networks against their recursion, written out."""

from __future__ import annotations

import pytest
import torch

from analogs.training.networks import Stack, fractal_net
from tests.analogs.training.networks.inputs import draw

X = draw(6, 4, 4, 4)


@pytest.mark.parametrize("columns", [1, 2, 3, 4])
def test_a_unit_has_one_layer_for_each_node_of_the_recursion(columns: int) -> None:
    unit = fractal_net(2 ** (columns - 1), columns, Stack(2), seed=0).unit1
    layers = [m for m in unit.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(layers) == 2**columns - 1


def test_two_columns_written_out() -> None:
    unit = fractal_net(2, 2, Stack(4), seed=0).unit1.eval()
    first, second = (half.layer for half in unit.halves)
    torch.testing.assert_close(unit(X), (second(first(X)) + unit.layer(X)) / 2)


def test_three_columns_written_out() -> None:
    unit = fractal_net(4, 3, Stack(4), seed=0).unit1.eval()
    first, second = unit.halves
    torch.testing.assert_close(unit(X), (second(first(X)) + unit.layer(X)) / 2)
    a, b = (half.layer for half in first.halves)
    torch.testing.assert_close(first(X), (b(a(X)) + first.layer(X)) / 2)
