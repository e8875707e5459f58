"""Laws of graded algebras, on strings of 70 qubits, fluid waves and Zeitlin's waves alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from qgeom.metric import graded
from qgeom.metric.graded import GradedMetric, Labels, SparseVector, align, collect
from qgeom.metric.penalties import nielsen
from qgeom.metric.sparse_pauli import SparsePauliMetric
from qgeom.metric.torus import TorusMetric, ZeitlinMetric
from tests.closeness import EXACT, assert_close

Law = Callable[[GradedMetric, list[SparseVector]], None]

METRICS: dict[str, SparsePauliMetric | TorusMetric | ZeitlinMetric] = {
    "pauli-70": SparsePauliMetric(70, nielsen(16.0)),
    "torus": TorusMetric(),
    "zeitlin-11": ZeitlinMetric(11),
}


def random_vectors(
    metric: GradedMetric, count: int, rng: np.random.Generator
) -> list[SparseVector]:
    """Elements with 8 terms each that meet often: strings on 3 sites, waves up to 2."""
    drawn = []
    for _ in range(count):
        numbers = rng.normal(size=(8, 2))
        if isinstance(metric, SparsePauliMetric):
            letters = rng.choice(list("IXYZ"), size=(8, 3))
            labels = [f"{a}{34 * 'I'}{b}{33 * 'I'}{c}" for a, b, c in letters]
            drawn.append(metric.vector(zip(labels, numbers[:, 0].tolist(), strict=True)))
        else:
            waves = [(a, b) for a in range(-2, 3) for b in range(3) if (a, b) > (0, 0)]
            chosen = rng.choice(len(waves), size=8, replace=False)
            modes = {waves[i]: complex(*pair) for i, pair in zip(chosen, numbers, strict=True)}
            drawn.append(metric.vector(modes))
    return drawn


def pairing(m: SparseVector, x: SparseVector) -> float:
    """``(m, x) = sum_a m_a conj(x_a)``."""
    _, (mine, theirs) = align(m, x)
    return float((mine * np.conj(theirs)).sum().real)


def conjugate(metric: GradedMetric, x: SparseVector) -> SparseVector:
    return collect(metric.negative(x.labels), np.conj(x.coefficients))


def assert_same(x: SparseVector, y: SparseVector) -> None:
    _, (mine, theirs) = align(x, y)
    assert len(mine) > 4, "the comparison is not empty"
    assert_close(mine, theirs, EXACT)


# ---- laws; each is refused for one of the broken algebras below


def check_antisymmetry(metric: GradedMetric, vectors: list[SparseVector]) -> None:
    x, y, _ = vectors
    assert_same(metric.bracket(x, y), -1.0 * metric.bracket(y, x))


def check_jacobi(metric: GradedMetric, vectors: list[SparseVector]) -> None:
    x, y, z = vectors
    bracket = metric.bracket
    cyclic = bracket(x, bracket(y, z)) + bracket(y, bracket(z, x))
    assert_same(cyclic, bracket(bracket(x, y), z))


def check_form_is_bi_invariant(metric: GradedMetric, vectors: list[SparseVector]) -> None:
    x, m, v = vectors
    assert_close(pairing(metric.coadjoint(x, m), v), pairing(m, metric.bracket(x, v)), EXACT)


def check_brackets_are_real(metric: GradedMetric, vectors: list[SparseVector]) -> None:
    x, y, _ = vectors
    assert_same(metric.bracket(x, y), conjugate(metric, metric.bracket(x, y)))


def check_momentum_is_inner(metric: GradedMetric, vectors: list[SparseVector]) -> None:
    """An inertia is a real operator: the momentum of a real element is real."""
    x, y, _ = vectors
    assert_same(metric.lower(x), conjugate(metric, metric.lower(x)))
    assert_close(metric.inner(x, y), pairing(metric.lower(x), y), EXACT)
    assert_close(metric.inner(x, y), metric.inner(y, x), EXACT)
    assert_close(metric.norm(x) ** 2, metric.inner(x, x), EXACT)
    assert_same(metric.raise_(metric.lower(x)), x)


@dataclass(frozen=True)
class Broken(GradedMetric):
    """The torus with another bracket or inertia."""

    rule: Callable[[Labels, Labels], np.ndarray]
    cost: Callable[[Labels], np.ndarray] = lambda k: 1.0 + np.sum(k**2, axis=-1)

    @property
    def width(self) -> int:
        return 2

    def add(self, a: Labels, b: Labels) -> Labels:
        return a + b

    def negative(self, a: Labels) -> Labels:
        return -a

    def factor(self, a: Labels, b: Labels) -> np.ndarray:
        return self.rule(a, b)

    def inertia(self, labels: Labels) -> np.ndarray:
        return self.cost(labels)

    def check_labels(self, name: str, labels: Labels) -> None:
        TorusMetric().check_labels(name, labels)


def cross(a: Labels, b: Labels) -> np.ndarray:
    return (a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]).astype(np.float64)


def witt(a: Labels, b: Labels) -> np.ndarray:
    """Vector fields on the circle: f changes sign with both labels, real brackets need an i."""
    return (b[..., 0] - a[..., 0]).astype(np.float64)


def weighted(a: Labels, b: Labels) -> np.ndarray:
    """Even and antisymmetric, but not cyclic."""
    return cross(a, b) * (np.sum(a**2, axis=-1) + np.sum(b**2, axis=-1))


LAWS: dict[Law, Broken] = {
    check_antisymmetry: Broken(lambda a, b: cross(a, b) + 1.0),
    check_jacobi: Broken(lambda a, b: cross(a, b) ** 3),
    check_form_is_bi_invariant: Broken(weighted),
    check_brackets_are_real: Broken(witt),
    check_momentum_is_inner: Broken(cross, lambda k: 1.5 + np.sign(k[..., 0])),
}


@pytest.mark.parametrize("check", LAWS)
@pytest.mark.parametrize("name", METRICS)
def test_law_holds(name: str, check: Law, rng: np.random.Generator) -> None:
    check(METRICS[name], random_vectors(METRICS[name], 3, rng))


@pytest.mark.parametrize("check", LAWS)
def test_law_refuses_a_broken_algebra(check: Law, rng: np.random.Generator) -> None:
    with pytest.raises(AssertionError):
        check(LAWS[check], random_vectors(TorusMetric(), 3, rng))


# ---- sparse vectors


def test_equal_labels_are_summed_and_zeros_dropped() -> None:
    labels = np.array([[1, 2], [3, -4], [1, 2], [0, 1], [3, -4]])
    x = collect(labels, np.array([1.0, 2.0, 0.5, 0.0, -2.0]))
    assert x.labels.tolist() == [[1, 2]]
    assert_close(x.coefficients, [1.5], EXACT)


def test_sums_are_those_of_dictionaries(rng: np.random.Generator) -> None:
    labels, numbers = rng.integers(-3, 4, size=(2, 40, 2)), rng.normal(size=(2, 40))
    totals: dict[tuple[int, int], float] = {}
    for sign, rows, values in zip((1.0, -3.0), labels, numbers, strict=True):
        for row, value in zip(rows.tolist(), values.tolist(), strict=True):
            totals[tuple(row)] = totals.get(tuple(row), 0.0) + sign * value
    x, y = (collect(rows, values) for rows, values in zip(labels, numbers, strict=True))
    got = x - 3.0 * y
    assert len({tuple(row) for row in got.labels.tolist()}) == len(got) == len(totals)
    expected = [totals[tuple(row)] for row in got.labels.tolist()]
    assert_close(got.coefficients, expected, EXACT)


@pytest.mark.parametrize("scalar", [2.0, np.float64(2.0), np.array([2.0])])
def test_scalars_multiply_from_both_sides(scalar: float) -> None:
    x = collect(np.array([[1, 0], [0, 1]]), np.array([1.0, 3.0]))
    for scaled in (x * scalar, scalar * x, x / (1 / scalar)):
        assert isinstance(scaled, SparseVector)
        assert_same_terms(scaled, x, 2.0)


def assert_same_terms(x: SparseVector, y: SparseVector, factor: float) -> None:
    assert x.labels.tolist() == y.labels.tolist()
    assert_close(x.coefficients, factor * y.coefficients, EXACT)


@pytest.mark.parametrize("name", METRICS)
def test_blocks_do_not_change_the_bracket(
    name: str, rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, y = random_vectors(METRICS[name], 2, rng)
    whole = METRICS[name].bracket(x, y)
    monkeypatch.setattr(graded, "PAIRS_PER_BLOCK", 3 * len(y))
    assert_same(METRICS[name].bracket(x, y), whole)


# ---- the door


@pytest.mark.parametrize(
    ("x", "words"),
    [
        ({(1, 0): 1.0}, "be a sparse vector made by `metric.vector`"),
        (SparseVector(np.array([[1, 0, 0]]), np.ones(1)), r"have labels \(terms, 2\)"),
        (SparseVector(np.array([[1, 0]]), np.ones(2)), r"have labels \(terms, 2\)"),
        (SparseVector(np.array([[1, 0], [-1, 0]]), np.array([1.0, np.nan])), "be finite"),
        (SparseVector(np.array([[1, 0]]), np.ones(1)), "be real"),
        (SparseVector(np.array([[1, 0], [-1, 0]]), np.array([1j, 1j])), "be real"),
        (SparseVector(np.array([[0, 0]]), np.ones(1)), "have no constant mode"),
        (SparseVector(np.array([[1.0, 0.0]]), np.ones(1)), "have wave vectors of type int64"),
    ],
)
def test_what_is_no_element_is_refused(x: SparseVector, words: str) -> None:
    with pytest.raises(ValueError, match="Argument `x` must " + words):
        TorusMetric().check_vector("x", x)


def test_a_vector_made_by_hand_takes_its_one_form() -> None:
    labels = np.array([[1, 0], [-1, 0], [1, 0], [-1, 0]])
    made = TorusMetric().check_vector("x", SparseVector(labels, np.array([0.5, 0.5, 1.0, 1.0])))
    assert TorusMetric().terms(made) == {(1, 0): 3.0}
