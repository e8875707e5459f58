r"""Trade-offs of a cost against an error: what is efficient, and what a weighted sum can find.

A structure is efficient if no other one has neither more cost nor more error.  The minimum of
``error + weight * cost`` is efficient for every weight > 0, but only vertices of the lower convex hull
are minima: a front that is not convex has efficient structures that no weight finds.
"""

from __future__ import annotations

import numpy as np

from qgeom._checks import check_finite_array, fail
from qgeom._typing import Integer, Real

# Of the sense of turning, over the box of the front.
ROUNDING = 1e-12


def efficient(costs: Real, errors: Real) -> Integer:
    """Places of the efficient points, by rising cost; of equal points the first.

    Raises
    ------
    ValueError
        Unless both are lists of one length, not empty.

    Examples
    --------
    >>> efficient(np.array([1.0, 2.0, 3.0, 3.0]), np.array([0.5, 0.6, 0.1, 0.2])).tolist()
    [0, 2]
    """
    x, y = check_finite_array("costs", costs), check_finite_array("errors", errors)
    if x.ndim != 1 or x.shape != y.shape or not x.size:
        raise fail("errors", "be as many as costs, and not none", f"has shape {y.shape}")
    order = np.lexsort((y, x))
    before = np.concatenate([[np.inf], np.minimum.accumulate(y[order])[:-1]])
    return order[y[order] < before]


def reachable(costs: Real, errors: Real) -> Integer:
    """Places of the efficient points that minimise ``error + weight * cost`` for some weight > 0.

    Points on a side of the hull count: they are minima, though not the only ones.

    Examples
    --------
    >>> costs = np.array([0.0, 1.0, 2.0, 3.0])
    >>> reachable(costs, np.array([4.0, 3.5, 1.0, 0.0])).tolist()
    [0, 2, 3]
    """
    front = efficient(costs, errors)
    x, y = costs[front], errors[front]
    scale = np.ptp(x) * np.ptp(y)
    hull: list[int] = []
    for k in range(len(front)):
        while len(hull) > 1 and _turn(x, y, hull[-2], hull[-1], k) < -ROUNDING * scale:
            hull.pop()
        hull.append(k)
    return front[hull]


def convex_share(costs: Real, errors: Real) -> float:
    """Share of the efficient points that some weight finds: 1 for a convex front.

    Examples
    --------
    >>> convex_share(np.arange(3.0), np.array([1.0, 0.9, 0.0]))
    0.6666666666666666
    """
    return len(reachable(costs, errors)) / len(efficient(costs, errors))


def between(costs: Real, errors: Real) -> int:
    """Number of minima between the cheapest and the most exact one: there the two terms compete.

    Examples
    --------
    >>> between(np.arange(4.0), np.array([4.0, 3.5, 1.0, 0.0]))
    1
    """
    return max(len(reachable(costs, errors)) - 2, 0)


def hypervolume(costs: Real, errors: Real, corner: tuple[float, float]) -> float:
    """Area of what is at least as bad as some point, and no worse than a corner (cost, error).

    Examples
    --------
    >>> hypervolume(np.array([0.0, 1.0]), np.array([1.0, 0.0]), (2.0, 2.0))
    3.0
    """
    front = efficient(costs, errors)
    x, y = np.minimum(costs[front], corner[0]), np.minimum(errors[front], corner[1])
    widths = np.diff(x, append=corner[0])
    return float(widths @ (corner[1] - y))


def _turn(x: Real, y: Real, first: int, second: int, third: int) -> float:
    """Positive if the path through three points bends upwards."""
    return float(
        (x[second] - x[first]) * (y[third] - y[first])
        - (y[second] - y[first]) * (x[third] - x[first])
    )
