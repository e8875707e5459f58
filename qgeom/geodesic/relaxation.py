r"""Curve shortening: paths with fixed ends relax to geodesics that are local minima of the energy.

Shooting solves for a root, so it also finds saddles, and it stalls at conjugate points.  Here the
unknown is the whole path, velocities u(t).  With fixed ends a variation obeys
``int Ad_{g^-1} du dt = gap``, ``gap = log(g(1)^-1 target)``, and the path of least energy
``1/2 int |u|^2 dt`` under this constraint, linearised at the current path, is

    u_new(t) = I^-1 Ad*_{g(t)^-1} m,   (int Ad_{g^-1} I^-1 Ad*_{g^-1} dt) m = gap + int Ad_{g^-1} u dt.

``u_new - u`` is minus the gradient of the energy on the paths with these ends, in the L^2 metric of
the inertia, and the operator on the left, the Gramian of the path, is positive definite whether or not
the end is conjugate.  At a fixed point u(t) is the geodesic of momentum m.  So small steps descend to
a local minimum, which has no conjugate point inside; a little noise on the start leaves saddles.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qgeom._linalg import dagger
from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.algebra.paulis import (
    pauli_coefficients,
    pauli_matrix,
    pauli_rescale,
    symplectic_layout,
)
from qgeom.geodesic.refine import Watch, endpoint_residual
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric

# Step and momentum of the descent.  The Hessian is 1 plus curvature: at steps of 1 it oscillates.
STEP, INERTIA, FREE_STEPS = 0.5, 0.6, 5
# Conjugate gradients on the Gramian: warm starts make most solves a few iterations.
GRAMIAN_ACCURACY, GRAMIAN_ITERATIONS = 1e-3, 100

# A matrix path may grow by e to this power; one that runs away is left where it is.
LARGEST_STRETCH = 10.0

# Cosines in time that make up the noise on a start: smooth, so that paths settle in few steps.
WAVES = 4

Gramian = Callable[[Covector], Vector]


@dataclass(frozen=True)
class End:
    """What the end of a path has to meet: k equations.

    Attributes
    ----------
    gap
        Ends (B, N, N) -> what is missing, (B, k).
    pull
        Effect on the gap of motions ``dg = g hat(x)`` at a met end, (B, dim) -> (B, k).
    push
        The transposed map, (B, k) -> momenta (B, dim).
    """

    gap: Callable[[Matrix], Real]
    pull: Callable[[Vector], Real]
    push: Callable[[Real], Covector]


def reach(metric: RightInvariantMetric, target: Matrix) -> End:
    """Return the condition to end at a group element (N, N)."""
    return End(lambda ends: endpoint_residual(metric, ends, target), lambda x: x, lambda m: m)


def smooth_noise(
    metric: RightInvariantMetric, count: int, pieces: int, rng: np.random.Generator
) -> Vector:
    """Random sums of a few cosines in time, of speed about 1, (count, pieces, dim)."""
    times = (np.arange(pieces) + 0.5) / pieces
    cosines = np.cos(np.pi * np.arange(WAVES)[:, None] * times)
    amplitudes = rng.normal(size=(count, WAVES, metric.dim))
    scale = metric.frame * np.sqrt(WAVES * metric.dim / 2)
    return np.einsum("bwa,wk->bka", amplitudes, cosines) / scale


@dataclass(frozen=True, eq=False)
class Relaxed:
    """Paths (B, pieces, dim) after relaxation.

    Attributes
    ----------
    momentum
        Initial momenta (B, dim) of the geodesics that the paths approach.
    velocities
        u on each piece, (B, pieces, dim).
    change
        Relative size of the last ``u_new - u``, (B,): 0 at a geodesic.
    """

    momentum: Covector
    velocities: Vector
    change: Real


def relax(
    metric: RightInvariantMetric,
    end: End,
    velocities: Vector,
    *,
    accuracy: float = 0.02,
    iterations: int = 400,
    watch: Watch | None = None,
) -> Relaxed:
    """Relax paths from the identity towards geodesics with a given end, many at once.

    Parameters
    ----------
    metric
        The metric.
    end
        The condition at the end, e.g. ``reach(metric, target)``.
    velocities
        Constant velocity of each of the equal pieces, (B, pieces, dim); the ends need not fit.  On
        three qubits 20 pieces are enough for Newton's method to converge from what they relax to.
    accuracy
        Relative change of the velocities to stop at; Newton (`refine`) does the rest.
    iterations
        Steps at most.
    watch
        Called with a message before each step.

    Examples
    --------
    On a squashed sphere the straight line along the costly axis is a saddle beyond ``theta = pi / q``;
    the relaxed path has the length ``sqrt(pi^2 - q (pi - theta)^2 / (q - 1))``.

    >>> from qgeom.metric.penalties import custom
    >>> berger = PauliMetric(1, custom({"Z": 4.0}))
    >>> line = np.zeros((1, 40, 3)) + [0.0, 0.0, 1.5]
    >>> noise = 0.1 * np.random.default_rng(0).normal(size=line.shape)
    >>> end = berger.exp(np.array([0.0, 0.0, 1.5]))
    >>> found = relax(berger, reach(berger, end), line + noise, accuracy=1e-3)
    >>> length = float(berger.norm(berger.raise_(found.momentum))[0])
    >>> bool(abs(length - np.sqrt(np.pi**2 - 4 / 3 * (np.pi - 1.5) ** 2)) < 1e-2)
    True
    """
    u, before = velocities.copy(), velocities.copy()
    momentum, change = np.zeros((len(u), metric.dim)), np.full(len(u), np.inf)
    dual = end.pull(momentum)
    for i in range(iterations):
        active = np.flatnonzero((change > accuracy) & _tame(metric, u))
        if not len(active):
            break
        if watch is not None:
            watch(f"relaxation step {i + 1}, change {float(change[active].max()):.1e}")
        path = u[active]
        nodes, ends = _curve(metric, path)
        pulled = metric.adjoint(metric.inverse(nodes), path).mean(axis=1)
        wanted = end.pull(pulled) + end.gap(ends)
        dual[active] = _solve(_reduced(_gramian(metric, nodes), end), wanted, dual[active])
        momentum[active] = end.push(dual[active])
        moved = metric.raise_(metric.transport(nodes, momentum[active, None])) - path
        change[active] = _speed(metric, moved) / np.maximum(_speed(metric, path), 1e-300)
        drift = INERTIA * (path - before[active]) if i > FREE_STEPS else 0.0
        before[active], u[active] = path, path + STEP * moved + drift
    return Relaxed(momentum, u, change)


def _curve(metric: RightInvariantMetric, velocities: Vector) -> tuple[Matrix, Matrix]:
    """Group elements in the middle of each piece (B, pieces, N, N), and at the end (B, N, N)."""
    pieces = velocities.shape[1]
    half = metric.exp(velocities / (2 * pieces))
    middle = np.empty_like(half)
    g = np.broadcast_to(metric.identity, half[:, 0].shape)
    for k in range(pieces):
        middle[:, k] = half[:, k] @ g
        g = half[:, k] @ middle[:, k]
    return middle, g


def _tame(metric: RightInvariantMetric, velocities: Vector) -> np.ndarray:
    """Where a path (B, pieces, dim) stays within range of double precision: always if compact."""
    if metric.compact:
        return np.ones(len(velocities), dtype=bool)
    stretch = np.linalg.norm(metric.hat(velocities), axis=(-2, -1)).mean(axis=1)
    return stretch < LARGEST_STRETCH


def _speed(metric: RightInvariantMetric, velocities: Vector) -> Real:
    """Root mean square speed of each path, (B,)."""
    return np.sqrt(metric.inner(velocities, velocities).mean(axis=1))


def _gramian(metric: RightInvariantMetric, nodes: Matrix) -> Gramian:
    """``m -> mean over the nodes of Ad_{g^-1} I^-1 Ad*_{g^-1} m``, momenta (B, dim) to vectors."""
    back = metric.inverse(nodes)
    if not isinstance(metric, PauliMetric):
        return lambda m: metric.adjoint(
            back, metric.raise_(metric.transport(nodes, m[:, None]))
        ).mean(axis=1)
    # In matrix form the transform to coefficients is paid once a path, not once a node.
    layout = symplectic_layout(1.0 / metric.inertia, metric.n_qubits)

    def apply(m: Covector) -> Vector:
        turned = nodes @ pauli_matrix(m)[:, None] @ dagger(nodes)
        return pauli_coefficients((back @ pauli_rescale(turned, layout) @ nodes).mean(axis=1))

    return apply


def _reduced(gramian: Gramian, end: End) -> Gramian:
    """The Gramian as the condition at the end sees it."""
    return lambda b: end.pull(gramian(end.push(b)))


def _solve(gramian: Gramian, wanted: Vector, guess: Covector) -> Covector:
    """Conjugate gradients for a positive definite operator, a batch (B, dim) at once."""
    x = guess
    rest = wanted - gramian(x)
    direction = rest.copy()
    square = np.sum(rest**2, axis=-1)
    goal = GRAMIAN_ACCURACY**2 * np.sum(wanted**2, axis=-1)
    for _ in range(GRAMIAN_ITERATIONS):
        going = square > goal
        if not going.any():
            break
        image = gramian(direction)
        curvature = np.sum(direction * image, axis=-1)
        step = np.where(going, square / np.where(going, curvature, 1.0), 0.0)[:, None]
        x = x + step * direction
        rest = rest - step * image
        before, square = square, np.sum(rest**2, axis=-1)
        direction = rest + (square / np.maximum(before, 1e-300))[:, None] * direction
    return x
