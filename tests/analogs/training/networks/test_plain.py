"""Plain networks against their formula."""

from __future__ import annotations

import torch

from analogs.training.networks import Stack, plain_net
from tests.analogs.training.networks.inputs import draw


def test_layers_follow_one_another() -> None:
    model = plain_net(3, Stack(4, normalisation="none"), seed=0)
    x = draw(2, 1, 8, 8)
    stream = model.stem(x)
    for unit in (model.unit1, model.unit2, model.unit3):
        [layer] = (m for m in unit if isinstance(m, torch.nn.Conv2d))
        stream = layer(stream.relu())
    torch.testing.assert_close(model(x), model.linear(stream.relu().flatten(1)))


def test_depth_counts_layers_of_weights() -> None:
    layers = [m for m in plain_net(7, Stack(2), seed=0).modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(layers) == 7 + 1
