"""The experiments end to end at small sizes, and their controls."""

from __future__ import annotations

import numpy as np
import pytest

from analogs.evidence import Outcome, Setting
from analogs.mirrors.mera import experiment, hyperbolic
from analogs.mirrors.mera.circuit import gate_count

SETTING = Setting(quick=True, seeds=(0, 1))


@pytest.mark.parametrize("name", ["mera_curvature", "network_curvature"])
def test_the_claimed_family_is_hyperbolic_and_flat_ones_are_not(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hyperbolic, "TRANSPORT_SITES", 16)
    evidence = getattr(hyperbolic, name)(SETTING)
    decisive, *others = evidence.readings
    assert decisive.decisive
    assert decisive.outcome is Outcome.SUPPORTED
    assert (decisive.low, decisive.value, decisive.high) == (0.0, 0.0, 0.0)
    for reading in others:
        assert not reading.decisive
        tree = "tree" in reading.definition
        assert reading.outcome is (Outcome.SUPPORTED if tree else Outcome.REFUTED)
        assert reading.value == 0.0 if tree else reading.value > 0.3
    rows = evidence.tables["graphs"]
    assert [row["ollivier"] is None for row in rows[:4]] == [False, True, True, True]


def test_wavelet_readings_and_their_controls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "LEARNED", 8)
    readings = [*experiment.wavelet_readings((8,), (np.random.default_rng(0),))]
    assert [r.outcome for r in readings] == [Outcome.EXACT, Outcome.REFUTED] * 2
    assert [r.decisive for r in readings] == [True, False] * 2


def test_renormalisation_end_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(experiment, "ITERATIONS_QUICK", 30)
    monkeypatch.setattr(experiment, "FEATURES_QUICK", (8,))
    monkeypatch.setattr(experiment, "LEARNED", 8)
    evidence = experiment.renormalisation(SETTING)
    gates, layers = (r for r in evidence.readings if "energy" in r.name)
    assert "against 13 gates in 4 layers" in gates.definition
    assert gates.decisive
    assert gates.outcome is Outcome.SUPPORTED
    assert "against 20 gates in 5 layers" in layers.definition
    assert not layers.decisive
    cut = next(r for r in evidence.readings if "cut" in r.name)
    assert cut.outcome is Outcome.EXACT
    counts = [(row["gates"], row["depth"]) for row in evidence.tables["circuits"]]
    assert counts == [(13, 5)] * 2 + [(13, 4)] * 2 + [(20, 5)] * 2
    assert evidence.note.startswith("Central charge")


def test_solutions_measure_their_circuit() -> None:
    found = experiment.solve(experiment.BRICKWORK, np.random.default_rng(0), 20)
    assert len(found.circuit.gates) == gate_count(experiment.MERA.layers)
    assert found.ring_length == found.length > found.layer_length  # neighbours alone
    other = experiment.solve(experiment.MERA, np.random.default_rng(0), 20)
    assert other.ring_length > other.length


def test_an_entropy_beyond_its_cut_is_refuted() -> None:
    """Negative control of the reading."""
    rows = [{"entropy": 1.0, "min_cut": 1}]
    assert experiment.cut_reading(rows).outcome is Outcome.REFUTED
