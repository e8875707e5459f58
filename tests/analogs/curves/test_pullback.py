"""The pulled-back metric and its curvature, against closed forms and the metric alone."""

import itertools

import numpy as np
import pytest
import torch

from analogs.curves.differential import first_derivative, flattened, second_derivative
from analogs.curves.pullback import (
    gauss_curvature_at,
    log_volume,
    metric_at,
    pull_back,
    second_form_at,
    sectional_at,
)
from tests.closeness import assert_close

nn = torch.nn
# The composition law of Jacobians, and closed forms by automatic differentiation: rounding only.
ROUNDING = 1e-10
# Second differences of the metric, step 1e-3 and fourth order: measured errors stay below 1e-8.
STEP, DIFFERENCE = 1e-3, 1e-7
PLANE = ([1.0, 0.0], [0.0, 1.0])


def sphere(radius):
    def chart(p):
        x, y = p[0].sin() * p[1].cos(), p[0].sin() * p[1].sin()
        return radius * torch.stack([x, y, p[0].cos()])

    return chart


def torus(p, big=3.0, small=1.0):
    ring = big + small * p[0].cos()
    return torch.stack([ring * p[1].cos(), ring * p[1].sin(), small * p[0].sin()])


def cylinder(p):
    return torch.stack([p[0].cos(), p[0].sin(), p[1]])


def network(sizes, seed=0, act=nn.Tanh):
    generator = torch.Generator().manual_seed(seed)
    layers = []
    for before, after in itertools.pairwise(sizes):
        layer = nn.Linear(before, after).double()
        with torch.no_grad():
            for weight in layer.parameters():
                weight.copy_(torch.randn(weight.shape, generator=generator) * 1.5 / before**0.5)
        layers += [layer, act()]
    return nn.Sequential(*layers).eval()


def brioschi(function, place):
    """Gauss curvature from the metric alone: E, F, G and their derivatives by differences."""
    offsets = np.arange(-2, 3)
    first = np.array([1, -8, 0, 8, -1]) / 12
    second = np.array([-1, 16, -30, 16, -1]) / 12
    grid = np.array(
        [[metric_at(function, place + STEP * np.array([i, j])) for j in offsets] for i in offsets]
    )

    def derivative(by_u, by_v):
        rules = {0: np.eye(5)[2], 1: first / STEP, 2: second / STEP**2}
        return np.einsum("i,j,ijkl->kl", rules[by_u], rules[by_v], grid)

    g, u, v = derivative(0, 0), derivative(1, 0), derivative(0, 1)
    (e, f), (_, h) = g
    corner = -derivative(0, 2)[0, 0] / 2 + derivative(1, 1)[0, 1] - derivative(2, 0)[1, 1] / 2
    one = [
        [corner, u[0, 0] / 2, u[0, 1] - v[0, 0] / 2],
        [v[0, 1] - u[1, 1] / 2, e, f],
        [v[1, 1] / 2, f, h],
    ]
    two = [[0, v[0, 0] / 2, u[1, 1] / 2], [v[0, 0] / 2, e, f], [u[1, 1] / 2, f, h]]
    return (np.linalg.det(one) - np.linalg.det(two)) / (e * h - f**2) ** 2


@pytest.mark.parametrize("radius", [1.0, 0.5, 3.0])
def test_a_sphere_has_the_inverse_square_of_its_radius(radius):
    curvature = sectional_at(sphere(radius), [0.7, -1.1], *PLANE)
    assert_close(curvature.sectional, radius**-2, ROUNDING)
    assert_close(curvature.scale_free, 0.5, ROUNDING)


def test_every_plane_of_a_three_sphere_has_curvature_one(rng):
    def chart(p):
        return torch.cat([p, (1 - p @ p).sqrt()[None]])

    for _ in range(5):
        x, u, v = rng.normal(size=(3, 3))
        assert_close(sectional_at(chart, 0.3 * x / 2, u, v).sectional, 1.0, ROUNDING)
        # A flat section of the chart is no great sphere: it is smaller, and bends more.
        assert gauss_curvature_at(chart, 0.3 * x / 2, u, v).sectional > 1 + 1e-6 or x @ np.cross(
            u, v
        ) == pytest.approx(0)


