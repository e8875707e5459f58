"""What all deep networks share: sizes, seeds, initialisation, and the errors at the door."""

from __future__ import annotations

import pytest
import torch

from analogs.curves import NetworkCurve
from analogs.training.networks import Stack, fractal_net, highway_net, plain_net, residual_net
from analogs.training.networks.blocks import DEEP_ACTIVATIONS, FORMS, NORMALISATIONS, CentredSigmoid
from tests.analogs.training.networks.inputs import draw


def fractal(depth: int, stack: Stack, *, seed: int) -> torch.nn.Sequential:
    return fractal_net(depth, 2, stack, seed=seed)


FAMILIES = (plain_net, residual_net, highway_net, fractal)


def weights(model: torch.nn.Module) -> list[torch.Tensor]:
    return [weight.detach() for weight in model.parameters()]


@pytest.mark.parametrize("normalisation", NORMALISATIONS)
@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("make", FAMILIES)
def test_every_family_labels_a_batch_in_both_forms(make, form, normalisation) -> None:
    stack = Stack(6, "tanh", normalisation, form, shape=(2, 7, 5), classes=3)
    model = make(4, stack, seed=0)
    assert model(draw(4, 2, 7, 5)).shape == (4, 3)
    norms = [m for m in model.modules() if isinstance(m, torch.nn.modules.batchnorm._BatchNorm)]
    assert bool(norms) == (normalisation == "batch")


@pytest.mark.parametrize("make", FAMILIES)
def test_weights_depend_on_the_seed_alone(make) -> None:
    one, two, three = (weights(make(4, Stack(3), seed=seed)) for seed in (1, 1, 2))
    assert all(map(torch.equal, one, two))
    assert not torch.equal(one[0], three[0])


@pytest.mark.parametrize("make", FAMILIES)
def test_deep_networks_have_gradients_in_every_layer(make) -> None:
    model = make(48, Stack(4), seed=0)
    model(draw(8, 1, 8, 8)).sum().backward()
    layers = [m for m in model.modules() if isinstance(m, torch.nn.Conv2d)]
    assert len(layers) >= 49
    assert all(float(layer.weight.grad.norm()) > 0 for layer in layers)


def test_initialisation_has_the_variance_of_he() -> None:
    layer = Stack(64).mix(bias=-1.5)
    assert float(layer.weight.detach().var()) == pytest.approx(2 / (64 * 9), rel=0.05)
    assert torch.equal(layer.bias, torch.full((64,), -1.5))


def test_centred_sigmoid_is_a_tanh() -> None:
    x = torch.linspace(-5, 5, 11, dtype=torch.float64)
    assert torch.allclose(CentredSigmoid()(x), 2 * torch.tanh(x / 2), atol=1e-14)


@pytest.mark.parametrize("activation", DEEP_ACTIVATIONS)
def test_activations(activation: str) -> None:
    assert isinstance(Stack(2, activation).act(), torch.nn.Module)


@pytest.mark.parametrize("make", [residual_net, highway_net, fractal])
def test_curves_read_unit_by_unit(make) -> None:
    reading = NetworkCurve.from_module(make(4, Stack(2), seed=0).eval(), draw(2, 1, 8, 8))
    assert {"stem.0", "unit1", "unit2", "linear"} <= {layer.name for layer in reading.layers}


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"width": 0}, "width"),
        ({"activation": "step"}, "activation"),
        ({"normalisation": "layer"}, "normalisation"),
        ({"form": "round"}, "form"),
        ({"shape": (64,)}, "shape"),
        ({"shape": (1, 0, 8)}, "shape"),
        ({"classes": 1}, "classes"),
    ],
)
def test_bad_stacks_are_refused(change, name) -> None:
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        Stack(**({"width": 4} | change))


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: plain_net(0, Stack(2), seed=0), "depth"),
        (lambda: plain_net(2, Stack(2), seed=-1), "seed"),
        (lambda: residual_net(3, Stack(2), seed=0), "depth"),
        (lambda: residual_net(2, Stack(2), order="mid", seed=0), "order"),
        (lambda: residual_net(2, Stack(2), scale=0, seed=0), "scale"),
        (lambda: residual_net(2, Stack(3), angle=1.0, seed=0), "angle"),
        (lambda: highway_net(2, Stack(2), carry=float("nan"), seed=0), "carry"),
        (lambda: highway_net(0, Stack(2), seed=0), "depth"),
        (lambda: fractal_net(6, 3, Stack(2), seed=0), "depth"),
        (lambda: fractal_net(4, 0, Stack(2), seed=0), "columns"),
    ],
)
def test_bad_networks_are_refused(make, name) -> None:
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        make()
