"""Solutions of the equation that are known in closed form, and what is shorter."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Vector
from qgeom.algebra.targets import target
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.connect import connect
from qgeom.geodesic.refine import RESIDUAL
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.readings.bounds import isoperimetric

# Half a turn on the Bloch sphere, the last point of the line before it comes back.
TURN = math.pi / 2
# The search for something shorter than the line of Toffoli, which needs no more.
BRANCHES, STARTS = 4, 2


@dataclass(frozen=True)
class Line:
    """A one-parameter group that solves the equation, beside the distance of its end.

    Attributes
    ----------
    length
        Of the line.
    shortest
        Distance of the end, or the length of the shortest geodesic found.
    force
        ``|ad*_x (I x)|`` over ``|I x|``: 0 exactly if the line is a solution.
    """

    length: float
    shortest: float
    force: float

    @property
    def excess(self) -> float:
        """How much longer the line is than it would have to be, as a share."""
        return self.length / self.shortest - 1.0


def berger_line(q: float) -> Line:
    """``exp(-i t Z)`` up to t = pi / 2, Z at cost q and X, Y at cost 1; the distance is exact.

    Examples
    --------
    >>> line = berger_line(4.0)
    >>> round(line.length / np.pi, 9), round((line.shortest / np.pi) ** 2, 9), line.force
    (1.0, 0.666666667, 0.0)
    """
    metric = PauliMetric(1, custom({"Z": q}))
    turn = np.array([0.0, 0.0, TURN])
    return _line(metric, turn, isoperimetric(metric, metric.exp(turn)))


def rotation_line(q: float) -> Line:
    """Half a turn of features 0 and 2 in SO(3), neighbours at cost 1 and this pair at cost q.

    SO(3) is SU(2) modulo phase: a rotation by phi is a turn by ``theta = phi / 2`` there, and
    ``2 phi^2 / 3 = (8 / 3) theta^2`` (trace over 3), so the exact distance is that of the qubit.

    Examples
    --------
    >>> round(rotation_line(4.0).excess - berger_line(4.0).excess, 12)
    0.0
    """
    metric = MatrixMetric("so", 3, band(1, q))
    return _line(metric, np.array([0.0, 2 * TURN, 0.0]), math.sqrt(8 / 3) * berger_line(q).shortest)


def toffoli_line(q: float, rng: np.random.Generator) -> Line:
    """The commuting line to the Toffoli gate, of length ``(pi / 8) sqrt(6 + q)``; a search beside it.

    Examples
    --------
    >>> line = toffoli_line(2.0, np.random.default_rng(0))
    >>> round((line.length * 8 / np.pi) ** 2, 9), round(line.excess, 9)
    (8.0, 0.0)
    """
    metric, gate = PauliMetric(3, nielsen(q)), target("toffoli")
    (logarithm,) = log_branches(metric, gate.matrix, 1)
    found = connect(metric, gate, rng=rng, branches=BRANCHES, starts=STARTS, keep=1)[0]
    shortest = float(found.length) if found.residual <= RESIDUAL else np.inf
    return _line(metric, logarithm, min(shortest, float(metric.norm(logarithm))))


def _line(metric: RightInvariantMetric, velocity: Vector, shortest: float) -> Line:
    momentum = metric.lower(velocity)
    force = np.linalg.norm(metric.coadjoint(velocity, momentum)) / np.linalg.norm(momentum)
    return Line(float(metric.norm(velocity)), shortest, float(force))
