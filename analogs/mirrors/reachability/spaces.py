r"""Spaces on which a network of L layers moves a point, each layer of a length that can be read off.

A layer is a vector x in orthonormal coordinates, and |x| is its length:

- on a group with a bi-invariant metric the layer is ``exp(x)``, and the network the product of all;
- N landmarks are moved by a residual layer ``q + K(q)^(1/2) x``, taken at the middle of its own step,
  so that |x| is the length of the step up to an error of third order.

`Aim` says how far an end is from where it should be, and which way is downhill.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch

from qgeom._linalg import dagger
from qgeom._typing import Array, Matrix, Real
from qgeom.diffeo.kernels import Gaussian
from qgeom.diffeo.landmark_matching import match_landmarks
from qgeom.metric.invariant import RightInvariantMetric

# Ends (B, ...) to values (B,) and their derivatives, shaped as the ends.
Aim: TypeAlias = Callable[[Array], tuple[Real, Array]]

# Newton on the geodesic home, in every step of the descent; the distance is good to its square.
MATCH_RESIDUAL, MATCH_TOLERANCE = 1e-4, 1e-7


@dataclass(frozen=True, eq=False)
class Space:
    """Where layers move a point.

    Attributes
    ----------
    name, side
        As a reader would call it, and whose geometry it is.
    dim
        Number of coordinates of a layer.
    travel
        End points of networks (B, L, dim), differentiable.
    """

    name: str
    side: str
    dim: int
    travel: Callable[[torch.Tensor], torch.Tensor]


def group_space(name: str, side: str, metric: RightInvariantMetric) -> Space:
    """Products of exponentials on a matrix group.

    Examples
    --------
    >>> from qgeom.metric.matrix import MatrixMetric
    >>> from qgeom.metric.penalties import band
    >>> plane = group_space("SO(2)", "network", MatrixMetric("so", 2, band(1, 1.0)))
    >>> half = torch.full((1, 2, 1), torch.pi / 4, dtype=torch.float64)  # two layers of 45 degrees
    >>> plane.travel(half).round(decimals=12).tolist()
    [[[0.0, 1.0], [-1.0, 0.0]]]
    """
    frame = np.eye(metric.dim) / np.sqrt(metric.inertia)
    basis = torch.as_tensor(metric.hat(frame))

    def travel(layers: torch.Tensor) -> torch.Tensor:
        moves = torch.matrix_exp(torch.tensordot(layers.to(basis.dtype), basis, dims=1))
        end = moves[:, 0]
        for move in moves.unbind(1)[1:]:
            end = move @ end
        return end

    return Space(name, side, metric.dim, travel)


def landmark_space(name: str, kernel: Gaussian, start: Real) -> Space:
    """Residual layers on landmarks that begin at `start`, (N, D)."""
    points = torch.as_tensor(start)

    def root(q: torch.Tensor) -> torch.Tensor:
        gap = q[:, :, None] - q[:, None]
        return torch.linalg.cholesky(torch.exp(-0.5 * (gap**2).sum(-1) / kernel.width**2))

    def travel(layers: torch.Tensor) -> torch.Tensor:
        q = points.expand(len(layers), *points.shape)
        for x in layers.reshape(*layers.shape[:2], *points.shape).unbind(1):
            q = q + root(q + 0.5 * root(q) @ x) @ x
        return q

    return Space(name, "template", points.numel(), travel)


def group_aim(metric: RightInvariantMetric, target: Matrix) -> Aim:
    """Half the squared distance from a group element, in a bi-invariant metric.

    Within the cut locus, where the principal logarithm is the shortest.

    Examples
    --------
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> value, _ = group_aim(PauliMetric(1, nielsen(1.0)), np.diag([-1j, 1j]))(np.eye(2)[None])
    >>> bool(np.isclose(value[0], (np.pi / 2) ** 2 / 2))
    True
    """

    def aim(ends: Array) -> tuple[Real, Array]:
        home = metric.log(target @ metric.inverse(ends))
        return 0.5 * metric.inner(home, home), -metric.hat(home) @ ends / metric.size

    return aim


def landmark_aim(kernel: Gaussian, target: Real) -> Aim:
    """Half the squared geodesic distance of landmarks from `target`, (N, D)."""

    def aim(ends: Array) -> tuple[Real, Array]:
        found = match_landmarks(
            kernel, ends, target, residual=MATCH_RESIDUAL, tolerance=MATCH_TOLERANCE
        )
        return 0.5 * found.path.length**2, -found.path.momenta[:, 0]

    return aim


def regression_aim(inputs: Array, outputs: Array) -> Aim:
    """Half the mean squared error of ``g x`` for y over samples, columns of (N, k).

    Examples
    --------
    >>> value, slope = regression_aim(np.eye(2), 3 * np.eye(2))(np.eye(2)[None])
    >>> float(value[0]), slope[0].tolist()
    (2.0, [[-1.0, 0.0], [0.0, -1.0]])
    """
    count = inputs.shape[1]

    def aim(ends: Array) -> tuple[Real, Array]:
        missing = outputs - ends @ inputs
        value = 0.5 * np.sum(np.abs(missing) ** 2, axis=(1, 2)) / count
        return value, -missing @ dagger(inputs) / count

    return aim
