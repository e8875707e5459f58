"""Fisher metrics as surfaces in flat space: small networks, and families of known curvature.

Outcomes of weight w and probability p at ``2 sqrt(w p)`` lie on a sphere of radius 2, and the metric
that flat space induces is the Fisher metric, ``E[grad log p grad log p^T]``.  Labels of two values
leave an arc of that circle for each input, so that N inputs at the lengths of their arcs do as well.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from analogs.mirrors.fisher_rao.curvature import Embedding
from qgeom._typing import Real

# Nodes of the Gauss-Hermite rule.  Derivatives of sqrt(p) are sqrt(p) times polynomials of degree at
# most 4, whose products 5 nodes integrate exactly.
NODES = 5
# K of the plane of normal distributions, and of the sphere of radius 2.
GAUSSIAN, SPHERE = -0.5, 0.25


@dataclass(frozen=True)
class Network:
    """A network of one logit with tanh units.

    Parameters
    ----------
    name : str
    widths : tuple of int
        Inputs, units of each hidden layer, and 1.
    biases : bool
        Whether units and logit have one.
    """

    name: str
    widths: tuple[int, ...]
    biases: bool

    @property
    def parameters(self) -> int:
        """Number of weights and biases.

        Examples
        --------
        >>> Network("", (2, 3, 1), biases=True).parameters
        13
        """
        return sum(
            (wide + self.biases) * narrow for wide, narrow in itertools.pairwise(self.widths)
        )

    def logits(self, theta: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        """Return the logit of each input (N, widths[0]), from weights and biases layer by layer."""
        units, rest = inputs, theta
        for layer, (wide, narrow) in enumerate(itertools.pairwise(self.widths)):
            units = torch.tanh(units) if layer else units
            weights, rest = rest[: wide * narrow], rest[wide * narrow :]
            units = units @ weights.reshape(wide, narrow)
            if self.biases:
                units, rest = units + rest[:narrow], rest[narrow:]
        return units[:, 0]

    def arcs(self, theta: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        """Return ``2 arctan(exp(z / 2)) / sqrt(N)``, of metric ``mean p (1 - p) grad z grad z^T``."""
        halves = self.logits(theta, inputs) / 2
        return 2 * torch.atan(torch.exp(halves)) / math.sqrt(len(inputs))


@dataclass(frozen=True)
class Family:
    """Distributions of known curvature.

    The embedding is given the parameters of the point once more, for the nodes of its quadrature.
    Of two independent parts the first has `split` parameters, and planes have a vector in each.
    """

    name: str
    embedding: Embedding
    parameters: int
    curvature: Callable[[Real, Real], Real]
    split: int = 0

    @property
    def reach(self) -> tuple[slice, slice]:
        """Which parameters the two vectors of a plane hold."""
        return slice(0, self.split or None), slice(self.split, None)


def gaussian(theta: torch.Tensor, centre: torch.Tensor) -> torch.Tensor:
    """Log of density times weight on nodes about `centre`, theta = (mean, log deviation)."""
    nodes, weights = _quadrature()
    x = centre[0] + torch.exp(centre[1]) * nodes
    return weights + centre[1] + _log_normal((x - theta[0]) * torch.exp(-theta[1])) - theta[1]


def covariance(theta: torch.Tensor, centre: torch.Tensor) -> torch.Tensor:
    """Log of density times weight of two centred variables with covariance L L^T.

    L has the diagonal exp(theta_0), exp(theta_2) and theta_1 below it.
    """
    nodes, weights = _quadrature()
    first, second = torch.exp(centre[0]) * nodes, centre[1] * nodes
    x, y = first[:, None], second[:, None] + torch.exp(centre[2]) * nodes
    u = x * torch.exp(-theta[0])
    v = (y - theta[1] * u) * torch.exp(-theta[2])
    volume = centre[0] + centre[2] - theta[0] - theta[2]
    return (weights[:, None] + weights + _log_normal(u) + _log_normal(v) + volume).flatten()


def categorical(theta: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    """Log probabilities of outcomes with logits (theta, 0)."""
    return torch.log_softmax(torch.cat([theta, theta.new_zeros(1)]), 0)


def independent(theta: torch.Tensor, centre: torch.Tensor) -> torch.Tensor:
    """Log of density times weight of a normal and an independent categorical variable."""
    left, right = gaussian(theta[:2], centre[:2]), categorical(theta[2:], centre[2:])
    return (left[:, None] + right).flatten()


def on_sphere(log_outcomes: Embedding) -> Embedding:
    """Return the map ``2 sqrt(w p)`` into flat space from the logarithms of the outcomes w p."""
    return lambda theta, given: 2 * torch.exp(log_outcomes(theta, given) / 2)


def covariance_curvature(theta: Real, planes: Real) -> Real:
    r"""Sectional curvature of centred normal distributions of two variables, (B,).

    .. math:: K = -\tfrac18 |[X, Y]|^2 / (\langle X, X \rangle \langle Y, Y \rangle
       - \langle X, Y \rangle^2), \qquad \langle X, Y \rangle = \tfrac12 \mathrm{tr}(X Y),

    :math:`X = L^{-1} dL + (L^{-1} dL)^T`. Parameters as in `covariance`: theta (B, 3), planes
    (B, 2, 3).

    Source: L. T. Skovgaard, Scand. J. Statist. 11 (1984) 211.

    Examples
    --------
    >>> squeeze, shear = [1.0, 0.0, -1.0], [0.0, 1.0, 0.0]
    >>> covariance_curvature(np.zeros((1, 3)), np.array([[squeeze, shear]]))
    array([-1.])
    """
    moved = np.zeros((*planes.shape[:2], 2, 2))
    moved[..., 0, 0], moved[..., 1, 1] = planes[..., 0], planes[..., 2]
    slide = planes[..., 1] - theta[:, None, 1] * planes[..., 0]
    moved[..., 1, 0] = slide * np.exp(-theta[:, None, 2])
    x, y = np.moveaxis(moved + np.swapaxes(moved, -1, -2), 1, 0)
    turn = np.sum((x @ y - y @ x) ** 2, axis=(1, 2))
    xx, xy, yy = (np.sum(a * b, axis=(1, 2)) / 2 for a, b in ((x, x), (x, y), (y, y)))
    return -turn / 8 / (xx * yy - xy**2)


def _constant(value: float) -> Callable[[Real, Real], Real]:
    return lambda theta, planes: np.full(len(theta), value)


def _quadrature() -> tuple[torch.Tensor, torch.Tensor]:
    """Nodes, and logarithms of the weights without the factor exp(-x^2 / 2) that the rule has."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(NODES)
    return torch.as_tensor(nodes), torch.as_tensor(np.log(weights) + nodes**2 / 2)


