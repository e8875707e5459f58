"""Sectional curvature of planes spanned by sparse elements: hundreds of qubits, or of modes."""

from __future__ import annotations

from qgeom._checks import fail
from qgeom.metric.graded import GradedMetric, SparseVector
from qgeom.readings.curvature import arnold, orthonormal


def sparse_sectional_curvature(metric: GradedMetric, x: SparseVector, y: SparseVector) -> float:
    """Sectional curvature of the plane span(x, y), by the formula of `sectional_curvature`.

    Arnold's formula takes five brackets of sparse elements: time and memory grow with the number of
    pairs of terms that do not commute, not with the dimension of the algebra.

    Parameters
    ----------
    metric
        `SparsePauliMetric`, `TorusMetric` or `ZeitlinMetric`, or another graded metric.
    x, y
        Elements made by ``metric.vector``.

    Raises
    ------
    ValueError
        If x or y is no element of the algebra, they are (nearly) parallel, or a cost is infinite.

    Examples
    --------
    On an open chain ``K(XX, ZZ) = 2 (n - 2)(4 - 3q) / (n - 1)^2``: all brackets are ``X_j Y_{j+1}
    Z_{j+2}`` or its mirror image, at cost q.

    >>> from qgeom.metric.penalties import nielsen
    >>> from qgeom.metric.sparse_pauli import SparsePauliMetric, uniform_chain
    >>> metric = SparsePauliMetric(128, nielsen(64.0))
    >>> xx, zz = (metric.vector(uniform_chain(128, {p: 1.0})) for p in ("XX", "ZZ"))
    >>> round(sparse_sectional_curvature(metric, xx, zz) * 127**2, 6)  # 2 * 126 * (4 - 192)
    -47376.0

    Arnold's fluid: ``K = -1 / 2`` over the area for the waves ``cos x1`` and ``cos x2``.

    >>> from qgeom.metric.torus import AREA, TorusMetric
    >>> fluid = TorusMetric()
    >>> x, y = fluid.vector({(1, 0): 1.0}), fluid.vector({(0, 1): 1.0})
    >>> round(AREA * sparse_sectional_curvature(fluid, x, y), 12)
    -0.5
    """
    if not isinstance(metric, GradedMetric):
        raise fail("metric", "be a graded metric such as TorusMetric()", f"is {metric!r}")
    first, second = metric.check_vector("x", x), metric.check_vector("y", y)
    return float(arnold(metric, *orthonormal(metric, first, second)))
