"""Highway networks with open, closed and half-open gates."""

from __future__ import annotations

import torch

from analogs.training.networks import Stack, highway_net
from tests.analogs.training.networks.inputs import draw

X = draw(6, 4, 4, 4)


def test_closed_gates_carry_and_open_gates_transform() -> None:
    closed, opened = (highway_net(2, Stack(4), carry=c, seed=0).unit1 for c in (-50.0, 50.0))
    torch.testing.assert_close(closed(X), X)
    torch.testing.assert_close(opened(X), opened.transform(X))


def test_formula() -> None:
    unit = highway_net(2, Stack(4, normalisation="none"), carry=-1.0, seed=0).unit1
    layer, gate = unit.transform[0], unit.gate[0]
    share = 1 / (1 + torch.exp(-gate(X)))
    torch.testing.assert_close(unit(X), share * layer(X).relu() + (1 - share) * X)


def test_gates_start_at_their_bias() -> None:
    unit = highway_net(1, Stack(4), seed=0).unit1
    torch.testing.assert_close(
        unit.gate(torch.zeros(1, 4, 4, 4)).mean(), torch.tensor(-2.0).sigmoid()
    )