def _log_normal(x: torch.Tensor) -> torch.Tensor:
    return -(x**2) / 2 - math.log(2 * math.pi) / 2


FAMILIES = (
    Family("normal, mean and deviation", on_sphere(gaussian), 2, _constant(GAUSSIAN)),
    Family("normal, 2 x 2 covariance", on_sphere(covariance), 3, covariance_curvature),
    Family("categorical, 3 outcomes", on_sphere(categorical), 2, _constant(SPHERE)),
    Family("categorical, 5 outcomes", on_sphere(categorical), 4, _constant(SPHERE)),
    Family(
        "normal x categorical, mixed planes",
        on_sphere(independent),
        4,
        _constant(0.0),
        split=2,
    ),
)
NETWORKS = (
    Network("w x + b", (1, 1), biases=True),
    Network("w.x + b, 2 inputs", (2, 1), biases=True),
    Network("a tanh(w x)", (1, 1, 1), biases=False),
    Network("a tanh(v tanh(w x))", (1, 1, 1, 1), biases=False),
    Network("1 unit, 2 inputs, biases", (2, 1, 1), biases=True),
    Network("2 units, 1 input, biases", (1, 2, 1), biases=True),
    Network("2 units, 2 inputs, biases", (2, 2, 1), biases=True),
)
