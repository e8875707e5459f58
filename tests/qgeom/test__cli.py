"""What both command lines share: lazy loading, errors as exit codes, strict JSON."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

from qgeom import _cli
from qgeom._checks import fail

MODULE = "a_module_that_is_loaded_late"


def call(monkeypatch: pytest.MonkeyPatch, body: Callable[[], Any]) -> Result:
    """Run a group with one command, whose module says `body`."""
    module = ModuleType(MODULE)
    module.command = click.command("work")(body)
    monkeypatch.setitem(sys.modules, MODULE, module)
    group = _cli.LazyGroup("tool", commands_in={"work": (MODULE, "Do the work.")})
    return CliRunner().invoke(group, ["work"])


def raising(error: BaseException) -> Callable[[], None]:
    def body() -> None:
        raise error

    return body


def test_help_lists_commands_without_loading_them() -> None:
    group = _cli.LazyGroup(
        "tool", commands_in={"b": ("no_module", "Do b."), "a": ("none", "Do a.")}
    )
    result = CliRunner().invoke(group, ["--help"])
    assert result.exit_code == 0
    assert result.output.splitlines()[-2:] == ["  b  Do b.", "  a  Do a."]


def test_command_is_loaded_and_run(monkeypatch: pytest.MonkeyPatch) -> None:
    result = call(monkeypatch, lambda: click.echo("done"))
    assert (result.exit_code, result.stdout, result.stderr) == (0, "done\n", "")


def test_unknown_command() -> None:
    result = CliRunner().invoke(_cli.LazyGroup("tool", commands_in={}), ["work"])
    assert result.exit_code == _cli.BAD_INPUT
    assert "No such command 'work'" in result.stderr


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (fail("q", "be positive", "is -1"), "Error: Argument `q` must be positive, but is -1.\n"),
        (ValueError("Argument `x` must\n  be short"), "Error: Argument `x` must be short\n"),
        (
            FileNotFoundError(2, "No such file or directory", "u.npy"),
            "Error: No such file or directory: u.npy\n",
        ),
        (PermissionError(13, "Permission denied", "x.png"), "Error: Permission denied: x.png\n"),
    ],
)
def test_bad_input_is_one_line(
    monkeypatch: pytest.MonkeyPatch, error: Exception, line: str
) -> None:
    result = call(monkeypatch, raising(error))
    assert (result.exit_code, result.stdout, result.stderr) == (_cli.BAD_INPUT, "", line)


def test_interrupt_has_its_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    result = call(monkeypatch, raising(KeyboardInterrupt()))
    assert (result.exit_code, result.stderr) == (130, "Interrupted.\n")


@pytest.mark.parametrize(
    "error",
    [ValueError("operands"), np.linalg.LinAlgError("singular"), OSError(5, "I/O"), KeyError()],
)
def test_bugs_keep_their_traceback(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    assert call(monkeypatch, raising(error)).exception is error


def test_missing_path_of_a_real_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    result = call(monkeypatch, (tmp_path / "none").read_bytes)
    assert result.exit_code == _cli.BAD_INPUT
    assert result.stderr == f"Error: No such file or directory: {tmp_path / 'none'}\n"


def test_json_is_strict(capsys: pytest.CaptureFixture[str]) -> None:
    value = {
        "number": np.float64(1.5),
        "count": np.int64(3),
        "array": np.array([[1.0, math.nan], [math.inf, 2.0]]),
        "pair": (True, None),
        2: {"text": "x"},
    }
    _cli.echo_json(value)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    assert json.loads(capsys.readouterr().out, parse_constant=refuse) == {
        "number": 1.5,
        "count": 3,
        "array": [[1.0, None], [None, 2.0]],
        "pair": [True, None],
        "2": {"text": "x"},
    }
