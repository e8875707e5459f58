"""`qgeom diameter`: brackets, growth and saturation in text and JSON, the figure, and what stops it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from qgeom import cli
from qgeom.commands import diameter as diameter_command
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.diameter import diameter
from qgeom.readings.scaling import ScanRow, diameter_scan, power_law, saturation
from tests.closeness import ROUNDING, assert_close

ONE = ("--qubits", "1", "--locality", "0", "--starts", "0")
PAIR = ("--qubits", "2", "--locality", "1", "--starts", "0")
HALF = np.pi / 2  # one qubit, all costs 1


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli.main, ["diameter", *arguments])
    assert result.exit_code == code, result.output
    return result


def as_json(*arguments: str, code: int = 0) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json", code=code).stdout)


def column(found: dict[str, Any], name: str) -> list[float]:
    return [row[name] for row in found["rows"]]


def test_rows_are_those_of_the_library() -> None:
    found = as_json(*ONE, "--q", "8", "--q", "2", "--seed", "5")
    assert column(found, "q") == [2.0, 8.0]
    seed = np.random.default_rng(5).integers(2**63)
    for row in found["rows"]:
        metric = PauliMetric(1, nielsen(row["q"], locality=0))
        one = diameter(metric, rng=np.random.default_rng(seed), count=1, starts=0)
        assert (row["lower"], row["found"], row["upper"]) == (one.lower, one.found, one.upper)
        assert (row["lower_bound"], row["upper_bound"]) == (one.lower_bound, one.upper_bound)
    assert (found["power_laws"], found["saturation"]) == ({}, None)


def test_where_all_strings_cost_q_the_diameter_is_its_root() -> None:
    found = as_json(
        *("--qubits", "1", "--locality", "0", "--starts", "0"),
        *("--q", "4", "--q", "9", "--q", "64"),
    )
    for name in ("lower", "upper"):
        assert_close(column(found, name), HALF * np.array([2.0, 3.0, 8.0]), ROUNDING)
        law = power_law(column(found, "q"), column(found, name))
        shown = found["power_laws"][name]
        assert shown["exponent"] == law.exponent == pytest.approx(0.5)
        assert tuple(shown["interval"]) == law.interval()
    assert found["saturation"]["critical"] is None


def test_estimate_grows_and_stays_above_the_lower_end() -> None:
    costs = [2.0, 4.0, 8.0, 16.0, 32.0]
    rows: Any = [
        SimpleNamespace(q=q, diameter=SimpleNamespace(lower=1.8, found=length))
        for q, length in zip(costs, [1.5, 1.9, 1.85, 1.95, 1.96], strict=True)
    ]
    assert diameter_command.fit_estimate(rows) == saturation(costs, [1.8, 1.9, 1.9, 1.95, 1.96])


def test_text() -> None:
    flat = run("--qubits", "1", "--q", "2", "--q", "8", "--q", "64", "--starts", "0").stdout
    about, table, growth = (part.splitlines() for part in flat.split("\n\n"))
    assert about == ["metric  nielsen(locality=2) on 1 qubit, <H, J> = tr(HJ) / 2^n at cost 1"]
    assert table[0].split("  ")[0] == "q"
    assert table[1].split()[:2] == ["2", "1.570796"]
    assert growth[:2] == [
        "lower  grows like q^0.000, 95 % interval 0.000 to 0.000",
        "upper  grows like q^0.000, 95 % interval 0.000 to 0.000",
    ]
    assert growth[2].startswith(
        "found  extrapolates to 1.571, 95 % interval 1.571 to 1.571: within"
    )
    assert growth[2].endswith("within 1% from q = 2 on")


def test_bounds_alone() -> None:
    shown = run(*PAIR, "--count", "0", "--q", "2", "--q", "8", "--q", "32").stdout
    assert [line.split()[2] for line in shown.split("\n\n")[1].splitlines()] == ["found", *"---"]
    assert "extrapolates" not in shown
    found = as_json(*PAIR, "--count", "0", "--q", "2", "--q", "8", "--q", "32")
    assert (column(found, "found"), found["saturation"]) == ([None] * 3, None)


def test_default_costs() -> None:
    found = as_json("--count", "0")
    assert column(found, "q") == [2.0**k for k in range(1, 8)]
    assert found["n_qubits"] == 3


def test_sentence_without_saturation() -> None:
    level = saturation([2.0, 4.0, 8.0], [1.0, 2.0, 4.0])
    assert level.critical is None
    most = f"{level.interval()[1]:.3f}"
    assert diameter_command.sentence(level, 8.0) == (
        f"not within 1% of a limit up to q = 8: one could be as high as {most}"
    )


def test_plot(tmp_path: Path) -> None:
    path = tmp_path / "diameter.png"
    run(*PAIR, "--count", "0", "--plot", str(path))
    assert path.stat().st_size > 5000


# ---- what stops it


def interrupted_after(count: int) -> Any:
    def scan(*arguments: Any, **options: Any) -> Iterator[ScanRow]:
        rows = diameter_scan(*arguments, **options)
        for _ in range(count):
            yield next(rows)
        raise KeyboardInterrupt

    return scan


def test_interrupt_shows_the_finished_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diameter_command, "diameter_scan", interrupted_after(2))
    found = as_json("--count", "0", code=130)
    assert column(found, "q") == [2.0, 4.0]
    result = run("--count", "0", code=130)
    assert len(result.stdout.split("\n\n")[1].splitlines()) == 3
    assert result.stderr == "Interrupted.\n"


def test_interrupt_before_the_first_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diameter_command, "diameter_scan", interrupted_after(0))
    result = run(code=130)
    assert (result.stdout, result.stderr) == ("", "Interrupted.\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--qubits 0", "`qubits` must be between 1 and 8, but is 0"),
        ("--qubits 9", "`qubits` must be between 1 and 8, but is 9"),
        ("--q 2 --q 0", "`q` must be positive, but is 0"),
        ("--q nan", "`q` must be finite"),
        ("--locality -1", "`locality` must be at least 0"),
        ("--count -1", "`count` must be at least 0"),
        ("--seed -1", "`seed` must be at least 0"),
        ("--qubits 1 --starts -1", "`starts` must be at least 0"),
        ("--plot x.txt", "`plot` must end in .png, .svg, .pdf"),
        ("--q two", "Invalid value for '--q'"),
    ],
)
def test_bad_input_is_one_line(arguments: str, message: str) -> None:
    result = run(*arguments.split(), code=2)
    assert message in result.stderr
    assert result.stdout == ""
    assert len(result.stderr.strip().splitlines()) == 1
