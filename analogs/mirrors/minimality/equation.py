r"""Whether a path that was shot satisfies its equation, judged by the points of the path alone.

The solver is given an initial momentum and never integrates the equation of the momentum: it uses
that ``m(t) = Ad*_{g^-1} m(0)``.  Here velocities are derivatives of the points, ``u = (dg/dt) g^-1``,
momenta are ``m = I u``, and both sides of

    m(t) - m(0) = - int_0^t ad*_u m dt,   <ad*_u m, v> = <m, [u, v]>,

follow from the definition, with brackets of basis vectors.  On landmarks the same equation is EPDiff:
``m = sum_i p_i delta(x - q_i)``, tested on vector fields w, with ``[u, w] = Du w - Dw u``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analogs.mirrors.minimality.spectral import (
    chebyshev_times,
    derivative_matrix,
    integral_matrix,
)
from qgeom._typing import Matrix, Real
from qgeom.diffeo.kernels import RadialKernel
from qgeom.diffeo.landmarks import differences
from qgeom.metric.invariant import RightInvariantMetric

# Points in time: the shortest period on the paths measured has more than six of them.
NODES = 48
TIMES = chebyshev_times(NODES)
DERIVATIVE = derivative_matrix(TIMES)
INTEGRAL = integral_matrix(TIMES)
# Vector fields that EPDiff is tested on.
FIELDS = 8


@dataclass(frozen=True)
class Errors:
    """Largest errors over a batch of paths, each over the largest momentum (or energy) of its path.

    Attributes
    ----------
    equation
        Of ``m(t) = m(0) - int ad*_u m``.
    energy
        Change of ``<u, u>``.
    momentum
        Change of the spatial momentum, ``Ad*_g m``.
    """

    equation: float
    energy: float
    momentum: float


def group_errors(metric: RightInvariantMetric, points: Matrix) -> Errors:
    """Errors of paths g at TIMES, (B, NODES, N, N).

    Examples
    --------
    A straight line along an axis solves the equation, one between axes of different cost does not.

    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import custom
    >>> berger = PauliMetric(1, custom({"Z": 4.0}))
    >>> line = lambda x: berger.exp(TIMES[:, None] * np.array(x))[None]
    >>> group_errors(berger, line([0.0, 0.0, 1.0])).equation < 1e-9
    True
    >>> round(group_errors(berger, line([0.6, 0.0, 0.8])).equation, 2)  # 2 x z (q - 1) / (q z)
    0.9
    """
    velocity = metric.vee(_along(DERIVATIVE, points) @ metric.inverse(points))
    momentum, basis = metric.lower(velocity), np.eye(metric.dim)
    brackets = metric.bracket(velocity[..., None, :], basis)
    force = np.einsum("...a,...ba->...b", momentum, brackets)
    moved = metric.adjoint(points[..., None, :, :], basis)
    spatial = np.einsum("...a,...ba->...b", momentum, moved)
    return Errors(
        equation=_relative(momentum - momentum[:, :1] + _along(INTEGRAL, force), momentum),
        energy=_drift(metric.inner(velocity, velocity)),
        momentum=_relative(spatial - momentum[:, :1], momentum),
    )


def landmark_errors(kernel: RadialKernel, points: Real, rng: np.random.Generator) -> Errors:
    """Errors of paths of landmarks at TIMES, (B, NODES, N, D), on random Gaussian vector fields.

    Momenta are ``K(q)^-1 dq/dt``; the spatial momentum of landmark i is ``(D phi_t)^T p_i``, with
    the deformation gradient from ``d(D phi)/dt = Du D phi``.
    """
    velocity = _along(DERIVATIVE, points)
    apart = differences(points)
    value, slope, _ = kernel.jet(np.einsum("...k,...k->...", apart, apart))
    momentum = np.linalg.solve(value, velocity)
    # (Du)_ab at landmark i: sum_j p_j,a 2 f' (q_i - q_j)_b.
    gradient = np.einsum("...ij,...ja,...ijb->...iab", 2.0 * slope, momentum, apart)
    field, change = _gaussian_fields(points, rng)
    pairing = np.einsum("btia,fbtia->btf", momentum, field)
    bracket = np.einsum("btiac,fbtic->fbtia", gradient, field)
    bracket -= np.einsum("fbtiac,btic->fbtia", change, velocity)
    force = np.einsum("btia,fbtia->btf", momentum, bracket)
    spatial = np.einsum("btiac,btia->btic", _flow_gradient(gradient), momentum)
    return Errors(
        equation=_relative(pairing - pairing[:, :1] + _along(INTEGRAL, force), pairing),
        energy=_drift(np.einsum("btia,btia->bt", momentum, velocity)),
        momentum=_relative(spatial - momentum[:, :1], momentum),
    )


def _gaussian_fields(points: Real, rng: np.random.Generator) -> tuple[Real, Real]:
    """``w = a exp(-|x - c|^2 / 2)`` at the points and its derivative, (F, B, T, N, D) and (..., D, D)."""
    dim = points.shape[-1]
    centres, amplitudes = rng.normal(size=(2, FIELDS, 1, 1, 1, dim))
    offset = points - centres
    bump = np.exp(-0.5 * np.sum(offset**2, axis=-1, keepdims=True))
    field = amplitudes * bump
    return field, -field[..., :, None] * offset[..., None, :]


def _flow_gradient(gradient: Real) -> Real:
    """``D phi`` along each landmark, (B, T, N, D, D), from ``Du`` there: all times solved at once."""
    count, nodes, landmarks, dim, _ = gradient.shape
    system = np.einsum("ts,ab->tasb", DERIVATIVE, np.eye(dim))
    system = np.broadcast_to(system, (count, landmarks, *system.shape)).copy()
    for t in range(nodes):
        system[:, :, t, :, t, :] -= gradient[:, t]
    system[:, :, 0] = 0.0
    system[:, :, 0, :, 0, :] = np.eye(dim)
    start = np.zeros((nodes, dim, dim))
    start[0] = np.eye(dim)
    size = nodes * dim
    found = np.linalg.solve(system.reshape(count, landmarks, size, size), start.reshape(size, dim))
    return found.reshape(count, landmarks, nodes, dim, dim).swapaxes(1, 2)


def _along(operator: Real, values: Matrix) -> Matrix:
    """Apply a matrix to the axis of time, the second one."""
    return np.moveaxis(np.tensordot(operator, values, axes=(1, 1)), 0, 1)


def _relative(error: np.ndarray, scale: np.ndarray) -> float:
    """Largest ``|error| / max |scale|`` over paths (B, ...)."""
    axes = tuple(range(1, error.ndim))
    largest = np.abs(scale).max(axis=tuple(range(1, scale.ndim)))
    return float((np.abs(error).max(axis=axes) / largest).max())


def _drift(energy: Real) -> float:
    """Largest relative change of (B, T) along the axis of time."""
    return float((np.abs(energy - energy[:, :1]) / energy[:, :1]).max())
