"""The distance of a circuit, and of the same circuit on permuted qubits."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from qgeom._typing import Matrix
from qgeom.geodesic.connect import connect
from qgeom.geodesic.flow import shoot
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.metric.schedules import chain
from qgeom.readings.bounds import lower_bounds

QUBITS, COST = 3, 16.0
BY_WEIGHT = PauliMetric(QUBITS, nielsen(COST))
BY_CHAIN = PauliMetric(QUBITS, chain(COST))
# Orders that move neighbours apart: neither the identity nor the reversal of the chain.
ORDERS = tuple(
    order for order in permutations(range(QUBITS)) if order not in ((0, 1, 2), (2, 1, 0))
)
# Of the random velocities: short enough that exp(-iH) has no shorter logarithm.
LENGTH = 0.8
# Logarithms and random paths that the search starts from.
BRANCHES, STARTS = 2, 2


@dataclass(frozen=True)
class Moved:
    """What a permutation of the qubits does to lengths.

    Attributes
    ----------
    weight_error
        Under locality by weight: largest difference between a geodesic whose velocity was permuted and
        the permuted geodesic, in its end and in its length.
    distance
        Under locality on the chain: of a circuit of neighbours, exact.
    lower, upper
        Bracket of the distance of the same circuit on permuted qubits.
    """

    weight_error: float
    distance: float
    lower: float
    upper: float


def swap_matrix(order: tuple[int, ...]) -> NDArray[np.complex128]:
    """Return the unitary that moves qubit `order[i]` to place i, qubit 0 the lowest bit.

    Examples
    --------
    >>> np.flatnonzero(swap_matrix((1, 0))[1]).tolist()  # |01> comes from |10>
    [2]
    """
    states = np.arange(1 << len(order))
    image = sum(((states >> source) & 1) << place for place, source in enumerate(order))
    matrix = np.zeros((len(states), len(states)), dtype=np.complex128)
    matrix[image, states] = 1.0
    return matrix


def moved(rng: np.random.Generator) -> Moved:
    """Draw a permutation, a geodesic for locality by weight, and a circuit for that on the chain."""
    swap = swap_matrix(ORDERS[rng.integers(len(ORDERS))])
    cheap = BY_CHAIN.inertia == 1.0
    velocity = _unit(rng.normal(size=BY_CHAIN.dim) * cheap)
    circuit = BY_CHAIN.exp(velocity)
    permuted = swap @ circuit @ swap.T
    found = connect(BY_CHAIN, permuted, rng=rng, branches=BRANCHES, starts=STARTS, throw=True)
    return Moved(
        weight_error=isometry_error(BY_WEIGHT, swap, _unit(rng.normal(size=BY_WEIGHT.dim))),
        # Free of dear strings and on the principal branch: the line is shortest at any cost.
        distance=float(BY_CHAIN.norm(velocity)),
        lower=max(lower_bounds(BY_CHAIN, permuted).values()),
        upper=float(found[0].length),
    )


def isometry_error(metric: PauliMetric, swap: Matrix, velocity: NDArray[np.float64]) -> float:
    """Return how much conjugation by `swap` fails to map the geodesic of `velocity` to a geodesic.

    The larger of the differences in length and in the end point; 0 for an isometry, which leaves all
    distances as they are.

    Examples
    --------
    >>> swap, x = swap_matrix((1, 0, 2)), np.linspace(0.0, 0.2, 63)
    >>> isometry_error(BY_WEIGHT, swap, x) < 1e-9 < 1e-3 < isometry_error(BY_CHAIN, swap, x)
    True
    """
    there = metric.vee(swap @ metric.hat(velocity) @ swap.T)
    length = abs(float(metric.norm(there)) - float(metric.norm(velocity)))
    end = swap @ shoot(metric, velocity).endpoint @ swap.T
    return max(length, float(np.abs(shoot(metric, there).endpoint - end).max()))


def _unit(direction: NDArray[np.float64]) -> NDArray[np.float64]:
    return LENGTH * direction / np.linalg.norm(direction)
