"""One section a kind of claim, with a table that sets circuits beside networks."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from analogs.evidence import SIDES, Reading, conjoin
from analogs.evidence.rows import split
from analogs.report.page import Badge, Entry, PageClaim, badge, page_reading

# The three that the project compares come first.
KINDS = ("complexity", "diameter", "curvature")


@dataclasses.dataclass(frozen=True)
class Place:
    """What one side has to say under one definition."""

    side: str
    text: str
    badge: Badge
    definition: str


@dataclasses.dataclass(frozen=True)
class Comparison:
    """What has one name: a row has one place of each side, or None where that side has no more."""

    name: str
    claim_ids: tuple[str, ...]
    rows: tuple[tuple[Place | None, ...], ...]


@dataclasses.dataclass(frozen=True)
class Section:
    """The claims of one kind, with their readings side by side."""

    title: str
    sides: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    claims: tuple[PageClaim, ...]


def sections(entries: Sequence[Entry], pages: Mapping[str, PageClaim]) -> tuple[Section, ...]:
    """Return one section a kind that occurs: complexity, diameter, curvature, then the others."""
    kinds = split(entries, lambda entry: entry.claim.kind)
    order = [*(kind for kind in KINDS if kind in kinds), *(k for k in kinds if k not in KINDS)]
    return tuple(_section(kind, kinds[kind], pages) for kind in order)


def _section(kind: str, entries: Sequence[Entry], pages: Mapping[str, PageClaim]) -> Section:
    sides = columns(entries)
    claims = tuple(pages[entry.claim.id] for entry in entries)
    return Section(kind.capitalize(), sides, compare(entries, sides), claims)


def columns(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return the sides to be shown: circuits and networks always, templates where they are read."""
    found = {r.side for entry in entries for r in entry.cell.verdict.readings if r.decisive}
    return tuple(side for side in SIDES if side in found or side != "template")


def compare(entries: Sequence[Entry], sides: Sequence[str]) -> tuple[Comparison, ...]:
    """Return the decisive readings by name, those of each side in a column of its own.

    Several readings of one definition that no other side has are parts of one test, and become one
    place under the title of their claim.
    """
    places: dict[str, list[tuple[str, Place]]] = defaultdict(list)
    for claim_id, name, place in _places(entries):
        places[name].append((claim_id, place))
    return tuple(
        Comparison(
            name,
            tuple(dict.fromkeys(claim_id for claim_id, _ in own)),
            tuple(zip_longest(*([p for _, p in own if p.side == side] for side in sides))),
        )
        for name, own in places.items()
    )


def _places(entries: Sequence[Entry]) -> Iterator[tuple[str, str, Place]]:
    sides_of: dict[str, set[str]] = defaultdict(set)
    for entry in entries:
        for reading in entry.cell.verdict.readings:
            if reading.decisive:
                sides_of[reading.name].add(reading.side)
    for entry in entries:
        decisive = [reading for reading in entry.cell.verdict.readings if reading.decisive]
        for parts in split(decisive, lambda reading: (reading.side, reading.definition)).values():
            alone = [reading for reading in parts if len(sides_of[reading.name]) == 1]
            if len(alone) > 1:
                yield entry.claim.id, entry.claim.title, _joint(alone)
            for reading in parts:
                if len(alone) < 2 or reading not in alone:
                    yield entry.claim.id, reading.name, _single(reading)


def _single(reading: Reading) -> Place:
    shown = page_reading(reading)
    text = f"{shown.value} {shown.interval}".strip()
    return Place(reading.side, text, shown.badge, reading.definition)


def _joint(parts: Sequence[Reading]) -> Place:
    outcome = conjoin(reading.outcome for reading in parts)
    return Place(parts[0].side, f"{len(parts)} readings", badge(outcome), parts[0].definition)
