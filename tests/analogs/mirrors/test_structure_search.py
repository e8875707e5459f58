"""C18 and F6: fronts by brute force, searches on known landscapes, circuits and matches another way."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import scipy.optimize
import torch

from analogs.curves import NetworkCurve
from analogs.evidence import Evidence, Outcome, Setting, Trial, hold_family, settle
from analogs.evidence.repetition import join
from analogs.mirrors.structure_search import experiment, grid
from analogs.mirrors.structure_search.claims import C18, F6
from analogs.mirrors.structure_search.experiment import (
    case_between,
    conclude_competition,
    conclude_search,
    relative_gain,
    repeat,
    search_rows,
)
from analogs.mirrors.structure_search.fronts import (
    between,
    convex_share,
    efficient,
    hypervolume,
    reachable,
)
from analogs.mirrors.structure_search.gates import entangler_infidelities
from analogs.mirrors.structure_search.grid import SHAPE, Structure, structures
from analogs.mirrors.structure_search.matching import match_front, objective
from analogs.mirrors.structure_search.search import descend, random_minimum, regret
from qgeom.algebra.targets import target
from qgeom.circuits.weyl import weyl_decomposition
from qgeom.diffeo.kernels import Gaussian
from tests.closeness import ROUNDING, assert_close

# Central differences of step 1e-5 of integrations to 1e-10.
DIFFERENCES = 1e-5
SEEDS = tuple(range(10))


# ---- fronts


def test_front_and_hull_by_brute_force(rng: np.random.Generator) -> None:
    for _ in range(20):
        costs, errors = rng.integers(0, 9, size=(2, 12)).astype(float)
        points = [*zip(costs.tolist(), errors.tolist(), strict=True)]
        front = {points[k] for k in efficient(costs, errors)}
        assert front == {
            (x, y)
            for x, y in points
            if not any(a <= x and b <= y and (a, b) != (x, y) for a, b in points)
        }
        minima = set()
        for weight in np.geomspace(1e-3, 1e3, 4001):
            sums = errors + weight * costs
            minima |= {points[k] for k in np.flatnonzero(sums == sums.min())}
        found = {points[k] for k in reachable(costs, errors)}
        assert minima & front <= found <= front
        vertices = [p for p in found if p in minima]
        assert len(vertices) >= min(len(found), 2) or len(front) == 1


def test_points_on_a_side_of_the_hull_are_minima() -> None:
    line = np.arange(4.0)
    assert reachable(line, line[::-1]).tolist() == [0, 1, 2, 3]
    assert convex_share(line, line[::-1]) == 1.0
    assert between(line, line[::-1]) == 2
    assert between(np.array([1.0]), np.array([1.0])) == 0


def test_hypervolume_by_counting(rng: np.random.Generator) -> None:
    costs, errors = rng.random((2, 6))
    cells = (np.arange(400) + 0.5) / 400
    covered = np.zeros((400, 400), dtype=bool)
    for x, y in zip(costs, errors, strict=True):
        covered |= (cells[:, None] >= x) & (cells >= y)
    assert hypervolume(costs, errors, (1.0, 1.0)) == pytest.approx(covered.mean(), abs=0.01)
    assert hypervolume(np.array([2.0]), np.array([0.0]), (1.0, 1.0)) == 0.0


@pytest.mark.parametrize("bad", [np.zeros(0), np.zeros(3), np.array([0.0, np.nan])])
def test_fronts_of_other_shapes_are_refused(bad: np.ndarray) -> None:
    with pytest.raises(ValueError, match="must"):
        efficient(np.zeros(len(bad) if len(bad) != 3 else 2), bad)


# ---- searches


def test_random_minimum_by_enumeration(rng: np.random.Generator) -> None:
    values = rng.normal(size=7)
    for draws in range(1, 8):
        subsets = itertools.combinations(values.tolist(), draws)
        assert_close(random_minimum(values, draws), np.mean([min(own) for own in subsets]))


def test_descent_finds_the_bottom_of_a_bowl_and_sticks_in_a_pit() -> None:
    x, y, z = np.indices(SHAPE)
    bowl = (x - 2.0) ** 2 + (y - 1.0) ** 2 + z
    for start in np.ndindex(*SHAPE):
        assert descend(bowl, start).end == (2, 1, 0)
    pit = bowl.copy()
    pit[0, 0, 2] = -0.5
    pit[2, 1, 0] = -1.0
    assert descend(pit, (0, 0, 2)).end == (0, 0, 2)
    assert len(descend(pit, (0, 0, 2)).visited) == 4


def test_descent_stops_on_a_plateau() -> None:
    assert descend(np.zeros((3, 3)), (1, 1)).end == (1, 1)


def test_regret_is_one_for_the_mean_and_zero_for_the_best(rng: np.random.Generator) -> None:
    energies = rng.normal(size=SHAPE)
    assert_close(regret(energies, energies.mean()), 1.0)
    assert regret(energies, energies.min()) == 0.0
    assert regret(np.ones(SHAPE), 1.0) == 0.0


def test_random_search_has_the_regret_of_a_random_structure(rng: np.random.Generator) -> None:
    energies = rng.normal(size=SHAPE)
    assert_close(regret(energies, random_minimum(energies, 1)), 1.0)
    assert regret(energies, random_minimum(energies, 27)) == 0.0


def test_both_searches_train_as_many_structures(rng: np.random.Generator) -> None:
    rows = grid_rows(rng.random(SHAPE))
    found = [*search_rows(rows, rng)]
    for weight in experiment.WEIGHTS:
        costs, errors = experiment.shares(rows, "test_error")
        energies = errors + weight * costs
        own = [row for row in found if row["weight"] == weight]
        assert [row["start"] for row in own] == [*range(27)]
        for row in own:
            expected = regret(energies, random_minimum(energies, row["trained"]))
            assert_close(row["random_regret"], expected)
            assert row["hit"] == (row["regret"] == 0.0)
            assert row["volume"] <= hypervolume(costs, errors, (1.0, 1.0)) + ROUNDING


# ---- networks, circuits, landmarks


def test_operations_are_those_that_hooks_count(rng: np.random.Generator) -> None:
    for structure in (Structure(1, 2, 3), Structure(3, 4, 1), Structure(2, 2, 5)):
        reading = NetworkCurve.from_module(
            structure.model(0).eval(), rng.random((2, 1, 8, 8)), repair=True
        )
        assert structure.operations == reading.macs_counted
    assert len({own.operations for own in structures()}) > 20


def test_infidelities_are_minima_over_local_gates() -> None:
    """Second route: the best local gates around fixed CX, found by L-BFGS from many starts."""
    u = target("haar", 2, rng=np.random.default_rng(5)).matrix
    expected = entangler_infidelities(weyl_decomposition(u).coordinates)
    cx = target("cx").matrix
    paulis = [np.array(m) for m in ([[0, 1], [1, 0]], [[0, -1j], [1j, 0]], [[1, 0], [0, -1]])]

    def local(angles: np.ndarray) -> np.ndarray:
        values, vectors = np.linalg.eigh(sum(a * p for a, p in zip(angles, paulis, strict=True)))
        return (vectors * np.exp(-1j * values)) @ vectors.conj().T

    def infidelity(flat: np.ndarray) -> float:
        product = np.eye(4)
        for step, angles in enumerate(flat.reshape(-1, 2, 3)):
            product = (cx if step else np.eye(4)) @ product
            product = np.kron(local(angles[0]), local(angles[1])) @ product
        return 1.0 - abs(np.trace(u.conj().T @ product) / 4) ** 2

    rng = np.random.default_rng(0)
    for gates in (0, 1, 2):
        found = min(
            scipy.optimize.minimize(infidelity, rng.normal(size=6 * (gates + 1))).fun
            for _ in range(3)
        )
        assert found == pytest.approx(expected[gates], abs=1e-6)
    assert abs(expected[3]) < ROUNDING


def test_more_gates_never_hurt(rng: np.random.Generator) -> None:
    unitaries = np.array([target("haar", 2, rng=rng).matrix for _ in range(50)])
    infidelities = entangler_infidelities(weyl_decomposition(unitaries).coordinates)
    assert infidelities.shape == (50, 4)
    assert (np.diff(infidelities, axis=1) <= ROUNDING).all()


def test_one_gate_is_no_use_near_the_identity() -> None:
    none, one, two, _ = entangler_infidelities(np.array([0.1, 0.05, 0.0]))
    assert none == one > two


def test_gradient_of_the_match_is_the_limit_of_differences(rng: np.random.Generator) -> None:
    kernel, start = Gaussian(1.0), rng.normal(size=(3, 2))
    goal, momenta = start + rng.normal(size=(3, 2)), 0.3 * rng.normal(size=(3, 2))
    _, slope, *_ = objective(kernel, start, goal, momenta, 2.0)
    step = rng.normal(size=(3, 2))
    ends = [objective(kernel, start, goal, momenta + s * 1e-5 * step, 2.0)[0] for s in (1, -1)]
    assert_close((slope * step).sum(), (ends[0] - ends[1]) / 2e-5, DIFFERENCES)


def test_front_of_matches_is_convex_and_its_slope_is_the_weight(rng: np.random.Generator) -> None:
    start = rng.normal(size=(2, 2))
    weights = (1.0, 1.02)
    (e1, m1), (e2, m2) = match_front(Gaussian(1.0), start, start + 0.5, weights)
    assert e2 > e1
    assert m2 < m1
    assert (e1 - e2) / (m2 - m1) == pytest.approx(1.01, rel=1e-3)  # dE = -w dm


# ---- repetitions


def test_a_tiny_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid, "EPOCHS", 1)
    monkeypatch.setattr(grid, "TRAIN_IMAGES", 32)
    monkeypatch.setattr(grid, "TEST_IMAGES", 50)
    monkeypatch.setattr(experiment, "MATCHES", 1)
    monkeypatch.setattr(experiment, "TARGETS", 2)
    monkeypatch.setattr(experiment, "INVERSE_VARIANCES", (0.5, 1.0, 2.0))
    state = torch.get_rng_state()
    part = repeat(Trial(quick=True, seed=10_000))
    assert torch.equal(torch.get_rng_state(), state)
    assert [len(part[name]) for name in ("grid", "searches", "gates", "matches")] == [27, 81, 8, 3]
    tables = join((0, 1), [part, part])
    for conclude in (conclude_search, conclude_competition):
        evidence = conclude(Setting(quick=True, seeds=(0, 1)), tables)
        assert all(r.outcome is Outcome.EXACT for r in evidence.readings if r.side == "template")


def grid_rows(errors: np.ndarray) -> list[dict[str, Any]]:
    """A grid of given errors, operations that grow along every axis."""
    operations = sum(np.indices(SHAPE)) ** 2 + 1
    return [
        {"operations": int(count), "test_error": float(error), "train_error": float(error)}
        for count, error in zip(operations.ravel(), errors.ravel(), strict=True)
    ]


def tables_of(errors: np.ndarray, gates: tuple[float, ...]) -> dict[str, tuple[Any, ...]]:
    """Tables of ten seeds with a landscape and one circuit."""
    rng = np.random.default_rng(0)
    parts = []
    for seed in SEEDS:
        rows = grid_rows(errors + 1e-3 * np.random.default_rng(seed).random(SHAPE))
        parts.append(
            {
                "grid": rows,
                "searches": [*search_rows(rows, rng)],
                "gates": [{"case": 0, "cost": k, "error": e} for k, e in enumerate(gates)],
                "matches": [
                    {"case": 0, "weight": w, "cost": w / 4, "error": 1 / w} for w in (1.0, 2.0)
                ],
            }
        )
    return join(SEEDS, parts)


def outcomes(evidence: Evidence) -> dict[str, Outcome]:
    return {r.definition: r.outcome for r in hold_family(evidence.readings) if r.decisive}


BOWL = 0.9 / (1.0 + sum(np.indices(SHAPE)))
CONVEX, CONCAVE = (0.7, 0.3, 0.1, 0.0), (0.7, 0.69, 0.68, 0.0)
SETTING = Setting(quick=False, seeds=SEEDS)


def test_a_smooth_landscape_supports_the_outer_loop() -> None:
    x, y, z = np.indices(SHAPE)
    bowl = 0.2 * (x - 2.0) ** 2 + 0.3 * (y - 1.0) ** 2 + 0.1 * z
    evidence = conclude_search(SETTING, tables_of(bowl, CONVEX))
    found = outcomes(evidence)
    assert found["outer loop by finite differences, against random search"] is Outcome.SUPPORTED
    assert found["outer loop by finite differences, against the grid"] is Outcome.SUPPORTED
    assert found["convex front: CX gates against infidelity"] is Outcome.SUPPORTED


def test_a_rugged_landscape_refutes_the_outer_loop() -> None:
    x, y, z = np.indices(SHAPE)
    parity = (x + y + z) % 2
    rugged = np.where(parity == 0, 0.3, 0.9) + 0.0
    rugged[2, 2, 0] = 0.0  # one good structure among pits
    evidence = conclude_search(SETTING, tables_of(rugged, CONCAVE))
    found = outcomes(evidence)
    assert found["outer loop by finite differences, against the grid"] is Outcome.REFUTED
    assert found["convex front: CX gates against infidelity"] is Outcome.REFUTED


def test_relative_gain_below_the_smallest_effect_is_refuted() -> None:
    tables = tables_of(BOWL, CONVEX)
    searches = tuple(
        row | {"regret": 1.0 + row["seed"] / 100, "random_regret": 1.05 + row["seed"] / 100}
        for row in tables["searches"]
    )
    found = outcomes(conclude_search(SETTING, tables | {"searches": searches}))
    assert found["outer loop by finite differences, against random search"] is Outcome.REFUTED


def test_relative_gain_over_nothing_is_none() -> None:
    zeros = np.zeros((4, 3))
    assert relative_gain(zeros, zeros, axis=-1).tolist() == [0.0] * 4
    assert_close(relative_gain(np.ones((2, 3)), np.full((2, 3), 4.0), axis=-1), np.full(2, 0.75))


@pytest.mark.parametrize(
    ("errors", "gates", "expected"),
    [
        (BOWL, CONVEX, Outcome.SUPPORTED),
        (np.zeros(SHAPE) + 0.5, (0.5, 0.5, 0.5, 0.5), Outcome.REFUTED),  # no trade-off
        (BOWL, (0.5, 0.5, 0.5, 0.0), Outcome.DEFINITION_DEPENDENT),
    ],
)
def test_competition_needs_something_between(
    errors: np.ndarray, gates: tuple[float, ...], expected: Outcome
) -> None:
    tables = tables_of(errors, gates)
    flat = tuple(row | {"train_error": round(row["train_error"], 2)} for row in tables["grid"])
    evidence = conclude_competition(SETTING, tables | {"grid": flat})
    assert settle(evidence.readings) is expected


def test_a_fall_of_the_energy_is_seen() -> None:
    """Negative control of the template side."""
    tables = tables_of(BOWL, CONVEX)
    wrong = tuple(row | {"cost": -row["cost"]} for row in tables["matches"])
    readings = conclude_competition(SETTING, tables | {"matches": wrong}).readings
    assert [r.outcome for r in readings if r.side == "template"] == [Outcome.REFUTED]


def test_compromises_are_averaged_over_the_targets_of_a_seed() -> None:
    rows = [
        {"seed": 0, "case": case, "cost": k, "error": e}
        for case, errors in enumerate((CONVEX, CONCAVE))
        for k, e in enumerate(errors)
    ]
    assert case_between(rows).tolist() == [1.0]


def test_claims_share_a_repetition() -> None:
    assert C18.experiment.repeat is F6.experiment.repeat
    assert C18.smallest_effect == experiment.LEAST_GAIN
