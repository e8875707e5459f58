import numpy as np
import pytest
import torch

from analogs.curves.action import affine_part
from analogs.curves.operations import macs_counted, macs_of_call, macs_paper
from analogs.curves.trace import LayerCall, trace

nn = torch.nn


def shapes(module: nn.Module, shape: tuple[int, ...]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return shape, tuple(module(torch.ones(1, *shape)).shape[1:])


def nonzero(module: nn.Module, shape: tuple[int, ...]) -> int:
    """Second route: entries of the layer's matrix that are not zero."""
    return int(np.count_nonzero(affine_part(module.double(), shape)[0]))


VALID = [
    (nn.Conv2d(1, 3, 3), (1, 6, 5)),
    (nn.Conv2d(2, 3, (2, 3)), (2, 6, 5)),
    (nn.Conv2d(2, 4, 3, stride=2), (2, 7, 8)),
    (nn.Conv2d(4, 4, 3, groups=2), (4, 5, 5)),
    (nn.Conv2d(3, 6, 2, groups=3, stride=(1, 2), dilation=2), (3, 6, 6)),
    (nn.Conv1d(2, 3, 4, stride=3), (2, 11)),
    (nn.Conv3d(1, 2, 2), (1, 3, 4, 3)),
    (nn.ConvTranspose2d(2, 3, 2, stride=2), (2, 3, 3)),
    (nn.ConvTranspose1d(4, 4, 2, stride=2, groups=2), (4, 3)),
    (nn.Linear(5, 3), (5,)),
    (nn.Linear(5, 3), (4, 5)),
    (nn.Conv2d(2, 3, 3, padding=1, padding_mode="circular"), (2, 5, 5)),
]


@pytest.mark.parametrize(("module", "shape"), VALID)
def test_the_count_is_the_number_of_nonzero_entries(module, shape):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        for weight in module.parameters():
            nn.init.uniform_(weight, 0.5, 1.0)
    assert macs_counted(module.float(), *shapes(module, shape)) == nonzero(module, shape)


def test_products_with_padded_zeros_are_counted():
    """Zero padding: the entries that are missing at the border are carried out all the same."""
    conv = nn.Conv2d(1, 1, 3, padding=1)
    counted = macs_counted(conv, *shapes(conv, (1, 4, 4)))
    assert counted == 9 * 16
    # Per axis 3 entries at each of 4 places, less one at both ends.
    assert nonzero(conv, (1, 4, 4)) == (3 * 4 - 2) ** 2


@pytest.mark.parametrize("kernel", [1, 3, 5])
@pytest.mark.parametrize("kernels", [1, 4])
def test_both_counts_agree_for_same_convolutions_of_depth_one(kernel, kernels):
    conv = nn.Conv2d(1, kernels, kernel, padding="same")
    given, output = shapes(conv, (1, 7, 6))
    assert macs_paper(conv, given) == macs_counted(conv, given, output) == kernels * kernel**2 * 42


@pytest.mark.parametrize("depth", [2, 3, 8])
def test_the_paper_counts_the_depth_twice(depth):
    conv = nn.Conv2d(depth, 4, 3, padding="same")
    given, output = shapes(conv, (depth, 5, 5))
    # N_k K_x K_y K_z S_x S_y S_z, written out.
    assert macs_paper(conv, given) == 4 * 3 * 3 * depth * 5 * 5 * depth
    assert macs_paper(conv, given) == depth * macs_counted(conv, given, output)


def test_the_paper_ignores_stride():
    conv = nn.Conv2d(1, 1, 3, padding=1, stride=2)
    given, output = shapes(conv, (1, 8, 8))
    assert macs_paper(conv, given) == 4 * macs_counted(conv, given, output)


@pytest.mark.parametrize("module", [nn.ReLU(), nn.MaxPool2d(2), nn.AvgPool2d(2), nn.Flatten()])
def test_layers_without_weights_count_nothing(module):
    given, output = shapes(module, (2, 4, 4))
    assert macs_counted(module, given, output) == macs_paper(module, given) == 0


def test_batch_norm_counts_entries_and_unknown_weights_are_unknown():
    assert macs_counted(nn.BatchNorm2d(3), (3, 4, 4), (3, 4, 4)) == 48
    assert macs_counted(nn.PReLU(), (3,), (3,)) is None


def unit(model: nn.Module, *shape: int) -> LayerCall:
    """The whole model as one unit."""
    whole = trace(model.double().eval(), torch.ones(2, *shape, dtype=torch.float64)).whole
    assert isinstance(whole, LayerCall)
    return whole


@pytest.mark.parametrize(
    ("module", "shape"),
    [
        (nn.Linear(4, 3), (2, 4)),
        (nn.Conv2d(2, 3, 3, stride=2, padding=1), (2, 7, 5)),
        (nn.Conv1d(4, 6, 3, groups=2), (4, 9)),
        (nn.ConvTranspose2d(2, 3, 2, stride=2), (2, 3, 4)),
    ],
)
def test_formulas_agree_with_what_torch_carries_out(module, shape):
    """The two routes to a count: the formula of a layer, and the products counted in a block."""
    assert macs_of_call(unit(module, *shape)) == macs_of_call(unit(Skip(module), *shape))


class Skip(nn.Module):
    """Runs the inner module beside something else that costs no product of matrices."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.inner(x) * x.sum()


def test_a_transformer_block_is_counted_with_its_attention():
    width, tokens, hidden = 4, 5, 8
    for norm_first in (False, True):
        block = nn.TransformerEncoderLayer(
            width, 2, hidden, batch_first=True, norm_first=norm_first
        )
        attention = 4 * tokens * width**2 + 2 * tokens**2 * width
        expected = attention + 2 * tokens * width * hidden + 2 * tokens * width
        assert macs_of_call(unit(block, tokens, width)) == expected


def test_functions_between_layers_are_counted_for_themselves():
    class Functional(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first = nn.Linear(3, 4)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            hidden = self.first(x)
            return torch.relu(hidden @ torch.ones(4, 2, dtype=hidden.dtype))

    path = trace(Functional().double().eval(), torch.ones(2, 3, dtype=torch.float64))
    assert [macs_of_call(call) for call in path.calls] == [12, 8]


class Scale(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(3))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.gamma * x


def test_weights_that_enter_no_product_make_the_count_unknown():
    assert macs_of_call(unit(Scale(), 3)) is None
    assert macs_of_call(unit(Skip(nn.Sequential(nn.Linear(3, 3), Scale())), 3)) is None
    assert macs_of_call(unit(nn.LSTM(2, 3, batch_first=True), 4, 2)) == 4 * (4 * 3 * 2 + 4 * 3 * 3)
