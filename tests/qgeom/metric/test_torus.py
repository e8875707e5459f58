"""Waves on the torus and in su(N): brackets against Poisson brackets and matrices, and the door."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.metric.torus import AREA, MAX_WAVE_NUMBER, TorusMetric, ZeitlinMetric
from tests.closeness import EXACT, assert_close, assert_order
from tests.oracles import graded as oracle

MODES: list[dict[tuple[int, int], complex]] = [
    {(1, 0): 1.0, (1, 2): 0.5 - 1j, (-1, 1): 2j},
    {(0, 1): -1.0 + 0.3j, (2, -1): 0.7, (1, 1): 1j},
]
Modes = dict[tuple[int, int], complex]


def amplitudes(modes: Modes, x: np.ndarray) -> np.ndarray:
    """``Re sum a_k exp(i k.x)`` on points x (2, ...)."""
    return sum((a * np.exp(1j * (k[0] * x[0] + k[1] * x[1]))).real for k, a in modes.items())


def slopes(modes: Modes, x: np.ndarray) -> list[np.ndarray]:
    return [amplitudes({k: 1j * k[i] * a for k, a in modes.items()}, x) for i in range(2)]


def test_terms_invert_vectors() -> None:
    metric = TorusMetric()
    assert metric.terms(metric.vector({(-1, 2): 1.0 + 2j})) == {(1, -2): 1.0 - 2j}
    assert metric.terms(metric.vector({(1, -2): 1.0, (-1, 2): 1.0})) == {(1, -2): 2.0}


def test_bracket_is_minus_the_poisson_bracket(rng: np.random.Generator) -> None:
    metric, x = TorusMetric(), rng.uniform(0, 2 * np.pi, size=(2, 50))
    got = metric.terms(metric.bracket(*map(metric.vector, MODES)))
    first, second = (slopes(modes, x) for modes in MODES)
    poisson = first[0] * second[1] - first[1] * second[0]
    assert_close(amplitudes(got, x), -poisson)


def test_inner_product_is_the_kinetic_energy() -> None:
    metric = TorusMetric()
    grid = 2 * np.pi * np.stack(np.meshgrid(*2 * [np.arange(16) / 16]))
    (a, b), (c, d) = (slopes(modes, grid) for modes in MODES)
    x, y = map(metric.vector, MODES)
    assert_close(metric.inner(x, y), AREA * np.mean(a * c + b * d))
    assert_close(metric.inner(x, x), AREA * np.mean(a**2 + b**2))


def su_matrix(size: int, modes: Modes) -> np.ndarray:
    coordinates = oracle.zeitlin_coordinates(size, modes)
    return np.tensordot(coordinates, oracle.zeitlin_basis(size), 1)


def assert_brackets_are_commutators(size: int, factor: float) -> None:
    metric = ZeitlinMetric(size)
    got = metric.terms(metric.bracket(*map(metric.vector, MODES)))
    u, v = (su_matrix(size, metric.terms(metric.vector(modes))) for modes in MODES)
    assert_close(su_matrix(size, got), factor * (u @ v - v @ u))


@pytest.mark.parametrize("size", [3, 5, 7])
def test_zeitlin_brackets_are_commutators(size: int) -> None:
    """At sizes where the products of these waves wrap around."""
    assert_brackets_are_commutators(size, 1.0)


def test_clock_and_shift_notice_a_wrong_normalisation() -> None:
    with pytest.raises(AssertionError):
        assert_brackets_are_commutators(5, 1.01)


def test_zeitlin_brackets_converge_to_those_of_the_torus() -> None:
    torus = TorusMetric()
    exact = torus.terms(torus.bracket(*map(torus.vector, MODES)))
    errors = []
    for size in (101, 201, 401, 801):
        metric = ZeitlinMetric(size)
        got = metric.terms(metric.bracket(*map(metric.vector, MODES)))
        assert set(got) == set(exact)
        errors.append(max(abs(got[k] - exact[k]) for k in exact))
    assert_order(errors, 2)


def test_waves_count_modulo_n() -> None:
    metric = ZeitlinMetric(5)
    assert metric.terms(metric.vector({(3, 6): 1.0 + 2j})) == {(2, -1): 1.0 - 2j}
    x = metric.vector({(1, 2): 1.0})
    assert_close(metric.inner(x, x), AREA * 5 / 2, EXACT)


def test_waves_that_commute_modulo_n_have_no_bracket() -> None:
    """Their cross product is N, and ``sin 2 pi`` is not 0 in floating point."""
    waves = [{(1, 2): 1.0}, {(-4, 1): 1.0}]
    assert len(TorusMetric().bracket(*map(TorusMetric().vector, waves))) == 4
    assert len(ZeitlinMetric(9).bracket(*map(ZeitlinMetric(9).vector, waves))) == 0


@pytest.mark.parametrize("size", [1, 2, 6, -3])
def test_even_and_small_sizes_are_refused(size: int) -> None:
    with pytest.raises(ValueError, match=r"`size` must be (odd|between)"):
        ZeitlinMetric(size)


@pytest.mark.parametrize("metric", [TorusMetric(), ZeitlinMetric(5)])
@pytest.mark.parametrize(
    ("modes", "words"),
    [
        ({(0, 0): 1.0}, r"have no constant mode \(0, 0\)"),
        ({(1, 0): np.inf}, "be finite"),
        ({(1.5, 0): 1.0}, "have pairs of integers as keys"),
        ({(1, 0, 0): 1.0}, "have pairs of integers as keys"),
        ({}, "have pairs of integers as keys"),
    ],
)
def test_bad_modes_are_refused(
    metric: TorusMetric | ZeitlinMetric, modes: Modes, words: str
) -> None:
    with pytest.raises(ValueError, match="Argument `modes` must " + words):
        metric.vector(modes)


def test_waves_out_of_range_are_refused() -> None:
    with pytest.raises(ValueError, match="`modes` must have wave numbers of at most 33554432"):
        TorusMetric().vector({(MAX_WAVE_NUMBER + 1, 0): 1.0})
    with pytest.raises(ValueError, match="`modes` must have no constant mode"):
        ZeitlinMetric(5).vector({(5, 10): 1.0})
    with pytest.raises(ValueError, match="`x` must have wave numbers of at most 2, but has 3"):
        ZeitlinMetric(5).check_vector("x", TorusMetric().vector({(3, 0): 1.0}))
