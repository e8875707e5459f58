"""C9: readings of a network against finite differences, fits against exact ones, made-up tables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.optimize
import torch

from analogs.curves.pullback import sectional_at
from analogs.evidence import Outcome, Reading, Setting, Trial, hold_family, settle
from analogs.evidence.claim import Row
from analogs.evidence.repetition import join
from analogs.evidence.verdict import outcomes_by_definition
from analogs.mirrors.activation import approximation, experiment, measures
from analogs.mirrors.activation.approximation import Problem, best_error, random_problem
from analogs.mirrors.activation.claims import C9
from analogs.mirrors.activation.measures import gradient_ratio, mean_curvature, sensitivity, turning
from analogs.mirrors.activation.perceptron import (
    ACTIVATIONS,
    INPUTS,
    LAYERS,
    SMOOTH,
    WIDTH,
    Perceptron,
    random_weights,
)
from tests.closeness import assert_close

SEEDS = tuple(range(20))
SETTING = Setting(False, SEEDS)


# ---- one network


def test_weights_are_shared_and_of_hes_scale(rng: np.random.Generator) -> None:
    weights = random_weights(rng)
    assert [tuple(w.shape) for w in weights] == [(WIDTH, INPUTS), *[(WIDTH, WIDTH)] * (LAYERS - 1)]
    assert_close(float(torch.stack(weights[1:]).var()) * WIDTH, 2.0, 0.1)
    assert_close(float(weights[0].var()) * INPUTS, 2.0, 0.3)
    x = torch.from_numpy(rng.standard_normal((5, INPUTS)))
    relu = Perceptron(weights, "relu")
    assert_close(relu(3 * x).numpy(), 3 * relu(x).numpy())
    assert_close(relu(x)[0].numpy(), relu(x[0]).numpy())


def test_curvature_is_the_mean_over_the_planes(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measures, "PLANES", 5)
    network = Perceptron(random_weights(rng), "tanh")
    found, negative = mean_curvature(network, np.random.default_rng(4))
    draws = np.random.default_rng(4).standard_normal((measures.PLANES, 3, INPUTS))
    values = []
    for x, u, v in draws:
        values.append(finite_difference_ratio(network, x, u, v))
    assert_close(found, np.mean(values), 1e-4)
    assert negative == np.mean(np.array(values) < 0)


def finite_difference_ratio(network: Perceptron, x, u, v) -> float:
    """K / |II|^2 from differences of the function alone."""

    def f(p: np.ndarray) -> np.ndarray:
        return network(torch.from_numpy(p)).numpy()

    h = 1e-3
    eye = np.eye(INPUTS)
    jacobian = np.array([(f(x + h * e) - f(x - h * e)) / (2 * h) for e in eye]).T
    plane = np.stack([u, v], axis=1)
    a, b = (plane @ np.linalg.inv(np.linalg.qr(jacobian @ plane)[1])).T
    normal = np.eye(len(jacobian)) - jacobian @ np.linalg.pinv(jacobian)

    def second(p, q) -> np.ndarray:
        h = 1e-3 / np.sqrt(np.linalg.norm(p) * np.linalg.norm(q))
        corners = [
            f(x + h * (s * p + t * q)) * s * t for s, t in itertools.product((1, -1), repeat=2)
        ]
        return normal @ np.sum(corners, axis=0) / (4 * h**2)

    aa, ab, bb = second(a, a), second(a, b), second(b, b)
    return float((aa @ bb - ab @ ab) / (aa @ aa + 2 * ab @ ab + bb @ bb))


def test_relu_is_flat_beside_its_kinks(rng: np.random.Generator) -> None:
    network = Perceptron(random_weights(rng), "relu")
    x, u, v = rng.standard_normal((3, INPUTS))
    assert sectional_at(network, x, u, v).bending == 0.0
    assert "relu" not in SMOOTH


def test_sensitivity_of_a_linear_map_is_known(rng: np.random.Generator) -> None:
    # One layer of ones on ones: each output of n ones changes by CHANGE times the sum of n normals.
    network = Perceptron([torch.ones(50, 40, dtype=torch.float64)], "relu")
    x = torch.ones(1, 40, dtype=torch.float64)
    assert abs(sensitivity(network, x, rng) * np.sqrt(40) - 1) < 0.15


def test_gradients_agree_with_finite_differences(rng: np.random.Generator) -> None:
    network = Perceptron(random_weights(rng)[:3], "sigmoid")
    x, labels = measures.batch(rng)

    def loss(layer: int, change: torch.Tensor) -> float:
        weights = list(network.weights)
        weights[layer] = weights[layer] + change
        outputs = Perceptron(weights, "sigmoid")(x)
        return float(torch.nn.functional.cross_entropy(outputs, labels))

    norms = []
    for layer in (0, 2):
        shape, h = network.weights[layer].shape, 1e-5
        entries = []
        for place in np.ndindex(*shape):
            change = torch.zeros(shape, dtype=torch.float64)
            change[place] = h
            entries.append((loss(layer, change) - loss(layer, -change)) / (2 * h))
        norms.append(np.linalg.norm(entries))
    assert_close(gradient_ratio(network, x, labels), norms[0] / norms[1], 1e-6)


def test_a_linear_network_has_equal_gradients() -> None:
    eye = torch.eye(WIDTH, dtype=torch.float64)
    x = torch.rand(4, WIDTH, dtype=torch.float64)
    assert_close(gradient_ratio(Perceptron([eye, eye], "relu"), x, torch.zeros(4).long()), 1.0)


def test_turning_in_order_stays_a_circle_and_grows_in_chaos() -> None:
    ordered, chaotic = (turning("sigmoid", sw, 3) for sw in (1.0, 20.0))
    assert 2 * np.pi * 0.99 < ordered < 1.2 * 2 * np.pi
    assert chaotic > 10 * ordered


# ---- fits


@pytest.mark.parametrize("dimension", [1, 2])
def test_problems_are_smooth_and_scaled(dimension: int, rng: np.random.Generator) -> None:
    problem = random_problem(dimension, rng)
    assert problem.dimension == dimension
    assert_close([problem.values.mean(), problem.values.std()], [0.0, 1.0])
    if dimension == 1:  # a trigonometric polynomial of degree 3
        waves = np.pi * problem.points * np.arange(4)
        basis = np.hstack([np.cos(waves), np.sin(waves)])
        rest = np.linalg.lstsq(basis, problem.values, rcond=None)[0]
        assert_close(basis @ rest, problem.values)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize("dimension", [1, 2])
def test_the_jacobian_of_a_fit(activation: str, dimension: int, rng: np.random.Generator) -> None:
    problem = random_problem(dimension, rng)
    size = approximation.UNITS[dimension]
    start = approximation._start(problem, activation, size, rng)
    arguments = (problem, activation, size)
    exact = approximation._jacobian(start, *arguments)
    differences = scipy.optimize.approx_fprime(start, approximation._residual, 1e-7, *arguments)
    # A kink between two evaluations is rare, and changes a row.
    wrong = np.abs(exact - differences).max(axis=1) > 1e-5 * np.abs(exact).max()
    assert wrong.mean() < 0.02


def test_a_network_of_its_own_kind_is_fitted_exactly(rng: np.random.Generator) -> None:
    x = np.linspace(-1, 1, 96)[:, None]
    hinge = np.maximum(x[:, 0] - 0.2, 0) - 2 * np.maximum(-x[:, 0] - 0.1, 0)
    step = np.tanh(3 * x[:, 0])
    for values, activation, other in ((hinge, "relu", "sigmoid"), (step, "sigmoid", "relu")):
        problem = Problem(x, values)
        assert best_error(problem, activation, 6, rng) < 1e-6
        assert best_error(problem, other, 2, rng) > 1e-6


def test_more_starts_do_not_fit_worse(rng: np.random.Generator) -> None:
    problem = random_problem(1, rng)
    errors = [best_error(problem, "relu", n, np.random.default_rng(2)) for n in (1, 3)]
    assert errors[1] <= errors[0]


# ---- the claim

EFFECTS = {"curvature": -0.1, "turning": 2.0, "gradient": 100.0, "error": 3.0}
PARTS = {
    "curvature": experiment.CURVATURE,
    "turning": experiment.TURNING,
    "gradient": experiment.GRADIENT,
    "error": experiment.FIT,
}


def made_up(noise: float = 0.05, **effects: float) -> dict[str, tuple[Row, ...]]:
    """Tables in which the sigmoid differs from all others as wanted, on average over the seeds."""
    effect = EFFECTS | effects
    networks: list[Row] = []
    circles: list[Row] = []
    fits: list[Row] = []
    for seed in SEEDS:
        off = noise * (-1) ** seed
        for name in ACTIVATIONS:
            mine = name == "sigmoid"
            ratio = float(np.exp(off)) / effect["gradient"] if mine else 1.0
            curvature = effect["curvature"] + 0.1 * off if mine else 0.001 * seed
            networks.append(
                {
                    "seed": seed,
                    "activation": name,
                    "curvature": curvature if name in SMOOTH else None,
                    "negative": 0.5 if name in SMOOTH else None,
                    "sensitivity": 1.0 + ratio + 0.001 * seed,
                    "gradient_ratio": ratio,
                }
            )
        for name, sw in experiment.CIRCLES:
            turned = effect["turning"] * float(np.exp(off)) if name == "sigmoid" else 1.0
            circles.append(
                {"seed": seed, "activation": name, "weight_scale": sw, "turning": turned}
            )
        for dimension, name in itertools.product((1, 2), ("sigmoid", "relu")):
            error = effect["error"] * float(np.exp(off)) if name == "relu" else 1.0
            fits.append({"seed": seed, "dimension": dimension, "activation": name, "error": error})
    return {"networks": tuple(networks), "circles": tuple(circles), "fits": tuple(fits)}


def parts(readings: tuple[Reading, ...]) -> dict[str, Outcome]:
    found = outcomes_by_definition(readings)
    return {definition: outcome for (_, definition), outcome in found.items()}


def conclude(tables: dict[str, tuple[Row, ...]]) -> tuple[Reading, ...]:
    return hold_family(experiment.conclude(SETTING, tables).readings)


def test_all_four_definitions_vote() -> None:
    assert parts(conclude(made_up())) == dict.fromkeys(PARTS.values(), Outcome.SUPPORTED)


@pytest.mark.parametrize(
    ("part", "none"), [("curvature", 0.0), ("turning", 1.0), ("gradient", 1.0), ("error", 1.0)]
)
def test_each_definition_is_refuted_by_its_own_numbers(part: str, none: float) -> None:
    readings = conclude(made_up(**{part: none}))
    found = parts(readings)
    assert found.pop(PARTS[part]) is Outcome.REFUTED
    assert set(found.values()) == {Outcome.SUPPORTED}
    assert settle(readings) is Outcome.DEFINITION_DEPENDENT


def test_noise_is_inconclusive() -> None:
    found = parts(
        conclude(made_up(noise=8.0, curvature=-0.02, turning=1.5, gradient=10.0, error=1.5))
    )
    assert set(found.values()) == {Outcome.INCONCLUSIVE}


def test_the_chain_has_no_vote_and_a_sign() -> None:
    readings = conclude(made_up())
    links = {r.name: r for r in readings if r.name.startswith("Spearman")}
    assert len(links) == 2
    assert not any(link.decisive for link in links.values())
    # Made up: small gradients go with small sensitivity, against the paper's chain.
    [gradient] = [link for name, link in links.items() if "gradient" in name]
    assert gradient.outcome is Outcome.REFUTED


def test_a_repetition_gives_what_is_concluded_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "PLANES", 1)
    monkeypatch.setattr(measures, "CIRCLE_WIDTH", 16)
    monkeypatch.setattr(experiment, "STARTS_QUICK", 1)
    monkeypatch.setattr(approximation, "EVALUATIONS", 5)
    tables = join((4, 5), [experiment.repeat(Trial(True, seed)) for seed in (4, 5)])
    evidence = experiment.conclude(Setting(True, (4, 5)), tables)
    assert {r.definition for r in evidence.readings if r.decisive} == set(PARTS.values())
    assert {row["activation"] for row in tables["networks"]} == set(ACTIVATIONS)


def test_the_claim_says_what_it_uses() -> None:
    for number in (INPUTS, LAYERS, WIDTH, measures.CIRCLE_WIDTH, measures.CIRCLE_POINTS):
        assert str(number) in C9.definition
    assert C9.seeds_full == 20
