"""Direct products do not couple their factors; the semidirect product of an affine layer does (S4)."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom._typing import Vector
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.readings.curvature import (
    ricci_curvature,
    riemann,
    scalar_curvature,
    sectional_curvature,
    sectional_numerator,
)
from tests.closeness import EXACT, assert_close

FIRST: RightInvariantMetric = PauliMetric(2, nielsen(4.0, locality=1))
SECOND: RightInvariantMetric = MatrixMetric("gl", 2, band(0, 4.0))
PRODUCT = ProductMetric(FIRST, SECOND)


def split(x: Vector) -> tuple[Vector, Vector]:
    return x[..., : FIRST.dim], x[..., FIRST.dim :]


def padded(x: Vector, first: bool) -> Vector:
    rest = np.zeros((*x.shape[:-1], (SECOND if first else FIRST).dim))
    return np.concatenate([x, rest] if first else [rest, x], axis=-1)


# ---- direct products


def test_numerators_of_the_factors_add(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(2, 9, PRODUCT.dim))
    (a, b), (c, d) = split(x), split(y)
    expected = sectional_numerator(FIRST, a, c) + sectional_numerator(SECOND, b, d)
    assert_close(sectional_numerator(PRODUCT, x, y), expected)


@pytest.mark.parametrize("first", [True, False])
def test_factors_are_totally_geodesic(first: bool, rng: np.random.Generator) -> None:
    factor = FIRST if first else SECOND
    x, y = rng.normal(size=(2, 9, factor.dim))
    got = sectional_curvature(PRODUCT, padded(x, first), padded(y, first))
    assert_close(got, sectional_curvature(factor, x, y))


def test_mixed_curvature_vanishes_as_a_tensor(rng: np.random.Generator) -> None:
    """``R(x, y) z = 0`` for x, y in different factors: more than flat planes."""
    x = padded(rng.normal(size=(9, FIRST.dim)), True)
    y = padded(rng.normal(size=(9, SECOND.dim)), False)
    z = rng.normal(size=(9, PRODUCT.dim))
    assert_close(riemann(PRODUCT, x, y, z), np.zeros((9, PRODUCT.dim)), EXACT)
    assert np.abs(riemann(PRODUCT, x, y + x[::-1], z)).max() > 1.0


def test_ricci_and_scalar_curvatures_are_those_of_the_factors() -> None:
    expected = np.concatenate([ricci_curvature(FIRST), ricci_curvature(SECOND)])
    assert_close(ricci_curvature(PRODUCT), expected)
    total = scalar_curvature(FIRST) + scalar_curvature(SECOND)
    assert_close(scalar_curvature(PRODUCT), total)


# ---- semidirect products: aff(d) is gl(d) with translations, in coordinates A_ij, t_i by rows


@pytest.mark.parametrize(("linear", "translation"), [(1.0, 1.0), (4.0, 1.0), (2.0, 9.0)])
def test_affine_maps_of_the_line_are_a_hyperbolic_plane(linear: float, translation: float) -> None:
    """``[A, t] = t`` with ``|A|^2 = w / 2``: ``K = -2 / w``, whatever a translation costs."""
    metric = MatrixMetric("aff", 1, custom({"0,0": linear, "0,1": translation}))
    assert_close(sectional_curvature(metric, *np.eye(2)), -2 / linear, EXACT)
    assert_close(scalar_curvature(metric), -4 / linear, EXACT)


@pytest.mark.parametrize("d", [2, 3, 4])
def test_translations_bend_into_each_other_and_against_scalings(d: int) -> None:
    """``K(t_i, t_j) = (d+1) / 2`` though they commute, ``K(E_ii, t_i) = -(d+1)``; E_jj is flat to t_i.

    The first is ``|d|^2`` with ``d = -(E_ij + E_ji) / 2``, in units of the trace over d + 1.
    """
    metric = MatrixMetric("aff", d, band(d, 1.0))
    entries = np.eye(metric.dim).reshape(d, d + 1, metric.dim)
    first, second = entries[0, d], entries[1, d]
    assert_close(sectional_curvature(metric, first, second), (d + 1) / 2)
    assert_close(sectional_curvature(metric, entries[0, 0], first), -(d + 1.0))
    assert_close(sectional_curvature(metric, entries[1, 1], first), 0.0, EXACT)


def test_linear_layers_are_totally_geodesic_among_affine_ones(rng: np.random.Generator) -> None:
    """Only the trace over d + 1 in place of d is different."""
    linear, affine = (MatrixMetric(name, 3, band(0, 4.0)) for name in ("gl", "aff"))
    x, y = rng.normal(size=(2, 9, 3, 3))
    lifted = (
        np.concatenate([v, np.zeros((9, 3, 1))], axis=-1).reshape(9, affine.dim) for v in (x, y)
    )
    expected = sectional_curvature(linear, x.reshape(9, 9), y.reshape(9, 9)) * 4 / 3
    assert_close(sectional_curvature(affine, *lifted), expected)


def test_translations_are_not_totally_geodesic() -> None:
    """The negative control: as a subgroup they are flat, so their own curvature would be 0."""
    metric = MatrixMetric("aff", 2, band(2, 1.0))
    translations = np.eye(6)[[2, 5]]
    assert_close(metric.bracket(*translations), np.zeros(6), EXACT)
    assert float(sectional_curvature(metric, *translations)) > 1.0
