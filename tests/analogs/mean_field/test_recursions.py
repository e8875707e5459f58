from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

from analogs.mean_field.recursions import (
    ACTIVATIONS,
    correlation_map,
    critical_point,
    fixed_correlation,
    gaussian_mean,
    gaussian_pair_mean,
    mean_field,
)
from tests.closeness import ROUNDING, assert_close, assert_order

SMOOTH = ["tanh", "erf", "sigmoid", "gelu"]
TABLE = 1e-4  # CLAIMS.md 2.1 prints five decimals of a quadrature that is good to about 1e-4
ADAPTIVE = 1e-10  # what scipy.integrate.quad reaches here
SOLVED = 1e-9  # a root, after the condition of its equation
# Central differences at step 1e-5: h^2 |f'''| / 6 is below 1e-10, and eps / h near 1e-11.
DIFFERENCE, SLOPES = 1e-5, 1e-8


def adaptive_mean(function, q):
    """E[f(u)] by adaptive quadrature, in pieces that meet where activations bend or have kinks."""
    scale = np.sqrt(q)
    inner = np.array([1, 3, 8]) / max(1.0, scale)
    ends = [-12.0, *-inner[::-1], 0.0, *inner, 12.0]
    return sum(
        quad(
            lambda z: float(function(np.float64(scale * z)) * np.exp(-(z**2) / 2)),
            *piece,
            epsabs=1e-14,
            limit=200,
        )[0]
        for piece in pairwise(ends)
    ) / np.sqrt(2 * np.pi)


def settle(mean, sw, sb, q=1.0, layers=200):
    """q*, chi1 and chi2 of tanh by going through the layers, with the given Gaussian average."""
    for _ in range(layers):
        q, before = sw**2 * mean(lambda u: np.tanh(u) ** 2, q) + sb**2, q
        if abs(q - before) < 1e-14 * q:
            break
    slope = sw**2 * mean(lambda u: np.cosh(u) ** -4.0, q)
    return q, slope, sw**2 * mean(lambda u: (2 * np.tanh(u) / np.cosh(u) ** 2) ** 2, q)


hermite_nodes = cache(np.polynomial.hermite_e.hermegauss)


def hermite_mean(function, q, nodes=201):
    z, weights = hermite_nodes(nodes)
    return weights @ function(np.sqrt(q) * z) / np.sqrt(2 * np.pi)


def hermite_coefficients(value, q, count):
    """a_k = E[phi(sqrt(q) z) h_k(z)] for the normalised Hermite polynomials, on a fine grid."""
    z, step = np.linspace(-14, 14, 200_001, retstep=True)
    weighted = value(np.sqrt(q) * z) * np.exp(-(z**2) / 2) * step / np.sqrt(2 * np.pi)
    before, polynomial, found = np.zeros_like(z), np.ones_like(z), []
    for k in range(count):
        found.append(weighted @ polynomial)
        following = (z * polynomial - np.sqrt(k) * before) / np.sqrt(k + 1)
        before, polynomial = polynomial, following
    return np.array(found)


@pytest.mark.parametrize(
    ("sw", "expected"),
    [
        (0.9, (0.21652, 0.60037, 0.23759)),
        (1.3, (0.60705, 0.93981, 0.54347)),
        (2.5, (4.07912, 1.58523, 1.19595)),
    ],
)
def test_the_table_of_tanh(sw, expected):
    field = mean_field("tanh", sw, 0.3)
    assert np.abs(np.subtract((field.variance, field.chi1, field.chi2), expected)).max() < TABLE


def test_correlations_at_rest_and_the_limit_of_the_curvature():
    assert fixed_correlation(mean_field("tanh", 1.3, 0.3)) == 1
    assert abs(fixed_correlation(mean_field("tanh", 2.5, 0.3)) - 0.1221) < TABLE
    assert abs(fixed_correlation(mean_field("tanh", 4.0, 0.3)) - 0.0297) < TABLE
    assert abs(mean_field("tanh", 2.5, 0.3).curvature_limit - 3.867) < 1e-3  # three decimals
    assert mean_field("tanh", 1.3, 0.3).curvature_limit == np.inf


@pytest.mark.parametrize("sw", [0.9, 1.3, 2.5, 4.0])
def test_the_fixed_point_is_that_of_adaptive_quadrature(sw):
    field = mean_field("tanh", sw, 0.3)
    assert_close((field.variance, field.chi1, field.chi2), settle(adaptive_mean, sw, 0.3), SOLVED)


