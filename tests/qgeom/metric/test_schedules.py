"""The cost zoo against brute force: Majorana products, supports, permutations, curvature signs."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qgeom.geodesic.closed_form import closed_form
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty
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
from qgeom.readings.ricci import ricci_by_weight
from tests.closeness import assert_close
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
    """QUANTUM_GEOMETRY.md 2.8: n=4: + up to 3, - at 4; n=8: + at 2, - at 3; n=16: + at 1.5, - at 2."""
    low, high = {4: (3.0, 4.0), 8: (2.0, 3.0), 16: (1.5, 2.0)}[n_qubits]

    def scalar(base: float) -> float:
        counts = [float(c) for c in _strings_by_weight(n_qubits)]
        return float(np.dot(counts, ricci_by_weight(n_qubits, exponential(base))))

    assert scalar(low) > 0 > scalar(high)


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
