"""The verdict on one claim: its readings, settled into one outcome, with a lossless JSON record."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from analogs.evidence.outcome import Outcome, check_nonnegative, combine, conjoin
from analogs.evidence.reading import Reading
from qgeom._checks import check_integer, fail


def settle(readings: Iterable[Reading]) -> Outcome:
    """Return the outcome of a whole claim.

    Decisive readings of one side under one definition are parts of one test (`conjoin`); different
    definitions and sides are alternatives (`combine`).

    Raises
    ------
    ValueError
        If no reading is decisive.
    """
    return combine(outcomes_by_definition(readings).values())


def outcomes_by_definition(readings: Iterable[Reading]) -> dict[tuple[str, str], Outcome]:
    """Return the outcome for each pair (side, definition) among the decisive readings."""
    parts: dict[tuple[str, str], list[Outcome]] = {}
    for reading in readings:
        if reading.decisive:
            parts.setdefault((reading.side, reading.definition), []).append(reading.outcome)
    return {key: conjoin(outcomes) for key, outcomes in parts.items()}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Verdict:
    """What the evidence says about one claim.

    Parameters
    ----------
    claim_id : str
    outcome : Outcome
        Outcome of the claim, or of its repair if it has one. Malformed only where the quoted claim
        compares unlike objects and no repair was decided.
    sentence : str
        The verdict in words.
    readings : tuple of Reading
    seeds : tuple of int
        The seeds it rests on.
    quick : bool
        True for a smoke run, whose verdict is not to be quoted.
    runtime_s : float
    malformed : str
        Why the quoted claim compares unlike objects; empty if it does not.
    repair : str
        The repaired claim that was tested in its place; empty if there is none.
    data : str
        Name of the file of a user's own data; empty for the claim's own.

    Raises
    ------
    ValueError
        If the fields contradict one another.
    """

    claim_id: str
    outcome: Outcome
    sentence: str
    readings: tuple[Reading, ...]
    seeds: tuple[int, ...]
    quick: bool
    runtime_s: float
    malformed: str = ""
    repair: str = ""
    data: str = ""

    def __post_init__(self) -> None:
        """Refuse a verdict whose outcome, malformation and repair disagree."""
        for seed in self.seeds:
            check_integer("seeds", seed, least=0)
        check_nonnegative("runtime_s", self.runtime_s)
        if self.repair and not self.malformed:
            raise fail("repair", "come with a reason in `malformed`", "stands alone")
        undecided = bool(self.malformed) and not self.repair
        if undecided != (self.outcome is Outcome.MALFORMED):
            must = "be malformed exactly when `malformed` is given without `repair`"
            raise fail("outcome", must, f"is {self.outcome}")

    @property
    def label(self) -> str:
        """The outcome as a table shows it, such as "malformed (repaired: supported)"."""
        return f"malformed (repaired: {self.outcome})" if self.repair else str(self.outcome)

    @property
    def basis(self) -> str:
        """What it rests on, such as "3 seeds, quick run"."""
        count = len(self.seeds)
        parts = [f"{count} seed{'s' if count > 1 else ''}"]
        parts += ["quick run"] if self.quick else []
        parts += [f"data of {self.data}"] if self.data else []
        return ", ".join(parts)

    def by_side(self) -> dict[str, Outcome]:
        """Return the outcome on each side that has a decisive reading."""
        sides: dict[str, list[Outcome]] = {}
        for (side, _), outcome in outcomes_by_definition(self.readings).items():
            sides.setdefault(side, []).append(outcome)
        return {side: combine(outcomes) for side, outcomes in sides.items()}

    def to_record(self) -> dict[str, Any]:
        """Return a dict of plain JSON values; NaN and infinities become "nan", "inf", "-inf"."""
        record: dict[str, Any] = _plain(dataclasses.asdict(self))
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Verdict:
        """Return the verdict of a record, the exact inverse of `to_record`.

        Raises
        ------
        ValueError
            If a field is missing, unknown, of another type, or out of range.
        """
        try:
            verdict = msgspec.convert(record, cls, strict=False)  # "nan" becomes a float
        except msgspec.ValidationError as error:
            raise fail("record", "describe a verdict", f"does not: {error}") from None
        if verdict.to_record() != record:
            raise fail("record", "hold the fields of a verdict and no others", "holds others")
        return verdict


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Outcome):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value
