"""The laws of a Lie group with a right-invariant metric, each a function that asserts one of them.

Every checker takes a metric and a random generator, and uses two routes to one number.  A checker
that cannot fail is worthless: the test files feed each of them a metric of `corruptions`.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg

from qgeom.metric.invariant import RightInvariantMetric
from qgeom.readings.curvature import (
    levi_civita,
    riemann,
    sectional_curvature,
    sectional_numerator,
)
from tests.closeness import EXACT, assert_close, assert_order
from tests.laws.cases import small_vectors

Rng = np.random.Generator


def commutator(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return a @ b - b @ a


def adjoint_matrix(metric: RightInvariantMetric, x: np.ndarray) -> np.ndarray:
    """Matrix of ``v -> [x, v]``."""
    return metric.bracket(x, np.eye(metric.dim)).T


def coadjoint_matrix(metric: RightInvariantMetric, x: np.ndarray) -> np.ndarray:
    """Matrix of ``m -> ad*_x m``."""
    return metric.coadjoint(x, np.eye(metric.dim)).T


# ---- the algebra and the group


def check_vee_inverts_hat(metric: RightInvariantMetric, rng: Rng) -> None:
    x = small_vectors(metric, rng, 3)
    matrices = metric.hat(x)
    assert matrices.shape == (3, metric.size, metric.size)
    assert matrices.dtype == metric.dtype
    assert_close(metric.vee(matrices), x)


def check_hat_is_linear(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y = small_vectors(metric, rng, 2)
    assert_close(metric.hat(2.0 * x - 3.0 * y), 2.0 * metric.hat(x) - 3.0 * metric.hat(y))


def check_bracket_is_antisymmetric(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y = small_vectors(metric, rng, 2)
    assert_close(metric.bracket(x, y), -metric.bracket(y, x), EXACT)


def check_bracket_is_commutator(metric: RightInvariantMetric, rng: Rng) -> None:
    """Commutators of the algebra's matrices stay in the algebra: nothing is projected away."""
    x, y = small_vectors(metric, rng, 2)
    assert_close(metric.hat(metric.bracket(x, y)), commutator(metric.hat(x), metric.hat(y)))


