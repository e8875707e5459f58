"""Testing several claims: here and in workers, resumed, interrupted, and with dying workers."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path

import click
import pytest

from analogs.commands.sweep import TICK_S, sweep
from analogs.evidence import Evidence, Repeated, RunDirectory, Setting, Trial, exact_reading
from tests.analogs.report import synthetic

SLOW_S = 600.0  # longer than any test waits, on a loaded machine as well


def quiet(message: str, share: float) -> None:
    """Listen to nothing."""


def identity(setting: Setting) -> Evidence:
    setting.report("an identity", 0.5)
    return Evidence((exact_reading("error", "network", "zero", 0.0, tolerance=0.0),))


def linger(setting: Setting) -> Evidence:
    setting.report("lingering", 0.5)
    time.sleep(3 * TICK_S)
    return identity(setting)


def leave_pid(setting: Setting) -> Evidence:
    reading = exact_reading("pid", "network", "of a worker", 0.0, tolerance=0.0)
    return Evidence((reading,), arrays={"pid": [os.getpid()]})


def sleep(setting: Setting) -> Evidence:
    setting.report("asleep", 0.1)
    time.sleep(SLOW_S)
    return identity(setting)


def die(setting: Setting) -> Evidence:
    os._exit(1)


def refuse(setting: Setting) -> Evidence:
    raise ValueError("Argument `seeds` must be many, but is few.")


def repeat_pid(trial: Trial):
    trial.report("at work", 0.5)
    time.sleep(3 * TICK_S)
    return {"processes": [{"pid": os.getpid()}]}


def repeat_once(trial: Trial):
    if trial.seed == 1:
        time.sleep(SLOW_S)
    return repeat_pid(trial)


def conclude(setting: Setting, tables) -> Evidence:
    return Evidence(identity(setting).readings, tables)


def claims(**experiments):
    return tuple(synthetic.claim(name, "curvature", run) for name, run in experiments.items())


def test_cells_come_in_the_order_of_the_claims(tmp_path):
    heard = []
    cells = sweep(
        claims(C8=identity, C1=identity),
        quick=False,
        seeds=3,
        directory=tmp_path,
        jobs=1,
        report=lambda *said: heard.append(said),
    )
    assert [cell.name for cell in cells] == ["C8", "C1"]
    assert cells[0].verdict.seeds == (0, 1, 2)
    assert heard[0] == ("C8: an identity", 0.25)
    assert heard[-1] == ("2 of 2 finished", 1.0)


@pytest.mark.parametrize(("quick", "count"), [(True, 1), (False, 2)])
def test_each_claim_has_its_own_number_of_seeds(tmp_path, quick, count):
    [cell] = sweep(
        claims(C8=identity), quick=quick, seeds=None, directory=tmp_path, jobs=1, report=quiet
    )
    assert len(cell.verdict.seeds) == count
    assert cell.verdict.quick == quick


def test_workers_do_the_same_and_finished_cells_are_not_redone(tmp_path):
    options = {"quick": True, "seeds": None, "directory": tmp_path, "report": quiet}
    three = claims(C1=leave_pid, C2=leave_pid, C3=leave_pid)
    first = sweep(three, jobs=2, **options)
    assert [cell.name for cell in first] == ["C1", "C2", "C3"]
    pids = [int(cell.evidence.arrays["pid"][0]) for cell in first]
    assert os.getpid() not in pids
    again = sweep(three, jobs=2, **options)
    assert [int(cell.evidence.arrays["pid"][0]) for cell in again] == pids


def test_workers_report_to_the_parent(tmp_path):
    heard = []
    sweep(
        claims(C1=linger, C2=identity),
        quick=True,
        seeds=None,
        directory=tmp_path,
        jobs=2,
        report=lambda *said: heard.append(said),
    )
    assert any("C1: lingering" in message for message, _ in heard)
    assert heard[-1] == ("2 of 2 finished", 1.0)
    shares = [share for _, share in heard]
    assert shares == sorted(shares)


def test_workers_share_the_repetitions_of_one_claim(tmp_path):
    heard = []
    [cell] = sweep(
        claims(C1=Repeated(repeat_pid, conclude)),
        quick=True,
        seeds=4,
        directory=tmp_path,
        jobs=2,
        report=lambda *said: heard.append(said),
    )
    rows = cell.evidence.tables["processes"]
    assert [row["seed"] for row in rows] == [0, 1, 2, 3]
    assert len({row["pid"] for row in rows} - {os.getpid()}) == 2
    assert any("C1 seed 3: at work" in message for message, _ in heard)
    assert heard[-1] == ("5 of 5 finished", 1.0)


def test_interrupt_keeps_the_repetitions_that_are_finished(tmp_path):
    def interrupt(message, share):
        if any(tmp_path.glob("repetitions/C1-seed0-*.json")):
            raise KeyboardInterrupt

    options = {"quick": True, "directory": tmp_path, "jobs": 2}
    with pytest.raises(KeyboardInterrupt):
        sweep(claims(C1=Repeated(repeat_once, conclude)), seeds=2, report=interrupt, **options)
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("repetitions/*.json")}
    assert len(kept) == 1
    sweep(claims(C1=Repeated(repeat_pid, conclude)), seeds=2, report=quiet, **options)
    now = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("repetitions/*.json")}
    assert len(now) == 2
    assert kept.items() <= now.items()


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupt_keeps_what_is_finished(tmp_path, capsys, jobs):
    def interrupt(message, share):
        finished = any(tmp_path.glob("C1-*/result.json"))
        if finished and "C2: asleep" in message:
            raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        sweep(
            claims(C1=identity, C2=sleep),
            quick=True,
            seeds=None,
            directory=tmp_path,
            jobs=jobs,
            report=interrupt,
        )
    assert time.monotonic() - start < SLOW_S / 2
    assert f"1 of 2 claims are finished and kept in {tmp_path}" in capsys.readouterr().err
    assert [cell.name for cell in RunDirectory(tmp_path).cells()] == ["C1"]
    assert multiprocessing.active_children() == []


def test_dying_worker_is_an_error_of_one_line(tmp_path):
    with pytest.raises(click.ClickException, match="A worker process died") as caught:
        sweep(
            claims(C1=die, C2=die),
            quick=True,
            seeds=None,
            directory=tmp_path,
            jobs=2,
            report=quiet,
        )
    assert caught.value.exit_code == 1


@pytest.mark.parametrize("jobs", [1, 2])
def test_refusal_names_the_claim(tmp_path, jobs):
    with pytest.raises(ValueError, match=r"^Argument `seeds` must be many.* \[claim C1\]$"):
        sweep(
            claims(C1=refuse, C2=identity),
            quick=True,
            seeds=None,
            directory=tmp_path,
            jobs=jobs,
            report=quiet,
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"jobs": 0}, "`jobs` must be at least 1, but is 0"),
        ({"seeds": 0}, "`seeds` must be at least 1, but is 0"),
        ({"directory": Path(__file__)}, r"`out` must be a directory, but .*\.py is a file"),
    ],
)
def test_wrong_arguments_are_refused_before_any_work(tmp_path, options, message):
    fields = {"quick": True, "seeds": None, "directory": tmp_path, "jobs": 1, "report": quiet}
    with pytest.raises(ValueError, match=message):
        sweep(claims(C1=die), **(fields | options))
