import itertools

import numpy as np
import pytest
import torch

from analogs.curves.action import acts_as, affine_part, jacobians, may_be_affine, sample_refusal
from analogs.curves.trace import LayerCall
from tests.closeness import EXACT, assert_close

nn = torch.nn


def called(module: nn.Module, x: torch.Tensor) -> LayerCall:
    module = module.double().eval().requires_grad_(False)
    with torch.no_grad():
        return LayerCall("layer", module, x, module(x.clone()))


def samples(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(rng.normal(size=shape))


def convolution(weight, shape, *, stride=1, padding=0, dilation=1, groups=1, circular=False):
    """The matrix of a 2-D convolution by the definition of torch, one product at a time."""
    kernels, depth, rows, columns = weight.shape
    channels, height, width = shape
    out = [(n + 2 * padding - dilation * (k - 1) - 1) // stride + 1
           for n, k in ((height, rows), (width, columns))]  # fmt: skip
    matrix = np.zeros((kernels, *out, channels, height, width))
    for o, y, x, c, i, j in itertools.product(*map(range, (kernels, *out, depth, rows, columns))):
        row = y * stride + i * dilation - padding
        column = x * stride + j * dilation - padding
        if circular:
            row, column = row % height, column % width
        if 0 <= row < height and 0 <= column < width:
            channel = o // (kernels // groups) * depth + c
            matrix[o, y, x, channel, row, column] += weight[o, c, i, j]
    return matrix.reshape(kernels * out[0] * out[1], -1)


@pytest.mark.parametrize(
    ("channels", "kernel", "options"),
    [
        ((1, 1), 3, {}),
        ((2, 3), 3, {"padding": 1}),
        ((2, 2), 2, {"stride": 2}),
        ((1, 2), 3, {"stride": 2, "padding": 1}),
        ((4, 2), 3, {"groups": 2, "padding": 2}),
        ((2, 2), 2, {"dilation": 2}),
        ((2, 1), 3, {"padding": 1, "circular": True}),
    ],
)
def test_the_matrix_of_a_convolution_is_the_sum_over_its_kernel(channels, kernel, options):
    torch_options = dict(options)
    if torch_options.pop("circular", False):
        torch_options["padding_mode"] = "circular"
    conv = nn.Conv2d(*channels, kernel, **torch_options).double()
    matrix, bias = affine_part(conv, (channels[0], 5, 4))
    expected = convolution(conv.weight.detach().numpy(), (channels[0], 5, 4), **options)
    assert_close(matrix, expected, EXACT)
    pixels = len(matrix) // channels[1]
    assert_close(bias, np.repeat(conv.bias.detach().numpy(), pixels), EXACT)


def test_the_oracle_notices_a_wrong_padding():
    """Negative control of the explicit loops."""
    conv = nn.Conv2d(1, 1, 3, padding=1).double()
    matrix, _ = affine_part(conv, (1, 4, 4))
    wrong = convolution(conv.weight.detach().numpy(), (1, 4, 4), padding=1, circular=True)
    with pytest.raises(AssertionError):
        assert_close(matrix, wrong)


def test_circular_convolutions_of_one_channel_commute_and_padded_ones_do_not():
    def commutator(mode):
        one, two = (
            affine_part(nn.Conv2d(1, 1, 3, padding=1, padding_mode=mode).double(), (1, 5, 5))[0]
            for _ in range(2)
        )
        return float(np.abs(one @ two - two @ one).max())

    with torch.random.fork_rng():
        torch.manual_seed(0)
        assert commutator("circular") < EXACT
        assert commutator("zeros") > 1e-3


def test_linear_and_pooling_matrices_are_known():
    linear = nn.Linear(3, 2).double()
    assert_close(affine_part(linear, (3,))[0], linear.weight.detach().numpy(), EXACT)
    assert_close(affine_part(nn.AvgPool1d(2), (1, 2))[0], [[0.5, 0.5]], EXACT)
    assert_close(affine_part(nn.Flatten(), (2, 2))[0], np.eye(4), EXACT)


AFFINE = [
    (nn.Linear(4, 3), (4,)),
    (nn.Linear(4, 3), (2, 4)),
    (nn.Conv1d(2, 3, 3, padding=1), (2, 5)),
    (nn.ConvTranspose2d(2, 1, 2, stride=2), (2, 3, 3)),
    (nn.AdaptiveAvgPool2d(2), (1, 5, 5)),
    (nn.BatchNorm1d(3), (3,)),
    (nn.Dropout(0.5), (3,)),
    (nn.ZeroPad2d(1), (1, 2, 2)),
    (nn.Upsample(scale_factor=2), (1, 2, 2)),
    (nn.utils.parametrizations.orthogonal(nn.Linear(3, 3)), (3,)),
]


@pytest.mark.parametrize(("module", "shape"), AFFINE)
def test_affine_layers_act_as_their_matrix(module, shape, rng):
    call = called(module, samples(rng, 3, *shape))
    assert may_be_affine(call)
    assert acts_as(call, *affine_part(call.module, shape))
    matrix, bias = affine_part(call.module, shape)
    assert not acts_as(call, matrix, bias + 1e-6)
    assert not acts_as(call, matrix * (1 + 1e-6), bias)
    [jacobian, *_] = jacobians(call.module, call.input)
    assert_close(jacobian, matrix)


class Bent(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).relu()


def test_a_subclass_with_another_forward_is_noticed(rng):
    call = called(Bent(3, 3), samples(rng, 4, 3))
    assert may_be_affine(call)
    assert not acts_as(call, *affine_part(call.module, (3,)))


NONLINEAR = [
    (nn.ReLU(inplace=True), (2, 3)),
    (nn.Tanh(), (4,)),
    (nn.MaxPool2d(2), (1, 4, 4)),
    (nn.Softmax(dim=-1), (4,)),
    (nn.LayerNorm(4), (4,)),
]


@pytest.mark.parametrize(("module", "shape"), NONLINEAR)
def test_jacobians_are_difference_quotients(module, shape, rng):
    x = samples(rng, 2, *shape)
    call = called(module, x.clone())
    assert not may_be_affine(call)
    step = 1e-6
    for sample, jacobian in zip(x, jacobians(call.module, x), strict=True):
        moves = torch.eye(sample.numel(), dtype=torch.float64).reshape(-1, *shape) * step
        with torch.no_grad():
            ahead, behind = call.module(sample + moves), call.module(sample - moves)
        quotient = ((ahead - behind) / (2 * step)).flatten(1).T
        # Central differences: step^2 of the third derivative, and rounding / step.
        assert_close(jacobian, quotient, 1e-8)


def test_the_jacobian_of_tanh_is_its_derivative(rng):
    x = samples(rng, 3, 5)
    for sample, jacobian in zip(x.numpy(), jacobians(nn.Tanh(), x), strict=True):
        assert_close(jacobian, np.diag(1 - np.tanh(sample) ** 2), EXACT)


class Centred(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x - x.mean(0)


class Noise(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.dropout(x, 0.5, training=True)


class Cut(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.detach()


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        (Centred(), "no map of single samples"),
        (Noise(), "no map of single samples"),
        (nn.BatchNorm1d(8, track_running_stats=False), "no map of single samples"),
        (Cut(), "not differentiable"),
        (nn.BatchNorm1d(8), ""),
        (nn.ReLU(inplace=True), ""),
    ],
)
@pytest.mark.parametrize("batch", [1, 4])
def test_layers_that_are_no_maps_of_single_samples_are_refused(module, reason, batch, rng):
    x = samples(rng, batch, 8)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        if batch == 1 and isinstance(module, nn.BatchNorm1d) and reason:
            call = LayerCall("layer", module.double().eval(), x, torch.zeros_like(x))
        else:
            call = called(module, x)
        refusal = sample_refusal(call)
    assert refusal.endswith(reason) if reason else refusal == ""
