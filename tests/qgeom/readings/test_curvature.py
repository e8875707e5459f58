"""Sectional curvature: two routes, a brute-force oracle, geodesics, and closed forms."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from qgeom._typing import Real
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.metric.structure import StructureMetric, structure_constants
from qgeom.readings.curvature import (
    levi_civita,
    riemann,
    scalar_curvature,
    sectional_curvature,
    sectional_numerator,
)
from tests.closeness import EXACT, assert_close
from tests.oracles import curvature as oracle

# Central differences of step 1e-4, divided by t^3 down to t = 0.05, lose 9 of 16 digits.
FINITE_DIFFERENCE = 1e-6


def rugged(seed: int) -> Penalty:
    """Costs between 1/10 and 10, another one for every generator."""
    return Penalty(
        "rugged",
        lambda generators: 10 ** np.random.default_rng(seed).uniform(-1, 1, len(generators)),
    )


def upper_triangular() -> StructureMetric:
    """A non-unimodular algebra without a centre: [e0, e1] = e1, [e0, e2] = 2 e2."""
    c = np.zeros((3, 3, 3))
    c[0, 1, 1], c[1, 0, 1], c[0, 2, 2], c[2, 0, 2] = 1.0, -1.0, 2.0, -2.0
    return StructureMetric(c, np.array([1.0, 2.0, 5.0]))


METRICS: dict[str, RightInvariantMetric] = {
    "pauli-1": PauliMetric(1, rugged(0)),
    "pauli-2": PauliMetric(2, rugged(1)),
    "pauli-3": PauliMetric(3, nielsen(16.0)),
    "so-5": MatrixMetric("so", 5, rugged(2)),
    "gl-3": MatrixMetric("gl", 3, rugged(3)),
    "aff-2": MatrixMetric("aff", 2, rugged(4)),
    "circulant-3x2": MatrixMetric("circulant", 3, rugged(5), channels=2),
    "product": ProductMetric(PauliMetric(1, rugged(6)), MatrixMetric("gl", 2, rugged(7))),
    "structure": upper_triangular(),
}
BASES: dict[str, Callable[[], oracle.Matrices]] = {
    "pauli-1": lambda: oracle.pauli_basis(1),
    "pauli-2": lambda: oracle.pauli_basis(2),
    "pauli-3": lambda: oracle.pauli_basis(3),
    "so-5": lambda: oracle.so_basis(5),
    "gl-3": lambda: oracle.entry_basis(3, 3, 3),
    "aff-2": lambda: oracle.entry_basis(2, 3, 3),
    "circulant-3x2": lambda: oracle.circulant_basis(3, 2),
}
every_metric = pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)


def vectors(metric: RightInvariantMetric, *shape: int) -> Real:
    """Vectors of length about 1 in the metric."""
    normal = np.random.default_rng(11).standard_normal((*shape, metric.dim))
    return normal / np.sqrt(metric.inertia * metric.dim)


def assert_matches_oracle(metric: RightInvariantMetric, basis: oracle.Matrices) -> None:
    """Sectional curvatures of 5 planes agree with the brute force over a matrix basis."""
    constants = oracle.structure_constants(basis)
    planes = vectors(metric, 5, 2)
    expected = [oracle.sectional(constants, metric.inertia, x, y) for x, y in planes]
    got = sectional_curvature(metric, planes[:, 0], planes[:, 1])
    assert_close(got, expected)


# ---- second routes (the laws of connection and curvature are in tests/laws)


@every_metric
def test_arnold_equals_riemann(metric: RightInvariantMetric) -> None:
    x, y = vectors(metric, 2, 7)
    expected = metric.inner(riemann(metric, x, y, y), x)
    assert_close(sectional_numerator(metric, x, y), expected)


@pytest.mark.parametrize("name", BASES)
def test_brute_force_agrees(name: str) -> None:
    assert_matches_oracle(METRICS[name], BASES[name]())


def test_brute_force_notices_a_wrong_normalisation() -> None:
    with pytest.raises(AssertionError):
        assert_matches_oracle(METRICS["pauli-1"], 2 * oracle.pauli_basis(1))


@pytest.mark.parametrize("n_qubits", [1, 2])
def test_geodesics_spread_as_the_curvature_says(n_qubits: int) -> None:
    costs = 1.0 + 0.5 * np.random.default_rng(3).uniform(size=4**n_qubits - 1)
    metric = PauliMetric(n_qubits, Penalty("mild", lambda generators: costs))
    x, y = vectors(metric, 2)
    x = x / metric.norm(x)
    y = y - metric.inner(x, y) * x
    y = y / metric.norm(y)
    measured = oracle.geodesic_deviation(oracle.pauli_basis(n_qubits), metric.inertia, x, y)
    assert_close(sectional_curvature(metric, x, y), measured, FINITE_DIFFERENCE)


def test_structure_constants_alone_give_the_same_curvature() -> None:
    metric = MatrixMetric("so", 4, rugged(8))
    same = StructureMetric(structure_constants(metric), metric.inertia)
    x, y = vectors(metric, 2, 7)
    assert_close(sectional_curvature(same, x, y), sectional_curvature(metric, x, y))


def test_curvature_scales_inversely_to_the_costs() -> None:
    metric, heavier = PauliMetric(2, rugged(1)), PauliMetric(2, scaled(rugged(1), 8.0))
    x, y = vectors(metric, 2, 7)
    assert_close(8 * sectional_curvature(heavier, x, y), sectional_curvature(metric, x, y))


def scaled(penalty: Penalty, factor: float) -> Penalty:
    return Penalty("scaled", lambda generators: factor * penalty.costs(generators))


# ---- closed forms


@pytest.mark.parametrize("q", [0.25, 1.0, 4.0 / 3.0, 9.0])
def test_berger_sphere(q: float) -> None:
    metric, (x, y, z) = PauliMetric(1, custom({"Z": q})), np.eye(3)
    got = [sectional_curvature(metric, a, b) for a, b in ((x, y), (x, z), (y, z))]
    assert_close(got, [4 - 3 * q, q, q], EXACT)
    assert_close(scalar_curvature(metric), 2 * (4 - q), EXACT)


def test_product_of_groups_has_flat_mixed_planes() -> None:
    metric = METRICS["product"]
    x, y = vectors(metric, 2, 7)
    x[..., 3:], y[..., :3] = 0.0, 0.0
    assert_close(sectional_curvature(metric, x, y), np.zeros(7))


def test_translations_of_an_affine_layer_are_not_a_product() -> None:
    metric = MatrixMetric("aff", 2, band(2, 1.0))  # EM9: the semidirect product does bend
    linear, translation = np.eye(6)[[0, 1, 3, 4]], np.eye(6)[[2, 5]]
    mixed = sectional_curvature(metric, linear[:, None], translation)
    assert np.abs(mixed).max() > 0.1


@pytest.mark.parametrize("radius", range(5))
def test_one_channel_convolutions_are_flat(radius: int) -> None:
    metric = MatrixMetric("circulant", 8, band(radius, 16.0))
    x, y = vectors(metric, 2, 7)
    assert_close(sectional_curvature(metric, x, y), np.zeros(7))


def test_matchgates_are_an_orthogonal_network() -> None:
    """EM1: K_U = 8 K_F, and K_F is K of our so(6) metric, which divides the trace by 6, over 6."""
    q = 16.0

    def modes(label: str) -> float:
        i, j = (int(feature) // 2 for feature in label.split(","))
        return 1.0 if abs(i - j) <= 1 else q

    network, circuits = MatrixMetric("so", 6, custom(modes)), PauliMetric(3, nielsen(q))
    assert np.count_nonzero(network.inertia == network.inertia.min()) == 11
    planes = vectors(network, 50, 2)
    images = np.array([[oracle.spin_image(network.hat(v)) for v in plane] for plane in planes])
    lifted = circuits.vee(images)
    assert_close(circuits.hat(lifted), images, EXACT)
    of_frobenius = sectional_curvature(network, planes[:, 0], planes[:, 1]) / 6
    of_circuits = sectional_curvature(circuits, lifted[:, 0], lifted[:, 1])
    assert_close(of_circuits, 8 * of_frobenius, EXACT)
    assert 0.3 < np.mean(of_circuits < 0) < 0.7


# ---- the door


def test_leading_axes_broadcast() -> None:
    metric = METRICS["so-5"]
    x, y = vectors(metric, 4, 1), vectors(metric, 3)[::-1]
    curvatures = sectional_curvature(metric, x, y + 1.0)
    assert curvatures.shape == (4, 3)
    for i, j in itertools.product(range(4), range(3)):
        one = sectional_curvature(metric, x[i, 0], y[j] + 1.0)
        assert one.shape == ()
        assert_close(curvatures[i, j], one)


def test_thin_planes_stay_accurate() -> None:
    metric = METRICS["pauli-2"]
    x, y = vectors(metric, 2)
    expected = sectional_curvature(metric, x, y)
    # Rounding of x + 1e-6 y alone turns the plane by ROUNDING / 1e-6.
    assert_close(sectional_curvature(metric, x, x + 1e-6 * y), expected, 1e6 * EXACT)


@pytest.mark.parametrize("factor", [1.0, -2.0, 0.0])
def test_parallel_vectors_are_refused(factor: float) -> None:
    metric = METRICS["pauli-2"]
    x = vectors(metric, 3)
    with pytest.raises(ValueError, match="`x, y` must span a plane, but"):
        sectional_curvature(metric, x, factor * x)


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (np.ones(4), r"have shape \(\.\.\., 3\)"),
        (np.array([1.0, np.nan, 0.0]), "be finite"),
        (np.ones(3) * 1j, "be real"),
    ],
)
def test_bad_vectors_are_refused(bad: Real, words: str) -> None:
    metric, good = METRICS["pauli-1"], np.array([0.0, 0.0, 1.0])
    for reading in (sectional_curvature, sectional_numerator, levi_civita):
        with pytest.raises(ValueError, match="Argument `x` must " + words):
            reading(metric, bad, good)
        with pytest.raises(ValueError, match="Argument `y` must " + words):
            reading(metric, good, bad)
    with pytest.raises(ValueError, match="Argument `z` must " + words):
        riemann(metric, good, good, bad)
