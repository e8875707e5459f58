"""The boundary-value problem of landmarks: the geodesic that ends where it should, by shooting.

The unknown is the initial velocity x in an orthonormal frame at the start, so that |x| is the length,
and what is missing at the end is measured in one at the goal.  The derivative of the flow is then near
the identity for short geodesics, and leaves it as Jacobi fields do, by curvature: damping sees the
geometry, and not the condition of K(q).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_integer, check_positive
from qgeom._typing import Integer, Real
from qgeom.diffeo.kernels import RadialKernel
from qgeom.diffeo.landmark_bounds import landmark_distance_bound
from qgeom.diffeo.landmark_derivative import tangent_flow
from qgeom.diffeo.landmarks import (
    Cometric,
    LandmarkPath,
    check_landmarks,
    integrate,
    shoot_landmarks,
)
from qgeom.geodesic.endpoint import EndpointMap
from qgeom.geodesic.least_squares import damped_solve
from qgeom.geodesic.refine import OVERSHOT, RESIDUAL, newton

# In kernel widths.  Jacobi fields of a crowd grow up to exp(length / width): beyond, the residual asked
# for drowns in rounding, and the integrator crawls.
LONGEST = 16.0
# The end of a path that is longer: so far off that no step to it is accepted.
REFUSED = 1e100
# Relative accuracy of the derivative: an inexact Newton step reduces the residual by as much.
DERIVATIVE_TOLERANCE = 1e-9
# Points of a path, where nothing is said.
POINTS = 21


@dataclass(frozen=True, eq=False)
class LandmarkMatch:
    """What shooting found between two configurations, or a batch of pairs of leading shape ``...``.

    Attributes
    ----------
    path
        The geodesic; ``path.length`` bounds the distance from above where it converged.
    lower
        Lower bound of the distance, (...) (`landmark_distance_bound`).
    steps
        Newton steps, those that were rejected and repeated with more damping included, (...).
    residual
        ``|goal - q(1)| / width`` in the metric at the goal, (...): the distance that is missing, to
        first order.
    converged
        Whether the residual is what was asked for, (...).
    status
        A sentence.
    """

    path: LandmarkPath
    lower: Real
    steps: Integer
    residual: Real
    converged: np.ndarray
    status: str


def match_landmarks(
    kernel: RadialKernel,
    start: Real,
    goal: Real,
    *,
    times: Real | None = None,
    residual: float = RESIDUAL,
    iterations: int = 40,
    tolerance: float = 1e-12,
    throw: bool = False,
) -> LandmarkMatch:
    """Geodesics between configurations of landmarks, by damped Newton steps from rest.

    The first step is the straight line.  A geodesic that is found need not be the shortest; compare
    with ``lower``.

    Parameters
    ----------
    kernel
        The kernel of the metric.
    start, goal
        q(0) and q(1), (..., N, D); the pairs of a batch are independent.
    times
        Where to record the path within [0, 1]; default: 21 times.
    residual
        Endpoint residual asked for.
    iterations
        Newton steps at most.
    tolerance
        Local error per step of the integrator.
    throw
        Raise if a pair does not converge, instead of returning the best attempt with its status.

    Raises
    ------
    ValueError
        For shapes that do not broadcast, landmarks that coincide or nearly so, or options out of
        range.
    RuntimeError
        If a pair does not converge and `throw` is set.

    Examples
    --------
    A pair on a line that closes in from r = 1 to 1/2: ``d = int dr / sqrt(2 (k(0) - k(r)))``.

    >>> from qgeom.diffeo.kernels import Gaussian
    >>> pair = np.array([[-0.5], [0.5]])
    >>> found = match_landmarks(Gaussian(1.0), pair, 0.5 * pair)
    >>> round(float(found.lower), 6), round(float(found.path.length), 6)
    (0.740579, 0.740579)
    """
    start, goal = check_landmarks(start=start, goal=goal)
    wanted = check_positive("residual", residual)
    check_integer("iterations", iterations, 1)
    lead, shape = start.shape[:-2], start.shape[-2:]
    shooting = _Shooting(
        kernel=kernel,
        start=start.reshape(-1, *shape),
        goal=goal.reshape(-1, *shape),
        inward=Cometric.at(kernel, start.reshape(-1, *shape)).coframe(),
        outward=Cometric.at(kernel, goal.reshape(-1, *shape)).coframe(),
        tolerance=check_positive("tolerance", tolerance),
        steps=np.zeros(int(np.prod(lead)), dtype=np.int64),
    )
    rest = np.zeros((len(shooting.start), shape[0] * shape[1]))
    everyone = np.arange(len(rest))
    # Newton overshoots what it is asked for; `steps` shall count what that took, and no more.
    found = newton(
        shooting.endpoint(everyone),
        shooting.gap,
        rest,
        residual=wanted / OVERSHOT,
        iterations=iterations,
    )
    path = shoot_landmarks(
        kernel,
        start,
        shooting.momenta(found.momentum, everyone).reshape(start.shape),
        times=np.linspace(0.0, 1.0, POINTS) if times is None else times,
        tolerance=tolerance,
    )
    status = _status(found.residual, wanted, shooting.steps)
    converged = found.residual <= wanted
    if throw and not converged.all():
        raise RuntimeError(status)
    return LandmarkMatch(
        path=path,
        lower=landmark_distance_bound(kernel, start, goal),
        steps=shooting.steps.reshape(lead),
        residual=found.residual.reshape(lead),
        converged=converged.reshape(lead),
        status=status,
    )


@dataclass(frozen=True, eq=False)
class _Shooting:
    """The endpoint map x -> q(1) of B pairs, x (B, N D) in widths, with a count of the steps."""

    kernel: RadialKernel
    start: Real
    goal: Real
    inward: Real  # coframes at the start and at the goal, (B, N, N)
    outward: Real
    tolerance: float
    steps: Integer

    def momenta(self, x: Real, index: Integer) -> Real:
        """p(0) of unknowns x of the pairs `index`, (A, N, D)."""
        return self.kernel.width * self.inward[index] @ x.reshape(-1, *self.start.shape[1:])

    def gap(self, ends: Real, index: Integer) -> Real:
        """What is missing at the end, (A, N D) in the frame at the goal."""
        missing = (self.goal[index] - ends) / self.kernel.width
        return (self.outward[index].swapaxes(-1, -2) @ missing).reshape(len(ends), -1)

    def ends(self, x: Real, index: Integer) -> Real:
        """q(1), (A, N, D); REFUSED where |x| is too long."""
        ends = np.full((len(x), *self.start.shape[1:]), REFUSED)
        short = np.linalg.norm(x, axis=-1) <= LONGEST
        if short.any():
            chosen = index[short]
            momenta, time = self.momenta(x[short], chosen), np.array([1.0])
            along = integrate(self.kernel, self.start[chosen], momenta, time, self.tolerance)
            ends[short] = along[0, :, 0]
        return ends

    def derivative(self, x: Real, index: Integer) -> Real:
        """Of the end in the frame at the goal, along x, (A, N D, N D)."""
        count, (size, dim) = len(x), self.start.shape[1:]
        kicks = np.stack([np.zeros((size * dim, size * dim)), np.eye(size * dim)])
        momenta = self.momenta(x, index)
        columns = tangent_flow(
            self.kernel, self.start[index], momenta, kicks, DERIVATIVE_TOLERANCE
        )[1]
        whole = columns[:, 0].reshape(count, size, dim, size, dim)
        framed = np.einsum(
            "bim,bikjl,bjn->bmknl", self.outward[index], whole, self.inward[index], optimize=True
        )
        return framed.reshape(count, size * dim, size * dim)

    def endpoint(self, index: Integer) -> EndpointMap:
        """The endpoint map of the pairs `index`."""

        def step(x: Real, gap: Real, damping: Real) -> Real:
            self.steps[index] += 1
            return damped_solve(self.derivative(x, index), gap, damping)

        return EndpointMap(
            ends=lambda x: self.ends(x, index),
            step=step,
            frame=np.ones(self.start[0].size),
            restrict=lambda chosen: self.endpoint(index[chosen]),
        )


def _status(residual: Real, wanted: float, steps: Integer) -> str:
    missed = int(np.count_nonzero(~(residual <= wanted)))
    worst, most = residual.max(), steps.max()
    if not missed:
        return f"Converged: endpoint residual {worst:.1e} after {most} Newton steps at most."
    return (
        f"Did not converge: {missed} of {len(residual)} with an endpoint residual up to {worst:.1e} "
        f"after {most} Newton steps at most; none longer than {LONGEST:g} widths is looked for."
    )
