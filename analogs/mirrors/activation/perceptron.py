"""One random perceptron with any activation: the same weights for all of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
import torch

ACTIVATIONS: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softplus": torch.nn.functional.softplus,
    "gelu": torch.nn.functional.gelu,
    "relu": torch.relu,
}
# ReLU has no second derivative, so that its image has no curvature beside the kinks.
SMOOTH = ("sigmoid", "tanh", "softplus", "gelu")
INPUTS, WIDTH, LAYERS = 6, 32, 6
# He's scale, which keeps the variance of ReLU networks.
WEIGHT_SCALE = sqrt(2.0)


@dataclass(frozen=True, eq=False)
class Perceptron:
    """Weights (out, in) of the layers, no biases; the activation follows all but the last.

    Parameters
    ----------
    weights
        From the input on, float64.
    activation
        Name in `ACTIVATIONS`.
    """

    weights: Sequence[torch.Tensor]
    activation: str

    def __call__(self, x: torch.Tensor) -> torch.Tensor:
        """Return the outputs of one sample (in,) or a batch (batch, in)."""
        phi = ACTIVATIONS[self.activation]
        *hidden, last = self.weights
        for weight in hidden:
            x = phi(x @ weight.T)
        return x @ last.T


def random_weights(rng: np.random.Generator) -> list[torch.Tensor]:
    """Return weights of variance 2 / fan-in, from `INPUTS` to `WIDTH` features and on.

    Examples
    --------
    >>> [tuple(w.shape) for w in random_weights(np.random.default_rng(0))][:2]
    [(32, 6), (32, 32)]
    """
    sizes = (INPUTS, *[WIDTH] * LAYERS)
    draws = [rng.standard_normal((out, fan)) for fan, out in pairwise(sizes)]
    return [torch.from_numpy(WEIGHT_SCALE / sqrt(draw.shape[1]) * draw) for draw in draws]
