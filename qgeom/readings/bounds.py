"""Bounds of the distance from the identity to a target, one function each, with its proof.

A lower bound is a function ``(metric, target) -> float`` that is listed under its name in
`LOWER_BOUNDS`; it returns 0 where it has nothing to say.  Upper bounds are lengths of paths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from qgeom._checks import check_positive, check_vector, fail
from qgeom._linalg import unitary_eigen
from qgeom._typing import Complex, Matrix, Vector
from qgeom.algebra.paulis import pauli_coefficients
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.refine import endpoint_residual
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.lattice import closest_vector

LowerBound = Callable[[RightInvariantMetric, Matrix], float]
# A gate (N, N), or a velocity (dim,) with a duration.
Step: TypeAlias = Matrix | tuple[Vector, float]

# The closest logarithm: proved up to N = 16, where 20 000 nodes take under 0.1 s, and the best of as
# many nodes beyond; the inner products of the eigenprojectors need N 4^n numbers.
NODES = 20_000
MAX_LINE_SIZE = 64
# A path ends at the target if it misses it by less than this, in coordinates; the gap is added.
CLOSED = 1e-7
# A turn is about an axis if its other components are below this.
ON_AXIS = 1e-12


def trivial(metric: RightInvariantMetric, target: Matrix) -> float:
    """``d >= 0``: what is left where no other bound is known."""
    return 0.0


def unpenalised(metric: RightInvariantMetric, target: Matrix) -> float:
    r"""``d >= sqrt(c) d_1``, with c the smallest cost and d_1 the distance at cost 1.

    Proof.  ``|u|^2 = sum_a c_a J_a u_a^2 >= c |u|_1^2`` along every path, where J is the inertia at
    cost 1; integrate.  If that metric is bi-invariant on a compact group, or on an abelian one, its
    geodesics from the identity are the one-parameter subgroups, and by Hopf-Rinow the shortest
    logarithm attains d_1: on SU(2^n) modulo phase over all lifts of the eigenphases,
    ``d_1^2 = min_k var(theta + 2 pi k)``; on SO(d) at rotation angles up to pi
    (QUANTUM_GEOMETRY.md 3.4).  Where no bi-invariant metric is known it returns 0.

    Examples
    --------
    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.pauli import PauliMetric
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(3, nielsen(64.0))
    >>> round(unpenalised(metric, target("toffoli").matrix), 6)  # pi sqrt(7) / 8
    1.038984
    """
    if metric.isotropic is None:
        return 0.0
    flat = metric.relaxed(0.0)
    shortest = log_branches(flat, target, 1)
    if not len(shortest):
        return 0.0
    least_cost = float((metric.inertia / flat.inertia).min())
    return float(np.sqrt(least_cost) * flat.norm(shortest[0]))


def cartan(metric: RightInvariantMetric, target: Matrix) -> float:
    r"""``d >= (1/2) sqrt(c) dist_SU(1, W)``, with c the smallest cost of an even weight.

    The bound sees nothing but the strings of even weight, however cheap the odd ones are.  With
    ``Y = sigma_y^{(x) n}`` and V a lift of the target to determinant 1, ``W = Y V^T Y V``, and
    dist_SU is the unpenalised distance in SU(N) (QUANTUM_GEOMETRY.md 3.4).  On one qubit no string
    has even weight, and the bound is 0.

    Proof.  ``Theta(A) = Y conj(A) Y`` is an automorphism of SU(N).  Since ``Y conj(s) Y = -s`` on
    one qubit, it maps a string s of weight w to ``(-1)^w s``, so that the generator -iH goes to
    ``-i (H_odd - H_even)``.  Let V(t) be a path in SU(N) from 1, ``dV/dt = -i H V``; it ends at one
    of the lifts.  Then ``W(t) = Theta(V)^-1 V = Y V^T Y V`` starts at 1, and

        dW/dt = i Theta(V)^-1 [(H_odd - H_even) - (H_odd + H_even)] V
              = -2i [Theta(V)^-1 H_even Theta(V)] W,

    which has the speed ``2 |H_even|_1 <= 2 |u| / sqrt(c)`` in the bi-invariant metric.  Integrate:
    ``dist_SU(1, W(1)) <= 2 length / sqrt(c)`` for the lift that the path ends at, so the least over
    all lifts holds for every path.

    The lifts.  ``V -> exp(2 pi i k / N) V`` turns W by ``exp(4 pi i k / N)``.  A logarithm of the
    turned W in su(N) has the phases ``theta_j + 4 pi k / N + 2 pi m_j`` with sum 0, and the root
    mean square is then the standard deviation of ``theta_j + 2 pi m_j``.  With
    ``sum theta_j = 2 pi s``, a k exists exactly if ``s + sum m_j`` is even.  For a given sum the
    deviation is least where all phases lie within a turn (if two are further apart, moving them
    towards each other by one turn shortens): the largest l phases are lowered by a turn, and over
    all l with ``s - l`` even the least counts.

    The distance of the same metric with odd weights free and even weights all at cost c equals this
    bound.  The shortest X with ``W = exp(-iX)`` can be chosen of even weight, since ``Y conj(.)`` keeps
    the eigenspaces of W; then ``exp(-iX/2)`` has half the length and the same W as V, so that V
    differs from it by a free factor.  On two qubits it is the norm of the canonical (KAK)
    parameters.

    Examples
    --------
    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(2, nielsen(9.0, locality=1))
    >>> round(cartan(metric, target("swap").matrix) / np.pi, 6)  # sqrt(q) sqrt(3) / 4
    1.299038
    """
    if not isinstance(metric, PauliMetric) or metric.n_qubits == 1:
        return 0.0
    even = metric.strings.weight % 2 == 0
    phases = np.sort(unitary_eigen(_theta_square(target))[0])
    size = len(phases)
    winding = round(float(phases.sum()) / (2 * np.pi))
    lowered = np.arange(winding % 2, size, 2)[:, None]
    lifts = phases - 2 * np.pi * (np.arange(size) >= size - lowered)
    return float(0.5 * np.sqrt(metric.inertia[even].min()) * lifts.std(axis=1).min())


def _theta_square(target: Complex) -> Complex:
    """``Y V^T Y V`` for a lift V of determinant 1; Y reverses the basis, with the sign of parity."""
    lift = target / np.linalg.det(target) ** (1 / len(target))
    sign = 1.0 - 2.0 * (np.bitwise_count(np.arange(len(target))) % 2)
    return (sign[:, None] * lift.T[::-1, ::-1] * sign) @ lift


def isoperimetric(metric: RightInvariantMetric, target: Matrix) -> float:
    r"""One qubit, costs p of two axes equal and c of the third: the exact distance to turns about it.

    For ``exp(-i theta Z)``, with Z the third axis and q = c / p, modulo phase,

        d^2 = p min_{0 <= a <= 2 pi, k} [ a (2 pi - a) + q (theta + pi k - a)^2 ],

    which is ``q theta^2`` up to ``|theta| = pi / q`` and ``pi^2 - q (pi - |theta|)^2 / (q - 1)``
    beyond (QUANTUM_GEOMETRY.md 3.1).  Other targets get 0: no bound.

    Proof.  Divide by p.  The group SU(2) is a circle bundle over the sphere of radius 1/2 that Ad
    makes of the Z axis, and the path with velocity (x, y, z) projects to a curve of speed
    ``sqrt(x^2 + y^2)``; the fibre coordinate turns by ``int z dt`` plus the holonomy of the curve.
    The target lies in the fibre of the start, so the curve closes, and its holonomy is twice the area
    A that it encloses, modulo ``2 pi``: with ``a = 2 A mod 2 pi``,
    ``int z dt = theta + pi k - a`` for an integer k.  On a sphere of curvature 4 the isoperimetric
    inequality is ``l^2 >= 4 pi A - 4 A^2 = a (2 pi - a)``, and by Minkowski's inequality the length is
    at least ``sqrt(l^2 + q (int z dt)^2)``.  Circles with constant z attain it.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom
    >>> metric = PauliMetric(1, custom({"Z": 4.0}))
    >>> round(isoperimetric(metric, metric.exp(np.array([0.0, 0.0, np.pi / 2]))) ** 2 / np.pi**2, 12)
    0.666666666667
    """
    if not isinstance(metric, PauliMetric) or metric.n_qubits != 1:
        return 0.0
    turn = metric.log(target)
    axis = int(np.argmax(np.abs(turn)))
    alike = metric.inertia[axis - 1] == metric.inertia[axis - 2]
    if not alike or np.abs(np.delete(turn, axis)).max() > ON_AXIS:
        return 0.0
    pair = float(metric.inertia[axis - 1])
    q = float(metric.inertia[axis]) / pair
    theta = turn[axis] + np.pi * np.arange(-2, 3)
    # Quadratic in a with the leading coefficient q - 1: a minimum inside, or at the ends.
    inside = np.clip((q * theta - np.pi) / (q - 1), 0.0, 2 * np.pi) if q > 1 else 0.0 * theta
    a = np.stack([inside, np.zeros_like(theta), np.full_like(theta, 2 * np.pi)])
    return float(np.sqrt(pair * (a * (2 * np.pi - a) + q * (theta - a) ** 2).min()))


LOWER_BOUNDS: Mapping[str, LowerBound] = {
    "trivial": trivial,
    "unpenalised": unpenalised,
    "cartan": cartan,
    "isoperimetric": isoperimetric,
}


def lower_bounds(metric: RightInvariantMetric, target: Matrix) -> dict[str, float]:
    """Every lower bound by name, for a target (N, N) of the group.

    Examples
    --------
    A circle with ``|u| = sqrt(q) |theta|``: the bound is the distance.

    >>> from qgeom.metric.matrix import MatrixMetric
    >>> from qgeom.metric.penalties import band
    >>> plane = MatrixMetric("so", 2, band(0, 9.0))
    >>> lower_bounds(plane, plane.exp(np.array([0.5])))
    {'trivial': 0.0, 'unpenalised': 1.5, 'cartan': 0.0, 'isoperimetric': 0.0}
    """
    return {name: bound(metric, target) for name, bound in LOWER_BOUNDS.items()}


def straight_line(metric: RightInvariantMetric, target: Matrix, branches: int) -> float:
    """``d <= min_x |x|`` over logarithms x of the target; infinity if none is known.

    Proof.  ``exp(t hat(x))`` has the constant velocity x and ends at the target, so that its length
    is ``|x| = sqrt(sum_a I_a x_a^2)``, whether or not it is a geodesic.  The first `branches`
    logarithms are tried, shortest first at cost 1; on up to 6 qubits also the `closest_logarithm`.

    Examples
    --------
    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(3, nielsen(64.0))
    >>> round(straight_line(metric, target("toffoli").matrix, 16), 6)  # (pi / 8) sqrt(6 + q)
    3.285556
    """
    logarithms = log_branches(metric, target, branches)
    length = float(metric.norm(logarithms).min(initial=np.inf))
    if isinstance(metric, PauliMetric) and metric.size <= MAX_LINE_SIZE:
        length = min(length, closest_logarithm(metric, target))
    return length


def closest_logarithm(metric: PauliMetric, target: Matrix) -> float:
    """Length of the shortest logarithm diagonal in one eigenbasis of the target.

    With phases ``theta + 2 pi k`` of the eigenvectors |n> the square of the length is
    ``(theta + 2 pi k)^T M (theta + 2 pi k)``,
    ``M_nm = sum_a q_a <n|P_a|n> <m|P_a|m> / 4^n``, a closest vector problem over the integers k.  A
    common shift of the phases does not count, so that the first phase is set to 0; the rest of M is
    positive definite.  In a degenerate eigenspace another basis can give a shorter logarithm: the
    value is an upper bound with any (QUANTUM_GEOMETRY.md 3.4; Craps et al., arXiv:2202.13924).

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(1, nielsen(4.0, locality=0))
    >>> round(closest_logarithm(metric, np.diag([1.0, -1.0]) + 0j) / np.pi, 9)  # sqrt(q) / 2
    1.0
    """
    phases, vectors = unitary_eigen(target)
    projectors = vectors.T[:, :, None] * vectors.T.conj()[:, None, :]
    coefficients = pauli_coefficients(projectors[1:])
    gram = (coefficients * metric.inertia) @ coefficients.T
    turns = (phases[1:] - phases[0]) / (2 * np.pi)
    return float(2 * np.pi * np.sqrt(closest_vector(gram, turns, budget=NODES).energy))


def path_length(
    metric: RightInvariantMetric, target: Matrix, path: Sequence[Step], branches: int
) -> float:
    """``d <= sum_k length_k`` for a path of steps, the first step first.

    A step is a gate, a group element (N, N) of length `straight_line`, or a velocity x with a
    duration t, of length ``t |x|``.  The triangle inequality and right-invariance give the sum,
    ``d(1, g_2 g_1) <= d(1, g_1) + d(g_1, g_2 g_1) = d(1, g_1) + d(1, g_2)``.

    Raises
    ------
    ValueError
        If the steps do not end at the target, or one is neither a gate nor a velocity.

    Examples
    --------
    Two CNOTs and a third one are a SWAP; each has the length ``(pi / 4) sqrt(2 + q)``.

    >>> from qgeom.algebra.targets import target
    >>> from qgeom.metric.penalties import nielsen
    >>> metric, swap = PauliMetric(2, nielsen(1.0)), target("swap").matrix
    >>> cnot = target("cnot").matrix
    >>> round(path_length(metric, swap, [cnot, swap @ cnot @ swap, cnot], 8) / np.pi, 6)  # 3 sqrt(3) / 4
    1.299038
    """
    reached, length = metric.identity, 0.0
    for step in path:
        if isinstance(step, tuple):
            velocity, duration = step
            x = check_vector("path", velocity, metric.dim) * check_positive("path", duration)
            gate = metric.exp(x)
            length += float(metric.norm(x))
        else:
            gate = metric.check_element("path", step)
            length += straight_line(metric, gate, branches)
        reached = gate @ reached
    miss = float(np.abs(endpoint_residual(metric, reached[None], target)).max())
    if miss > CLOSED:
        raise fail("path", "end at the target", f"misses it by {miss:.3g}")
    gap = metric.log((target @ metric.inverse(reached))[None])[0]
    return float(length + metric.norm(gap))


def triangle(metric: RightInvariantMetric, target: Matrix, element: Matrix, branches: int) -> float:
    r"""``c`` with ``|d(target) - d(element)| <= c``: what one known distance says about another.

    Proof.  ``d(g h) <= d(h) + d(h, g h) = d(h) + d(g)`` by right-invariance, and
    ``d(g^-1) = d(1, g^-1) = d(g, 1) = d(g)``.  So for U the target and V the element or its inverse,
    ``U = (U V^-1) V`` gives ``d(U) <= d(V) + d(U V^-1)``, and ``U = V (V^-1 U)`` gives
    ``d(U) <= d(V) + d(V^-1 U)``; U and V may be exchanged.  Each difference is bounded by its
    straight line, and the shortest counts; infinity if none is known.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(1, nielsen(1.0))
    >>> turn = lambda angle: metric.exp(np.array([0.0, 0.0, angle]))
    >>> round(triangle(metric, turn(0.5), turn(-0.4), 2), 9)
    0.1
    """
    inverse = metric.inverse(element)
    products = (
        target @ inverse,
        inverse @ target,
        target @ element,
        element @ target,
    )
    return min(straight_line(metric, product, branches) for product in products)


def found_geodesic(metric: RightInvariantMetric, target: Matrix, geodesic: Geodesic) -> float:
    """``d <= length + |log(target g(1)^-1)|``: the length of a geodesic that nearly hits.

    Proof.  With ``target g(1)^-1 = exp(hat(x))`` the path ``exp(t hat(x)) g(1)`` closes the gap,
    and since the metric is right-invariant its length is ``|x|``.

    Examples
    --------
    Half of the way to a rotation by 0.5 rad, and the rest by the closing path.

    >>> from qgeom.geodesic.flow import shoot
    >>> from qgeom.metric.matrix import MatrixMetric
    >>> from qgeom.metric.penalties import band
    >>> plane = MatrixMetric("so", 2, band(0, 9.0))
    >>> rotation = plane.exp(np.array([0.5]))
    >>> round(found_geodesic(plane, rotation, shoot(plane, np.array([0.25]))), 12)
    1.5
    """
    gap = metric.log((target @ metric.inverse(geodesic.endpoint))[None])[0]
    return float(geodesic.length + metric.norm(gap))
