"""C17: how long a network should be, over the distance of its target, where there is noise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, Trial, bound_reading, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import bca_interval
from analogs.mirrors.reachability.descent import descend, random_layers
from analogs.mirrors.reachability.problems import GROUP_DISTANCE, GROUPS, group_target
from analogs.mirrors.reachability.spaces import (
    Space,
    group_aim,
    group_space,
    regression_aim,
)
from analogs.mirrors.reachability.spirals import WIDTH, least_reach, spirals, train_one
from qgeom._typing import Array, Matrix, Real
from qgeom.metric.invariant import RightInvariantMetric

# "Just above the geodesic distance", fixed beforehand (CLAIMS.md C17).
LEAST, MOST = 1.0, 2.0
JUST_ABOVE, LONG = 1.25, 4.0
LEAST_PREFERENCE = float(np.log(1.05))
RATIOS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
SPIRAL_RATIOS_QUICK = (0.5, 1.0, 1.25, 2.0, 4.0)
# Layers of a network, and of one that is as long as its target is far.
LAYERS = 8
# Samples of a regression, their noise beside inputs of size 1, and the noise of a layer over d.
SAMPLES, SAMPLE_NOISE, LAYER_NOISE = 10, 0.5, 0.05
STARTS, STEPS, DRAWS = 2, 60, 32
# Of the points on the spirals, whose arms are 1 long from end to end.
SPIRAL_NOISE = 0.1

NOISY_DATA = "{}, regression on noisy samples, 8 bounded layers"
NOISY_LAYERS = "{}, noise after each layer of length d/8 at most"
NOISY_SPIRALS = "noisy spirals, 8 bounded layers, length over the least that parts the arms"
NOTE = (
    "Where layers are noisy each of them costs, and the shortest network that arrives is best. Where "
    "the data are noisy a longer network is worse only as far as it fits the noise."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Test errors by ratio of length and distance, in every setting."""
    rng = trial.generator()
    rows: list[Row] = []
    for done, (name, side, metric) in enumerate(GROUPS):
        space, target = group_space(name, side, metric), group_target(metric, rng)
        trial.report(f"{name}, noisy data", 0.1 * done)
        rows += noisy_data(metric, space, target, rng)
        trial.report(f"{name}, noisy layers", 0.05 + 0.1 * done)
        rows += noisy_layers(metric, space, target, rng)
    trial.report("noisy spirals", 0.2)
    rows += noisy_spirals(trial, rng)
    return {"errors": rows}


def noisy_data(
    metric: RightInvariantMetric, space: Space, target: Matrix, rng: np.random.Generator
) -> Iterator[Row]:
    """Least squares on ``y = U x + noise``; error ``|g - U|^2 / N``, that of clean new samples."""

    def normal() -> Array:
        real = rng.normal(size=(2, metric.size, SAMPLES))
        return real[0] if metric.dtype is np.float64 else (real[0] + 1j * real[1]) / np.sqrt(2)

    inputs = normal()
    aim = regression_aim(inputs, target @ inputs + SAMPLE_NOISE * normal())
    ratios = np.array(RATIOS)
    bound = np.repeat(ratios * GROUP_DISTANCE / LAYERS, STARTS)
    start = random_layers(bound, LAYERS, space.dim, rng)
    layers, value = descend(space, aim, bound, start, STEPS)
    best = value.reshape(-1, STARTS).argmin(axis=1) + STARTS * np.arange(len(ratios))
    errors = squared_error(ends(metric, layers[best]), target)
    yield from _rows(space.side, NOISY_DATA.format(space.name), RATIOS, errors)


def noisy_layers(
    metric: RightInvariantMetric, space: Space, target: Matrix, rng: np.random.Generator
) -> Iterator[Row]:
    """Networks as near the target as their length allows, each layer followed by a random move."""
    aim, bound = group_aim(metric, target), np.full(STARTS, GROUP_DISTANCE / LAYERS)
    scale = LAYER_NOISE * GROUP_DISTANCE / np.sqrt(space.dim)
    errors = []
    for ratio in RATIOS:
        depth = round(ratio * LAYERS)
        layers, value = descend(
            space, aim, bound, random_layers(bound, depth, space.dim, rng), STEPS
        )
        noise = scale * rng.normal(size=(DRAWS, depth, space.dim))
        noisy = ends(metric, layers[value.argmin()][None], noise)
        errors.append(squared_error(noisy, target).mean())
    yield from _rows(space.side, NOISY_LAYERS.format(space.name), RATIOS, np.array(errors))


