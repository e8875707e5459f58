"""C18, F6: structure search on a grid, and the same trade-off in circuits and in matching."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import scipy.stats

from analogs.evidence import (
    Evidence,
    Reading,
    Setting,
    Trial,
    bound_reading,
    effect_reading,
    exact_reading,
)
from analogs.evidence.claim import Row
from analogs.evidence.repetition import Tables
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import bca_interval
from analogs.mirrors.structure_search.fronts import between, convex_share, hypervolume
from analogs.mirrors.structure_search.gates import entangler_infidelities
from analogs.mirrors.structure_search.grid import SHAPE, few_digits, train_grid
from analogs.mirrors.structure_search.matching import match_front
from analogs.mirrors.structure_search.search import descend, random_minimum, regret
from qgeom._typing import Real
from qgeom.algebra.targets import target
from qgeom.circuits.weyl import weyl_decomposition
from qgeom.diffeo.kernels import Gaussian

# Fixed beforehand (CLAIMS.md 1.2, 1.9): relative gain in regret; hits; efficient structures reached.
LEAST_GAIN, LEAST_HITS, LEAST_CONVEX = 0.2, 0.8, 0.8
# At least one structure between the cheapest and the most exact is best for some weight.
LEAST_BETWEEN = 1.0
# Weight of all operations of the largest structure, against an error of 1.
WEIGHTS = (0.1, 0.3, 1.0)
# Targets and pairs of configurations a seed; weights sigma^-2 of the matches.
TARGETS, MATCHES, LANDMARKS = 20, 2, 3
INVERSE_VARIANCES = tuple(float(w) for w in np.geomspace(0.1, 100.0, 7))
WIDTH = 1.0
# Of the convexity of minima, over the box of the front: twice the accuracy of L-BFGS.
TOLERANCE = 1e-6
# Random subsets for one hypervolume; the corner: the largest structure, all wrong.
DRAWS = 10
CORNER = (1.0, 1.0)


def repeat(trial: Trial) -> Tables:
    """Train the grid, search it, and measure the two other sides."""
    rng = trial.generator()
    number = int(rng.integers(2**31))
    grid = [*train_grid(few_digits(rng), number, trial.report)]
    return {
        "grid": grid,
        "searches": [*search_rows(grid, rng)],
        "gates": [*gate_rows(rng)],
        "matches": [*match_rows(rng)],
    }


def shares(rows: Sequence[Row], column: str) -> tuple[Real, Real]:
    """Operations over those of the largest structure, and errors, of a whole grid.

    Examples
    --------
    >>> shares([{"operations": 1, "e": 0.5}, {"operations": 4, "e": 0.1}], "e")[0].tolist()
    [0.25, 1.0]
    """
    operations, errors = (numbers(rows, name) for name in ("operations", column))
    return operations / operations.max(), errors


def search_rows(grid: Sequence[Row], rng: np.random.Generator) -> Iterator[Row]:
    """The outer loop from every start and for every weight, random search of as many trainings."""
    costs, errors = shares(grid, "test_error")
    for weight in WEIGHTS:
        energies = (errors + weight * costs).reshape(SHAPE)
        for start in np.ndindex(*SHAPE):
            found = descend(energies, start)
            trained = len(found.visited)
            cells = np.ravel_multi_index(np.transpose(found.visited), SHAPE)
            yield {
                "weight": weight,
                "start": int(np.ravel_multi_index(start, SHAPE)),
                "trained": trained,
                "hit": bool(energies[found.end] == energies.min()),
                "regret": regret(energies, float(energies[found.end])),
                "random_regret": regret(energies, random_minimum(energies, trained)),
                "volume": hypervolume(costs[cells], errors[cells], CORNER),
                "random_volume": random_volume(costs, errors, trained, rng),
            }


def random_volume(costs: Real, errors: Real, count: int, rng: np.random.Generator) -> float:
    """Mean hypervolume of some structures drawn at random."""
    drawn = [rng.choice(costs.size, count, replace=False) for _ in range(DRAWS)]
    return float(np.mean([hypervolume(costs[own], errors[own], CORNER) for own in drawn]))


def gate_rows(rng: np.random.Generator) -> Iterator[Row]:
    """Infidelity of the best circuits of 0 to 3 entangling gates for random two-qubit targets."""
    for number in range(TARGETS):
        coordinates = weyl_decomposition(target("haar", 2, rng=rng).matrix).coordinates
        for gates, infidelity in enumerate(entangler_infidelities(coordinates)):
            yield {"case": number, "cost": gates, "error": float(infidelity)}


def match_rows(rng: np.random.Generator) -> Iterator[Row]:
    """Energy and mismatch of inexact matches of random landmarks."""
    for number in range(MATCHES):
        start = rng.normal(size=(LANDMARKS, 2))
        goal = start + rng.normal(size=(LANDMARKS, 2)) / 2
        front = match_front(Gaussian(WIDTH), start, goal, INVERSE_VARIANCES)
        for weight, (energy, mismatch) in zip(INVERSE_VARIANCES, front, strict=True):
            yield {"case": number, "weight": weight, "cost": energy, "error": mismatch}


def conclude_search(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """C18: the outer loop against random search and the grid; convexity of the fronts."""
    rng = setting.resampling_generator()
    searches = tables["searches"]
    mean = {
        name: np.array([numbers(own, name).mean() for own in _by_seed(searches)])
        for name in ("regret", "random_regret", "hit", "volume", "random_volume")
    }
    rank = scipy.stats.mannwhitneyu(mean["regret"], mean["random_regret"], alternative="less")
    readings = [
        effect_reading(
            "relative gain in mean regret over random search of as many trainings",
            "network",
            "outer loop by finite differences, against random search",
            bca_interval(
                (mean["regret"], mean["random_regret"]), relative_gain, paired=True, rng=rng
            ),
            count=len(mean["regret"]),
            smallest_effect=LEAST_GAIN,
            p_value=float(rank.pvalue),
        ),
        bound_reading(
            "share of starts from which the outer loop ends at the best structure of the grid",
            "network",
            "outer loop by finite differences, against the grid",
            bca_interval(mean["hit"], rng=rng),
            count=len(mean["hit"]),
            bound=LEAST_HITS,
        ),
        effect_reading(
            "hypervolume of what was trained, outer loop minus random search",
            "network",
            "outer loop by finite differences, hypervolume",
            bca_interval(mean["volume"] - mean["random_volume"], rng=rng),
            count=len(mean["volume"]),
            smallest_effect=0.0,
            decisive=False,
        ),
        *convexity(tables, rng),
    ]
    return Evidence(tuple(readings), tables, note=_note(searches))


def conclude_competition(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """F6: between no cost and no error there are structures that some weight prefers."""
    rng = setting.resampling_generator()
    readings: list[Reading] = []
    for side, definition, counts in (
        ("network", "operations against training error, grid of structures", grid_between(tables)),
        ("quantum", "CX gates against infidelity, random targets", case_between(tables["gates"])),
    ):
        readings.append(
            effect_reading(
                "mean number of best structures between the cheapest and the most exact",
                side,
                definition,
                bca_interval(counts, rng=rng),
                count=len(counts),
                smallest_effect=LEAST_BETWEEN,
            )
        )
    steps = [
        max(
            -float(np.diff(numbers(own, "cost")).min()), float(np.diff(numbers(own, "error")).max())
        )
        for own in _cases(tables["matches"])
    ]
    readings.append(
        exact_reading(
            "largest fall of the energy, or rise of the mismatch, as its weight grows",
            "template",
            "energy against mismatch, landmarks",
            max(0.0, *steps),
            tolerance=TOLERANCE,
            count=len(steps),
            decisive=False,
        )
    )
    return Evidence(tuple(readings), tables)


def convexity(tables: Mapping[str, Sequence[Row]], rng: np.random.Generator) -> Iterator[Reading]:
    """Whether a weighted sum finds the efficient structures, side by side."""
    name = "share of the efficient structures that minimise the sum for some weight"
    grids = [convex_share(*shares(own, "test_error")) for own in _by_seed(tables["grid"])]
    circuits = [
        float(np.mean([convex_share(*_front(case)) for case in _cases(own)]))
        for own in _by_seed(tables["gates"])
    ]
    for side, definition, values in (
        ("network", "convex front: operations against test error", grids),
        ("quantum", "convex front: CX gates against infidelity", circuits),
    ):
        yield bound_reading(
            name,
            side,
            definition,
            bca_interval(values, rng=rng),
            count=len(values),
            bound=LEAST_CONVEX,
        )
    matches = [1.0 - convex_share(*_front(case)) for case in _cases(tables["matches"])]
    yield exact_reading(
        "share of the minima of weighted sums that are not on the convex hull",
        "template",
        "convex front: energy against mismatch, by construction",
        max(matches),
        tolerance=0.0,
        count=len(matches),
        decisive=False,
    )


def relative_gain(value: Real, reference: Real, axis: int = -1) -> Real:
    """``1 - mean value / mean reference``; 0 where both vanish.

    Examples
    --------
    >>> float(relative_gain(np.array([1.0, 2.0]), np.array([2.0, 4.0])))
    0.5
    """
    top, bottom = np.mean(value, axis=axis), np.mean(reference, axis=axis)
    ratio: Real = np.divide(top, bottom, out=np.ones_like(top), where=bottom > 0)
    return 1.0 - ratio


def grid_between(tables: Mapping[str, Sequence[Row]]) -> Real:
    """Number of compromises of each seed."""
    return np.array(
        [float(between(*shares(own, "train_error"))) for own in _by_seed(tables["grid"])]
    )


def case_between(rows: Sequence[Row]) -> Real:
    """Mean number of compromises over the cases of each seed."""
    return np.array(
        [float(np.mean([between(*_front(case)) for case in _cases(own)])) for own in _by_seed(rows)]
    )


def _front(rows: Sequence[Row]) -> tuple[Real, Real]:
    return numbers(rows, "cost"), numbers(rows, "error")


def _by_seed(rows: Sequence[Row]) -> list[list[Row]]:
    return [[row for row in rows if row["seed"] == seed] for seed in _distinct(rows, "seed")]


def _cases(rows: Sequence[Row]) -> list[list[Row]]:
    return [
        [row for row in own if row["case"] == case]
        for own in _by_seed(rows)
        for case in _distinct(own, "case")
    ]


def _distinct(rows: Sequence[Row], name: str) -> list[object]:
    return list(dict.fromkeys(row[name] for row in rows))


def _note(searches: Sequence[Row]) -> str:
    trained = numbers(searches, "trained").mean()
    return (
        f"The outer loop trained {trained:.1f} of {np.prod(SHAPE)} structures in the mean, and random "
        "search was given as many. The paper writes E_meta and E_comp for the same term."
    )
