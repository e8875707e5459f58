"""The distance of one transformation in a group and in a larger one that holds it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.linalg
import scipy.stats

from qgeom._typing import Matrix, Vector
from qgeom.algebra.targets import target
from qgeom.geodesic.connect import connect
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.refine import RESIDUAL
from qgeom.geodesic.relaxation import reach, relax, smooth_noise
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from qgeom.readings.bounds import lower_bounds

COST = 16.0
# Logarithms and random paths that both searches start from; the small group gets more.
BRANCHES_SMALL, STARTS_SMALL = 8, 4
BRANCHES, STARTS = 2, 2
# Copies of the embedded geodesic that are shaken and relaxed in the large group: it may be a saddle
# there.  Pieces of each, and the speed of the noise over that of the geodesic.
COPIES, PIECES, NOISE = 4, 20, 0.3
# Share of the speed outside the small group below which a geodesic of the large one lies inside it.
INSIDE = 1e-6


@dataclass(frozen=True)
class Pair:
    """A group inside a larger one, with metrics of one cost law.

    Attributes
    ----------
    side, name
        Where it lives.
    small, large
        The metrics.
    lift, lift_algebra
        Matrices of the small group, or of its algebra, in the large one.
    typical
        A random element of the small group.
    named
        Gates that are shown beside the random ones.
    quick
        Whether a quick run has it.
    """

    side: str
    name: str
    small: RightInvariantMetric
    large: RightInvariantMetric
    lift: Callable[[Matrix], Matrix]
    lift_algebra: Callable[[Matrix], Matrix]
    typical: Callable[[np.random.Generator], Matrix]
    named: tuple[str, ...] = ()
    quick: bool = True

    @property
    def unit(self) -> float:
        """Length of an element of the small algebra over its length in the large one."""
        ones = np.ones(self.small.dim)
        return float(self.small.norm(ones) / self.large.norm(self.embed(ones)))

    def embed(self, x: Vector) -> Vector:
        """Coordinates (..., dim) in the large algebra."""
        return self.large.vee(self.lift_algebra(self.small.hat(x)))


@dataclass(frozen=True)
class Compared:
    """Distances of one element in both groups, in the unit of the small one.

    Attributes
    ----------
    small, large
        Lengths of the shortest geodesics found.
    lower
        Certified lower bound of the distance in the large group.
    """

    small: float
    large: float
    lower: float

    @property
    def gain(self) -> float:
        """``log(large / small)``: negative if the larger group is shorter."""
        return math.log(self.large / self.small)


def compare(pair: Pair, element: Matrix, rng: np.random.Generator) -> Compared:
    """Search in the small group, and in the large one from what was found in the small one.

    Examples
    --------
    >>> found = compare(PAIRS[0], target("x").matrix, np.random.default_rng(0))
    >>> round(found.small * 2 / np.pi, 9), round(abs(found.gain), 9), round(found.lower * 2 / np.pi, 9)
    (1.0, 0.0, 1.0)
    """
    inner = connect(
        pair.small,
        element,
        rng=rng,
        branches=BRANCHES_SMALL,
        starts=STARTS_SMALL,
        lower=max(lower_bounds(pair.small, element).values()),
        throw=True,
    )
    lifted = pair.lift(element)
    lower = max(lower_bounds(pair.large, lifted).values())
    outer = connect(
        pair.large,
        lifted,
        rng=rng,
        branches=BRANCHES,
        starts=STARTS,
        lower=lower,
        guess=_guesses(pair, inner[0], lifted, rng),
        throw=True,
    )
    lengths = [pair.unit * float(geodesic.length) for geodesic in outer]
    # One that stays in the small group is a geodesic of it, which its own search has missed.
    within = [x for x, g in zip(lengths, outer, strict=True) if _inside(pair, g)]
    small = min([float(inner[0].length), *within])
    return Compared(small, min(lengths), pair.unit * lower)


def _guesses(pair: Pair, geodesic: Geodesic, lifted: Matrix, rng: np.random.Generator) -> Vector:
    """The embedded geodesic, and what shaken copies of it relax to in the large group."""
    times = (np.arange(PIECES) + 0.5) / PIECES
    path = pair.embed(geodesic.at(times).velocities)
    speed = float(pair.large.norm(path[0]))
    noise = smooth_noise(pair.large, COPIES, PIECES, rng)
    relaxed = relax(pair.large, reach(pair.large, lifted), path + NOISE * speed * noise)
    bent = pair.large.raise_(relaxed.momentum)
    return np.concatenate([pair.embed(geodesic.velocity)[None], bent])


def _inside(pair: Pair, geodesic: Geodesic) -> bool:
    held = pair.embed(np.ones(pair.small.dim)) != 0
    outside = pair.large.norm(np.where(held, 0.0, geodesic.velocity))
    return bool(geodesic.residual <= RESIDUAL and outside <= INSIDE * geodesic.length)


def _beside_ancilla(matrix: Matrix) -> Matrix:
    """``U (x) 1`` for matrices (..., N, N)."""
    return np.kron(matrix, np.eye(2))


def _qubits(n_qubits: int, locality: int, named: tuple[str, ...]) -> Pair:
    cost = nielsen(COST, locality)
    return Pair(
        "quantum",
        f"SU({2**n_qubits}) in SU({2 ** (n_qubits + 1)}), cost {COST:g} beyond weight {locality}",
        PauliMetric(n_qubits, cost),
        PauliMetric(n_qubits + 1, cost),
        _beside_ancilla,
        _beside_ancilla,
        lambda rng: target("haar", n_qubits, rng=rng).matrix,
        named,
    )


def _features(features: int, *, quick: bool = True) -> Pair:
    def pad(matrix: Matrix) -> Matrix:
        width = [(0, 0)] * (matrix.ndim - 2) + [(0, 1), (0, 1)]
        return np.pad(matrix, width)

    return Pair(
        "network",
        f"SO({features}) in SO({features + 1}), cost {COST:g} beyond neighbours",
        MatrixMetric("so", features, band(1, COST)),
        MatrixMetric("so", features + 1, band(1, COST)),
        lambda matrix: scipy.linalg.block_diag(matrix, 1.0),
        pad,
        lambda rng: scipy.stats.special_ortho_group.rvs(features, random_state=rng),
        quick=quick,
    )


PAIRS = (
    _qubits(1, 1, ("x", "h", "t")),
    _qubits(2, 1, ("cnot", "swap", "iswap", "sqrtswap", "b")),
    _qubits(2, 2, ("cnot", "swap")),
    _features(3),
    _features(4, quick=False),
)
