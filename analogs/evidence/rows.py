"""Reading a tidy table: its columns, and its rows by group."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np

from analogs.evidence.claim import Row
from analogs.evidence.reading import SIDES

Rows: TypeAlias = Sequence[Row]
Tables: TypeAlias = Mapping[str, Rows]
Item = TypeVar("Item")
Key = TypeVar("Key", bound=Hashable)


def numbers(rows: Rows, column: str) -> np.ndarray:
    """Return a column as floats, NaN where it is empty.

    Examples
    --------
    >>> numbers([{"K": 1}, {"K": None}], "K").tolist()
    [1.0, nan]
    """
    return np.array([math.nan if row[column] is None else row[column] for row in rows], float)


def of_seeds(rows: Rows, column: str) -> np.ndarray:
    """Return a column as floats, shape (seeds, rows of one seed).

    Examples
    --------
    >>> of_seeds([{"seed": 0, "r": 1}, {"seed": 1, "r": 3}, {"seed": 0, "r": 2}, {"seed": 1, "r": 4}],
    ...          "r").tolist()
    [[1.0, 2.0], [3.0, 4.0]]
    """
    return np.array([numbers(own, column) for own in by(rows, "seed").values()])


def split(rows: Iterable[Item], name: Callable[[Item], Key]) -> dict[Key, list[Item]]:
    """Return the rows by what `name` says of them, groups and rows in the order given.

    Examples
    --------
    >>> split([{"K": 3}, {"K": -1}, {"K": 5}], lambda row: row["K"] > 0)
    {True: [{'K': 3}, {'K': 5}], False: [{'K': -1}]}
    """
    groups: dict[Key, list[Item]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    return groups


def by(rows: Rows, *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    """Return the rows by their values in `columns`.

    Examples
    --------
    >>> by([{"q": 4, "K": 0}, {"q": 1, "K": 1}, {"q": 4, "K": 2}], "q")[4,]
    [{'q': 4, 'K': 0}, {'q': 4, 'K': 2}]
    """
    return split(rows, lambda row: tuple(row[column] for column in columns))


def by_side(rows: Rows) -> list[Row]:
    """Return the rows with those of circuits first, otherwise in the order of the table.

    Examples
    --------
    >>> by_side([{"side": "network", "K": 1}, {"side": "quantum", "K": 2}])[0]["K"]
    2
    """
    return sorted(rows, key=lambda row: SIDES.index(str(row["side"])))