def test_the_last_row_of_the_table_is_the_error_of_201_hermite_nodes():
    printed = (12.60336, 2.37492, 1.76847)
    assert_close(settle(hermite_mean, 4.0, 0.3), printed, 1e-5)
    field = mean_field("tanh", 4.0, 0.3)
    true = (12.6041495, 2.3672610, 1.8571760)  # adaptive quadrature, the test above
    assert_close((field.variance, field.chi1, field.chi2), true, 1e-7)
    errors = [settle(lambda f, q, n=n: hermite_mean(f, q, n), 4.0, 0.3)[2] for n in (101, 151, 201)]
    gaps = field.chi2 - np.array(errors)
    assert np.all(gaps[1:] < gaps[:-1] / 2)  # more nodes come to the value here


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("q", [0.01, 1.0, 12.6, 400.0])
def test_averages_are_those_of_adaptive_quadrature(name, q):
    phi = ACTIVATIONS[name]
    averages = phi.square(q), phi.slope_square(q), phi.bend_square(q), phi.value_bend(q)
    integrands = (
        lambda u: phi.value(u) ** 2,
        lambda u: phi.slope(u) ** 2,
        lambda u: phi.bend(u) ** 2,
        lambda u: phi.value(u) * phi.bend(u),
    )
    assert_close(averages, [adaptive_mean(f, q) for f in integrands], ADAPTIVE)


@pytest.mark.parametrize("q", [0.01, 1.0, 12.6, 400.0])
def test_averages_of_relu(q):
    phi = ACTIVATIONS["relu"]
    assert_close(phi.square(q), adaptive_mean(lambda u: phi.value(u) ** 2, q), ADAPTIVE)
    assert_close(phi.slope_square(q), adaptive_mean(lambda u: phi.slope(u) ** 2, q), ADAPTIVE)
    assert phi.bend_square(q) == np.inf


@pytest.mark.parametrize("q", [1e-6, 0.3, 5.0, 300.0])
def test_averages_of_erf_have_closed_forms(q):
    phi = ACTIVATIONS["erf"]
    assert_close(phi.square(q), 2 / np.pi * np.arcsin(2 * q / (1 + 2 * q)))
    assert_close(phi.slope_square(q), 4 / np.pi / np.sqrt(1 + 4 * q))
    assert_close(phi.bend_square(q), 16 / np.pi * q * (1 + 4 * q) ** -1.5)
    for c in (-1.0, -0.4, 0.0, 0.7, 1.0):
        assert_close(phi.product(q, c), 2 / np.pi * np.arcsin(2 * q * c / (1 + 2 * q)))


@pytest.mark.parametrize(("name", "tolerance"), [("tanh", 1e-9), ("gelu", 1e-9), ("relu", 1e-6)])
def test_pair_averages_are_a_power_series_in_the_correlation(name, tolerance):
    phi = ACTIVATIONS[name]  # Mehler: E[phi(u1) phi(u2)] = sum_k a_k^2 c^k
    squares = hermite_coefficients(phi.value, 1.0, 50) ** 2
    for c in (-0.6, 0.0, 0.5):
        assert_close(phi.product(1.0, c), squares @ c ** np.arange(50.0), tolerance)


@pytest.mark.parametrize("name", [*SMOOTH, "relu"])
def test_a_pair_at_the_ends_is_one_unit(name):
    phi = ACTIVATIONS[name]
    assert_close(phi.product(2.0, 1.0), phi.square(2.0))
    opposite = adaptive_mean(lambda u: phi.value(u) * phi.value(-u), 2.0)
    assert_close(phi.product(2.0, -1.0), opposite, ADAPTIVE)


@pytest.mark.parametrize("name", SMOOTH)
def test_slopes_and_bends_are_derivatives(name):
    phi, u = ACTIVATIONS[name], np.linspace(-4, 4, 41)
    for function, derivative in ((phi.value, phi.slope), (phi.slope, phi.bend)):
        difference = (function(u + DIFFERENCE) - function(u - DIFFERENCE)) / (2 * DIFFERENCE)
        assert_close(derivative(u), difference, SLOPES)


def test_relu_has_a_slope_and_no_bend():
    phi, u = ACTIVATIONS["relu"], np.array([-2.0, 3.0])
    assert_close(phi.slope(u), (phi.value(u + DIFFERENCE) - phi.value(u)) / DIFFERENCE, SLOPES)
    assert np.isnan(phi.bend(u)).all()


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("scale", [0.8, 1.3])
def test_layers_come_to_rest_at_the_fixed_point(name, scale):
    field, q = mean_field(name, scale, 0.4), 1.0
    for _ in range(300):
        q = scale**2 * gaussian_mean(lambda u: ACTIVATIONS[name].value(u) ** 2, q) + 0.4**2
    assert_close(field.variance, q, SOLVED)


@pytest.mark.parametrize(("sw", "sb"), [(0.3, 0.2), (1.0, 1.0), (1.4, 0.05)])
def test_relu_in_closed_form(sw, sb):
    field = mean_field("relu", sw, sb)
    assert_close(field.variance, sb**2 / (1 - sw**2 / 2))
    assert_close(field.chi1, sw**2 / 2)
    assert field.chi2 == np.inf
    assert fixed_correlation(field) == 1


