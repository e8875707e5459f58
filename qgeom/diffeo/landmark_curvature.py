r"""Curvature of the landmark metric, from the cometric alone: no Christoffel symbols, no inverse metric.

With constant covectors a, b, the fields ``u = a# = K(q) a``, ``v = b# = K(q) b`` and norms of covectors,

    <R(u, v) v, u> = 1/2 u u |b|^2 + 1/2 v v |a|^2 - 1/2 (u v + v u) <a, b>
                     + 1/4 |d<a, b>|^2 - 1/4 <d|a|^2, d|b|^2> - 3/4 |[u, v]|^2,

where ``u v f`` derives f along v and then along u (Micheli, Michor and Mumford, Sectional curvature in
terms of the cometric, arXiv:1009.2637; TEMPLATE_MATCHING.md section 3.2).  Curvature scales like
``1 / s^2`` where ``k(0) = 1``.
"""

from __future__ import annotations

import numpy as np

from qgeom._checks import check_choice, check_integer, fail
from qgeom._typing import Real
from qgeom.diffeo.kernels import RadialKernel
from qgeom.diffeo.landmarks import Cometric, check_landmarks

PLANE_LAWS = ("metric", "momentum", "velocity")
# Sine of the angle below which two covectors span no plane: Gram-Schmidt loses 10 of 16 digits there.
PLANE_TOLERANCE = 1e-10
# Planes are evaluated in batches of about this many numbers (N^2 D each), which fit the caches.
BATCH = 2**17


def landmark_curvature(kernel: RadialKernel, points: Real, a: Real, b: Real) -> Real:
    """Sectional curvature of the planes of the velocities ``K a`` and ``K b``.

    Each pair is orthonormalised first, so that thin planes stay accurate.

    Parameters
    ----------
    kernel
        The kernel of the metric.
    points
        Configurations, (..., N, D).
    a, b
        Covectors (momenta), (..., N, D); all leading axes broadcast.

    Returns
    -------
    (...)

    Raises
    ------
    ValueError
        For shapes that do not broadcast, landmarks that coincide, or covectors that span no plane.

    Examples
    --------
    Two landmarks on a line: ``(g0 - g) g'' / (g0 + g) - (2 g0 - g) g'^2 / (g0 + g)^2``.

    >>> from qgeom.diffeo.kernels import Gaussian
    >>> pair = np.array([[0.0], [1.7]])
    >>> float(landmark_curvature(Gaussian(1.0), pair, pair, 1 + pair).round(10))
    0.0899969202
    """
    points, a, b = check_landmarks(points=points, a=a, b=b)
    cometric = Cometric.at(kernel, points)
    coframe = cometric.coframe()
    return sectional_numerator(cometric, coframe, *_orthonormal(cometric, a, b))


def landmark_ricci(kernel: RadialKernel, points: Real, a: Real) -> Real:
    """Ricci curvature ``Ric(v, v) / |v|^2`` in the direction of the velocity ``v = K a``.

    It is the sum of the sectional curvatures of the planes of v and each of N D - 1 velocities that
    complete it to an orthonormal frame.  Along a geodesic: of ``path.points`` and ``path.momenta``.

    Parameters
    ----------
    kernel
        The kernel of the metric.
    points, a
        Configurations and covectors (momenta), (..., N, D); leading axes broadcast.

    Returns
    -------
    (...)

    Raises
    ------
    ValueError
        For shapes that do not broadcast, landmarks that coincide, or a covector of norm 0.

    Examples
    --------
    Two landmarks on a line have one plane only:

    >>> from qgeom.diffeo.kernels import Gaussian
    >>> pair = np.array([[0.0], [1.7]])
    >>> float(landmark_ricci(Gaussian(1.0), pair, pair).round(10))
    0.0899969202
    """
    points, a = check_landmarks(points=points, a=a)
    cometric = Cometric.at(kernel, points)
    unit = _unit("a", cometric, a)
    size, dim = points.shape[-2:]
    # Each orthonormal covector of the cometric, along each axis of R^D.
    frame = np.einsum("...ik,de->...kdie", cometric.coframe(), np.eye(dim))
    frame = frame.reshape(*frame.shape[:-4], size * dim, size, dim)
    spread = Cometric.at(kernel, points[..., None, :, :])
    return sectional_numerator(spread, spread.coframe(), unit[..., None, :, :], frame).sum(axis=-1)


