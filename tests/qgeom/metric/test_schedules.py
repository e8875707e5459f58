"""The cost zoo against brute force: Majorana products, supports, permutations, curvature signs."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from qgeom.geodesic.closed_form import closed_form
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, custom, nielsen
from qgeom.metric.schedules import (
    binomial,
    chain,
    exponential,
    graph,
    majorana,
    majorana_weight,
    parity,
)
from qgeom.readings.curvature import scalar_curvature
from qgeom.readings.weights import ricci_by_weight
from tests.closeness import assert_close
from tests.oracles.curvature import exact_ricci
from tests.oracles.geodesics import LETTERS, dense_paulis

ZOO: dict[str, Penalty] = {
    "exponential": exponential(2.5),
    "binomial": binomial(),
    "parity": parity(3.0, 1.0),
    "chain": chain(5.0),
    "graph": graph([(0, 1), (1, 2)], 5.0),
    "majorana": majorana(lambda w: 1.0 if w <= 2 else 6.0),
}


def majoranas(n_qubits: int) -> list[np.ndarray]:
    """Jordan-Wigner, qubit 0 rightmost, Z on the lower qubits."""
    found = []
    for qubit, letter in itertools.product(range(n_qubits), "XY"):
        matrix = np.eye(1)
        for site in reversed(range(n_qubits)):
            here = letter if site == qubit else ("Z" if site < qubit else "I")
            matrix = np.kron(matrix, LETTERS[here])
        found.append(matrix)
    return found


@pytest.mark.parametrize("n_qubits", [1, 2, 3])
def test_majorana_weight_counts_the_factors(n_qubits: int) -> None:
    labels, paulis = dense_paulis(n_qubits)
    seen = {}
    for count in range(1, 2 * n_qubits + 1):
        for chosen in itertools.combinations(majoranas(n_qubits), count):
            product = chosen[0]
            for factor in chosen[1:]:
                product = product @ factor
            overlap = np.abs(np.einsum("aij,ji->a", paulis, product)) / 2**n_qubits
            seen[labels[int(np.argmax(overlap))]] = count
    assert seen == {label: majorana_weight(label) for label in labels}


def test_chain_and_graph_agree_on_a_line_up_to_two_sites() -> None:
    by_range = PauliMetric(3, chain(5.0)).inertia
    by_edge = PauliMetric(3, graph([(0, 1), (1, 2)], 5.0)).inertia
    assert_close(by_range, by_edge)


def test_graph_follows_the_qubit_numbers() -> None:
    """Qubit 0 is the rightmost letter: an edge (0, 1) makes IXX cheap, not XXI."""
    metric = PauliMetric(3, graph([(0, 1)], 5.0))
    costs = dict(zip(metric.strings.labels, metric.inertia.tolist(), strict=True))
    assert (costs["IXX"], costs["XXI"], costs["XIX"]) == (1.0, 5.0, 5.0)


def test_weight_costs_ignore_where_the_letters_stand_and_chains_do_not() -> None:
    labels = PauliMetric(3, exponential(2.0)).strings.labels
    swap = [labels.index(label[1] + label[0] + label[2]) for label in labels]
    for name, penalty in ZOO.items():
        costs = PauliMetric(3, penalty).inertia
        invariant = bool((costs[swap] == costs).all())
        assert invariant == (name in ("exponential", "binomial", "parity"))


@pytest.mark.parametrize("name", ZOO)
def test_cheapest_strings_cost_one(name: str) -> None:
    costs = PauliMetric(3, ZOO[name]).inertia
    assert costs.min() == 1.0
    assert costs.max() > 1.0


@pytest.mark.parametrize("n_qubits", [4, 8, 16])
def test_sign_of_the_scalar_curvature_of_exponential_costs(n_qubits: int) -> None:
    """QUANTUM_GEOMETRY.md 2.8 has 3 and 4, 2 and 3, 1.5 and 2; the docstring quotes four digits."""
    low, high = {4: (3.563, 3.565), 8: (2.160, 2.162), 16: (1.681, 1.683)}[n_qubits]

    def scalar(base: float) -> float:
        counts = [float(c) for c in _strings_by_weight(n_qubits)]
        return float(np.dot(counts, ricci_by_weight(n_qubits, exponential(base))))

    assert scalar(low) > 0 > scalar(high)


# Zeros quoted in the docstrings: number of qubits, family of one parameter, where R changes sign.
ZEROS: list[tuple[int, Callable[[float], Penalty], float]] = [
    (3, nielsen, 5.52207),
    (4, nielsen, 7.760),
    (5, nielsen, 15.45),
    (3, exponential, 6.053),
    (4, exponential, 3.564),
    (5, exponential, 2.861),
    (2, lambda odd: parity(odd, 1.0), 4.082),
    (3, lambda odd: parity(odd, 1.0), 4.380),
    (4, lambda odd: parity(odd, 1.0), 4.186),
    (3, chain, 8.219),
    (4, chain, 15.95),
    (5, chain, 43.88),
    (4, lambda q: graph([(0, 1), (1, 2), (2, 3)], q), 15.95),
    (4, lambda q: graph([(0, 1), (0, 2), (0, 3)], q), 13.24),
    (4, lambda q: graph([(0, 1), (1, 2), (2, 3), (3, 0)], q), 11.91),
    (4, lambda q: graph(itertools.combinations(range(4), 2), q), 7.760),
    (3, lambda q: syk(4, q), 14.58),
    (4, lambda q: syk(4, q), 5.985),
    (5, lambda q: syk(4, q), 6.110),
    (1, lambda q: custom({"Z": q}), 4.0),
]
# Cheap strings that are closed under commutators, or anything else that is said to stay positive.
POSITIVE: list[tuple[int, Callable[[float], Penalty]]] = [
    (2, nielsen),
    (3, lambda q: nielsen(q, locality=1)),
    (4, lambda q: nielsen(q, locality=1)),
    (2, exponential),
    (3, lambda even: parity(1.0, even)),
    (3, lambda q: chain(q, radius=0)),
    (3, lambda q: chain(q, radius=2)),
    (3, lambda q: graph([(0, 2)], q)),
    (4, lambda q: graph([(0, 3), (1, 2)], q)),
    (3, lambda q: syk(2, q)),
    (4, lambda q: syk(2, q)),
]
ZERO_DIGITS = 2e-3  # the docstrings quote four digits


def syk(cheap: int, q: float) -> Penalty:
    return majorana(lambda w: 1.0 if w <= cheap else q)


def scalar_by_triples(n_qubits: int, penalty: Penalty) -> float:
    """Sum over ordered triples of anticommuting strings, by Heron's formula of the roots of costs.

    ``2 (ab + bc + ca) - a^2 - b^2 - c^2 = (x + y + z)(-x + y + z)(x - y + z)(x + y - z)`` with
    ``a = x^2`` and so on.  Strings multiply letter by letter: as numbers 0 to 3 by XOR.
    """
    letters = np.array(list(itertools.product(range(4), repeat=n_qubits)))
    power = 4 ** np.arange(n_qubits)[::-1]
    metric = PauliMetric(n_qubits, penalty)
    cost = dict(zip(metric.strings.labels, metric.inertia.tolist(), strict=True))
    names = ["".join("IXYZ"[i] for i in row) for row in letters.tolist()]
    root = np.sqrt([cost.get(name, 1.0) for name in names])
    total = 0.0
    for row, x in zip(letters, root, strict=True):
        differ = (row != letters) & (row != 0) & (letters != 0)
        z = root[(row ^ letters) @ power]
        heron = (x + root + z) * (-x + root + z) * (x - root + z) * (x + root - z)
        total += float(np.sum(differ.sum(axis=1) % 2 * heron / (x * root * z) ** 2))
    return total / 3  # each triple was met in six orders and counts twice


@pytest.mark.parametrize(("n_qubits", "family", "zero"), ZEROS)
def test_scalar_curvature_changes_sign_where_the_docstring_says(
    n_qubits: int, family: Callable[[float], Penalty], zero: float
) -> None:
    for factor, sign in ((1 - ZERO_DIGITS, 1), (1 + ZERO_DIGITS, -1), (10.0, -1)):
        penalty = family(factor * zero)
        by_triples = scalar_by_triples(n_qubits, penalty)
        assert np.sign(by_triples) == sign
        scale = 16.0**n_qubits  # terms of both signs cancel near the zero
        assert abs(scalar_curvature(PauliMetric(n_qubits, penalty)) - by_triples) < 1e-12 * scale


@pytest.mark.parametrize(("n_qubits", "family"), POSITIVE)
def test_scalar_curvature_stays_positive_where_the_docstring_says(
    n_qubits: int, family: Callable[[float], Penalty]
) -> None:
    for q in (1.0, 4.0, 30.0, 1e3, 1e6):
        by_triples = scalar_by_triples(n_qubits, family(q))
        assert by_triples > 0
        assert_close(scalar_curvature(PauliMetric(n_qubits, family(q))), by_triples, 1e-9)


def test_two_costs_count_triples_by_their_costly_strings() -> None:
    """The formula of the module: a difference in any count would be seen at these four costs."""
    costs = np.array([1.0, 2.0, 5.0, 9.0])
    terms = np.stack([3 + 0 * costs, 4 - costs, (4 * costs - 1) / costs**2, 3 / costs], axis=1)
    for family in (nielsen, chain, lambda q: syk(3, q), lambda q: graph([(0, 1)], q)):
        scalars = [scalar_by_triples(3, family(q)) for q in costs.tolist()]
        counts = np.linalg.solve(2 * terms, scalars)
        assert_close(counts, np.round(counts), 1e-8)
        assert_close(float(counts.sum()), 64 * 63 / 12)


@pytest.mark.parametrize("n_qubits", [2, 3, 4])
def test_zero_of_parity_costs_counts_two_kinds_of_triples(n_qubits: int) -> None:
    """``2 + sqrt(4 + 3 N_0 / N_2)``; at a huge cost of even strings ``6 N_0 / odd`` alone is left."""
    all_triples = (4**n_qubits - 1) * 4**n_qubits / 12
    odd_triples = round(scalar_by_triples(n_qubits, parity(1.0, 1e12)) / 6)
    zero = 2 + np.sqrt(4 + 3 * odd_triples / (all_triples - odd_triples))
    scale = scalar_by_triples(n_qubits, parity(1.0, 1.0))
    assert_close(scalar_by_triples(n_qubits, parity(zero, 1.0)) / scale, 0.0)


def test_binomial_costs_turn_negative_at_26_qubits() -> None:
    """In exact rationals, with the pairs counted by weight."""

    def scalar(n_qubits: int) -> Fraction:
        classes = [math.comb(n_qubits, w) * 3**w for w in range(1, n_qubits + 1)]
        costs = [Fraction(size, 3 * n_qubits) for size in itertools.accumulate(classes, max)]
        ricci = [exact_ricci(n_qubits, w, lambda v: costs[v - 1]) for w in range(1, n_qubits + 1)]
        return sum(map(Fraction.__mul__, map(Fraction, classes), ricci), Fraction(0))

    for n_qubits in (4, 25, 26):
        classes = [float(size) for size in _strings_by_weight(n_qubits)]
        found = float(np.dot(classes, ricci_by_weight(n_qubits, binomial())))
        assert_close(found / 4.0**n_qubits, float(scalar(n_qubits)) / 4.0**n_qubits, 1e-8)
        assert (found > 0) == (n_qubits < 26)


def _strings_by_weight(n_qubits: int) -> list[int]:
    row = [1]
    for _ in range(n_qubits):  # coefficients of (1 + 3 x)^n
        row = [a + 3 * b for a, b in zip([*row, 0], [0, *row], strict=True)]
    return row[1:]


@pytest.mark.parametrize("name", ZOO)
def test_scalar_curvature_of_the_zoo_is_a_number(name: str) -> None:
    flat = 4**3 * (4**3 - 1) / 2
    value = float(scalar_curvature(PauliMetric(3, ZOO[name])))
    assert np.isfinite(value)
    assert value < flat


def test_parity_has_a_closed_form() -> None:
    assert closed_form(PauliMetric(4, parity(2.0, 5.0))) is not None


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="`base` must be positive"):
        exponential(0.0)
    with pytest.raises(ValueError, match="`edges` must be pairs of distinct qubit numbers"):
        graph([(1, 1)], 2.0)
    with pytest.raises(ValueError, match="`penalty` must fit matrix entries"):
        MatrixMetric("so", 3, chain(2.0))
    with pytest.raises(ValueError, match="`penalty` must give positive costs"):
        PauliMetric(1, majorana(lambda w: float(w - 1)))