def test_relu_at_the_critical_scale_keeps_every_variance():
    for start in (0.2, 1.0, 30.0):
        assert mean_field("relu", np.sqrt(2), 0.0, start=start).variance == start


@pytest.mark.parametrize(("name", "sw"), [("relu", 1.5), ("relu", np.sqrt(2)), ("gelu", 1.6)])
def test_a_variance_that_runs_away_is_refused(name, sw):
    with pytest.raises(ValueError, match="`weight_scale` must let the variance come to rest"):
        mean_field(name, sw, 0.5)


def test_of_several_fixed_points_the_start_chooses():
    low = mean_field("gelu", 1.5, 0.1)
    assert low.variance < 0.1
    with pytest.raises(ValueError, match="come to rest"):
        mean_field("gelu", 1.5, 0.1, start=10.0)


@pytest.mark.parametrize(
    ("start", "rest"), [(1.0, 1.59), (1.5, 1.59), (2.0, 1.59), (2.3, 43.25), (90.0, 43.25)]
)
def test_two_fixed_points_close_together_are_told_apart(start, rest):
    # GELU rests at 1.59 and at 43.25, and between them 2.12 repels: layers move from the start to
    # the variance found here, and nothing stops them on the way.
    variance = mean_field("gelu", 1.4125, 0.4, start=start).variance
    way = np.linspace(start, variance, 400)
    layer = np.array([1.4125**2 * ACTIVATIONS["gelu"].square(q) + 0.4**2 for q in way])
    assert_close(layer[-1], variance)
    assert np.all((layer - way)[:-1] * np.sign(variance - start) > 0)
    assert abs(variance - rest) < 0.01


@pytest.mark.parametrize("sw", [0.5, 0.9, 1.0])
def test_without_bias_small_weights_shrink_to_zero(sw):
    field = mean_field("tanh", sw, 0.0)
    assert field.variance == 0
    assert_close((field.chi1, field.chi2), (sw**2, 0.0))
    for refused in (lambda: correlation_map(field, 0.5), lambda: fixed_correlation(field)):
        with pytest.raises(ValueError, match="variance above zero"):
            refused()


def test_tiny_variances_keep_their_digits():
    # V(q) = sw^2 (q - 2 q^2 + O(q^3)) + sb^2 for tanh
    assert_close(mean_field("tanh", 0.5, 1e-7).variance / 1e-14, 4 / 3, 1e-9)
    assert_close(mean_field("tanh", 0.5, 1e-4).variance / 1e-8, 4 / 3, 1e-7)


@pytest.mark.parametrize(
    ("name", "sw", "sb", "order"),
    [
        ("tanh", 2.5, 0.3, 1.0),
        ("erf", 1.0, 0.3, 1.0),
        ("sigmoid", 11.0, 0.3, 1.0),
        ("gelu", 1.3, 0.5, 1.0),
        ("relu", 1.2, 0.3, 0.5),  # 1 - C(c) = chi1 (1 - c) - O((1 - c)^(3/2)) at a kink
    ],
)
def test_the_c_map_has_the_slope_chi1_at_one(name, sw, sb, order):
    field = mean_field(name, sw, sb)
    h = 1e-4 / 2.0 ** np.arange(5)
    slopes = (1 - correlation_map(field, 1 - h)) / h
    assert_order(np.abs(slopes - field.chi1), order, 0.05)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_slope_of_the_c_map_is_the_pair_average_of_slopes(name):
    field, c = mean_field(name, 1.3, 0.4), 0.35
    rise = correlation_map(field, c + DIFFERENCE) - correlation_map(field, c - DIFFERENCE)
    expected = 1.3**2 * gaussian_pair_mean(ACTIVATIONS[name].slope, field.variance, c)
    assert_close(rise / (2 * DIFFERENCE), np.array(expected), SLOPES)


def test_the_c_map_ends_at_one_is_convex_and_keeps_the_shape():
    field, c = mean_field("tanh", 2.5, 0.3), np.linspace(0, 1, 11)
    values = correlation_map(field, c)
    assert_close(values[-1], 1.0)
    assert np.all(np.diff(values, 2) > 0)
    assert correlation_map(field, np.zeros((2, 3))).shape == (2, 3)
    assert correlation_map(field, 0.2).shape == ()


@pytest.mark.parametrize(("name", "sw"), [("tanh", 2.5), ("tanh", 1.42), ("sigmoid", 14.0)])
def test_in_chaos_all_inputs_tend_to_one_correlation(name, sw):
    field = mean_field(name, sw, 0.3)
    rest = fixed_correlation(field)
    assert field.chi1 > 1
    assert 0 < rest < 1
    assert_close(correlation_map(field, rest), np.array(rest))
    c = np.array([0.0, 0.99])
    for _ in range(20):
        nearer = correlation_map(field, c)
        assert np.all(np.abs(nearer - rest) < np.abs(c - rest))
        c = nearer


