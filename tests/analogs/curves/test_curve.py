import copy
import csv
import io
import json

import numpy as np
import pytest
import torch
from scipy.linalg import expm

from analogs.curves import NetworkCurve
from analogs.curves.weights import band_weights, kernel_weights
from analogs.training.networks.convnet import convnet
from tests.closeness import assert_close

nn = torch.nn
measure = NetworkCurve.from_module


def batch(rng: np.random.Generator, *shape: int) -> torch.Tensor:
    return torch.from_numpy(rng.normal(size=shape))


def linear(matrix: np.ndarray) -> nn.Linear:
    layer = nn.Linear(*matrix.shape[::-1], bias=False).double().requires_grad_(False)
    layer.weight.copy_(torch.from_numpy(matrix))
    return layer


def turn(size: int, angle: float) -> np.ndarray:
    generator = np.zeros((size, size))
    generator[1, 0], generator[0, 1] = angle, -angle
    return expm(generator)


@pytest.fixture(scope="module")
def network() -> nn.Module:
    return convnet([2, 3], 3, side=4, seed=0).eval()


def test_every_layer_is_read_in_order(network, rng):
    reading = measure(network, batch(rng, 5, 1, 4, 4))
    names = ["conv1", "act1", "pool1", "conv2", "act2", "pool2", "flatten", "linear"]
    assert [layer.name for layer in reading.layers] == names
    assert [layer.kind for layer in reading.layers][:3] == ["Conv2d", "ReLU", "MaxPool2d"]
    assert reading.layers[2].input_shape == (2, 4, 4)
    assert reading.layers[2].output_shape == (2, 2, 2)
    bent = [layer.name for layer in reading.layers if not layer.affine]
    assert bent == ["act1", "pool1", "act2", "pool2"]
    assert reading.remarks == (f"Not affine, so left out of the lengths: {', '.join(bent)}.",)


def test_operations_add_up(network, rng):
    reading = measure(network, batch(rng, 2, 1, 4, 4))
    # conv1: 2 x 3x3x1 at 4x4; conv2: 3 x 3x3x2 at 2x2 (the paper: times depth 2); linear 3 -> 10.
    assert reading.macs_counted == 2 * 9 * 16 + 3 * 18 * 4 + 30
    assert reading.macs_paper == 2 * 9 * 16 + 3 * 18 * 8


def test_matrices_carry_the_signal(network, rng):
    """Second route: the recorded matrices, with ReLU by hand, give what the network gives."""
    model = copy.deepcopy(network).double()
    x = batch(rng, 3, 1, 4, 4)
    by_name = {layer.name: layer for layer in measure(network, x).layers}
    conv = (x.flatten(1).numpy() @ by_name["conv1"].matrix.T).reshape(3, 2, 4, 4)
    conv += model.conv1.bias.detach().numpy()[:, None, None]
    assert_close(conv, model.conv1(x).detach().numpy())


def test_the_identity_network_has_length_zero(rng):
    conv = nn.Conv2d(2, 2, 3, padding=1, bias=False)
    nn.init.dirac_(conv.weight)
    wide = nn.Conv2d(2, 4, 1, bias=False)
    nn.init.dirac_(wide.weight)
    model = nn.Sequential(conv, nn.Identity(), wide, nn.Flatten()).eval()
    for mode in ("polar", "square", "jacobian"):
        reading = measure(model, batch(rng, 2, 2, 3, 3), mode=mode)
        assert reading.length == 0
        assert reading.spectral_length == 0
        assert reading.feature_length == 0
        assert reading.remarks == ()


@pytest.mark.parametrize("mode", ["polar", "square"])
def test_two_turns_have_the_sum_of_their_angles(mode, rng):
    model = nn.Sequential(linear(turn(2, 0.5)), linear(turn(2, 1.25))).eval()
    reading = measure(model, batch(rng, 4, 2), mode=mode)
    assert_close(reading.length, 1.75)
    # |turn - 1| = 2 sin(angle / 2), in operator norm and for every vector.
    steps = 2 * np.sin(np.array([0.25, 0.625]))
    assert_close([layer.spectral_step for layer in reading.layers], steps)
    assert_close([layer.feature_step for layer in reading.layers], steps)
    assert_close(reading.feature_length, steps.sum())


def test_pooling_windows_sit_at_their_first_pixel(rng):
    """Each window turns its mean into its first pixel: pi/3 in one plane of four, and log 1/2."""
    [layer] = measure(nn.AvgPool2d(2).eval(), batch(rng, 2, 3, 4, 4)).layers
    assert_close(layer.rotation_length, np.pi / 3 / np.sqrt(2), 1e-9)
    assert_close(layer.stretch_length, np.log(2) / 2)


def test_features_of_a_fully_connected_layer_sit_at_the_first_places(rng):
    """On tokens (3, 4) -> (3, 2), keeping the first two features is the identity."""
    assert measure(linear(np.eye(2, 4)).eval(), batch(rng, 2, 3, 4)).length == 0


