"""Geodesics between states, and the bracket of their distance.

A state geodesic is ``psi(t) = U(t) psi`` with U the group geodesic of a horizontal momentum, so the
unknown is one tangent vector b at psi, 2N - 2 real numbers, instead of 4^n - 1.  Paths are relaxed as
on the group (`relax`), with the condition to end on the ray of the second state.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_integer
from qgeom._typing import Complex, Covector, Real, Vector
from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.continuation import Report
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.endpoint import MAX_DENSE, EndpointMap, dense_map, endpoint_map
from qgeom.geodesic.endpoint_krylov import krylov_derivative
from qgeom.geodesic.flow import shoot_momentum
from qgeom.geodesic.least_squares import damped_solve
from qgeom.geodesic.refine import RESIDUAL, Refined, newton
from qgeom.geodesic.relaxation import End, relax, smooth_noise
from qgeom.metric.invariant import check_riemannian
from qgeom.metric.pauli import PauliMetric
from qgeom.states.quotient import check_state, horizontal_momentum, tangent, tangent_basis

MAX_QUBITS = 6
# Of the relaxation: pieces, speed of the noise beside the straight start, accuracy.
PIECES, LINE_NOISE, ACCURACY = 40, 0.3, 0.005
# Local error of integrations, and columns of the derivative that are swept at once.
TOLERANCE, COLUMNS = 1e-12, 16
TINY = 1e-14


@dataclass(frozen=True, eq=False)
class StateDistance:
    """A bracket of the distance of two rays.

    Attributes
    ----------
    lower
        ``sqrt(2 min q / N) arccos |<psi|phi>|``: the metric is at least that multiple of
        Fubini-Study, whose distance is the angle.
    upper
        Length of the shortest geodesic found.
    geodesic
        That geodesic on the group; ``geodesic.endpoint @ psi`` is phi up to a phase.
    residual
        Distance of the end from the ray of phi.
    status
        A sentence.
    """

    lower: float
    upper: float
    geodesic: Geodesic
    residual: float
    status: str


def state_distance(
    metric: PauliMetric,
    start: Complex,
    end: Complex,
    *,
    rng: np.random.Generator,
    starts: int = 4,
    report: Report | None = None,
) -> StateDistance:
    """Bracket the distance between two states; the phase of each does not matter.

    The Fubini-Study geodesic with a little noise, and random paths, are relaxed by curve shortening,
    and Newton's method makes geodesics of them.

    Parameters
    ----------
    metric
        A metric on at most six qubits (up to four are quick), with finite costs.
    start, end
        Unit vectors (2^n,).
    rng
        Source of the random starts.
    starts
        How many.
    report
        Called with a message and a share (always one half: the end cannot be foreseen).

    Raises
    ------
    ValueError
        For vectors of another length or norm, infinite costs, or more than six qubits.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> flat = PauliMetric(1, nielsen(1.0))
    >>> plus = np.array([1.0, 1.0]) / np.sqrt(2)
    >>> found = state_distance(flat, np.array([1.0, 0.0]), plus, rng=np.random.default_rng(0))
    >>> round(found.lower / np.pi, 6), round(found.upper / np.pi, 6)
    (0.25, 0.25)
    """
    check_integer("metric.n_qubits", metric.n_qubits, 1, MAX_QUBITS)
    check_riemannian("metric", metric)
    psi, phi = check_state("start", start, metric), check_state("end", end, metric)
    starts = check_integer("starts", starts, 0)
    ray = _Ray(psi, phi, tangent_basis(psi))
    angle = float(np.arccos(min(1.0, float(abs(np.vdot(psi, phi))))))
    scale = float(np.sqrt(2.0 / metric.size))
    found = _search(metric, ray, rng, starts, report)
    momenta = ray.push(found.momentum)
    solved = np.flatnonzero(found.residual <= RESIDUAL)
    if not len(solved):
        solved = np.array([int(np.argmin(found.residual))])
    best = int(solved[np.argmin(metric.norm(metric.raise_(momenta[solved])))])
    geodesic = shoot_momentum(
        metric, momenta[best], np.array([0.0, 1.0]), 1e-12, closed_form(metric)
    )
    residual = float(found.residual[best])
    word = "Converged" if residual <= RESIDUAL else "Did not converge"
    lower, upper = float(np.sqrt(metric.inertia.min())) * scale * angle, float(geodesic.length)
    return StateDistance(
        lower=min(lower, upper) if lower - upper < RESIDUAL else lower,  # they meet up to rounding
        upper=upper,
        geodesic=geodesic,
        residual=residual,
        status=f"{word}: the end is {residual:.1e} from the target ray.",
    )


@dataclass(frozen=True, eq=False)
class _Ray:
    """The condition ``g psi = phi`` up to a phase, in real coordinates of the tangent space of psi."""

    psi: Complex
    phi: Complex
    basis: Complex

    def gap(self, ends: Complex) -> Real:
        """Tangent at psi of the Fubini-Study geodesic from psi to ``g^-1 phi``, (..., 2N - 2)."""
        wanted = np.conj(np.swapaxes(ends, -1, -2)) @ self.phi
        overlap = wanted @ self.psi.conj()
        wanted = wanted * np.exp(-1j * np.angle(overlap))[..., None]
        off = wanted - np.abs(overlap)[..., None] * self.psi
        sine = np.linalg.norm(off, axis=-1)
        angle = np.arctan2(sine, np.abs(overlap))
        ratio = np.where(sine > TINY, angle / np.maximum(sine, TINY), 1.0)
        return (off @ self.basis.conj().T).real * ratio[..., None]

    def pull(self, velocity: Vector) -> Real:
        """How velocities (..., dim) move psi."""
        return (tangent(self.psi, velocity) @ self.basis.conj().T).real

    def push(self, b: Real) -> Covector:
        """Horizontal momenta of tangent vectors (..., 2N - 2)."""
        return horizontal_momentum(self.psi, b @ self.basis)


def _search(
    metric: PauliMetric, ray: _Ray, rng: np.random.Generator, starts: int, report: Report | None
) -> Refined:
    """Tangent vectors b: the Fubini-Study geodesic and random paths, relaxed and corrected."""

    def watch(message: str) -> None:
        if report is not None:
            report(message, 0.5)

    # At cost 1 the Fubini-Study geodesic is a straight line with the momentum (2 / N) gap.
    straight = ray.push((2.0 / metric.size) * ray.gap(metric.identity[None]))
    length = max(float(np.linalg.norm(straight)), 0.1)
    noise = smooth_noise(metric, starts + 1, PIECES, rng)
    speed = np.concatenate([[LINE_NOISE], rng.uniform(0.5, 3.0, starts)]) * length
    paths = speed[:, None, None] * noise
    paths[0] += straight
    end = End(ray.gap, ray.pull, ray.push)
    relaxed = relax(metric, end, paths, accuracy=ACCURACY, watch=watch)
    b = (2.0 / metric.size) * ray.pull(relaxed.momentum)  # the cometric at cost 1 is N / 2
    endpoint = _state_endpoint(metric, ray)
    return newton(endpoint, lambda ends, _index: ray.gap(ends), b, watch=watch)


def _state_endpoint(metric: PauliMetric, ray: _Ray) -> EndpointMap:
    """The endpoint map of tangent vectors b, with the Newton step of ``A M A^T``."""
    whole = endpoint_map(metric, TOLERANCE)
    pushed = ray.push(np.eye(2 * metric.size - 2))

    def derivative(momentum: Covector) -> Real:
        """``A M A^T`` at one momentum, (k, k)."""
        if metric.dim <= MAX_DENSE:
            _, dense = dense_map(metric, TOLERANCE)(momentum[None])
            return ray.pull(pushed @ dense[0].T).T
        operator = krylov_derivative(metric, momentum[None], TOLERANCE)
        parts = np.array_split(pushed, -(-len(pushed) // COLUMNS))
        return ray.pull(np.concatenate([operator.apply(part) for part in parts])).T

    def step(b: Real, gap: Real, damping: Real) -> Real:
        matrices = np.stack([derivative(momentum) for momentum in ray.push(b)])
        return damped_solve(matrices, gap, damping)

    frame = np.full(2 * metric.size - 2, np.sqrt(2.0 / metric.size))
    return EndpointMap(lambda b: whole.ends(ray.push(b)), step, frame)
