"""The search for the fewest gates finds what trying everything finds, and gives up where it should."""

from __future__ import annotations

import itertools

import pytest

from qgeom.circuits.nielsen.fewest import Hunt, Recipe, Trial, fewest_gates, fewest_steps

CONSTANT = {"mean": 1.0, "cf4": 0.5}
ORDERS = (4, 2, 1)
GATES = {1: 3, 2: 4, 4: 20}


def law(recipe: Recipe) -> tuple[int, float]:
    """An order p errs by r^-p with r slices and steps alike, "cf4" half as much; Lie costs the least."""
    parts = recipe.slices * recipe.steps
    error = CONSTANT[recipe.integrator] * parts**-recipe.order
    return GATES[recipe.order] * parts + (recipe.integrator == "cf4"), error


def every_circuit(error: float, most: int = 200) -> list[Trial]:
    recipes = itertools.product(CONSTANT, ORDERS, range(1, most), (1, 2))
    trials = [Trial(Recipe(*own), *law(Recipe(*own))) for own in recipes]
    return [trial for trial in trials if trial.measured <= error]


@pytest.mark.parametrize("error", [0.7, 0.1, 1e-2, 1e-4, 1.5e-7])
def test_found_is_the_least_of_all(error: float) -> None:
    found = fewest_gates(Hunt(law, error, 10_000), ("cf4", "mean"), ORDERS)
    assert found.measured <= error
    assert found.gates == min(trial.gates for trial in every_circuit(error))
    assert (found.gates, found.measured) == law(found.recipe)


@pytest.mark.parametrize("error", [0.7, 1e-2, 1e-4])
def test_steps_alone_make_one_slice(error: float) -> None:
    found = fewest_steps(Hunt(law, error, 10_000), ORDERS)
    allowed = [t for t in every_circuit(error) if t.recipe.integrator == "mean"]
    assert found.gates == min(trial.gates for trial in allowed)
    assert (found.recipe.integrator, found.recipe.slices) == ("mean", 1)


def test_limit_ends_the_search_with_the_nearest_circuit() -> None:
    tried: list[int] = []

    def counted(recipe: Recipe) -> tuple[int, float]:
        tried.append(law(recipe)[0])
        return law(recipe)

    found = fewest_gates(Hunt(counted, 1e-12, 50), ("mean",), ORDERS)
    assert found.measured > 1e-12
    assert max(tried) < 4 * 50
    assert found == Trial(Recipe("mean", 4, 4, 1), 80, 4.0**-4)


def test_a_better_formula_shortens_the_search_of_the_others() -> None:
    tried: list[int] = []

    def counted(recipe: Recipe) -> tuple[int, float]:
        tried.append(recipe.order)
        return law(recipe)

    fewest_gates(Hunt(counted, 1e-7, 1 << 30), ("mean",), ORDERS)
    # Order 1 would need 10^7 slices: it is given up at about as many gates as order 4 takes.
    assert 0 < tried.count(1) < 25


def test_more_steps_are_tried_as_long_as_they_help() -> None:
    def cheap_steps(recipe: Recipe) -> tuple[int, float]:
        return 10 * recipe.slices + recipe.steps, 1.0 / (recipe.slices * recipe.steps)

    found = fewest_gates(Hunt(cheap_steps, 0.1, 1000), ("mean",), (2,))
    # 1 to 5 steps take 10, 5, 4, 3, 2 slices; the sixth would be one gate more.
    assert found.recipe == Recipe("mean", 2, 2, 5)


def test_steps_are_not_tried_where_one_step_never_does() -> None:
    tried: list[int] = []

    def stubborn(recipe: Recipe) -> tuple[int, float]:
        tried.append(recipe.steps)
        return recipe.slices, 1.0

    assert fewest_gates(Hunt(stubborn, 0.25, 100), ("mean",), (2,)).measured == 1.0
    assert set(tried) == {1}