def test_a_nonlinear_layer_has_a_length_in_mode_jacobian_only(rng):
    x = batch(rng, 6, 3)
    model = nn.Tanh().eval()
    polar = measure(model, x)
    assert polar.length == 0
    assert np.isnan(polar.layers[0].length)
    assert np.isnan(polar.layers[0].spectral_step)
    reading = measure(model, x, mode="jacobian")
    logs = np.log(1 - np.tanh(x.numpy()) ** 2)
    assert_close(reading.length, np.mean(np.sqrt(np.mean(logs**2, axis=1))))
    assert_close(reading.layers[0].log_volume, np.mean(logs.sum(axis=1)))
    step = np.max(np.tanh(x.numpy()) ** 2, axis=1)
    assert_close(reading.spectral_length, np.mean(step))
    assert reading.layers[0].matrix is None


def test_closed_units_of_a_relu_are_counted_and_refused(rng):
    x = batch(rng, 8, 5)
    x[:, 0] = x[:, 0].abs()
    [layer] = measure(nn.ReLU().eval(), x, mode="jacobian").layers
    assert_close(layer.rank_share, np.mean(x.numpy() > 0))
    assert layer.log_volume == -np.inf
    assert np.isnan(layer.length)
    closed = int((x.numpy() <= 0).any(axis=1).sum())
    assert f"{closed} of 8 samples: it has singular values below" in layer.remarks[0]
    repaired = measure(nn.ReLU().eval(), x, mode="jacobian", repair=True)
    share = np.mean(x.numpy() <= 0, axis=1)
    assert_close(repaired.length, np.mean(np.log(1e8) * np.sqrt(share)))


def test_feature_steps_are_medians_and_skip_zero_inputs():
    x = torch.tensor([[0.0, 0.0], [3.0, -4.0], [1.0, 1.0], [0.0, -1.0]], dtype=torch.float64)
    [layer] = measure(nn.ReLU().eval(), x).layers
    assert layer.feature_step == np.median([4 / 5, 0.0, 1.0])
    [zero] = measure(nn.ReLU().eval(), x[:1]).layers
    assert np.isnan(zero.feature_step)


def test_weights_reach_the_lengths(rng):
    shift = nn.Conv1d(1, 1, 3, padding=1, bias=False, padding_mode="circular")
    with torch.no_grad():
        shift.weight.copy_(torch.tensor([[[0.4, 1.0, 0.0]]]))
    x = batch(rng, 2, 1, 7)
    plain, wide, narrow, own = (
        measure(shift.eval(), x, weights=weights).length
        for weights in (None, band_weights(3, 9.0), band_weights(0, 9.0), kernel_weights(9.0))
    )
    assert_close(wide, plain)
    assert plain < own < narrow <= 3 * plain


def test_weights_see_the_name_of_the_layer(rng):
    seen = []

    def weights(call, shape):
        seen.append((call.name, shape))
        return np.ones((int(np.prod(shape)), int(np.prod(shape))))

    model = nn.Sequential(linear(np.eye(3)), nn.Unflatten(1, (3, 1))).eval()
    measure(model, batch(rng, 2, 3), weights=weights)
    assert seen == [("0", (3,)), ("1", (3,))]


def test_a_large_layer_is_counted_and_not_read(network, rng):
    x = batch(rng, 2, 1, 4, 4)
    reading = measure(network, x, largest=16)
    conv = reading.layers[0]
    assert conv.macs_counted == 288
    assert conv.matrix is None
    assert np.isnan(conv.length)
    assert conv.remarks == ("its box has 32 dimensions, more than the limit of 16",)
    assert np.isnan(reading.length)
    assert "Not read, so the lengths are nan: conv1." in reading.remarks


class Bent(nn.Linear):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).relu()


def test_a_layer_that_is_not_what_its_class_says_is_named(rng):
    [layer] = measure(Bent(3, 3).eval(), batch(rng, 4, 3)).layers
    assert layer.affine is False
    assert "it is not affine, unlike its class" in layer.remarks


