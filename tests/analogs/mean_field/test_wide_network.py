import numpy as np
import pytest

from analogs.mean_field.recursions import correlation_map, mean_field
from analogs.mean_field.wide_network import curve_theory, simulate_curve
from tests.closeness import assert_close, assert_order

# CLAIMS.md 2.1.  At width 800 the mean over four networks has a standard error of about 2 %, and that
# of N kappa^2 a bias of order 1/N: 17, 7 and 2 % were measured at widths 200, 400 and 800.
TOLERANCE, WIDTH, DEPTH = 0.10, 800, 4
READINGS = ("metric", "curvature", "euclidean_length", "gauss_length")
NETWORKS = [("tanh", 2.5, 0.3), ("tanh", 4.0, 0.3), ("tanh", 1.3, 0.3), ("erf", 2.0, 0.2)]


def deviations(field, curve):
    """Relative differences of the readings at the last layer, means over the networks."""
    depth = curve.metric.shape[1] - 1
    theory = curve_theory(field, depth)
    return {
        name: getattr(curve, name)[:, depth].mean() / getattr(theory, name)[depth] - 1
        for name in READINGS
    }


@pytest.fixture(scope="module")
def chaotic():
    return mean_field("tanh", 2.5, 0.3)


@pytest.fixture(scope="module")
def chaotic_curve(chaotic):
    return simulate_curve(chaotic, DEPTH, width=WIDTH, points=32, seeds=range(4))


@pytest.mark.parametrize(("name", "sw", "sb"), NETWORKS)
def test_the_recursion_is_a_geometric_series(name, sw, sb):
    field, layers = mean_field(name, sw, sb), np.arange(9)
    theory, x = curve_theory(field, 8), field.chi1
    assert_close(theory.metric, field.variance * x**layers)
    series = 3 * field.chi2 / x**2 * (1 - x**-layers) / (1 - 1 / x) + x**-layers / field.variance
    assert_close(theory.curvature, series)
    assert_close(theory.euclidean_length, 2 * np.pi * np.sqrt(theory.metric))
    assert_close(theory.gauss_length**2, 4 * np.pi**2 * theory.metric * theory.curvature)


def test_in_chaos_the_curvature_has_a_limit_and_lengths_grow_exponentially(chaotic):
    theory = curve_theory(chaotic, 60)
    assert_close(theory.curvature[-1], chaotic.curvature_limit)
    growth = np.diff(np.log([theory.euclidean_length, theory.gauss_length]))[:, -1]
    assert_close(growth, np.full(2, chaotic.length_rate))
    assert chaotic.length_rate > 0


def test_in_order_the_curve_shrinks_and_ends_with_a_finite_turning():
    field = mean_field("tanh", 0.9, 0.3)
    theory = curve_theory(field, 80)
    assert theory.euclidean_length[-1] < 1e-6
    rest = 3 * field.chi2 * field.variance / (field.chi1 * (1 - field.chi1)) + 1
    assert_close(theory.gauss_length[-1], 2 * np.pi * np.sqrt(rest), 1e-10)


def test_a_kink_bends_without_bound():
    theory = curve_theory(mean_field("relu", 1.0, 0.5), 2)
    assert np.isinf(theory.curvature[1:]).all()
    assert np.isinf(theory.gauss_length[1:]).all()
    assert_close(theory.metric, 0.5 ** np.arange(1, 4))


def test_the_input_is_a_great_circle(chaotic):
    curve = simulate_curve(chaotic, 0, width=30, points=64, seeds=(5,))
    q = chaotic.variance
    for name in READINGS:
        assert_close(getattr(curve, name)[0], getattr(curve_theory(chaotic, 0), name))
    assert_close(curve.variance[0, 0], q)
    assert_close(curve.turning[0, 0], 2 * np.pi)
    assert_close(curve.correlation[0, 0], np.cos(2 * np.pi * np.arange(64) / 64))


def test_the_simulation_agrees_with_the_theory(chaotic, chaotic_curve):
    found = deviations(chaotic, chaotic_curve)
    assert max(map(abs, found.values())) < TOLERANCE, found
    variances = chaotic_curve.variance.mean(axis=0)
    assert np.abs(variances / chaotic.variance - 1).max() < TOLERANCE


@pytest.mark.parametrize(("name", "sw", "sb"), NETWORKS[1:])
def test_the_simulation_agrees_in_other_networks(name, sw, sb):
    field = mean_field(name, sw, sb)
    curve = simulate_curve(field, DEPTH, width=WIDTH, points=32, seeds=range(4))
    found = deviations(field, curve)
    assert max(map(abs, found.values())) < TOLERANCE, found


def test_the_tolerance_tells_networks_apart(chaotic_curve):
    found = deviations(mean_field("tanh", 2.8, 0.3), chaotic_curve)
    assert max(map(abs, found.values())) > TOLERANCE


def test_correlations_follow_the_c_map(chaotic, chaotic_curve):
    # A cosine of N units has a spread of 1 / sqrt(N), half of it left by four networks; times three.
    noise = 1.5 / np.sqrt(WIDTH)
    c = np.cos(2 * np.pi * np.arange(32) / 32)
    for layer in range(1, DEPTH + 1):
        before, c = c, correlation_map(chaotic, np.clip(c, -1, 1))
        found = chaotic_curve.correlation[:, layer].mean(axis=0)
        assert np.abs(found - c).max() < noise
        assert np.abs(found - before).max() > noise  # one layer more or less is seen


