r"""Diffeomorphisms of the circle: one velocity field repeated against one field a layer.

If ``phi = exp(v)`` has a point of period 2, then ``phi^2 = 1``: with a zero of v every periodic point is
fixed, and without one the flow is a rotation in another coordinate.  So no phi with an isolated orbit
of period 2 is an exponential.  Nor is one near it.  Let M and m be the largest and the least value of
``phi^2(x) - x - 2 pi``, m < 0 < M.  If ``|psi - phi| < min(M, -m) / (1 + Lip phi)`` everywhere, then
``psi^2(x) - x - 2 pi`` takes both signs too, psi has an orbit of period 2 and is not the identity
when squared: it is no exponential.  That radius is the `certificate`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.optimize

from qgeom._typing import Real

POINTS, MODES, STEPS = 64, 5, 12
GRID = 2 * np.pi * np.arange(POINTS) / POINTS
FINE = 2 * np.pi * np.arange(2048) / 2048
# Layers of the untied network, and random starts of both.
LAYERS, STARTS, EVALUATIONS = 3, 2, 40
SPREAD = 0.3

Map = Callable[[Real], Real]


@dataclass(frozen=True)
class Family:
    """Random diffeomorphisms ``x + shift + sum_k (a_k cos kx + b_k sin kx) / k``.

    Attributes
    ----------
    name
        In words.
    locked
        Shift pi and a large ``sin 2x``: an orbit of period 2 that attracts, and one that repels.
    """

    name: str
    locked: bool

    def draw(self, rng: np.random.Generator) -> Map:
        """A diffeomorphism of the line that commutes with x -> x + 2 pi."""
        wiggle = rng.normal(size=(3, 2))
        if self.locked:
            # Slopes stay above 0: the two parts change them by 0.7 and 0.2 at most.
            shift, main = np.pi, rng.uniform(0.4, 0.7)
            wiggle *= 0.2 / np.abs(wiggle).sum()
        else:
            shift, main = rng.uniform(0, 2 * np.pi), 0.0
            wiggle *= rng.uniform(0.4, 0.8) / np.abs(wiggle).sum()

        def phi(x: Real) -> Real:
            waves = sum(
                (a * np.cos(k * x) + b * np.sin(k * x)) / k for k, (a, b) in enumerate(wiggle, 1)
            )
            return x + shift + 0.5 * main * np.sin(2 * x) + waves

        return phi


FAMILIES = (Family("with isolated orbits of period 2", True), Family("random", False))


def certificate(phi: Map) -> float:
    """Radius in the largest difference within which there is no exponential; 0 if none is found.

    Examples
    --------
    A rotation is one; so is nothing near ``x + pi + sin(2x) / 4``.

    >>> certificate(lambda x: x + np.pi), round(certificate(lambda x: x + np.pi + np.sin(2 * x) / 4), 1)
    (0.0, 0.2)
    """
    twice = phi(phi(FINE)) - FINE - 2 * np.pi
    slope = np.abs(np.diff(phi(np.append(FINE, 2 * np.pi)))).max() / (FINE[1] - FINE[0])
    radius = min(float(twice.max()), float(-twice.min())) / (1 + float(slope))
    return radius if radius > 1e-9 else 0.0


def flow(fields: Real, x: Real, duration: float = 1.0) -> tuple[Real, Real]:
    """Ends of points (N,) and their derivative by all coefficients, (N, L (2 K + 1)).

    One field after the other, each for `duration`, by Runge and Kutta's fourth order.

    Examples
    --------
    >>> turn = np.zeros((2, 2 * MODES + 1))
    >>> turn[:, 0] = 0.25
    >>> flow(turn, np.zeros(1))[0]
    array([0.5])
    """
    step = duration / STEPS
    columns = np.zeros((len(x), 0))
    for field in fields:

        def rate(state: Real, field: Real = field) -> Real:
            basis, slopes = _waves(state[:, 0])
            stretch = (slopes @ field)[:, None]
            along = np.concatenate([np.zeros((len(state), 1)), basis], axis=1)
            return np.concatenate(
                [(basis @ field)[:, None], stretch * state[:, 1:] + along], axis=1
            )

        # Position, its derivative by the point where the field begins, and by the field.
        state = np.column_stack([x, np.ones(len(x)), np.zeros((len(x), field.size))])
        for _ in range(STEPS):
            first = rate(state)
            second = rate(state + 0.5 * step * first)
            third = rate(state + 0.5 * step * second)
            last = rate(state + step * third)
            state = state + step / 6 * (first + 2 * second + 2 * third + last)
        x = state[:, 0]
        columns = np.concatenate([columns * state[:, 1:2], state[:, 2:]], axis=1)
    return x, columns


def fit(phi: Map, layers: int, rng: np.random.Generator) -> tuple[float, float]:
    """Root mean square and largest difference of the best network of so many fields, in radians."""
    goal, size = phi(GRID), 2 * MODES + 1
    found = []
    for _ in range(STARTS):
        start = SPREAD * rng.normal(size=(layers, size)) / layers
        start[:, 0] += np.mean(goal - GRID) / layers
        found.append(
            scipy.optimize.least_squares(
                lambda c: flow(c.reshape(layers, size), GRID)[0] - goal,
                start.ravel(),
                lambda c: flow(c.reshape(layers, size), GRID)[1],
                max_nfev=EVALUATIONS,
            )
        )
    best = min(found, key=lambda one: float(one.cost))
    miss = flow(best.x.reshape(layers, size), FINE)[0] - phi(FINE)
    return float(np.sqrt(np.mean(miss**2))), float(np.abs(miss).max())


def _waves(x: Real) -> tuple[Real, Real]:
    """``1, cos kx, sin kx`` and their derivatives, (N, 2 K + 1)."""
    k = np.arange(1, MODES + 1)
    cos, sin = np.cos(np.outer(x, k)), np.sin(np.outer(x, k))
    values = np.concatenate([np.ones((len(x), 1)), cos, sin], axis=1)
    return values, np.concatenate([np.zeros((len(x), 1)), -k * sin, k * cos], axis=1)
