"""L1, L2, L3: closed forms and differences, certificates, weights shared by hand, synthetic tables."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.integrate
import scipy.linalg
import torch

from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.evidence.claim import Row
from analogs.mirrors.recursive import joint, locality, tied
from analogs.mirrors.recursive.circle import (
    FAMILIES,
    FINE,
    GRID,
    MODES,
    Family,
    certificate,
    fit,
    flow,
)
from analogs.mirrors.recursive.claims import CLAIMS, L1
from analogs.mirrors.recursive.joint import ARMS, RecursiveNet
from analogs.mirrors.recursive.matrices import (
    derivative,
    has_real_log,
    planar_distance,
    random_matrix,
    tied_residual,
    untied_residual,
)
from qgeom.geodesic.connect import connect
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from tests.closeness import EXACT, ROUNDING, assert_close

DIFFERENCE = 1e-6
# Least squares stop near an infimum that is not attained.
INFIMUM = 0.01
# Runge and Kutta with 12 steps a field.
FLOW = 1e-5


# ---- matrices


def test_derivative_of_the_exponential(rng: np.random.Generator) -> None:
    a, e = rng.normal(size=(2, 3, 3))
    after, before = (scipy.linalg.expm(a + s * 1e-5 * e) for s in (1, -1))
    assert_close((after - before).ravel() / 2e-5, derivative(a) @ e.ravel(), DIFFERENCE)


def without_logarithm(count: int, rng: np.random.Generator) -> list[np.ndarray]:
    drawn = (random_matrix(2, rng) for _ in range(1000))
    return [matrix for matrix in drawn if not has_real_log(matrix)][:count]


def test_residual_of_plane_matrices_is_the_closed_form(rng: np.random.Generator) -> None:
    for matrix in without_logarithm(4, rng):
        found, known = tied_residual(matrix, rng), planar_distance(matrix)
        assert known - ROUNDING <= found <= known + INFIMUM * np.linalg.norm(matrix)


def test_no_random_exponential_is_nearer_than_the_closed_form(rng: np.random.Generator) -> None:
    (matrix,) = without_logarithm(1, rng)
    generators = rng.normal(scale=2.0, size=(20000, 2, 2))
    nearest = np.linalg.norm(scipy.linalg.expm(generators) - matrix, axis=(1, 2)).min()
    assert planar_distance(matrix) <= nearest


@pytest.mark.parametrize("name", tied.ORACLES)
def test_oracles(name: str, rng: np.random.Generator) -> None:
    matrix = tied.ORACLES[name]
    assert not has_real_log(matrix)
    assert abs(tied_residual(matrix, rng) - planar_distance(matrix)) < INFIMUM


def test_logarithm_of_random_matrices_is_real(rng: np.random.Generator) -> None:
    matrices = [random_matrix(3, rng) for _ in range(30)]
    assert all(np.linalg.det(matrix) > 0 for matrix in matrices)
    for matrix in matrices:
        real = float(np.abs(np.imag(scipy.linalg.logm(matrix))).max()) < 1e-9
        assert has_real_log(matrix) == real
        assert untied_residual(matrix) < ROUNDING * np.linalg.norm(matrix)


# ---- the circle


def test_flow_and_its_derivative(rng: np.random.Generator) -> None:
    fields, x = 0.5 * rng.normal(size=(2, 2 * MODES + 1)), GRID[::16]
    ends, columns = flow(fields, x)
    k = np.arange(1, MODES + 1)

    def speed(field: np.ndarray, y: np.ndarray) -> np.ndarray:
        waves = np.outer(y, k)
        return field[0] + np.cos(waves) @ field[1 : MODES + 1] + np.sin(waves) @ field[MODES + 1 :]

    expected = x
    for field in fields:
        solved = scipy.integrate.solve_ivp(
            lambda t, y, f=field: speed(f, y), (0, 1), expected, rtol=1e-10, atol=1e-10
        )
        expected = solved.y[:, -1]
    assert_close(ends, expected, 1e-3)
    direction = rng.normal(size=fields.shape)
    after, before = (flow(fields + s * 1e-5 * direction, x)[0] for s in (1, -1))
    assert_close((after - before) / 2e-5, columns @ direction.ravel(), 1e-4)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_families_are_diffeomorphisms(family: Family, rng: np.random.Generator) -> None:
    for _ in range(20):
        phi = family.draw(rng)
        assert np.diff(phi(FINE)).min() > 0
        assert_close(phi(FINE + 2 * np.pi), phi(FINE) + 2 * np.pi)
        if family.locked:
            assert certificate(phi) > 0.1


def test_certificate_keeps_exponentials_out(rng: np.random.Generator) -> None:
    phi = FAMILIES[0].draw(rng)
    rms, largest = fit(phi, 1, rng)
    assert certificate(phi) <= largest
    assert rms > 0.05
    assert fit(phi, 3, rng)[0] < 1e-3
    # What is an exponential, has none.
    field = 0.2 * rng.normal(size=(1, 2 * MODES + 1))
    field[0, 0] = 3.0
    assert certificate(lambda x: flow(field, x)[0]) < 1e-3


# ---- L1


def test_l1_repeats_at_a_tiny_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tied, "SIZES_QUICK", (2,))
    monkeypatch.setattr(tied, "MATRICES_QUICK", 2)
    monkeypatch.setattr(tied, "COUNTED", 20)
    monkeypatch.setattr(tied, "FAMILIES", FAMILIES[1:])
    tables = tied.repeat(Trial(True, 1))
    assert [row["side"] for row in tables["reach"]] == ["network"] * 2 + ["quantum"] * 2 + [
        "template"
    ]
    assert max(float(row["error"]) for row in tables["powers"]) < FLOW  # type: ignore[arg-type]
    assert [row["size"] for row in tables["logarithms"]] == list(tied.COUNTED_SIZES)


def tied_tables(gap: float, spread: float, error: float) -> dict[str, tuple[Row, ...]]:
    names = [("network", tied.MATRICES.format(2)), ("template", tied.CIRCLE.format("random"))]
    reach: list[Row] = []
    for seed in range(6):
        for side, family in names:
            value = abs(gap + spread * (-1) ** seed)
            own = {"tied": value, "untied": 0.0, "largest": value, "bound": value}
            reach.append({"seed": seed, "side": side, "family": family} | own)
    powers = ({"seed": 0, "side": "network", "group": "GL+(3)", "error": error},)
    counts = [{"seed": 0, "size": d, "count": 10, "with_logarithm": 5} for d in tied.COUNTED_SIZES]
    return {"reach": tuple(reach), "powers": powers, "logarithms": tuple(counts)}


@pytest.mark.parametrize(
    ("gap", "spread", "error", "outcome"),
    [
        (0.0, 0.0, 1e-12, Outcome.SUPPORTED),
        (0.2, 0.01, 1e-3, Outcome.REFUTED),
        (0.2, 0.01, 1e-12, Outcome.DEFINITION_DEPENDENT),
        (0.02, 0.02, 1e-12, Outcome.INCONCLUSIVE),
    ],
)
def test_l1_concludes(gap: float, spread: float, error: float, outcome: Outcome) -> None:
    evidence = tied.conclude(Setting(True, tuple(range(6))), tied_tables(gap, spread, error))
    assert settle(evidence.readings) is outcome
    assert "GL+(4) 0.50" in evidence.note
    oracles = [reading for reading in evidence.readings if "infimum" in reading.name]
    assert [reading.outcome for reading in oracles] == [Outcome.EXACT, Outcome.EXACT]


# ---- L2


def test_tied_network_is_one_layer_repeated() -> None:
    shared, own = RecursiveNet(4, tied=True), RecursiveNet(4, tied=False)
    state = own.state_dict()
    for name in state:
        part, _, rest = name.partition(".")
        source = f"{part}.0.{rest.split('.')[1]}" if part in ("inward", "outward") else name
        state[name] = shared.state_dict()[source]
    own.load_state_dict(state)
    images = torch.rand(5, 1, 8, 8)
    scores = shared(images)
    assert torch.equal(own(images), scores)
    torch.nn.init.zeros_(own.outward[-1].weight)  # every layer counts
    assert not torch.equal(own(images), scores)
    assert own.recursive_weights == joint.LAYERS * shared.recursive_weights


def test_arms_have_the_weights_that_they_are_named_after() -> None:
    untied, tied_wide = joint.UNTIED.make(0), joint.TIED_WIDE.make(0)
    assert abs(tied_wide.recursive_weights / untied.recursive_weights - 1) < 0.01
    frozen = ARMS[-1].make(0)
    assert not any(weight.requires_grad for weight in frozen.encoder.parameters())
    assert all(weight.requires_grad for weight in untied.parameters())


def test_l2_repeats_at_a_tiny_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joint, "EPOCHS", 1)
    rows = joint.repeat(Trial(True, 0))["networks"]
    assert [row["arm"] for row in rows] == [arm.name for arm in ARMS]
    assert {row["steps"] for row in rows} == {2 * 22.0}  # no network is there after one epoch


@pytest.mark.parametrize(
    ("speedup", "gain", "spread", "outcome"),
    [
        (2.0, 0.0, 0.01, Outcome.SUPPORTED),
        (1.0, 0.0, 0.01, Outcome.REFUTED),
        (2.0, -0.1, 0.01, Outcome.REFUTED),
        (1.2, 0.0, 0.6, Outcome.INCONCLUSIVE),
    ],
)
def test_l2_concludes(speedup: float, gain: float, spread: float, outcome: Outcome) -> None:
    rows: list[Row] = []
    for seed in range(6):
        for arm in ARMS:
            factor = speedup * np.exp(spread * (-1) ** seed) if arm.tied else 1.0
            accuracy = 0.9 + (gain if arm.tied else 0.0) + 1e-3 * seed
            own = {"weights": 10, "steps": 100 / float(factor), "test_accuracy": accuracy}
            rows.append({"seed": seed, "arm": arm.name} | own)
    evidence = joint.conclude(Setting(True, tuple(range(6))), {"networks": tuple(rows)})
    assert settle(evidence.readings) is outcome
    assert "untied 0.90" in evidence.note


# ---- L3


def test_nonlocal_share_counts_the_energy(rng: np.random.Generator) -> None:
    metric = PauliMetric(2, nielsen(16.0, locality=1))
    x = rng.normal(size=(7, metric.dim))
    weight = np.array([sum(letter != "I" for letter in label) for label in metric.strings.labels])
    assert_close(locality.nonlocal_share(metric, x), (x**2)[:, weight == 2].sum() / (x**2).sum())


def test_without_costs_the_geodesic_is_the_constant_generator(rng: np.random.Generator) -> None:
    """What the note says: the repetition of a layer makes no difference there."""
    free = MatrixMetric("so", 4, band(1, 1.0))
    target = locality.random_element(free, rng)
    found = connect(free, target, rng=rng)[0].at(locality.TIMES).velocities
    penalised = MatrixMetric("so", 4, band(1, 16.0))
    constant = locality.nonlocal_share(penalised, free.log(target))
    assert_close(locality.nonlocal_share(penalised, found), constant, 1e-8)


def test_l3_repeats_at_a_tiny_size(monkeypatch: pytest.MonkeyPatch) -> None:
    small = (("network", "SO(3)", MatrixMetric("so", 3, band(1, 16.0))),)
    monkeypatch.setattr(locality, "GROUPS", small)
    rows = locality.repeat(Trial(True, 2))["shares"]
    assert len(rows) == locality.TARGETS
    for row in rows:
        assert row["geodesic_length"] <= row["cheapest_length"] + EXACT  # type: ignore[operator]
        assert row["cheapest_length"] <= row["shortest_length"] + EXACT  # type: ignore[operator]


@pytest.mark.parametrize(
    ("difference", "spread", "outcome"),
    [
        (0.4, 0.01, Outcome.SUPPORTED),
        (0.0, 0.01, Outcome.REFUTED),
        (0.12, 0.3, Outcome.INCONCLUSIVE),
    ],
)
def test_l3_concludes(difference: float, spread: float, outcome: Outcome) -> None:
    rows: list[Row] = []
    for seed in range(6):
        for _, group, _ in locality.GROUPS:
            share = 0.3 + difference + spread * (-1) ** seed
            own = {"shortest": share, "cheapest": share, "geodesic": 0.3}
            rows.append({"seed": seed, "group": group} | own)
    evidence = locality.conclude(Setting(True, tuple(range(6))), {"shares": tuple(rows)})
    assert settle(evidence.readings) is outcome


def test_claims_are_registered() -> None:
    assert [claim.id for claim in CLAIMS] == ["L1", "L2", "L3"]
    assert L1.aliases == ("EM7",)
    assert CLAIMS[2].decidable
