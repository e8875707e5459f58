"""`qgeom conjugate`: closed forms, what is printed, its JSON, and one clear line for bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from qgeom import cli
from qgeom.algebra.targets import target
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.pauli_jacobi import pauli_conjugate_times
from tests.closeness import assert_close

TIME = 1e-11


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli.main, ["conjugate", *arguments])
    assert result.exit_code == code, result.output
    return result


def as_json(*arguments: str) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json").stdout)


def test_toffoli_line() -> None:
    """First at t = 8 / (q - 1) on a line of length (pi / 8) sqrt(6 + q)."""
    found = as_json("toffoli", "--q", "16")
    assert_close(found["times"], [8 / 15], TIME)
    assert_close(found["speed"], np.pi / 8 * np.sqrt(22), TIME)
    assert (found["n_qubits"], found["multiplicity"], found["horizon"]) == (3, [12], 1.0)
    shown = run("toffoli", "--q", "16").stdout
    assert "t = 0.533333333, length 0.982358380" in shown
    assert shown.splitlines()[-1].split() == ["0.533333333", "12", "12"]


def test_toffoli_line_is_a_local_minimum_below_the_critical_cost() -> None:
    shown = run("toffoli", "--q", "8.9").stdout
    assert "none up to t = 1: the line is a local minimum of length" in shown
    assert "index   0" in shown
    assert as_json("toffoli", "--q", "8.9")["times"] == []
    assert len(as_json("toffoli", "--q", "9.1")["times"]) == 1  # negative control: beyond q = 9


def test_pauli_string() -> None:
    found = as_json("XYZ", "--q", "5", "--horizon", "1.5")
    exact = pauli_conjugate_times(PauliMetric(3, nielsen(5.0)), "XYZ", 1.5)
    assert_close(found["times"], exact.times, TIME)
    assert found["multiplicity"] == exact.multiplicity.tolist()
    assert_close(found["speed"], np.sqrt(5.0), TIME)


def test_letter_case_tells_a_string_from_a_gate() -> None:
    string, gate = (as_json(name, "--locality", "0", "--q", "1") for name in ("X", "x"))
    assert_close(string["times"], [np.pi], TIME)
    assert (gate["times"], gate["horizon"]) == ([], 1.0)
    gate = as_json("x", "--locality", "0", "--q", "1", "--horizon", "2.1")
    assert_close(gate["times"], [2.0], TIME)


def test_long_tables_are_cut() -> None:
    arguments = ("XXX", "--q", "100", "--horizon", "1")
    count = len(as_json(*arguments)["times"])
    assert count == 31  # t = k pi / q
    shown = run(*arguments).stdout.splitlines()
    assert shown[-1] == "and 11 more (--json shows them)"


def test_file(tmp_path: Path) -> None:
    path = tmp_path / "gate.npy"
    np.save(path, target("toffoli").matrix)
    assert as_json(str(path), "--q", "16")["times"] == as_json("toffoli", "--q", "16")["times"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("qft", "--qubits", "3"), "`target` must have a logarithm H that commutes"),
        (("XXQ",), "`target` must be one of x, y, z"),
        (("II",), "`label` must not be the identity"),
        (("XX", "--qubits", "3"), "`qubits` must be 2 for XX, but is 3"),
        (("qft", "--qubits", "5"), "`qubits` must be between 1 and 4, but is 5"),
        (("XXIXXIXXIXX",), "`qubits` must be between 1 and 10, but is 11"),
        (("toffoli", "--horizon", "-1"), "`horizon` must be positive, but is -1.0"),
        (("XX", "--horizon", "nan"), "`horizon` must be finite"),
        (("toffoli", "--q", "0"), "`q` must be positive"),
        (("toffoli", "--seed", "-1"), "`seed` must be at least 0"),
    ],
)
def test_bad_input_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments, code=2)
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
