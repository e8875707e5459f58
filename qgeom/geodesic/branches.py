"""Where a search starts: the logarithms of the target, shortest first.

At zero penalty a bi-invariant metric has the one-parameter subgroups as geodesics, so every logarithm
of the target starts a family of geodesics that can be continued in the penalty.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator

import numpy as np

from qgeom._linalg import dagger, rotation_generator, rotation_planes, unitary_eigen
from qgeom._typing import Complex, Integer, Matrix, Vector
from qgeom.algebra.paulis import pauli_coefficients
from qgeom.metric.dense import DenseMetric
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.product import ProductMetric


def log_branches(metric: RightInvariantMetric, target: Matrix, count: int) -> Vector:
    """Return up to `count` algebra elements x with ``exp(hat(x))`` = target, shortest first.

    On qubits the target counts up to a phase, so the branches run over the phase lifts and over all
    shifts of the eigenphases by 2 pi; the order is that of the unpenalised length.  On SO(d) the
    rotation angles are shifted.  Elsewhere the principal logarithm is the only branch, and there is
    none where it does not exist.

    Returns
    -------
    (K, dim) with K <= count, K = 0 if no logarithm is known.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> z = np.diag([1.0, -1.0]) + 0j
    >>> metric = PauliMetric(1, nielsen(1.0))
    >>> metric.norm(log_branches(metric, z, 3)) / np.pi
    array([0.5, 0.5, 1.5])
    """
    if count == 0:
        return np.empty((0, metric.dim))
    if isinstance(metric, PauliMetric):
        return _unitary_branches(target, count)
    if isinstance(metric, ProductMetric):
        return _product_branches(metric, target, count)
    if isinstance(metric, DenseMetric):
        return metric.to_axes(log_branches(metric.base.relaxed(0.0), target, count))
    if isinstance(metric, MatrixMetric) and metric.compact:
        return _rotation_branches(metric, target, count)
    try:
        return metric.log(target[None])
    except ValueError:
        return np.empty((0, metric.dim))


def _unitary_branches(target: Complex, count: int) -> Vector:
    phases, vectors = unitary_eigen(target)

    def spread(shift: tuple[int, ...]) -> float:
        return float(np.var(phases + 2 * np.pi * np.array(shift)))

    # The N cyclic shifts of the sorted phases are the shortest logarithms of the N phase lifts.
    order = np.argsort(-phases, kind="stable")
    cyclic = np.zeros((len(phases), len(phases)), dtype=int)
    for lifted in range(1, len(phases)):
        cyclic[lifted, order[:lifted]] = -1
    shifts = itertools.islice(_best_first(cyclic, spread, modulo=True), count)
    return pauli_coefficients(
        np.stack(
            [
                (vectors * -(phases + 2 * np.pi * np.array(shift))) @ dagger(vectors)
                for shift in shifts
            ]
        )
    )


def _rotation_branches(metric: MatrixMetric, target: Matrix, count: int) -> Vector:
    angles, planes, vectors = rotation_planes(target)
    if not planes:
        return np.zeros((1, metric.dim))

    def spread(shift: tuple[int, ...]) -> float:
        return float(np.sum((angles + 2 * np.pi * np.array(shift)) ** 2))

    start = np.zeros((1, len(planes)), dtype=int)
    shifts = itertools.islice(_best_first(start, spread, modulo=False), count)
    lifts = [angles + 2 * np.pi * np.array(shift) for shift in shifts]
    return metric.vee(np.stack([rotation_generator(lift, planes, vectors) for lift in lifts]))


def _product_branches(metric: ProductMetric, target: Matrix, count: int) -> Vector:
    cut = metric.a.size
    first = log_branches(metric.a, _typed(target[:cut, :cut], metric.a), count)
    second = log_branches(metric.b, _typed(target[cut:, cut:], metric.b), count)
    pairs = [np.concatenate(pair) for pair in itertools.product(first, second)]
    joined = np.array(pairs).reshape(-1, metric.dim)
    return joined[np.argsort(metric.norm(joined), kind="stable")][:count]


def _typed(block: Matrix, metric: RightInvariantMetric) -> Matrix:
    return block if np.issubdtype(metric.dtype, np.complexfloating) else block.real


def _best_first(
    starts: Integer, cost: Callable[[tuple[int, ...]], float], *, modulo: bool
) -> Iterator[tuple[int, ...]]:
    """Integer vectors by increasing cost, grown by unit steps from `starts`.

    With `modulo`, vectors that differ by a common shift count as one.
    """

    def name(shift: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(k - shift[0] for k in shift) if modulo else shift

    heap = [(round(cost(s), 12), s) for s in {tuple(row) for row in starts.tolist()}]
    heapq.heapify(heap)
    seen = {name(s) for _, s in heap}
    while heap:
        _, shift = heapq.heappop(heap)
        yield shift
        for i in range(len(shift)):
            for step in (-1, 1):
                grown = (*shift[:i], shift[i] + step, *shift[i + 1 :])
                if name(grown) not in seen:
                    seen.add(name(grown))
                    heapq.heappush(heap, (round(cost(grown), 12), grown))
