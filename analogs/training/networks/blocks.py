"""The layers that deep networks of one width are stacked from, and the frame around the stack."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import prod
from typing import TypeVar

import torch

from analogs.training.networks.convnet import ACTIVATIONS
from qgeom._checks import check_choice, check_integer, fail

nn = torch.nn

FORMS = ("convolutional", "dense")
NORMALISATIONS = ("batch", "none")
KERNEL = 3
# The first layer halves the image, so that a deep network has few pixels to carry.
STRIDE = 2


class CentredSigmoid(nn.Module):
    """``4 sigma(x) - 2 = 2 tanh(x / 2)``: the sigmoid with value 0 and slope 1 at 0.

    Examples
    --------
    >>> CentredSigmoid()(torch.tensor([0.0, 2 * torch.inf])).tolist()
    [0.0, 2.0]
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Map each entry."""
        return 4 * torch.sigmoid(x) - 2


DEEP_ACTIVATIONS: dict[str, Callable[[], nn.Module]] = {
    **ACTIVATIONS,
    "gelu": nn.GELU,
    "centred sigmoid": CentredSigmoid,
}


@dataclass(frozen=True)
class Stack:
    """What all layers of a deep network have in common.

    Parameters
    ----------
    width
        Channels of the images between the layers, or entries of the vectors.
    activation
        A name in `DEEP_ACTIVATIONS`.
    normalisation
        "batch" or "none".
    form
        "convolutional": kernels of 3 x 3 on images of half the side; "dense": matrices.
    shape
        Shape of an input, (channels, side, side).
    classes
        Number of outputs.

    Raises
    ------
    ValueError
        If a size or a name is out of range.
    """

    width: int
    activation: str = "relu"
    normalisation: str = "batch"
    form: str = "convolutional"
    shape: tuple[int, ...] = (1, 8, 8)
    classes: int = 10

    def __post_init__(self) -> None:
        check_integer("width", self.width, 1)
        check_choice("activation", self.activation, DEEP_ACTIVATIONS)
        check_choice("normalisation", self.normalisation, NORMALISATIONS)
        check_choice("form", self.form, FORMS)
        check_integer("classes", self.classes, 2)
        for size in self.shape:
            check_integer("shape", size, 1)
        if self.form == "convolutional" and len(self.shape) != 3:
            but = f"is {self.shape}"
            raise fail("shape", "be (channels, height, width) for convolutions", but)

    def mix(self, bias: float = 0.0) -> nn.Linear | nn.Conv2d:
        """One layer of weights, of variance ``2 / fan_in`` (He et al. 2015, equation 10)."""
        if self.form == "dense":
            return he(nn.Linear(self.width, self.width), bias)
        return he(nn.Conv2d(self.width, self.width, KERNEL, padding=KERNEL // 2), bias)

    def norm(self) -> list[nn.Module]:
        """One batch normalisation, or nothing."""
        if self.normalisation == "none":
            return []
        layer = nn.BatchNorm1d if self.form == "dense" else nn.BatchNorm2d
        return [layer(self.width)]

    def act(self) -> nn.Module:
        """One activation."""
        return DEEP_ACTIVATIONS[self.activation]()

    def frame(
        self, units: Iterable[tuple[str, nn.Module]], last: Iterable[nn.Module]
    ) -> nn.Sequential:
        """Return stem, `units`, the layers `last`, flatten, and one linear layer, as one network."""
        stem: list[nn.Module]
        if self.form == "dense":
            stem = [nn.Flatten(), he(nn.Linear(prod(self.shape), self.width))]
            outputs = self.width
        else:
            first = nn.Conv2d(self.shape[0], self.width, KERNEL, STRIDE, padding=KERNEL // 2)
            stem = [he(first)]
            outputs = self.width * prod(-(-side // STRIDE) for side in self.shape[1:])
        layers: OrderedDict[str, nn.Module] = OrderedDict(stem=nn.Sequential(*stem))
        layers.update(units)
        layers["last"] = nn.Sequential(*last)
        layers["flatten"] = nn.Flatten()
        layers["linear"] = nn.Linear(outputs, self.classes)
        return nn.Sequential(layers)


Weights = TypeVar("Weights", nn.Linear, nn.Conv2d)


def he(layer: Weights, bias: float = 0.0) -> Weights:
    """Start a layer with weights of variance ``2 / fan_in`` and one bias."""
    nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    if layer.bias is not None:
        nn.init.constant_(layer.bias, bias)
    return layer


def numbered(make: Callable[[], nn.Module], count: int) -> Iterable[tuple[str, nn.Module]]:
    """Yield `count` modules with the names unit1, unit2, ..."""
    return ((f"unit{number}", make()) for number in range(1, count + 1))
