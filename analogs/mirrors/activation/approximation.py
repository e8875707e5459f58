"""The best fit of a small network to a random smooth function, by least squares."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.optimize
import scipy.special

from qgeom._typing import Real

# Highest wave number of the random functions on [-1, 1]^d, in units of pi.
WAVES = 3
# Hidden units, points along an axis, starts, and evaluations of each.
UNITS = {1: 8, 2: 12}
GRID = {1: 96, 2: 12}
EVALUATIONS = 300

Function = Callable[[Real], Real]
# Value and slope.
ACTIVATIONS: dict[str, tuple[Function, Function]] = {
    "sigmoid": (scipy.special.expit, lambda u: scipy.special.expit(u) * scipy.special.expit(-u)),
    "relu": (lambda u: np.maximum(u, 0.0), lambda u: np.heaviside(u, 0.5)),
}


@dataclass(frozen=True, eq=False)
class Problem:
    """Values (P,) at points (P, d)."""

    points: Real
    values: Real

    @property
    def dimension(self) -> int:
        """Number of coordinates, d."""
        return self.points.shape[1]


def random_problem(dimension: int, rng: np.random.Generator) -> Problem:
    """Return a random trigonometric polynomial on a grid, with mean 0 and variance 1.

    Examples
    --------
    >>> problem = random_problem(2, np.random.default_rng(0))
    >>> problem.points.shape, round(float(problem.values.std()), 12)
    ((144, 2), 1.0)
    """
    axis = np.linspace(-1.0, 1.0, GRID[dimension])
    points = np.stack(np.meshgrid(*[axis] * dimension), axis=-1).reshape(-1, dimension)
    waves = np.stack(np.meshgrid(*[np.arange(-WAVES, WAVES + 1)] * dimension), axis=-1)
    waves = waves.reshape(-1, dimension)
    amplitudes = rng.standard_normal(len(waves)) / (1 + (waves**2).sum(axis=1))
    phases = rng.uniform(0, 2 * np.pi, len(waves))
    values = np.cos(np.pi * points @ waves.T + phases) @ amplitudes
    values -= values.mean()
    return Problem(points, values / values.std())


def best_error(problem: Problem, activation: str, starts: int, rng: np.random.Generator) -> float:
    """Return the least root mean square error over some starts of Levenberg and Marquardt.

    One hidden layer, x -> a . phi(W x + b) + c; the problem has variance 1.  What is found bounds the
    best error from above.
    """
    size = UNITS[problem.dimension]
    errors = []
    for _ in range(starts):
        start = _start(problem, activation, size, rng)
        found = scipy.optimize.least_squares(
            _residual,
            start,
            _jacobian,
            method="lm",
            max_nfev=EVALUATIONS,
            args=(problem, activation, size),
        )
        errors.append(float(np.sqrt(np.mean(found.fun**2))))
    return min(errors)


def _start(problem: Problem, activation: str, size: int, rng: np.random.Generator) -> Real:
    """Kinks or bends spread over the domain; the outer weights solved for."""
    d = problem.dimension
    inner = rng.standard_normal((size, d)) * 2 * WAVES
    biases = -(inner * rng.uniform(-1, 1, (size, d))).sum(axis=1)
    hidden = ACTIVATIONS[activation][0](problem.points @ inner.T + biases)
    design = np.column_stack([hidden, np.ones(len(hidden))])
    outer = np.linalg.lstsq(design, problem.values, rcond=1e-6)[0]
    return np.concatenate([inner.ravel(), biases, outer])


def _unpacked(parameters: Real, dimension: int, size: int) -> tuple[Real, Real, Real, Real]:
    ends = np.cumsum([size * dimension, size, size])
    inner, biases, outer, offset = np.split(parameters, ends)
    return inner.reshape(size, dimension), biases, outer, offset


def _residual(parameters: Real, problem: Problem, activation: str, size: int) -> Real:
    inner, biases, outer, offset = _unpacked(parameters, problem.dimension, size)
    hidden = ACTIVATIONS[activation][0](problem.points @ inner.T + biases)
    return hidden @ outer + offset - problem.values


def _jacobian(parameters: Real, problem: Problem, activation: str, size: int) -> Real:
    inner, biases, outer, _ = _unpacked(parameters, problem.dimension, size)
    value, slope = ACTIVATIONS[activation]
    before = problem.points @ inner.T + biases
    by_bias = slope(before) * outer
    by_inner = (by_bias[:, :, None] * problem.points[:, None, :]).reshape(len(before), -1)
    return np.column_stack([by_inner, by_bias, value(before), np.ones(len(before))])
