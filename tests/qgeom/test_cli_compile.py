"""`qgeom compile`: the circuit in its files and its JSON, and one clear line for bad input."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from qiskit import QuantumCircuit

from qgeom import cli
from tests.closeness import assert_close


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli.main, ["compile", *arguments])
    assert result.exit_code == code, result.output
    return result


def as_json(*arguments: str, code: int = 0) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json", code=code).stdout)


def test_json_holds_costs_and_the_distance() -> None:
    found = as_json("swap", "--gate-set", "rzz")
    (circuit,) = found["circuits"]
    (best,) = circuit["candidates"]
    assert (best["su4"], best["cx"], best["rzz"], best["t"]) == (1, 3, 3, 0)
    assert_close(best["interaction_angle"], 1.5 * np.pi)
    assert circuit["reached"] is True
    # The straight line: on two qubits no string is non-local.
    assert_close(found["distance"]["upper"], 0.25 * np.pi * np.sqrt(3.0), 1e-9)
    assert found["distance"]["lower"] <= found["distance"]["upper"]


def test_text_is_a_table_for_each_error() -> None:
    shown = run("iswap", "--error", "1e-2", "--error", "1e-6", "--no-distance").stdout.splitlines()
    assert shown[0].split() == ["target", "iswap"]
    titles = [line for line in shown if line.startswith("error at most")]
    assert [line.split(".  ")[0] for line in titles] == [
        "error at most 1.0e-02",
        "error at most 1.0e-06",
    ]
    assert not any("distance" in line for line in shown)


def test_budgets_are_shown(tmp_path: Path) -> None:
    signs = np.array([1, -1, 1, -1, 1, -1, 1, -1.0])
    field = 0.4 * np.kron(np.eye(4), [[0, 1], [1, 0]]) + 0.4 * np.diag(signs[[0, 1, 3, 2] * 2])
    values, vectors = np.linalg.eigh(field)
    np.save(tmp_path / "chain.npy", (vectors * np.exp(-1j * values)) @ vectors.conj().T)
    found = as_json(
        str(tmp_path / "chain.npy"), "--error", "1e-2", "--effort", "low", "--no-distance"
    )
    budgets = [one["budget"] for one in found["circuits"][0]["candidates"] if one["budget"]]
    assert budgets
    for stage in budgets[0]:
        assert stage["measured"] <= stage["predicted"] + 1e-11


@pytest.mark.parametrize("gate_set", ["su4", "cx", "rzz", "clifford+t"])
def test_circuits_are_written_as_qasm(tmp_path: Path, gate_set: str) -> None:
    path = tmp_path / "circuit.qasm"
    run("sqrtswap", "--gate-set", gate_set, "--error", "1e-3", "--qasm", str(path))
    lines = path.read_text().splitlines()
    assert lines[0].startswith("OPENQASM 3")
    assert "qubit[2] q;" in lines
    assert [file.name for file in tmp_path.iterdir()] == ["circuit.qasm"]


@pytest.mark.parametrize("errors", [["1e-3"], ["1e-1", "1e-4"]])
def test_figures_are_written(tmp_path: Path, errors: list[str]) -> None:
    path = tmp_path / "figure.svg"
    flags = [part for error in errors for part in ("--error", error)]
    run("cnot", *flags, "--no-distance", "--plot", str(path))
    assert path.stat().st_size > 1000


def test_a_seed_decides_haar() -> None:
    flags = ("haar", "--qubits", "2", "--no-distance", "--seed")
    angles = [
        as_json(*flags, seed)["circuits"][0]["candidates"][0]["interaction_angle"] for seed in "001"
    ]
    assert angles[0] == angles[1] != angles[2]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["toffoly"], "Argument `target` must be one of"),
        (["haar"], "Argument `n_qubits` must be given for haar, but is missing."),
        (["cnot", "--error", "0"], "Argument `error` must be positive, but is 0.0."),
        (["cnot", "--error", "1e-15"], "Argument `error` must be at least 1e-12, but is 1e-15."),
        (["cnot", "--gate-set", "cy"], "Invalid value for '--gate-set'"),
        (["cnot", "--plot", "x.gif"], "Argument `plot` must end in .png, .svg, .pdf"),
        (["cnot", "--qasm", "nowhere/x.qasm"], "Argument `qasm` must lie in a folder that exists"),
        (["nowhere.npy"], "No such file or directory: nowhere.npy"),
    ],
)
def test_bad_input_is_one_line(arguments: list[str], line: str) -> None:
    result = run(*arguments, code=2)
    assert line in result.output
    assert len(result.output.strip().splitlines()) == 1


def test_what_is_out_of_reach_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exact method that errs by 1e-3 on purpose: no candidate is within the error."""
    wrong = QuantumCircuit(3)
    wrong.rx(1e-3, 0)
    monkeypatch.setattr("qgeom.circuits.candidates.qs_decomposition", lambda matrix: wrong)
    monkeypatch.setattr("qgeom.circuits.candidates.MAX_REFITTED", {"low": 0})
    shown = run("identity", "--qubits", "3", "--effort", "low", "--no-distance", code=1).stdout
    assert "No candidate is within 1.0e-08; the nearest is shown." in shown
