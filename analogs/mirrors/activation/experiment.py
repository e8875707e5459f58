"""C9: the sigmoid against weaker activations, in curvature, turning, gradients and fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log

import numpy as np

from analogs.evidence import Evidence, Reading, Repeated, Setting, Trial, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.rows import numbers
from analogs.evidence.statistics import bca_interval, permutation_p, spearman
from analogs.mirrors.activation.approximation import ACTIVATIONS as FITTED
from analogs.mirrors.activation.approximation import UNITS, best_error, random_problem
from analogs.mirrors.activation.measures import (
    batch,
    gradient_ratio,
    mean_curvature,
    sensitivity,
    turning,
)
from analogs.mirrors.activation.perceptron import (
    ACTIVATIONS,
    SMOOTH,
    WEIGHT_SCALE,
    Perceptron,
    random_weights,
)
from qgeom._typing import Real

# Fixed beforehand: the first three in CLAIMS.md 1.9, row C9; for the fits the same as for turning.
LEAST_CURVATURE, LEAST_GRADIENT, LEAST_TURNING, LEAST_ERROR = 0.02, 10.0, 1.5, 1.5
# Of a link of the chain (as Q6 and Q8).
LEAST_CORRELATION = 0.3
# Great circles: the common scale votes; the sigmoid at its critical scale and in chaos does not.
CIRCLES = (
    ("sigmoid", WEIGHT_SCALE),
    ("relu", WEIGHT_SCALE),
    ("tanh", WEIGHT_SCALE),
    ("sigmoid", 10.15),
    ("sigmoid", 20.0),
)
STARTS_QUICK, STARTS_FULL = 4, 8
CURVATURE = "K / |II|^2 of the image of the inputs, random planes"
TURNING = "turning of a great circle (Gauss map)"
GRADIENT = "gradient of the first layer over that of the last"
FIT = "error of the best fit found, equal parameters"
LINK = "link of the chain, over networks of {} activations"
NOTE = (
    "ReLU has no second derivative: its image is flat beside the kinks, which carry its bending, and "
    "GELU stands for it in the curvature. At He's scale ReLU is critical and the sigmoid deep in the "
    "ordered phase; it is chaotic only for weights of sd above 10.15. A "
    "vanishing gradient is contraction, the opposite of instability: the links of the chain 'more "
    "negative, less stable, vanishing gradient' are shown one by one. The fits found are upper "
    "bounds of the best error."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Read one set of weights with every activation, and fit one function of each dimension."""
    rng = trial.generator()
    trial.report("curvature and gradients", 0.0)
    networks = list(_network_rows(rng))
    trial.report("great circles", 0.4)
    circles: list[Row] = [
        {"activation": name, "weight_scale": sw, "turning": turning(name, sw, trial.seed)}
        for name, sw in CIRCLES
    ]
    fits: list[Row] = []
    for dimension in UNITS:
        trial.report(f"fits in {dimension} dimensions", 0.5 + 0.1 * dimension)
        problem = random_problem(dimension, rng)
        starts = STARTS_QUICK if trial.quick else STARTS_FULL
        fits += [
            {
                "dimension": dimension,
                "activation": name,
                "error": best_error(problem, name, starts, rng),
            }
            for name in FITTED
        ]
    return {"networks": networks, "circles": circles, "fits": fits}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Compare the activations pair by pair, and follow the chain of the paper link by link."""
    rng = setting.resampling_generator()
    readings = [
        *_curvature_readings(tables["networks"], rng),
        *_turning_readings(tables["circles"], rng),
        *_gradient_readings(tables["networks"], rng),
        *_fit_readings(tables["fits"], rng),
        *_chain_readings(tables["networks"], rng),
    ]
    return Evidence(tuple(readings), tables, note=NOTE)


SIGMOID = Repeated(repeat, conclude)


def _network_rows(rng: np.random.Generator) -> Iterator[Row]:
    weights, (x, labels) = random_weights(rng), batch(rng)
    # The same planes, inputs and changes for every activation.
    streams = rng.integers(2**31, size=2).tolist()
    for name in ACTIVATIONS:
        network = Perceptron(weights, name)
        curvature, negative = None, None
        if name in SMOOTH:
            curvature, negative = mean_curvature(network, np.random.default_rng(streams[0]))
        yield {
            "activation": name,
            "curvature": curvature,
            "negative": negative,
            "sensitivity": sensitivity(network, x, np.random.default_rng(streams[1])),
            "gradient_ratio": gradient_ratio(network, x, labels),
        }


def _column(rows: Sequence[Row], name: str, **wanted: str | float) -> Real:
    """Entries of a column in the rows that have the wanted values, one a seed."""
    chosen = [row for row in rows if all(row[key] == value for key, value in wanted.items())]
    return numbers(chosen, name)


def _paired(
    name: str,
    definition: str,
    samples: tuple[Real, Real],
    smallest_effect: float,
    rng: np.random.Generator,
    *,
    direction: int = 1,
    decisive: bool = True,
) -> Reading:
    first, second = samples
    p_value = permutation_p(
        first,
        second,
        _mean_difference,
        exchange="paired",
        alternative="greater" if direction == 1 else "less",
        rng=rng,
    )
    return effect_reading(
        name,
        "network",
        definition,
        bca_interval(first - second, rng=rng),
        count=len(first),
        smallest_effect=smallest_effect,
        direction=direction,
        p_value=p_value,
        decisive=decisive,
    )


def _mean_difference(x: Real, y: Real, axis: int = -1) -> Real:
    return np.asarray(np.mean(x, axis=axis) - np.mean(y, axis=axis))


def _curvature_readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    sigmoid = _column(rows, "curvature", activation="sigmoid")
    for other in ("gelu", "softplus", "tanh"):
        yield _paired(
            f"mean K / |II|^2, sigmoid - {other}",
            CURVATURE,
            (sigmoid, _column(rows, "curvature", activation=other)),
            LEAST_CURVATURE,
            rng,
            direction=-1,
            decisive=other == "gelu",
        )


def _turning_readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    relu = np.log(_column(rows, "turning", activation="relu"))
    for name, sw in CIRCLES:
        if name != "relu":
            yield _paired(
                f"log of the turning, {name} at sw = {sw:.4g} over ReLU",
                TURNING,
                (np.log(_column(rows, "turning", activation=name, weight_scale=sw)), relu),
                log(LEAST_TURNING),
                rng,
                decisive=(name, sw) == CIRCLES[0],
            )


def _gradient_readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    sigmoid, relu = (
        np.log10(_column(rows, "gradient_ratio", activation=name)) for name in ("sigmoid", "relu")
    )
    name = "log10 of the gradient of the first layer over that of the last, ReLU - sigmoid"
    yield _paired(name, GRADIENT, (relu, sigmoid), float(np.log10(LEAST_GRADIENT)), rng)


def _fit_readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    for dimension, units in UNITS.items():
        sigmoid, relu = (
            np.log(_column(rows, "error", activation=name, dimension=dimension))
            for name in ("sigmoid", "relu")
        )
        yield _paired(
            f"log of the error, ReLU over sigmoid, {units} units on {dimension}-D functions",
            FIT,
            (relu, sigmoid),
            log(LEAST_ERROR),
            rng,
        )


def _chain_readings(rows: Sequence[Row], rng: np.random.Generator) -> Iterator[Reading]:
    smooth = [row for row in rows if row["curvature"] is not None]
    links = (
        ("curvature and sensitivity: more negative, less stable", smooth, "curvature", "smooth"),
        ("sensitivity and gradient: less stable, more vanishing", rows, "gradient_ratio", "all"),
    )
    for name, chosen, column, which in links:
        result = spearman(
            _column(chosen, column), _column(chosen, "sensitivity"), alternative="less", rng=rng
        )
        yield effect_reading(
            f"Spearman correlation of {name}",
            "network",
            LINK.format(which),
            result.interval,
            count=len(chosen),
            smallest_effect=LEAST_CORRELATION,
            direction=-1,
            p_value=result.p_value,
            decisive=False,
        )