def test_a_plane_and_a_cylinder_are_flat():
    flat = sectional_at(lambda p: torch.stack([p[0] + p[1], p[1], 2 * p[0]]), [1.0, 2.0], *PLANE)
    assert flat == (0.0, 0.0)
    assert np.isnan(flat.scale_free)
    rolled = sectional_at(cylinder, [0.3, 0.5], *PLANE)
    assert_close(rolled.sectional, 0.0, ROUNDING)
    assert_close(rolled.bending, 1.0, ROUNDING)


@pytest.mark.parametrize("angle", [0.0, 1.0, np.pi / 2, 2.5, np.pi])
def test_a_torus_of_revolution(angle):
    curvature = sectional_at(torus, [angle, 0.4], *PLANE)
    bends = (1.0, np.cos(angle) / (3 + np.cos(angle)))
    assert_close(curvature.sectional, bends[0] * bends[1], ROUNDING)
    assert_close(curvature.bending, bends[0] ** 2 + bends[1] ** 2, ROUNDING)


def test_a_saddle_is_negative_and_a_minimal_surface_has_minus_one_half():
    def catenoid(p):
        return torch.stack([p[1].cosh() * p[0].cos(), p[1].cosh() * p[0].sin(), p[1]])

    curvature = sectional_at(catenoid, [0.3, 0.7], *PLANE)
    assert_close(curvature.sectional, -(np.cosh(0.7) ** -4), ROUNDING)
    assert_close(curvature.scale_free, -0.5, ROUNDING)


@pytest.mark.parametrize("seed", range(3))
def test_gauss_equation_agrees_with_the_metric_alone(seed, rng):
    model = network((2, 6, 5), seed)
    place = rng.normal(size=2) / 2
    expected = brioschi(model, place)
    assert_close(sectional_at(model, place, *PLANE).sectional, expected, DIFFERENCE)
    # Negative control of the second route: another place has another curvature.
    assert abs(brioschi(model, place + 0.1) - expected) > 10 * DIFFERENCE


def test_curvature_does_not_depend_on_the_basis_of_the_plane(rng):
    model = network((3, 6, 8))
    x, u, v = rng.normal(size=(3, 3))
    one = sectional_at(model, x, u, v)
    other = sectional_at(model, x, 2 * u + v, u - 3 * v)
    assert_close(one, other, 1e-9)


def test_a_section_of_an_immersion_bends_at_least_as_much(rng):
    """Gauss once more, for the section within the image: |II| of the section adds a normal part."""
    model = network((4, 9, 12))
    x, u, v = rng.normal(size=(3, 4))
    assert gauss_curvature_at(model, x, u, v).bending >= sectional_at(model, x, u, v).bending


def test_a_section_exists_where_the_network_lowers_the_dimension(rng):
    model = network((6, 5, 4))
    x, u, v = rng.normal(size=(3, 6))
    with pytest.raises(ValueError, match=r"immersion.*has rank 4"):
        sectional_at(model, x, u, v)
    curvature = gauss_curvature_at(model, x, u, v)
    assert -0.5 <= curvature.scale_free <= 0.5

    def slanted(place):
        return model(torch.tensor(x) + place @ torch.tensor(np.stack([u, v])))

    assert_close(curvature, sectional_at(slanted, [0.0, 0.0], *PLANE), 1e-12)


