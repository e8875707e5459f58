"""EM1: the matchgate bridge.  Q7: where the curvature of Nielsen's metric is negative."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, exact_reading
from analogs.evidence.claim import Row
from analogs.mirrors.quantum.model import NORM_RATIO, Matchgates
from analogs.mirrors.shares import Family, negative_shares
from qgeom._typing import Real, Vector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.curvature import sectional_curvature

COST = 16.0
# (qubits, locality); on two qubits every string is 2-local, so that only 1-local costs say anything.
CASES_QUICK = ((2, 1), (3, 2))
CASES_FULL = (*CASES_QUICK, (4, 2))
# Planes a seed and case.
PLANES = 50
# Rounding of sums over at most 255 coordinates, relative to the largest number compared.
TOLERANCE = 1e-12

PAULI_PAIRS = "Pauli strings of weight <= 2 cost 1"
UNITARY_QUICK = (Family("quantum", "U(8)", PAULI_PAIRS, lambda q: PauliMetric(3, nielsen(q))),)
UNITARY_FULL = (
    *UNITARY_QUICK,
    Family("quantum", "U(16)", PAULI_PAIRS, lambda q: PauliMetric(4, nielsen(q))),
)


def negative_planes(setting: Setting) -> Evidence:
    """Q7: share of negative planes of the 2-local cliff metric, for every law of the planes."""
    return negative_shares(UNITARY_QUICK if setting.quick else UNITARY_FULL, setting)


def matchgate_bridge(setting: Setting) -> Evidence:
    """EM1: an orthogonal network with a band cost is Nielsen's geometry on a span of bilinears."""
    cases = CASES_QUICK if setting.quick else CASES_FULL
    generators = setting.generators()
    readings: list[Reading] = []
    rows: list[Row] = []
    for done, (n_qubits, locality) in enumerate(cases):
        setting.report(f"{n_qubits} qubits", done / len(cases))
        bridge = Matchgates(n_qubits, locality, COST)
        planes = np.concatenate([random_planes(bridge, rng) for rng in generators])
        x, y = planes[:, 0], planes[:, 1]
        quantum, network = circuit_curvature(bridge, x, y), frobenius_curvature(bridge.network, x, y)
        rows += _rows(len(rows), n_qubits, quantum, NORM_RATIO * network)
        readings += _identities(bridge, x, y)
        readings.append(_curvature_reading(bridge, quantum, network, "max |K_U - 8 K_F|", True))
        other = MatrixMetric("so", 2 * n_qubits, band(2 * locality - 1, COST))
        wrong, name = frobenius_curvature(other, x, y), "control, a band of features, not modes"
        readings.append(_curvature_reading(bridge, quantum, wrong, name, False))
    return Evidence(tuple(readings), {"planes": tuple(rows)})


def random_planes(bridge: Matchgates, rng: np.random.Generator) -> Vector:
    """Pairs of vectors of the network's algebra, uniform in its metric, (PLANES, 2, dim)."""
    network = bridge.network
    return rng.standard_normal((PLANES, 2, network.dim)) / np.sqrt(network.inertia)


def circuit_curvature(bridge: Matchgates, x: Vector, y: Vector) -> Real:
    """K of the images in SU(2^n), with the trace over 2^n."""
    return sectional_curvature(bridge.circuits, bridge.lift(x), bridge.lift(y))


def frobenius_curvature(network: MatrixMetric, x: Vector, y: Vector) -> Real:
    """K in SO(2n) with the Frobenius product as it is: K scales inversely to the metric."""
    return sectional_curvature(network, x, y) / network.size


def momentum_leak(bridge: Matchgates, velocity: Vector) -> Vector:
    """What ``ad*_x(A x)``, the change of momentum, has outside the span of the bilinears.

    Zero for every x of the span says that geodesics which start along it stay in its group.
    """
    circuits = bridge.circuits
    return bridge.normal(circuits.coadjoint(velocity, circuits.lower(velocity)))


def _identities(bridge: Matchgates, x: Vector, y: Vector) -> Iterator[Reading]:
    circuits, image = bridge.circuits, bridge.lift(x)
    norms = circuits.inner(image, image)
    bracket = circuits.bracket(image, bridge.lift(y))
    momentum = circuits.coadjoint(image, circuits.lower(image))
    for name, difference, scale in (
        ("max ||A|_U^2 - |A|_F^2 / 8|", norms - bridge.frobenius(x) / NORM_RATIO, norms),
        ("max |image of [A, B] - bracket of images|", bridge.lift(bridge.network.bracket(x, y)) - bracket, bracket),
        ("max part of ad*_x(A x) outside the span", momentum_leak(bridge, image), momentum),
    ):
        yield _identity(bridge, name, difference, scale, len(x), True)


def _curvature_reading(
    bridge: Matchgates, quantum: Real, network: Real, name: str, decisive: bool
) -> Reading:
    difference = quantum - NORM_RATIO * network
    return _identity(bridge, name, difference, quantum, len(quantum), decisive)


def _identity(
    bridge: Matchgates, name: str, difference: Real, scale: Real, count: int, decisive: bool
) -> Reading:
    error = float(np.abs(difference).max() / max(1.0, np.abs(scale).max()))
    return exact_reading(
        f"{name}, n = {bridge.n_qubits}, {bridge.locality}-local",
        "network",
        f"so(2n), band of modes, in su(2^n), q = {COST:g}; relative to the largest value",
        error,
        tolerance=TOLERANCE,
        count=count,
        decisive=decisive,
    )


def _rows(start: int, n_qubits: int, quantum: Real, network: Real) -> list[Row]:
    return [
        {
            "plane": start + plane,
            "n_qubits": n_qubits,
            "k_quantum": of_circuits,
            "k_network": of_layers,
            "difference": of_circuits - of_layers,
        }
        for plane, (of_circuits, of_layers) in enumerate(
            zip(quantum.tolist(), network.tolist(), strict=True)
        )
    ]
