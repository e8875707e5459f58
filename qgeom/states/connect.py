"""Geodesics between states, and the bracket of their distance.

A state geodesic is ``psi(t) = U(t) psi`` with U the group geodesic of a horizontal momentum, so the
unknown is one tangent vector b at psi, 2N - 2 real numbers, instead of 4^n - 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.optimize

from qgeom._checks import check_integer
from qgeom._typing import Complex, Real
from qgeom.geodesic.closed_form import closed_form
from qgeom.geodesic.continuation import rungs
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.endpoint import dense_map
from qgeom.geodesic.flow import shoot_momentum
from qgeom.metric.pauli import PauliMetric
from qgeom.states.quotient import check_state, horizontal_momentum, tangent_basis

RESIDUAL = 1e-9
# The metric is dense in the endpoint derivative: 4^n x 4^n.
MAX_QUBITS = 4


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
) -> StateDistance:
    """Bracket the distance between two states; the phase of each does not matter.

    The Fubini-Study geodesic is continued in the cost, and random tangent vectors are tried at the
    full cost.

    Parameters
    ----------
    metric
        A metric on at most four qubits.
    start, end
        Unit vectors (2^n,).
    rng
        Source of the random starts.
    starts
        How many.

    Raises
    ------
    ValueError
        For vectors of another length or norm, or more than four qubits.

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
    psi, phi = check_state("start", start, metric), check_state("end", end, metric)
    starts = check_integer("starts", starts, 0)
    basis = tangent_basis(psi)
    angle = float(np.arccos(min(1.0, float(abs(np.vdot(psi, phi))))))
    scale = float(np.sqrt(2.0 / metric.size))
    candidates = [_continued(metric, psi, phi, basis)]
    for _ in range(starts):
        b = rng.normal(size=len(basis))
        guess = scale**2 * max(angle, 0.1) * rng.uniform(0.5, 3.0) * b / np.linalg.norm(b)
        candidates.append(_solve(metric, psi, phi, basis, guess))
    solved = [c for c in candidates if c[1] <= RESIDUAL] or [min(candidates, key=lambda c: c[1])]
    found = [(_geodesic(metric, psi, b @ basis), residual) for b, residual in solved]
    best, residual = min(found, key=lambda pair: float(pair[0].length))
    word = "Converged" if residual <= RESIDUAL else "Did not converge"
    lower, upper = float(np.sqrt(metric.inertia.min())) * scale * angle, float(best.length)
    return StateDistance(
        lower=min(lower, upper) if lower - upper < RESIDUAL else lower,  # they meet up to rounding
        upper=upper,
        geodesic=best,
        residual=residual,
        status=f"{word}: the end is {residual:.1e} from the target ray.",
    )


def _geodesic(metric: PauliMetric, psi: Complex, b: Complex) -> Geodesic:
    momentum = horizontal_momentum(psi, b)
    return shoot_momentum(metric, momentum, np.array([0.0, 1.0]), 1e-12, closed_form(metric))


def _continued(
    metric: PauliMetric, psi: Complex, phi: Complex, basis: Complex
) -> tuple[Real, float]:
    overlap = np.vdot(psi, phi)
    aligned = phi * np.exp(-1j * np.angle(overlap))
    direction = aligned - abs(overlap) * psi
    sine = float(np.linalg.norm(direction))
    angle = float(np.arctan2(sine, abs(overlap)))
    velocity = direction * (angle / sine if sine > 1e-14 else 1.0)
    # Unpenalised, |v|^2 = (2 / N) |v|_FS^2 = Re b^dagger v, so b = (2 / N) v.
    b = 2.0 / metric.size * (basis.conj() @ velocity).real
    residual = 0.0
    for exponent in rungs(metric)[1:]:
        b, residual = _solve(metric.relaxed(float(exponent)), psi, phi, basis, b)
    return _solve(metric, psi, phi, basis, b) if residual == 0.0 else (b, residual)


def _solve(
    metric: PauliMetric, psi: Complex, phi: Complex, basis: Complex, guess: Real
) -> tuple[Real, float]:
    """Least squares on the part of ``U(1) psi`` off the ray of phi; Jacobian by M."""
    evaluate = _end_off_ray(metric, psi, phi, basis)
    solution = scipy.optimize.least_squares(
        lambda b: evaluate(b)[0],
        guess,
        jac=lambda b: evaluate(b)[1],
        method="lm",
        xtol=1e-15,
        ftol=1e-15,
        gtol=1e-15,
        max_nfev=60,
    )
    return solution.x, float(np.linalg.norm(evaluate(solution.x)[0]))


def _end_off_ray(
    metric: PauliMetric, psi: Complex, phi: Complex, basis: Complex
) -> Callable[[Real], tuple[Real, Real]]:
    endpoint = dense_map(metric, 1e-12)
    momenta = horizontal_momentum(psi, basis)
    off_ray = tangent_basis(phi)

    def evaluate(b: Real) -> tuple[Real, Real]:
        g, derivative = endpoint((b @ momenta)[None])
        moved = g[0] @ psi
        columns = g[0] @ (metric.hat((derivative[0] @ momenta.T).T) @ psi).T
        return (off_ray.conj() @ moved).real, (off_ray.conj() @ columns).real

    return evaluate
