"""L3: how much of the motion of a constant generator is non-local, beside that of a geodesic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import scipy.stats

from analogs.evidence import Evidence, Reading, Setting, Trial, effect_reading
from analogs.evidence.claim import Row, Scalar
from analogs.evidence.rows import numbers, of_seeds
from analogs.evidence.statistics import bca_interval
from qgeom._typing import Matrix, Real, Vector
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.connect import connect
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

# Fixed beforehand.
LEAST_DIFFERENCE = 0.1
COST = 16.0
GROUPS: tuple[tuple[str, str, RightInvariantMetric], ...] = (
    ("quantum", "SU(8), local: weight 2 at most", PauliMetric(3, nielsen(COST))),
    ("network", "SO(6), local: neighbours", MatrixMetric("so", 6, band(1, COST))),
)
TARGETS = 2
# Effort of the search, logarithms to choose from, and times along the geodesic.
BRANCHES, STARTS = 6, 2
LOGARITHMS = 16
TIMES = np.linspace(0.0, 1.0, 33)
SHORTEST = "{}, the shortest logarithm"
CHEAPEST = "{}, the logarithm of least length at cost 16"
NOTE = (
    "On these groups the shortest curve at cost 1 is the constant generator of the first definition: "
    "there the difference is made by the costs, and not by the repetition of a layer. In the second "
    "both are chosen for the same costs."
)


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Random targets on both groups."""
    rng = trial.generator()
    rows: list[Row] = []
    for side, group, metric in GROUPS:
        for number in range(TARGETS):
            trial.report(group, len(rows) / (len(GROUPS) * TARGETS))
            target = random_element(metric, rng)
            row: dict[str, Scalar] = {"side": side, "group": group, "target": number}
            rows.append(row | shares(metric, target, rng))
    return {"shares": rows}


def random_element(metric: RightInvariantMetric, rng: np.random.Generator) -> Matrix:
    """A unitary or a rotation of the Haar law."""
    law = (
        scipy.stats.unitary_group
        if metric.dtype is np.complex128
        else scipy.stats.special_ortho_group
    )
    element: Matrix = law(metric.size, seed=rng).rvs()
    return element


def shares(
    metric: RightInvariantMetric, target: Matrix, rng: np.random.Generator
) -> dict[str, Scalar]:
    """Non-local share of the energy, of two constant generators and of the shortest geodesic found."""
    logs = log_branches(metric, target, LOGARITHMS)
    cheapest = logs[metric.norm(logs).argmin()]
    found = connect(metric, target, rng=rng, branches=BRANCHES, starts=STARTS, throw=True)[0]
    along = found.at(TIMES).velocities
    return {
        "shortest": float(nonlocal_share(metric, logs[0])),
        "cheapest": float(nonlocal_share(metric, cheapest)),
        # Both parts are integrals over time: the share of the sums, not the mean of the shares.
        "geodesic": float(nonlocal_share(metric, along)),
        "shortest_length": float(metric.norm(logs[0])),
        "cheapest_length": float(metric.norm(cheapest)),
        "geodesic_length": float(found.length),
    }


def nonlocal_share(metric: RightInvariantMetric, velocities: Vector) -> Real:
    """``int |Q(u)|^2 dt / int |u|^2 dt`` of velocities (..., dim), in the unpenalised norm.

    Examples
    --------
    On the rotations of three axes the pair (1, 3) is not one of neighbours.

    >>> metric = MatrixMetric("so", 3, band(1, 16.0))
    >>> float(nonlocal_share(metric, np.array([3.0, 4.0, 0.0])))  # pairs (1,2), (1,3), (2,3)
    0.64
    """
    flat = metric.relaxed(0.0).inertia
    energy = (flat * velocities**2).reshape(-1, metric.dim).sum(axis=0)
    penalised = metric.inertia > flat
    return energy[penalised].sum() / energy.sum()


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Differences of the shares, a group and a definition at a time."""
    rng = setting.resampling_generator()
    readings: list[Reading] = []
    for side, group, _ in GROUPS:
        own = [row for row in tables["shares"] if row["group"] == group]
        readings += _readings(side, group, own, rng)
    return Evidence(tuple(readings), tables, note=NOTE)


def _readings(
    side: str, group: str, rows: Sequence[Row], rng: np.random.Generator
) -> Iterator[Reading]:
    for kind, definition in (("shortest", SHORTEST), ("cheapest", CHEAPEST)):
        differences = (of_seeds(rows, kind) - of_seeds(rows, "geodesic")).mean(axis=1)
        yield effect_reading(
            f"non-local share of the energy, constant generator minus geodesic "
            f"({numbers(rows, kind).mean():.2f} and {numbers(rows, 'geodesic').mean():.2f})",
            side,
            definition.format(group),
            bca_interval(differences, rng=rng),
            count=len(differences),
            smallest_effect=LEAST_DIFFERENCE,
        )
