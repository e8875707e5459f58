import numpy as np
import pytest
import torch

from analogs.curves.trace import LayerCall
from analogs.curves.weights import band_weights, kernel_weights, offset_weights

nn = torch.nn


@pytest.mark.parametrize("periodic", [False, True])
@pytest.mark.parametrize(
    ("channels", "sides", "radius"), [(2, (3, 4), 1), (1, (5,), 2), (3, (2, 2), 0)]
)
def test_weights_by_explicit_loops(channels, sides, radius, periodic):
    q = 7.0
    places = list(np.ndindex(*sides))
    d = channels * len(places)
    expected = np.full((d, d), q)
    for i in range(d):
        for j in range(d):
            one, two = places[i % len(places)], places[j % len(places)]
            offsets = []
            for a, b, side in zip(one, two, sides, strict=True):
                offsets.append(min(abs(a - b), side - abs(a - b)) if periodic else abs(a - b))
            if max(offsets) <= radius:
                expected[i, j] = 1
    assert np.array_equal(offset_weights(channels, sides, radius, q, periodic=periodic), expected)


def test_an_integer_side_is_a_square_and_weights_are_symmetric():
    weights = offset_weights(2, 3, 1, 5.0)
    assert np.array_equal(weights, offset_weights(2, (3, 3), 1, 5.0))
    assert np.array_equal(weights, weights.T)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ((0, 3, 1, 2.0), "channels"),
        ((1, 0, 1, 2.0), "side"),
        ((1, (3, 0), 1, 2.0), "side"),
        ((1, 3, -1, 2.0), "radius"),
        ((1, 3, 1, 0.0), "q"),
    ],
)
def test_bad_arguments_are_refused(arguments, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        offset_weights(*arguments)


def call(module: nn.Module) -> LayerCall:
    return LayerCall("layer", module, torch.ones(1, 1), torch.ones(1, 1))


@pytest.mark.parametrize(
    ("module", "radius"),
    [
        (nn.Conv2d(1, 1, 3), 1),
        (nn.Conv2d(1, 1, (1, 5)), 2),
        (nn.Conv2d(1, 1, 3, dilation=2), 2),
        (nn.MaxPool2d(2), 1),
        (nn.AvgPool2d(2), 1),
        (nn.ReLU(), 0),
    ],
)
def test_kernel_weights_reach_as_far_as_the_kernel(module, radius):
    expected = offset_weights(2, 6, radius, 9.0)
    assert np.array_equal(kernel_weights(9.0)(call(module), (2, 6, 6)), expected)
    # The global costs do not look at the layer.
    same = offset_weights(2, 6, 1, 9.0)
    assert np.array_equal(band_weights(1, 9.0)(call(module), (2, 6, 6)), same)


def test_circular_layers_measure_offsets_round_the_edge():
    conv = nn.Conv1d(1, 1, 3, padding=1, padding_mode="circular")
    weights = kernel_weights(9.0)(call(conv), (1, 4))
    assert weights[0, 3] == 1
    assert kernel_weights(9.0)(call(nn.Conv1d(1, 1, 3)), (1, 4))[0, 3] == 9


def test_flat_and_fully_connected_layers_have_no_far_entries():
    for weights in (band_weights(0, 9.0), kernel_weights(9.0)):
        assert np.array_equal(weights(call(nn.Flatten()), (3,)), np.ones((3, 3)))
        assert np.array_equal(weights(call(nn.Linear(2, 2)), (2, 2)), np.ones((4, 4)))
