"""Test several claims, in this process or in several, and read the finished cells back.

Several processes share the claims, and the repetitions of a claim whose experiment consists of them.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, NamedTuple

import click

from analogs.commands.board import Board, Report
from analogs.commands.options import damage_as_bad_input
from analogs.evidence import (
    Cell,
    Claim,
    DamagedCellError,
    Repeated,
    RunDirectory,
    Setting,
    Trial,
    configuration,
    run,
)
from analogs.evidence.parts import Parts
from qgeom._checks import check_integer, fail


class Test(NamedTuple):
    """A claim with what its experiment is given."""

    claim: Claim
    setting: Setting


class Job(NamedTuple):
    """What one process does at a time: a whole test, or one of its repetitions."""

    test: Test
    whole: bool

    @property
    def name(self) -> str:
        """What it is called in the progress."""
        claim, setting = self.test
        return claim.id if self.whole else f"{claim.id} seed {setting.seeds[0]}"


TICK_S = 0.2  # how often a waiting parent redraws its progress
REPORT_S = 0.1  # how often a worker sends its own


def sweep(
    claims: Sequence[Claim],
    *,
    quick: bool,
    seeds: int | None,
    directory: Path,
    jobs: int,
    report: Report,
    data: Path | None = None,
) -> tuple[Cell, ...]:
    """Return one finished cell a claim, in the order given; those in `directory` are not redone.

    Parameters
    ----------
    claims : sequence of Claim
        With more than one job their experiments must be functions of a module, which a worker
        imports.
    quick : bool
    seeds : int or None
        How many; each claim's own number if None.
    directory : Path
        Run directory.
    jobs : int
        Number of processes; one means this process.
    report : callable
        Receives `(message, fraction)` of the whole sweep.
    data : Path, optional
        A user's own arrays, for claims that take data.

    Raises
    ------
    ValueError
        If an argument is out of range or an experiment refuses its setting.
    BadInput
        If a stored cell is damaged.
    ClickException
        If a worker dies.
    """
    check_integer("jobs", jobs, least=1)
    if directory.exists() and not directory.is_dir():
        raise fail("out", "be a directory", f"{directory} is a file")
    store = RunDirectory(directory)
    plan = [Test(claim, _setting(claim, quick, seeds, data)) for claim in claims]
    with damage_as_bad_input():
        todo = [test for test in plan if not store.finished(*_key(*test))]
        try:
            _run(todo, directory, jobs, report)
        except KeyboardInterrupt:
            kept = sum(store.finished(*_key(*test)) for test in plan)
            count = f"{kept} of {len(plan)} claims are finished"
            click.echo(f"\n{count} and kept in {directory}; the same command resumes.", err=True)
            raise
        return tuple(store.read_cell(*_key(*test)) for test in plan)


def _setting(claim: Claim, quick: bool, seeds: int | None, data: Path | None) -> Setting:
    count = (claim.seeds_quick if quick else claim.seeds_full) if seeds is None else seeds
    return Setting(quick, tuple(range(check_integer("seeds", count, least=1))), data=data)


def _key(claim: Claim, setting: Setting) -> tuple[str, dict[str, Any]]:
    return claim.id, configuration(claim, setting)


def _run(todo: Sequence[Test], directory: Path, jobs: int, report: Report) -> None:
    first = [job for test in todo for job in _first_jobs(test)]
    if min(jobs, len(first)) > 1:
        _run_in_workers(todo, first, directory, min(jobs, len(first)), report)
        return
    board = Board([test.claim.id for test in todo], report)
    for test in todo:
        _do(Job(test, whole=True), directory, board.listener(test.claim.id))
        board.finish(test.claim.id)


def _first_jobs(test: Test) -> Iterator[Job]:
    """Yield what can be done at once: the repetitions of a test, or the test if it has none."""
    claim, setting = test
    if not isinstance(claim.experiment, Repeated):
        yield Job(test, whole=True)
        return
    for seed in setting.seeds:
        one = Setting(setting.quick, (seed,), data=setting.data)
        yield Job(Test(claim, one), whole=False)


def _do(job: Job, directory: Path, report: Report) -> None:
    claim, setting = job.test
    try:
        if job.whole:
            run(
                claim,
                quick=setting.quick,
                seeds=setting.seeds,
                directory=directory,
                data=setting.data,
                progress=report,
            )
        elif isinstance(claim.experiment, Repeated):
            trial = Trial(setting.quick, setting.seeds[0], setting.data, report)
            Parts(directory, claim, claim.experiment).obtain(trial)
    except DamagedCellError:
        raise
    except ValueError as error:
        raise ValueError(f"{error} [claim {claim.id}]") from error


def _run_in_workers(
    todo: Sequence[Test], first: Sequence[Job], directory: Path, jobs: int, report: Report
) -> None:
    last = [Job(test, whole=True) for test in todo if isinstance(test.claim.experiment, Repeated)]
    board = Board([job.name for job in (*first, *last)], report)
    context = multiprocessing.get_context("spawn")  # threads of torch do not survive a fork
    with context.Manager() as manager:
        reports = manager.Queue()
        with _workers(context, jobs) as pool:
            waiting = {job.test.claim.id: job for job in last}

            def submit(*now: Job) -> dict[Future[None], Job]:
                return {pool.submit(_work, job, directory, reports): job for job in now}

            open_jobs = submit(*first)
            while open_jobs:
                for done in _finished(open_jobs, reports, board):
                    name = done.test.claim.id
                    if name in waiting and all(j.test.claim.id != name for j in open_jobs.values()):
                        open_jobs |= submit(waiting.pop(name))


def _finished(open_jobs: dict[Future[None], Job], reports: Any, board: Board) -> list[Job]:
    """Wait a tick, show the progress, and take out the jobs that have ended since."""
    done, _ = wait(open_jobs, timeout=TICK_S, return_when=FIRST_COMPLETED)
    for name, message, fraction in _waiting(reports):
        board.update(name, message, fraction)
    ended = []
    for future in done:
        future.result()
        ended.append(open_jobs.pop(future))
        board.finish(ended[-1].name)
    board.show()
    return ended


@contextlib.contextmanager
def _workers(context: Any, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool whose workers end at once, and not after their work, when the body fails."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_ignore_interrupt)
    try:
        yield pool
    except BaseException as error:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        if isinstance(error, BrokenProcessPool):
            why = "A worker process died, perhaps for lack of memory; the same command resumes."
            raise click.ClickException(why) from None
        raise
    finally:
        pool.shutdown()


def _waiting(reports: Any) -> Iterator[tuple[str, str, float]]:
    with contextlib.suppress(queue.Empty):
        while True:
            yield reports.get_nowait()


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a worker ends


def _work(job: Job, directory: Path, reports: Any) -> None:
    _do(job, directory, _sender(job.name, reports.put))


def _sender(
    name: str, send: Callable[[tuple[str, str, float]], None], period: float = REPORT_S
) -> Report:
    """Return a report that reaches another process, at most once in `period` seconds."""
    due = time.monotonic()

    def report(message: str, fraction: float) -> None:
        nonlocal due
        if time.monotonic() >= due:
            send((name, message, fraction))
            due = time.monotonic() + period

    return report
