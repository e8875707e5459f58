"""Curvature as data of a picture: over costs and sizes, over a family of planes, along a geodesic.

Also random planes of the ideal fluid on the torus, whose algebra has no finite basis to draw from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.integrate

from qgeom._checks import check_choice, check_integer, check_vector, fail
from qgeom._typing import Complex, Integer, Real, Vector
from qgeom.geodesic.continuation import Report
from qgeom.geodesic.curve import Geodesic, check_times
from qgeom.metric.graded import SparseVector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.torus import AREA, TorusMetric
from qgeom.readings.curvature import levi_civita, orthonormal, sectional_curvature
from qgeom.readings.jacobi import jacobi_matrix
from qgeom.readings.sampling import CurvatureSample, sample_curvature
from qgeom.readings.sparse_curvature import sparse_sectional_curvature

TRANSPORTS = ("parallel", "fixed")
FLUID_LAWS = ("metric", "pauli", "coordinate")
# Local error of parallel transport, that of the geodesic itself.
TRANSPORT_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class NegativeShareMap:
    """Shares of negative planes of one law over sizes and costs.

    Attributes
    ----------
    planes
        Law of the planes.
    sizes
        (S,), e.g. numbers of qubits.
    costs
        (C,)
    shares
        (S, C), of `count` planes each.
    """

    planes: str
    sizes: Integer
    costs: Real
    shares: Real
    count: int


def negative_share_map(
    family: Callable[[int, float], RightInvariantMetric],
    sizes: Sequence[int],
    costs: Sequence[float],
    planes: str = "metric",
    count: int = 200,
    *,
    seed: int = 0,
    report: Report | None = None,
) -> NegativeShareMap:
    """Sample the share of negative planes of ``family(n, q)`` for each size n and cost q.

    A share is known to ``1 / sqrt(count)`` at 95 % confidence.  A cell has random numbers of its own,
    given by the seed and its place, and is the same whatever comes after it.

    Raises
    ------
    ValueError
        Without sizes or costs, for a negative seed, or as `sample_curvature`.

    Examples
    --------
    On one qubit with costs (1, 1, q) the planes of the first two directions have ``K = 4 - 3 q``.

    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import custom
    >>> def berger(n, q):
    ...     return PauliMetric(n, custom({"Z": q}))
    >>> negative_share_map(berger, [1], [1.25, 1.5], "local", 10).shares
    array([[0., 1.]])
    """
    seed = check_integer("seed", seed, 0)
    if not len(sizes) or not len(costs):
        raise fail("sizes, costs", "hold at least one of each", "hold none")
    shares = np.empty((len(sizes), len(costs)))
    for row, size in enumerate(sizes):
        for column, cost in enumerate(costs):
            if report is not None:
                done = (row * len(costs) + column) / shares.size
                report(f"planes {planes}, n = {size}, q = {cost:g}", done)
            rng = np.random.default_rng([seed, row, column])
            sample = sample_curvature(family(size, cost), planes, count, rng=rng)
            shares[row, column] = sample.negative_share
    return NegativeShareMap(planes, np.array(sizes), np.array(costs, np.float64), shares, count)


@dataclass(frozen=True, eq=False)
class PlaneFamily:
    """Curvatures (A, B) of the planes ``span(cos a x + sin a x', cos b y + sin b y')``.

    Attributes
    ----------
    first, second
        Angles a, (A,), and b, (B,), in [0, pi].
    """

    metric: RightInvariantMetric
    first: Real
    second: Real
    curvature: Real


def plane_family(
    metric: RightInvariantMetric,
    first: tuple[Vector, Vector],
    second: tuple[Vector, Vector],
    *,
    samples: int = 91,
) -> PlaneFamily:
    """Sectional curvature over a torus of planes, ``span(cos a x + sin a x', cos b y + sin b y')``.

    Parameters
    ----------
    metric
        Any right-invariant metric.
    first, second
        The pairs (x, x') and (y, y') of vectors (dim,), made unit vectors first.
    samples
        Angles from 0 to pi on each axis.

    Raises
    ------
    ValueError
        For fewer than 2 samples, a vector that is zero, or two that span no plane at some angle.

    Examples
    --------
    Berger sphere, costs (1, 1, q = 5): ``cos a X + sin a Z`` with Y, where ``K(X, Y) = 4 - 3 q`` and
    ``K(Z, Y) = q``.

    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import custom
    >>> x, y, z = np.eye(3)
    >>> found = plane_family(PauliMetric(1, custom({"Z": 5.0})), (x, z), (y, y), samples=3)
    >>> found.curvature[:2, 0].round(9)
    array([-11.,   5.])
    """
    angles = np.linspace(0.0, np.pi, check_integer("samples", samples, 2))
    rows, columns = (
        np.outer(np.cos(angles), _unit(metric, name, pair[0]))
        + np.outer(np.sin(angles), _unit(metric, name, pair[1]))
        for name, pair in (("first", first), ("second", second))
    )
    curvature = np.array([sectional_curvature(metric, row, columns) for row in rows])
    return PlaneFamily(metric, angles, angles, curvature)


@dataclass(frozen=True, eq=False)
class CurvatureAlong:
    """Curvature of the planes ``span(u(t), v(t))`` along a geodesic, and a Jacobi field beside it.

    Attributes
    ----------
    times
        (T,)
    curvature
        (T,), sectional curvature of the plane.
    growth
        (T,), length of the Jacobi field with ``J(0) = 0`` and ``J'(0) = v(0)``, a unit vector.
    transport
        "parallel" or "fixed": what v(t) does.
    """

    metric: RightInvariantMetric
    times: Real
    curvature: Real
    growth: Real
    transport: str


def curvature_along(
    geodesic: Geodesic, direction: Vector, times: Real, *, transport: str = "parallel"
) -> CurvatureAlong:
    """Curvature along a geodesic of the plane that its velocity spans with a direction.

    The direction is made a unit vector orthogonal to u(0).  The Jacobi field is ``J = Ad_g M(t) k``
    with ``k = I v(0)`` and M of `jacobi_matrix`; it grows as ``|J| = t - K |u|^2 t^3 / 6 + O(t^4)``.

    Parameters
    ----------
    geodesic
        One geodesic (not a batch).
    direction
        (dim,)
    times
        Increasing, inside [0, duration].
    transport
        "parallel": v(t) is carried along by the Levi-Civita connection, ``v' = -nabla_u v``.
        "fixed": it keeps its right-invariant coordinates.

    Raises
    ------
    ValueError
        For a batch, an unknown transport, times outside the geodesic, infinite costs, or a direction
        parallel to the velocity.

    Examples
    --------
    On the unit 3-sphere, SU(2) at cost 1, ``K = 1`` and ``|J| = sin t``.

    >>> from qgeom.geodesic.flow import shoot
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> x, y, _ = np.eye(3)
    >>> great_circle = shoot(PauliMetric(1, nielsen(1.0)), x, 3.0)
    >>> found = curvature_along(great_circle, y, np.array([1.0, 2.0, 3.0]))
    >>> found.curvature.round(9), (found.growth / np.sin(found.times)).round(9)
    (array([1., 1., 1.]), array([1., 1., 1.]))
    """
    metric = geodesic.metric
    check_choice("transport", transport, TRANSPORTS)
    times = check_times(times, geodesic.duration)
    start = check_vector("direction", direction, metric.dim)
    jacobi = jacobi_matrix(geodesic, times)  # refuses batches
    _, unit = orthonormal(metric, geodesic.velocity, start)
    seen = geodesic.at(times)
    body = jacobi @ metric.lower(unit)
    field = metric.vee(seen.points @ metric.hat(body) @ np.linalg.inv(seen.points))
    carried = unit if transport == "fixed" else parallel(geodesic, unit, times)
    curvature = sectional_curvature(metric, seen.velocities, carried)
    return CurvatureAlong(metric, times, curvature, metric.norm(field), transport)


def parallel(geodesic: Geodesic, direction: Vector, times: Real) -> Vector:
    """Parallel transport of a vector along a geodesic, (T, dim), by ``v' = -nabla_u v``.

    Raises
    ------
    ValueError
        If the direction has another length than dim, or times lie outside the geodesic.

    Examples
    --------
    At cost 1 ``nabla_u v = -[u, v] / 2``: along X the others turn by the angle t.

    >>> from qgeom.geodesic.flow import shoot
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> x, y, _ = np.eye(3)
    >>> line = shoot(PauliMetric(1, nielsen(1.0)), x, 3.0)
    >>> parallel(line, y, np.array([np.pi / 2])).round(8) + 0.0
    array([[0., 0., 1.]])
    """
    metric = geodesic.metric
    start = check_vector("direction", direction, metric.dim)
    times = check_times(times, geodesic.duration)

    def derivative(t: float, v: Real) -> Real:
        velocity = geodesic.at(np.array([min(t, geodesic.duration)])).velocities[0]
        return -levi_civita(metric, velocity, v)

    found = scipy.integrate.solve_ivp(
        derivative,
        (0.0, float(times[-1])),
        start,
        method="DOP853",
        t_eval=times,
        rtol=TRANSPORT_TOLERANCE,
        atol=TRANSPORT_TOLERANCE,
    )
    return found.y.T


def sample_fluid_curvature(
    cutoff: int, planes: str = "metric", count: int = 400, *, rng: np.random.Generator
) -> CurvatureSample:
    """Curvatures, times the area, of random planes of stream functions on the torus.

    Elements are real sums of the waves k with ``max |k_i| <= cutoff``; brackets reach beyond it, and
    nothing is cut off there.  The share therefore belongs to the cutoff, not to SDiff(T^2) alone.

    Parameters
    ----------
    cutoff
        Largest wave number.
    planes
        ``"metric"``: uniform in the kinetic energy.  ``"pauli"``: uniform in the coefficients of the
        stream function.  ``"coordinate"``: two different waves, each a cosine or a sine.  No law is
        ``"local"``: there is no penalty, hence no direction of least cost.
    count
        Number of planes.
    rng
        Source of randomness.

    Raises
    ------
    ValueError
        For a cutoff or count below 1, or another law.

    Examples
    --------
    Arnold's waves never have a positive curvature.

    >>> sample = sample_fluid_curvature(2, "coordinate", 50, rng=np.random.default_rng(0))
    >>> sample.negative + sample.flat
    50
    """
    cutoff, count = check_integer("cutoff", cutoff, 1), check_integer("count", count, 1)
    check_choice("planes", planes, FLUID_LAWS)
    metric, waves = TorusMetric(), _half_plane(cutoff)
    scale = 1.0 / np.linalg.norm(waves, axis=1) if planes == "metric" else np.ones(len(waves))

    def element(amplitudes: Complex) -> SparseVector:
        kept = np.flatnonzero(amplitudes)
        return metric.vector({tuple(waves[i].tolist()): complex(amplitudes[i]) for i in kept})

    values = np.empty(count)
    for i in range(count):
        pair = _fluid_pair(planes, scale, rng)
        values[i] = AREA * sparse_sectional_curvature(metric, element(pair[0]), element(pair[1]))
    return CurvatureSample(values, planes)


def _unit(metric: RightInvariantMetric, name: str, x: Vector) -> Vector:
    x = check_vector(name, x, metric.dim)
    length = float(metric.norm(x))
    if not length:
        raise fail(name, "hold directions", "holds a zero vector")
    return x / length


def _half_plane(cutoff: int) -> Integer:
    """Wave vectors up to the cutoff, one of each pair k, -k."""
    axis = range(-cutoff, cutoff + 1)
    return np.array([(a, b) for a in axis for b in axis if (a, b) > (0, 0)])


def _fluid_pair(planes: str, scale: Real, rng: np.random.Generator) -> Complex:
    """Complex amplitudes of two elements: real parts are cosines, imaginary parts sines."""
    if planes != "coordinate":
        normal = rng.standard_normal((2, len(scale), 2)) * scale[:, None]
        return normal[..., 0] + 1j * normal[..., 1]
    phases = np.zeros((2, 2 * len(scale)), dtype=np.complex128)
    chosen = rng.choice(2 * len(scale), 2, replace=False)
    phases[[0, 1], chosen] = 1.0
    return phases[:, : len(scale)] + 1j * phases[:, len(scale) :]