def test_turning_converges_to_the_gauss_length(chaotic):
    errors = []
    for points in (512, 1024, 2048, 4096):
        curve = simulate_curve(chaotic, 2, width=40, points=points, seeds=(3,))
        errors.append((curve.gauss_length - curve.turning)[0, 1:])
    assert np.all(np.array(errors) > 0)  # chords on the sphere are short cuts
    assert_order(np.array(errors), 2)


def test_length_and_curvature_do_not_depend_on_the_points(chaotic):
    few = simulate_curve(chaotic, 2, width=40, points=500, seeds=(3,))
    many = simulate_curve(chaotic, 2, width=40, points=1500, seeds=(3,))
    for name in READINGS:  # the trapezoidal rule on periodic functions
        assert_close(getattr(few, name), getattr(many, name), 1e-8)


@pytest.mark.parametrize("width", [50, 200])
def test_relu_turns_at_its_kinks(width):
    # Each unit crosses zero twice on the circle, with a speed of mean sqrt(pi q / 2), and turns the
    # tangent, of length sqrt(N q / 2), at a right angle: in all by 2 sqrt(pi N), beside the 2 pi of
    # the smooth arcs.  So the Gauss length has no limit in N.  Of it, 32 N points lose a few per
    # cent where two kinks share a step.
    field = mean_field("relu", 1.0, 0.5)
    curve = simulate_curve(field, 1, width=width, points=32 * width, seeds=range(2))
    expected = 2 * np.sqrt(np.pi * width) + 2 * np.pi
    assert abs(curve.turning[:, 1].mean() / expected - 1) < 0.06
    assert np.isnan(curve.curvature[:, 1]).all()
    assert np.isnan(curve.gauss_length[:, 1]).all()
    lengths = curve.euclidean_length[:, 1].mean() / curve_theory(field, 1).euclidean_length[1]
    assert abs(lengths - 1) < TOLERANCE


def test_networks_depend_on_their_seed_alone(chaotic):
    both = simulate_curve(chaotic, 2, width=20, points=8, seeds=(7, 8))
    for place, seed in enumerate((7, 8)):
        alone = simulate_curve(chaotic, 2, width=20, points=8, seeds=(seed,))
        for name in (*READINGS, "turning", "correlation"):
            assert np.array_equal(getattr(alone, name)[0], getattr(both, name)[place])
    assert not np.array_equal(both.metric[0, 1:], both.metric[1, 1:])
    assert both.metric.shape == (2, 3)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"depth": -1}, "`depth` must be at least 0"),
        ({"depth": 1, "width": 1}, "`width` must be at least 2"),
        ({"depth": 1, "points": 2}, "`points` must be at least 3"),
        ({"depth": 1, "seeds": ()}, "`seeds` must name at least one seed"),
        ({"depth": 1, "seeds": (0, -1)}, "`seed` must be at least 0"),
    ],
)
def test_what_cannot_be_is_refused(chaotic, arguments, words):
    with pytest.raises(ValueError, match=words):
        simulate_curve(chaotic, **arguments)


def test_a_vanished_input_has_no_curve():
    field = mean_field("tanh", 0.5, 0.0)
    for call in (curve_theory, simulate_curve):
        with pytest.raises(ValueError, match="variance above zero"):
            call(field, 1)
    with pytest.raises(ValueError, match="`depth` must be an integer"):
        curve_theory(mean_field("tanh", 2.5, 0.3), 1.5)


@pytest.mark.slow
@pytest.mark.parametrize("sw", [2.5, 4.0])
def test_ten_layers_of_a_thousand_units(sw):
    field = mean_field("tanh", sw, 0.3)
    curve = simulate_curve(field, 10, points=64, seeds=range(3))
    found = deviations(field, curve)
    assert max(map(abs, found.values())) < TOLERANCE, found


@pytest.mark.parametrize("sw", [2.5, 0.9])
def test_convolutions_obey_the_same_recursions(sw):
    field = mean_field("tanh", sw, 0.3)
    curve = simulate_curve(field, DEPTH, width=160, sites=5, kernel=3, points=32, seeds=range(4))
    found = deviations(field, curve)
    assert max(map(abs, found.values())) < TOLERANCE, found


def test_a_convolution_is_a_dense_layer_with_shared_weights(chaotic):
    """By hand, from the same random numbers: one layer, three sites of two channels, kernel 2."""
    seed, sites, kernel, width = 5, 3, 2, 2
    curve = simulate_curve(
        chaotic, 1, width=width, sites=sites, kernel=kernel, points=16, seeds=(seed,)
    )
    rng = np.random.default_rng(seed)
    size = sites * width
    plane = np.linalg.qr(rng.standard_normal((size, 2)))[0].T
    shared = rng.standard_normal((kernel, width, width)) * 2.5 / np.sqrt(kernel * width)
    dense = np.zeros((size, size))
    for site in range(sites):
        for offset in range(kernel):
            rows = width * ((site + offset) % sites)
            dense[rows : rows + width, width * site : width * (site + 1)] = shared[offset]
    bias = np.tile(0.3 * rng.standard_normal(width), sites)
    angle = 2 * np.pi * np.arange(16) / 16
    points = np.sqrt(chaotic.variance * size) * np.stack([np.cos(angle), np.sin(angle)], 1) @ plane
    hidden = np.tanh(points) @ dense + bias
    assert_close(curve.variance[0, 1], np.mean(hidden**2))


def test_a_kernel_fits_on_the_circle(chaotic):
    with pytest.raises(ValueError, match="`kernel` must be between 1 and 3"):
        simulate_curve(chaotic, 1, width=4, sites=3, kernel=4)
