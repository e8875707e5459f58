"""The law of the depth: lengths tend to distances, at a known rate, and layers are alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Reading, bound_reading, equivalence_reading
from analogs.evidence.statistics import bca_interval, tost
from qgeom._typing import Real

# Fixed beforehand (CLAIMS.md 1.9, row R1, EM2).
LENGTH_MARGIN = 0.01
LEAST_FIT = 0.95
LARGEST_VARIATION = 0.05


@dataclass(frozen=True, eq=False)
class Measured:
    """Networks of growing depth, one row a seed.

    Attributes
    ----------
    depths
        Numbers of layers, increasing, (K,).
    lengths, distances
        Of each network, and from the identity to its product, (S, K).
    variations
        Coefficient of variation of the layer norms of the deepest network, (S,).
    """

    depths: tuple[int, ...]
    lengths: Real
    distances: Real
    variations: Real


def law_readings(
    side: str, definition: str, found: Measured, order: int, rng: np.random.Generator
) -> Iterator[Reading]:
    """The limit, the rate ``1 / L^order``, and the evenness of the layers: all must hold."""
    where, count = (side, definition), len(found.lengths)
    limits = [extrapolate(found.depths, r, order) - 1 for r in found.lengths / found.distances]
    limit = tost(limits, LENGTH_MARGIN)
    yield equivalence_reading(
        "limit of the length over the distance, minus 1",
        *where,
        limit.interval,
        count=count,
        margin=LENGTH_MARGIN,
        p_value=limit.p_value,
    )
    excess = found.lengths - found.distances
    errors = np.array([law_errors(found.depths, e, order) for e in excess])
    yield bound_reading(
        f"R^2 of the law length - distance = {'c/L' if order == 1 else f'c/L^{order}'}",
        *where,
        bca_interval((errors[:, 0], errors[:, 1]), explained, paired=True, rng=rng),
        count=count,
        bound=LEAST_FIT,
    )
    yield variation_reading(side, definition, found.depths[-1], found.variations, rng)


def variation_reading(
    side: str,
    definition: str,
    depth: int,
    variations: Real,
    rng: np.random.Generator,
    *,
    control: bool = False,
) -> Reading:
    """Norms of the layers that vary by at most 5 %."""
    name = f"variation of the layer norms at L = {depth}"
    return bound_reading(
        f"control, before the minimisation: {name}" if control else name,
        side,
        definition,
        bca_interval(variations, rng=rng),
        count=len(variations),
        bound=LARGEST_VARIATION,
        direction=-1,
        decisive=not control,
    )


def extrapolate(depths: tuple[int, ...], lengths: Real, order: int) -> float:
    """Limit of infinite depth from the two deepest networks, if ``length = limit + c / L^order``.

    Examples
    --------
    >>> round(extrapolate((4, 8), np.array([2 + 1 / 4, 2 + 1 / 8]), 1), 12)
    2.0
    """
    shallow, deep = (depth**order for depth in depths[-2:])
    return float((deep * lengths[-1] - shallow * lengths[-2]) / (deep - shallow))


def law_errors(depths: tuple[int, ...], excess: Real, order: int) -> tuple[float, float]:
    """Sums of squares of `excess` about its best fit ``c / L^order``, and of `excess` itself.

    Their sums over the targets give one R^2 for all.  A target with a small c, which the next order
    hides, then weighs as little as its excess; an R^2 of its own would be a coin toss.

    Examples
    --------
    >>> law_errors((4, 8), np.array([0.5, 0.25]), 1)
    (0.0, 0.3125)
    """
    power = 1.0 / np.array(depths, dtype=float) ** order
    misfit = excess - power * (power @ excess) / (power @ power)
    return float(misfit @ misfit), float(excess @ excess)


def explained(misfit: Real, total: Real, axis: int = -1) -> Real:
    """R^2 of pooled sums of squares."""
    return 1.0 - np.sum(misfit, axis=axis) / np.sum(total, axis=axis)