def noisy_spirals(trial: Trial, rng: np.random.Generator) -> Iterator[Row]:
    """Test errors of residual networks on noisy spirals."""
    clean, split = spirals(0.0, rng), spirals(SPIRAL_NOISE, rng)
    distance = least_reach(clean.train_x, clean.train_y)
    ratios = SPIRAL_RATIOS_QUICK if trial.quick else RATIOS
    errors = []
    for done, ratio in enumerate(ratios):
        trial.report(f"spirals at a ratio of {ratio:g}", 0.2 + 0.8 * done / len(ratios))
        bound = ratio * distance / LAYERS
        found = train_one(split, LAYERS, bound, WIDTH, trial.seed)
        errors.append(
            max(1 - found.test_accuracy, 0.5 / len(split.test_y))
        )  # no error is less than half of one
    yield from _rows("network", NOISY_SPIRALS, ratios, np.array(errors))


def ends(metric: RightInvariantMetric, layers: Real, noise: Real | None = None) -> Matrix:
    """Products of ``exp(x_l)``, each followed by ``exp(noise_l)``, (B, N, N)."""
    root = np.sqrt(metric.inertia)
    moves = metric.exp(layers / root)
    if noise is not None:
        moves = metric.exp(noise / root) @ moves
    end = moves[:, 0]
    for layer in range(1, moves.shape[1]):
        end = moves[:, layer] @ end
    return end


def squared_error(found: Matrix, target: Matrix) -> Real:
    """``|g - U|^2 / N`` in the Frobenius norm, (B,).

    Examples
    --------
    >>> squared_error(-np.eye(2)[None], np.eye(2)).tolist()
    [4.0]
    """
    return np.sum(np.abs(found - target) ** 2, axis=(1, 2)) / len(target)


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Where the error is least, and whether a long network pays for its length."""
    rng = setting.resampling_generator()
    rows = tables["errors"]
    readings: list[Reading] = []
    for side, definition in dict.fromkeys((str(r["side"]), str(r["setting"])) for r in rows):
        own = [row for row in rows if row["setting"] == definition]
        readings += _readings(side, definition, own, rng)
    return Evidence(tuple(readings), tables, note=NOTE)


def _readings(
    side: str, definition: str, rows: Sequence[Row], rng: np.random.Generator
) -> Iterator[Reading]:
    ratios = np.unique(numbers(rows, "ratio"))
    logs = np.log(numbers(rows, "error")).reshape(-1, len(ratios))
    place = bca_interval(np.arange(len(logs)), location(ratios, logs), rng=rng)
    for word, bound, direction in (("at least", LEAST, 1), ("at most", MOST, -1)):
        yield bound_reading(
            f"length over distance where the test error is least, {word} {bound:g}",
            side,
            definition,
            place,
            count=len(logs),
            bound=bound,
            direction=direction,
        )
    long, short = (logs[:, list(ratios).index(ratio)] for ratio in (LONG, JUST_ABOVE))
    yield effect_reading(
        f"log ratio of the errors at {LONG:g} and at {JUST_ABOVE:g} times the distance",
        side,
        definition,
        bca_interval(long - short, rng=rng),
        count=len(logs),
        smallest_effect=LEAST_PREFERENCE,
    )


def location(ratios: Real, logs: Real) -> Callable[[Real], float]:
    """Ratio of the least mean log error over the seeds with given numbers.

    Examples
    --------
    >>> location(np.array([1.0, 2.0]), np.array([[0.0, 3.0], [0.0, -1.0]]))(np.array([0.0, 1.0]))
    1.0
    """
    return lambda drawn: float(ratios[logs[drawn.astype(int)].mean(axis=0).argmin()])


def _rows(side: str, definition: str, ratios: Sequence[float], errors: Real) -> Iterator[Row]:
    for ratio, error in zip(ratios, errors.tolist(), strict=True):
        yield {"side": side, "setting": definition, "ratio": ratio, "error": error}
