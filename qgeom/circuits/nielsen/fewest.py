"""The fewest gates within an error: a search over integrators, orders, slices and steps."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple


class Recipe(NamedTuple):
    """How a path becomes a circuit: slices of the time, each a product formula of some steps."""

    integrator: str
    order: int
    slices: int
    steps: int


class Trial(NamedTuple):
    """A recipe with the number of gates and the measured error of its circuit."""

    recipe: Recipe
    gates: int
    measured: float


@dataclass(frozen=True)
class Hunt:
    """What is wanted.

    Attributes
    ----------
    measure
        Number of gates and error of the circuit of a recipe.
    error
        The error that will do.
    limit
        Most gates that are tried.
    """

    measure: Callable[[Recipe], tuple[int, float]]
    error: float
    limit: int

    def trial(self, recipe: Recipe) -> Trial:
        """Measure a recipe."""
        return Trial(recipe, *self.measure(recipe))

    def rank(self, trial: Trial) -> tuple[bool, float]:
        """Smaller is better: within the error the number of gates counts, else the error."""
        missed = trial.measured > self.error
        return missed, trial.measured if missed else trial.gates


def fewest_gates(hunt: Hunt, integrators: Sequence[str], orders: Sequence[int]) -> Trial:
    """The best circuit over integrators, orders, slices and steps.

    Orders that win at small errors come first: then the others are given up early there.  More steps
    within a slice are tried as long as they help: as a rule they do not, since more slices refine the
    formula too.

    Examples
    --------
    >>> def measure(recipe):  # an order p errs by slices^-p and costs p gates a slice
    ...     return recipe.order * recipe.slices * recipe.steps, recipe.slices**-recipe.order
    >>> fewest_gates(Hunt(measure, 1e-2, 100), ["mean"], [4, 2, 1])
    Trial(recipe=Recipe(integrator='mean', order=4, slices=4, steps=1), gates=16, measured=0.00390625)
    """
    best: Trial | None = None
    for order, integrator in itertools.product(orders, integrators):
        for steps in itertools.count(1):
            make = functools.partial(_sliced, hunt, integrator, order, steps)
            found = _smallest(hunt, make, best)
            better = best is None or hunt.rank(found) < hunt.rank(best)
            best = found if better else best
            if not better or found.measured > hunt.error:
                break
    assert best is not None
    return best


def fewest_steps(hunt: Hunt, orders: Sequence[int]) -> Trial:
    """The best circuit over orders and steps, for a generator that does not change: one slice."""
    best: Trial | None = None
    for order in orders:
        found = _smallest(hunt, functools.partial(_stepped, hunt, order), best)
        if best is None or hunt.rank(found) < hunt.rank(best):
            best = found
    assert best is not None
    return best


def _sliced(hunt: Hunt, integrator: str, order: int, steps: int, slices: int) -> Trial:
    return hunt.trial(Recipe(integrator, order, slices, steps))


def _stepped(hunt: Hunt, order: int, steps: int) -> Trial:
    return hunt.trial(Recipe("mean", order, 1, steps))


def _smallest(hunt: Hunt, make: Callable[[int], Trial], best: Trial | None) -> Trial:
    """The smallest number that meets the error, by doubling and bisection."""
    limit = hunt.limit if best is None or best.measured > hunt.error else best.gates
    number, trial = 1, make(1)
    while trial.measured > hunt.error and max(trial.gates, number) < limit:
        number *= 2
        trial = make(number)
    if trial.measured > hunt.error:
        return trial
    failed = number // 2
    while number - failed > 1:
        middle = (number + failed) // 2
        candidate = make(middle)
        if candidate.measured <= hunt.error:
            number, trial = middle, candidate
        else:
            failed = middle
    return trial
