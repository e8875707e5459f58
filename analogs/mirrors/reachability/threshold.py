"""C15: below a length of the network the target stays out of reach, and where nothing bounds a layer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import (
    Evidence,
    Interval,
    Reading,
    Setting,
    Trial,
    bound_reading,
    effect_reading,
    exact_reading,
)
from analogs.evidence.claim import Row
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import bca_interval
from analogs.mirrors.reachability.breakpoints import find_break
from analogs.mirrors.reachability.descent import descend, random_layers
from analogs.mirrors.reachability.problems import Problem, group_problems, landmark_problem
from analogs.mirrors.reachability.spirals import (
    WIDE,
    WIDTH,
    ceiling,
    spirals,
    train_one,
)
from qgeom._typing import Real

# Fixed beforehand (CLAIMS.md 1.9, row C15): share of the distance, AIC, accuracy.
TOLERANCE = 0.02
DECISIVE_AIC = 10.0
LEAST_DROP = 0.2  # of the slope, in accuracy by unit of length
LEAST_GAIN = 0.05
# L times the bound, over the distance.
RATIOS = (0.5, 0.8, 0.95, 1.0, 1.2)
DEPTHS_QUICK, DEPTHS_FULL = (4,), (2, 8, 16)
# No layer of a network on the spirals moves a point farther.
BOUND = 0.1
LAYERS_QUICK, LAYERS_FULL = (1, 2, 4, 6, 8, 12), (1, 2, 3, 4, 5, 6, 8, 10, 12, 16)
DEEP = 12
RESAMPLES = 999
BOUNDED = f"two spirals, residual layers of at most {BOUND}"
UNBOUNDED = "two spirals, layers of any length"


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """One target a space, and networks of growing depth on one draw of the spirals."""
    rng = trial.generator()
    depths = DEPTHS_QUICK if trial.quick else DEPTHS_FULL
    problems = [*group_problems(rng), landmark_problem(rng)]
    reached: list[Row] = []
    for done, problem in enumerate(problems):
        trial.report(problem.space.name, 0.1 * done)
        for layers in depths:
            reached += reach_rows(problem, layers, rng)
    trial.report("two spirals", 0.3)
    return {"reach": reached, "spirals": [*spiral_rows(trial, rng)]}


def reach_rows(problem: Problem, layers: int, rng: np.random.Generator) -> list[Row]:
    """The least distance left, over random starts, for every ratio of length and distance."""
    ratios = np.array(RATIOS)
    bound = np.repeat(ratios * problem.distance / layers, problem.starts)
    start = random_layers(bound, layers, problem.space.dim, rng)
    _, value = descend(problem.space, problem.aim, bound, start, problem.steps)
    left = np.sqrt(2 * value).reshape(len(ratios), -1)
    return [
        {
            "side": problem.space.side,
            "space": problem.space.name,
            "layers": layers,
            "ratio": ratio,
            "distance": problem.distance,
            "residual": best,
            "worst_start": worst,
            "predicted": max(0.0, (1 - ratio) * problem.distance),
        }
        for ratio, best, worst in zip(
            RATIOS, left.min(axis=1).tolist(), left.max(axis=1).tolist(), strict=True
        )
    ]


def spiral_rows(trial: Trial, rng: np.random.Generator) -> Iterator[Row]:
    """Networks of bounded layers by depth, and one unbounded wide layer."""
    split = spirals(0.0, rng)
    counts = LAYERS_QUICK if trial.quick else LAYERS_FULL
    designs = [*((layers, BOUND, WIDTH) for layers in counts), (1, np.inf, WIDE)]
    for done, (layers, bound, width) in enumerate(designs):
        trial.report(f"{layers} layers on the spirals", 0.3 + 0.7 * done / len(designs))
        found = train_one(split, layers, bound, width, trial.seed)
        bounded = np.isfinite(bound)
        reach = layers * BOUND
        yield {
            "layers": layers,
            "bounded": bool(bounded),
            "width": width,
            "reach": reach if bounded else None,
            "train_accuracy": found.train_accuracy,
            "test_accuracy": found.test_accuracy,
            "path": found.path,
            "ceiling": ceiling(split.train_x, split.train_y, reach) if bounded else 1.0,
        }


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Compare with the triangle inequality, look for the break, and drop the bound."""
    rng = setting.resampling_generator()
    readings = [
        *_reach_readings(tables["reach"]),
        *_break_readings([row for row in tables["spirals"] if row["bounded"]], rng),
        _shallow_reading(tables["spirals"], rng),
    ]
    return Evidence(
        tuple(readings),
        tables,
        note=f"{_landmark_note(tables['reach'])} {_note(tables['spirals'])}",
    )


