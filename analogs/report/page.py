"""What the page shows, in words: claims, readings and provenance turned into texts."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from markupsafe import Markup

from analogs.evidence import Cell, Claim, Outcome, Reading
from analogs.evidence.provenance import source_fingerprint
from analogs.report.tables import PageTable, interval, number, page_table, seconds

_HASH_DIGITS = 12
_P_DIGITS = 2

# Symbol and meaning; the symbol carries the outcome where colours do not.
OUTCOMES: Mapping[Outcome, tuple[str, str]] = MappingProxyType(
    {
        Outcome.SUPPORTED: ("✓", "the interval excludes the null on the predicted side"),
        Outcome.REFUTED: ("✗", "the interval excludes every effect of interest"),
        Outcome.INCONCLUSIVE: ("?", "neither; more seeds or larger sizes may decide"),
        Outcome.EXACT: ("=", "an identity, true up to a stated tolerance"),
        Outcome.MALFORMED: ("!", "the sentence compares unlike objects; its repair is tested"),
        Outcome.DEFINITION_DEPENDENT: ("±", "two reasonable definitions disagree; both are shown"),
    }
)


@dataclasses.dataclass(frozen=True)
class Entry:
    """A claim with one finished cell of its test."""

    claim: Claim
    cell: Cell


@dataclasses.dataclass(frozen=True)
class Badge:
    """An outcome as a small sign: its text, its symbol, and the name of its style."""

    text: str
    symbol: str
    style: str


@dataclasses.dataclass(frozen=True)
class PageReading:
    """One reading as the page shows it."""

    name: str
    side: str
    definition: str
    value: str
    interval: str
    p: str
    badge: Badge
    sentence: str


@dataclasses.dataclass(frozen=True)
class PageClaim:
    """One claim as the page shows it."""

    claim: Claim
    badge: Badge
    sides: Mapping[str, Badge]
    basis: str
    runtime: str
    null: str
    smallest_effect: str
    readings: tuple[PageReading, ...]
    controls: tuple[PageReading, ...]
    note: str
    figure: Markup | None
    caption: str
    figure_file: str
    tables: tuple[PageTable, ...]
    quick: bool
    stale: bool


def badge(outcome: Outcome, text: str = "") -> Badge:
    """Return the sign of an outcome."""
    return Badge(text or str(outcome), OUTCOMES[outcome][0], str(outcome))


def page_reading(reading: Reading) -> PageReading:
    """Return a reading in words."""
    p = reading.p_value if reading.p_adjusted is None else reading.p_adjusted
    return PageReading(
        name=reading.name,
        side=reading.side,
        definition=reading.definition,
        value=number(reading.value),
        interval=interval(reading.low, reading.high),
        p="" if p is None else number(p, _P_DIGITS),
        badge=badge(reading.outcome),
        sentence=reading.sentence,
    )


def page_claim(entry: Entry, figure: Markup | None, caption: str) -> PageClaim:
    """Return a claim and its evidence in words; the figure may be missing."""
    claim, verdict, evidence = entry.claim, entry.cell.verdict, entry.cell.evidence
    return PageClaim(
        claim=claim,
        badge=badge(Outcome.MALFORMED if verdict.malformed else verdict.outcome, verdict.label),
        sides={side: badge(outcome) for side, outcome in verdict.by_side().items()},
        basis=verdict.basis,
        runtime=seconds(verdict.runtime_s),
        null=number(claim.null),
        smallest_effect=number(claim.smallest_effect),
        readings=tuple(page_reading(reading) for reading in verdict.readings if reading.decisive),
        controls=tuple(
            page_reading(reading) for reading in verdict.readings if not reading.decisive
        ),
        note=evidence.note,
        figure=figure,
        caption=caption,
        figure_file=figure_file(claim.id),
        tables=tuple(
            page_table(name, rows, table_file(claim.id, name))
            for name, rows in evidence.tables.items()
        ),
        quick=verdict.quick,
        stale=entry.cell.provenance.source != source_fingerprint(),
    )


def figure_file(claim_id: str) -> str:
    """Return where the figure of a claim lies, seen from the report."""
    return f"figures/{claim_id}.svg"


def table_file(claim_id: str, table: str) -> str:
    """Return where a table of a claim lies, seen from the report."""
    return f"tables/{claim_id}-{table}.csv"


def provenance(entries: Sequence[Entry]) -> tuple[dict[str, str], ...]:
    """Return what the results come from, once for all claims that share it."""
    origins: dict[tuple[tuple[str, str], ...], list[Entry]] = {}
    for entry in entries:
        origins.setdefault(tuple(_origin(entry.cell).items()), []).append(entry)
    return tuple(
        {
            "claims": ", ".join(entry.claim.id for entry in own),
            "created": _span([entry.cell.provenance.created for entry in own]),
            **dict(origin),
        }
        for origin, own in origins.items()
    )


def _origin(cell: Cell) -> dict[str, str]:
    record = cell.provenance
    versions = (f"{name} {version}" for name, version in record.versions.items() if version)
    return {
        "python": record.python,
        "platform": record.platform,
        "versions": ", ".join(versions),
        "git revision": record.revision or "none",
        "source code": f"SHA-256 {record.source[:_HASH_DIGITS]}...",
    }


def _span(moments: Sequence[str]) -> str:
    first, last = min(moments), max(moments)
    return first if first == last else f"{first} to {last}"
