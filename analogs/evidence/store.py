"""Run directories: one folder a finished cell, complete from the moment it can be seen.

A cell is written into a hidden folder of its own, `result.json` last, and that folder is renamed in
one step.  So a crash leaves no half cell, and of two processes that compute the same cell one wins
whole.  The configuration is part of the folder's name: cells of different configuration never meet.

```
<directory>/<name>-<first 12 digits of the configuration's hash>/
    config.json  arrays.npz  tables/<table>.csv  result.json
```
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import hashlib
import json
import os
import shutil
import uuid
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import msgspec
import numpy as np

from analogs.evidence.claim import Evidence, Row, Scalar, check_name
from analogs.evidence.provenance import Provenance, current_provenance
from analogs.evidence.verdict import Verdict
from qgeom._checks import fail

SCHEMA_VERSION = 1

_HASH_DIGITS = 12
_ColumnType: TypeAlias = Literal["float", "int", "bool", "str"]
_PRECEDENCE: tuple[_ColumnType, ...] = get_args(_ColumnType)
_CONFIG, _ARRAYS, _RESULT = "config.json", "arrays.npz", "result.json"
_READ: dict[_ColumnType, Callable[[str], Scalar]] = {
    "bool": "True".__eq__,
    "int": int,
    "float": float,
    "str": str,
}


class DamagedCellError(ValueError):
    """A stored cell cannot be read; the one-line message says which and why."""


class _Result(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    schema_version: int
    name: str
    config_hash: str
    verdict: dict[str, Any]
    note: str
    columns: dict[str, dict[str, _ColumnType]]
    checksums: dict[str, str]
    provenance: Provenance


@dataclasses.dataclass(frozen=True)
class Cell:
    """A finished cell as read back from its folder."""

    name: str
    config: Mapping[str, Any]
    verdict: Verdict
    evidence: Evidence
    provenance: Provenance


@dataclasses.dataclass(frozen=True)
class RunDirectory:
    """A folder of finished cells, which several processes may share.

    Parameters
    ----------
    path : Path
        Created with the first cell.
    """

    path: Path

    def cell_path(self, name: str, config: Mapping[str, Any]) -> Path:
        """Return the folder of a cell, finished or not.

        Raises
        ------
        ValueError
            If `name` cannot name a file or `config` is not JSON.
        """
        return self.path / f"{check_name('name', name)}-{config_hash(config)[:_HASH_DIGITS]}"

    def finished(self, name: str, config: Mapping[str, Any]) -> bool:
        """Return whether this cell has been computed with exactly this configuration.

        Raises
        ------
        DamagedCellError
            If its `result.json` cannot be read.
        """
        folder = self.cell_path(name, config)
        if not (folder / _RESULT).exists():
            return False
        with _damage(folder):
            return _read_result(folder).config_hash == config_hash(config)

    def write_cell(
        self, name: str, config: Mapping[str, Any], verdict: Verdict, evidence: Evidence
    ) -> Path:
        """Write a finished cell in one step and return its folder.

        If another process has finished the same cell meanwhile, its cell stays.

        Raises
        ------
        ValueError
            If `name` cannot name a file or `config` is not JSON.
        OSError
            If the file system refuses.
        """
        final = self.cell_path(name, config)
        staging = self.path / f".{final.name}.{uuid.uuid4().hex}"
        (staging / "tables").mkdir(parents=True)
        try:
            _write_files(staging, name, config, verdict, evidence)
            _publish(staging, final)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        return final

    def read_cell(self, name: str, config: Mapping[str, Any]) -> Cell:
        """Return a finished cell.

        Raises
        ------
        DamagedCellError
            If the cell is missing, incomplete or altered.
        """
        return _read_cell(self.cell_path(name, config))

    def cells(self) -> Iterator[Cell]:
        """Yield every finished cell in the order of the folder names.

        Raises
        ------
        DamagedCellError
            At the first cell that is incomplete or altered.
        """
        for result in sorted(self.path.glob(f"[!.]*/{_RESULT}")):
            yield _read_cell(result.parent)


def config_hash(config: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a configuration, the same for every order of its keys.

    Raises
    ------
    ValueError
        If it holds something that JSON cannot express, NaN included.

    Examples
    --------
    >>> config_hash({"a": 1, "b": (2, 3)}) == config_hash({"b": [2, 3], "a": 1})
    True
    """
    try:
        text = json.dumps(config, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise fail("config", "hold plain JSON values", f"does not: {error}") from None
    return hashlib.sha256(text.encode()).hexdigest()


def _write_files(
    folder: Path, name: str, config: Mapping[str, Any], verdict: Verdict, evidence: Evidence
) -> None:
    _write_json(folder / _CONFIG, config)
    _write_arrays(folder / _ARRAYS, evidence.arrays)
    for table, rows in evidence.tables.items():
        _write_table(_table_path(folder, table), rows)
    result = _Result(
        schema_version=SCHEMA_VERSION,
        name=name,
        config_hash=config_hash(config),
        verdict=verdict.to_record(),
        note=evidence.note,
        columns={table: _columns(rows) for table, rows in evidence.tables.items()},
        checksums=_checksums(folder, evidence.tables),
        provenance=current_provenance(),
    )
    _write_json(folder / _RESULT, msgspec.to_builtins(result))


def _publish(staging: Path, final: Path) -> None:
    try:
        os.replace(staging, final)
    except OSError:
        # A folder that is not empty cannot be replaced: another process was faster.
        if not (final / _RESULT).exists():
            raise


def _read_cell(folder: Path) -> Cell:
    with _damage(folder):
        result = _read_result(folder)
        if _checksums(folder, result.columns) != result.checksums:
            raise ValueError("a file differs from its checksum")
        config = json.loads((folder / _CONFIG).read_text(encoding="utf-8"))
        with np.load(folder / _ARRAYS, allow_pickle=False) as stored:
            arrays = dict(stored)
        verdict = Verdict.from_record(result.verdict)
        tables = {
            table: _read_table(_table_path(folder, table), columns)
            for table, columns in result.columns.items()
        }
        evidence = Evidence(verdict.readings, tables, arrays, result.note)
    return Cell(result.name, config, verdict, evidence, result.provenance)


def _read_result(folder: Path) -> _Result:
    result = msgspec.json.decode((folder / _RESULT).read_bytes(), type=_Result)
    if result.schema_version != SCHEMA_VERSION:
        had = f"it has schema version {result.schema_version}"
        raise ValueError(f"{had}, and this program reads version {SCHEMA_VERSION}")
    return result


@contextlib.contextmanager
def _damage(folder: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, msgspec.MsgspecError, zipfile.BadZipFile) as error:
        reason = " ".join(str(error).split())
        advice = "remove the folder to compute it again"
        raise DamagedCellError(f"Cell {folder} is damaged ({reason}); {advice}.") from None


def _checksums(folder: Path, tables: Iterable[str]) -> dict[str, str]:
    names = [check_name("tables", table) for table in tables]
    paths = [folder / _CONFIG, folder / _ARRAYS, *(_table_path(folder, name) for name in names)]
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in paths
    }


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _write_arrays(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    # As np.savez, which takes no array called "file" and pickles objects if it meets them.
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _table_path(folder: Path, table: str) -> Path:
    return folder / "tables" / f"{table}.csv"


def _columns(rows: Sequence[Row]) -> dict[str, _ColumnType]:
    return {column: _column_type([row[column] for row in rows]) for column in next(iter(rows), {})}


def _column_type(entries: Sequence[Scalar]) -> _ColumnType:
    kinds = {type(entry).__name__ for entry in entries if entry is not None}
    # A float among integers makes them floats; a column of None alone may be of any type.
    return next((kind for kind in _PRECEDENCE if kind in kinds), "str")


def _write_table(path: Path, rows: Sequence[Row]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, fieldnames=list(next(iter(rows), {})))
        writer.writeheader()
        writer.writerows(rows)  # None becomes an empty field, a float its shortest exact form


def _read_table(path: Path, columns: Mapping[str, _ColumnType]) -> tuple[Row, ...]:
    with path.open(newline="", encoding="utf-8") as stream:
        return tuple(
            {
                column: _READ[kind](row[column]) if row[column] else None
                for column, kind in columns.items()
            }
            for row in csv.DictReader(stream)
        )
