"""EM12 on fits whose winner is known, and the real starts on three qubits."""

from __future__ import annotations

import numpy as np
import pytest

from analogs.evidence import Outcome, Setting, settle
from analogs.mirrors.circuits import warm_start
from analogs.mirrors.circuits.claims import EM12
from analogs.mirrors.circuits.warm_start import (
    ATOM,
    FAMILIES,
    RANDOM_STARTS,
    STARTS,
    STEPS,
    THREE,
    Family,
    Result,
    compare_starts,
    solve,
    starting_circuits,
)
from qgeom.circuits.fitting.template import layout_of, to_gates
from qgeom.circuits.gates import circuit_unitary, operator_error
from qgeom.circuits.nielsen.slicing import evolve
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.schedules import draconian
from tests.closeness import assert_close

ROUNDING = 1e-12
SETTING = Setting(quick=True, seeds=tuple(range(12)))
BY_NAME = {family.name: family for family in FAMILIES}
STRAIGHT, BENT = BY_NAME["n = 3, constant H, t = 1"], BY_NAME["n = 3, geodesic of length 2"]


def run(gains: tuple[float, float, float], monkeypatch: pytest.MonkeyPatch):
    """The experiment where the geodesic is better than each rival by known decades, with noise."""

    def known(family: Family, rng: np.random.Generator) -> Result:
        after = -2.0 + np.array([0.0, *gains]) + 0.01 * rng.normal(size=4)
        return Result(5, np.zeros(4), after)

    monkeypatch.setattr(warm_start, "solve", known)
    return compare_starts(SETTING)


@pytest.mark.parametrize(
    ("gains", "outcome"),
    [
        ((1.0, 2.0, 0.8), Outcome.SUPPORTED),
        ((0.0, 0.1, -1.0), Outcome.REFUTED),
        ((0.0, 2.0, 1.0), Outcome.DEFINITION_DEPENDENT),
        ((0.3, 0.2, 0.4), Outcome.REFUTED),  # better, but by less than counts
    ],
)
def test_gains_are_found_where_they_are(gains, outcome, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = run(gains, monkeypatch)
    assert settle(evidence.readings) is outcome
    for reading in evidence.readings:
        other = reading.definition.partition("against ")[2]
        expected = -gains[STARTS.index(other) - 1] if "after" in reading.name else 0.0
        assert abs(reading.value - expected) < 0.02
        assert reading.count == len(SETTING.seeds)


def test_the_tie_of_constant_hamiltonians_and_the_starts_have_no_vote(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    readings = run((1.0, 1.0, 1.0), monkeypatch).readings
    decisive = {reading.definition for reading in readings if reading.decisive}
    assert decisive == {
        f"{family.name}, against {other}"
        for family in THREE
        for other in STARTS[1:]
        if not (family.straight and other == "Suzuki")
    }
    assert not any(reading.decisive for reading in readings if "before" in reading.name)


def test_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = run((1.0, 1.0, 1.0), monkeypatch)
    assert len(evidence.tables["errors"]) == len(THREE) * len(SETTING.seeds) * len(STARTS)
    pairs = zip(evidence.tables["gains"], evidence.readings, strict=True)
    assert all(row["estimate"] == reading.value for row, reading in pairs)
    assert f"{THREE[0].name} -2.0, -1.0, -1.0, -1.0" in evidence.note


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_targets_are_ends_of_local_paths(family: Family) -> None:
    path, target = family.draw(np.random.default_rng(3))
    values = path.hamiltonian(np.linspace(0.0, path.duration, 3))
    metric = PauliMetric(family.n_qubits, draconian())
    assert not values[:, np.isinf(metric.inertia)].any()
    assert_close(path.duration * np.linalg.norm(values, axis=-1), np.full(3, family.length), 1e-8)
    assert operator_error(evolve(path, 1e-5), target) < 1e-5
    assert (np.ptp(values, axis=0).max() < ROUNDING) == family.straight


def test_straight_lines_are_shortest() -> None:
    """They meet the unpenalised distance, a lower bound: so the geodesic is the line."""
    for family in (own for own in FAMILIES if own.straight):
        metric = PauliMetric(family.n_qubits, draconian()).relaxed(0.0)
        for seed in range(12):
            _, target = family.draw(np.random.default_rng([warm_start.STREAM, seed]))
            assert abs(metric.norm(metric.log(target)) - family.length) < 1e-9


@pytest.mark.parametrize("family", [STRAIGHT, BENT], ids=lambda family: family.name)
def test_all_starts_share_one_layout_and_the_first_two_are_near(family: Family) -> None:
    rng = np.random.default_rng(4)
    path, target = family.draw(rng)
    starts = starting_circuits(path, target, STEPS[3], rng)
    assert len(starts) == 2 + RANDOM_STARTS
    assert (starts.pairs == starts.pairs[0]).all()
    layouts = {layout_of(to_gates(ATOM, starts, row)) for row in range(len(starts))}
    assert layouts == {((0, 1), (0, 2), (1, 2), (0, 2), (0, 1))}
    unitaries = [circuit_unitary(3, to_gates(ATOM, starts, row)) for row in range(3)]
    along, straight, random = (operator_error(target, unitary) for unitary in unitaries)
    assert max(along, straight) < random
    same = operator_error(unitaries[0], unitaries[1]) < 1e-9
    assert same == family.straight


def test_fit_improves_every_start_and_is_reproducible() -> None:
    first, again = (solve(BENT, np.random.default_rng(5)) for _ in range(2))
    assert (first.after < first.before).all()
    assert_close(first.after, again.after, 1e-9)
    assert first.after[3] <= first.after[2]
    assert first.atoms == 5 < ATOM.bound(3)


def test_circuits_of_four_qubits_are_not_complete_either() -> None:
    rng = np.random.default_rng(6)
    path, target = BY_NAME["n = 4, geodesic of length 1"].draw(rng)
    layout = layout_of(to_gates(ATOM, starting_circuits(path, target, STEPS[4], rng)))
    assert len(layout) == 18 < ATOM.bound(4)


def test_claim_tells_the_numbers() -> None:
    for words in ("5 gates", "18 gates", "6 and 27", f"best of {RANDOM_STARTS}", "100 steps"):
        assert words in EM12.definition
    assert warm_start.ITERATIONS == 100
