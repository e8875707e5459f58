r"""Sectional curvature of a surface in flat space, with a bound on its rounding.

A Fisher metric is induced by a map f of the parameters into :math:`\mathbb R^N` (see `model`). The
equation of Gauss then gives its curvature from two derivatives of f and none of the metric.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from qgeom._typing import Real

# parameters (P,) and what the model is given, any shape -> point in flat space (N,)
Embedding: TypeAlias = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
Mask: TypeAlias = NDArray[np.bool_]

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Surface:
    """One point on each of B surfaces, to second order.

    Parameters
    ----------
    slopes : array of shape (B, N, P)
        First derivatives of the map, N >= P >= 2.
    bends : array of shape (B, N, P, P)
        Second derivatives.
    """

    slopes: Real
    bends: Real

    @property
    def frame(self) -> Real:
        """Upper triangles R (B, P, P): the metric is ``R^T R``."""
        return np.linalg.qr(self.slopes)[1]

    @property
    def condition(self) -> Real:
        """``|J|_F / s``, s the least singular value of the slopes J, (B,)."""
        least = np.linalg.svd(self.slopes, compute_uv=False)[:, -1]
        return np.linalg.norm(self.slopes, axis=(1, 2)) / least


@dataclass(frozen=True)
class Curvatures:
    """Sectional curvatures (B,) with a bound on the rounding of each; within it a plane is flat."""

    values: Real
    bound: Real

    @property
    def negative(self) -> Mask:
        """Where K < 0 beyond rounding."""
        return self.values < -self.bound

    @property
    def positive(self) -> Mask:
        """Where K > 0 beyond rounding."""
        return self.values > self.bound

    @property
    def flat(self) -> Mask:
        """Where the sign of K is not known."""
        return ~(self.negative | self.positive)


def surface(embedding: Embedding, parameters: Real, given: Real) -> Surface:
    """Return the derivatives of an embedding at B points: parameters (B, P), given (B, ...)."""
    points = torch.as_tensor(parameters), torch.as_tensor(given)
    # Forward mode would be as good, but loads a part of torch that warns of its own deprecation.
    slope = torch.func.jacrev(embedding)
    first = torch.func.vmap(slope)(*points)
    second = torch.func.vmap(torch.func.jacrev(slope))(*points)
    return Surface(first.numpy(), second.numpy())


def sectional_curvature(at: Surface, planes: Real) -> Curvatures:
    r"""Sectional curvatures, one plane at each point.

    .. math:: K = \langle h(u, u), h(v, v) \rangle - |h(u, v)|^2,

    h the part of the second derivative that is normal to the surface, u and v orthonormal.

    **Bound on the rounding.** No sum has more than :math:`m = N P^2` terms, so that the computed
    derivatives are those of a surface whose slopes J and bends H differ by at most
    :math:`m \epsilon |J|, m \epsilon |H|` (Frobenius norms). Such a change moves u and v, seen in
    the parameters, by :math:`\kappa m \epsilon` of their lengths, :math:`\kappa` the condition of
    J, and turns the normal space by as much. To first order h(u, v) thus changes by at most

    .. math:: e_{uv} = (1 + 3 \kappa) m \epsilon |H| |u| |v| \le 4 \kappa m \epsilon |H| |u| |v|,

    and K by at most :math:`e_{uu} |h_{vv}| + e_{vv} |h_{uu}| + 2 e_{uv} |h_{uv}|
    + e_{uu} e_{vv} + e_{uv}^2`.

    Parameters
    ----------
    at
        Where the metric is not degenerate.
    planes
        Pairs of vectors in the parameters, (B, 2, P).

    Raises
    ------
    numpy.linalg.LinAlgError
        If the slopes have a column of zeros.

    Source: the equation of Gauss is in any textbook; perturbation of QR and of projections: N. J.
    Higham, Accuracy and Stability of Numerical Algorithms (2002), 3.1 and 19.9.

    Examples
    --------
    A paraboloid z = (x^2 - y^2) / 2 at its saddle.

    >>> saddle = Surface(np.eye(3, 2)[None], np.zeros((1, 3, 2, 2)))
    >>> saddle.bends[0, 2] = np.diag([1.0, -1.0])
    >>> sectional_curvature(saddle, np.eye(2)[None]).values
    array([-1.])
    """
    tangent, frame = np.linalg.qr(at.slopes)
    pair = np.linalg.qr(frame @ np.swapaxes(planes, 1, 2))[0]
    vectors = np.linalg.solve(frame, pair)  # (B, P, 2)
    bent = np.einsum("bnij,bik,bjl->bnkl", at.bends, vectors, vectors)
    normal = bent - np.einsum("bnp,bmp,bmkl->bnkl", tangent, tangent, bent)
    uu, uv, vv = normal[:, :, 0, 0], normal[:, :, 0, 1], normal[:, :, 1, 1]
    values = np.sum(uu * vv, axis=1) - np.sum(uv**2, axis=1)
    bends = np.linalg.norm(at.bends.reshape(len(values), -1), axis=1)
    unit = 4 * at.bends[0].size * EPS * at.condition * bends
    u, v = np.linalg.norm(vectors, axis=1).T
    of_uu, of_uv, of_vv = unit * u * u, unit * u * v, unit * v * v
    sizes = [np.linalg.norm(part, axis=1) for part in (uu, uv, vv)]
    first_order = of_uu * sizes[2] + of_vv * sizes[0] + 2 * of_uv * sizes[1]
    return Curvatures(values, first_order + of_uu * of_vv + of_uv**2)
