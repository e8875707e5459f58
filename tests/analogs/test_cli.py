"""The command `analogs`: what it prints, where it writes, and how it refuses."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import click
import numpy as np
import pytest
from click.testing import CliRunner, Result

from analogs.catalogue import find
from analogs.cli import COMMANDS, main
from analogs.commands import compare, report, run
from analogs.commands import list as listing
from analogs.evidence import SIDES, RunDirectory, Setting, evaluate
from tests.analogs.report import synthetic

ROOT = Path(__file__).parents[2]
HEAVY = {"numpy", "scipy", "torch", "matplotlib", "jinja2", "qiskit"}
# EM2 is about geodesics here, and so it is not compared.
CLAIMS = tuple(claim for claim in synthetic.CLAIMS if claim.id in {"EM1", "C12", "C8", "EM2"})
COMPARED = ["EM1", "C12", "C8"]


def analogs(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="analogs")


@pytest.fixture
def small(monkeypatch):
    """Replace the claims by those that cost nothing."""
    for module in (listing, compare, report, run):
        monkeypatch.setattr(module, "CLAIMS", CLAIMS)
    find = run.find
    monkeypatch.setattr(run, "find", lambda name: find(name, CLAIMS))


@pytest.fixture
def forgetful(small, monkeypatch):
    """Make every experiment fail, so that only what is stored can be shown."""

    def fail(setting: Setting) -> None:
        raise AssertionError("computed again")

    claims = tuple(dataclasses.replace(claim, experiment=fail) for claim in CLAIMS)

    def forget() -> None:
        for module in (compare, report):
            monkeypatch.setattr(module, "CLAIMS", claims)

    return forget


def test_help_loads_nothing_heavy():
    code = (
        "import sys; from analogs.cli import main; main(['--help'], standalone_mode=False);"
        "print(*{name.split('.')[0] for name in sys.modules})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    *shown, loaded = done.stdout.splitlines()
    assert HEAVY & set(loaded.split()) == set()
    for name, (_, text) in COMMANDS.items():
        assert any(line.split() == [name, *text.split()] for line in shown)


def test_module_is_the_command():
    done = subprocess.run(
        [sys.executable, "-m", "analogs", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("Usage: python -m analogs")


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name):
    result = analogs(name, "--help")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"Usage: analogs {name}")


def test_list(small):
    lines = analogs("list").stdout.splitlines()
    assert lines[0].split() == ["id", "kind", "claim"]
    assert lines[1].split(maxsplit=2) == ["EM1", "curvature", "the words of <the paper>"]
    assert len(lines) == 1 + len(CLAIMS)


def test_list_as_json(small):
    records = json.loads(analogs("list", "--json").stdout)
    assert [record["id"] for record in records] == [claim.id for claim in CLAIMS]
    assert records[0]["aliases"] == ["EM11"]
    assert records[0]["definition"] == "which space & which planes"


def test_run_prints_verdicts_and_readings(small, tmp_path):
    result = analogs("run", "c8", "em11", "C8", "--quick", "--jobs", 1, "--out", tmp_path)
    assert result.exit_code == 0
    blocks = result.stdout.strip().split("\n\n")
    assert [block.splitlines()[0] for block in blocks] == [
        "C8: malformed (repaired: refuted)",
        "EM1: exact",
    ]
    assert "  network: Kendall's tau = 0.4 [0.1, 0.6], predicted below 0" in blocks[0]
    assert "100 %" in result.stderr


def test_run_all(small, tmp_path):
    result = analogs("run", "all", "--quick", "--jobs", 1, "--json", "--out", tmp_path)
    assert [r["claim_id"] for r in json.loads(result.stdout)] == [claim.id for claim in CLAIMS]


def test_run_on_own_data(small, tmp_path, monkeypatch):
    taking = tuple(dataclasses.replace(claim, takes_data=claim.id == "EM1") for claim in CLAIMS)
    monkeypatch.setattr(run, "find", lambda name: find(name, taking))
    np.savez(tmp_path / "own.npz", x=np.zeros((2, 2)), y=np.arange(2))
    result = analogs("run", "EM1", "--data", tmp_path / "own.npz", "--out", tmp_path / "runs")
    assert "data of own.npz" in result.stdout
    page = analogs("report", tmp_path / "runs").stdout.strip()
    assert "data of own.npz" in Path(page).read_text(encoding="utf-8")


def test_run_as_json(small, tmp_path):
    result = analogs("run", "EM1", "--seeds", 3, "--json", "--out", tmp_path)
    [record] = json.loads(result.stdout)
    assert (record["claim_id"], record["seeds"]) == ("EM1", [0, 1, 2])


def test_compare_ends_with_the_path_of_the_report(small, tmp_path):
    result = analogs("compare", "--jobs", 1, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    *lines, last = result.stdout.splitlines()
    assert last == str(tmp_path / "report.html")
    assert Path(last).exists()
    assert lines[0].split() == ["claim", *SIDES, "verdict", "seeds"]
    assert [line.split()[0] for line in lines[1:-1]] == COMPARED
    assert lines[1].split() == ["EM1", "-", "exact", "-", "exact", "1", "(quick)"]
    assert (tmp_path / "figures" / "C8.svg").exists()
    assert (tmp_path / "tables" / "C8-sweep.csv").exists()


def test_compare_reads_back_what_is_finished(small, forgetful, tmp_path):
    first = analogs("compare", "--jobs", 1, "--out", tmp_path)
    page = (tmp_path / "report.html").read_bytes()
    forgetful()
    assert analogs("compare", "--jobs", 1, "--out", tmp_path).stdout == first.stdout
    assert (tmp_path / "report.html").read_bytes() == page
    again = analogs("compare", "--full", "--jobs", 1, "--out", tmp_path)
    assert str(again.exception) == "computed again"


def test_compare_in_workers_as_json(small, tmp_path):
    result = analogs("compare", "--jobs", 2, "--full", "--json", "--out", tmp_path)
    found = json.loads(result.stdout)
    assert found["report"] == str(tmp_path / "report.html")
    assert [record["claim_id"] for record in found["verdicts"]] == COMPARED
    assert {len(record["seeds"]) for record in found["verdicts"]} == {2}


def test_report_is_the_same_again(small, tmp_path):
    analogs("compare", "--jobs", 1, "--out", tmp_path)
    page = (tmp_path / "report.html").read_bytes()
    (tmp_path / "report.html").unlink()
    result = analogs("report", tmp_path)
    assert result.stdout.strip() == str(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_bytes() == page


def test_report_prefers_the_full_run_and_leaves_out_other_tests_and_own_data(tmp_path):
    [claim] = [claim for claim in CLAIMS if claim.id == "C8"]
    claim = dataclasses.replace(claim, takes_data=True)
    other = dataclasses.replace(claim, smallest_effect=0.25)
    settings = [
        Setting(True, (0, 1, 2)),
        Setting(False, (0,)),
        Setting(False, (0, 1)),
        Setting(False, (0, 1, 2), data=Path(__file__)),
    ]
    store = RunDirectory(tmp_path)
    for own, setting in [
        *((claim, setting) for setting in settings),
        (other, Setting(False, (0, 1, 2))),
    ]:
        store.write_cell(own.id, report.configuration(own, setting), *evaluate(own, setting))
    [entry] = report.strongest(list(store.cells()), (claim,))
    assert entry.claim is claim
    assert (entry.cell.verdict.quick, entry.cell.verdict.seeds) == (False, (0, 1))


def test_report_says_what_it_leaves_out(small, tmp_path, monkeypatch):
    analogs("compare", "--jobs", 1, "--out", tmp_path)
    changed = dataclasses.replace(CLAIMS[2], statistic="another number")
    monkeypatch.setattr(report, "CLAIMS", (*CLAIMS[:2], changed))
    result = analogs("report", tmp_path)
    assert result.exit_code == 0
    assert result.stderr.startswith(f"Left out {changed.id}: ")
    assert f'id="{changed.id}"' not in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_interrupt_leaves_130_and_says_what_is_kept(small, tmp_path, monkeypatch):
    def interrupt(setting: Setting) -> None:
        raise KeyboardInterrupt

    stopped = dataclasses.replace(CLAIMS[2], experiment=interrupt)
    monkeypatch.setattr(compare, "CLAIMS", (*CLAIMS[:2], stopped))
    result = analogs("compare", "--jobs", 1, "--out", tmp_path)
    assert result.exit_code == 130
    assert f"2 of 3 claims are finished and kept in {tmp_path}" in result.stderr
    assert "Traceback" not in result.output
    assert len(list(RunDirectory(tmp_path).cells())) == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["run", "C88"],
            r"Argument `claim` must be one of EM1, .* but is 'C88' (did you mean C8?)",
        ),
        (["run", "C8", "--seeds", "0"], "Argument `seeds` must be at least 1, but is 0."),
        (["run", "C8", "--data", __file__], "Argument `data` must go with a claim that takes data"),
        (["run", "C8", "--jobs", "0"], "Argument `jobs` must be at least 1, but is 0."),
        (["compare", "--seeds", "-3"], "Argument `seeds` must be at least 1, but is -3."),
        (["compare", "--out", __file__], "Argument `out` must be a directory, but"),
        (
            ["report", "nowhere"],
            "Argument `directory` must be a run directory, but nowhere is none",
        ),
        (["report", str(ROOT / "tests")], "Argument `directory` must hold results of the present"),
        (["report", __file__], "Argument `directory` must be a run directory, but"),
    ],
)
def test_wrong_input_is_one_line_and_exit_code_2(small, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    result = analogs(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    [line] = result.stderr.splitlines()
    start, _, end = message.partition(".* ")
    assert line.startswith(f"Error: {start}")
    assert end in line
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["run"], ["run", "C8", "--seeds", "x"], ["compare", "--fast"], ["compute"]]
)
def test_wrong_usage_is_one_error_line(small, arguments):
    result = analogs(*arguments)
    assert result.exit_code == 2
    [line] = result.stderr.splitlines()
    assert line.startswith("Error: ")
    assert isinstance(result.exception, SystemExit)


@pytest.mark.parametrize("command", ["compare", "report"])
def test_damaged_cell_is_one_line(small, tmp_path, command):
    analogs("compare", "--jobs", 1, "--out", tmp_path)
    next(tmp_path.glob("C8-*/tables/sweep.csv")).write_text("changed")
    result = analogs(
        *{"compare": ["compare", "--out", tmp_path], "report": ["report", tmp_path]}[command]
    )
    assert result.exit_code == 2
    assert "is damaged (a file differs from its checksum)" in result.stderr.splitlines()[-1]
    assert result.stderr.splitlines()[-1].startswith("Error: ")


def test_refusal_of_an_experiment_is_one_line(small, tmp_path, monkeypatch):
    def refuse(setting: Setting) -> None:
        raise ValueError("Argument `seeds` must be at least 5, but is 1.")

    claim = dataclasses.replace(CLAIMS[0], experiment=refuse)
    monkeypatch.setattr(compare, "CLAIMS", (claim,))
    result = analogs("compare", "--out", tmp_path)
    assert result.exit_code == 2
    expected = "Error: Argument `seeds` must be at least 5, but is 1. [claim EM1]"
    assert result.stderr.splitlines()[-1] == expected


def test_every_command_is_a_click_command():
    context = click.Context(main)
    assert all(main.get_command(context, name).name == name for name in main.list_commands(context))
