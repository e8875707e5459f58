"""Experiments of independent repetitions: one a seed, each on its own, then one conclusion."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from analogs.evidence.claim import Evidence, Row, Setting, silent, tidy
from qgeom._checks import fail

Tables: TypeAlias = Mapping[str, Sequence[Row]]
SEED = "seed"


@dataclasses.dataclass(frozen=True)
class Trial:
    """What one repetition is given.

    Parameters
    ----------
    quick : bool
        True for a smoke run.
    seed : int
        The source of all its randomness.
    data : Path, optional
        A user's own arrays instead of the claim's data; see `Claim.takes_data`.
    report : callable
        Progress of this repetition, a fraction in [0, 1].
    """

    quick: bool
    seed: int
    data: Path | None = None
    report: Callable[[str, float], None] = silent

    def generator(self) -> np.random.Generator:
        """Return the generator of this repetition."""
        return np.random.default_rng(self.seed)


@dataclasses.dataclass(frozen=True)
class Repeated:
    """An experiment that can be spread over processes, and resumed, seed by seed.

    Parameters
    ----------
    repeat : callable
        Maps a `Trial` to tables by name, without a column "seed".
    conclude : callable
        Maps the setting and the tables of all seeds, joined in the order of the seeds and with a
        first column "seed", to `Evidence`.

    Examples
    --------
    >>> from analogs.evidence import exact_reading
    >>> coin = Repeated(
    ...     lambda trial: {"throws": [{"heads": trial.seed % 2}]},
    ...     lambda setting, tables: Evidence(
    ...         (exact_reading("heads", "network", "a coin", 0.0, tolerance=0.0),), tables))
    >>> coin(Setting(True, (4, 7))).tables["throws"]
    ({'seed': 4, 'heads': 0}, {'seed': 7, 'heads': 1})
    """

    repeat: Callable[[Trial], Tables]
    conclude: Callable[[Setting, Mapping[str, tuple[Row, ...]]], Evidence]

    def __call__(self, setting: Setting) -> Evidence:
        """Do all repetitions here, one after the other, and conclude."""
        parts = [self.repeat(trial) for trial in trials(setting)]
        return self.conclude(setting, join(setting.seeds, parts))


def trials(setting: Setting) -> tuple[Trial, ...]:
    """Return the trial of each seed; their reports add up to the report of the setting."""
    count = len(setting.seeds)

    def listener(done: int, seed: int) -> Callable[[str, float], None]:
        return lambda message, fraction: setting.report(
            f"seed {seed}: {message}", (done + fraction) / count
        )

    return tuple(
        Trial(setting.quick, seed, setting.data, listener(done, seed))
        for done, seed in enumerate(setting.seeds)
    )


def plain(tables: Tables) -> dict[str, tuple[Row, ...]]:
    """Return the tables of one repetition as plain values, as they are stored and read back.

    Raises
    ------
    ValueError
        If a table is not tidy; see `Evidence`.
    """
    return {name: tidy(name, tuple(rows)) for name, rows in tables.items()}


def join(seeds: Sequence[int], parts: Sequence[Tables]) -> dict[str, tuple[Row, ...]]:
    """Return the tables of all repetitions as one, with a first column "seed".

    Raises
    ------
    ValueError
        If the repetitions have tables of other names, or a table is not tidy.
    """
    for part in parts:
        if list(part) != list(parts[0]):
            raise fail("repeat", "return the same tables", f"{list(part)} after {list(parts[0])}")
    return {
        name: tidy(
            name,
            tuple(
                {SEED: seed, **row}
                for seed, part in zip(seeds, parts, strict=True)
                for row in part[name]
            ),
        )
        for name in parts[0]
    }
