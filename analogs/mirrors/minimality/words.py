"""Products of local steps: circuits, orthogonal layers and moves of landmarks, with their lengths.

The length of a step is known without the metric: of a gate ``exp(-i H)`` on one or two qubits it is
the standard deviation of the eigenvalues of H, of a rotation by phi in SO(d) ``|phi| sqrt(2 / d)``, and
of a move of landmarks the norm that its momentum was drawn with.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analogs.mirrors.minimality.shots import KERNEL, TOLERANCE, landmark_momenta, landmark_starts
from qgeom._linalg import expm_hermitian
from qgeom._typing import Complex, Matrix
from qgeom.diffeo.landmark_bounds import landmark_distance_bound
from qgeom.diffeo.landmark_matching import match_landmarks
from qgeom.diffeo.landmarks import shoot_landmarks
from qgeom.geodesic.connect import connect
from qgeom.geodesic.refine import RESIDUAL
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.readings.bounds import lower_bounds

# Logarithms that the search starts from.
BRANCHES = 4
# Length of a move of landmarks, in widths of the kernel.
MOVE = 0.8

# A step of a product and its length.
Step = tuple[Matrix, float]


@dataclass(frozen=True)
class Word:
    """A product of steps.

    Attributes
    ----------
    steps
        Their number.
    total
        Sum of their lengths.
    lower
        Certified lower bound of the distance of the product.
    found
        Length of the shortest geodesic found; NaN without a search, or if it finds none.
    """

    steps: int
    total: float
    lower: float
    found: float


def group_word(
    metric: RightInvariantMetric, steps: Sequence[Step], rng: np.random.Generator, *, search: bool
) -> Word:
    """Measure the product of steps, the first one first."""
    product, total = metric.identity, 0.0
    for element, length in steps:
        product, total = metric.compose(element, product), total + length
    found = math.nan
    if search:
        best = connect(metric, product, rng=rng, branches=BRANCHES, starts=0, keep=1)[0]
        found = float(best.length) if best.residual <= RESIDUAL else math.nan
    return Word(len(steps), total, max(lower_bounds(metric, product).values()), found)


def random_gates(n_qubits: int, count: int, rng: np.random.Generator) -> Iterator[Step]:
    """Gates on one or two random qubits; the phases of each spread over at most pi.

    Then no other logarithm is shorter, so that the length is the distance of the gate alone.

    Examples
    --------
    >>> ((gate, length),) = random_gates(3, 1, np.random.default_rng(0))
    >>> gate.shape, bool(0 < length <= np.pi / 2)
    ((8, 8), True)
    """
    for _ in range(count):
        size = int(rng.integers(1, 3))
        qubits = rng.choice(n_qubits, size=size, replace=False).tolist()
        normal = rng.normal(size=(2, 2**size, 2**size))
        hermitian = normal[0] + normal[0].T + 1j * (normal[1] - normal[1].T)
        levels = np.linalg.eigvalsh(hermitian)
        scale = rng.uniform(0.0, np.pi) / np.ptp(levels)
        gate = expm_hermitian(scale * hermitian)
        yield on_qubits(gate, qubits, n_qubits), float(scale * levels.std())


def on_qubits(gate: Complex, qubits: Sequence[int], n_qubits: int) -> Complex:
    """The gate on given qubits among n, identity on the others; qubit 0 is the last bit.

    Examples
    --------
    >>> flip = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> on_qubits(flip, [1], 2)[0].real.tolist()  # |00> -> |10>
    [0.0, 0.0, 1.0, 0.0]
    """
    others = [qubit for qubit in range(n_qubits) if qubit not in qubits]
    whole = np.kron(gate, np.eye(2 ** len(others))).reshape(2 * n_qubits * (2,))
    # Axis k of the product belongs to this qubit; axis k of the result to qubit n - 1 - k.
    held = [*reversed(qubits), *reversed(others)]
    order = [held.index(n_qubits - 1 - axis) for axis in range(n_qubits)]
    moved = whole.transpose([*order, *(n_qubits + axis for axis in order)])
    return moved.reshape(2**n_qubits, 2**n_qubits).astype(np.complex128)


def random_rotations(features: int, count: int, rng: np.random.Generator) -> Iterator[Step]:
    """Rotations of random neighbours by angles uniform in (-pi, pi).

    Examples
    --------
    >>> ((rotation, length),) = random_rotations(4, 1, np.random.default_rng(0))
    >>> bool(np.isclose(np.arccos(rotation.trace() / 2 - 1) * np.sqrt(2 / 4), length))
    True
    """
    for _ in range(count):
        first, angle = int(rng.integers(features - 1)), float(rng.uniform(-np.pi, np.pi))
        rotation = np.eye(features)
        cosine, sine = math.cos(angle), math.sin(angle)
        rotation[first : first + 2, first : first + 2] = [[cosine, -sine], [sine, cosine]]
        yield rotation, abs(angle) * math.sqrt(2.0 / features)


def landmark_words(steps: int, count: int, rng: np.random.Generator) -> Iterator[Word]:
    """Products of random moves of landmarks, each a geodesic of length MOVE from where they are."""
    start, momenta = landmark_starts(MOVE, count, rng)
    goal = start
    for step in range(steps):
        if step:
            momenta = landmark_momenta(goal, MOVE, rng)
        goal = shoot_landmarks(KERNEL, goal, momenta, tolerance=TOLERANCE).endpoint
    match = match_landmarks(KERNEL, start, goal)
    found = np.where(match.converged, match.path.length, np.nan)
    lower = landmark_distance_bound(KERNEL, start, goal)
    for below, above in zip(lower.tolist(), found.tolist(), strict=True):
        yield Word(steps, MOVE * steps, below, above)
