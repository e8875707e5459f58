"""Curvature of a right-invariant metric, written once for every algebra.

Two routes to the same numbers: Arnold's formula, and the Riemann tensor of the Levi-Civita
connection.  Curvature scales inversely to the metric: without the 1/N of the trace, all curvatures
are N times smaller.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar

import numpy as np

from qgeom._checks import check_vector, fail
from qgeom._typing import Real, Vector
from qgeom.metric.graded import SparseVector
from qgeom.metric.invariant import RightInvariantMetric, check_riemannian
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.structure import structure_constants
from qgeom.readings.ricci import pauli_ricci

# Sine of the angle below which two vectors span no plane: Gram-Schmidt loses 10 of 16 digits there.
PLANE_TOLERANCE = 1e-10
# Arnold's formula holds about this many complex N x N matrices of each plane at its peak.
MATRICES_PER_PLANE = 16
# A batch that fits the caches is faster than a large one, and far below any memory limit.
BATCH_BYTES = 2**21

Element = TypeVar("Element", Real, SparseVector)


class Inertial(Protocol[Element]):
    """What Arnold's formula asks of a metric, on arrays of coordinates or on sparse vectors."""

    def bracket(self, x: Element, y: Element) -> Element:
        """Lie bracket ``[x, y]``."""

    def coadjoint(self, x: Element, m: Element) -> Element:
        """``ad*_x m``."""

    def lower(self, x: Element) -> Element:
        """Momentum of a velocity."""

    def raise_(self, m: Element) -> Element:
        """Velocity of a momentum."""

    def inner(self, x: Element, y: Element) -> Any:
        """Inner products, (...) for arrays and a scalar for sparse vectors."""

    def norm(self, x: Element) -> Any:
        """Lengths."""


def sectional_numerator(metric: RightInvariantMetric, x: Vector, y: Vector) -> Real:
    """Arnold's formula: ``<R(x, y) y, x>``, biquadratic in x and y, with no division by the area.

    ``|d|^2 + 2 <a, b> - 3 |a|^2 - <B(x, x), B(y, y)>`` with ``<B(x, y), z> = <x, [y, z]>``,
    ``d = (B(x, y) + B(y, x)) / 2``, ``b = (B(x, y) - B(y, x)) / 2`` and ``a = [x, y] / 2``.  Every
    term is even in the bracket, so that left- and right-invariant metrics share it (Arnold 1966;
    MATH.md section 4).

    Parameters
    ----------
    metric
        Any right-invariant metric.
    x, y
        Vectors (..., dim); leading axes broadcast.

    Returns
    -------
    (...)

    Raises
    ------
    ValueError
        If a vector has another last axis than dim, is complex, or is not finite; for infinite costs.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom
    >>> berger = PauliMetric(1, custom({"Z": 5.0}))
    >>> sectional_numerator(berger, np.array([1.0, 0, 0]), 2 * np.eye(3)[1:])  # 4 (4 - 3q), 4 q^2
    array([-44., 100.])
    """
    check_riemannian("metric", metric)
    return arnold(metric, check_vector("x", x, metric.dim), check_vector("y", y, metric.dim))


def sectional_curvature(metric: RightInvariantMetric, x: Vector, y: Vector) -> Real:
    """Sectional curvature of the planes span(x, y).

    ``K = <R(x, y) y, x> / (|x|^2 |y|^2 - <x, y>^2)``.  Each pair is orthonormalised first, so that
    thin planes stay accurate.

    Parameters
    ----------
    metric
        Any right-invariant metric.
    x, y
        Vectors (..., dim); leading axes broadcast.

    Returns
    -------
    (...)

    Raises
    ------
    ValueError
        If a vector has another last axis than dim, x and y are (nearly) parallel, or a cost is
        infinite.

    Examples
    --------
    Berger sphere, costs (1, 1, q): ``K(X, Y) = 4 - 3q`` and ``K(X, Z) = q``.

    >>> from qgeom.metric.penalties import custom
    >>> berger = PauliMetric(1, custom({"Z": 5.0}))
    >>> sectional_curvature(berger, np.array([1.0, 0, 0]), np.eye(3)[1:])
    array([-11.,   5.])
    """
    check_riemannian("metric", metric)
    first = check_vector("x", x, metric.dim)
    first, second = orthonormal(metric, first, check_vector("y", y, metric.dim))
    return arnold(metric, first, second)


