"""Reading a tidy table: its columns, and its rows by group."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from analogs.evidence.claim import Row

Rows: TypeAlias = Sequence[Row]
Tables: TypeAlias = Mapping[str, Rows]


def numbers(rows: Rows, column: str) -> np.ndarray:
    """Return a column as floats, NaN where it is empty.

    Examples
    --------
    >>> numbers([{"K": 1}, {"K": None}], "K").tolist()
    [1.0, nan]
    """
    return np.array([math.nan if row[column] is None else row[column] for row in rows], float)


def by(rows: Rows, *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    """Return the rows by their values in `columns`, groups and rows in the order of the table.

    Examples
    --------
    >>> by([{"q": 4, "K": 0}, {"q": 1, "K": 1}, {"q": 4, "K": 2}], "q")[4,]
    [{'q': 4, 'K': 0}, {'q': 4, 'K': 2}]
    """
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups
