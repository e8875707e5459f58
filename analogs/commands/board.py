"""The progress of several claims, shown as one message and one fraction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

Report: TypeAlias = Callable[[str, float], None]


class Board:
    """What every claim last said, and which share of its work is done.

    Parameters
    ----------
    names : sequence of str
    report : callable
        Receives what all say together, and the mean of the shares.

    Examples
    --------
    >>> board = Board(["C7", "C8"], lambda message, share: print(message, share))
    >>> board.listener("C8")("radius 3", 0.5)
    C8: radius 3 0.25
    >>> board.finish("C8")
    1 of 2 finished 0.5
    """

    def __init__(self, names: Sequence[str], report: Report) -> None:
        self._shares = dict.fromkeys(names, 0.0)
        self._messages: dict[str, str] = {}
        self._finished = 0
        self._report = report

    def update(self, name: str, message: str, share: float) -> None:
        """Take what a claim says, without showing it."""
        self._shares[name] = min(max(share, 0.0), 1.0)
        self._messages[name] = message

    def finish(self, name: str) -> None:
        """Show that a claim is finished."""
        self._shares[name] = 1.0
        self._messages.pop(name, None)
        self._finished += 1
        self.show()

    def listener(self, name: str) -> Report:
        """Return a report that takes and shows what one claim says."""

        def listen(message: str, share: float) -> None:
            self.update(name, message, share)
            self.show()

        return listen

    def show(self) -> None:
        """Show what all claims last said."""
        running = "; ".join(f"{name}: {text}" for name, text in self._messages.items())
        finished = f"{self._finished} of {len(self._shares)} finished"
        self._report(running or finished, sum(self._shares.values()) / len(self._shares))