@pytest.mark.parametrize("act", [nn.Tanh, nn.ReLU])
def test_pull_back_of_a_composition_is_the_composition_of_pull_backs(act, rng):
    model = network((4, 6, 5, 3), act=act)
    x = rng.normal(size=4)
    metric = np.diag([1.0, 2.0, 3.0])
    metrics = pull_back(model, x, metric)
    assert [len(g) for g in metrics] == [4, 6, 6, 5, 5, 3, 3]
    assert_close(metrics[0], metric_at(model, x, metric), ROUNDING)
    assert_close(
        metrics[2], metric_at(model[2:].eval(), model[:2](torch.tensor(x)), metric), ROUNDING
    )
    assert_close(pull_back(list(model), x, metric)[0], metrics[0], ROUNDING)


def test_units_of_a_convolutional_network_pull_back_too(rng):
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv, self.head = nn.Conv2d(1, 2, 3), nn.Linear(8, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.head(torch.flatten(torch.tanh(self.conv(x)), 1))

    model, x = Net().eval(), rng.normal(size=(1, 4, 4))
    metrics = pull_back(model, x)
    assert [len(g) for g in metrics] == [16, 8, 8, 3]
    assert_close(metrics[0], metric_at(model, x), ROUNDING)
    with pytest.raises(ValueError, match="map samples to samples"):
        pull_back(nn.Flatten(0).eval(), x)


def test_volumes_add_up_and_a_lost_rank_has_none(rng):
    one, two = (nn.Linear(3, 3).double().requires_grad_(False).eval() for _ in range(2))
    x = rng.normal(size=3)
    volumes = [log_volume(metric_at(layer, x)) for layer in (one, two)]
    assert_close(log_volume(metric_at(nn.Sequential(one, two).eval(), x)), sum(volumes), 1e-9)
    assert log_volume(metric_at(nn.ReLU().eval(), [1.0, -1.0])) == -np.inf


def test_second_derivatives_against_differences_and_of_attention(rng):
    layer = nn.TransformerEncoderLayer(4, 2, 8, batch_first=True, activation="gelu").eval()
    x, u, v = (torch.from_numpy(value) for value in rng.normal(size=(3, 3, 4)))
    double = layer.double()
    flat = flattened(lambda sample: double(sample[None])[0], x)
    with torch.no_grad():
        f = {(i, j): flat((x + STEP * (i * u + j * v)).flatten())
             for i, j in itertools.product((-1, 1), repeat=2)}  # fmt: skip
        mixed = (f[1, 1] - f[1, -1] - f[-1, 1] + f[-1, -1]) / (4 * STEP**2)
        first = (f[1, 1] - f[-1, -1]) / (2 * STEP)
    ends = u.flatten().numpy(), v.flatten().numpy()
    # Central differences of second order with step 1e-3.
    assert_close(second_derivative(flat, x.flatten(), *ends), mixed.numpy(), 1e-4)
    assert_close(first_derivative(flat, x.flatten(), ends[0] + ends[1]), first.numpy(), 1e-4)
    assert np.isfinite(gauss_curvature_at(layer, x, u, v)).all()


def test_the_second_form_is_normal_and_symmetric(rng):
    model = network((3, 5, 6))
    x, u, v = rng.normal(size=(3, 3))
    form = second_form_at(model, x, u, v)
    assert_close(form, second_form_at(model, x, v, u), ROUNDING)
    jacobian = torch.func.jacrev(model)(torch.tensor(x)).detach().numpy()
    assert_close(form @ jacobian, np.zeros(3), ROUNDING)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: metric_at(cylinder, [np.nan, 0.0]), "x"),
        (lambda: metric_at(cylinder, [0.0, 0.0], np.eye(2)), "metric"),
        (lambda: sectional_at(cylinder, [0.0, 0.0], [1.0], [0.0, 1.0]), "u"),
        (lambda: sectional_at(cylinder, [0.0, 0.0], [1.0, 2.0], [2.0, 4.0]), "v"),
        (lambda: sectional_at(sphere(1.0), [0.0, 0.0], *PLANE), "x"),
        (lambda: metric_at(nn.ReLU(), [0.0]), "model"),
    ],
)
def test_bad_arguments_are_refused(call, name):
    with pytest.raises(ValueError, match=f"Argument `{name}` must"):
        call()
