"""The command `qgeom`: what it prints, its JSON, and one clear line for bad input."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import scipy.stats
from click.testing import CliRunner, Result

from qgeom import cli
from qgeom.algebra.targets import target
from qgeom.commands import options
from qgeom.geodesic.connect import connect
from qgeom.geodesic.curve import Geodesic
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.curvature import ricci_curvature, scalar_curvature
from qgeom.readings.sampling import sample_curvature
from tests.closeness import ROUNDING, assert_close
from tests.oracles import distances
from tests.oracles.curvature import cliff_scalar

ROOT = Path(__file__).parents[2]
FOUND = 1e-10


def run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli.main, arguments)
    assert result.exit_code == code, result.output
    return result


def as_json(*arguments: str, code: int = 0) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    return json.loads(run(*arguments, "--json", code=code).stdout, parse_constant=refuse)


def fields(text: str) -> dict[str, str]:
    """Lines "name  value" of an answer."""
    return dict(line.split("  ", 1) for line in text.splitlines() if "  " in line.strip())


# ---- geodesic

CNOT = ("cnot", "--q", "4", "--locality", "1")


def test_geodesic() -> None:
    shown = fields(run("geodesic", *CNOT).stdout)
    assert float(shown["length"]) == pytest.approx(distances.two_qubits("cnot", 4.0), abs=1e-9)
    assert shown["status"].startswith("Converged: endpoint residual")
    assert shown["metric"].startswith("nielsen(locality=1, q=4) on 2 qubits")


def test_geodesic_json_gives_a_velocity_that_reaches_the_target() -> None:
    found = as_json("geodesic", *CNOT)
    (best,) = found["geodesics"]
    metric = PauliMetric(2, nielsen(4.0, locality=1))
    velocity = np.array([best["velocity"][label] for label in metric.strings.labels])
    assert_close(metric.norm(velocity), best["length"], ROUNDING)
    assert (found["target"], found["n_qubits"], found["seed"]) == ("cnot", 2, 0)
    assert best["residual"] < FOUND


def test_all_geodesics_are_shown_shortest_first() -> None:
    found = as_json("geodesic", *CNOT, "--all")
    lengths = [geodesic["length"] for geodesic in found["geodesics"]]
    assert len(lengths) == found["found"] > 1
    assert lengths == sorted(lengths)
    rows = run("geodesic", *CNOT, "--all").stdout.split("\n\n")[1].splitlines()[1:]
    assert [float(row.split()[1]) for row in rows] == pytest.approx(lengths, abs=1e-9)


def test_seed_decides(tmp_path: Path) -> None:
    haar = ("geodesic", "haar", "--qubits", "1", "--q", "3", "--locality", "0")
    first, again, other = (
        as_json(*haar, "--seed", seed)["geodesics"][0]["length"] for seed in "001"
    )
    assert first == again != other


def test_failed_search_is_told_by_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """No target on qubits is known at which the search fails: the failure is made up."""

    def fails(*arguments: Any, **options: Any) -> tuple[Geodesic, ...]:
        found = connect(*arguments, **{**options, "starts": 0})[:1]
        return tuple(replace(one, residual=0.5, status="Did not converge.") for one in found)

    monkeypatch.setattr("qgeom.commands.geodesic.connect", fails)
    found = as_json("geodesic", "t", code=1)
    assert found["geodesics"][0]["status"] == "Did not converge."
    assert "Did not converge." in run("geodesic", "t", code=1).stdout


@pytest.mark.parametrize("name", ["curve.png", "curve.svg", "curve.pdf"])
def test_geodesic_plot(name: str, tmp_path: Path) -> None:
    run("geodesic", "t", "--plot", str(tmp_path / name))
    assert (tmp_path / name).stat().st_size > 5000


# ---- distance


def test_distance() -> None:
    shown = fields(run("distance", *CNOT).stdout)
    lower, upper = (float(end) for end in shown["distance"].split(" <= d <= "))
    assert upper == pytest.approx(distances.two_qubits("cnot", 4.0), abs=1e-9)
    assert lower == pytest.approx(2 * distances.KAK_NORMS["cnot"], abs=1e-9)
    assert shown["lower"].endswith("cartan")


def test_distance_json() -> None:
    found = as_json("distance", *CNOT)
    assert found["lower"] <= found["upper"]
    assert found["upper_bound"] == "geodesic"
    assert found["tried"]["geodesic"] == pytest.approx(found["upper"], abs=FOUND)
    assert found["geodesic"]["length"] == pytest.approx(found["upper"], abs=FOUND)


def test_distance_without_a_search() -> None:
    found = as_json("distance", "qft", "--qubits", "5")
    assert (found["upper_bound"], found["geodesic"]) == ("straight line", None)
    assert 0.0 < found["lower"] < found["upper"]


def test_penalty_defaults_to_the_size_of_the_group() -> None:
    assert "nielsen(locality=2, q=16)" in as_json("distance", "cnot")["metric"]


# ---- targets from files


def test_target_from_a_file(tmp_path: Path) -> None:
    np.save(tmp_path / "gate.npy", target("cnot").matrix)
    found = as_json("distance", str(tmp_path / "gate.npy"), *CNOT[1:])
    assert found["target"] == "gate"
    assert found["upper"] == pytest.approx(distances.two_qubits("cnot", 4.0), abs=FOUND)


UNREADABLE = "must be a .npy file with a unitary matrix"
BAD_FILES: dict[str, tuple[bytes | np.ndarray, str]] = {
    "ones.npy": (np.ones((4, 4)), "must be unitary"),
    "nan.npy": (np.full((2, 2), np.nan), "must be finite"),
    "three.npy": (np.eye(3), "must have a size that is a power of two"),
    "vector.npy": (np.ones(4), "must be a square matrix"),
    "batch.npy": (np.stack([np.eye(2)] * 2), "must be one matrix"),
    "words.npy": (np.array([["a", "b"], ["c", "d"]]), "must be an array of numbers"),
    "text.npy": (b"1 0\n0 1\n", UNREADABLE),
    "text.txt": (b"1 0\n0 1\n", UNREADABLE),
    "empty.npy": (b"", UNREADABLE),
    "header.npy": (b"\x93NUMPY\x01\x00v\x00" + b"{" * 118, UNREADABLE),
    "cut.npy": (b"\x93NUMPY\x01\x00v\x00{'descr'", UNREADABLE),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_one_line(name: str, tmp_path: Path) -> None:
    content, message = BAD_FILES[name]
    if isinstance(content, bytes):
        (tmp_path / name).write_bytes(content)
    else:
        np.save(tmp_path / name, content)
    assert_refused("distance", str(tmp_path / name), message=message)


def test_objects_are_never_unpickled(tmp_path: Path) -> None:
    np.save(tmp_path / "object.npy", np.array([{}], dtype=object))
    assert_refused("distance", str(tmp_path / "object.npy"), message="allow_pickle=False")


# ---- curvature


def test_curvature_is_exact(tmp_path: Path) -> None:
    found = as_json("curvature", "--q", "64", "--planes", "none")
    q = 64.0
    assert found["scalar"] == pytest.approx(1638 - 324 * q + 864 / q - 162 / q**2, rel=1e-12)
    metric = PauliMetric(3, nielsen(q))
    assert_close(found["scalar"], scalar_curvature(metric), ROUNDING)
    ricci = ricci_curvature(metric)
    for weight, value in enumerate(found["ricci_by_weight"], start=1):
        assert_close(
            ricci[metric.strings.weight == weight],
            np.full_like(ricci[metric.strings.weight == weight], value),
            ROUNDING,
        )
    assert found["planes"] == []
    assert found["ricci_by_weight_decimal"] == ["14.00439453125", "-1480", "768.4970703125"]


def test_curvature_of_many_qubits() -> None:
    found = as_json("curvature", "--qubits", "100", "--planes", "none", "--q", "1")
    assert_close(np.array(found["ricci_by_weight"]) / (4.0**100 / 2), np.ones(100), ROUNDING)
    assert_close(found["scalar"] / (4.0**100 * (4.0**100 - 1) / 2), 1.0, ROUNDING)  # bi-invariant
    assert "Ricci, weight 100" in run("curvature", "--qubits", "100", "--planes", "none").stdout


def test_curvature_beyond_the_doubles() -> None:
    found = as_json("curvature", "--qubits", "520", "--planes", "none")  # q = 4^520
    assert found["scalar"] is None
    assert found["ricci_by_weight"][0] == pytest.approx(3116.0)
    assert found["ricci_by_weight"][1] is None
    scalar = Fraction(found["scalar_decimal"])
    triples = cliff_scalar(520, Fraction(4) ** 520)
    assert abs(scalar / triples - 1) < Fraction(1, 10**15)
    shown = fields(run("curvature", "--qubits", "520", "--planes", "none").stdout)
    assert shown["scalar"].strip() == f"{Decimal(found['scalar_decimal']):.10g}"


def test_curvature_samples_are_those_of_the_library() -> None:
    found = as_json("curvature", "--q", "64", "--planes", "metric", "--count", "230", "--seed", "5")
    (row,) = found["planes"]
    sample = sample_curvature(
        PauliMetric(3, nielsen(64.0)), "metric", 230, rng=np.random.default_rng(5)
    )
    assert (row["law"], row["count"], row["negative"]) == ("metric", 230, sample.negative)
    assert_close(row["quantiles"]["0.5"], np.median(sample.values), ROUNDING)


def test_planes_are_drawn_until_the_share_is_known() -> None:
    rule = ("--planes", "metric", "--count", "100", "--half-width", "0.05")
    (row,) = as_json("curvature", "--q", "64", *rule)["planes"]
    assert row["high"] - row["low"] <= 0.1
    assert 200 < row["count"] < 500
    (row,) = as_json("curvature", "--q", "64", *rule, "--most", "150")["planes"]
    assert row["count"] == 150


def test_interval_of_the_mean_is_about_the_mean() -> None:
    (row,) = as_json("curvature", "--q", "64", "--planes", "local", "--count", "400")["planes"]
    sample = sample_curvature(
        PauliMetric(3, nielsen(64.0)), "local", 400, rng=np.random.default_rng(0)
    )
    half = 1.96 * sample.values.std() / 20
    assert_close(
        [row["mean_low"], row["mean_high"]], [row["mean"] - half, row["mean"] + half], 0.02
    )


def test_interval_is_that_of_wilson() -> None:
    (row,) = as_json("curvature", "--q", "64", "--planes", "pauli", "--count", "50")["planes"]
    k, n, z = row["negative"], row["count"], scipy.stats.norm.ppf(0.975)
    centre = (k + z**2 / 2) / (n + z**2)
    spread = z * np.sqrt(k * (n - k) / n + z**2 / 4) / (n + z**2)
    assert_close([row["low"], row["high"]], [max(centre - spread, 0.0), centre + spread], ROUNDING)


def test_curvature_table_and_plot(tmp_path: Path) -> None:
    path = tmp_path / "curvature.png"
    text = run("curvature", "--q", "64", "--count", "20", "--plot", str(path)).stdout
    assert [line.split()[0] for line in text.split("\n\n")[1].splitlines()] == [
        "planes",
        "metric",
        "local",
        "pauli",
        "coordinate",
    ]
    assert path.stat().st_size > 5000


def test_curvature_map_leaves_the_answer_alone(tmp_path: Path) -> None:
    path = tmp_path / "map.png"
    arguments = ("curvature", "--qubits", "2", "--q", "64", "--planes", "local", "--count", "20")
    assert run(*arguments, "--map", str(path)).stdout == run(*arguments).stdout
    one = path.stat().st_size
    run("curvature", "--qubits", "2", "--count", "20", "--map", str(path))  # a panel for each law
    assert path.stat().st_size > 2 * one > 10_000


# ---- bad input


def assert_refused(*arguments: str, message: str) -> None:
    """Exit code 2, one line on standard error that contains `message`, nothing else."""
    result = run(*arguments, code=2)
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    assert result.stderr.startswith("Error: ")
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("distance tofoli", "Argument `target` must be one of x, y, z"),
        ("distance missing.npy", "No such file or directory: missing.npy"),
        ("distance cnot --q 0", "Argument `q` must be positive, but is 0"),
        ("distance cnot --q -1", "Argument `q` must be positive, but is -1"),
        ("distance cnot --q nan", "Argument `q` must be finite"),
        ("distance cnot --locality -1", "Argument `locality` must be at least 0"),
        ("distance cnot --seed -1", "Argument `seed` must be at least 0"),
        ("distance cnot --starts -1", "Argument `starts` must be at least 0"),
        ("distance cnot --qubits 3", "Argument `n_qubits` must be 2 for cnot"),
        ("distance qft", "Argument `n_qubits` must be given for qft"),
        ("geodesic qft --qubits 7", "Argument `qubits` must be between 1 and 6"),
        ("geodesic cnot --plot x.txt", "Argument `plot` must end in .png, .svg, .pdf"),
        ("geodesic cnot --plot none/x.png", "Argument `plot` must lie in a folder that exists"),
        ("curvature --qubits 0", "Argument `qubits` must be between 1 and 2000"),
        ("curvature --qubits 13", "Argument `n_qubits` must be between 1 and 12"),
        ("curvature --count 0", "Argument `count` must be at least 1"),
        ("curvature --q 1e308", "Argument `q` must keep curvatures below 1e308"),
        ("curvature --planes none --plot x.png", "Argument `plot` must come with planes"),
        ("curvature --planes none --map x.png", "Argument `map` must come with planes"),
        ("curvature --map x.txt", "Argument `map` must end in .png, .svg, .pdf"),
        ("curvature --qubits 7 --map x.png", "Argument `qubits` must be between 1 and 6"),
    ],
)
def test_bad_arguments_are_one_line(arguments: str, message: str) -> None:
    assert_refused(*arguments.split(), message=message)


def test_refused_would_notice_a_good_answer() -> None:
    with pytest.raises(AssertionError):
        assert_refused("curvature", "--planes", "none", message="")


@pytest.mark.parametrize("arguments", ["distance", "distance cnot --q x", "curvature --planes x"])
def test_wrong_usage_is_one_line(arguments: str) -> None:
    [line] = run(*arguments.split(), code=2).stderr.splitlines()
    assert line.startswith("Error: ")
    assert "--help` lists what is possible" in line


# ---- help, progress, the process


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_of_every_command(name: str) -> None:
    assert "--json" in run(name, "--help").stdout
    assert cli.COMMANDS[name][1] in run("--help").stdout


def test_quick_commands_show_no_progress() -> None:
    assert run("curvature", "--count", "5").stderr == ""


def test_slow_commands_show_progress(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The timer shows the last report, though no other one comes; later ones are shown as usual."""
    monkeypatch.setattr(options, "PATIENCE_S", 0.01)
    with options.patient_progress("cnot") as report:
        report("rung 1", 0.25)
        shown, deadline = "", time.monotonic() + 10.0
        while not shown.endswith("\n") and time.monotonic() < deadline:
            time.sleep(0.01)
            shown += capsys.readouterr().err
        assert re.fullmatch(r"cnot  25 %  \d+ s  rung 1\n", shown)
        report("rung 2", 0.75)
    assert re.fullmatch(r"cnot  75 %  \d+ s  rung 2\n", capsys.readouterr().err)


def test_module_is_the_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "qgeom", "--version"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("python -m qgeom, version ")


def test_interrupt_of_a_running_command() -> None:
    search = [sys.executable, "-m", "qgeom", "geodesic", "qft", "--qubits", "4"]
    with subprocess.Popen(search, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline().startswith("qft4  ")  # the search is running
            process.send_signal(signal.SIGINT)
            assert process.stderr.read().splitlines()[-1] == "Interrupted."
            assert process.wait() == 130
        finally:
            process.kill()
