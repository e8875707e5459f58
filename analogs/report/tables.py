"""Numbers for a reader, tables for a page, and tables for other programs (CSV)."""

from __future__ import annotations

import csv
import dataclasses
import io
import math

from analogs.evidence.claim import Scalar
from analogs.evidence.rows import Rows

# Longer tables are shown by their first rows; the CSV file has them all.
MOST_ROWS = 24
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: Scalar, digits: int = 4) -> str:
    """Return a table entry as a reader wants it: few significant digits, powers of ten raised.

    Examples
    --------
    >>> [number(value) for value in (0.25, 7.123e-16, -1234567, float("inf"), None, True)]
    ['0.25', '7.123 × 10⁻¹⁶', '−1 234 567', '∞', '–', 'yes']
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    text = f"{value:_d}" if isinstance(value, int) else f"{value:.{digits}g}"
    mantissa, _, exponent = text.partition("e")
    shown = mantissa.replace("-", "−").replace("_", " ")
    return f"{shown} × 10{str(int(exponent)).translate(_SUPERSCRIPTS)}" if exponent else shown


def interval(low: float, high: float) -> str:
    """Return a confidence interval, or nothing where it has no width or is undefined.

    Examples
    --------
    >>> interval(-0.5, 1.0), interval(2.0, 2.0)
    ('[−0.5, 1]', '')
    """
    return f"[{number(low)}, {number(high)}]" if low < high else ""


def seconds(duration: float) -> str:
    """Return a duration.

    Examples
    --------
    >>> seconds(0.0123), seconds(4.26), seconds(194.0)
    ('0.01 s', '4.3 s', '3 min 14 s')
    """
    if duration < 1:
        return f"{duration:.2f} s"
    if duration < 59.95:  # beyond, it would be shown as 60.0 s
        return f"{duration:.1f} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest:02d} s"


@dataclasses.dataclass(frozen=True)
class PageTable:
    """A table ready for the page: all texts, and which columns are numbers."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[bool, ...]
    total: int
    file: str


def page_table(name: str, rows: Rows, file: str) -> PageTable:
    """Return the first rows of a tidy table for the page; `file` names its CSV."""
    header = tuple(rows[0]) if rows else ()
    return PageTable(
        name=name,
        header=header,
        rows=tuple(tuple(number(row[column]) for column in header) for row in rows[:MOST_ROWS]),
        numeric=tuple(any(type(row[column]) in (int, float) for row in rows) for column in header),
        total=len(rows),
        file=file,
    )


def csv_text(rows: Rows) -> str:
    """Return a tidy table as CSV: floats in their shortest exact form, None as nothing.

    Examples
    --------
    >>> csv_text([{"q": 4.0, "K": None}]).splitlines()
    ['q,K', '4.0,']
    """
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(rows[0]) if rows else [], lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
