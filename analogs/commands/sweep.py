"""Test several claims, in this process or in several, and read the finished cells back."""

from __future__ import annotations

import multiprocessing
import queue
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

from analogs.evidence import Cell, Claim, RunDirectory, Setting, configuration, run
from qgeom._checks import check_integer, fail

Progress: TypeAlias = Callable[[str, float], None]

_TICK_S = 0.2  # how often a waiting parent redraws its progress
_REPORT_S = 0.1  # how often a worker sends its own


def sweep(
    claims: Sequence[Claim],
    *,
    quick: bool,
    seeds: int | None,
    directory: Path,
    jobs: int,
    progress: Progress,
) -> tuple[Cell, ...]:
    """Return one finished cell a claim, in the order given; those in `directory` are not redone.

    Parameters
    ----------
    claims : sequence of Claim
        With more than one job their experiments must be functions of a module, which a worker can
        import.
    quick : bool
    seeds : int or None
        How many; each claim's own number if None.
    directory : Path
        Run directory.
    jobs : int
        Number of processes. One means this process.
    progress : callable
        Receives `(message, fraction)` of the whole sweep.

    Raises
    ------
    ValueError
        If an argument is out of range or an experiment refuses its setting.
    ChildProcessError
        If a worker dies.
    KeyboardInterrupt
        With a message that says what is kept.
    """
    check_integer("jobs", jobs, least=1)
    if directory.exists() and not directory.is_dir():
        raise fail("out", "be a directory", f"{directory} is a file")
    store = RunDirectory(directory)
    plan = [(claim, _setting(claim, quick, seeds)) for claim in claims]
    todo = [pair for pair in plan if not store.finished(*_key(*pair))]
    board = _Board([claim.id for claim, _ in todo], progress)
    try:
        if min(jobs, len(todo)) > 1:
            _in_workers(todo, directory, min(jobs, len(todo)), board)
        else:
            for claim, setting in todo:
                _test(claim, setting, directory, board.listener(claim.id))
                board.finish(claim.id)
    except KeyboardInterrupt:
        kept = sum(store.finished(*_key(*pair)) for pair in plan)
        raise KeyboardInterrupt(
            f"{kept} of {len(plan)} claims are finished and kept in {directory}; "
            "the same command resumes there"
        ) from None
    return tuple(store.read_cell(*_key(*pair)) for pair in plan)


class _Board:
    """The state of all claims, shown as one message and one fraction."""

    def __init__(self, names: Sequence[str], progress: Progress) -> None:
        self._fractions = dict.fromkeys(names, 0.0)
        self._messages: dict[str, str] = {}
        self._progress = progress

    def update(self, name: str, message: str, fraction: float) -> None:
        self._fractions[name] = min(max(fraction, 0.0), 1.0)
        self._messages[name] = message

    def finish(self, name: str) -> None:
        self._fractions[name] = 1.0
        self._messages.pop(name, None)
        self.show()

    def listener(self, name: str) -> Progress:
        def listen(message: str, fraction: float) -> None:
            self.update(name, message, fraction)
            self.show()

        return listen

    def show(self) -> None:
        running = "; ".join(f"{name}: {text}" for name, text in self._messages.items())
        share = sum(self._fractions.values()) / len(self._fractions)
        self._progress(running or "waiting", share)


def _setting(claim: Claim, quick: bool, seeds: int | None) -> Setting:
    count = (claim.seeds_quick if quick else claim.seeds_full) if seeds is None else seeds
    return Setting(quick, tuple(range(check_integer("seeds", count, least=1))))


def _key(claim: Claim, setting: Setting) -> tuple[str, dict[str, Any]]:
    return claim.id, configuration(claim, setting)


def _test(claim: Claim, setting: Setting, directory: Path, progress: Progress) -> None:
    try:
        run(
            claim,
            quick=setting.quick,
            seeds=setting.seeds,
            directory=directory,
            progress=progress,
        )
    except ValueError as error:
        error.add_note(f"claim {claim.id}")
        raise


def _in_workers(
    todo: Sequence[tuple[Claim, Setting]], directory: Path, jobs: int, board: _Board
) -> None:
    context = multiprocessing.get_context("spawn")  # threads of torch do not survive a fork
    with context.Manager() as manager:
        reports = manager.Queue()
        with _workers(context, jobs) as pool:
            futures = {
                pool.submit(_work, claim, setting, directory, reports): claim.id
                for claim, setting in todo
            }
            _await(futures, reports, board)


@contextmanager
def _workers(context: Any, jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Yield a pool whose workers end at once, not after their work, when the body fails."""
    others = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_ignore_interrupt)
    try:
        yield pool
    except BrokenProcessPool:
        message = "A worker process died, perhaps for lack of memory; the same command resumes."
        raise ChildProcessError(message) from None
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown()


def _await(futures: dict[Future[None], str], reports: Any, board: _Board) -> None:
    pending = set(futures)
    while pending:
        done, pending = wait(pending, timeout=_TICK_S, return_when=FIRST_COMPLETED)
        for name, message, fraction in _drain(reports):
            board.update(name, message, fraction)
        for future in done:
            future.result()
            board.finish(futures[future])
        board.show()


def _drain(reports: Any) -> Iterator[tuple[str, str, float]]:
    while True:
        try:
            yield reports.get_nowait()
        except queue.Empty:
            return


def _ignore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides when a worker ends


def _work(claim: Claim, setting: Setting, directory: Path, reports: Any) -> None:
    shown_at = -_REPORT_S

    def listen(message: str, fraction: float) -> None:
        nonlocal shown_at
        now = time.monotonic()
        if now - shown_at >= _REPORT_S:
            shown_at = now
            reports.put((claim.id, message, fraction))

    _test(claim, setting, directory, listen)
