"""The instances on which every law is tested: each kind of group, each kind of cost."""

from __future__ import annotations

import numpy as np

from qgeom.metric.dense import DenseMetric
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.metric.structure import StructureMetric, structure_constants

SO4 = MatrixMetric("so", 4, band(1, 16.0))
# so(4) again, known by nothing but its structure constants.
SO4_BY_CONSTANTS = StructureMetric(structure_constants(SO4), SO4.inertia)


def full_inertia(dim: int) -> np.ndarray:
    """A symmetric positive matrix (dim, dim) without a structure, principal inertias 1 to 9."""
    turn, _ = np.linalg.qr(np.random.default_rng(dim).normal(size=(dim, dim)))
    return turn @ np.diag(np.linspace(1.0, 9.0, dim)) @ turn.T


CASES: dict[str, RightInvariantMetric] = {
    "su2-berger": PauliMetric(1, custom({"X": 1.0, "Y": 1.0, "Z": 5.0})),
    "su4-nielsen": PauliMetric(2, nielsen(4.0, locality=1)),
    "su8-nielsen": PauliMetric(3, nielsen(8.0)),
    "su8-by-weight": PauliMetric(3, custom({1: 1.0, 2: 4.0, 3: 16.0})),
    "so4-band": SO4,
    "gl3-band": MatrixMetric("gl", 3, band(0, 16.0)),
    "aff2-band": MatrixMetric("aff", 2, band(0, 4.0)),
    "circulant4x2-band": MatrixMetric("circulant", 4, band(1, 16.0), channels=2),
    "su4-times-gl2": ProductMetric(
        PauliMetric(2, nielsen(4.0, locality=1)), MatrixMetric("gl", 2, band(0, 4.0))
    ),
    "so4-by-constants": SO4_BY_CONSTANTS,
    "su4-dense": DenseMetric(PauliMetric(2, nielsen(1.0)), full_inertia(15)),
    # The inertia couples the factors, and costs 1 count differently in each.
    "su2-times-gl2-dense": DenseMetric(
        ProductMetric(PauliMetric(1, nielsen(1.0)), MatrixMetric("gl", 2, band(0, 4.0))),
        full_inertia(7),
    ),
}


def small_vectors(metric: RightInvariantMetric, rng: np.random.Generator, *lead: int) -> np.ndarray:
    """Random algebra elements (*lead, dim) whose matrices have Frobenius norm 1/2.

    Short enough that the exponential is injective on every group of `CASES`.
    """
    x = rng.normal(size=(*lead, metric.dim))
    return 0.5 * x / np.linalg.norm(metric.hat(x), axis=(-2, -1))[..., None]
