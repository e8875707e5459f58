"""M3: repetitions at small sizes, controls, and conclusions from tables made by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from analogs.evidence import Outcome, Setting, Trial, settle
from analogs.evidence.repetition import join
from analogs.mirrors.mera import networks, renormalisation
from analogs.mirrors.mera.circuit import gate_count
from analogs.mirrors.mera.claims import M3
from analogs.mirrors.mera.layouts import BRICKWORK, COST, DEEP, MERA, ansatze, solve
from analogs.mirrors.mera.networks import (
    RANDOM,
    WAVELET,
    learned_rows,
    network_readings,
    pyramid_rows,
    rectified_jacobian,
    rectified_rows,
)
from analogs.mirrors.mera.renormalisation import conclude, cut_reading, repeat
from analogs.mirrors.mera.wavelets import D4, convolution_matrix
from tests.closeness import assert_close

SEEDS = (0, 1, 2, 3, 4)


# ---- networks


def test_wavelet_readings_and_their_controls(
    monkeypatch: pytest.MonkeyPatch, rng: np.random.Generator
) -> None:
    monkeypatch.setattr(networks, "LEARNED", 8)
    tables = {"learned": [*learned_rows(rng)], "rectified": [*rectified_rows((8,), rng)]}
    readings = [*network_readings((8,), tables)]
    assert [r.outcome for r in readings] == [Outcome.EXACT, Outcome.REFUTED] * 2 + [Outcome.REFUTED]
    assert [r.decisive for r in readings] == [True, False] * 2 + [False]


def test_rectified_jacobian_is_the_derivative_of_the_network(rng: np.random.Generator) -> None:
    def forward(signal: np.ndarray) -> np.ndarray:
        signal = signal.copy()
        for spacing in (1, 2, 4):
            own = signal[::spacing]
            signal[::spacing] = np.maximum(convolution_matrix(len(own), D4) @ own, 0.0)
        return signal

    signal = rng.normal(size=16)
    jacobian = rectified_jacobian(16, D4, signal)
    assert_close(jacobian @ signal, forward(signal))
    step = 1e-6 * rng.normal(size=16)
    difference = (forward(signal + step) - forward(signal - step)) / 2
    assert_close(jacobian @ step, difference, 1e-12)
    assert np.linalg.matrix_rank(jacobian) < 16


def test_pyramids_are_longer_where_distant_pairs_cost_more() -> None:
    rows = [*pyramid_rows((8, 16), COST)]
    assert [(row["features"], row["depth"], row["gates"]) for row in rows[::2]] == [
        (8, 4, 12),
        (16, 6, 28),
    ]
    for free, dear in zip(rows[::2], rows[1::2], strict=True):
        assert dear["length"] > free["length"]


# ---- circuits


def test_solutions_measure_their_circuit() -> None:
    found = solve(ansatze(8)[BRICKWORK], np.random.default_rng(0), 20)
    assert len(found.circuit.gates) == gate_count(ansatze(8)[MERA].layers)
    assert found.ring_length == found.length > found.layer_length  # neighbours alone
    other = solve(ansatze(8)[MERA], np.random.default_rng(0), 20)
    assert other.ring_length > other.length


def test_an_entropy_beyond_its_cut_is_refuted() -> None:
    """Negative control of the reading."""
    assert cut_reading([{"entropy": 1.0, "min_cut": 1}]).outcome is Outcome.REFUTED
    assert cut_reading([{"entropy": 0.6, "min_cut": 1}]).outcome is Outcome.EXACT


def test_a_tiny_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renormalisation, "RINGS_QUICK", (4, 8))
    monkeypatch.setattr(renormalisation, "DECIDING_QUICK", (8,))
    monkeypatch.setattr(renormalisation, "STEPS_QUICK", 100)
    monkeypatch.setattr(renormalisation, "RIDGED_QUICK", 10)
    monkeypatch.setattr(renormalisation, "FEATURES_QUICK", (8,))
    monkeypatch.setattr(networks, "LEARNED", 8)
    said: list[float] = []
    trial = Trial(quick=True, seed=10_000, report=lambda _, fraction: said.append(fraction))
    part = repeat(trial)
    assert said == sorted(said)
    counts = [(row["qubits"], row["gates"], row["depth"]) for row in part["energies"]]
    assert counts == [(4, 5, 3), (4, 5, 3), (4, 6, 3), (8, 13, 5), (8, 13, 4), (8, 20, 5)]
    tables = join((0, 1), [part, part])
    evidence = conclude(Setting(quick=True, seeds=(0, 1)), tables)
    deciding = {r.definition for r in evidence.readings if r.decisive and r.side == "quantum"}
    assert len(deciding) == 2
    assert all("Gaussian" in definition for definition in deciding)
    assert evidence.note.startswith("Central charge")


# ---- the claim on tables made by hand


def synthetic(gates: float, layers: float) -> dict[str, tuple[dict[str, Any], ...]]:
    """Tables in which brickwork errs by given factors more than MERA, a little more each seed."""
    factors = {MERA: 1.0, BRICKWORK: gates, DEEP: layers}

    def rows(rings: tuple[int, ...], kind: str) -> tuple[dict[str, Any], ...]:
        return tuple(
            {"seed": seed, "layout": name, "qubits": ring, "gates_are": kind}
            | {"relative_error": 1e-3 * factor * (1 + seed / 100), "length": 1.0}
            | {"ring_length": 1.0}
            for seed in SEEDS
            for ring in rings
            for name, factor in factors.items()
        )

    return {
        "energies": rows((8, 16, 32, 64), "Gaussian"),
        "circuits": rows((8,), "general"),
        "entropies": ({"seed": 0, "entropy": 0.5, "min_cut": 1},),
        "charges": tuple({"seed": 0, "state": name, "charge": 0.5} for name in ("exact", MERA)),
        "learned": tuple({"seed": 0, "target": t, "error": 0.0} for t in (WAVELET, RANDOM)),
        "rectified": ({"seed": 0, "features": 8, "rank": 2},),
    }


@pytest.mark.parametrize(
    ("gates", "layers", "expected"),
    [
        (10.0, 10.0, Outcome.SUPPORTED),
        (10.0, 0.1, Outcome.DEFINITION_DEPENDENT),
        (1.5, 1.5, Outcome.DEFINITION_DEPENDENT),  # the identities of the networks hold
    ],
)
def test_conclusion_follows_the_energies(gates: float, layers: float, expected: Outcome) -> None:
    evidence = conclude(Setting(quick=False, seeds=SEEDS), synthetic(gates, layers))
    assert settle(evidence.readings) is expected
    quantum = [r for r in evidence.readings if r.decisive and r.side == "quantum"]
    assert len(quantum) == 4  # two rings, two definitions
    assert settle([r for r in evidence.readings if r.side == "network"]) is Outcome.EXACT


def test_energies_that_scatter_leave_it_open() -> None:
    tables = synthetic(3.0, 3.0)
    for row in tables["energies"]:
        if row["layout"] != MERA and row["seed"] % 2:
            row["relative_error"] /= 30.0
    evidence = conclude(Setting(quick=False, seeds=SEEDS), tables)
    quantum = [r for r in evidence.readings if r.side == "quantum"]
    assert settle(quantum) is Outcome.INCONCLUSIVE


def test_a_network_that_misses_the_wavelets_refutes_its_definition() -> None:
    tables = synthetic(10.0, 10.0)
    tables["learned"][0]["error"] = 1e-3
    evidence = conclude(Setting(quick=False, seeds=SEEDS), tables)
    assert settle(evidence.readings) is Outcome.DEFINITION_DEPENDENT


def test_the_claim_is_repaired() -> None:
    assert M3.malformed
    assert M3.decidable
    assert M3.aliases == ("EM3",)