@pytest.mark.parametrize(
    ("name", "sb", "expected"),
    [
        ("tanh", 0.0001, 1.00196),
        ("tanh", 0.05, 1.12254),
        ("tanh", 0.1, 1.19340),
        ("tanh", 0.3, 1.39558),
        ("tanh", 0.5, 1.54967),
        ("tanh", 1.0, 1.85559),
        ("relu", 0.0, np.sqrt(2)),
        ("tanh", 0.0, 1.0),
        ("erf", 0.0, np.sqrt(np.pi) / 2),
        ("gelu", 0.0, 2.0),  # slope 1/2 at zero
    ],
)
def test_critical_weights(name, sb, expected):
    assert abs(critical_point(name, sb).weight_scale - expected) < 1e-5  # as printed


@pytest.mark.parametrize(
    ("name", "sb"),
    [
        ("tanh", 0.3),
        ("erf", 0.3),
        ("sigmoid", 0.0),
        ("sigmoid", 0.3),
        ("sigmoid", 1.0),
        ("gelu", 0.5),
    ],
)
def test_critical_weights_part_order_from_chaos(name, sb):
    point = critical_point(name, sb)
    field = mean_field(name, point.weight_scale, sb)
    assert_close((field.variance, field.chi1), (point.variance, 1.0), SOLVED)
    assert mean_field(name, 0.99 * point.weight_scale, sb).chi1 < 1
    assert mean_field(name, 1.005 * point.weight_scale, sb).chi1 > 1


@pytest.mark.parametrize("sb", [0.0, 0.3, 1.0])
def test_the_critical_weights_of_the_sigmoid_by_adaptive_quadrature(sb):
    point, phi = critical_point("sigmoid", sb), ACTIVATIONS["sigmoid"]
    slope = adaptive_mean(lambda u: phi.slope(u) ** 2, point.variance)
    value = adaptive_mean(lambda u: phi.value(u) ** 2, point.variance)
    assert_close(point.weight_scale**2 * slope, 1.0, ADAPTIVE)
    assert_close(point.weight_scale**2 * value + sb**2, point.variance, ADAPTIVE)


def test_the_half_stable_point_of_gelu():
    # D. A. Roberts, S. Yaida, B. Hanin, The Principles of Deep Learning Theory (2022), section 5:
    # (C_b, C_W) = (0.17292239, 1.98305826), where both slopes are one.
    point = critical_point("gelu", np.sqrt(0.17292239))
    assert abs(point.weight_scale**2 - 1.98305826) < 1e-8
    assert abs(point.variance_slope - 1) < 1e-8
    assert (
        critical_point("gelu", 0.3).variance_slope > 1 > critical_point("gelu", 0.5).variance_slope
    )


@pytest.mark.parametrize(("name", "sb"), [("tanh", 0.3), ("sigmoid", 0.3), ("gelu", 0.5)])
def test_the_slope_of_the_variance_is_a_difference_quotient(name, sb):
    point, h = critical_point(name, sb), 1e-4
    ends = [ACTIVATIONS[name].square(point.variance + shift) for shift in (-h, h)]
    quotient = point.weight_scale**2 * (ends[1] - ends[0]) / (2 * h)
    assert_close(point.variance_slope, quotient, SLOPES)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: mean_field("swish", 1.0, 0.1), "`activation` must be one of"),
        (lambda: mean_field("tanh", 0.0, 0.1), "`weight_scale` must be positive"),
        (lambda: mean_field("tanh", np.nan, 0.1), "`weight_scale` must be finite"),
        (lambda: mean_field("tanh", 1.0, -0.1), "`bias_scale` must be at least 0, but is -0.1"),
        (lambda: mean_field("tanh", 1.0, 0.1, start=0), "`start` must be positive"),
        (lambda: correlation_map(mean_field("tanh", 1.0, 0.1), 1.5), "`correlation` must lie"),
        (lambda: correlation_map(mean_field("tanh", 1.0, 0.1), [0.5j]), "`correlation` must lie"),
        (lambda: correlation_map(mean_field("tanh", 1.0, 0.1), np.nan), "must be finite"),
        (lambda: critical_point("swish", 0.1), "`activation` must be one of"),
        (lambda: critical_point("relu", 0.1), "`bias_scale` must admit a critical point"),
        (lambda: critical_point("tanh", -1.0), "`bias_scale` must be at least 0"),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_table_test_would_see_another_network():
    assert abs(mean_field("tanh", 2.5, 0.31).chi1 - mean_field("tanh", 2.5, 0.3).chi1) > TABLE
    assert abs(hermite_mean(np.cos, 2.0) - np.exp(-1)) < ROUNDING
