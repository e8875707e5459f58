"""Test several claims, in this process or in several, and read the finished cells back."""

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
from typing import Any, TypeAlias

import click

from analogs.commands.board import Board, Report
from analogs.commands.options import damage_as_bad_input
from analogs.evidence import Cell, Claim, RunDirectory, Setting, configuration, run
from qgeom._checks import check_integer, fail

Test: TypeAlias = tuple[Claim, Setting]

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
    plan = [(claim, _setting(claim, quick, seeds)) for claim in claims]
    with damage_as_bad_input():
        todo = [test for test in plan if not store.finished(*_key(*test))]
        try:
            _run(todo, directory, min(jobs, len(todo)), Board([c.id for c, _ in todo], report))
        except KeyboardInterrupt:
            kept = sum(store.finished(*_key(*test)) for test in plan)
            count = f"{kept} of {len(plan)} claims are finished"
            click.echo(f"\n{count} and kept in {directory}; the same command resumes.", err=True)
            raise
        return tuple(store.read_cell(*_key(*test)) for test in plan)


def _setting(claim: Claim, quick: bool, seeds: int | None) -> Setting:
    count = (claim.seeds_quick if quick else claim.seeds_full) if seeds is None else seeds
    return Setting(quick, tuple(range(check_integer("seeds", count, least=1))))


def _key(claim: Claim, setting: Setting) -> tuple[str, dict[str, Any]]:
    return claim.id, configuration(claim, setting)


def _run(todo: Sequence[Test], directory: Path, jobs: int, board: Board) -> None:
    if jobs > 1:
        _run_in_workers(todo, directory, jobs, board)
        return
    for claim, setting in todo:
        _test(claim, setting, directory, board.listener(claim.id))
        board.finish(claim.id)


def _test(claim: Claim, setting: Setting, directory: Path, report: Report) -> None:
    try:
        run(claim, quick=setting.quick, seeds=setting.seeds, directory=directory, progress=report)
    except ValueError as error:
        raise ValueError(f"{error} [claim {claim.id}]") from error


def _run_in_workers(todo: Sequence[Test], directory: Path, jobs: int, board: Board) -> None:
    context = multiprocessing.get_context("spawn")  # threads of torch do not survive a fork
    with context.Manager() as manager:
        reports = manager.Queue()
        with _workers(context, jobs) as pool:
            futures = {
                pool.submit(_work, claim, setting, directory, reports): claim.id
                for claim, setting in todo
            }
            _await(futures, reports, board)


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


def _await(futures: dict[Future[None], str], reports: Any, board: Board) -> None:
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=TICK_S, return_when=FIRST_COMPLETED)
        for name, message, fraction in _waiting(reports):
            board.update(name, message, fraction)
        for future in done:
            future.result()
            board.finish(futures[future])
        board.show()


def _waiting(reports: Any) -> Iterator[tuple[str, str, float]]:
    with contextlib.suppress(queue.Empty):
        while True:
            yield reports.get_nowait()


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a worker ends


def _work(claim: Claim, setting: Setting, directory: Path, reports: Any) -> None:
    _test(claim, setting, directory, _sender(claim.id, reports.put))


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
