"""Numbers and tables as a reader and as a program wants them."""

from __future__ import annotations

import csv
import io
import math

import pytest

from analogs.report.tables import MOST_ROWS, csv_text, interval, number, page_table, seconds


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.123456, "−0.1235"),
        (1234.0, "1234"),
        (123456.0, "1.235 × 10⁵"),
        (-2.5e-10, "−2.5 × 10⁻¹⁰"),
        (40320, "40 320"),
        (-5, "−5"),
        (math.nan, "undefined"),
        (-math.inf, "−∞"),
        (True, "yes"),
        (False, "no"),
        ("U(8)", "U(8)"),
        (None, "–"),
    ],
)
def test_number(value, shown):
    assert number(value).replace("\N{NO-BREAK SPACE}", " ") == shown


@pytest.mark.parametrize(
    ("low", "high", "shown"),
    [(0.1, 0.25, "[0.1, 0.25]"), (-math.inf, 3.0, "[−∞, 3]"), (1.0, 1.0, ""), (math.nan, 1.0, "")],
)
def test_interval(low, high, shown):
    assert interval(low, high) == shown


@pytest.mark.parametrize(
    ("duration", "shown"),
    [(0.994, "0.99 s"), (59.94, "59.9 s"), (59.97, "1 min 00 s"), (61.0, "1 min 01 s")],
)
def test_seconds(duration, shown):
    assert seconds(duration) == shown


def test_long_tables_are_cut_on_the_page():
    rows = [{"i": i, "name": "x", "flag": True} for i in range(MOST_ROWS + 5)]
    table = page_table("long", rows, "tables/long.csv")
    assert (len(table.rows), table.total) == (MOST_ROWS, MOST_ROWS + 5)
    assert table.header == ("i", "name", "flag")
    assert table.numeric == (True, False, False)
    assert table.rows[1] == ("1", "x", "yes")


def test_empty_table():
    assert page_table("empty", [], "a.csv").header == ()
    assert csv_text([]).strip() == ""


def test_csv_is_exact():
    rows = [{"x": 0.1 + 0.2, "name": 'say "hi", twice', "gap": None}]
    [read] = csv.DictReader(io.StringIO(csv_text(rows)))
    assert float(read["x"]) == 0.1 + 0.2
    assert (read["name"], read["gap"]) == ('say "hi", twice', "")
