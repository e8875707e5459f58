"""What a claim is, what its experiment is given, and what it hands back."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from analogs.evidence.outcome import check_nonnegative
from analogs.evidence.reading import Reading
from qgeom._checks import check_choice, check_integer, fail

KINDS = (
    "complexity",
    "diameter",
    "curvature",
    "geodesic",
    "stability",
    "optimisation",
    "generalisation",
    "information",
    "structure",
)

Scalar = float | int | str | bool | None
Row = Mapping[str, Scalar]

_IDENTIFIER = re.compile(r"[A-Z]+[0-9]+[a-z]?")
_FILE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_ARRAY_KINDS = "biufcU"  # what an .npz holds without pickle


def silent(message: str, fraction: float) -> None:
    """Report nothing: the progress callback where nobody listens."""


def check_name(argument: str, name: Any) -> str:
    """Return `name`, or raise ValueError unless it can name a file on every system."""
    if not isinstance(name, str) or not _FILE_NAME.fullmatch(name):
        raise fail(argument, "consist of letters, digits, `_` and `-`", f"is {name!r}")
    return name


@dataclasses.dataclass(frozen=True)
class Setting:
    """What an experiment is given.

    Parameters
    ----------
    quick : bool
        True for a smoke run: smaller sizes, fewer repetitions, the same statistic.
    seeds : tuple of int
        One repetition a seed; distinct and at least zero.
    report : callable
        Progress: `report(message, fraction)` with a fraction in [0, 1].
    data : Path, optional
        A user's own arrays instead of the claim's data; see `Claim.takes_data`.

    Raises
    ------
    ValueError
        If there is no seed, or a seed is repeated or negative.

    Examples
    --------
    >>> setting = Setting(quick=True, seeds=(0, 1))
    >>> [float(rng.random()) for rng in setting.generators()] == [
    ...     float(np.random.default_rng(seed).random()) for seed in (0, 1)]
    True
    """

    quick: bool
    seeds: tuple[int, ...]
    report: Callable[[str, float], None] = silent
    data: Path | None = None

    def __post_init__(self) -> None:
        """Refuse an empty, repeated or negative seed."""
        for seed in self.seeds:
            check_integer("seeds", seed, least=0)
        if not self.seeds or len(set(self.seeds)) < len(self.seeds):
            raise fail("seeds", "hold at least one seed and none twice", f"is {self.seeds}")

    def generators(self) -> tuple[np.random.Generator, ...]:
        """Return one generator a seed, for the repetitions."""
        return tuple(np.random.default_rng(seed) for seed in self.seeds)

    def resampling_generator(self) -> np.random.Generator:
        """Return the generator for bootstrap and permutation, independent of the repetitions."""
        return np.random.default_rng(np.random.SeedSequence(self.seeds, spawn_key=(1,)))


@dataclasses.dataclass(frozen=True)
class Evidence:
    """What an experiment hands back.

    Parameters
    ----------
    readings : tuple of Reading
        At least one of them decisive, unless the claim is malformed and has no repair.
    tables : mapping of name to rows
        Tidy tables: all rows of a table have the same columns, and a column has one type. A
        complex entry `z` is split into `z_re` and `z_im`; numpy scalars become Python's.
    arrays : mapping of name to ndarray
        Numbers or texts, no objects.
    note : str
        What a reader must know beside the numbers.

    Raises
    ------
    ValueError
        If a name cannot name a file, a table is not tidy, or an array holds objects.

    Examples
    --------
    >>> Evidence((), tables={"points": ({"z": 1 + 2j},)}).tables
    {'points': ({'z_re': 1.0, 'z_im': 2.0},)}
    """

    readings: tuple[Reading, ...]
    tables: Mapping[str, tuple[Row, ...]] = dataclasses.field(default_factory=dict)
    arrays: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)
    note: str = ""

    def __post_init__(self) -> None:
        """Bring rows and arrays into the form in which they are stored and read back."""
        for reading in self.readings:
            if not isinstance(reading, Reading):
                raise fail("readings", "hold readings", f"holds {type(reading).__name__}")
        tables = {
            check_name("tables", name): tidy(name, rows) for name, rows in self.tables.items()
        }
        arrays = {
            check_name("arrays", name): _plain_array(name, array)
            for name, array in self.arrays.items()
        }
        object.__setattr__(self, "readings", tuple(self.readings))
        object.__setattr__(self, "tables", tables)
        object.__setattr__(self, "arrays", arrays)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Claim:
    """One checkable sentence of a source paper with the registered test that decides it.

    Parameters
    ----------
    id : str
        Capital letters and a number, as "C8" or "EM1".
    title : str
        One line.
    quote : str
        The words of the paper.
    source : str
        Where they stand, as "P1 IIIA".
    kind : str
        One of `KINDS`.
    definition : str
        The operational definition: space, planes, trace normalisation.
    statistic : str
        What is measured.
    null : float or str
        The null hypothesis: the value of the statistic, or a sentence.
    smallest_effect : float
        Smallest effect of interest, or the tolerance of an identity; fixed beforehand.
    experiment : callable
        Maps a `Setting` to `Evidence`.
    seeds_quick, seeds_full : int
        Number of seeds of a smoke run and of a full run.
    aliases : tuple of str
        Other ids that this test decides.
    takes_data : bool
        Whether the experiment can run on a user's own arrays.
    malformed : str
        Why the quoted claim compares unlike objects; empty if it does not.
    repair : str
        The repaired claim that the experiment tests instead; empty if there is none.

    Raises
    ------
    ValueError
        If a field is empty, out of range, or contradicts another.
    """

    id: str
    title: str
    quote: str
    source: str
    kind: str
    definition: str
    statistic: str
    null: float | str
    smallest_effect: float
    experiment: Callable[[Setting], Evidence]
    seeds_quick: int
    seeds_full: int
    aliases: tuple[str, ...] = ()
    takes_data: bool = False
    malformed: str = ""
    repair: str = ""

    def __post_init__(self) -> None:
        """Validate every field, so that a wrong claim cannot be imported."""
        for identifier in (self.id, *self.aliases):
            if not isinstance(identifier, str) or not _IDENTIFIER.fullmatch(identifier):
                raise fail("id", 'look like "C8" or "EM1"', f"is {identifier!r}")
        for name in ("title", "quote", "source", "definition", "statistic"):
            if not getattr(self, name).strip():
                raise fail(name, "say something", f"is empty in claim {self.id}")
        check_choice("kind", self.kind, KINDS)
        check_nonnegative("smallest_effect", self.smallest_effect)
        if not callable(self.experiment):
            raise fail("experiment", "be a function", f"is {self.experiment!r}")
        check_integer("seeds_quick", self.seeds_quick, least=1)
        check_integer("seeds_full", self.seeds_full, least=self.seeds_quick)
        if self.repair and not self.malformed:
            raise fail("repair", "come with a reason in `malformed`", "stands alone")

    @property
    def decidable(self) -> bool:
        """Whether readings can decide it: it is well formed, or has been repaired."""
        return bool(self.repair) or not self.malformed


def tidy(table: str, rows: tuple[Mapping[str, Any], ...]) -> tuple[Row, ...]:
    """Return the rows of `table` as plain values; see `Evidence`.

    Raises
    ------
    ValueError
        If their columns differ, or one of them mixes types.
    """
    plain = tuple(_plain_row(table, row) for row in rows)
    for row in plain:
        if list(row) != list(plain[0]):
            must = "have the same columns in every row"
            raise fail(f"tables[{table!r}]", must, f"has {list(row)} after {list(plain[0])}")
    for column in plain[0] if plain else ():
        kinds = {type(row[column]) for row in plain} - {type(None)}
        if len(kinds) > 1 and kinds != {int, float}:
            names = " and ".join(sorted(kind.__name__ for kind in kinds))
            raise fail(f"tables[{table!r}]", "have one type a column", f"has {names} in {column!r}")
    return plain


def _plain_row(table: str, row: Mapping[str, Any]) -> Row:
    plain: dict[str, Scalar] = {}
    for column, entry in row.items():
        value = entry.item() if isinstance(entry, np.generic) else entry
        if isinstance(value, complex):
            plain |= {f"{column}_re": value.real, f"{column}_im": value.imag}
        elif isinstance(value, str) and value:
            plain[column] = str(value)  # an `Outcome` becomes its text
        elif value is None or isinstance(value, bool | int | float):
            plain[column] = value
        else:
            must = "hold numbers, texts that are not empty, truth values or None"
            raise fail(f"tables[{table!r}]", must, f"has {value!r} in {column!r}")
    return plain


def _plain_array(name: str, value: Any) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.kind not in _ARRAY_KINDS:
        raise fail(f"arrays[{name!r}]", "hold numbers or texts", f"has dtype {array.dtype}")
    return array
