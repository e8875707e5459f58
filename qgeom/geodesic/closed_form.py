r"""Geodesics in closed form: metrics that are constant on the steps of a flag of subalgebras.

Let ``k_1 < k_2 < ... < k_r`` (the whole algebra) be bracket-closed, and the metric be
``1 / f_i`` times one bi-invariant metric on the complement of ``k_{i-1}`` in ``k_i``.  With P_i the
projection on ``k_i`` and L the momentum of the bi-invariant metric,

    u = sum_i (f_i - f_{i+1}) P_i L,   f_{r+1} = 0,
    g(t) = exp(t (f_1 - f_2) P_1 L_0) exp(t (f_2 - f_3) P_2 L_0) ... exp(t f_r L_0).

It holds because ``P_i [P_j L, L]`` is 0 for j >= i and ``[P_j L, P_i L]`` for j < i: the momentum of
each subalgebra is turned by the smaller ones only.  Instances: the Berger sphere (n = 1), weight
costs on two qubits, parity costs for every n (QUANTUM_GEOMETRY.md 2.14), every cost that depends on
the weight alone on three qubits, Nielsen's cliff among them (weight 1 < odd weight < all), and GL+(d)
with the Frobenius metric, where the bi-invariant form is the indefinite ``tr(XY)`` and the flag is
so(d) < gl(d) (MATH.md section 3).  A cost may be infinite: that step has ``f_i = 0``.
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Covector, Matrix, Real, Vector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric

# Each union of classes is tried: 2^8 at most.
MAX_CLASSES = 8
CLOSURE_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class ClosedForm:
    """``g(t) = prod_i exp(t hat(factors_i m(0)))``.

    `factors` are linear maps from the initial momentum to the generators: (K, dim) when all are
    diagonal in the coordinates, else (K, dim, dim).
    """

    metric: RightInvariantMetric
    factors: Real

    def generators(self, momentum: Covector) -> Vector:
        """Generators of the factors, (..., K, dim)."""
        if self.factors.ndim == 2:
            return self.factors * momentum[..., None, :]
        return np.einsum("kab,...b->...ka", self.factors, momentum)

    def points(self, momentum: Covector, times: Real) -> Matrix:
        """g(t), (..., T, N, N)."""
        generators = self.generators(momentum)
        out = None
        for k in range(len(self.factors)):
            factor = self.metric.exp(times[:, None] * generators[..., None, k, :])
            out = factor if out is None else out @ factor
        assert out is not None
        return out


# The search for a flag takes longer than a short integration: metrics are immutable, so remember.
@functools.lru_cache(maxsize=128)
def closed_form(metric: RightInvariantMetric) -> ClosedForm | None:
    """Return the closed form of a metric's geodesics, or None if no flag fits.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom, nielsen
    >>> len(closed_form(PauliMetric(3, nielsen(64.0))).factors)
    3
    >>> closed_form(PauliMetric(3, custom({"XXI": 4.0, "IZI": 2.0}))) is None
    True
    """
    if metric.isotropic is not None:
        flag = _find_flag(metric)
        return None if flag is None else ClosedForm(metric, _flag_factors(metric, flag))
    if isinstance(metric, MatrixMetric) and metric.algebra_name == "gl":
        return _frobenius_form(metric)
    return None


def _flag_factors(metric: RightInvariantMetric, flag: list[Real]) -> Real:
    isotropic = metric.isotropic
    assert isotropic is not None
    inverse = isotropic / metric.inertia
    steps = [inverse[_first_new(flag, i)] for i in range(len(flag))] + [0.0]
    factors = np.stack(
        [(steps[i] - steps[i + 1]) * inside / isotropic for i, inside in enumerate(flag)]
    )
    return factors[np.abs(factors).max(axis=1) > 0]


def _first_new(flag: list[Real], i: int) -> int:
    before = flag[i - 1] if i else np.zeros_like(flag[0])
    return int(np.argmax(flag[i] - before))


def _find_flag(metric: RightInvariantMetric) -> list[Real] | None:
    """Nested closed subsets of the coordinates (0/1 masks) with one cost on each difference."""
    isotropic = metric.isotropic
    assert isotropic is not None
    relative = metric.inertia / isotropic
    classes = _classes(metric, relative)
    if len(classes) > MAX_CLASSES:
        return None
    reached = _reached(metric, classes)
    everything = frozenset(range(len(classes)))
    subsets = [
        frozenset(chosen)
        for count in range(1, len(classes))
        for chosen in itertools.combinations(range(len(classes)), count)
        if all(reached[a, b] <= set(chosen) for a in chosen for b in chosen)
    ]
    costs = [float(relative[np.argmax(members)]) for members in classes]
    chain = _chain(frozenset(), everything, [*subsets, everything], costs)
    if chain is None:
        return None
    return [sum((classes[c] for c in subset), np.zeros(metric.dim)) for subset in chain]


def _classes(metric: RightInvariantMetric, relative: Real) -> list[Real]:
    """Masks of coordinates with equal cost and, on qubits, equal weight."""
    keys = np.round(np.log(relative), 12)
    reach = metric.strings.weight if isinstance(metric, PauliMetric) else np.zeros(metric.dim)
    pairs = np.stack([keys, reach], axis=1)
    _, member = np.unique(pairs, axis=0, return_inverse=True)
    return [(member == c).astype(np.float64) for c in range(int(member.max()) + 1)]


def _reached(
    metric: RightInvariantMetric, classes: list[Real]
) -> dict[tuple[int, int], frozenset[int]]:
    """Classes that the bracket of two classes reaches, seen on two generic elements of each."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, metric.dim))
    # Beside the elements, not the bracket: that of commuting elements is nothing but rounding.
    visible = CLOSURE_TOLERANCE * np.abs(x).max() * np.abs(y).max()
    found = {}
    for a, b in itertools.combinations_with_replacement(range(len(classes)), 2):
        z = np.abs(metric.bracket(x * classes[a], y * classes[b]))
        seen = [float((z * inside).max()) > visible for inside in classes]
        found[a, b] = found[b, a] = frozenset(np.flatnonzero(seen).tolist())
    return found


def _chain(
    current: frozenset[int],
    everything: frozenset[int],
    subsets: list[frozenset[int]],
    costs: list[float],
) -> list[frozenset[int]] | None:
    if current == everything:
        return []
    for larger in subsets:
        new = larger - current
        if current < larger and len({round(np.log(costs[c]), 12) for c in new}) == 1:
            rest = _chain(larger, everything, subsets, costs)
            if rest is not None:
                return [larger, *rest]
    return None


def _frobenius_form(metric: MatrixMetric) -> ClosedForm | None:
    """GL+(d), all costs equal: ``g(t) = exp(t (X - X^T)) exp(t X^T)`` with ``X = u(0)``."""
    inverse = 1.0 / metric.inertia
    if np.ptp(inverse) > CLOSURE_TOLERANCE * inverse.max():
        return None
    d = metric.features
    transpose = np.eye(d * d).reshape(d, d, d, d).swapaxes(0, 1).reshape(d * d, d * d)
    return ClosedForm(metric, inverse[0] * np.stack([np.eye(d * d) - transpose, transpose]))
