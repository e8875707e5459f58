r"""The derivative of the landmark flow, by the variational equations of Hamilton's.

With ``B = d(K p)/dq`` and ``C = d^2 H/dq^2`` along the path,

    d(dq)/dt = B dq + K dp,   d(dp)/dt = -C dq - B^T dp.

Both matrices are graph Laplacians with D x D weights, since only differences of positions matter.
"""

from __future__ import annotations

import numpy as np

from qgeom._typing import Real
from qgeom.diffeo.kernels import RadialKernel
from qgeom.diffeo.landmarks import Cometric, hamilton_field
from qgeom.geodesic.flow import solve


def tangent_flow(
    kernel: RadialKernel, points: Real, momenta: Real, tangents: Real, tolerance: float = 1e-10
) -> tuple[Real, Real]:
    """The landmark flow to time 1, and its derivative along tangents of phase space.

    Parameters
    ----------
    kernel
        The kernel of the metric.
    points, momenta
        q(0) and p(0), (B, N, D).
    tangents
        Columns ``(dq(0), dp(0))``, (2, N D, m), the same for the whole batch.
    tolerance
        Local error per step, relative and absolute.

    Returns
    -------
    ends
        ``(q(1), p(1))``, (B, 2, N, D).
    columns
        ``(dq(1), dp(1))``, (B, 2, N D, m).

    Examples
    --------
    One landmark moves straight: ``dq(1)/dp(0) = k(0)``.

    >>> from qgeom.diffeo.kernels import Gaussian
    >>> at_rest, kick = np.zeros((1, 1, 1)), np.array([[[0.0]], [[1.0]]])
    >>> tangent_flow(Gaussian(1.0), at_rest, at_rest, kick)[1].ravel().round(9)
    array([1., 1.])
    """
    count, size, dim = points.shape
    split = 2 * size * dim

    def pack(states: Real, columns: Real) -> Real:
        return np.concatenate([states.reshape(count, split), columns.reshape(count, -1)], axis=1)

    def unpack(packed: Real) -> tuple[Real, Real]:
        states, columns = packed[:, :split], packed[:, split:]
        return states.reshape(count, 2, size, dim), columns.reshape(count, *tangents.shape)

    def field(packed: Real) -> Real:
        states, columns = unpack(packed)
        q, p, dq, dp = states[:, 0], states[:, 1], columns[:, 0], columns[:, 1]
        cometric = Cometric.at(kernel, q)
        mixed, hessian = mixed_hessian(cometric, p), position_hessian(cometric, p)
        raised = cometric.raise_(dp.reshape(count, size, -1)).reshape(dp.shape)
        rates = np.stack([mixed @ dq + raised, -hessian @ dq - mixed.swapaxes(-1, -2) @ dp], axis=1)
        return pack(np.stack(hamilton_field(cometric, p), axis=1), rates)

    start = pack(
        np.stack([points, momenta], axis=1), np.broadcast_to(tangents, (count, *tangents.shape))
    )
    return unpack(solve(field, start, np.array([1.0]), tolerance)[0])


def mixed_hessian(cometric: Cometric, momenta: Real) -> Real:
    """``d(K p)/dq``, (..., N D, N D)."""
    weights = momenta[..., None, :, :, None] * cometric.separation[..., None, :]
    return _laplacian(cometric.slope[..., None, None] * weights)


def position_hessian(cometric: Cometric, momenta: Real) -> Real:
    """``d^2 H/dq^2``, symmetric (..., N D, N D)."""
    d = cometric.separation
    bend = cometric.bend[..., None, None] * d[..., :, None] * d[..., None, :]
    weights = bend + cometric.slope[..., None, None] * np.eye(d.shape[-1])
    pairing = momenta @ momenta.swapaxes(-1, -2)
    return _laplacian(pairing[..., None, None] * weights)


def _laplacian(weights: Real) -> Real:
    """Matrix of ``x -> sum_j W_ij (x_i - x_j)`` for W (..., N, N, D, D), (..., N D, N D)."""
    *lead, size, _, dim, _ = weights.shape
    degree = np.einsum("...ijkl,in->...inkl", weights, np.eye(size))
    return (degree - weights).swapaxes(-3, -2).reshape(*lead, size * dim, size * dim)
