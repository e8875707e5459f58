"""`qgeom state`: known distances, the path in its JSON, and one clear line for bad input."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

from qgeom import cli
from qgeom.geodesic.flow import shoot
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.states.named import named_state
from tests.closeness import assert_close

FOUND = 1e-8


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli.main, ["state", *arguments])
    assert result.exit_code == code, result.output
    return result


def as_json(*arguments: str, code: int = 0) -> dict[str, Any]:
    return json.loads(run(*arguments, "--json", code=code).stdout)


@pytest.mark.parametrize(("end", "angle"), [("11", np.pi / 2), ("ghz", np.pi / 4), ("00", 0.0)])
def test_unpenalised_distance_is_fubini_study(end: str, angle: float) -> None:
    """``sqrt(2 / N)`` times the angle between the states."""
    found = as_json("00", end, "--q", "1")
    assert_close([found["lower"], found["upper"]], [np.sqrt(0.5) * angle] * 2, FOUND)
    assert_close(found["fidelity"], np.cos(angle) ** 2, FOUND)


def test_the_path_reaches_the_end() -> None:
    found = as_json("ghz", "w", "--qubits", "3", "--q", "8")
    metric = PauliMetric(3, nielsen(8.0))
    velocity = np.array([found["geodesic"]["velocity"][label] for label in metric.strings.labels])
    moved = shoot(metric, velocity).endpoint @ named_state("ghz", 3)
    assert abs(np.vdot(named_state("w", 3), moved)) > 1 - FOUND
    assert_close(metric.norm(velocity), found["upper"], FOUND)
    assert found["lower"] < found["upper"]


def test_text() -> None:
    shown = run("0", "1", "--q", "1").stdout.splitlines()
    assert shown[0] == "states    0 to 1, fidelity 0.000000"
    assert shown[2] == "distance  1.570796327 <= d <= 1.570796327"
    assert shown[3].split()[:2] == ["status", "Converged:"]


def test_seed_decides() -> None:
    haar = ("haar", "haar", "--qubits", "1")
    first, again, other = (as_json(*haar, "--seed", seed)["fidelity"] for seed in "001")
    assert first == again != other


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ghz", "w"), "`qubits` must be given for ghz and w, but is missing"),
        (("00", "111"), "`n_qubits` must be 3 for 111, but is 2"),
        (("0000000", "ghz"), "`qubits` must be between 1 and 6, but is 7"),
        (("00", "bell"), "`state` must be bits such as 010"),
        (("00", "11", "--q", "-1"), "`q` must be positive"),
        (("00", "11", "--starts", "-1"), "`starts` must be at least 0"),
    ],
)
def test_bad_input_is_one_line(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments, code=2)
    assert message in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