class Logarithm(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.log()


def test_an_unreadable_layer_makes_the_totals_unknown(rng):
    model = nn.Sequential(nn.Linear(3, 3), Logarithm(), nn.Linear(3, 1)).eval()
    reading = measure(model, batch(rng, 20, 3))
    assert reading.layers[1].remarks == ("it returns NaN or infinity",)
    assert np.isnan(reading.length)
    assert reading.macs_counted is None
    assert "Not read, so the lengths are nan: 1, 2." in reading.remarks


class FixedBatch(nn.Module):
    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x.reshape(2, 3) * 2


def test_a_layer_that_needs_one_size_of_batch_says_so(rng):
    [layer] = measure(FixedBatch().eval(), batch(rng, 2, 3)).layers
    assert layer.affine is None
    assert layer.remarks[1].startswith("it does not run on another batch: shape '[2, 3]'")


def test_the_model_and_the_samples_stay_as_they_were(network, rng):
    x = batch(rng, 2, 1, 4, 4)
    state, kept = copy.deepcopy(network.state_dict()), x.clone()
    one, two = measure(network, x), measure(network, x.numpy())
    assert one.length == two.length
    assert torch.equal(x, kept)
    assert all(torch.equal(network.state_dict()[key], value) for key, value in state.items())
    assert next(network.parameters()).dtype == torch.float32
    assert next(network.parameters()).requires_grad
    assert not any(module._forward_hooks for module in network.modules())


def test_records_are_plain_and_fit_a_table(network, rng):
    reading = measure(network, batch(rng, 2, 1, 4, 4))
    records = reading.to_records()
    assert "matrix" not in records[0]
    assert records[0]["input_shape"] == "1x4x4"
    assert {type(value) for record in records for value in record.values()} <= {
        *(str, bool, int, float, type(None))
    }
    json.dumps(records)
    table = csv.DictWriter(io.StringIO(), list(records[0]))
    table.writerows(records)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"mode": "cubic"}, "mode"),
        ({"floor": 2.0}, "floor"),
        ({"largest": 0}, "largest"),
        ({"x": torch.ones(3)}, "x"),
        ({"x": torch.ones(0, 3)}, "x"),
        ({"x": torch.full((1, 3), torch.inf)}, "x"),
        ({"x": torch.ones(1, 3) * 1j}, "x"),
        ({"x": "samples"}, "x"),
        ({"model": len}, "model"),
        ({"model": nn.Linear(3, 3)}, "model"),
        ({"model": nn.Linear(3, 3, dtype=torch.complex64).eval()}, "model"),
    ],
)
def test_bad_arguments_are_refused(change, name):
    arguments = {"model": nn.Linear(3, 3).eval(), "x": torch.ones(1, 3)} | change
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        measure(arguments.pop("model"), arguments.pop("x"), **arguments)


def test_an_empty_reading_has_empty_totals():
    empty = NetworkCurve("polar", (), ())
    assert (empty.length, empty.macs_paper, empty.macs_counted) == (0, 0, 0)


class Residual(nn.Module):
    def __init__(self, size: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(nn.Linear(size, size), nn.Tanh(), nn.Linear(size, size))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.branch(x) / 4


def seeded(model: nn.Module) -> nn.Module:
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for weight in model.parameters():
            weight.copy_(torch.randn(weight.shape, generator=generator) / 2)
    return model.eval()


def test_a_residual_network_has_a_complete_curve(rng):
    model = seeded(nn.Sequential(nn.Linear(3, 3), Residual(3), Residual(3)))
    x = batch(rng, 4, 3)
    curve = measure(model, x, mode="jacobian", repair=True)
    assert [layer.kind for layer in curve.layers] == ["Linear", "Residual", "Residual"]
    assert curve.remarks == ()
    assert np.isfinite(curve.length)
    assert curve.macs_counted == 9 + 2 * 18
    # Second route: the Jacobian of each block by torch.func, at where the samples have come to.
    double = copy.deepcopy(model).double().requires_grad_(False)
    jacobians = [torch.func.jacrev(double[2])(point) for point in double[:2](x)]
    spectra = torch.stack([torch.linalg.svdvals(jacobian) for jacobian in jacobians])
    assert_close(curve.layers[2].singular_values, spectra.mean(0).numpy(), 1e-12)


def test_the_whole_network_has_the_spectrum_of_the_product_of_its_layers(rng):
    one, two = rng.normal(size=(2, 3, 3))
    curve = measure(nn.Sequential(linear(one), linear(two)).eval(), batch(rng, 2, 3), repair=True)
    assert_close(curve.whole.singular_values, np.linalg.svd(two @ one, compute_uv=False), 1e-12)
    assert_close(curve.whole.log_volume, curve.log_volumes.sum(), 1e-12)
    assert_close(curve.layers[0].singular_values, np.linalg.svd(one, compute_uv=False), 1e-12)


def test_steps_their_spread_and_their_costs(rng):
    angles = (0.5, 1.25)
    model = nn.Sequential(*(linear(turn(2, angle)) for angle in angles)).eval()
    curve = measure(model, batch(rng, 4, 2))
    assert_close(curve.step_sizes, angles)
    assert_close(curve.step_variation, 0.375 / 0.875)
    assert_close(curve.near_identity[:, 0], 2 * np.sin(np.array(angles) / 2))
    assert_close(curve.near_identity[:, 1], 2 * np.sin(np.array(angles) / 2))
    dear = measure(model, batch(rng, 4, 2), weights=lambda call, shape: np.full((2, 2), 4.0))
    assert_close(dear.length, 2 * curve.length)
    assert_close(dear.unpenalised_length, curve.length)
    still = measure(linear(np.eye(2)).eval(), batch(rng, 4, 2))
    assert np.isnan(still.step_variation)


def test_progress_names_the_units(rng):
    said = []
    model = nn.Sequential(linear(np.eye(2)), nn.ReLU()).eval()
    measure(model, batch(rng, 2, 2), report=lambda message, share: said.append((message, share)))
    assert said == [("0", 0.0), ("1", 1 / 3), ("the whole network", 2 / 3)]
