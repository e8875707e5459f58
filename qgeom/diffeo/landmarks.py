r"""Landmarks: N points of R^D moved by a velocity field, and the geodesics of that motion.

The cometric is ``K(q)_ij = k(|q_i - q_j|)`` times the identity of R^D: the norm of the cheapest
velocity field that moves the points as wanted.  With ``H(q, p) = 1/2 sum_ij p_i.p_j k(|q_i - q_j|)``

    dq_i/dt = sum_j k_ij p_j,   dp_i/dt = -sum_j (p_i.p_j) grad k(q_i - q_j)

(TEMPLATE_MATCHING.md section 2.4).  H, ``sum p_i`` and ``sum q_i ^ p_i`` are conserved.

The integrator is that of the groups, adaptive DOP853 on the whole batch: the flow is smooth but its
rates grow like ``exp(length * strain)`` as points crowd, which no fixed step knows beforehand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_finite_array, check_positive, fail
from qgeom._typing import Real
from qgeom.diffeo.kernels import RadialKernel
from qgeom.geodesic.curve import check_times
from qgeom.geodesic.flow import SMALLEST_TOLERANCE, solve

# Lengths of velocities lose 2^-52 / pivot^2 of their digits: six are left here.
SMALLEST_PIVOT = 1e-5


@dataclass(frozen=True, eq=False)
class Cometric:
    """``K(q)`` and its first two derivatives at configurations q, (..., N, D).

    Covectors and vectors are (..., N, D) too; all leading axes broadcast.

    Attributes
    ----------
    matrix
        ``k_ij``, (..., N, N).
    separation
        ``d_ij = q_i - q_j``, (..., N, N, D).
    slope, bend
        ``2 f'`` and ``4 f''`` at ``|d_ij|^2``, (..., N, N): k changes by
        ``slope d.dd + (bend (d.dd)^2 + slope |dd|^2) / 2`` where d changes by dd.

    Examples
    --------
    >>> from qgeom.diffeo.kernels import Gaussian
    >>> pair = Cometric.at(Gaussian(1.0), np.array([[0.0], [1.0]]))
    >>> pair.inner(np.array([[1.0], [0.0]]), np.array([[0.0], [1.0]])) == np.exp(-0.5)
    np.True_
    """

    matrix: Real
    separation: Real
    slope: Real
    bend: Real

    @classmethod
    def at(cls, kernel: RadialKernel, points: Real) -> Cometric:
        """Return the cometric at configurations (..., N, D)."""
        separation = differences(points)
        value, slope, bend = kernel.jet(np.einsum("...k,...k->...", separation, separation))
        return cls(value, separation, 2.0 * slope, 4.0 * bend)

    def raise_(self, a: Real) -> Real:
        """Velocities ``a# = K a`` of covectors."""
        return self.matrix @ a

    def inner(self, a: Real, b: Real) -> Real:
        """``<a, b> = sum_ij a_i.b_j k_ij``, (...)."""
        return np.einsum("...ik,...ik->...", a, self.matrix @ b)

    def gradient(self, a: Real, b: Real) -> Real:
        """Gradient in q of ``<a, b>`` with a and b held constant, (..., N, D)."""
        pairing = a @ b.swapaxes(-1, -2)
        weight = (pairing + pairing.swapaxes(-1, -2)) * self.slope
        return np.einsum("...ij,...ijk->...ik", weight, self.separation)

    def coframe(self) -> Real:
        """W with ``W^T K W = 1``, (..., N, N): ``W x`` is a covector of norm |x| for x (..., N, D).

        For a velocity v the norm is ``|W^T v|``.

        Raises
        ------
        ValueError
            Where landmarks coincide, or crowd so much that K is singular to rounding.
        """
        try:
            factor = np.linalg.cholesky(self.matrix)
            pivot = float(np.einsum("...ii->...i", factor).min())
        except np.linalg.LinAlgError:
            pivot = 0.0
        if pivot < SMALLEST_PIVOT:
            raise fail("points", "be apart", f"leaves K(q) a relative pivot of {pivot:.1e}")
        return np.linalg.inv(factor).swapaxes(-1, -2)

    def change(self, u: Real) -> Real:
        """Derivative of K along u, (..., N, N)."""
        return self.slope * self._along(differences(u))

    def second_change(self, u: Real, v: Real) -> Real:
        """Second derivative of K along u and v, (..., N, N)."""
        du, dv = differences(u), differences(v)
        turning = self.slope * np.einsum("...k,...k->...", du, dv)
        return self.bend * self._along(du) * self._along(dv) + turning

    def _along(self, differences: Real) -> Real:
        return np.einsum("...k,...k->...", self.separation, differences)


@dataclass(frozen=True, eq=False)
class LandmarkPath:
    """A geodesic of landmarks, or a batch of them; ``...`` is the leading shape of the batch.

    Attributes
    ----------
    kernel
        The kernel of the metric.
    times
        (T,), increasing from 0 to the duration.
    points, momenta
        q(t) and p(t) at `times`, (..., T, N, D).
    length
        ``int |dq/dt| dt = duration * sqrt(2 H)``, (...).
    energy_drift
        Largest relative change of H over `times`, (...): the error that nothing protects.
    """

    kernel: RadialKernel
    times: Real
    points: Real
    momenta: Real
    length: Real
    energy_drift: Real

    @property
    def velocities(self) -> Real:
        """``dq/dt`` at `times`, (..., T, N, D)."""
        return Cometric.at(self.kernel, self.points).raise_(self.momenta)

    @property
    def endpoint(self) -> Real:
        """Landmarks at the last time, (..., N, D)."""
        return self.points[..., -1, :, :]

    @property
    def linear_momentum(self) -> Real:
        """``sum_i p_i`` at `times`, (..., T, D): conserved."""
        return self.momenta.sum(axis=-2)

    @property
    def angular_momentum(self) -> Real:
        """``sum_i q_i ^ p_i`` at `times`, antisymmetric (..., T, D, D): conserved."""
        moment = self.points.swapaxes(-1, -2) @ self.momenta
        return moment - moment.swapaxes(-1, -2)