def sample_landmark_curvature(
    kernel: RadialKernel,
    points: Real,
    count: int,
    *,
    planes: str = "metric",
    rng: np.random.Generator,
) -> Real:
    """Sectional curvatures of random planes at each configuration.

    How many are negative depends on the law of the planes.  Random momenta move a crowd along the few
    cheap directions, those of large K, and there it is negative; planes that are uniform in the
    metric meet all directions alike.

    Parameters
    ----------
    kernel
        The kernel of the metric.
    points
        Configurations, (..., N, D) with N D >= 2.
    count
        Planes for each.
    planes
        Law of the two vectors of a plane: "metric" (uniform in the metric), "momentum" or "velocity"
        (independent standard normal entries of the momenta or the velocities).
    rng
        Source of the planes.

    Returns
    -------
    (..., count)

    Raises
    ------
    ValueError
        For a wrong shape, landmarks that coincide, N D = 1, a count below 1, or an unknown law.

    Examples
    --------
    Two landmarks on a line have one plane only:

    >>> from qgeom.diffeo.kernels import Gaussian
    >>> pair, rng = np.array([[0.0], [1.7]]), np.random.default_rng(0)
    >>> sample_landmark_curvature(Gaussian(1.0), pair, 2, rng=rng)
    array([0.08999692, 0.08999692])
    """
    (points,) = check_landmarks(points=points)
    check_integer("count", count, 1)
    check_choice("planes", planes, PLANE_LAWS)
    *lead, size, dim = points.shape
    if size * dim < 2:
        raise fail("points", "span a plane", "is one number")
    cometric = Cometric.at(kernel, points[..., None, :, :])
    coframe = cometric.coframe()
    rows = max(1, BATCH // (points.size * size))
    values = []
    for begin in range(0, count, rows):
        shape = (2, *lead, min(rows, count - begin), size, dim)
        a, b = _law(planes, coframe, rng.normal(size=shape))
        values.append(sectional_numerator(cometric, coframe, *_orthonormal(cometric, a, b)))
    return np.concatenate(values, axis=-1)


def _law(planes: str, coframe: Real, normal: Real) -> Real:
    """Covectors of standard normal numbers (2, ..., N, D)."""
    if planes == "momentum":
        return normal
    if planes == "velocity":
        normal = coframe.swapaxes(-1, -2) @ normal
    return coframe @ normal


def sectional_numerator(cometric: Cometric, coframe: Real, a: Real, b: Real) -> Real:
    """``<R(u, v) v, u>`` of ``u = K a`` and ``v = K b``, biquadratic; `coframe` is that of `cometric`."""
    u, v = cometric.raise_(a), cometric.raise_(b)
    along_u, along_v = cometric.change(u), cometric.change(v)
    # Derivatives of the fields a# and b#: the first letter says along which.
    ua, ub, va, vb = along_u @ a, along_u @ b, along_v @ a, along_v @ b
    aa, ab, bb = (cometric.gradient(x, y) for x, y in ((a, a), (a, b), (b, b)))
    second = (
        _pair(b, cometric.second_change(u, u) @ b)
        + _pair(a, cometric.second_change(v, v) @ a)
        - 2.0 * _pair(a, cometric.second_change(u, v) @ b)
        + _pair(bb, ua)
        + _pair(aa, vb)
        - _pair(ab, ub + va)
    )
    bracket = coframe.swapaxes(-1, -2) @ (ub - va)
    first = cometric.inner(ab, ab) - cometric.inner(aa, bb) - 3.0 * _pair(bracket, bracket)
    return 0.5 * second + 0.25 * first


def _unit(name: str, cometric: Cometric, a: Real) -> Real:
    length = np.sqrt(cometric.inner(a, a))
    if not (length > 0).all():
        raise fail(name, "be a direction", "has norm 0")
    return a / length[..., None, None]


def _orthonormal(cometric: Cometric, a: Real, b: Real) -> tuple[Real, Real]:
    a, b = _unit("a", cometric, a), _unit("b", cometric, b)
    b = b - cometric.inner(a, b)[..., None, None] * a
    sine = np.sqrt(cometric.inner(b, b))
    if not (sine > PLANE_TOLERANCE).all():
        raise fail("a, b", "span planes", f"have an angle with the sine {sine.min():.3g}")
    return a, b / sine[..., None, None]


def _pair(a: Real, v: Real) -> Real:
    return np.einsum("...ik,...ik->...", a, v)
