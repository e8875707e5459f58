"""What is special to one group: closed forms of costs, phases, logarithms and doors."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, custom, nielsen
from qgeom.metric.product import ProductMetric
from tests.backends import BACKENDS, fetch, place
from tests.closeness import assert_close

GL2 = MatrixMetric("gl", 2, band(0, 4.0))
SU4 = PauliMetric(2, nielsen(4.0, locality=1))


def test_inner_product_of_qubits_is_a_trace(rng: np.random.Generator) -> None:
    """``<H, J> = tr(H J) / 2^n`` at cost 1 (paper 1, eq. 1)."""
    metric = PauliMetric(3, nielsen(1.0))
    x, y = rng.normal(size=(2, 63))
    trace = np.trace(metric.hamiltonian(x) @ metric.hamiltonian(y)).real / 8
    assert_close(metric.inner(x, y), trace)
    assert_close(metric.hat(x), -1j * metric.hamiltonian(x))


@pytest.mark.parametrize("name", ["so", "gl", "aff", "circulant"])
def test_inner_product_of_matrices_is_a_weighted_sum_of_entries(
    name: str, rng: np.random.Generator
) -> None:
    """``<A, B> = sum_ij w_ij A_ij B_ij / N`` (MATH.md section 1)."""
    metric = MatrixMetric(name, 4, band(1, 9.0))
    x, y = rng.normal(size=(2, metric.dim))
    row, column = np.indices((metric.size, metric.size))
    apart = np.abs(row - column)
    if name == "circulant":
        apart = np.minimum(apart, 4 - apart)
    if name == "aff":
        apart[:, 4] = 0
    entrywise = np.where(apart <= 1, 1.0, 9.0) * metric.hat(x) * metric.hat(y)
    assert_close(metric.inner(x, y), entrywise.sum() / metric.size)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["toffoli", "fredkin"])
def test_logarithm_of_a_gate_exponentiates_to_it_up_to_phase(name: str, backend: str) -> None:
    metric, gate = PauliMetric(3, nielsen(8.0)), target(name).matrix
    phases = np.array([1.0, np.exp(2.1j), -1.0])[:, None, None]
    again = fetch(metric.exp(metric.log(place(phases * gate, backend))), backend)
    assert_close(np.abs(np.einsum("bij,ij->b", again.conj(), gate)), np.full(3, 8.0))


@pytest.mark.parametrize("value", [-1.0, -1e-3])
def test_a_matrix_on_the_cut_has_no_principal_logarithm(value: float) -> None:
    on_cut = np.diag([value, value, 1.0])
    with pytest.raises(ValueError, match="real logarithm, but 1 of 1 have an eigenvalue <= 0"):
        MatrixMetric("gl", 3, band(1, 4.0)).log(on_cut)


@pytest.mark.parametrize("sites", [3, 4])
def test_circulants_with_a_real_frequency_turned_over_are_refused(sites: int) -> None:
    """Minus the identity has determinant 1 on four sites, but no path to the identity."""
    metric = MatrixMetric("circulant", sites, band(1, 4.0))
    with pytest.raises(ValueError, match="`g` must lie in the identity component"):
        metric.check_element("g", -np.eye(sites))


def test_circulants_turned_over_at_complex_frequencies_are_elements() -> None:
    """The frequency 1 of four sites is complex: its sign can be rotated away."""
    metric = MatrixMetric("circulant", 4, band(1, 4.0))
    turned = np.fft.ifft(np.diag([1, -1, 1, -1]) @ np.fft.fft(np.eye(4), axis=0), axis=0).real
    assert_close(metric.check_element("g", turned), turned)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PauliMetric(0, nielsen(2.0)), "`n_qubits` must be between 1 and 12, but is 0"),
        (lambda: PauliMetric(2.0, nielsen(2.0)), "`n_qubits` must be an integer, but is 2.0"),
        (lambda: MatrixMetric("su", 3, band(1, 2.0)), "`name` must be one of so, gl"),
        (lambda: MatrixMetric("so", 1, band(1, 2.0)), "`size` must be at least 2"),
        (lambda: MatrixMetric("so", 3, band(1, 2.0), 2), "`channels` must be 1 for so"),
        (lambda: ProductMetric(GL2, 3), "`b` must be a metric such as PauliMetric"),
        (lambda: ProductMetric(nielsen(2.0), GL2), "`a` must be a metric such as PauliMetric"),
    ],
)
def test_wrong_metrics_cannot_be_made(
    make: Callable[[], RightInvariantMetric], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_product_concatenates_its_factors(rng: np.random.Generator) -> None:
    product = ProductMetric(SU4, GL2)
    x, y = rng.normal(size=(2, 19))
    assert (product.dim, product.size, product.dtype) == (19, 6, np.complex128)
    assert_close(product.inner(x, y), SU4.inner(x[:15], y[:15]) + GL2.inner(x[15:], y[15:]))
    expected = np.concatenate([SU4.bracket(x[:15], y[:15]), GL2.bracket(x[15:], y[15:])])
    assert_close(product.bracket(x, y), expected)


def test_product_relaxes_both_factors() -> None:
    expected = np.concatenate([SU4.relaxed(0.5).inertia, GL2.relaxed(0.5).inertia])
    assert_close(ProductMetric(SU4, GL2).relaxed(0.5).inertia, expected)


def test_product_is_compact_and_isotropic_where_both_factors_are() -> None:
    so3 = MatrixMetric("so", 3, band(1, 4.0))
    assert ProductMetric(SU4, so3).compact
    assert not ProductMetric(SU4, GL2).compact
    assert ProductMetric(SU4, GL2).isotropic is None
    assert_close(ProductMetric(SU4, so3).isotropic, np.array([1.0] * 15 + [2 / 3] * 3))


def test_metrics_of_equal_parts_are_equal() -> None:
    penalty = custom({"Z": 2.0})
    assert PauliMetric(1, penalty) == PauliMetric(1, penalty)
    assert PauliMetric(1, penalty) != PauliMetric(1, penalty.power(2.0))
