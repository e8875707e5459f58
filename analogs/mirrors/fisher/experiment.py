"""A2: the sign of the curvature of the Fisher metric, for families of known and of unknown sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analogs.evidence import Evidence, Reading, Setting, exact_reading, share_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import wilson_interval
from analogs.mirrors.fisher.model import (
    LogModel,
    categorical,
    fisher_curvature,
    gaussian,
    hidden_unit,
    regression,
    two_layers,
)
from qgeom._typing import Real

# A sign occurs if at least this share of the planes has it.
OCCURS = 0.05
# Of the known curvatures.
TOLERANCE = 1e-10
# |K| over its rounding, at or below which a plane counts as flat; turning the basis of a plane moves K
# by less than 0.2 of the rounding.
SAFETY = 1.0
# Inputs of a network, and planes a seed and family.
INPUTS = 16
PLANES = 1000
KNOWN = "families of known curvature, Fisher metric, random parameters"


@dataclass(frozen=True)
class Network:
    """A logistic model of one input."""

    name: str
    model: LogModel
    parameters: int


NETWORKS = (
    Network("logistic regression w x + b", regression, 2),
    Network("one hidden unit, a tanh(w x)", hidden_unit, 2),
    Network("two hidden layers, a tanh(v tanh(w x))", two_layers, 3),
)


def fisher_signs(setting: Setting) -> Evidence:
    """Check the Gaussian and categorical families, and count both signs for networks."""
    generators = setting.generators()
    setting.report("families of known curvature", 0.0)
    readings = [_known("Gaussian, K = -1/2", gaussian_error(generators), len(generators))]
    readings += [
        _known(
            f"categorical, {outcomes} outcomes, K = 1/4",
            categorical_error(outcomes, generators),
            len(generators),
        )
        for outcomes in (3, 4)
    ]
    rows: list[Row] = []
    for done, network in enumerate(NETWORKS):
        setting.report(network.name, (1 + done) / (1 + len(NETWORKS)))
        values, rounding = network_curvatures(network, generators)
        known = np.abs(values) > SAFETY * rounding
        signs = {"< 0": (values < 0) & known, "> 0": (values > 0) & known}
        readings += [_sign(network, sign, chosen) for sign, chosen in signs.items()]
        rows.append(_row(network, values, signs["< 0"], signs["> 0"]))
    return Evidence(tuple(readings), {"signs": tuple(rows)})


def gaussian_error(generators: Sequence[np.random.Generator]) -> float:
    """Largest ``|K + 1/2|`` over normal means and log-normal deviations."""
    theta = np.concatenate([rng.standard_normal((PLANES, 2)) for rng in generators])
    theta[:, 1] = np.exp(theta[:, 1])
    planes = np.broadcast_to(np.eye(2), (len(theta), 2, 2))
    return float(np.abs(fisher_curvature(gaussian, theta, theta, planes)[0] + 0.5).max())


def categorical_error(outcomes: int, generators: Sequence[np.random.Generator]) -> float:
    """Largest ``|K - 1/4|`` over normal logits and random planes."""
    size = outcomes - 1
    draws = [rng.standard_normal((PLANES, 3, size)) for rng in generators]
    theta, *pair = np.moveaxis(np.concatenate(draws), 1, 0)
    planes = np.stack(pair, axis=1)
    return float(np.abs(fisher_curvature(categorical, theta, theta, planes)[0] - 0.25).max())


def network_curvatures(
    network: Network, generators: Sequence[np.random.Generator]
) -> tuple[Real, Real]:
    """K and its rounding: normal parameters, normal inputs and a uniform plane, new for each plane."""
    parts = []
    for rng in generators:
        theta = rng.standard_normal((PLANES, network.parameters))
        data = rng.standard_normal((PLANES, INPUTS))
        planes = rng.standard_normal((PLANES, 2, network.parameters))
        parts.append(fisher_curvature(network.model, theta, data, planes))
    values, rounding = zip(*parts, strict=True)
    return np.concatenate(values), np.concatenate(rounding)


def _known(name: str, error: float, seeds: int) -> Reading:
    return exact_reading(
        f"max error, {name}", "network", KNOWN, error, tolerance=TOLERANCE, count=seeds * PLANES
    )


def _sign(network: Network, sign: str, chosen: NDArray[np.bool_]) -> Reading:
    share = wilson_interval(int(np.count_nonzero(chosen)), len(chosen))
    definition = f"{network.name}, Fisher metric, normal parameters and inputs"
    return share_reading(
        f"share of planes with K {sign}",
        "network",
        definition,
        share,
        count=len(chosen),
        threshold=OCCURS,
    )


def _row(
    network: Network, values: Real, negative: NDArray[np.bool_], positive: NDArray[np.bool_]
) -> Row:
    return {
        "network": network.name,
        "count": len(values),
        "negative": float(np.mean(negative)),
        "positive": float(np.mean(positive)),
        "low_decile": float(np.quantile(values, 0.1)),
        "median": float(np.median(values)),
        "high_decile": float(np.quantile(values, 0.9)),
    }