def _note(rows: Sequence[Row]) -> str:
    bounded = [row for row in rows if row["bounded"]]
    place = find_break(numbers(bounded, "reach"), numbers(bounded, "test_accuracy")).place
    wide = float(np.mean(numbers([row for row in rows if not row["bounded"]], "path")))
    return (
        f"Two spirals: the break is at L eps = {place:g}. The one layer that is not bounded moves a "
        f"point by {wide:.2g} on average: 'shallow' does not bound a layer, and its path is short by "
        "the number of layers alone. With bounded layers the threshold is the triangle inequality."
    )


def _landmark_note(rows: Sequence[Row]) -> str:
    own = [row for row in rows if row["side"] == "template"]
    worst = {
        layers: max(_miss(row) for row in own if row["layers"] == layers)
        for layers in sorted({int(row["layers"] or 0) for row in own})
    }
    shown = ", ".join(f"{miss:.3f} with {layers}" for layers, miss in worst.items())
    return (
        "A layer of landmarks is one midpoint step and no geodesic, so that few of them miss "
        f"max(0, d - L eps), in units of d at most by {shown} layers."
    )


def _miss(row: Row) -> float:
    """How far the distance left is from that predicted, over the distance."""
    residual, predicted, distance = (
        float(numbers([row], name)[0]) for name in ("residual", "predicted", "distance")
    )
    return abs(residual - predicted) / distance


def _reach_readings(rows: Sequence[Row]) -> Iterator[Reading]:
    for space in dict.fromkeys((str(row["side"]), str(row["space"])) for row in rows):
        own = [row for row in rows if row["space"] == space[1]]
        yield exact_reading(
            "largest |least distance left - max(0, d - L eps)| over d",
            space[0],
            f"{space[1]}, layers of at most eps",
            max(map(_miss, own)),
            tolerance=TOLERANCE,
            count=len(own),
        )


def _break_readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    above = float(np.max(numbers(rows, "train_accuracy") - numbers(rows, "ceiling")))
    yield exact_reading(
        "largest excess of the training accuracy over what points moved by L eps allow",
        "network",
        BOUNDED,
        max(above, 0.0),
        tolerance=0.0,
        count=len(rows),
    )
    seeds = list(dict.fromkeys(row["seed"] for row in rows))
    reach = np.array([numbers([r for r in rows if r["seed"] == s], "reach") for s in seeds])
    right = np.array([numbers([r for r in rows if r["seed"] == s], "test_accuracy") for s in seeds])

    def over_seeds(read: str) -> Interval:
        def statistic(drawn: Real) -> float:
            # A seed drawn twice counts once: its noise, repeated, would look like a law.
            index = np.unique(drawn.astype(int))
            return float(getattr(find_break(reach[index].ravel(), right[index].ravel()), read))

        return bca_interval(np.arange(len(seeds)), statistic, rng=rng, resamples=RESAMPLES)

    yield bound_reading(
        "AIC of a broken line minus that of a straight one, test accuracy against L eps",
        "network",
        BOUNDED,
        over_seeds("gain"),
        count=right.size,
        bound=-DECISIVE_AIC,
        direction=-1,
    )
    yield effect_reading(
        "slope before the break minus slope after it",
        "network",
        BOUNDED,
        over_seeds("drop"),
        count=right.size,
        smallest_effect=LEAST_DROP,
    )


def _shallow_reading(rows: Sequence[Row], rng: np.random.Generator) -> Reading:
    deep = [row for row in rows if row["bounded"] and row["layers"] == DEEP]
    shallow = [row for row in rows if not row["bounded"]]
    gains = numbers(deep, "test_accuracy") - numbers(shallow, "test_accuracy")
    return effect_reading(
        f"accuracy of {DEEP} bounded layers minus that of one layer, {WIDE} units wide",
        "network",
        UNBOUNDED,
        bca_interval(gains, rng=rng),
        count=len(gains),
        smallest_effect=LEAST_GAIN,
    )
