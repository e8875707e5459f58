"""A2: the share of planes with K < 0 of the Fisher metric, for networks and for known families."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np

from analogs.evidence import Evidence, Interval, Reading, Setting, exact_reading, share_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import wilson_interval
from analogs.mirrors.fisher_rao.curvature import Curvatures, Surface, sectional_curvature, surface
from analogs.mirrors.fisher_rao.model import FAMILIES, NETWORKS, Family, Network
from analogs.mirrors.shares import sign_columns
from qgeom._typing import Real

# "Almost everywhere" of the papers, fixed beforehand (CLAIMS.md 1.1, Q7).
ALMOST_EVERYWHERE = 0.95
# Of the known curvatures.
TOLERANCE = 1e-10
# Inputs of a network, and points with a plane of each law, a seed.
INPUTS = 16
PLANES = 1000
# Beside the seed, so that no run before this one has drawn the same numbers.
ENTROPY = 20261122
ONE_PLANE = "one at each point"


def metric_planes(rng: np.random.Generator, at: Surface) -> Real:
    """Planes uniform in the metric at each point, (B, 2, P)."""
    normal = rng.standard_normal((len(at.frame), at.frame.shape[1], 2))
    return np.swapaxes(np.linalg.solve(at.frame, normal), 1, 2)


def parameter_planes(rng: np.random.Generator, at: Surface) -> Real:
    """Planes of two normal vectors in the parameters, whatever the metric."""
    return rng.standard_normal((len(at.slopes), 2, at.slopes.shape[2]))


def coordinate_planes(rng: np.random.Generator, at: Surface) -> Real:
    """Planes of two parameters."""
    count, _, size = at.slopes.shape
    pairs = rng.permuted(np.tile(np.arange(size), (count, 1)), axis=1)[:, :2]
    return np.eye(size)[pairs]


LAWS: dict[str, Callable[[np.random.Generator, Surface], Real]] = {
    "uniform in the metric": metric_planes,
    "uniform in the parameters": parameter_planes,
    "spanned by two parameters": coordinate_planes,
}


def fisher_signs(setting: Setting) -> Evidence:
    """Check the families of known curvature, and count planes with K < 0 of networks by law."""
    generators = tuple(np.random.default_rng((ENTROPY, seed)) for seed in setting.seeds)
    setting.report("families of known curvature", 0.0)
    readings: list[Reading] = []
    rows: list[Row] = []
    for family in FAMILIES:
        found, errors = known_curvatures(family, generators)
        readings += _known_readings(family.name, found, errors)
        rows.append(_row("known family", family.name, family.parameters, "", found))
    for done, network in enumerate(NETWORKS):
        setting.report(network.name, (1 + done) / (1 + len(NETWORKS)))
        for law, found in network_curvatures(network, generators).items():
            share = sign_share(found)
            readings.append(_share_reading(network, law, share, len(found.values)))
            rows.append(_row("network", network.name, network.parameters, law, found))
    return Evidence(tuple(readings), {"signs": tuple(rows)})


def known_curvatures(
    family: Family, generators: Sequence[np.random.Generator]
) -> tuple[Curvatures, Real]:
    """K at normal parameters, of planes of two normal vectors, and its error."""
    found, errors = [], []
    for rng in generators:
        theta = rng.standard_normal((PLANES, family.parameters))
        planes = np.zeros((PLANES, 2, family.parameters))
        for vector, reach in enumerate(family.reach):
            planes[:, vector, reach] = rng.standard_normal(planes[:, vector, reach].shape)
        found.append(sectional_curvature(surface(family.embedding, theta, theta), planes))
        errors.append(np.abs(found[-1].values - family.curvature(theta, planes)))
    return _joined(found), np.concatenate(errors)


def network_curvatures(
    network: Network, generators: Sequence[np.random.Generator]
) -> dict[str, Curvatures]:
    """K by the law of the plane: normal inputs and parameters, new for each plane.

    With two parameters every point has one plane, and all laws are the same.
    """
    points = []
    for rng in generators:
        theta = rng.standard_normal((PLANES, network.parameters))
        inputs = rng.standard_normal((PLANES, INPUTS, network.widths[0]))
        points.append(surface(network.arcs, theta, inputs))
    laws = LAWS if network.parameters > 2 else {ONE_PLANE: metric_planes}
    return {
        name: _joined(
            sectional_curvature(at, law(rng, at))
            for rng, at in zip(generators, points, strict=True)
        )
        for name, law in laws.items()
    }


def sign_share(found: Curvatures) -> Interval:
    """Share of planes with K < 0; the upper end of its interval counts flat planes as well.

    Examples
    --------
    >>> share = sign_share(Curvatures(np.array([-2.0, 2.0, 0.1, -0.1]), np.ones(4)))
    >>> [round(end, 3) for end in share]  # Wilson's ends of 1 of 4 and of 3 of 4
    [0.25, 0.046, 0.954]
    """
    count, negative = len(found.values), int(np.count_nonzero(found.negative))
    share = wilson_interval(negative, count)
    most = wilson_interval(negative + int(np.count_nonzero(found.flat)), count)
    return Interval(share.estimate, share.low, most.high)


def _joined(parts: Iterable[Curvatures]) -> Curvatures:
    values, bounds = zip(*((part.values, part.bound) for part in parts), strict=True)
    return Curvatures(np.concatenate(values), np.concatenate(bounds))


def _known_readings(name: str, found: Curvatures, errors: Real) -> Iterator[Reading]:
    """Controls: the families answer no question about networks."""
    worst = {"|K - known|": errors, "|K - known| / bound": errors / found.bound}
    for (what, values), tolerance in zip(worst.items(), (TOLERANCE, 1.0), strict=True):
        yield exact_reading(
            f"max {what}",
            "network",
            f"known family: {name}",
            float(values.max()),
            tolerance=tolerance,
            count=len(values),
            decisive=False,
        )


def _share_reading(network: Network, law: str, share: Interval, count: int) -> Reading:
    return share_reading(
        "share of planes with K < 0",
        "network",
        f"{network.name} ({network.parameters} parameters), Fisher metric, planes {law}",
        share,
        count=count,
        threshold=ALMOST_EVERYWHERE,
    )


def _row(kind: str, name: str, parameters: int, law: str, found: Curvatures) -> Row:
    share = sign_share(found)
    return {
        "kind": kind,
        "model": name,
        "parameters": parameters,
        "planes": law or None,
        **sign_columns(found.values, share),
        "flat": float(np.mean(found.flat)),
        "positive": float(np.mean(found.positive)),
    }
