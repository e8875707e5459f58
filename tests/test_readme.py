"""What the README shows is what happens."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from analogs.cli import main as analogs_main
from qgeom.cli import main as qgeom_main

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text(encoding="utf-8")


def fenced(language: str) -> list[str]:
    blocks = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
    return [body for name, body in blocks if name == language]


def test_python_example(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "example.py"
    script.write_text(fenced("python")[0], encoding="utf-8")
    runpy.run_path(str(script))
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].startswith("1.841257 Converged")
    assert printed[1] == "1.923825"
    assert printed[2] == "6 exact decomposition, fitted"
    assert float(printed[3]) < 0


def command_lines() -> list[str]:
    lines = "\n".join(fenced("")).splitlines()
    return [line for line in lines if line.startswith(("qgeom ", "analogs "))]


def test_command_lines_are_shown() -> None:
    assert len(command_lines()) == 11


@pytest.mark.parametrize("line", command_lines())
def test_command_lines_are_understood(line: str, tmp_path: Path) -> None:
    """Each runs (the long jobs: each of their options is known)."""
    program, *arguments = shlex.split(line)
    main = {"qgeom": qgeom_main, "analogs": analogs_main}[program]
    if program == "analogs" and arguments[0] != "list":
        shown = CliRunner().invoke(main, [arguments[0], "--help"])
        assert all(option in shown.output for option in arguments if option.startswith("--"))
        return
    arguments = [
        str(tmp_path / word) if word.endswith((".png", ".qasm")) else word for word in arguments
    ]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output


def test_make_targets_are_those_of_the_makefile() -> None:
    makefile = (README.parent / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"make (\w+) {2,}#", TEXT)) | set(re.findall(r"`make (\w+)`", TEXT))
    assert {"compare", "test"} <= targets
    for target in targets:
        assert f"\n{target}:" in makefile
