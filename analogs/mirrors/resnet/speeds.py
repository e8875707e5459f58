"""Speeds along shot geodesics, of which residual networks are the steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from analogs.evidence.claim import Row
from analogs.mirrors.resnet.steps import variation
from qgeom.diffeo.kernels import Gaussian
from qgeom.diffeo.landmarks import Cometric, shoot_landmarks
from qgeom.geodesic.flow import shoot
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

GROUPS: tuple[tuple[str, str, RightInvariantMetric], ...] = (
    ("quantum", "SU(8), cost 16 beyond weight 2", PauliMetric(3, nielsen(16.0))),
    ("network", "GL+(3), cost 4 beyond neighbours", MatrixMetric("gl", 3, band(1, 4.0))),
)
LANDMARKS, KERNEL, COUNT = "4 landmarks", Gaussian(1.0), 4
LENGTH = 1.5
TIMES = np.linspace(0.0, 1.0, 33)


def speed_rows(rng: np.random.Generator) -> Iterator[Row]:
    """How much the speed varies along one random geodesic a space.

    On the groups it is the norm of the velocity ``I^-1 Ad* m``, on landmarks ``sqrt(p.K(q) p)``.
    """
    for side, space, metric in GROUPS:
        velocity = rng.normal(size=metric.dim) / np.sqrt(metric.inertia)
        along = shoot(metric, velocity * (LENGTH / metric.norm(velocity))).at(TIMES)
        speeds = metric.norm(along.velocities)
        yield {"side": side, "space": space, "variation": variation(speeds)}
    start = rng.normal(size=(COUNT, 2))
    direction = rng.normal(size=(COUNT, 2))
    momenta = Cometric.at(KERNEL, start).coframe() @ direction
    momenta *= LENGTH / np.linalg.norm(direction)
    path = shoot_landmarks(KERNEL, start, momenta, times=TIMES)
    speeds = np.sqrt(np.sum(path.momenta * path.velocities, axis=(-2, -1)))
    yield {"side": "template", "space": LANDMARKS, "variation": variation(speeds)}
