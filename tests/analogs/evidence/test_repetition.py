"""Experiments of repetitions: joined tables, kept repetitions, and what may not be mixed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from analogs.evidence import (
    DamagedCellError,
    Evidence,
    Repeated,
    Setting,
    Trial,
    exact_reading,
    run,
)
from analogs.evidence.parts import Parts
from analogs.evidence.repetition import join, trials


class Log:
    """A repetition that remembers its seeds."""

    def __init__(self) -> None:
        self.seeds: list[int] = []

    def __call__(self, trial: Trial):
        self.seeds.append(trial.seed)
        trial.report("drawing", 0.5)
        draw = float(trial.generator().normal())
        return {"draws": [{"draw": draw, "missing": np.nan}], "empty": []}


def conclude(setting: Setting, tables) -> Evidence:
    draws = [row["draw"] for row in tables["draws"]]
    reading = exact_reading("sum", "network", "draws", 0.0, tolerance=0.0, count=len(draws))
    return Evidence((reading,), tables)


@pytest.fixture
def logged(make_claim):
    log = Log()
    return make_claim(experiment=Repeated(log, conclude), takes_data=True), log


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "repetitions").iterdir())


def test_tables_are_joined_in_the_order_of_the_seeds(logged):
    claim, _ = logged
    rows = claim.experiment(Setting(True, (5, 2))).tables["draws"]
    assert [row["seed"] for row in rows] == [5, 2]
    expected = [float(np.random.default_rng(seed).normal()) for seed in (5, 2)]
    assert [row["draw"] for row in rows] == expected


def test_reports_of_the_trials_add_up():
    heard = []
    setting = Setting(True, (5, 2), lambda *said: heard.append(said))
    for trial in trials(setting):
        trial.report("half", 0.5)
    assert heard == [("seed 5: half", 0.25), ("seed 2: half", 0.75)]


def test_different_tables_are_refused():
    with pytest.raises(ValueError, match="`repeat` must return the same tables"):
        join((0, 1), ({"a": []}, {"b": []}))


def test_a_table_that_is_not_tidy_across_seeds_is_refused():
    with pytest.raises(ValueError, match="have the same columns"):
        join((0, 1), ({"a": [{"x": 1}]}, {"a": [{"y": 1}]}))


def test_finished_repetitions_are_not_redone(logged, tmp_path):
    claim, log = logged
    run(claim, seeds=2, directory=tmp_path)
    run(claim, seeds=3, directory=tmp_path)
    assert log.seeds == [0, 1, 2]
    run(claim, seeds=3, quick=True, directory=tmp_path)
    assert log.seeds == [0, 1, 2, 0, 1, 2]


def test_an_interrupted_run_keeps_its_repetitions(make_claim, tmp_path):
    log = Log()

    def stop_at_two(trial: Trial):
        if trial.seed == 2:
            raise KeyboardInterrupt
        return log(trial)

    with pytest.raises(KeyboardInterrupt):
        run(make_claim(experiment=Repeated(stop_at_two, conclude)), directory=tmp_path)
    assert len(files(tmp_path)) == 2
    verdict = run(make_claim(experiment=Repeated(log, conclude)), directory=tmp_path)
    assert log.seeds == [0, 1, 2, 3, 4]
    assert verdict.readings[0].count == 5


def test_a_kept_repetition_is_read_back_as_it_was(logged, tmp_path):
    claim, _ = logged
    parts = Parts(tmp_path, claim, claim.experiment)
    first, again = (parts.obtain(Trial(True, 3)) for _ in range(2))
    assert first.runtime_s == again.runtime_s
    assert again.tables["empty"] == first.tables["empty"] == ()
    [one], [two] = first.tables["draws"], again.tables["draws"]
    assert one["draw"] == two["draw"]
    assert np.isnan(two["missing"])


def test_a_damaged_repetition_is_named(logged, tmp_path):
    claim, _ = logged
    run(claim, seeds=1, directory=tmp_path)
    [name] = files(tmp_path)
    (tmp_path / "repetitions" / name).write_text('{"tables": 3}')
    with pytest.raises(DamagedCellError, match=name):
        run(claim, seeds=2, directory=tmp_path)


def test_repetitions_of_other_code_are_not_mixed_in(logged, tmp_path, monkeypatch):
    claim, log = logged
    run(claim, seeds=2, directory=tmp_path)
    monkeypatch.setattr("analogs.evidence.parts.source_fingerprint", lambda: "other")
    run(claim, seeds=3, directory=tmp_path)
    assert log.seeds == [0, 1, 0, 1, 2]


def test_a_users_data_has_results_of_its_own(logged, tmp_path):
    claim, log = logged
    data = tmp_path / "mine.npz"
    for content in (b"one", b"two"):
        data.write_bytes(content)
        verdict = run(claim, seeds=1, directory=tmp_path / "runs", data=data)
    run(claim, seeds=1, directory=tmp_path / "runs")
    assert log.seeds == [0, 0, 0]
    assert "(1 seed, data of mine.npz)" in verdict.sentence


@pytest.mark.parametrize(
    ("takes", "name", "message"),
    [
        (False, "mine.npz", "`data` must go with a claim that takes data, but is given for C8"),
        (True, "none.npz", "`data` must be a file that can be read, but .*No such file"),
    ],
)
def test_wrong_data_is_refused_before_any_work(make_claim, tmp_path, takes, name, message):
    (tmp_path / "mine.npz").write_bytes(b"")
    log = Log()
    claim = make_claim(experiment=Repeated(log, conclude), takes_data=takes)
    with pytest.raises(ValueError, match=message):
        run(claim, data=tmp_path / name)
    assert log.seeds == []