def check_jacobi(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y, z = small_vectors(metric, rng, 3)
    bracket = metric.bracket
    cyclic = bracket(x, bracket(y, z)) + bracket(y, bracket(z, x)) + bracket(z, bracket(x, y))
    assert_close(cyclic, np.zeros(metric.dim), EXACT)


def check_exp_is_one_parameter_subgroup(metric: RightInvariantMetric, rng: Rng) -> None:
    x = small_vectors(metric, rng)
    assert_close(metric.exp(0.0 * x), metric.identity)
    assert_close(metric.compose(metric.exp(0.3 * x), metric.exp(0.9 * x)), metric.exp(1.2 * x))


def check_exp_is_matrix_exponential(metric: RightInvariantMetric, rng: Rng) -> None:
    x = 4.0 * small_vectors(metric, rng)
    assert_close(metric.exp(x), scipy.linalg.expm(metric.hat(x)))


def check_log_inverts_exp(metric: RightInvariantMetric, rng: Rng) -> None:
    x = small_vectors(metric, rng, 3)
    assert_close(metric.log(metric.exp(x)), x)


def check_inverse(metric: RightInvariantMetric, rng: Rng) -> None:
    g = metric.exp(small_vectors(metric, rng))
    assert_close(metric.compose(g, metric.inverse(g)), metric.identity)
    assert_close(metric.compose(metric.inverse(g), g), metric.identity)


def check_elements_are_recognised(metric: RightInvariantMetric, rng: Rng) -> None:
    g = metric.exp(small_vectors(metric, rng, 3))
    checked = metric.check_element("g", g)
    assert checked.dtype == metric.dtype
    assert_close(checked, g, EXACT)


def check_adjoint_is_conjugation(metric: RightInvariantMetric, rng: Rng) -> None:
    """``hat(Ad_g x) = g hat(x) g^-1``: conjugation stays in the algebra."""
    x, y = small_vectors(metric, rng, 2)
    g = metric.exp(y)
    assert_close(metric.hat(metric.adjoint(g, x)), g @ metric.hat(x) @ np.linalg.inv(g))


def check_adjoint_is_automorphism(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y, z = small_vectors(metric, rng, 3)
    g = metric.exp(z)
    moved = metric.bracket(metric.adjoint(g, x), metric.adjoint(g, y))
    assert_close(metric.adjoint(g, metric.bracket(x, y)), moved)


def check_adjoint_is_representation(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y, z = small_vectors(metric, rng, 3)
    g, h = metric.exp(y), metric.exp(z)
    assert_close(metric.adjoint(metric.identity, x), x)
    assert_close(metric.adjoint(metric.compose(g, h), x), metric.adjoint(g, metric.adjoint(h, x)))
    assert_close(metric.adjoint(metric.inverse(g), metric.adjoint(g, x)), x)


def check_adjoint_of_exp(metric: RightInvariantMetric, rng: Rng) -> None:
    """``Ad_exp(x) = exp(ad_x)``: the group and the bracket belong together."""
    x, y = small_vectors(metric, rng, 2)
    flow = scipy.linalg.expm(adjoint_matrix(metric, x))
    assert_close(metric.adjoint(metric.exp(x), y), flow @ y)


# ---- the metric and its momenta


def check_inner_is_symmetric_and_bilinear(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y, z = small_vectors(metric, rng, 3)
    assert_close(metric.inner(x, y), metric.inner(y, x), EXACT)
    combined = 2.0 * metric.inner(x, z) - 3.0 * metric.inner(y, z)
    assert_close(metric.inner(2.0 * x - 3.0 * y, z), combined, EXACT)


def check_inner_is_positive(metric: RightInvariantMetric, rng: Rng) -> None:
    basis = np.eye(metric.dim)
    gram = metric.inner(basis[:, None], basis)
    assert np.linalg.eigvalsh(gram).min() > 0
    x = small_vectors(metric, rng, 3)
    assert_close(metric.norm(x) ** 2, metric.inner(x, x), EXACT)


def check_momentum_represents_inner(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y = small_vectors(metric, rng, 2)
    assert_close(metric.lower(x) @ y, metric.inner(x, y), EXACT)
    assert_close(metric.raise_(metric.lower(x)), x, EXACT)


def check_coadjoint_is_dual_of_bracket(metric: RightInvariantMetric, rng: Rng) -> None:
    x, m, v = small_vectors(metric, rng, 3)
    assert_close(metric.coadjoint(x, m) @ v, m @ metric.bracket(x, v), EXACT)
    # The whole dual, not one direction of it.
    assert_close(coadjoint_matrix(metric, x), adjoint_matrix(metric, x).T)


def check_transport_is_dual_of_adjoint(metric: RightInvariantMetric, rng: Rng) -> None:
    x, m, v = small_vectors(metric, rng, 3)
    g = metric.exp(x)
    assert_close(metric.transport(g, m) @ v, m @ metric.adjoint(metric.inverse(g), v))


def check_transport_is_flow_of_coadjoint(metric: RightInvariantMetric, rng: Rng) -> None:
    """``dm/dt = -ad*_x m`` has the solution ``m(t) = Ad*_exp(-tx) m(0)``."""
    x, m = small_vectors(metric, rng, 2)
    flow = scipy.linalg.expm(-coadjoint_matrix(metric, x))
    assert_close(metric.transport(metric.exp(x), m), flow @ m)


def check_transport_differentiates_to_coadjoint(metric: RightInvariantMetric, rng: Rng) -> None:
    """Central differences of transport along exp(tx) tend to ``-ad*_x m`` at second order."""
    x, m = small_vectors(metric, rng, 2)
    exact = -metric.coadjoint(x, m)
    errors = []
    for h in 0.5 ** np.arange(1, 5):
        ahead, behind = metric.transport(metric.exp(np.array([[h], [-h]]) * x), m)
        errors.append(np.abs((ahead - behind) / (2.0 * h) - exact).max())
    assert_order(errors, 2)


def check_relaxed_interpolates_costs(metric: RightInvariantMetric, rng: Rng) -> None:
    """Log costs are linear in the exponent: 1 is this metric, 0 is free of costs, same group."""
    free, half, same = (metric.relaxed(exponent) for exponent in (0.0, 0.5, 1.0))
    assert_close(same.inertia, metric.inertia, EXACT)
    assert np.ptp(metric.inertia / free.inertia) > 1.0, "the costs are still there"
    assert_close(half.inertia, np.sqrt(free.inertia * metric.inertia), EXACT)
    if metric.isotropic is not None:
        assert_close(free.inertia, metric.isotropic, EXACT)
    x = small_vectors(metric, rng)
    assert_close(half.hat(x), metric.hat(x), EXACT)


def invariance_defect(metric: RightInvariantMetric, form: np.ndarray, rng: Rng) -> float:
    """How much ``sum_a form_a x_a^2`` changes under ``Ad_g``: the largest relative change of 16."""
    x, y = small_vectors(metric, rng, 16), small_vectors(metric, rng, 16)
    moved = metric.adjoint(metric.exp(y), x)
    return float(np.abs((moved**2 @ form) / (x**2 @ form) - 1.0).max())


def check_isotropic_is_invariant(metric: RightInvariantMetric, rng: Rng) -> None:
    assert metric.isotropic is not None
    assert metric.isotropic.shape == (metric.dim,)
    assert metric.isotropic.min() > 0
    assert_close(invariance_defect(metric, metric.isotropic, rng), 0.0)


def _operations(metric: RightInvariantMetric, rng: Rng, *lead: int) -> dict[str, tuple]:
    x, y, z = (small_vectors(metric, rng, *lead) for _ in range(3))
    g, h = metric.exp(y), metric.exp(z)
    return {
        "hat": (x,),
        "vee": (metric.hat(x),),
        "exp": (x,),
        "log": (g,),
        "inverse": (g,),
        "check_element": ("g", g),
        "lower": (x,),
        "raise_": (x,),
        "norm": (x,),
        "compose": (g, h),
        "bracket": (x, y),
        "inner": (x, y),
        "adjoint": (g, x),
        "coadjoint": (x, y),
        "transport": (g, x),
    }


def check_batches_equal_loops(metric: RightInvariantMetric, rng: Rng) -> None:
    """Every operation on leading axes (2, 3) is the same operation on each member."""
    for name, arguments in _operations(metric, rng, 2, 3).items():
        operation = getattr(metric, name)
        looped = [
            [
                operation(*(one if isinstance(one, str) else one[i, j] for one in arguments))
                for j in range(3)
            ]
            for i in range(2)
        ]
        assert_close(operation(*arguments), np.array(looped))


def check_arguments_broadcast(metric: RightInvariantMetric, rng: Rng) -> None:
    """One member on the left meets a batch on the right, and the other way round."""
    for name in ("compose", "bracket", "inner", "adjoint", "coadjoint", "transport"):
        operation = getattr(metric, name)
        left, right = _operations(metric, rng, 3)[name]
        one, other = left[0], right[0]
        assert_close(operation(one, right), np.array([operation(one, each) for each in right]))
        assert_close(operation(left, other), np.array([operation(each, other) for each in left]))


# ---- the connection and its curvature


def check_connection_is_torsion_free(metric: RightInvariantMetric, rng: Rng) -> None:
    """Right-invariant fields have the bracket ``-[x, y]`` of the algebra."""
    x, y = small_vectors(metric, rng, 2)
    torsion = levi_civita(metric, x, y) - levi_civita(metric, y, x) + metric.bracket(x, y)
    assert_close(torsion, np.zeros(metric.dim))


def check_connection_is_metric(metric: RightInvariantMetric, rng: Rng) -> None:
    """``<nabla_x y, z> + <y, nabla_x z> = 0``: inner products of invariant fields are constant."""
    x, y, z = small_vectors(metric, rng, 3)
    first = metric.inner(levi_civita(metric, x, y), z)
    assert_close(first, -metric.inner(y, levi_civita(metric, x, z)))


def check_riemann_is_skew(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y, z, w = small_vectors(metric, rng, 4)
    assert_close(riemann(metric, x, y, z), -riemann(metric, y, x, z))
    first = metric.inner(riemann(metric, x, y, z), w)
    assert_close(first, -metric.inner(riemann(metric, x, y, w), z))


def check_riemann_has_pair_symmetry(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y, z, w = small_vectors(metric, rng, 4)
    first = metric.inner(riemann(metric, x, y, z), w)
    assert_close(first, metric.inner(riemann(metric, z, w, x), y))


def check_first_bianchi(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y, z = small_vectors(metric, rng, 3)
    cyclic = sum(riemann(metric, *three) for three in ((x, y, z), (y, z, x), (z, x, y)))
    assert_close(cyclic, np.zeros(metric.dim))


def check_second_bianchi(metric: RightInvariantMetric, rng: Rng) -> None:
    """``(nabla_x R)(y, z) w`` summed over the cycle of x, y, z is zero."""
    x, y, z, w = small_vectors(metric, rng, 4)

    def derivative(x: np.ndarray, y: np.ndarray, z: np.ndarray) -> np.ndarray:
        return (
            levi_civita(metric, x, riemann(metric, y, z, w))
            - riemann(metric, levi_civita(metric, x, y), z, w)
            - riemann(metric, y, levi_civita(metric, x, z), w)
            - riemann(metric, y, z, levi_civita(metric, x, w))
        )

    cyclic = derivative(x, y, z) + derivative(y, z, x) + derivative(z, x, y)
    assert_close(cyclic, np.zeros(metric.dim))


def check_arnold_is_riemann(metric: RightInvariantMetric, rng: Rng) -> None:
    x, y = small_vectors(metric, rng, 2)
    expected = metric.inner(riemann(metric, x, y, y), x)
    assert_close(sectional_numerator(metric, x, y), expected)
    area = metric.inner(x, x) * metric.inner(y, y) - metric.inner(x, y) ** 2
    assert_close(sectional_curvature(metric, x, y), expected / area)


def check_curvature_belongs_to_the_plane(metric: RightInvariantMetric, rng: Rng) -> None:
    """Any two vectors that span the plane give the same curvature."""
    x, y = small_vectors(metric, rng, 2)
    turned = sectional_curvature(metric, 2.0 * x - y, 0.5 * y + 3.0 * x)
    assert_close(turned, sectional_curvature(metric, x, y))


def check_curvature_without_costs(metric: RightInvariantMetric, rng: Rng) -> None:
    """Bi-invariant metrics have ``<R(x, y) y, x> = |[x, y]|^2 / 4`` (MATH.md section 3)."""
    x, y = small_vectors(metric, rng, 2)
    expected = metric.inner(metric.bracket(x, y), metric.bracket(x, y)) / 4.0
    assert_close(sectional_numerator(metric, x, y), expected)
