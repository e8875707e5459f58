"""Q3 on curves whose exponent is known, and the real families on short ones."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from analogs.evidence import Outcome, Setting, settle
from analogs.mirrors.circuits import gate_count
from analogs.mirrors.circuits.claims import Q3
from analogs.mirrors.circuits.gate_count import (
    ERRORS,
    FAMILIES,
    LENGTHS_FULL,
    LENGTHS_QUICK,
    Count,
    Family,
    exponents_of_length,
    follow,
    power,
    random_momentum,
    unpenalised_distance,
)
from analogs.mirrors.circuits.rotations import neighbours_only
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot
from tests.closeness import assert_close

ROUNDING = 1e-12
SETTING = Setting(quick=True, seeds=(0, 1, 2))


def known(side: str, size: int, exponent: float, late: float | None = None) -> Family:
    """Gates as a power of the length, another from 1 on, and as the cube of the size."""

    def count(geodesic: Geodesic, error: float) -> Count:
        length = float(geodesic.length)
        bent = length ** (exponent if late is None or length < 1 else late)
        return Count(round(1e6 * size**3 * bent / error), 7)

    return Family(side, f"group {size}", size, neighbours_only(4), count)


def run(exponent: float, monkeypatch: pytest.MonkeyPatch):
    families = (
        *(known("quantum", n, exponent) for n in (3, 4)),
        known("network", 6, 1.0, late=2.0),
    )
    monkeypatch.setattr(gate_count, "FAMILIES", families)
    return exponents_of_length(SETTING)


@pytest.mark.parametrize(
    ("exponent", "outcome"), [(1.0, Outcome.SUPPORTED), (3.5, Outcome.DEFINITION_DEPENDENT)]
)
def test_known_exponents_are_found(
    exponent: float, outcome: Outcome, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = run(exponent, monkeypatch)
    assert settle(evidence.readings) is outcome
    against_length = [
        r
        for r in evidence.readings
        if r.decisive and "upper bound" in r.definition and r.side == "quantum"
    ]
    assert len(against_length) == 2 * len(ERRORS)
    for reading in against_length:
        assert abs(reading.value - exponent) < 1e-4
        assert reading.outcome is (Outcome.SUPPORTED if exponent < 3 else Outcome.REFUTED)
    against_bound = [r for r in evidence.readings if "a lower bound of d" in r.definition]
    # d_1 grows more slowly than the length, so that the exponent can only be larger.
    assert all(reading.value > 0.99 for reading in against_bound)
    assert all(reading.null == 3.0 for reading in evidence.readings if reading.decisive)


def test_layers_and_qubits_have_no_vote(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = run(1.0, monkeypatch)
    quiet = [reading for reading in evidence.readings if not reading.decisive]
    assert {r.name for r in quiet} == {
        "exponent of the number of gates",
        "exponent of the number of layers",
        "exponent of n, from 3 to 4 qubits",
    }
    layers = [r.value for r in quiet if "layers" in r.name]
    assert_close(np.array(layers), np.zeros(len(layers)), ROUNDING)


def test_both_ends_of_the_distance_and_the_late_octaves(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = run(1.0, monkeypatch)
    rows = [r for r in evidence.tables["gates"] if r["side"] == "network" and r["error"] == 0.1]
    found = {
        r["against"]: r["estimate"]
        for r in evidence.tables["exponents"]
        if (r["side"], r["error"], r["counted"]) == ("network", 0.1, "gates")
    }
    near = [
        np.polyfit(*np.log([(r["lower"], r["gates"]) for r in rows if r["seed"] == s][:-1]).T, 1)[0]
        for s in SETTING.seeds
    ]
    assert abs(found[gate_count.AGAINST_BOUND] - np.mean(near)) < 1e-9
    assert abs(found[gate_count.AGAINST_LONG] - 2.0) < 1e-4
    # Exponent 1 over two octaves and 2 over two more.
    assert abs(found[gate_count.AGAINST_LENGTH] - 1.5) < 1e-4
    [qubits, _] = [r for r in evidence.readings if "exponent of n" in r.name]
    assert abs(qubits.value - 3.0) < 1e-4
    assert not qubits.decisive


def test_tables_hold_all_curves_and_all_exponents(monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = run(2.0, monkeypatch)
    rows, exponents = evidence.tables["gates"], evidence.tables["exponents"]
    assert len(rows) == 3 * len(ERRORS) * len(SETTING.seeds) * len(LENGTHS_QUICK)
    assert all(0 < row["lower"] <= row["length"] * (1 + ROUNDING) for row in rows)
    assert len(exponents) == 3 * len(ERRORS) * 4
    pairs = zip(exponents, evidence.readings, strict=False)
    assert all(row["estimate"] == reading.value for row, reading in pairs)
    assert evidence.note.startswith("Exponents against the length at error 0.01: group 3 2.00")
    assert run(2.0, monkeypatch).tables == evidence.tables


def test_power_is_the_slope_of_each_curve_where_wanted() -> None:
    lengths = np.array([1.0, 2.0, 4.0])
    counts = np.array([[1.0, 2.0, 16.0], [3.0, 6.0, 12.0]])
    everywhere, late = np.array([True] * 3), np.array([False, True, True])
    assert_close(power(lengths, counts, everywhere), np.array([2.0, 1.0]), ROUNDING)
    assert_close(power(lengths, counts, late), np.array([3.0, 1.0]), ROUNDING)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.group)
def test_momenta_have_unit_speed_and_the_length_is_the_factor(family: Family) -> None:
    momentum = random_momentum(family.metric, np.random.default_rng(0))
    geodesic = shoot(family.metric, momentum=0.75 * momentum)
    assert abs(float(geodesic.length) - 0.75) < ROUNDING
    assert np.count_nonzero(momentum) == family.metric.dim
    assert unpenalised_distance(geodesic) <= 0.75


@pytest.mark.parametrize("family", [FAMILIES[0], FAMILIES[2]], ids=lambda family: family.group)
def test_real_families_need_more_gates_for_more_length_and_less_error(family: Family) -> None:
    loose, tight = follow(family, (0,), np.array([0.25, 1.0]))
    assert (loose.error, tight.error) == ERRORS
    assert (loose.gates <= tight.gates).all()
    assert (loose.gates[:, 0] < loose.gates[:, 1]).all()
    assert (loose.layers <= loose.gates).all()
    assert (loose.gates > 0).all()
    again = follow(family, (0,), np.array([0.25]))[0]
    assert again.gates[0, 0] == loose.gates[0, 0]


def test_an_unreached_error_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    geodesic = shoot(
        FAMILIES[0].metric, momentum=random_momentum(FAMILIES[0].metric, np.random.default_rng(0))
    )
    circuit = gate_count.gate_count(geodesic, 0.1)
    worse = dataclasses.replace(circuit, error=1e-9)
    monkeypatch.setattr(gate_count, "gate_count", lambda *_: worse)
    with pytest.raises(RuntimeError, match="gates on two qubits"):
        gate_count.count_gates(geodesic, 1e-9)


def test_claim_names_all_that_is_measured() -> None:
    assert LENGTHS_FULL[0] == LENGTHS_QUICK[0] == 0.25
    assert LENGTHS_FULL[-1] == LENGTHS_QUICK[-1] == 4.0
    assert set(LENGTHS_QUICK) <= set(LENGTHS_FULL)
    assert all(family.group in Q3.definition for family in FAMILIES)
    assert Q3.null == 3.0
