"""Costs of generators, against a loop over labels."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qgeom.algebra.matrices import matrix_algebra
from qgeom.algebra.paulis import pauli_strings
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import (
    FAR,
    Generators,
    Penalty,
    band,
    costs_by_weight,
    custom,
    nielsen,
)
from qgeom.metric.schedules import binomial, chain, draconian, exponential, graph, parity
from tests.closeness import EXACT, assert_close


def paulis(n_qubits: int) -> Generators:
    strings = pauli_strings(n_qubits)
    return Generators("pauli", lambda: strings.labels, strings.weight)


def entries(size: int) -> Generators:
    algebra = matrix_algebra("gl", size)
    return Generators("entry", lambda: algebra.labels, algebra.distance)


def weight(label: str) -> int:
    return len(label) - label.count("I")


def reach(label: str) -> int:
    row, column = label.split(",")
    return abs(int(row) - int(column))


@given(st.integers(1, 4), st.integers(0, 5), st.floats(1e-3, 1e6))
def test_nielsen_costs_q_above_the_locality(n_qubits: int, locality: int, q: float) -> None:
    generators = paulis(n_qubits)
    expected = [q if weight(label) > locality else 1.0 for label in generators.labels()]
    assert nielsen(q, locality).costs(generators).tolist() == expected


@given(st.integers(1, 5), st.integers(0, 5), st.floats(1e-3, 1e6))
def test_band_costs_q_outside_the_band(size: int, radius: int, q: float) -> None:
    generators = entries(size)
    expected = [q if reach(label) > radius else 1.0 for label in generators.labels()]
    assert band(radius, q).costs(generators).tolist() == expected


def test_custom_costs_by_label_by_weight_and_by_function_agree() -> None:
    generators = paulis(2)
    by_weight = custom({1: 2.0, 2: 7.0})
    by_label = custom(
        {label: 7.0 for label in generators.labels() if weight(label) == 2}, default=2.0
    )
    by_function = custom(lambda label: 7.0 if weight(label) == 2 else 2.0)
    expected = np.where(generators.reach == 2, 7.0, 2.0)
    for penalty in (by_weight, by_label, by_function):
        assert_close(penalty.costs(generators), expected, EXACT)


def test_custom_costs_what_is_not_named_the_default() -> None:
    assert custom({"Z": 5.0}, default=3.0).costs(paulis(1)).tolist() == [3.0, 3.0, 5.0]
    assert custom({}).costs(paulis(1)).tolist() == [1.0, 1.0, 1.0]


def test_custom_takes_weights_of_any_integer_type() -> None:
    assert custom({np.int64(1): 4.0}).costs(paulis(1)).tolist() == [4.0, 4.0, 4.0]


@given(st.floats(-2.0, 2.0), st.floats(-2.0, 2.0))
def test_powers_of_powers_multiply(first: float, second: float) -> None:
    costs = custom({1: 1.0, 2: 4.0, 3: 16.0})
    generators = paulis(3)
    expected = costs.power(first * second).costs(generators)
    assert_close(costs.power(first).power(second).costs(generators), expected, EXACT)


def test_power_interpolates_the_logarithm_of_the_cost() -> None:
    assert nielsen(64.0, 1).power(0.5).costs(paulis(2)).max() == 8.0
    assert nielsen(64.0, 1).power(0.0).costs(paulis(2)).tolist() == [1.0] * 15
    assert nielsen(64.0).power(0.5).name == "nielsen(locality=2, q=64)^0.5"


def test_a_cost_may_be_infinite() -> None:
    generators = paulis(1)
    expected = [1.0, 1.0, np.inf]
    by_function = custom(lambda label: np.inf if label == "Z" else 1.0)
    for penalty in (custom({"Z": np.inf}), custom({"X": 1, "Y": 1}, np.inf), by_function):
        assert penalty.costs(generators).tolist() == expected


def test_powers_of_an_infinite_cost_climb_and_then_jump() -> None:
    """Finite up to exponent 1, so that a ladder of costs can climb; infinite from there on."""
    penalty = custom({1: 1.0, 2: 4.0, 3: np.inf})
    by_exponent = {
        exponent: penalty.power(exponent).costs(paulis(3))[[0, 4, 20]].tolist()
        for exponent in (-0.5, 0.0, 0.25, 0.5, 1.0, 2.0)
    }
    assert by_exponent == {
        -0.5: [1.0, 0.5, FAR**-0.5],
        0.0: [1.0, 1.0, 1.0],
        0.25: [1.0, 4.0**0.25, FAR**0.25],
        0.5: [1.0, 2.0, FAR**0.5],
        1.0: [1.0, 4.0, np.inf],
        2.0: [1.0, 16.0, np.inf],
    }


def test_labels_are_made_only_on_request() -> None:
    def explode() -> tuple[str, ...]:
        raise AssertionError("a cost by weight asked for labels")

    generators = Generators("pauli", explode, np.array([1, 2, 3]))
    assert nielsen(8.0).costs(generators).tolist() == [1.0, 1.0, 8.0]
    assert custom({3: 8.0}).costs(generators).tolist() == [1.0, 1.0, 8.0]
    with pytest.raises(AssertionError, match="asked for labels"):
        custom({"X": 8.0}).costs(generators)


@pytest.mark.parametrize("make", [lambda q: nielsen(q), lambda q: band(1, q)])
@pytest.mark.parametrize(
    ("q", "message"),
    [
        (0.0, "`q` must be positive, but is 0.0"),
        (-1.0, "`q` must be positive, but is -1.0"),
        (float("inf"), "`q` must be finite, but is inf"),
        (float("nan"), "`q` must be finite, but is nan"),
        ("much", "`q` must be a number, but is 'much'"),
        (None, "`q` must be a number, but is None"),
    ],
)
def test_a_wrong_cost_is_refused(
    make: Callable[[object], Penalty], q: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make(q)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nielsen(2.0, locality=-1), "`locality` must be at least 0, but is -1"),
        (lambda: nielsen(2.0, locality=1.5), "`locality` must be an integer, but is 1.5"),
        (lambda: band(-1, 2.0), "`radius` must be at least 0, but is -1"),
        (lambda: band(None, 2.0), "`radius` must be an integer, but is None"),
        (lambda: custom({"Z": 0.0}), r"`costs\['Z'\]` must be positive, but is 0.0"),
        (lambda: custom({}, default=-2.0), "`default` must be positive, but is -2.0"),
        (lambda: custom({"Z": np.nan}), r"`costs\['Z'\]` must be finite, but is nan"),
        (lambda: custom({"Z": -np.inf}), r"`costs\['Z'\]` must be finite, but is -inf"),
    ],
)
def test_a_wrong_penalty_cannot_be_made(make: Callable[[], Penalty], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: PauliMetric(2, band(1, 4.0)), "must fit Pauli strings, but band.* is a cost of m"),
        (lambda: MatrixMetric("gl", 2, nielsen(4.0)), "must fit matrix entries, but nielsen"),
        (lambda: PauliMetric(2, custom({"ZZZ": 2.0})), "must name generators .*, but names"),
        (lambda: PauliMetric(2, custom({3: 2.0})), "must name generators .*, but names"),
        (lambda: PauliMetric(1, custom(lambda _: -1.0)), "must give positive costs, but gives -1"),
        (lambda: PauliMetric(1, custom(lambda _: np.nan)), "must be finite, but has 3 entries"),
        (lambda: PauliMetric(1, custom(lambda _: -np.inf)), "must be finite, but has 3 entries"),
        (lambda: PauliMetric(1, custom(lambda _: np.inf)), "must give a finite cost to some"),
        (lambda: PauliMetric(1, custom({}, default=np.inf)), "must give a finite cost to some"),
        (lambda: PauliMetric(1, custom(lambda _: "dear")), "must be an array of numbers"),
        (lambda: PauliMetric(1, Penalty("short", lambda _: np.ones(2))), "one cost for each of 3"),
        (lambda: PauliMetric(1, 4.0), "`penalty` must be a Penalty such as nielsen"),
        (lambda: MatrixMetric("so", 3, 4.0), "`penalty` must be a Penalty such as band"),
    ],
)
def test_a_penalty_that_does_not_fit_the_metric_is_refused(
    make: Callable[[], object], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        make()


# ---- exact costs of weights

LAWS = [
    nielsen(2.5),
    nielsen(np.int64(7), locality=1),
    exponential(1.7),
    exponential(Fraction(1, 3)),
    binomial(),
    parity(0.3, Fraction(5, 2)),
    draconian(),
]


@pytest.mark.parametrize("penalty", LAWS, ids=lambda penalty: penalty.name)
@pytest.mark.parametrize("n_qubits", [1, 2, 5])
def test_a_law_gives_the_costs_of_the_strings(n_qubits: int, penalty: Penalty) -> None:
    law = penalty.law
    assert law is not None
    strings = pauli_strings(n_qubits)
    expected = [float(law(weight, n_qubits)) for weight in strings.weight.tolist()]
    np.testing.assert_array_equal(penalty.costs(paulis(n_qubits)), expected)


def test_binomial_costs_are_the_largest_class_so_far() -> None:
    for n_qubits in range(1, 40):
        classes = [math.comb(n_qubits, w) * 3 ** (w - 1) for w in range(1, n_qubits + 1)]
        expected = [Fraction(max(classes[:w]), n_qubits) for w in range(1, n_qubits + 1)]
        assert costs_by_weight(n_qubits, binomial()) == expected


def test_costs_seen_on_strings_are_exact_doubles() -> None:
    table = {1: 0.1, 2: 1e300, 3: 1e-300}
    assert costs_by_weight(3, custom(table)) == [Fraction(cost) for cost in table.values()]
    assert costs_by_weight(3, exponential(4.0).power(0.5)) == [1, 2, 4]


def test_costs_may_be_larger_than_any_double() -> None:
    huge = nielsen(4**1000)
    assert huge.name == "nielsen(locality=2, q=1.14813e+602)"
    assert costs_by_weight(1000, huge)[-1] == 4**1000
    assert costs_by_weight(1000, exponential(4))[-1] == 4**999
    for penalty in (huge, exponential(Fraction(10) ** 200)):
        with pytest.raises(ValueError, match="`penalty` must give costs below 1e308 to strings"):
            PauliMetric(3, penalty)


@pytest.mark.parametrize(
    "penalty",
    [
        chain(5.0),
        graph([(0, 1)], 5.0),
        graph([(0, 1), (1, 2)], 5.0),
        custom(lambda s: 1.0 + s.count("Z")),
    ],
)
def test_costs_that_are_not_those_of_weights_are_refused(penalty: Penalty) -> None:
    with pytest.raises(ValueError, match="must depend on the weight alone"):
        costs_by_weight(3, penalty)


@pytest.mark.parametrize("q", [0, -1, Fraction(-1, 2), 0.0, np.int64(-3)])
def test_exact_costs_are_positive(q: float) -> None:
    for make in (nielsen, exponential, lambda value: parity(value, 1)):
        with pytest.raises(ValueError, match="must be positive, but is"):
            make(q)
