"""Run directories: round trip, crashes between files, races, and damage."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from analogs.evidence import DamagedCellError, Evidence, RunDirectory, store
from analogs.evidence.store import config_hash

CONFIG = {"claim": "C8", "seeds": [0, 1], "quick": True, "null": 0.0}
WRITERS = 4
CELLS_PER_WRITER = 12

# Everything a test process needs to write the cell `name` with the given configuration.
WRITER = """
import json, os, sys
import numpy as np
from pathlib import Path
from analogs.evidence import Evidence, RunDirectory, Verdict, Outcome, exact_reading, store
reading = exact_reading("error", "network", "toy", 0.0, tolerance=0.0)
evidence = Evidence((reading,), {"t": ({"a": 1},)}, {"x": np.arange(20000.0)})
verdict = Verdict(claim_id="C8", outcome=Outcome.EXACT, sentence="s", readings=(reading,),
                  seeds=(0,), quick=True, runtime_s=float(os.getpid()))
directory = RunDirectory(Path(sys.argv[1]))
"""


def spawn(script: str, *arguments: str) -> subprocess.Popen:
    command = [sys.executable, "-W", "error", "-c", WRITER + script, *arguments]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def errors_of(process: subprocess.Popen) -> str:
    """Wait for a process and return what it wrote to its error stream."""
    return process.communicate()[1]


@pytest.fixture
def directory(tmp_path) -> RunDirectory:
    return RunDirectory(tmp_path / "runs")


@pytest.fixture
def cell(directory, finished_pair) -> Path:
    """Return the folder of a finished cell."""
    return directory.write_cell("C8", CONFIG, *finished_pair)


def test_round_trip(directory, finished_pair):
    verdict, evidence = finished_pair
    rows = (
        {"n": 1, "x": 0.1 + 0.2, "z": 1 - 2j, "b": True, "s": 'a,"b"\n', "none": None},
        {"n": None, "x": math.inf, "z": 0j, "b": False, "s": "é", "none": None},
        {"n": -3, "x": 2, "z": 1j, "b": None, "s": "0", "none": None},
    )
    evidence = Evidence(
        evidence.readings,
        {"mixed": rows, "empty": ()},
        {"file": np.arange(3), "z": np.ones((2, 2)) * 1j, "s": np.array(["a", "bc"])},
        "a note\nin two lines",
    )
    assert not directory.finished("C8", CONFIG)
    folder = directory.write_cell("C8", CONFIG, verdict, evidence)
    assert directory.finished("C8", CONFIG)
    back = directory.read_cell("C8", CONFIG)
    assert folder == directory.cell_path("C8", CONFIG)
    assert (back.name, back.config, back.verdict) == ("C8", CONFIG, verdict)
    assert back.evidence.tables == evidence.tables
    assert list(back.evidence.tables["mixed"][0]) == ["n", "x", "z_re", "z_im", "b", "s", "none"]
    assert back.evidence.note == evidence.note
    assert back.evidence.readings == verdict.readings
    assert back.evidence.arrays.keys() == evidence.arrays.keys()
    for name, array in evidence.arrays.items():
        np.testing.assert_array_equal(back.evidence.arrays[name], array, strict=True)


def test_nan_survives_in_tables(directory, finished_pair):
    verdict, evidence = finished_pair
    evidence = dataclasses.replace(evidence, tables={"t": ({"x": math.nan, "y": None},)})
    directory.write_cell("C8", CONFIG, verdict, evidence)
    row = directory.read_cell("C8", CONFIG).evidence.tables["t"][0]
    assert math.isnan(row["x"])
    assert row["y"] is None


def test_files_are_readable_without_this_package(cell):
    result = json.loads((cell / "result.json").read_text())
    assert result["schema_version"] == store.SCHEMA_VERSION
    assert result["verdict"]["seeds"] == [0, 1, 2]
    assert result["provenance"]["versions"]["numpy"] == np.__version__
    assert json.loads((cell / "config.json").read_text()) == CONFIG
    lines = (cell / "tables" / "draws.csv").read_text().splitlines()
    assert lines[0] == "seed,draw,large,remark"
    assert len(lines) == 4
    with np.load(cell / "arrays.npz", allow_pickle=False) as arrays:
        assert sorted(arrays) == ["draws", "phase"]


def test_configuration_decides_the_cell(directory, cell):
    assert not directory.finished("C8", CONFIG | {"seeds": [0, 2]})
    assert not directory.finished("C9", CONFIG)
    assert directory.finished("C8", dict(reversed(CONFIG.items())))


def test_a_prefix_collision_is_not_taken_for_the_cell(directory, cell, monkeypatch):
    other = CONFIG | {"seeds": [7]}
    os.rename(cell, directory.cell_path("C8", other))
    assert not directory.finished("C8", other)


def test_cells_lists_what_is_finished(directory, cell, finished_pair):
    directory.write_cell("A1", CONFIG, *finished_pair)
    (directory.path / "stray").mkdir()
    (directory.path / "notes.txt").write_text("mine")
    assert [found.name for found in directory.cells()] == ["A1", "C8"]
    assert list(RunDirectory(directory.path / "nowhere").cells()) == []


# ---- crashes -------------------------------------------------------------------------------------

STEPS = (
    "_write_json",
    "_write_arrays",
    "_write_table",
    "_checksums",
    "current_provenance",
    "_publish",
)


@pytest.mark.parametrize("step", STEPS)
def test_an_error_between_files_leaves_nothing(directory, finished_pair, monkeypatch, step):
    def crash(*arguments):
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(store, step, crash)
        with pytest.raises(OSError, match="disk full"):
            directory.write_cell("C8", CONFIG, *finished_pair)
    assert not directory.finished("C8", CONFIG)
    assert list(directory.path.iterdir()) == []
    directory.write_cell("C8", CONFIG, *finished_pair)
    assert directory.finished("C8", CONFIG)


@pytest.mark.parametrize("step", STEPS)
def test_a_killed_process_leaves_no_visible_cell(directory, finished_pair, step):
    killed = spawn(
        f"store.{step} = lambda *arguments: os._exit(9)\n"
        f"directory.write_cell('C8', json.loads(sys.argv[2]), verdict, evidence)",
        str(directory.path),
        json.dumps(CONFIG),
    )
    assert errors_of(killed) == ""
    assert killed.returncode == 9
    assert len(list(directory.path.iterdir())) == 1  # its hidden folder stays behind
    assert not directory.finished("C8", CONFIG)
    assert list(directory.cells()) == []
    directory.write_cell("C8", CONFIG, *finished_pair)
    assert [found.name for found in directory.cells()] == ["C8"]


# ---- races ---------------------------------------------------------------------------------------


def test_the_first_of_two_writers_wins_whole(directory, cell, finished_pair):
    verdict, evidence = finished_pair
    late = dataclasses.replace(verdict, runtime_s=verdict.runtime_s + 1.0)
    before = {path: path.read_bytes() for path in cell.rglob("*") if path.is_file()}
    assert directory.write_cell("C8", CONFIG, late, evidence) == cell
    assert {path: path.read_bytes() for path in cell.rglob("*") if path.is_file()} == before
    assert list(directory.path.iterdir()) == [cell]


def test_a_folder_in_the_way_that_is_no_cell_is_reported(directory, finished_pair):
    blocked = directory.cell_path("C8", CONFIG)
    blocked.mkdir(parents=True)
    (blocked / "mine.txt").write_text("do not touch")
    with pytest.raises(OSError, match="not empty"):
        directory.write_cell("C8", CONFIG, *finished_pair)
    assert (blocked / "mine.txt").read_text() == "do not touch"


def test_processes_share_a_directory(directory):
    """Several processes write the same cells while this one reads whatever is finished."""
    script = (
        f"for i in range({CELLS_PER_WRITER}):\n"
        "    directory.write_cell('C8', {'i': i}, verdict, evidence)"
    )
    writers = [spawn(script, str(directory.path)) for _ in range(WRITERS)]
    reads = 0
    while any(writer.poll() is None for writer in writers):
        reads += len(list(directory.cells()))  # raises if a cell can be seen half-written
    assert [errors_of(writer) for writer in writers] == [""] * WRITERS
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    assert reads > 0
    cells = list(directory.cells())
    assert [found.config for found in sorted(cells, key=lambda found: found.config["i"])] == [
        {"i": i} for i in range(CELLS_PER_WRITER)
    ]
    assert len(list(directory.path.iterdir())) == CELLS_PER_WRITER
    writers_seen = {found.verdict.runtime_s for found in cells}
    assert writers_seen <= {float(writer.pid) for writer in writers}


# ---- damage --------------------------------------------------------------------------------------


def edit_result(cell: Path, change) -> None:
    result = json.loads((cell / "result.json").read_text())
    change(result)
    (cell / "result.json").write_text(json.dumps(result))


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda cell: truncate(cell / "result.json"), "truncated"),
        (lambda cell: (cell / "result.json").write_bytes(b"\xff\xfe"), "malformed"),
        (
            lambda cell: edit_result(cell, lambda r: r.update(colour="red")),
            "unknown field `colour`",
        ),
        (lambda cell: edit_result(cell, lambda r: r.pop("note")), "missing required field `note`"),
        (lambda cell: edit_result(cell, lambda r: r.update(schema_version=9)), "schema version 9"),
        (lambda cell: edit_result(cell, lambda r: r["verdict"].pop("seeds")), "`seeds`"),
        (
            lambda cell: edit_result(cell, lambda r: r["columns"].update({"../x": {}})),
            "consist of letters",
        ),
        (
            lambda cell: edit_result(cell, lambda r: r["columns"]["draws"].update(seed="complex")),
            "Invalid enum value 'complex'",
        ),
        (
            lambda cell: edit_result(cell, lambda r: r["columns"]["draws"].update(extra="int")),
            "extra",
        ),
        (lambda cell: truncate(cell / "arrays.npz"), "differs from its checksum"),
        (lambda cell: truncate(cell / "tables" / "draws.csv"), "differs from its checksum"),
        (lambda cell: (cell / "config.json").write_text("{}"), "differs from its checksum"),
        (lambda cell: (cell / "arrays.npz").unlink(), "No such file"),
        (lambda cell: (cell / "result.json").unlink(), "No such file"),
    ],
)
def test_damage_is_one_clear_line(directory, cell, damage, reason):
    directory.read_cell("C8", CONFIG)  # sound before
    damage(cell)
    with pytest.raises(DamagedCellError) as caught:
        directory.read_cell("C8", CONFIG)
    message = str(caught.value)
    assert reason in message
    assert message.startswith(f"Cell {cell} is damaged (")
    assert message.endswith("; remove the folder to compute it again.")
    assert "\n" not in message


def test_a_damaged_result_is_not_taken_for_unfinished(directory, cell):
    truncate(cell / "result.json")
    with pytest.raises(DamagedCellError):
        directory.finished("C8", CONFIG)


def test_a_pickle_is_never_loaded(directory, cell):
    np.savez(cell / "arrays.npz", trap=np.array([print], dtype=object))
    sums = store._checksums(cell, ["draws"])
    edit_result(cell, lambda result: result.update(checksums=sums))
    with pytest.raises(DamagedCellError, match="allow_pickle=False"):
        directory.read_cell("C8", CONFIG)


@pytest.mark.parametrize(
    ("name", "config", "message"),
    [
        ("../C8", CONFIG, "`name` must consist of letters"),
        ("", CONFIG, "`name` must consist of letters"),
        ("C8", {"x": math.nan}, "`config` must hold plain JSON"),
        ("C8", {"x": object()}, "`config` must hold plain JSON"),
    ],
)
def test_wrong_arguments_are_refused(directory, finished_pair, name, config, message):
    with pytest.raises(ValueError, match=message):
        directory.write_cell(name, config, *finished_pair)
    assert not directory.path.exists()


def test_hash_depends_on_every_value():
    changed = [CONFIG | {key: "other"} for key in CONFIG]
    assert len({config_hash(config) for config in (CONFIG, *changed)}) == len(CONFIG) + 1
