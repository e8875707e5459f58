r"""Curvature of the Fisher metric of small models, from the picture of probabilities on a sphere.

With N outcomes y of weight w_y, ``f_y(theta) = 2 sqrt(w_y p(y | theta))`` maps the parameters into
R^N, and the Fisher metric is the one that R^N induces: ``J^T J = E[grad log p grad log p^T]``.
The equation of Gauss then gives the sectional curvature, with two derivatives of f and none of the
metric.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import torch

from qgeom._typing import Real

# theta (P,) and data (D,) -> log probability of each outcome with its weight, (N,)
LogModel: TypeAlias = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
# Nodes of the Gauss-Hermite rule: derivatives of sqrt(p) are sqrt(p) times polynomials of degree
# at most 4, so that 5 nodes integrate their products exactly.
NODES = 5


def gaussian(theta: torch.Tensor, centre: torch.Tensor) -> torch.Tensor:
    """Log density of N(mu, sigma), theta = (mu, sigma), on quadrature nodes about `centre`."""
    roots, weights = np.polynomial.hermite_e.hermegauss(NODES)
    nodes, log_weights = torch.as_tensor(roots), torch.as_tensor(np.log(weights))
    x = centre[0] + centre[1] * nodes
    z = (x - theta[0]) / theta[1]
    # hermegauss has the weight exp(-x^2 / 2), which is taken out.
    volume = log_weights + nodes**2 / 2 + torch.log(centre[1])
    return volume - z**2 / 2 - torch.log(theta[1]) - math.log(2 * math.pi) / 2


def categorical(theta: torch.Tensor, data: torch.Tensor) -> torch.Tensor:
    """Log probabilities of outcomes with logits (theta, 0)."""
    return torch.log_softmax(torch.cat([theta, data.new_zeros(1)]), 0)


def regression(theta: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Logistic regression ``w x + b`` on inputs of equal weight, both outcomes of each."""
    return _bernoulli(theta[0] * x + theta[1])


def hidden_unit(theta: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Logistic network with one hidden unit, ``a tanh(w x)``."""
    return _bernoulli(theta[0] * torch.tanh(theta[1] * x))


def two_layers(theta: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Logistic network with two hidden layers of one unit, ``a tanh(v tanh(w x))``."""
    return _bernoulli(theta[0] * torch.tanh(theta[1] * torch.tanh(theta[2] * x)))


def fisher_curvature(model: LogModel, theta: Real, data: Real, planes: Real) -> tuple[Real, Real]:
    r"""Sectional curvatures of the Fisher metric, one plane at each point.

    .. math:: K = \langle h(u, u), h(v, v) \rangle - |h(u, v)|^2,

    h the part of the second derivative of f that is normal to the image, u, v orthonormal.

    Parameters
    ----------
    model
        Log probabilities of the outcomes.
    theta
        Parameters (B, P), P >= 2, where the metric is not degenerate.
    data
        What the model is given, (B, D).
    planes
        Pairs of vectors (B, 2, P) in an orthonormal frame.

    Returns
    -------
    curvature, rounding
        (B,) each; the rounding is an estimate of first order, for an error of h of eps times the
        condition of J times the second derivative of f before it is projected.

    Source: S. Amari and H. Nagaoka, Methods of Information Geometry (2000), for the embedding (their
    0-representation); the equation of Gauss is in any textbook.

    Examples
    --------
    Probabilities of three outcomes are an octant of the sphere of radius 2.

    >>> theta, data, planes = np.zeros((1, 2)), np.zeros((1, 1)), np.eye(2)[None]
    >>> fisher_curvature(categorical, theta, data, planes)[0].round(12)
    array([0.25])
    """

    def embedding(point: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
        return 2 * torch.exp(model(point, given) / 2)

    points, given = torch.as_tensor(theta), torch.as_tensor(data)
    # Forward mode would be as good, but loads a part of torch that warns of its own deprecation.
    slope = torch.func.jacrev(embedding)
    first = torch.func.vmap(slope)(points, given).numpy()  # (B, N, P)
    second = torch.func.vmap(torch.func.jacrev(slope))(points, given).numpy()  # (B, N, P, P)
    tangent, triangle = np.linalg.qr(first)
    # Rows of the pair: Gram-Schmidt in the frame, then coordinates in the parameters.
    pair = np.swapaxes(np.linalg.qr(np.swapaxes(planes, -1, -2))[0], -1, -2)
    vectors = np.linalg.solve(triangle, np.swapaxes(pair, -1, -2))  # (B, P, 2)
    bent = np.einsum("bnij,bik,bjl->bnkl", second, vectors, vectors)
    inside = np.einsum("bnp,bmp,bmkl->bnkl", tangent, tangent, bent)
    normal = bent - inside
    products = np.einsum("bnij,bnkl->bijkl", normal, normal)
    curvature = products[:, 0, 0, 1, 1] - products[:, 0, 1, 0, 1]
    size = np.linalg.norm(normal, axis=1)
    error = np.linalg.norm(bent, axis=1) * np.linalg.cond(triangle)[:, None, None]
    error *= np.finfo(np.float64).eps
    first_order = error[:, 0, 0] * size[:, 1, 1] + error[:, 1, 1] * size[:, 0, 0]
    return curvature, first_order + 2 * error[:, 0, 1] * size[:, 0, 1]


def _bernoulli(z: torch.Tensor) -> torch.Tensor:
    both = torch.nn.functional.logsigmoid(torch.cat([z, -z]))
    return both - math.log(z.shape[0])