def hamiltonian(kernel: RadialKernel, points: Real, momenta: Real) -> Real:
    """``H = 1/2 sum_ij p_i.p_j k(|q_i - q_j|)``, half of the squared speed.

    Parameters
    ----------
    kernel
        The kernel of the metric.
    points, momenta
        (..., N, D).

    Returns
    -------
    (...)

    Raises
    ------
    ValueError
        Unless both are finite real arrays (..., N, D) of shapes that broadcast.

    Examples
    --------
    >>> from qgeom.diffeo.kernels import Gaussian
    >>> float(hamiltonian(Gaussian(1.0), np.zeros((1, 2)), np.array([[3.0, 4.0]])))  # |p|^2 / 2
    12.5
    """
    points, momenta = check_landmarks(points=points, momenta=momenta)
    return 0.5 * Cometric.at(kernel, points).inner(momenta, momenta)


def shoot_landmarks(
    kernel: RadialKernel,
    points: Real,
    momenta: Real,
    duration: float = 1.0,
    *,
    times: Real | None = None,
    tolerance: float = 1e-10,
) -> LandmarkPath:
    """Geodesics of landmarks with given initial momenta.

    Parameters
    ----------
    kernel
        The kernel of the metric.
    points, momenta
        q(0) and p(0), (..., N, D); the leading axes broadcast and are integrated at once.
    duration
        Final time T > 0.
    times
        Where to record the curve; default: 0 and T.
    tolerance
        Local error per step, relative and absolute, of the integrator.  The error at the end is
        larger by about the number of steps; `energy_drift` shows it.

    Raises
    ------
    ValueError
        For shapes that do not broadcast to (..., N, D), entries that are not finite and real, a
        duration or tolerance <= 0, or times outside [0, T].

    Examples
    --------
    One landmark moves straight, at the velocity ``k(0) p``.

    >>> from qgeom.diffeo.kernels import Gaussian
    >>> path = shoot_landmarks(Gaussian(1.0), np.zeros((1, 2)), np.array([[3.0, 4.0]]))
    >>> path.endpoint.round(9), round(float(path.length), 9)
    (array([[3., 4.]]), 5.0)
    """
    points, momenta = check_landmarks(points=points, momenta=momenta)
    duration = check_positive("duration", duration)
    tolerance = max(check_positive("tolerance", tolerance), SMALLEST_TOLERANCE)
    moments = np.array([0.0, duration]) if times is None else check_times(times, duration)
    along = integrate(kernel, points, momenta, moments, tolerance)
    energy = hamiltonian(kernel, points, momenta)
    drift = np.abs(hamiltonian(kernel, *along) - energy[..., None]).max(axis=-1)
    return LandmarkPath(
        kernel=kernel,
        times=moments,
        points=along[0],
        momenta=along[1],
        length=moments[-1] * np.sqrt(2.0 * energy),
        energy_drift=drift / np.where(energy > 0, energy, 1.0),
    )


def integrate(
    kernel: RadialKernel, points: Real, momenta: Real, times: Real, tolerance: float
) -> Real:
    """``(q(t), p(t))`` at `times` from (..., N, D) each, (2, ..., T, N, D).  Nothing is checked."""

    def field(state: Real) -> Real:
        return np.stack(hamilton_field(Cometric.at(kernel, state[:, 0]), state[:, 1]), axis=1)

    lead, shape = points.shape[:-2], points.shape[-2:]
    start = np.stack([points.reshape(-1, *shape), momenta.reshape(-1, *shape)], axis=1)
    along = solve(field, start, times, tolerance)
    return np.moveaxis(along, (2, 0), (0, 2)).reshape(2, *lead, len(times), *shape)


def hamilton_field(cometric: Cometric, momenta: Real) -> tuple[Real, Real]:
    """``(dq/dt, dp/dt) = (dH/dp, -dH/dq)``, each (..., N, D)."""
    return cometric.raise_(momenta), -0.5 * cometric.gradient(momenta, momenta)


def differences(vectors: Real) -> Real:
    """``u_i - u_j`` of (..., N, D), (..., N, N, D)."""
    return vectors[..., :, None, :] - vectors[..., None, :, :]


def check_landmarks(**arrays: Real) -> list[Real]:
    """Return the named arrays as float64 (..., N, D) broadcast to one shape, or raise ValueError."""
    checked = []
    for name, value in arrays.items():
        array = check_finite_array(name, value)
        if array.ndim < 2 or 0 in array.shape or np.iscomplexobj(array):
            raise fail(name, "be a real array (..., N, D)", f"has shape {array.shape}")
        checked.append(array.astype(np.float64, copy=False))
    names, shapes = ", ".join(arrays), [array.shape for array in checked]
    if len({shape[-2:] for shape in shapes}) > 1:
        raise fail(names, "share N and D", f"have shapes {shapes}")
    try:
        return list(np.broadcast_arrays(*checked))
    except ValueError:
        raise fail(names, "broadcast", f"have shapes {shapes}") from None
