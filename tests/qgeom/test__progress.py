"""The progress line on a terminal, in a log, and switched off."""

from __future__ import annotations

import io

import pytest

from qgeom._progress import Progress


class Clock:
    """A clock that moves when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_log_gets_a_line_for_every_tenth():
    log = io.StringIO()
    with Progress(stream=log, clock=Clock()) as progress:
        for i in range(101):
            progress("work", i / 100)
    shown = [line.split(" %")[0] for line in log.getvalue().splitlines()]
    assert len(shown) in (11, 12)  # rounding of i / 100 may shift a step
    assert (shown[0], shown[-1]) == ("0", "100")


def test_log_gets_a_line_after_five_seconds_without_progress():
    log, clock = io.StringIO(), Clock()
    with Progress("C8", stream=log, clock=clock) as progress:
        for _ in range(130):
            progress("slow", 0.01)
            clock.now += 0.1
    assert log.getvalue().splitlines() == [
        "C8  1 %  0 s  slow",
        "C8  1 %  5 s  slow",
        "C8  1 %  10 s  slow",
    ]


def test_log_shows_the_end_and_a_new_start():
    log = io.StringIO()
    with Progress(stream=log, clock=Clock()) as progress:
        for fraction in (0.95, 1.0, 1.0, 0.0):
            progress("work", fraction)
    assert [line.split(" %")[0] for line in log.getvalue().splitlines()] == ["95", "100", "0"]


def test_terminal_redraws_one_line_and_leaves_the_last_state():
    screen, clock = Terminal(), Clock()
    with Progress("C8", stream=screen, clock=clock) as progress:
        progress("one", 0.1)
        progress("two", 0.2)  # too soon to redraw
        clock.now += 75.0
        progress("three", 0.3)
        progress("four", 0.4)
    text = screen.getvalue()
    assert text.count("\n") == 1
    assert text.endswith("C8  40 %  1 min 15 s  four\n")
    assert "two" not in text


def test_terminal_line_fits_its_width(monkeypatch):
    monkeypatch.setenv("COLUMNS", "30")
    screen = Terminal()
    with Progress(stream=screen, clock=Clock()) as progress:
        progress("x" * 100, 0.5)
    lines = screen.getvalue().replace("\n", "").split("\r\x1b[2K")[1:]
    assert {len(line) for line in lines} == {29}


def test_terminal_line_is_ended_after_an_error():
    screen = Terminal()

    def fail_at_half():
        with Progress(stream=screen, clock=Clock()) as progress:
            progress("work", 0.5)
            raise KeyError("x")

    with pytest.raises(KeyError):
        fail_at_half()
    assert screen.getvalue().endswith("work\n")


@pytest.mark.parametrize("stream", [io.StringIO, Terminal])
def test_silent_when_disabled_or_unused(stream):
    disabled, unused = stream(), stream()
    with Progress(stream=disabled, enabled=False) as progress:
        progress("work", 0.5)
    with Progress(stream=unused):
        pass
    assert disabled.getvalue() == unused.getvalue() == ""


def test_standard_error_is_the_default(capsys):
    with Progress("C8", clock=Clock()) as progress:
        progress("work", 2.0)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "C8  100 %  0 s  work\n")
