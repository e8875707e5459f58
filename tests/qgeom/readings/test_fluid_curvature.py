"""Curvature of fluids on the torus and of Zeitlin's su(N): closed forms, grids, matrices, limits."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.metric.torus import AREA, TorusMetric, ZeitlinMetric
from qgeom.readings.sparse_curvature import sparse_sectional_curvature
from tests.closeness import EXACT, assert_close, assert_order
from tests.oracles import curvature as dense_oracle
from tests.oracles import graded as oracle

Modes = dict[tuple[int, int], complex]
TORUS = TorusMetric()
METRICS = {"torus": TORUS, "zeitlin": ZeitlinMetric(9)}


def random_modes(most: int, count: int, rng: np.random.Generator) -> Modes:
    waves = oracle.half_plane(2 * most + 1)
    chosen = [waves[i] for i in rng.choice(len(waves), size=count, replace=False)]
    return {k: complex(*pair) for k, pair in zip(chosen, rng.normal(size=(count, 2)), strict=True)}


def fluid(x: Modes, y: Modes, metric: TorusMetric | ZeitlinMetric = TORUS) -> float:
    """Area times curvature."""
    return AREA * sparse_sectional_curvature(metric, metric.vector(x), metric.vector(y))


# ---- fluids on the torus


@pytest.mark.parametrize(("l", "expected"), [((0, 1), -0.5), ((1, 1), -0.3)])
def test_arnolds_numbers(l: tuple[int, int], expected: float) -> None:  # noqa: E741
    assert_close(fluid({(1, 0): 1.0}, {l: 1.0}), expected, EXACT)


def test_arnolds_closed_form_for_all_pairs_of_waves() -> None:
    waves = oracle.half_plane(5)
    for k, l in [(k, l) for k in waves for l in waves if k < l]:  # noqa: E741
        expected = oracle.AREA * oracle.arnold_curvature(k, l)
        for phase in (1.0, 1j, 0.6 - 0.8j):
            assert_close(fluid({k: 1.0}, {l: phase}), expected)


@pytest.mark.parametrize(
    ("p", "expected"),
    [(1, -0.0372), (2, 0.0071), (3, 0.0459), (5, 0.0829), (10, 0.1052), (50, 0.1136)],
)
def test_arnolds_positive_directions(p: int, expected: float) -> None:
    """K, not times the area; it tends to ``9 / (8 pi^2)``.  Four digits are known."""
    x, y = {(3 * p, -1): 1.0, (3 * p, 2): 1.0}, {(p, 1): 1.0, (p, -2): 1.0}
    got = sparse_sectional_curvature(TORUS, TORUS.vector(x), TORUS.vector(y))
    assert_close(got, expected, 5e-5)


@pytest.mark.parametrize("count", [1, 2, 5, 12])
def test_sums_of_waves_obey_gauss_on_a_grid(count: int, rng: np.random.Generator) -> None:
    """No Lie algebra: velocity fields, their derivatives, and the projection on gradients."""
    for _ in range(4):
        x, y = random_modes(4, count, rng), random_modes(4, count, rng)
        assert_close(fluid(x, y), AREA * oracle.fluid_curvature(x, y))


@pytest.mark.parametrize("count", [1, 2, 4])
def test_sums_of_waves_obey_koszul(count: int, rng: np.random.Generator) -> None:
    x, y = random_modes(3, count, rng), random_modes(3, count, rng)
    brute = oracle.torus_graded().sectional(oracle.real_part(x), oracle.real_part(y))
    assert_close(fluid(x, y), AREA * brute)


def test_oracles_notice_another_plane(rng: np.random.Generator) -> None:
    x, y, z = (random_modes(3, 3, rng) for _ in range(3))
    for brute in (
        oracle.fluid_curvature(x, z),
        oracle.torus_graded().sectional(oracle.real_part(x), oracle.real_part(z)),
    ):
        with pytest.raises(AssertionError):
            assert_close(fluid(x, y), AREA * brute)


def test_planes_with_one_wave_are_never_positive(rng: np.random.Generator) -> None:
    """Arnold: K <= 0 if one direction is a single wave; for cos y at least -2 over the area."""
    for k in [(0, 1), (1, 0), (2, -1), (3, 2)]:
        got = [fluid({k: 1.0}, random_modes(4, 6, rng)) for _ in range(25)]
        assert max(got) <= 0.0
        if k == (0, 1):
            assert min(got) > -2.0


def translated(modes: Modes, shift: tuple[float, float]) -> Modes:
    return {k: a * np.exp(1j * (k[0] * shift[0] + k[1] * shift[1])) for k, a in modes.items()}


def turned(modes: Modes) -> Modes:
    return {(-b, a): amplitude for (a, b), amplitude in modes.items()}


def mirrored(modes: Modes) -> Modes:
    return {(a, -b): amplitude for (a, b), amplitude in modes.items()}


def sheared(modes: Modes) -> Modes:
    """Keeps the area and the brackets, but not the energy."""
    return {(a + b, b): amplitude for (a, b), amplitude in modes.items()}


def misphased(modes: Modes) -> Modes:
    """A phase that no translation gives."""
    return {k: a * np.exp(1j * (k[0] ** 2 + k[1] ** 2)) for k, a in modes.items()}


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_isometries_of_the_torus_keep_the_curvature(
    metric: TorusMetric | ZeitlinMetric, rng: np.random.Generator
) -> None:
    x, y = random_modes(4, 8, rng), random_modes(4, 8, rng)
    expected = fluid(x, y, metric)
    lattice = (2 * np.pi / 9, 4 * np.pi / 9)  # Zeitlin's torus has N x N points
    for change in (lambda modes: translated(modes, lattice), turned, mirrored):
        assert_close(fluid(change(x), change(y), metric), expected)
    for change in (sheared, misphased):
        assert abs(fluid(change(x), change(y), metric) - expected) > 1e-3 * abs(expected)


# ---- Zeitlin


@pytest.mark.parametrize("size", [5, 7])
def test_zeitlin_is_su_n_by_matrices(size: int, rng: np.random.Generator) -> None:
    constants = dense_oracle.structure_constants(oracle.zeitlin_basis(size))
    metric, inertia = ZeitlinMetric(size), oracle.zeitlin_inertia(size)
    for count in (1, 3, 12, 12):
        x, y = (random_modes(size // 2, count, rng) for _ in range(2))
        vectors = (oracle.zeitlin_coordinates(size, modes) for modes in (x, y))
        expected = AREA * dense_oracle.sectional(constants, inertia, *vectors)
        assert_close(fluid(x, y, metric), expected)


@pytest.mark.parametrize(
    ("size", "expected"), [(17, -0.47764), (33, -0.49399), (65, -0.49845), (129, -0.49960)]
)
def test_zeitlins_numbers(size: int, expected: float) -> None:
    """Five digits are known."""
    got = fluid({(1, 0): 1.0}, {(0, 1): 1.0}, ZeitlinMetric(size))
    assert_close(got, expected, 6e-6)


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ({(1, 0): 1.0}, {(0, 1): 1.0}),
        ({(1, 0): 1.0}, {(1, 1): 1.0}),
        ({(2, 1): 1.0}, {(1, -3): 1.0}),
        ({(1, 0): 1.0, (2, 1): 0.5j}, {(0, 1): -1.0, (1, -2): 0.3, (1, 1): 1j}),
        ({(3, -1): 1.0, (3, 2): 1.0}, {(1, 1): 1.0, (1, -2): 1.0}),
    ],
)
def test_zeitlin_converges_to_the_torus_at_second_order(x: Modes, y: Modes) -> None:
    sizes = (251, 501, 1001, 2001)  # h = 1/N all but halves, by 0.2 % at worst
    errors = [abs(fluid(x, y, ZeitlinMetric(size)) - fluid(x, y)) for size in sizes]
    assert_order(errors, 2)


def test_convergence_test_notices_another_limit() -> None:
    x, y = {(1, 0): 1.0}, {(0, 1): 1.0}
    errors = [abs(fluid(x, y, ZeitlinMetric(size)) + 0.5001) for size in (251, 501, 1001, 2001)]
    with pytest.raises(AssertionError):
        assert_order(errors, 2)


def test_without_wrapping_zeitlin_replaces_the_cross_product_by_a_sine() -> None:
    """All brackets of a pair of waves have the cross product k x l = -7: K scales by sinc^2."""
    x, y, angle = {(2, 1): 1.0}, {(1, -3): 1.0}, 2 * np.pi * 7 / 65
    expected = fluid(x, y) * (np.sin(angle) / angle) ** 2
    assert_close(fluid(x, y, ZeitlinMetric(65)), expected)


@pytest.mark.parametrize("name", METRICS)
def test_curvature_belongs_to_the_plane(name: str, rng: np.random.Generator) -> None:
    metric = METRICS[name]
    x, y, z = (metric.vector(random_modes(4, 10, rng)) for _ in range(3))
    expected = sparse_sectional_curvature(metric, x, y)
    for u, v in ((y, x), (5.0 * x, -0.1 * y), (2.0 * x + y, x - 3.0 * y)):
        assert_close(sparse_sectional_curvature(metric, u, v), expected)
    assert abs(sparse_sectional_curvature(metric, x, y + 0.5 * z) - expected) > 1e-4 * abs(expected)


@pytest.mark.parametrize("name", METRICS)
def test_parallel_waves_are_refused(name: str, rng: np.random.Generator) -> None:
    metric = METRICS[name]
    x = metric.vector(random_modes(4, 10, rng))
    for y in (x, -2.0 * x, x - x):
        with pytest.raises(ValueError, match="`x, y` must span a plane, but"):
            sparse_sectional_curvature(metric, x, y)
