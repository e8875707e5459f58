"""A2: the equation of Gauss against finite differences of the Fisher metric, and known families."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch

from analogs.evidence import Evidence, Outcome, Setting, Verdict, evaluate
from analogs.mirrors.fisher_rao import experiment
from analogs.mirrors.fisher_rao.claims import A2, CLAIMS
from analogs.mirrors.fisher_rao.curvature import (
    Curvatures,
    Surface,
    sectional_curvature,
    surface,
)
from analogs.mirrors.fisher_rao.experiment import LAWS, known_curvatures, network_curvatures
from analogs.mirrors.fisher_rao.model import (
    FAMILIES,
    NETWORKS,
    Family,
    Network,
    categorical,
    covariance_curvature,
    on_sphere,
)
from tests.closeness import assert_close
from tests.oracles import charts

QUICK = Setting(quick=True, seeds=(0,))
SAMPLE = 40
# Fourth derivatives against second ones, at points that are not near a degenerate metric.
DERIVATIVES = 1e-9
# Differences of the metric, see `charts.STEP`.
DIFFERENCES = 1e-5

Result = tuple[Verdict, Evidence]
by_network = pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
by_family = pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)


@pytest.fixture(scope="module")
def result() -> Result:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(experiment, "PLANES", SAMPLE)
        return evaluate(A2, QUICK)


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "PLANES", SAMPLE)


def logits(network: Network, theta: Any, x: Any) -> Any:
    """Unit by unit, theta read number by number; for numpy and torch."""
    values, numbers = list(x.T), iter(theta)
    for layer, narrow in enumerate(network.widths[1:]):
        if layer:
            values = [torch.tanh(v) for v in values]
        weights = [[next(numbers) for _ in range(narrow)] for _ in values]
        sums = [sum(w[j] * v for w, v in zip(weights, values, strict=True)) for j in range(narrow)]
        values = [s + next(numbers) for s in sums] if network.biases else sums
    return values[0]


def intrinsic(network: Network, theta: np.ndarray, x: np.ndarray, plane: np.ndarray) -> float:
    """K from the metric and its two derivatives: ``mean_x p (1 - p) grad z grad z^T``, no surface."""
    inputs, derive = torch.as_tensor(x), torch.func.jacrev

    def metric(point: torch.Tensor) -> torch.Tensor:
        slopes = derive(lambda t: logits(network, t, inputs))(point)
        p = torch.sigmoid(logits(network, point, inputs))
        return (slopes.T * p * (1 - p)) @ slopes / len(inputs)

    point, (a, b) = torch.as_tensor(theta), plane
    g, slope, bend = (
        f(point).numpy() for f in (metric, derive(metric), derive(derive(metric)))
    )  # derivatives in the last places

    def christoffel(u: np.ndarray, v: np.ndarray) -> np.ndarray:
        return np.asarray(
            (slope @ u @ v + slope @ v @ u - np.einsum("ijk,i,j->k", slope, u, v)) / 2
        )

    def second(u: np.ndarray, v: np.ndarray, k: np.ndarray, m: np.ndarray) -> float:
        return float(u @ (bend @ m @ k) @ v)

    ab, aa, bb = christoffel(a, b), christoffel(a, a), christoffel(b, b)
    numerator = second(a, b, a, b) - second(b, b, a, a) / 2 - second(a, a, b, b) / 2
    numerator += ab @ np.linalg.solve(g, ab) - aa @ np.linalg.solve(g, bb)
    return float(numerator / ((a @ g @ a) * (b @ g @ b) - (a @ g @ b) ** 2))


@by_network
def test_logits_unit_by_unit(network: Network, rng: np.random.Generator) -> None:
    theta = torch.as_tensor(rng.standard_normal(network.parameters))
    x = torch.as_tensor(rng.standard_normal((16, network.widths[0])))
    assert_close(network.logits(theta, x), logits(network, theta, x))


# Nine parameters take twenty seconds; larger networks are tested by two embeddings below.
@pytest.mark.parametrize("network", NETWORKS[:5], ids=lambda network: network.name)
def test_gauss_agrees_with_the_curvature_of_the_metric(
    network: Network, rng: np.random.Generator
) -> None:
    theta, x = rng.standard_normal(network.parameters), rng.standard_normal((40, network.widths[0]))
    plane = rng.standard_normal((2, network.parameters))
    found = sectional_curvature(surface(network.arcs, theta[None], x[None]), plane[None])
    expected = intrinsic(network, theta, x, plane)
    assert_close(found.values[0], expected, DERIVATIVES)
    with pytest.raises(AssertionError):
        assert_close(-found.values[0], expected, DERIVATIVES)


def test_gauss_agrees_with_differences_of_the_metric(rng: np.random.Generator) -> None:
    network, x = NETWORKS[1], rng.standard_normal((40, 2))
    theta, plane = np.array([0.7, -1.1, 0.4]), rng.standard_normal((2, 3))

    def metric(shift: np.ndarray) -> np.ndarray:
        steps = 1e-30j * np.eye(3)
        moved = [logits(network, theta + shift + step, x) for step in steps]
        slopes = np.array([z.imag / 1e-30 for z in moved])
        p = 1 / (1 + np.exp(-moved[0].real))
        return np.asarray((slopes * p * (1 - p)) @ slopes.T / len(x))

    found = sectional_curvature(surface(network.arcs, theta[None], x[None]), plane[None])
    assert_close(found.values[0], charts.sectional(metric, *plane), DIFFERENCES)


@by_network
def test_arcs_and_both_outcomes_are_one_metric(network: Network, rng: np.random.Generator) -> None:
    """Two embeddings, one in as many dimensions as inputs and one in twice as many."""

    def both(theta: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        z = network.logits(theta, inputs)
        return torch.nn.functional.logsigmoid(torch.cat([z, -z])) - np.log(len(inputs))

    theta = rng.standard_normal((SAMPLE, network.parameters))
    x = rng.standard_normal((SAMPLE, 16, network.widths[0]))
    planes = rng.standard_normal((SAMPLE, 2, network.parameters))
    arcs = sectional_curvature(surface(network.arcs, theta, x), planes)
    sphere = sectional_curvature(surface(on_sphere(both), theta, x), planes)
    assert (np.abs(arcs.values - sphere.values) <= arcs.bound + sphere.bound).all()


@by_network
def test_bound_covers_another_basis_of_the_plane(
    network: Network, rng: np.random.Generator
) -> None:
    theta = rng.standard_normal((SAMPLE, network.parameters))
    at = surface(network.arcs, theta, rng.standard_normal((SAMPLE, 16, network.widths[0])))
    planes = rng.standard_normal((SAMPLE, 2, network.parameters))
    turned = np.array([[0.8, 0.6], [-1.2, 1.6]]) @ planes
    first, second = sectional_curvature(at, planes), sectional_curvature(at, turned)
    assert (np.abs(first.values - second.values) <= first.bound + second.bound).all()


@by_family
def test_bound_covers_the_error_and_leaves_the_sign(
    family: Family, few: None, rng: np.random.Generator
) -> None:
    found, errors = known_curvatures(family, [rng])
    assert (errors <= found.bound).all()
    assert (found.flat if family.split else ~found.flat).all()


@by_family
def test_bound_covers_changes_of_the_derivatives(family: Family, rng: np.random.Generator) -> None:
    """Derivatives moved by what the bound allows, 1e6 times rounding."""
    theta = rng.standard_normal((SAMPLE, family.parameters))
    at = surface(family.embedding, theta, theta)
    planes = np.zeros((SAMPLE, 2, family.parameters))
    for vector, reach in enumerate(family.reach):
        planes[:, vector, reach] = rng.standard_normal(planes[:, vector, reach].shape)
    size = at.bends[0].size * 1e6 * np.finfo(float).eps
    moved = dataclasses.replace(at, slopes=changed(at.slopes, size, rng))
    moved = dataclasses.replace(moved, bends=changed(at.bends, size, rng))
    first, second = sectional_curvature(at, planes), sectional_curvature(moved, planes)
    good = at.condition < 20  # where first order is enough
    assert good.any()
    assert (np.abs(first.values - second.values) <= 1.5e6 * first.bound)[good].all()


def changed(values: np.ndarray, size: float, rng: np.random.Generator) -> np.ndarray:
    """Moved in a random direction by `size` of the Frobenius norm."""
    direction = rng.standard_normal(values.shape)
    axes = tuple(range(1, values.ndim))
    lengths = [np.sqrt(np.sum(v**2, axis=axes, keepdims=True)) for v in (values, direction)]
    return np.asarray(values + size * lengths[0] / lengths[1] * direction)


@pytest.mark.parametrize(
    ("bends", "curvature", "bound"),
    [([[0, 1], [1, 0]], -1.0, 2.0), ([[1, 0], [0, 1]], 1.0, 2.0), ([[1, 0], [0, 0]], 0.0, 1.0)],
)
def test_bound_by_hand(bends: list[list[float]], curvature: float, bound: float) -> None:
    """``z = x A x / 2`` at 0: m = 12, kappa = sqrt 2, and one or two terms of first order."""
    second = np.zeros((1, 3, 2, 2))
    second[0, 2] = bends
    found = sectional_curvature(Surface(np.eye(3, 2)[None], second), np.eye(2)[None])
    unit = 4 * 12 * np.sqrt(2) * np.linalg.norm(bends) * np.finfo(float).eps
    assert_close(found.values, [curvature])
    assert_close(found.bound / unit, [bound])


def test_metric_of_a_normal_variable_by_differences() -> None:
    """``dmu^2 / sigma^2 + 2 ds^2`` with s the logarithm of sigma."""
    theta = np.array([[0.3, -0.4]])
    at = surface(FAMILIES[0].embedding, theta, theta)
    assert_close(at.frame[0].T @ at.frame[0], np.diag([np.exp(0.8), 2.0]))


def test_curvature_of_covariances_by_differences(rng: np.random.Generator) -> None:
    """``tr(S^-1 dS S^-1 dS) / 2`` in the entries of L."""
    theta = np.array([0.2, -0.5, 0.3])

    def covariance(t: np.ndarray) -> np.ndarray:
        lower = np.array([[np.exp(t[0]), 0.0], [t[1], np.exp(t[2])]])
        return np.asarray(lower @ lower.T)

    def metric(shift: np.ndarray) -> np.ndarray:
        point, step = theta + shift, 1e-6
        inverse = np.linalg.inv(covariance(point))
        moves = [
            inverse @ (covariance(point + e) - covariance(point - e)) / (2 * step)
            for e in step * np.eye(3)
        ]
        return np.array([[np.trace(a @ b) / 2 for b in moves] for a in moves])

    at = surface(FAMILIES[1].embedding, theta[None], theta[None])
    assert_close(at.frame[0].T @ at.frame[0], metric(np.zeros(3)), 1e-8)
    planes = rng.standard_normal((1, 2, 3))
    expected = covariance_curvature(theta[None], planes)
    assert_close(sectional_curvature(at, planes).values, expected)
    # Steps of the metric itself are 1e-6: second differences of its rounding.
    assert_close(charts.sectional(metric, *planes[0]), expected[0], 1e-3)


def test_probabilities_sum_to_one(rng: np.random.Generator) -> None:
    """``|f|^2 = 4`` on the sphere."""
    for family in FAMILIES:
        theta = torch.as_tensor(rng.standard_normal(family.parameters))
        assert_close(float(torch.sum(family.embedding(theta, theta) ** 2)), 4.0)


def test_quadrature_that_is_too_coarse_is_noticed(
    few: None, monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr("analogs.mirrors.fisher_rao.model.NODES", 3)
    found, errors = known_curvatures(FAMILIES[0], [rng])
    assert errors.min() > experiment.TOLERANCE
    assert (errors > found.bound).all()


def test_sphere_of_another_radius_is_noticed(few: None, rng: np.random.Generator) -> None:
    def half(theta: torch.Tensor, given: torch.Tensor) -> torch.Tensor:
        return on_sphere(categorical)(theta, given) / 2

    wrong = dataclasses.replace(FAMILIES[2], embedding=half)
    _, errors = known_curvatures(wrong, [rng])
    assert_close(errors, np.full(SAMPLE, 0.75))


def test_a_degenerate_metric_has_no_sign() -> None:
    """With w = 1e-9 the network a tanh(w x) is a w x: one parameter too many."""
    theta, x = np.array([[1.0, 1e-9]]), np.linspace(-1, 1, 16)[None, :, None]
    at = surface(NETWORKS[2].arcs, theta, x)
    assert sectional_curvature(at, np.eye(2)[None]).flat.all()


def test_as_many_inputs_as_parameters_are_flat(rng: np.random.Generator) -> None:
    """An open part of flat space."""
    network = NETWORKS[1]
    theta, x = rng.standard_normal((SAMPLE, 3)), rng.standard_normal((SAMPLE, 3, 2))
    planes = rng.standard_normal((SAMPLE, 2, 3))
    assert sectional_curvature(surface(network.arcs, theta, x), planes).flat.all()


def saddles(rng: np.random.Generator) -> Surface:
    """Slopes of a very uneven metric."""
    slopes = rng.standard_normal((4000, 8, 4)) * np.array([1.0, 3.0, 10.0, 30.0])
    return Surface(slopes, np.zeros((4000, 8, 4, 4)))


def test_planes_uniform_in_the_metric_have_no_direction(rng: np.random.Generator) -> None:
    at = saddles(rng)
    vectors = LAWS["uniform in the metric"](rng, at) @ np.swapaxes(at.frame, 1, 2)
    covariance = np.einsum("bvi,bvj->ij", vectors, vectors) / 8000
    assert np.abs(covariance - np.eye(4)).max() < 6 / np.sqrt(8000)
    plain = LAWS["uniform in the parameters"](rng, at)
    covariance = np.einsum("bvi,bvj->ij", plain, plain) / 8000
    assert np.abs(covariance - np.eye(4)).max() < 6 / np.sqrt(8000)


def test_coordinate_planes_are_all_pairs_of_parameters(rng: np.random.Generator) -> None:
    planes = LAWS["spanned by two parameters"](rng, saddles(rng))
    assert (planes.sum(axis=2) == 1).all()
    pairs = {tuple(sorted(np.argmax(plane, axis=1).tolist())) for plane in planes}
    assert len(pairs) == 6
    assert all(first < second for first, second in pairs)


@pytest.mark.parametrize(("network", "count"), [(NETWORKS[0], 1), (NETWORKS[3], 3)])
def test_two_parameters_have_one_plane(
    network: Network, count: int, few: None, rng: np.random.Generator
) -> None:
    assert len(network_curvatures(network, [rng])) == count


def test_numbers_of_parameters() -> None:
    assert [network.parameters for network in NETWORKS] == [2, 3, 2, 3, 5, 7, 9]


def test_flat_planes_open_the_interval_to_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    """All negative but for flat ones: neither supported nor refuted."""

    def curvatures(network: Network, generators: object) -> dict[str, Curvatures]:
        bound = np.where(np.arange(1000) < 100, 2.0, 0.5)
        return {"law": Curvatures(np.full(1000, -1.0), bound)}

    monkeypatch.setattr(experiment, "network_curvatures", curvatures)
    monkeypatch.setattr(experiment, "FAMILIES", ())
    verdict, evidence = evaluate(A2, QUICK)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    row = evidence.tables["signs"][0]
    assert (row["negative"], row["flat"], row["positive"]) == (0.9, 0.1, 0.0)
    assert row["low"] < 0.95 < row["high"]


def test_known_families_are_exact_and_have_no_vote(result: Result) -> None:
    known = [r for r in result[0].readings if not r.decisive]
    assert len(known) == 2 * len(FAMILIES)
    assert {r.outcome for r in known} == {Outcome.EXACT}
    rows = [row for row in result[1].tables["signs"] if row["kind"] == "known family"]
    assert [(row["negative"], row["flat"], row["positive"]) for row in rows] == [
        (1.0, 0.0, 0.0),
        (1.0, 0.0, 0.0),
        (0.0, 0.0, 1.0),
        (0.0, 0.0, 1.0),
        (0.0, 1.0, 0.0),
    ]


def test_every_network_and_law_is_a_definition(result: Result) -> None:
    verdict, evidence = result
    decisive = [r for r in verdict.readings if r.decisive]
    assert len({r.definition for r in decisive}) == len(decisive) == 2 + 5 * len(LAWS)
    rows = [row for row in evidence.tables["signs"] if row["kind"] == "network"]
    assert [r.value for r in decisive] == [row["negative"] for row in rows]
    for row in rows:
        assert_close(row["negative"] + row["flat"] + row["positive"], 1.0)


def test_flat_networks_decide_nothing(few: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def plane(network: Network, theta: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        return inputs.flatten()[: len(theta)] * theta

    monkeypatch.setattr(Network, "arcs", plane)
    verdict, evidence = evaluate(A2, QUICK)
    assert all(row["flat"] == 1.0 for row in evidence.tables["signs"] if row["kind"] == "network")
    assert verdict.outcome is Outcome.INCONCLUSIVE


def test_numbers_are_drawn_from_the_registered_generators(
    few: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experiment, "FAMILIES", ())
    monkeypatch.setattr(experiment, "NETWORKS", NETWORKS[:1])
    [row] = evaluate(A2, Setting(quick=True, seeds=(3, 5)))[1].tables["signs"]
    generators = [np.random.default_rng((20261122, seed)) for seed in (3, 5)]
    [found] = network_curvatures(NETWORKS[0], generators).values()
    assert row["median"] == np.median(found.values)
    assert "default_rng((20261122, seed))" in A2.definition


def test_claims_of_the_package() -> None:
    assert {claim.id: claim.kind for claim in CLAIMS} == {"A2": "curvature"}
