"""EM2: the length of the shortest linear residual network tends to the geodesic distance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import bca_interval
from analogs.mirrors.resnet.law import Measured, law_readings, variation_reading
from analogs.mirrors.resnet.model import (
    EXPONENTIAL_LAYER,
    RESIDUAL_LAYER,
    LayerKind,
    ResidualNetwork,
    random_network,
    shortest_network,
)
from qgeom._typing import Matrix, Real, Vector
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.connect import connect
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

DEPTHS_QUICK = (4, 8, 16, 32)
DEPTHS_FULL = (*DEPTHS_QUICK, 64)
# The constant path must be longer by this share, or the target would not tell the two apart.
LEAST_EXCESS = 0.01
# The search behind the distance; more starts find no shorter geodesic to these targets.
STARTS = 4
# Logarithms of the target that the networks start from: all phase lifts of SU(4).
LOGARITHMS = 4
NOTE = (
    "The least energy spreads the norms evenly, as the theory of geodesics has it. Whether a network "
    "that is trained without this penalty does so is another question, which this does not answer."
)


@dataclass(frozen=True)
class Case:
    """A group with its metric, and the layers that a network on it has."""

    side: str
    group: str
    costs: str
    q: float
    metric: RightInvariantMetric
    kind: LayerKind

    @property
    def definition(self) -> str:
        """What is measured, in words."""
        return f"{self.group}, {self.costs}, layers {self.kind.name}"


CASES = (
    Case(
        "network",
        "GL+(3)",
        "Frobenius product over 3, all costs 1",
        1.0,
        MatrixMetric("gl", 3, band(1, 1.0)),
        RESIDUAL_LAYER,
    ),
    Case(
        "network",
        "GL+(3)",
        "Frobenius product over 3, cost 4 beyond neighbours",
        4.0,
        MatrixMetric("gl", 3, band(1, 4.0)),
        RESIDUAL_LAYER,
    ),
    Case(
        "network",
        "SO(3)",
        "Frobenius product over 3, cost 4 beyond neighbours",
        4.0,
        MatrixMetric("so", 3, band(1, 4.0)),
        EXPONENTIAL_LAYER,
    ),
    Case(
        "quantum",
        "SU(4)",
        "tr/4, cost 4 beyond weight 1",
        4.0,
        PauliMetric(2, nielsen(4.0, locality=1)),
        EXPONENTIAL_LAYER,
    ),
)


@dataclass(frozen=True, eq=False)
class Series:
    """Networks of growing depth with one product, beside the geodesic to it."""

    seed: int
    distance: float
    constant_length: float
    depths: tuple[int, ...]
    networks: tuple[ResidualNetwork, ...]
    residuals: Real
    untrained_variation: float

    @property
    def lengths(self) -> Real:
        """Length of each network."""
        return np.array([network.length for network in self.networks])


def shortest_networks(setting: Setting) -> Evidence:
    """Minimise the energy of networks of growing depth and compare their length with the distance.

    The distance comes from another route, `connect`: Newton on the endpoint of the Euler-Arnold
    equation, which knows no layers.
    """
    depths = DEPTHS_QUICK if setting.quick else DEPTHS_FULL
    readings: list[Reading] = []
    rows: list[Row] = []
    done, total = 0, len(CASES) * len(setting.seeds)
    for case in CASES:
        found = []
        for seed, rng in zip(setting.seeds, setting.generators(), strict=True):
            setting.report(f"{case.group}, q = {case.q:g}, seed {seed}", done / total)
            found.append(solve(case, seed, depths, rng))
            done += 1
        readings += _readings(case, found, setting.resampling_generator())
        rows += [row for series in found for row in _rows(case, series)]
    return Evidence(tuple(readings), {"lengths": tuple(rows)}, note=NOTE)


def solve(case: Case, seed: int, depths: tuple[int, ...], rng: np.random.Generator) -> Series:
    """Return the networks of all depths to one random target."""
    metric = case.metric
    target = random_target(metric, rng)
    logarithms = log_branches(metric, target, LOGARITHMS)
    networks = deepening_networks(case, target, logarithms, depths, rng)
    gaps = [metric.inverse(network.product) @ target for network in networks]
    untrained = random_network(metric, target, depths[-1], case.kind, rng=rng)
    return Series(
        seed=seed,
        distance=float(connect(metric, target, rng=rng, starts=STARTS, throw=True)[0].length),
        constant_length=float(metric.norm(logarithms).min()),
        depths=depths,
        networks=networks,
        residuals=metric.norm(metric.log(np.stack(gaps))),
        untrained_variation=untrained.variation,
    )


def deepening_networks(
    case: Case,
    target: Matrix,
    logarithms: Vector,
    depths: tuple[int, ...],
    rng: np.random.Generator,
) -> tuple[ResidualNetwork, ...]:
    """Shortest networks, the first from the best of several logarithms, each other from the last.

    The energy has a local minimum for each of many geodesics: so all logarithms are tried, and a
    deeper network starts with the layers of the shallower one repeated (and moved at random).
    """

    def shortest(depth: int, start: Vector) -> ResidualNetwork:
        return shortest_network(case.metric, target, depth, case.kind, rng=rng, start=start)

    tried = [shortest(depths[0], logarithm[None]) for logarithm in logarithms]
    networks = [min(tried, key=lambda network: network.length)]
    for depth in depths[1:]:
        networks.append(shortest(depth, networks[-1].layers))
    return tuple(networks)


def random_target(
    metric: RightInvariantMetric, rng: np.random.Generator, norm: float = 1.0
) -> Matrix:
    """``exp(z) exp(y)``, y and z of one unpenalised norm: at 1 so far that costs and brackets matter.

    Of GL+ a small share has no real logarithm, and so no constant path; it is drawn again.

    Examples
    --------
    >>> rotation = random_target(CASES[2].metric, np.random.default_rng(0))
    >>> bool(np.allclose(rotation @ rotation.T, np.eye(3)))
    True
    """
    while True:
        velocities = rng.normal(size=(2, metric.dim))
        velocities *= norm / metric.relaxed(0.0).norm(velocities)[:, None]
        first, second = metric.exp(velocities)
        target = metric.compose(second, first)
        if len(log_branches(metric, target, 1)):
            return target


def measured(found: Sequence[Series]) -> Measured:
    """What the law is read from, one row a target."""
    lengths = np.array([series.lengths for series in found])
    distances = np.array([[series.distance] for series in found]) * np.ones_like(lengths)
    variations = np.array([series.networks[-1].variation for series in found])
    return Measured(found[0].depths, lengths, distances, variations)


def _readings(case: Case, found: list[Series], rng: np.random.Generator) -> Iterator[Reading]:
    where, depth = (case.side, case.definition), found[0].depths[-1]
    yield from law_readings(*where, measured(found), case.kind.order, rng)
    untrained = np.array([series.untrained_variation for series in found])
    yield variation_reading(*where, depth, untrained, rng, control=True)
    yield effect_reading(
        "log of |log U| over the length of the deepest network",
        *where,
        bca_interval([np.log(s.constant_length / s.lengths[-1]) for s in found], rng=rng),
        count=len(found),
        smallest_effect=LEAST_EXCESS,
    )


def _rows(case: Case, series: Series) -> Iterator[Row]:
    for depth, network, residual in zip(
        series.depths, series.networks, series.residuals, strict=True
    ):
        yield {
            "side": case.side,
            "group": case.group,
            "q": case.q,
            "layer": case.kind.name,
            "seed": series.seed,
            "layers": depth,
            "length": network.length,
            "distance": series.distance,
            "constant_length": series.constant_length,
            "residual": residual,
            "speed_cv": network.variation,
        }
