"""What is measured: metrics on three sides, each with one knob that bends them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Trial
from analogs.evidence.claim import Row
from analogs.mirrors.shooting.groups import group_problems
from analogs.mirrors.shooting.landmarks import landmark_problems
from analogs.mirrors.shooting.problems import Problems
from qgeom._typing import Real
from qgeom.diffeo.kernels import Matern
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen

# At q = 1 the start is the solution.
COSTS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
# In units of the side of the square of landmarks.
WIDTHS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
# Problems a seed and value of the knob, of lengths uniform in a range.
PROBLEMS = 7
LENGTHS_GROUP = (0.4, 2.0)
LENGTHS_LANDMARKS = (0.5, 3.0)

# What is measured on the problems of one value of the knob: name -> (B,).
Measure = Callable[[Problems, np.random.Generator], dict[str, np.ndarray]]


@dataclass(frozen=True)
class Family:
    """Problems that differ in length, direction and the value of a knob.

    Attributes
    ----------
    side, group
        Where the family lives.
    metric
        Metric and knob in words.
    knobs
        Values of the cost q, or of the width of the kernel.
    lengths
        Least and largest length of the path to the target.
    draw
        Knob, lengths (B,) and generator -> problems.
    bends
        False where K >= 0 for every value of the knob: no geodesic is unstable.
    """

    side: str
    group: str
    metric: str
    knobs: tuple[float, ...]
    lengths: tuple[float, float]
    draw: Callable[[float, Real, np.random.Generator], Problems]
    bends: bool = True

    @property
    def definition(self) -> str:
        """Group, metric and lengths in words."""
        low, high = self.lengths
        return f"{self.group}, {self.metric}, path of length {low:g} to {high:g}"


def _group(
    side: str,
    group: str,
    metric: str,
    family: Callable[[float], RightInvariantMetric],
    *,
    bends: bool = True,
) -> Family:
    def draw(q: float, length: Real, rng: np.random.Generator) -> Problems:
        return group_problems(family(q), length, rng)

    return Family(side, group, metric, COSTS, LENGTHS_GROUP, draw, bends)


def _unitary(n_qubits: int, locality: int, *, bends: bool = True) -> Family:
    metric = f"Pauli strings beyond weight {locality} cost q, tr/2^n"
    group = f"SU({2**n_qubits})"
    return _group(
        "quantum", group, metric, lambda q: PauliMetric(n_qubits, nielsen(q, locality)), bends=bends
    )


def _layers(algebra: str, features: int) -> Family:
    metric = "entries beyond the neighbours cost q, tr/N"
    group = f"{algebra.upper()}({features})"
    return _group("network", group, metric, lambda q: MatrixMetric(algebra, features, band(1, q)))


def _landmarks() -> Family:
    def draw(width: float, length: Real, rng: np.random.Generator) -> Problems:
        return landmark_problems(Matern(width, order=3), length, rng)

    metric = "shaken unit square, Matern kernel of order 3 and width s, k(0) = 1"
    return Family("template", "4 landmarks", metric, WIDTHS, LENGTHS_LANDMARKS, draw)


FAMILIES = (
    _unitary(2, 1, bends=False),
    _unitary(3, 2),
    _layers("so", 6),
    _layers("so", 8),
    _layers("gl", 4),
    _landmarks(),
)


def measure(families: Sequence[Family], trial: Trial, measured: Measure) -> list[Row]:
    """Return one row a problem: knob, length, mean K and growth on its path, and what is measured."""
    rows: list[Row] = []
    rng = trial.generator()
    cells = [(family, knob) for family in families for knob in family.knobs]
    for done, (family, knob) in enumerate(cells):
        trial.report(f"{family.group}, {knob:g}", done / len(cells))
        problems = family.draw(knob, rng.uniform(*family.lengths, size=PROBLEMS), rng)
        found = measured(problems, rng)
        rows += [
            {
                "side": family.side,
                "group": family.group,
                "knob": knob,
                "length": problems.length[i],
                "curvature": problems.curvature[i],
                "growth": problems.growth[i],
                **{name: values[i] for name, values in found.items()},
            }
            for i in range(PROBLEMS)
        ]
    return rows
