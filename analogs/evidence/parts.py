"""Finished repetitions of experiments that are not finished: one file each, in a run directory.

A repetition is written into a file of its own and renamed in one step, so that an interrupted run
leaves whole repetitions only, and two processes may share a run directory.  The name holds a hash
of the configuration, which includes the source code: a repetition of other code is never mixed in.

```
<directory>/repetitions/<claim>-seed<seed>-<first 12 digits of the configuration's hash>.json
```
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

from analogs.evidence.claim import Claim, Row, Setting, check_name
from analogs.evidence.configuration import configuration
from analogs.evidence.provenance import source_fingerprint
from analogs.evidence.repetition import Repeated, Trial, plain
from analogs.evidence.store import DamagedCellError, config_hash

_HASH_DIGITS = 12


@dataclasses.dataclass(frozen=True)
class Part:
    """One finished repetition: its tables, and the seconds that it took."""

    tables: Mapping[str, tuple[Row, ...]]
    runtime_s: float


@dataclasses.dataclass(frozen=True)
class Parts:
    """The finished repetitions of one claim in a run directory.

    Parameters
    ----------
    directory : Path
        The run directory.
    claim : Claim
    experiment : Repeated
        That of the claim.
    """

    directory: Path
    claim: Claim
    experiment: Repeated

    def path(self, trial: Trial) -> Path:
        """Return the file of a repetition, finished or not."""
        one = Setting(trial.quick, (trial.seed,), data=trial.data)
        config = {**configuration(self.claim, one), "source": source_fingerprint()}
        digits = config_hash(config)[:_HASH_DIGITS]
        name = f"{check_name('claim', self.claim.id)}-seed{trial.seed}-{digits}.json"
        return self.directory / "repetitions" / name

    def obtain(self, trial: Trial) -> Part:
        """Return a repetition, read back if it is finished, else done now and written.

        Raises
        ------
        DamagedCellError
            If its file cannot be read.
        """
        path = self.path(trial)
        if path.exists():
            return _read(path)
        start = time.perf_counter()
        tables = plain(self.experiment.repeat(trial))
        part = Part(tables, time.perf_counter() - start)
        _write(path, part)
        return part


def _write(path: Path, part: Part) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    staging = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        staging.write_text(json.dumps(dataclasses.asdict(part)) + "\n", encoding="utf-8")
        os.replace(staging, path)
    finally:
        staging.unlink(missing_ok=True)


def _read(path: Path) -> Part:
    with _damage(path):
        content = json.loads(path.read_text(encoding="utf-8"))
        return Part(plain(content["tables"]), float(content["runtime_s"]))


@contextlib.contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())
        advice = "remove it to repeat the work"
        raise DamagedCellError(f"Repetition {path} is damaged ({reason}); {advice}.") from None