def levi_civita(metric: RightInvariantMetric, x: Vector, y: Vector) -> Vector:
    """Levi-Civita derivative ``nabla_x y`` of right-invariant fields, given at the identity.

    ``nabla_x y = 1/2 (-[x, y] + B(y, x) + B(x, y))`` with B of `sectional_numerator`.  It is
    torsion-free, since right-invariant fields bracket to ``-[x, y]``, and metric, since
    ``<nabla_x y, y> = 0`` (QUANTUM_GEOMETRY.md 2.5).

    Raises
    ------
    ValueError
        If a vector has another last axis than dim, or a cost is infinite.

    Examples
    --------
    At cost 1 the metric is bi-invariant and ``nabla_x y = -[x, y] / 2``.

    >>> from qgeom.metric.penalties import nielsen
    >>> levi_civita(PauliMetric(1, nielsen(1.0)), np.array([1.0, 0, 0]), np.array([0, 1.0, 0]))
    array([ 0.,  0., -1.])
    """
    check_riemannian("metric", metric)
    return _nabla(metric, check_vector("x", x, metric.dim), check_vector("y", y, metric.dim))


def riemann(metric: RightInvariantMetric, x: Vector, y: Vector, z: Vector) -> Vector:
    """Riemann tensor ``R(x, y) z``, the second route to the curvature.

    ``R(x, y) z = nabla_x nabla_y z - nabla_y nabla_x z + nabla_[x,y] z``, where the plus sign comes
    from the field bracket ``-[x, y]``.  For orthonormal x, y: ``K = <R(x, y) y, x>``
    (QUANTUM_GEOMETRY.md 2.6).

    Raises
    ------
    ValueError
        If a vector has another last axis than dim, or a cost is infinite.

    Examples
    --------
    SU(2) at cost 1 has ``K = 1``, so that ``R(x, y) y = x``.

    >>> from qgeom.metric.penalties import nielsen
    >>> x, y = np.array([1.0, 0, 0]), np.array([0, 1.0, 0])
    >>> riemann(PauliMetric(1, nielsen(1.0)), x, y, y) + 0.0
    array([1., 0., 0.])
    """
    check_riemannian("metric", metric)
    x, y = check_vector("x", x, metric.dim), check_vector("y", y, metric.dim)
    z = check_vector("z", z, metric.dim)
    return (
        _nabla(metric, x, _nabla(metric, y, z))
        - _nabla(metric, y, _nabla(metric, x, z))
        + _nabla(metric, metric.bracket(x, y), z)
    )


def ricci_curvature(metric: RightInvariantMetric, x: Vector | None = None) -> Real:
    """Ricci curvature ``Ric(x, x) / <x, x>``: the sum of K over an orthonormal frame around x.

    Parameters
    ----------
    metric
        Any right-invariant metric.
    x
        Directions (..., dim), or None for all basis directions (O(n 4^n) on qubits, else O(dim^2)
        evaluations of Arnold's formula).

    Returns
    -------
    (...), or (dim,) for all basis directions.

    Raises
    ------
    ValueError
        If `x` has another last axis than dim or is zero, or a cost is infinite.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom
    >>> ricci_curvature(PauliMetric(1, custom({"Z": 5.0})))  # 4 - 2q, 4 - 2q, 2q
    array([-6., -6., 10.])
    """
    check_riemannian("metric", metric)
    if x is None:
        if isinstance(metric, PauliMetric):
            return pauli_ricci(metric)
        x = np.eye(metric.dim)
    directions = check_vector("x", x, metric.dim)
    norms = metric.norm(directions)
    if not norms.all():
        raise fail("x", "be a direction", "is zero")
    units = (directions / norms[..., None]).reshape(-1, metric.dim)
    return np.array([_frame_sum(metric, unit) for unit in units]).reshape(norms.shape)


