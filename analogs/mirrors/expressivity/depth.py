"""C5: what depth adds, as curvature and linear pieces of networks, and as distance in a group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from analogs.evidence import (
    Evidence,
    Interval,
    Reading,
    Repeated,
    Setting,
    Trial,
    effect_reading,
    exact_reading,
)
from analogs.evidence.claim import Row
from analogs.evidence.statistics import akaike_difference, bca_interval
from analogs.mirrors.expressivity.circles import (
    MARGIN,
    Ensemble,
    circle_rows,
    exponential_reading,
    still_reading,
)
from analogs.mirrors.expressivity.pieces import convolutions, dense_layers, pieces_along
from analogs.mirrors.expressivity.reach import GROUPS, reach_rows
from qgeom._typing import Real

CHAOTIC, ORDERED = 2.5, 0.9
# Convolutional networks: sites on a circle, kernel; channels quick and full.
SITES, KERNEL = 8, 3
CHANNELS_QUICK, CHANNELS_FULL = 64, 128
# ReLU networks: units of a layer, and sites times channels of the convolutional ones.
UNITS, RELU_CHANNELS, RELU_DEPTH = 64, 8, 16
ROUNDING = 1e-9
# Of an Akaike difference that decides; straight lines through the log of the mean, and the variance.
DECISIVE, PARAMETERS = 10.0, 3
ENDS = ("lower", "upper")
TURNING = "total curvature of a circle, {} tanh network"
PIECES = "linear pieces along a line, {} ReLU network, sw^2 = 2"
REACH = "longest distance that L layers of length eps reach, {}"
NOTE = (
    "How complexity grows depends on what it is: exponentially for the curvature in the chaotic "
    "phase, not at all in the ordered one, linearly for pieces at random weights and for distance. "
    "The pieces of trained or chosen weights may grow exponentially; random ones do not. Distance "
    "ends at the diameter: products of random layers go as the root of their number, and then stay. "
    "AIC compares a power law with an exponential through the mean over the seeds."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Measure one network of each ensemble, and one product of each kind in both groups."""
    rng = trial.generator()
    trial.report("circles", 0.0)
    circles = [row for e in ensembles(trial.quick) for row in circle_rows(e, trial.seed)]
    trial.report("linear pieces", 0.7)
    start, stop = rng.standard_normal((2, UNITS))
    networks = {
        "dense": dense_layers(UNITS, RELU_DEPTH, rng),
        "convolutional": convolutions(
            UNITS // RELU_CHANNELS, RELU_CHANNELS, KERNEL, RELU_DEPTH, rng
        ),
    }
    pieces: list[Row] = [
        {"network": name, "layer": layer, "pieces": count}
        for name, layers in networks.items()
        for layer, count in enumerate(pieces_along(layers, start, stop), start=1)
    ]
    trial.report("distances", 0.9)
    reach = [row for group in GROUPS for row in reach_rows(group, rng)]
    return {"layers": circles, "pieces": pieces, "reach": reach}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Read the growth of each kind of complexity with depth, and which law it follows."""
    readings = [
        *_turning_readings(setting, tables["layers"]),
        *_piece_readings(setting, tables["pieces"]),
        *_reach_readings(tables["reach"]),
        *_law_readings(tables),
    ]
    return Evidence(tuple(readings), tables, note=NOTE)


DEPTH_ADDS = Repeated(repeat, conclude)


def ensembles(quick: bool) -> tuple[Ensemble, ...]:
    """Return the dense and the convolutional chaotic ensemble, and the ordered convolutional one."""
    width = CHANNELS_QUICK if quick else CHANNELS_FULL
    return (
        Ensemble("dense, sw = 2.5", CHAOTIC, SITES * width),
        Ensemble("convolutional, sw = 2.5", CHAOTIC, width, SITES, KERNEL),
        Ensemble("convolutional, sw = 0.9", ORDERED, width, SITES, KERNEL),
    )


def _turning_readings(setting: Setting, rows: Sequence[Row]) -> Iterator[Reading]:
    dense, convolutional, ordered = ensembles(setting.quick)
    yield exponential_reading(rows, dense, TURNING.format("dense"))
    yield exponential_reading(rows, convolutional, TURNING.format("convolutional"))
    yield still_reading(rows, ordered, convolutional, TURNING.format("convolutional"))


def _piece_readings(setting: Setting, rows: Sequence[Row]) -> Iterator[Reading]:
    rng = setting.resampling_generator()
    for name in dict.fromkeys(str(row["network"]) for row in rows):
        counts = _counts(rows, name)
        gain = np.log(counts[:, -1] / counts[:, RELU_DEPTH // 2 - 1])
        yield effect_reading(
            f"log of the pieces after {RELU_DEPTH} layers over those after {RELU_DEPTH // 2}",
            "network",
            PIECES.format(name),
            bca_interval(gain, rng=rng),
            count=len(gain),
            smallest_effect=float(np.log1p(MARGIN)),
        )


def _reach_readings(rows: Sequence[Row]) -> Iterator[Reading]:
    for group in GROUPS:
        mine = [row for row in rows if row["group"] == group.name]
        lower, upper = (np.array([row[end] for row in mine], dtype=float) for end in ENDS)
        excess = lower - upper
        equal = np.array([row["kind"] == "equal layers" for row in mine])
        for name, error, count in (
            ("equal layers: max |distance - L eps|", np.abs(excess[equal]), equal.sum()),
            ("random layers: excess of the distance over L eps", excess[~equal], (~equal).sum()),
        ):
            yield exact_reading(
                name,
                group.side,
                REACH.format(group.name),
                max(0.0, float(error.max())),
                tolerance=ROUNDING,
                count=int(count),
            )


def _law_readings(tables: Mapping[str, Sequence[Row]]) -> Iterator[Reading]:
    for name in ("dense", "convolutional"):
        totals = [
            row
            for row in tables["layers"]
            if row["ensemble"] == f"{name}, sw = {CHAOTIC:g}" and row["layer"]
        ]
        yield _law(TURNING.format(name), _mean_by_layer(totals, "layer", "total"))
        pieces = [row for row in tables["pieces"] if row["network"] == name]
        yield _law(PIECES.format(name), _mean_by_layer(pieces, "layer", "pieces"))
    for group in GROUPS:
        straight = [
            row
            for row in tables["reach"]
            if row["group"] == group.name and row["kind"] == "equal layers"
        ]
        means = _mean_by_layer(straight, "layers", "lower")
        yield _law(REACH.format(group.name), means, side=group.side)


def _law(definition: str, means: tuple[Real, Real], *, side: str = "network") -> Reading:
    depth, values = means
    power, exponential = (_residuals(x, values) for x in (np.log(depth), depth))
    gap = akaike_difference(power, PARAMETERS, exponential, PARAMETERS)
    return effect_reading(
        "AIC(power law) - AIC(exponential) in the depth",
        side,
        definition,
        Interval(gap, gap, gap),
        count=len(depth),
        smallest_effect=DECISIVE,
        decisive=False,
    )


def _residuals(x: Real, y: Real) -> Real:
    return y - np.polyval(np.polyfit(x, y, 1), x)


def _mean_by_layer(rows: Sequence[Row], layer: str, column: str) -> tuple[Real, Real]:
    """Return the layers, and the mean over the seeds of the log of a column in each."""
    depth, values = (np.array([row[name] for row in rows], dtype=float) for name in (layer, column))
    layers = np.unique(depth)
    return layers, np.array([np.log(values[depth == one]).mean() for one in layers])


def _counts(rows: Sequence[Row], network: str) -> Real:
    """Pieces by seed and layer."""
    mine = [row for row in rows if row["network"] == network]
    counts = np.array([row["pieces"] for row in mine], dtype=float)
    return counts.reshape(-1, RELU_DEPTH)
