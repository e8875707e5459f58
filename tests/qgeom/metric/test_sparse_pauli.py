"""Sparse Pauli strings against dense matrices, and against strings of letters at 100 qubits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from qiskit.quantum_info import SparsePauliOp

from qgeom.algebra.hamiltonians import chaotic_ising, transverse_ising
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, custom, nielsen
from qgeom.metric.schedules import (
    binomial,
    chain,
    draconian,
    exponential,
    graph,
    majorana,
    parity,
)
from qgeom.metric.sparse_pauli import SparsePauliMetric, uniform_chain
from tests.closeness import EXACT, assert_close
from tests.oracles import graded as oracle

PENALTIES: dict[str, Penalty] = {
    "nielsen": nielsen(16.0),
    "exponential": exponential(3.0),
    "binomial": binomial(),
    "parity": parity(1.0, 4.0),
    "chain": chain(9.0),
    "graph": graph([(0, 2)], 9.0),
    "majorana": majorana(lambda weight: float(weight)),
    "by-weight": custom({k: 2.0**k for k in range(1, 5)}, default=7.0),
    "by-label": custom(lambda label: 1.0 + label.count("X") + 0.1 * label.index(max(label))),
    "relaxed": nielsen(16.0).power(0.5),
}


def dense(metric: SparsePauliMetric, labels: tuple[str, ...], x: object) -> np.ndarray:
    """Coefficients in the order of the labels of `PauliMetric`."""
    terms = metric.terms(x)  # type: ignore[arg-type]
    assert set(terms) <= set(labels)
    return np.array([terms.get(label, 0.0) for label in labels])


def random_labels(n_qubits: int, count: int, rng: np.random.Generator) -> list[str]:
    return ["".join(letters) for letters in rng.choice(list("IXYZ"), size=(count, n_qubits))]


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4])
def test_brackets_and_momenta_are_those_of_matrices(
    n_qubits: int, rng: np.random.Generator
) -> None:
    penalty = custom(lambda label: 1.0 + label.count("X") + 2 * label.count("Z"))
    matrices, sparse = PauliMetric(n_qubits, penalty), SparsePauliMetric(n_qubits, penalty)
    labels = matrices.strings.labels
    x, y = rng.normal(size=(2, matrices.dim)) * (rng.uniform(size=(2, matrices.dim)) < 0.5)
    x[0] = y[-1] = 1.0
    a, b = (sparse.vector(dict(zip(labels, v.tolist(), strict=True))) for v in (x, y))
    assert_close(dense(sparse, labels, a), x, EXACT)
    assert_close(dense(sparse, labels, sparse.bracket(a, b)), matrices.bracket(x, y))
    assert_close(dense(sparse, labels, sparse.coadjoint(a, b)), matrices.coadjoint(x, y))
    assert_close(dense(sparse, labels, sparse.lower(a)), matrices.lower(x), EXACT)
    assert_close(dense(sparse, labels, sparse.raise_(a)), matrices.raise_(x), EXACT)
    assert_close(sparse.inner(a, b), matrices.inner(x, y))


@pytest.mark.parametrize("n_qubits", [63, 64, 65, 100, 200])
def test_brackets_of_long_strings_are_those_of_letters(
    n_qubits: int, rng: np.random.Generator
) -> None:
    metric = SparsePauliMetric(n_qubits, nielsen(1.0))
    signs = set()
    for s, t in zip(*(random_labels(n_qubits, 30, rng) for _ in range(2)), strict=True):
        got = metric.terms(metric.bracket(metric.vector({s: 1.0}), metric.vector({t: 1.0})))
        r, factor = oracle.pauli_bracket(s, t)
        assert got == ({r: factor} if factor else {})
        signs.add(factor)
    assert signs == {0.0, 2.0, -2.0}


@pytest.mark.parametrize("name", PENALTIES)
def test_costs_are_those_of_all_strings(name: str) -> None:
    matrices = PauliMetric(4, PENALTIES[name])
    sparse = SparsePauliMetric(4, PENALTIES[name])
    labels = matrices.strings.labels
    some = [*range(0, 255, 7)]
    x = sparse.vector({labels[i]: 1.0 for i in some})
    expected = np.zeros(matrices.dim)
    expected[some] = matrices.inertia[some]
    assert_close(dense(sparse, labels, sparse.lower(x)), expected, EXACT)


def test_light_strings_alone_still_know_how_many_qubits_there_are() -> None:
    """`binomial` looks at n, which no string at hand may show."""
    sparse = SparsePauliMetric(9, binomial())
    pair = sparse.vector({"XX" + 7 * "I": 1.0})
    assert_close(sparse.inner(pair, pair), math.comb(9, 2) * 3 / 9, EXACT)


def test_infinite_costs_are_refused_only_where_they_are_met() -> None:
    metric = SparsePauliMetric(100, draconian())
    light, heavy = (metric.vector({k * "X" + (100 - k) * "I": 1.0}) for k in (2, 3))
    assert_close(metric.inner(light, light), 1.0, EXACT)
    with pytest.raises(ValueError, match="`penalty` must have finite costs"):
        metric.lower(heavy)


def test_a_mapping_of_labels_is_refused_rather_than_misread() -> None:
    """A mapping checks its labels against all strings, which are never listed here."""
    metric = SparsePauliMetric(3, custom({"ZZZ": 3.0}))
    with pytest.raises(ValueError, match="`costs` must name generators of the metric"):
        metric.lower(metric.vector({"XII": 1.0}))


# ---- where Hamiltonians come from


def test_mappings_pairs_and_qiskit_agree() -> None:
    metric = SparsePauliMetric(70, nielsen(2.0))
    terms = {"XY" + 66 * "I" + "ZI": 0.5, 70 * "Z": -2.0, 69 * "I" + "X": 1.5}
    operator = SparsePauliOp(list(terms), list(terms.values()))
    for source in (terms, terms.items(), operator, 0.5 * (operator + operator)):
        assert metric.terms(metric.vector(source)) == terms


def test_the_identity_is_left_out() -> None:
    metric = SparsePauliMetric(3, nielsen(2.0))
    assert metric.terms(metric.vector({"III": 4.0, "XII": 1.0})) == {"XII": 1.0}
    assert len(metric.vector({})) == 0


@pytest.mark.parametrize(
    ("couplings", "hamiltonian"),
    [
        ({"ZZ": -1.0, "X": -0.7}, transverse_ising(5, 0.7)),
        ({"ZZ": -1.0, "X": -0.7, "Z": -0.3}, chaotic_ising(5, 0.7, 0.3)),
    ],
)
def test_chains_are_the_named_hamiltonians(
    couplings: dict[str, float], hamiltonian: np.ndarray
) -> None:
    matrices, sparse = PauliMetric(5, nielsen(1.0)), SparsePauliMetric(5, nielsen(1.0))
    x = sparse.vector(uniform_chain(5, couplings))
    got = dense(sparse, matrices.strings.labels, x / sparse.norm(x))
    assert_close(got, hamiltonian, EXACT)


def test_patterns_that_meet_are_summed() -> None:
    assert uniform_chain(2, {"X": 1.0, "XI": 2.0}) == {"XI": 3.0, "IX": 1.0}


# ---- the door


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        ({"XX": 1.0}, "have labels of 3 letters I, X, Y, Z, but has 'XX'"),
        ({"XXA": 1.0}, "have labels of 3 letters I, X, Y, Z, but has 'XXA'"),
        ({"XXX": math.nan}, "be finite"),
        ({"XXX": "one"}, "be an array of numbers"),
        ({"XXX": 1.0 + 0.1j}, "be Hermitian"),
    ],
)
def test_bad_terms_are_refused(terms: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match="Argument `terms` must " + words):
        SparsePauliMetric(3, nielsen(2.0)).vector(terms)


def test_bad_metrics_are_refused() -> None:
    with pytest.raises(ValueError, match="`n_qubits` must be at least 1"):
        SparsePauliMetric(0, nielsen(2.0))
    with pytest.raises(ValueError, match="`penalty` must be a Penalty"):
        SparsePauliMetric(3, 2.0)  # type: ignore[arg-type]


def test_bad_chains_are_refused() -> None:
    with pytest.raises(ValueError, match="`couplings` must have patterns of 1 to 2 letters"):
        uniform_chain(2, {"XXX": 1.0})
    with pytest.raises(ValueError, match="`couplings` must be finite"):
        uniform_chain(2, {"X": math.inf})


def test_vectors_of_other_metrics_are_refused() -> None:
    metric = SparsePauliMetric(3, nielsen(2.0))
    foreign = SparsePauliMetric(4, nielsen(2.0)).vector({"XIII": 1.0})
    with pytest.raises(ValueError, match="`x` must act on 3 qubits, but acts on qubit 3"):
        metric.check_vector("x", foreign)
    longer = SparsePauliMetric(70, nielsen(2.0)).vector({70 * "X": 1.0})
    with pytest.raises(ValueError, match=r"`x` must have labels \(terms, 2\)"):
        metric.check_vector("x", longer)
