"""Running a claim: seeds, verdicts, malformed claims, resume, and wrong experiments."""

from __future__ import annotations

import dataclasses
import json

import numpy as np
import pytest

from analogs.evidence import (
    DamagedCellError,
    Evidence,
    Interval,
    Outcome,
    RunDirectory,
    Setting,
    configuration,
    effect_reading,
    evaluate,
    exact_reading,
    run,
)


class Counter:
    """Wraps an experiment and remembers its settings."""

    def __init__(self, experiment) -> None:
        self.experiment = experiment
        self.settings: list[Setting] = []

    def __call__(self, setting: Setting) -> Evidence:
        self.settings.append(setting)
        return self.experiment(setting)


@pytest.fixture
def counted(make_claim):
    """Return a claim and the counter of its experiment."""
    counter = Counter(make_claim().experiment)
    return make_claim(experiment=counter), counter


@pytest.mark.parametrize(
    ("options", "seeds"),
    [
        ({}, (0, 1, 2, 3, 4)),
        ({"quick": True}, (0, 1, 2)),
        ({"seeds": 2}, (0, 1)),
        ({"seeds": [7, 5]}, (7, 5)),
        ({"seeds": list(np.arange(2))}, (0, 1)),
        ({"quick": True, "seeds": range(4, 6)}, (4, 5)),
    ],
)
def test_seeds(counted, options, seeds):
    claim, counter = counted
    verdict = run(claim, **options)
    assert verdict.seeds == counter.settings[0].seeds == seeds
    assert verdict.quick == counter.settings[0].quick == options.get("quick", False)


def test_verdict_says_what_it_rests_on(make_claim):
    verdict = run(make_claim(), quick=True)
    assert verdict.outcome is Outcome.SUPPORTED
    assert verdict.sentence == (
        "Supported (3 seeds, quick run). network (one draw a seed): supported."
    )
    assert verdict.runtime_s > 0
    assert verdict.claim_id == "C8"


def test_progress_reaches_the_caller(make_claim):
    def experiment(setting):
        setting.report("half", 0.5)
        return make_claim().experiment(setting)

    heard = []
    run(make_claim(experiment=experiment), progress=lambda *report: heard.append(report))
    assert heard == [("half", 0.5)]


def test_holm_is_applied_over_the_claim(make_claim):
    def experiment(setting):
        lucky = [
            effect_reading(
                "gain",
                "network",
                f"definition {i}",
                Interval(1.0, 0.1, 2.0),
                count=5,
                smallest_effect=0.5,
                p_value=0.03,
            )
            for i in range(tests)
        ]
        return Evidence(tuple(lucky))

    tests = 1
    assert run(make_claim(experiment=experiment)).outcome is Outcome.SUPPORTED
    tests = 2
    assert run(make_claim(experiment=experiment)).outcome is Outcome.INCONCLUSIVE


def test_malformed_claim_without_and_with_repair(make_claim):
    why = "Layers are no automorphisms."
    bare = run(make_claim(malformed=why))
    assert (bare.outcome, bare.label) == (Outcome.MALFORMED, "malformed")
    assert bare.sentence == f"Malformed (5 seeds): {why}"
    repaired = run(make_claim(malformed=why, repair="Orthogonal layers."))
    assert repaired.outcome is Outcome.SUPPORTED
    assert repaired.label == "malformed (repaired: supported)"
    assert repaired.sentence == (
        f"Malformed (5 seeds): {why} Repaired: Orthogonal layers. "
        "network (one draw a seed): supported."
    )


def test_malformed_claim_needs_no_reading(make_claim):
    empty = make_claim(malformed="Unlike objects.", experiment=lambda setting: Evidence(()))
    assert run(empty).outcome is Outcome.MALFORMED


def test_wrong_experiments_are_refused(make_claim):
    with pytest.raises(ValueError, match="`experiment` must return Evidence, but returns dict"):
        run(make_claim(experiment=lambda setting: {}))
    control = exact_reading("check", "network", "a", 0.0, tolerance=0.0, decisive=False)
    with pytest.raises(ValueError, match=r"must return a decisive reading, .* none for C8"):
        run(make_claim(experiment=lambda setting: Evidence((control,))))
    with pytest.raises(ValueError, match="`seeds` must be at least 1"):
        run(make_claim(), seeds=0)
    with pytest.raises(ValueError, match="`seeds` must be an integer"):
        run(make_claim(), seeds=2.5)


def test_finished_cell_is_not_computed_again(counted, tmp_path):
    claim, counter = counted
    first = run(claim, quick=True, directory=tmp_path)
    assert run(claim, quick=True, directory=tmp_path) == first
    assert len(counter.settings) == 1
    run(claim, quick=True, seeds=2, directory=tmp_path)
    run(claim, directory=tmp_path)
    assert len(counter.settings) == 3
    assert len(list(RunDirectory(tmp_path).cells())) == 3


@pytest.mark.parametrize(
    "change", [{"smallest_effect": 0.1}, {"definition": "another space"}, {"null": "no trend"}]
)
def test_changed_test_is_computed_again(counted, tmp_path, change):
    claim, counter = counted
    run(claim, quick=True, directory=tmp_path)
    run(dataclasses.replace(claim, **change), quick=True, directory=tmp_path)
    run(dataclasses.replace(claim, title="only words"), quick=True, directory=tmp_path)
    assert len(counter.settings) == 2


def test_interrupted_sweep_resumes(make_claim, tmp_path):
    done = []

    def experiment(setting):
        if setting.seeds == (2,) and not interrupted:
            interrupted.append(True)
            raise KeyboardInterrupt
        done.append(setting.seeds)
        return make_claim().experiment(setting)

    interrupted = []
    claim = make_claim(experiment=experiment)

    def sweep():
        for seed in range(4):
            run(claim, seeds=[seed], directory=tmp_path)

    with pytest.raises(KeyboardInterrupt):
        sweep()
    sweep()
    assert done == [(0,), (1,), (2,), (3,)]


def test_stored_cell_holds_verdict_and_evidence(make_claim, tmp_path):
    claim = make_claim()
    verdict = run(claim, quick=True, directory=str(tmp_path))
    setting = Setting(True, (0, 1, 2))
    cell = RunDirectory(tmp_path).read_cell("C8", configuration(claim, setting))
    assert cell.verdict == verdict
    assert cell.evidence.tables == evaluate(claim, setting)[1].tables


def test_result_of_other_source_code_is_marked(make_claim, tmp_path):
    first = run(make_claim(), directory=tmp_path)
    [path] = tmp_path.glob("*/result.json")
    result = json.loads(path.read_text())
    result["provenance"]["source"] = "0" * 64
    path.write_text(json.dumps(result))
    again = run(make_claim(), directory=tmp_path)
    assert again.sentence.startswith(first.sentence + " Computed by other source code")
    assert again.outcome is first.outcome


def test_damaged_cell_stops_the_run(counted, tmp_path):
    claim, counter = counted
    run(claim, directory=tmp_path)
    [path] = tmp_path.glob("*/arrays.npz")
    path.write_bytes(b"")
    with pytest.raises(DamagedCellError, match="checksum"):
        run(claim, directory=tmp_path)
    assert len(counter.settings) == 1
