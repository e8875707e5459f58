"""Ricci and scalar curvature by pairs, convolutions, frames, tensors and brute force."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, nielsen
from qgeom.metric.product import ProductMetric
from qgeom.readings.curvature import (
    ricci_curvature,
    ricci_tensor,
    scalar_curvature,
    sectional_curvature,
)
from qgeom.readings.ricci import pauli_ricci, pauli_sectional
from tests.closeness import EXACT, ROUNDING, assert_close
from tests.oracles import curvature as oracle


def rugged(seed: int) -> Penalty:
    """Costs between 1/30 and 30, another one for every generator."""
    return Penalty(
        "rugged",
        lambda generators: 30 ** np.random.default_rng(seed).uniform(-1, 1, len(generators)),
    )


# ---- pairs of strings


@pytest.mark.parametrize("n_qubits", [2, 3])
@pytest.mark.parametrize(
    "penalty",
    [nielsen(1.0), nielsen(64.0), nielsen(4.0, locality=1), rugged(0)],
    ids=lambda p: p.name,
)
def test_every_pair_of_strings(n_qubits: int, penalty: Penalty) -> None:
    metric = PauliMetric(n_qubits, penalty)
    s, t = np.triu_indices(metric.dim, 1)
    basis = np.eye(metric.dim)
    assert_close(pauli_sectional(metric, s, t), sectional_curvature(metric, basis[s], basis[t]))


@pytest.mark.parametrize("q", [1.0, 10.0])
def test_six_kinds_of_planes_of_the_cliff(q: float) -> None:
    metric = PauliMetric(3, nielsen(q))
    planes = {
        ("XII", "YII"): 1.0,  # easy easy -> easy
        ("XXI", "IZZ"): 4 - 3 * q,  # easy easy -> hard
        ("XXI", "XYZ"): q,  # easy hard -> easy
        ("XII", "YYZ"): 1 / q**2,  # easy hard -> hard
        ("XYZ", "XXX"): 0.0,  # commute
        ("XXX", "XXY"): (4 * q - 3) / q**2,  # hard hard -> easy
    }
    labels = oracle.pauli_labels(3)
    got = [pauli_sectional(metric, labels.index(s), labels.index(t)) for s, t in planes]
    assert_close(got, list(planes.values()), EXACT)


@pytest.mark.parametrize(
    ("s", "t", "words"),
    [
        (0, 0, "`s, t` must be two different strings"),
        (0, 15, "`t` must be between 0 and 14, but holds 15"),
        (-1, 3, "`s` must be between 0 and 14"),
        (1.0, 3, "`s` must be integer indices"),
    ],
)
def test_bad_strings_are_refused(s: float, t: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        pauli_sectional(PauliMetric(2, nielsen(2.0)), s, t)


# ---- Ricci, four routes


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4])
def test_convolutions_equal_the_sum_over_pairs(n_qubits: int) -> None:
    metric = PauliMetric(n_qubits, rugged(1))
    index = np.arange(metric.dim)
    others = np.array([np.delete(index, s) for s in index])
    expected = pauli_sectional(metric, index[:, None], others).sum(axis=1)
    assert_close(pauli_ricci(metric), expected)


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_convolutions_equal_frames_tensor_and_brute_force(n_qubits: int) -> None:
    metric = PauliMetric(n_qubits, rugged(2))
    fast = ricci_curvature(metric)
    assert_close(ricci_curvature(metric, np.eye(metric.dim)), fast)
    assert_close(ricci_tensor(metric), np.diag(metric.inertia * fast))
    constants = oracle.structure_constants(oracle.pauli_basis(n_qubits))
    assert_close(oracle.ricci(constants, metric.inertia), np.diag(fast))


@pytest.mark.parametrize(
    ("metric", "basis"),
    [
        (MatrixMetric("so", 5, rugged(3)), oracle.so_basis(5)),
        (MatrixMetric("gl", 3, rugged(4)), oracle.entry_basis(3, 3, 3)),
        (MatrixMetric("aff", 3, rugged(5)), oracle.entry_basis(3, 4, 4)),
        (MatrixMetric("circulant", 4, rugged(6), channels=2), oracle.circulant_basis(4, 2)),
    ],
    ids=["so", "gl", "aff", "circulant"],
)
def test_tensor_and_frames_equal_brute_force(
    metric: RightInvariantMetric, basis: oracle.Matrices
) -> None:
    scale = np.sqrt(metric.inertia)
    tensor = ricci_tensor(metric) / scale / scale[:, None]
    assert_close(tensor, oracle.ricci(oracle.structure_constants(basis), metric.inertia))
    units = np.random.default_rng(7).standard_normal((2, 3, metric.dim))
    expected = np.einsum("...a,ab,...b->...", units, tensor, units) / np.sum(units**2, axis=-1)
    assert_close(ricci_curvature(metric, units / scale), expected)
    assert_close(ricci_curvature(metric), np.diag(tensor))
    assert scalar_curvature(metric) == pytest.approx(np.trace(tensor), rel=1e-10)


def test_ricci_of_the_affine_group_is_not_diagonal() -> None:
    tensor = ricci_tensor(MatrixMetric("aff", 2, rugged(8)))
    assert np.abs(tensor - np.diag(np.diag(tensor))).max() > 0.01
    assert_close(tensor, tensor.T)


def test_ricci_of_a_product_is_that_of_its_factors() -> None:
    first, second = PauliMetric(2, rugged(9)), MatrixMetric("so", 4, rugged(10))
    expected = np.concatenate([ricci_curvature(first), ricci_curvature(second)])
    assert_close(ricci_curvature(ProductMetric(first, second)), expected)


def test_directions_must_not_vanish() -> None:
    metric = PauliMetric(1, nielsen(1.0))
    with pytest.raises(ValueError, match="`x` must be a direction, but is zero"):
        ricci_curvature(metric, np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]))
    with pytest.raises(ValueError, match="`x` must have shape"):
        ricci_curvature(metric, np.ones(4))


# ---- golden numbers (MATH.md section 4, QUANTUM_GEOMETRY.md 2.8)


@pytest.mark.parametrize("q", [1.0, 2.0, 10.0, 100.0])
def test_two_qubits_do_not_feel_a_two_local_cliff(q: float) -> None:
    assert scalar_curvature(PauliMetric(2, nielsen(q))) == pytest.approx(120.0, rel=ROUNDING)


@pytest.mark.parametrize(
    ("q", "scalar"), [(1.0, 2016.0), (2.0, 1381.5), (4.0, 547.875), (10.0, -1517.22)]
)
def test_three_qubit_scalar(q: float, scalar: float) -> None:
    polynomial = 1638 - 324 * q + 864 / q - 162 / q**2
    assert polynomial == pytest.approx(scalar, rel=ROUNDING)
    assert scalar_curvature(PauliMetric(3, nielsen(q))) == pytest.approx(scalar, rel=ROUNDING)


@pytest.mark.parametrize(
    ("q", "by_weight"),
    [(10.0, (14.18, -184.0, 123.08)), (100.0, (14.0018, -2344.0, 1200.3188))],
)
def test_three_qubit_ricci_by_weight(q: float, by_weight: tuple[float, ...]) -> None:
    metric = PauliMetric(3, nielsen(q))
    expected = np.array(by_weight)
    assert_close(pauli_ricci(metric), expected[metric.strings.weight - 1])


@pytest.mark.parametrize("n_qubits", [3, 4, 5, 6, 8])
@pytest.mark.parametrize("q", [1.0, 3.0, 4096.0])
def test_scalar_of_the_cliff_by_counting_triples(n_qubits: int, q: float) -> None:
    expected = oracle.cliff_scalar(n_qubits, q)
    metric = PauliMetric(n_qubits, nielsen(q))
    assert scalar_curvature(metric) == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize(("n_qubits", "critical"), [(3, 5.52207), (4, 7.75975), (5, 15.45132)])
def test_cost_at_which_the_scalar_changes_sign(n_qubits: int, critical: float) -> None:
    below, above = (
        scalar_curvature(PauliMetric(n_qubits, nielsen(critical + shift)))
        for shift in (-1e-5, 1e-5)
    )
    assert below > 0 > above
