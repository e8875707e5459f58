"""EM1: an orthogonal network with a band cost is Nielsen's geometry on a span of bilinears."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, exact_reading
from analogs.evidence.claim import Row
from analogs.mirrors.quantum.model import NORM_RATIO, Matchgates
from qgeom._typing import Real, Vector
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import band
from qgeom.readings.curvature import sectional_curvature

COST = 16.0
# (qubits, locality); on two qubits every string is 2-local, so there only 1-local costs bend.
CASES_QUICK = ((2, 1), (3, 2))
CASES_FULL = (*CASES_QUICK, (4, 2))
# Planes a seed and case.
PLANES = 50
# Rounding of sums over at most 255 coordinates, relative to the largest number compared.
TOLERANCE = 1e-12


def matchgate_bridge(setting: Setting) -> Evidence:
    """Compare norms, brackets, momenta and sectional curvatures on both sides of the bridge.

    The control replaces the band of modes by a band of features, which must not fit.
    """
    cases = CASES_QUICK if setting.quick else CASES_FULL
    generators = setting.generators()
    readings: list[Reading] = []
    rows: list[Row] = []
    for done, (n_qubits, locality) in enumerate(cases):
        setting.report(f"{n_qubits} qubits", done / len(cases))
        bridge = Matchgates(n_qubits, locality, COST)
        planes = np.concatenate([random_planes(bridge, rng) for rng in generators])
        x, y = planes[:, 0], planes[:, 1]
        quantum = circuit_curvature(bridge, x, y)
        network = NORM_RATIO * frobenius_curvature(bridge.network, x, y)
        features = MatrixMetric("so", 2 * n_qubits, band(2 * locality - 1, COST))
        wrong = NORM_RATIO * frobenius_curvature(features, x, y)
        control = "control with a band of features: max |K_U - 8 K_F|"
        readings += [
            *_algebra_readings(bridge, x, y),
            _identity(bridge, "max |K_U - 8 K_F|", quantum - network, quantum),
            _identity(bridge, control, quantum - wrong, quantum, decisive=False),
        ]
        rows += _rows(len(rows), n_qubits, quantum, network)
    return Evidence(tuple(readings), {"planes": tuple(rows)})


def random_planes(bridge: Matchgates, rng: np.random.Generator) -> Vector:
    """Pairs of vectors of so(2n), uniform in the network's metric, (PLANES, 2, dim)."""
    network = bridge.network
    return rng.standard_normal((PLANES, 2, network.dim)) / np.sqrt(network.inertia)


def circuit_curvature(bridge: Matchgates, x: Vector, y: Vector) -> Real:
    """K of the images in SU(2^n), with the trace over 2^n."""
    return sectional_curvature(bridge.circuits, bridge.lift(x), bridge.lift(y))


def frobenius_curvature(network: MatrixMetric, x: Vector, y: Vector) -> Real:
    """K in SO(2n) with the Frobenius product as it is: K scales inversely to the metric."""
    return sectional_curvature(network, x, y) / network.size


def momentum_leak(bridge: Matchgates, velocity: Vector) -> Vector:
    """Part of ``ad*_x(A x)``, the change of momentum, outside the span of the bilinears.

    If it vanishes for all x of the span, then geodesics that start along the span stay in its
    group, which is totally geodesic.
    """
    circuits = bridge.circuits
    return bridge.normal(circuits.coadjoint(velocity, circuits.lower(velocity)))


def _algebra_readings(bridge: Matchgates, x: Vector, y: Vector) -> Iterator[Reading]:
    circuits, network, image = bridge.circuits, bridge.network, bridge.lift(x)
    norms = circuits.inner(image, image)
    brackets = circuits.bracket(image, bridge.lift(y))
    wrong_norms = norms - bridge.frobenius(x) / NORM_RATIO
    yield _identity(bridge, "max ||A|_U^2 - |A|_F^2 / 8|", wrong_norms, norms)
    wrong_brackets = brackets - bridge.lift(network.bracket(x, y))
    yield _identity(bridge, "max |[A, B]_U - image of [A, B]|", wrong_brackets, brackets)
    momentum, leak = circuits.lower(image), momentum_leak(bridge, image)
    yield _identity(bridge, "max part of ad*_x(A x) outside the span", leak, momentum)


def _identity(
    bridge: Matchgates, name: str, difference: Real, scale: Real, *, decisive: bool = True
) -> Reading:
    return exact_reading(
        f"{name}, n = {bridge.n_qubits}, {bridge.locality}-local",
        "network",
        f"so(2n) in su(2^n), cost of modes, q = {COST:g}, tr/2^n; error over the largest value",
        float(np.abs(difference).max() / np.abs(scale).max()),
        tolerance=TOLERANCE,
        count=len(difference),
        decisive=decisive,
    )


def _rows(start: int, n_qubits: int, quantum: Real, network: Real) -> Iterator[Row]:
    for plane, (k_quantum, k_network) in enumerate(zip(quantum, network, strict=True)):
        yield {
            "plane": start + plane,
            "n_qubits": n_qubits,
            "k_quantum": k_quantum,
            "k_network": k_network,
            "difference": k_quantum - k_network,
        }
