"""Exact curvature of a thousand qubits, and random planes against structure constants and products."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, custom, nielsen
from qgeom.metric.schedules import exponential
from qgeom.metric.structure import structure_constants
from qgeom.readings.batched_curvature import plane_curvatures
from qgeom.readings.sampling import sample_curvature
from qgeom.readings.weights import curvature_by_weight, decimal
from tests.benchmarks.peers import best_time
from tests.oracles.curvature import cliff_scalar, exact_ricci

# Arnold's formula: four coadjoint actions and a bracket, each a commutator, of two products.
PRODUCTS = 10


def processor_times(functions: list[Callable[[], Any]], repeats: int) -> list[float]:
    """Shortest processor time of each, in turns: the load of the machine is the same for all."""
    times = [[] for _ in functions]
    for _ in range(repeats):
        for function, row in zip(functions, times, strict=True):
            begin = time.process_time()
            function()
            row.append(time.process_time() - begin)
    return [min(row) for row in times]


# ---- exact, at any size


@pytest.mark.parametrize(
    "penalty",
    [nielsen(64), nielsen(4**1000), nielsen(2.861), exponential(4), exponential(2.861)],
    ids=lambda penalty: penalty.name,
)
def test_a_thousand_qubits(penalty: Penalty, capsys: pytest.CaptureFixture[str]) -> None:
    seconds, found = best_time(lambda: curvature_by_weight(1000, penalty), 1)
    law = penalty.law
    assert law is not None
    with capsys.disabled():
        print(f"\n{penalty.name}, n = 1000: {seconds:.2f} s, scalar {decimal(found.scalar):.6e}")
    assert len(found.numerators) == 1000
    if penalty.name.startswith("nielsen"):
        assert found.scalar == cliff_scalar(1000, Fraction(law(1000, 1000)))
    else:
        u = 1 / Fraction(law(2, 1000))
        alone = 4**1000 * ((1 + 3 * u) ** 1000 - 1)
        pairs = (7 + 6 * u + 3 * u**2) ** 1000 - (7 - 6 * u + 3 * u**2) ** 1000
        assert found.scalar * u == alone - pairs / 2
    assert seconds < 10.0


def test_any_costs_of_a_hundred_weights(capsys: pytest.CaptureFixture[str]) -> None:
    table = dict(enumerate(np.random.default_rng(0).uniform(1, 100, 100).tolist(), 1))
    seconds, found = best_time(lambda: curvature_by_weight(100, custom(table)), 3)
    with capsys.disabled():
        print(f"\nany costs, n = 100: {seconds:.3f} s")
    for k in (1, 2, 99, 100):
        assert found.ricci[k - 1] == exact_ricci(100, k, lambda w: Fraction(table[w]))
    assert seconds < 10.0


# ---- random planes


def one_plane(c: np.ndarray, x: np.ndarray, y: np.ndarray) -> float:
    """Arnold's formula from structure constants of an orthonormal frame."""
    ad_x, ad_y = np.einsum("abk,a->bk", c, x), np.einsum("abk,a->bk", c, y)
    a, b, d = y @ ad_x / 2, (ad_y @ x - ad_x @ y) / 2, (ad_y @ x + ad_x @ y) / 2
    return float(d @ d + 2 * a @ b - 3 * a @ a - (ad_x @ x) @ (ad_y @ y))


def many_planes(c: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same for batches (planes, dim), with ``ad_x`` and ``ad_y`` from two large products."""
    ad_x, ad_y = np.tensordot(x, c, 1), np.tensordot(y, c, 1)

    def apply(matrices: np.ndarray, vectors: np.ndarray) -> np.ndarray:
        return (matrices @ vectors[..., None])[..., 0]

    b_xy, b_yx = apply(ad_y, x), apply(ad_x, y)
    a, b, d = (y[:, None] @ ad_x)[:, 0] / 2, (b_xy - b_yx) / 2, (b_xy + b_yx) / 2
    terms = d * d + 2 * a * b - 3 * a * a - apply(ad_x, x) * apply(ad_y, y)
    return terms.sum(axis=-1)


@pytest.mark.parametrize(("n_qubits", "count", "dense"), [(3, 8000, 64), (4, 2000, 8)])
def test_planes_against_structure_constants(
    n_qubits: int, count: int, dense: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty times the planes of the formula plane by plane.

    In batches of large products the constants do much better on three qubits, where they are few.
    """
    metric = PauliMetric(n_qubits, nielsen(64.0))
    scale = np.sqrt(metric.inertia)
    constants = structure_constants(metric)
    constants *= scale
    constants /= scale[:, None]
    constants /= scale[:, None, None]
    normal = np.random.default_rng(0).standard_normal((dense, 2, metric.dim))
    frames = np.linalg.qr(normal.swapaxes(-1, -2))[0].swapaxes(-1, -2)
    x, y = frames[:, 0], frames[:, 1]
    runs: list[Callable[[], Any]] = [
        lambda: sample_curvature(metric, "metric", count, rng=np.random.default_rng(0)),
        lambda: [one_plane(constants, *frame) for frame in frames],
        lambda: many_planes(constants, x, y),
    ]
    ours, singly, together = np.array([count, dense, dense]) / processor_times(runs, 5)
    with capsys.disabled():
        print(
            f"\nn = {n_qubits}: {ours:.0f} planes a second with their draws, by structure constants "
            f"{singly:.0f} (ratio {ours / singly:.0f}), in batches {together:.0f} "
            f"(ratio {ours / together:.1f})"
        )
    expected = plane_curvatures(metric, frames / scale)
    for run in runs[1:]:
        assert np.abs(run() - expected).max() < 1e-10 * np.abs(expected).max()
    assert ours / singly >= 20.0
    assert ours / together >= 3.0


@pytest.mark.parametrize(("n_qubits", "count"), [(3, 8000), (4, 2000), (5, 500), (6, 150)])
def test_planes_against_their_matrix_products(
    n_qubits: int, count: int, capsys: pytest.CaptureFixture[str]
) -> None:
    metric, rng = PauliMetric(n_qubits, nielsen(64.0)), np.random.default_rng(0)
    pairs = rng.standard_normal((count, 2, metric.dim)) / np.sqrt(metric.inertia)
    batch = 2**18 // (16 * metric.size**2)  # matrices that stay in the cache
    parts = rng.standard_normal((2, 2, batch, metric.size, metric.size))
    left, right = parts[0] + 1j * parts[1]
    out = np.empty_like(left)

    def products() -> None:
        for _ in range(PRODUCTS * count // batch):
            np.matmul(left, right, out=out)

    planes, drawn, needed = processor_times(
        [
            lambda: plane_curvatures(metric, pairs),
            lambda: sample_curvature(metric, "metric", count, rng=rng),
            products,
        ],
        7,
    )
    with capsys.disabled():
        print(
            f"\nn = {n_qubits}, a plane: {1e6 * planes / count:.1f} us, with its draw "
            f"{1e6 * drawn / count:.1f} us, {PRODUCTS} products {1e6 * needed / count:.1f} us, "
            f"ratios {planes / needed:.2f} and {drawn / needed:.2f}"
        )
    assert drawn / needed <= 3.0
