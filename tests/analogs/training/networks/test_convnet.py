from itertools import pairwise

import pytest
import torch

from analogs.training.networks.convnet import ACTIVATIONS, POOLINGS, convnet


def parameters(channels: list[int], kernel: int, side: int) -> int:
    """Closed form: each block k^2 c c' + c', then the linear layer on the last images."""
    widths = [1, *channels]
    blocks = sum(kernel**2 * a * b + b for a, b in pairwise(widths))
    return blocks + (widths[-1] * side**2) * 10 + 10


@pytest.mark.parametrize("pooling", POOLINGS)
@pytest.mark.parametrize(("channels", "kernel"), [([8, 16], 3), ([4], 5), ([2, 3, 4], 1), ([], 3)])
def test_sizes(pooling, channels, kernel):
    model = convnet(channels, kernel, pooling=pooling, seed=0)
    side = 8 if pooling == "none" else 8 // 2 ** len(channels)
    assert model(torch.zeros(2, 1, 8, 8)).shape == (2, 10)
    assert sum(p.numel() for p in model.parameters()) == parameters(channels, kernel, side)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_activations(activation):
    model = convnet([2], 3, activation=activation, pooling="none", seed=0)
    assert isinstance(model.act1, ACTIVATIONS[activation])


def test_circular_padding_commutes_with_shifts_and_zero_padding_does_not():
    x = torch.rand(1, 1, 8, 8, generator=torch.Generator().manual_seed(0))

    def defect(padding):
        conv = convnet([3], 3, pooling="none", padding=padding, seed=0).conv1
        return (conv(x.roll(2, -1)) - conv(x).roll(2, -1)).abs().max().item()

    assert defect("circular") < 1e-6
    assert defect("zeros") > 1e-2


def test_weights_depend_on_the_seed_alone():
    one, two, three = (convnet([4], 3, seed=seed).conv1.weight for seed in (1, 1, 2))
    assert torch.equal(one, two)
    assert not torch.equal(one, three)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"kernel": 2}, "kernel"),
        ({"channels": [0]}, "channels"),
        ({"channels": [2] * 4}, "side"),
        ({"classes": 1}, "classes"),
        ({"activation": "step"}, "activation"),
        ({"pooling": "median"}, "pooling"),
        ({"padding": "mirror"}, "padding"),
        ({"seed": -1}, "seed"),
    ],
)
def test_bad_arguments_are_refused(change, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        convnet(**({"channels": [2], "kernel": 3, "seed": 0} | change))
