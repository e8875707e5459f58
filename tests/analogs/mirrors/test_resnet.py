"""EM2: gradients by differences, closed-form networks, the geodesic by two other routes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import scipy.linalg

from analogs.evidence import Outcome, Setting, evaluate
from analogs.mirrors.resnet import experiment
from analogs.mirrors.resnet.claims import CLAIMS, EM2
from analogs.mirrors.resnet.experiment import CASES, random_target
from analogs.mirrors.resnet.law import LARGEST_VARIATION, explained, extrapolate, law_errors
from analogs.mirrors.resnet.model import (
    EXPONENTIAL_LAYER,
    RESIDUAL_LAYER,
    LayerKind,
    ResidualNetwork,
    energy,
    random_network,
    shortest_network,
)
from qgeom.geodesic.connect import connect
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from tests.closeness import ROUNDING, assert_close

GL = MatrixMetric("gl", 3, band(1, 4.0))
FLAT_GL = MatrixMetric("gl", 3, band(1, 1.0))
SO = MatrixMetric("so", 3, band(1, 4.0))
SU = PauliMetric(2, nielsen(4.0, locality=1))

# Second differences of step 1e-5 in double precision lose half of the digits.
DIFFERENCE = 1e-6
# L-BFGS stops at a relative change of the energy of 1e-15; the length is good to its square root.
MINIMUM = 1e-6

PAIRS = pytest.mark.parametrize(
    ("metric", "kind"),
    [(GL, RESIDUAL_LAYER), (SO, EXPONENTIAL_LAYER), (SU, EXPONENTIAL_LAYER)],
    ids=["GL", "SO", "SU"],
)


def spread_evenly(network: ResidualNetwork) -> None:
    """The checker of the claim on one network."""
    assert network.variation < LARGEST_VARIATION


def check_gradient(metric: RightInvariantMetric, kind: LayerKind, rng: np.random.Generator) -> None:
    target = random_target(metric, rng)
    free, direction = rng.normal(size=(2, 4, metric.dim))
    free *= 0.5
    step = 1e-5 * direction
    after = energy(metric, target, kind, free + step)[0]
    before = energy(metric, target, kind, free - step)[0]
    slope = float(np.sum(energy(metric, target, kind, free)[1] * direction))
    assert_close((after - before) / 2e-5, slope, DIFFERENCE)


@PAIRS
def test_gradient_of_each_kind_of_layer(
    metric: RightInvariantMetric, kind: LayerKind, rng: np.random.Generator
) -> None:
    check_gradient(metric, kind, rng)


def test_gradient_of_exponential_layers_on_a_group_that_is_not_compact(
    rng: np.random.Generator,
) -> None:
    check_gradient(GL, EXPONENTIAL_LAYER, rng)


@PAIRS
def test_layers_multiply_to_the_target(
    metric: RightInvariantMetric, kind: LayerKind, rng: np.random.Generator
) -> None:
    target = random_target(metric, rng)
    for network in (
        random_network(metric, target, 6, kind, rng=rng),
        shortest_network(metric, target, 6, kind, rng=rng),
    ):
        gap = metric.log(metric.inverse(network.product) @ target)
        assert_close(gap, np.zeros(metric.dim))
        assert network.layers.shape == (6, metric.dim)


def test_reported_energy_is_that_of_the_layers(rng: np.random.Generator) -> None:
    target = random_target(SO, rng)
    network = random_network(SO, target, 5, EXPONENTIAL_LAYER, rng=rng)
    value, _ = energy(SO, target, EXPONENTIAL_LAYER, network.layers[:-1])
    assert_close(value, float(np.mean(network.norms**2)))


def test_stretch_has_equal_layers_in_closed_form(rng: np.random.Generator) -> None:
    """By symmetry layer ``1 + x/L`` is the L-th root of a stretch not far from 1."""
    logs, depth = np.array([0.4, -0.3, 0.2]), 8
    target = np.diag(np.exp(logs))
    network = shortest_network(FLAT_GL, target, depth, RESIDUAL_LAYER, rng=rng)
    steps = depth * np.expm1(logs / depth)
    assert_close(network.layers, np.tile(FLAT_GL.vee(np.diag(steps)), (depth, 1)), 1e-4)
    assert_close(network.length, float(np.linalg.norm(steps)) / np.sqrt(3), MINIMUM)


@pytest.mark.parametrize("kind", [RESIDUAL_LAYER, EXPONENTIAL_LAYER], ids=lambda k: k.name)
def test_rotation_of_one_plane_costs_its_angle(kind: LayerKind, rng: np.random.Generator) -> None:
    """In a bi-invariant metric the shortest network to a rotation is the constant one."""
    metric = MatrixMetric("so", 3, band(1, 1.0)) if kind is EXPONENTIAL_LAYER else FLAT_GL
    turn = scipy.linalg.expm(np.array([[0.0, -1.2, 0.0], [1.2, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    network = shortest_network(metric, turn, 16, kind, rng=rng)
    # <u, u^2> = 0 for a rotation, so that even residual layers are right to order 1/L^2.
    assert_close(network.length, 1.2 * np.sqrt(2 / 3), MINIMUM if metric.compact else 1 / 16**2)


@PAIRS
def test_length_tends_to_the_distance(
    metric: RightInvariantMetric, kind: LayerKind, rng: np.random.Generator
) -> None:
    target = random_target(metric, rng)
    lengths = [shortest_network(metric, target, n, kind, rng=rng).length for n in (8, 16)]
    distance = float(connect(metric, target, rng=rng, starts=2, keep=2)[0].length)
    assert_close(extrapolate((8, 16), np.array(lengths), kind.order), distance, 1e-2)
    if kind is EXPONENTIAL_LAYER:
        assert min(lengths) >= distance * (1 - MINIMUM)


def test_slope_of_residual_layers_is_that_of_perturbation_theory(rng: np.random.Generator) -> None:
    """``L (length - d) -> <u, u^2> / (2 d)``, averaged along the geodesic: no network is needed."""
    target = random_target(FLAT_GL, rng)
    geodesic = connect(FLAT_GL, target, rng=rng, starts=2, keep=2)[0].at(np.linspace(0, 1, 101))
    u = FLAT_GL.hat(geodesic.velocities)
    along = FLAT_GL.inner(geodesic.velocities, FLAT_GL.vee(u @ u))
    predicted = np.trapezoid(along, geodesic.times) / (2 * geodesic.length)
    depths = (16, 32)
    networks = [shortest_network(FLAT_GL, target, n, RESIDUAL_LAYER, rng=rng) for n in depths]
    slopes = [len(n.layers) * (n.length - float(geodesic.length)) for n in networks]
    # The slope itself has an error of order 1/L, which extrapolation removes.
    assert_close(extrapolate(depths, np.array(slopes), 1), float(predicted), 0.01)


def test_layers_follow_the_velocity_of_the_geodesic(rng: np.random.Generator) -> None:
    target = random_target(SU, rng)
    network = shortest_network(SU, target, 32, EXPONENTIAL_LAYER, rng=rng)
    middles = (np.arange(32) + 0.5) / 32
    nearest = min(
        connect(SU, target, rng=rng, starts=2, keep=2),
        key=lambda found: float(np.abs(found.at(middles).velocities - network.layers).max()),
    )
    assert_close(network.layers, nearest.at(middles).velocities, 1e-2)


def test_minimum_spreads_the_norms(rng: np.random.Generator) -> None:
    target = random_target(SU, rng)
    start = random_network(SU, target, 16, EXPONENTIAL_LAYER, rng=rng)
    found = shortest_network(SU, target, 16, EXPONENTIAL_LAYER, rng=rng)
    spread_evenly(found)
    assert found.length < start.length
    with pytest.raises(AssertionError):  # negative control
        spread_evenly(start)


def test_wrong_gradient_would_be_noticed(rng: np.random.Generator) -> None:
    """A negative control: the layers `1 + x/L` do not have the velocities of `exp(x/L)`."""
    crossed = dataclasses.replace(RESIDUAL_LAYER, pull=EXPONENTIAL_LAYER.pull)
    with pytest.raises(AssertionError):
        check_gradient(GL, crossed, rng)


def test_law_errors_and_their_pool() -> None:
    depths, lawful = (4, 8, 16), np.array([1.0, 0.5, 0.25])
    assert_close(law_errors(depths, lawful, 1), (0.0, 1.3125))
    misfit, total = law_errors(depths, np.ones(3), 1)
    assert misfit > 0.2 * total
    pooled = explained(np.array([0.0, misfit]), np.array([1.0, total]))
    assert_close(pooled, 1 - misfit / (1 + total), ROUNDING)


@pytest.mark.parametrize(
    ("metric", "depth", "kind", "words"),
    [
        (SO, 4, RESIDUAL_LAYER, "`kind` must keep to the group"),
        (SO, 1, EXPONENTIAL_LAYER, "`depth` must be at least 2"),
    ],
)
def test_refused(metric: MatrixMetric, depth: int, kind: LayerKind, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        shortest_network(metric, np.eye(3), depth, kind, rng=np.random.default_rng(0))


def test_claim_is_decided_on_one_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "CASES", (CASES[2],))
    monkeypatch.setattr(experiment, "DEPTHS_QUICK", (4, 8))
    verdict, evidence = evaluate(EM2, Setting(True, (0, 1)))
    assert verdict.outcome is Outcome.SUPPORTED
    rows = evidence.tables["lengths"]
    assert [(row["seed"], row["layers"]) for row in rows] == [(0, 4), (0, 8), (1, 4), (1, 8)]
    assert all(row["distance"] <= row["length"] < row["constant_length"] for row in rows)
    assert max(row["residual"] for row in rows) < ROUNDING
    assert [claim.id for claim in CLAIMS] == ["EM2", "R1", "R2", "R9"]


def test_an_untrained_network_would_refute_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "CASES", (CASES[2],))
    monkeypatch.setattr(experiment, "DEPTHS_QUICK", (4, 8))
    monkeypatch.setattr(experiment, "shortest_network", random_network)
    assert evaluate(EM2, Setting(True, (0, 1)))[0].outcome is Outcome.REFUTED
