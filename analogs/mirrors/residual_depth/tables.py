"""Statistics of a table of trained networks: a column by seed and depth, its trend, and differences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from analogs.evidence import Interval
from analogs.evidence.claim import Row
from analogs.evidence.statistics import bca_interval, permutation_p, slope
from qgeom._typing import Real


class Tested(NamedTuple):
    """A mean over seeds with its interval, and the p-value of a one-sided permutation test."""

    interval: Interval
    p_value: float


def grid(rows: Sequence[Row], column: str, **where: object) -> tuple[Real, Real]:
    """Return depths (D,) and a column (seeds, D) of the rows that hold the entries `where`.

    Examples
    --------
    >>> rows = [{"seed": s, "network": n, "depth": d, "loss": s + d}
    ...         for s in (0, 1) for n in "ab" for d in (2, 4)]
    >>> grid(rows, "loss", network="a")
    (array([2., 4.]), array([[2., 4.],
           [3., 5.]]))
    """
    own = [row for row in rows if all(row[name] == entry for name, entry in where.items())]
    seeds = len({row["seed"] for row in own})
    depths, values = (
        np.array([row[name] for row in own], dtype=float).reshape(seeds, -1)
        for name in ("depth", column)
    )
    return depths[0], values


def per_doubling(depths: Real, values: Real, rng: np.random.Generator, *, falling: bool) -> Tested:
    """Return the slope of values (seeds, D) against log2 of the depths (D,).

    The interval is BCa over the slopes of the seeds; the p-value rearranges all values over all
    places, one-sided in the direction that `falling` says.

    Examples
    --------
    >>> rising = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
    >>> depths, rng = np.array([2.0, 4.0, 8.0]), np.random.default_rng(0)
    >>> per_doubling(depths, rising, rng, falling=False).interval
    Interval(estimate=1.0, low=1.0, high=1.0)
    """
    doublings = np.broadcast_to(np.log2(depths), values.shape)
    p_value = permutation_p(
        doublings.ravel(),
        values.ravel(),
        slope,
        exchange="pairing",
        alternative="less" if falling else "greater",
        rng=rng,
    )
    return Tested(bca_interval(slope(doublings, values), rng=rng), p_value)


def deficit(ours: Real, theirs: Real, rng: np.random.Generator) -> Tested:
    """Return ours minus theirs (seeds, D), mean over the depths.

    The interval is BCa over seeds; the p-value exchanges the two within a seed: ours is less.

    Examples
    --------
    >>> theirs = np.ones((4, 2))
    >>> deficit(theirs - 0.25, theirs, np.random.default_rng(0))
    Tested(interval=Interval(estimate=-0.25, low=-0.25, high=-0.25), p_value=0.0625)
    """
    first, second = ours.mean(axis=1), theirs.mean(axis=1)
    p_value = permutation_p(
        first, second, _mean_difference, exchange="paired", alternative="less", rng=rng
    )
    return Tested(bca_interval(first - second, rng=rng), p_value)


def _mean_difference(x: np.ndarray, y: np.ndarray, axis: int = -1) -> np.ndarray:
    return np.asarray(np.mean(x, axis=axis) - np.mean(y, axis=axis))
