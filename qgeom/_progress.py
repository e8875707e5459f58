"""Progress in one line on the standard error stream, for both command lines."""

from __future__ import annotations

import math
import shutil
import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TextIO

_REDRAW_S = 0.1  # a terminal is redrawn at most ten times a second
_LINE_S = 5.0  # a log file gets a line after this time
_LINE_FRACTION = 0.1  # or after this much progress
_CLEAR = "\r\x1b[2K"


class Progress:
    r"""A progress line, used as `with Progress("C8") as progress: progress("seed 3", 0.3)`.

    On a terminal it redraws one line; elsewhere it prints a line for every tenth of the work or
    every five seconds.

    Parameters
    ----------
    label : str
        Stands before every message.
    enabled : bool
        False prints nothing.
    stream : file or None
        Standard error if None.
    clock : callable
        Seconds, for the elapsed time.

    Examples
    --------
    >>> import io
    >>> log = io.StringIO()
    >>> with Progress("C8", stream=log, clock=lambda: 0.0) as progress:
    ...     progress("curvature", 0.5)
    >>> log.getvalue()
    'C8  50 %  0 s  curvature\n'
    """

    def __init__(
        self,
        label: str = "",
        *,
        enabled: bool = True,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._label = label
        self._enabled = enabled
        self._stream = sys.stderr if stream is None else stream
        self._live = self._stream.isatty()
        self._clock = clock
        self._start = clock()
        self._shown_at = -math.inf
        self._shown_fraction = -math.inf
        self._last = ""

    def __enter__(self) -> Progress:
        return self

    def __call__(self, message: str, fraction: float) -> None:
        """Show `message` and the share of the work that is done, a number in [0, 1]."""
        if not self._enabled:
            return
        now = self._clock()
        self._last = self._format(message, fraction, now - self._start)
        if not self._due(fraction, now):
            return
        self._shown_at, self._shown_fraction = now, fraction
        self._write(self._last)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the last state on a terminal and end its line."""
        if self._live and self._last:
            self._write(self._last)
            self._stream.write("\n")
            self._stream.flush()

    def _due(self, fraction: float, now: float) -> bool:
        waited = now - self._shown_at
        if self._live:
            return waited >= _REDRAW_S
        moved = abs(fraction - self._shown_fraction)
        return waited >= _LINE_S or moved >= _LINE_FRACTION or (fraction >= 1 and moved > 0)

    def _write(self, line: str) -> None:
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(_CLEAR + line[:width])
        else:
            self._stream.write(line + "\n")
        self._stream.flush()

    def _format(self, message: str, fraction: float, elapsed: float) -> str:
        minutes, seconds = divmod(int(elapsed), 60)
        spent = f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
        head = f"{self._label}  " if self._label else ""
        percent = round(100 * min(max(fraction, 0.0), 1.0))
        return f"{head}{percent} %  {spent}  {message}"