def ricci_tensor(metric: RightInvariantMetric) -> Real:
    """Ricci tensor ``Ric(e_a, e_b)`` in the metric's coordinates, (dim, dim).

    With structure constants c in an orthonormal frame and the trace vector ``<Z, x> = tr ad_x``,
    ``Ric(x, y) = -1/2 <ad_x, ad_y> - 1/2 tr(ad_x ad_y) + 1/4 sum_ij <[e_i, e_j], x> <[e_i, e_j], y>
    - 1/2 (<[Z, x], y> + <[Z, y], x>)`` (Besse, Einstein Manifolds, 7.38, polarised).

    Raises
    ------
    ValueError
        If ``dim > 300``, or a cost is infinite.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom
    >>> ricci_tensor(PauliMetric(1, custom({"Z": 5.0})))  # diagonal: q_a Ric_a
    array([[-6.,  0.,  0.],
           [ 0., -6.,  0.],
           [ 0.,  0., 50.]])
    """
    check_riemannian("metric", metric)
    scale = np.sqrt(metric.inertia)
    c = structure_constants(metric)
    c *= scale
    c /= scale[:, None]
    c /= scale[:, None, None]
    killing, brackets, images = (np.zeros((metric.dim, metric.dim)) for _ in range(3))
    for ad, slab in zip(c, c.swapaxes(0, 1), strict=True):
        # ad[j, k] = <[e_i, e_j], e_k> and slab[a, k] = <[e_a, e_i], e_k> for one i.
        brackets += slab @ slab.T
        images += ad.T @ ad
    for k in range(metric.dim):
        killing += c[:, :, k] @ c[:, k, :].T
    trace = np.einsum("aii->a", c)
    drift = np.tensordot(trace, c, 1)
    tensor = images / 4 - (brackets + killing + drift + drift.T) / 2
    return tensor * scale * scale[:, None] + 0.0


def scalar_curvature(metric: RightInvariantMetric) -> float:
    """Scalar curvature: the trace of the Ricci tensor, the sum of K over ordered pairs of a frame.

    Raises
    ------
    ValueError
        If a cost is infinite.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom
    >>> scalar_curvature(PauliMetric(1, custom({"Z": 5.0})))  # 2 (4 - q)
    -2.0
    """
    return float(ricci_curvature(metric).sum())


def planes_per_batch(metric: RightInvariantMetric) -> int:
    """How many planes to hand to Arnold's formula at once so that its arrays stay small."""
    numbers = MATRICES_PER_PLANE * max(metric.size**2, metric.dim)
    return max(1, BATCH_BYTES // (16 * numbers))


def arnold(metric: Inertial[Element], x: Element, y: Element) -> Any:
    """Arnold's formula on checked vectors, dense or sparse (see `sectional_numerator`)."""
    b_xy, b_yx = _coadjoint_b(metric, x, y), _coadjoint_b(metric, y, x)
    a, b, d = metric.bracket(x, y) / 2, (b_xy - b_yx) / 2, (b_xy + b_yx) / 2
    return (
        metric.inner(d, d)
        + 2 * metric.inner(a, b)
        - 3 * metric.inner(a, a)
        - metric.inner(_coadjoint_b(metric, x, x), _coadjoint_b(metric, y, y))
    )


def orthonormal(metric: Inertial[Element], x: Element, y: Element) -> tuple[Element, Element]:
    """Gram-Schmidt of each pair of checked vectors, dense or sparse.

    Raises
    ------
    ValueError
        If a pair is parallel or nearly so.
    """
    norms, lengths = metric.norm(x), metric.norm(y)
    if not norms.all() or not lengths.all():
        raise fail("x, y", "span a plane", "one of them is zero")
    x, y = x / norms[..., None], y / lengths[..., None]
    y = y - metric.inner(x, y)[..., None] * x
    sines = metric.norm(y)
    if (sines < PLANE_TOLERANCE).any():
        raise fail("x, y", "span a plane", f"the sine of their angle is {sines.min():.3g}")
    return x, y / sines[..., None]


def _coadjoint_b(metric: Inertial[Element], x: Element, y: Element) -> Element:
    """``<B(x, y), z> = <x, [y, z]>``."""
    return metric.raise_(metric.coadjoint(y, metric.lower(x)))


def _nabla(metric: RightInvariantMetric, x: Vector, y: Vector) -> Vector:
    return (_coadjoint_b(metric, x, y) + _coadjoint_b(metric, y, x) - metric.bracket(x, y)) / 2


def _frame_sum(metric: RightInvariantMetric, unit: Vector) -> float:
    """Sum of Arnold's formula over planes of `unit` and the normalised basis, batch by batch."""
    batch, total = planes_per_batch(metric), 0.0
    for start in range(0, metric.dim, batch):
        rows = np.arange(start, min(start + batch, metric.dim))
        frame = np.zeros((len(rows), metric.dim))
        frame[rows - start, rows] = 1.0 / np.sqrt(metric.inertia[rows])
        total += float(arnold(metric, unit, frame).sum())
    return total
