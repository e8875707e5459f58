"""The same roughness on three qubits: a geodesic in steps, and a row of random gates."""

from __future__ import annotations

import numpy as np

from analogs.evidence.claim import Row
from analogs.mirrors.smoothness.proxies import COST, plane_curvatures, total_variation
from qgeom.geodesic.flow import shoot
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen

QUBITS, STEPS = 3, 6
# Speed of the geodesic over a time of 1.
SPEED = 2.0


def gate_and_geodesic(rng: np.random.Generator) -> Row:
    """Total variation of K(H_l, H_(l+1)), for gates exp(-i H_l) and for a geodesic at STEPS times.

    Each gate is a random combination of the Pauli strings on two random qubits.
    """
    metric = PauliMetric(QUBITS, nielsen(COST))
    labels = metric.strings.labels
    gates = []
    for _ in range(STEPS):
        pair = set(rng.choice(QUBITS, size=2, replace=False).tolist())
        inside = [all(letter == "I" or place in pair for place, letter in enumerate(label))
                  for label in labels]  # fmt: skip
        gates.append(np.where(inside, rng.standard_normal(metric.dim), 0.0))
    start = rng.standard_normal(metric.dim)
    geodesic = shoot(metric, SPEED * start / metric.norm(start))
    velocities = geodesic.at((np.arange(STEPS) + 0.5) / STEPS).velocities
    return {
        "gates": total_variation(plane_curvatures(metric, np.array(gates))),
        "geodesic": total_variation(plane_curvatures(metric, velocities)),
    }
