r"""Curvature of the state metric, by O'Neill's formula.

The fibres of ``U -> U psi`` are the cosets ``U S`` of the stabiliser S of the ray, so that for
orthonormal tangent vectors v, w with horizontal lifts x, y

    K(v, w) = K_group(x, y) + 3 |A_x y|^2,

where ``A_x y``, the vertical part of ``nabla_X Y`` for horizontal fields X, Y, is half of that of
their bracket (O'Neill, The fundamental equations of a submersion, 1966; QUANTUM_GEOMETRY.md 2.13).
"""

from __future__ import annotations

import numpy as np

from qgeom._checks import check_finite_array, fail
from qgeom._typing import Complex, Vector
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.curvature import PLANE_TOLERANCE, levi_civita, sectional_curvature
from qgeom.states.quotient import check_state, horizontal_lift, tangent


def state_curvature(metric: PauliMetric, state: Complex, v: Complex, w: Complex) -> float:
    """Sectional curvature of the state metric in the plane of two tangent vectors.

    It is at least that of the group in the plane of the cheapest Hamiltonians.  At costs 1 it is
    ``(N / 2) (1 + 3 Re(i v^dagger w)^2)`` for v, w orthonormal in Fubini-Study: between N / 2, for
    planes of real vectors, and 2 N, for complex lines.

    Parameters
    ----------
    metric
        The cost of the Hamiltonian that moves the state.
    state
        Unit vector (2^n,).
    v, w
        Tangent vectors (2^n,), modulo the state.

    Raises
    ------
    ValueError
        Unless `state` is a unit vector, v and w span a plane of tangent vectors, and all costs are
        finite.

    Examples
    --------
    Costs (1, 1, q) squash the Bloch sphere: at its poles ``K = 12 / q - 8``, on the group ``4 - 3 q``.

    >>> from qgeom.metric.penalties import custom
    >>> zero, one = np.eye(2)
    >>> round(state_curvature(PauliMetric(1, custom({"Z": 5.0})), zero, one, 1j * one), 9)
    -5.6
    """
    state = check_state("state", state, metric)
    x, y = _lifted("v", metric, state, v), _lifted("w", metric, state, w)
    x, y = x / metric.norm(x), y / metric.norm(y)
    y = y - metric.inner(x, y) * x
    sine = float(metric.norm(y))
    if sine < PLANE_TOLERANCE:
        raise fail("v, w", "span a plane", f"the sine of their angle is {sine:.3g}")
    y = y / sine
    vertical = integrability(metric, state, x, y)
    return float(sectional_curvature(metric, x, y) + 3 * metric.inner(vertical, vertical))


def integrability(metric: PauliMetric, state: Complex, x: Vector, y: Vector) -> Vector:
    r"""O'Neill's tensor ``A_x y`` (dim,) of two horizontal velocities (dim,).

    Proof.  A stabiliser element s makes the left-invariant field ``U -> U s``, which is vertical
    everywhere, so that ``<A_x y, s> = <nabla_X Y, s> = -<y, nabla_x (U s)>`` for every horizontal
    extension Y.  In right-invariant fields it is ``Ad_U s``, whose derivative along x is
    ``[x, s] + nabla_x s``.  Since nabla is metric,

        <A_x y, s> = <nabla_x y, s> - <y, [x, s]>   for every s with  s psi ~ psi,

    and A_x y is the vertical part of ``nabla_x y - G^-1 ad*_x G y``, nabla of right-invariant fields.

    Examples
    --------
    X and Y move the state 0 and commute to ``2 Z``, which does not: half of it is vertical.

    >>> from qgeom.metric.penalties import nielsen
    >>> x, y, _ = np.eye(3)
    >>> integrability(PauliMetric(1, nielsen(1.0)), np.array([1.0, 0.0]), x, y)
    array([0., 0., 1.])
    """
    moved = levi_civita(metric, x, y) - metric.raise_(metric.coadjoint(x, metric.lower(y)))
    return moved - horizontal_lift(metric, state, tangent(state, moved))


def _lifted(name: str, metric: PauliMetric, state: Complex, v: Complex) -> Vector:
    vector = check_finite_array(name, v)
    if vector.shape != state.shape:
        raise fail(name, f"have shape {state.shape}", f"has shape {vector.shape}")
    moved = vector - np.vdot(state, vector) * state
    if np.linalg.norm(moved) <= PLANE_TOLERANCE * np.linalg.norm(vector):
        raise fail(name, "move the state", "is zero or a multiple of it")
    return horizontal_lift(metric, state, moved)
