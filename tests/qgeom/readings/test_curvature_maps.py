"""Maps of curvature: cells that stand alone, corners, parallel transport, Jacobi fields, fluids."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.flow import shoot
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.readings.curvature import riemann, sectional_curvature
from qgeom.readings.curvature_maps import (
    FLUID_LAWS,
    curvature_along,
    negative_share_map,
    parallel,
    plane_family,
    sample_fluid_curvature,
)
from qgeom.readings.sampling import PLANE_LAWS, sample_curvature
from tests.closeness import ROUNDING, assert_close, assert_order
from tests.oracles import graded as oracle

SU4 = PauliMetric(2, nielsen(6.0, locality=1))
SU8 = PauliMetric(3, nielsen(16.0))
GL3 = MatrixMetric("gl", 3, band(0, 3.0))
# Tolerances of the integrators of the geodesic and of the transport, over a few units of time.
INTEGRATED = 1e-7


def cliff(n_qubits: int, q: float) -> PauliMetric:
    return PauliMetric(n_qubits, nielsen(q))


def curve(metric: PauliMetric | MatrixMetric, duration: float = 2.0) -> Geodesic:
    velocity = np.random.default_rng(1).normal(size=metric.dim)
    return shoot(metric, velocity / metric.norm(velocity), duration)


def direction(metric: PauliMetric | MatrixMetric) -> np.ndarray:
    return np.random.default_rng(2).normal(size=metric.dim)


# ---- negative share


@pytest.mark.parametrize("planes", PLANE_LAWS)
def test_cells_are_samples(planes: str) -> None:
    found = negative_share_map(cliff, [2, 3], [4.0, 64.0], planes, 40, seed=7)
    sample = sample_curvature(SU8, planes, 40, rng=np.random.default_rng([7, 1, 0]))
    again = negative_share_map(cliff, [2, 3], [4.0, 64.0, 16.0], planes, 40, seed=7)
    assert found.shares.shape == (2, 2)
    assert_close(found.shares[0], [0.0, 0.0], 0.0)  # two qubits: every string is cheap
    assert_close(again.shares[:, :2], found.shares, 0.0)
    at_sixteen = negative_share_map(cliff, [2, 3], [16.0], planes, 40, seed=7)
    assert at_sixteen.shares[1, 0] == sample.negative_share


def test_seed_and_cost_matter() -> None:
    one, two = (negative_share_map(cliff, [3], [4.0, 64.0], seed=s).shares for s in (0, 1))
    assert (one != two).any()
    assert one[0, 1] > one[0, 0] + 0.2


def test_progress_of_a_map() -> None:
    seen: list[float] = []
    negative_share_map(cliff, [1, 2], [1, 4], count=5, report=lambda _, share: seen.append(share))
    assert seen == [0.0, 0.25, 0.5, 0.75]


# ---- plane families


@pytest.mark.parametrize("metric", [SU4, GL3], ids=["su4", "gl3"])
def test_family_agrees_with_the_riemann_tensor(metric: PauliMetric | MatrixMetric) -> None:
    x, z, y, w = np.random.default_rng(3).normal(size=(4, metric.dim))
    found = plane_family(metric, (x, z), (y, w), samples=5)
    units = [v / metric.norm(v) for v in (x, z, y, w)]
    for i, a in enumerate(found.first):
        for j, b in enumerate(found.second):
            first = np.cos(a) * units[0] + np.sin(a) * units[1]
            second = np.cos(b) * units[2] + np.sin(b) * units[3]
            second = second - first * metric.inner(first, second) / metric.inner(first, first)
            form = metric.inner(riemann(metric, first, second, second), first)
            area = metric.inner(first, first) * metric.inner(second, second)
            assert_close(found.curvature[i, j], form / area, ROUNDING)


def test_family_is_periodic_and_not_symmetric() -> None:
    x, z, y, w = np.random.default_rng(3).normal(size=(4, SU4.dim))
    k = plane_family(SU4, (x, z), (y, w), samples=5).curvature
    assert_close(k[-1], k[0], ROUNDING)
    assert_close(k[:, -1], k[:, 0], ROUNDING)
    assert np.abs(k - k.T).max() > 0.1


# ---- along a geodesic


@pytest.mark.parametrize("metric", [SU4, GL3], ids=["su4", "gl3"])
def test_parallel_transport_keeps_lengths_angles_and_the_velocity(
    metric: PauliMetric | MatrixMetric,
) -> None:
    geodesic, times = curve(metric), np.linspace(0.0, 2.0, 6)
    velocities = geodesic.at(times).velocities
    carried = parallel(geodesic, direction(metric), times)
    for other in (carried, velocities):
        inner = metric.inner(carried, other)
        assert_close(inner, np.full(6, inner[0]), INTEGRATED)
    assert_close(parallel(geodesic, geodesic.velocity, times), velocities, INTEGRATED)
    assert np.ptp(metric.inner(direction(metric), velocities)) > 0.01  # what is fixed keeps none


@pytest.mark.parametrize("transport", ["parallel", "fixed"])
def test_curvature_is_that_of_the_plane(transport: str) -> None:
    geodesic, times = curve(SU4), np.array([0.0, 0.5, 2.0])
    found = curvature_along(geodesic, direction(SU4), times, transport=transport)
    velocities = geodesic.at(times).velocities
    first = sectional_curvature(SU4, velocities[0], direction(SU4))
    assert_close(found.curvature[0], first, ROUNDING)
    # A parallel direction also turns the part along u; the plane of both is the same.
    turned = parallel(geodesic, direction(SU4), times)
    fixed = direction(SU4) - geodesic.velocity * SU4.inner(geodesic.velocity, direction(SU4))
    vectors = turned if transport == "parallel" else fixed
    assert_close(found.curvature, sectional_curvature(SU4, velocities, vectors), INTEGRATED)


def test_parallel_and_fixed_differ() -> None:
    one, two = (
        curvature_along(curve(SU4), direction(SU4), np.array([1.0]), transport=t).curvature[0]
        for t in ("parallel", "fixed")
    )
    assert abs(one - two) > 0.01


@pytest.mark.parametrize("metric", [SU4, GL3], ids=["su4", "gl3"])
def test_jacobi_field_bends_by_the_curvature(metric: PauliMetric | MatrixMetric) -> None:
    """``|J| = t - K |u|^2 t^3 / 6 + O(t^4)`` with ``|u| = 1``: two routes to one K."""
    times = 0.05 * 2.0 ** -np.arange(4)[::-1]
    found = curvature_along(curve(metric), direction(metric), times)
    curvature = sectional_curvature(metric, curve(metric).velocity, direction(metric))
    bent = np.abs(6 * (1 - found.growth / times) / times**2 - curvature)[::-1]
    assert_order(bent, 1.0, slack=0.25)
    assert bent[-1] < 0.1 * abs(curvature)


def test_what_curvature_along_refuses() -> None:
    geodesic, times = curve(SU4), np.array([1.0])
    with pytest.raises(ValueError, match="`transport` must be one of parallel, fixed"):
        curvature_along(geodesic, direction(SU4), times, transport="free")
    with pytest.raises(ValueError, match="must increase within"):
        curvature_along(geodesic, direction(SU4), np.array([3.0]))
    with pytest.raises(ValueError, match="must span a plane"):
        curvature_along(geodesic, geodesic.velocity, times)
    with pytest.raises(ValueError, match="is a batch"):
        curvature_along(shoot(SU4, np.eye(15)[:2]), direction(SU4), times)


# ---- fluids


@pytest.mark.parametrize("planes", FLUID_LAWS)
def test_fluid_planes_are_those_of_the_seed(planes: str) -> None:
    one, two, other = (
        sample_fluid_curvature(2, planes, 20, rng=np.random.default_rng(seed)).values
        for seed in (0, 0, 1)
    )
    assert_close(one, two, 0.0)
    assert (one != other).any()


def test_two_waves_have_arnolds_curvature() -> None:
    """At cutoff 1: the closed form of all pairs of the four waves, and 0 for one wave with itself."""
    sample = sample_fluid_curvature(1, "coordinate", 200, rng=np.random.default_rng(0))
    waves = [(1, 0), (0, 1), (1, 1), (1, -1)]
    pairs = itertools.combinations(waves, 2)
    exact = {0.0, *(round(oracle.AREA * oracle.arnold_curvature(k, m), 9) for k, m in pairs)}
    assert {round(float(value), 9) + 0.0 for value in sample.values} == exact


def test_laws_of_the_fluid_differ() -> None:
    """Uniform in energy and uniform in coefficients are different laws."""
    metric, pauli = (
        sample_fluid_curvature(3, law, 200, rng=np.random.default_rng(0)) for law in FLUID_LAWS[:2]
    )
    assert pauli.mean < 1.2 * metric.mean < 0


def test_what_fluid_samples_refuse() -> None:
    with pytest.raises(ValueError, match="`planes` must be one of metric, pauli, coordinate"):
        sample_fluid_curvature(2, "local", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="`cutoff` must be at least 1"):
        sample_fluid_curvature(0, rng=np.random.default_rng(0))


def test_berger_planes_between_two_known_ones() -> None:
    berger = PauliMetric(1, custom({"Z": 5.0}))
    x, y, z = np.eye(3)
    found = plane_family(berger, (x, z), (y, y), samples=9)
    a = found.first
    assert_close(found.curvature[:, 0], -11 * np.cos(a) ** 2 + 5 * np.sin(a) ** 2, ROUNDING)
