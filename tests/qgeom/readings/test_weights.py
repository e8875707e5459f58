"""Exact curvature by weight: against pairs of strings, counts of partners, triples and closed forms."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, band, costs_by_weight, custom, nielsen
from qgeom.metric.schedules import binomial, chain, draconian, exponential, parity
from qgeom.readings import weights
from qgeom.readings.diameter import diameter
from qgeom.readings.ricci import pauli_ricci
from qgeom.readings.weights import (
    curvature_by_weight,
    decimal,
    ricci_by_weight,
    sign_change,
    strings_by_weight,
)
from tests.closeness import EXACT, assert_close
from tests.oracles import curvature as oracle

# Five digits after the point in QUANTUM_GEOMETRY.md 2.8.
FIVE_DIGITS = 5e-6

SCHEDULES: dict[str, Penalty] = {
    "no costs": nielsen(1),
    "cliff": nielsen(10.0),
    "cliff, rational": nielsen(Fraction(7, 3), locality=1),
    "cheap cliff": nielsen(0.3),
    "exponential": exponential(2.5),
    "falling exponential": exponential(Fraction(2, 7)),
    "binomial": binomial(),
    "parity": parity(3.0, 0.7),
    "custom": custom({}),  # see `schedule`
    "power": exponential(2.0).power(0.5),
}
every_schedule = pytest.mark.parametrize("name", SCHEDULES)


def schedule(name: str, n_qubits: int) -> Penalty:
    if name == "custom":
        return custom(dict(enumerate([0.1, 5.0, 2.0, 100.0, 3.0][:n_qubits], 1)))
    return SCHEDULES[name]


def product(first: str, second: str) -> tuple[str, bool]:
    """Letter by letter product of two strings up to a phase, and whether they anticommute."""
    letters = []
    for pair in zip(first, second, strict=True):
        others = {"X", "Y", "Z"} - set(pair)
        same, one = pair[0] == pair[1], "I" in pair
        letters.append("I" if same else "".join(pair).replace("I", "") if one else min(others))
    differing = sum(
        "I" not in pair and len(set(pair)) == 2 for pair in zip(first, second, strict=True)
    )
    return "".join(letters), differing % 2 == 1


def weight(label: str) -> int:
    return len(label) - label.count("I")


def ricci_by_pairs(n_qubits: int, costs: Sequence[Fraction]) -> list[Fraction]:
    """Sum of K(s, t) over all t for one s of each weight, in rationals, string by string."""
    found = []
    for k in range(1, n_qubits + 1):
        s, total = "Y" * k + "I" * (n_qubits - k), Fraction(0)
        for t in oracle.pauli_labels(n_qubits):
            r, anticommute = product(s, t)
            if anticommute:
                q_s, q_t, q_r = (costs[weight(label) - 1] for label in (s, t, r))
                numerator = (q_s - q_t) ** 2 + 2 * q_r * (q_s + q_t) - 3 * q_r**2
                total += numerator / (q_s * q_t * q_r)
        found.append(total)
    return found


def assert_exact(found: Sequence[Fraction], expected: Sequence[Fraction]) -> None:
    """The same rational numbers, and as many."""
    assert tuple(found) == tuple(expected)


# ---- second routes


@every_schedule
@pytest.mark.parametrize("n_qubits", [1, 2, 3, 4])
def test_every_schedule_equals_the_sum_over_pairs(n_qubits: int, name: str) -> None:
    penalty = schedule(name, n_qubits)
    costs = costs_by_weight(n_qubits, penalty)
    found = curvature_by_weight(n_qubits, penalty)
    assert found.n_qubits == n_qubits
    assert_exact(found.ricci, ricci_by_pairs(n_qubits, costs))
    metric = PauliMetric(n_qubits, penalty)
    assert_close(pauli_ricci(metric), ricci_by_weight(n_qubits, penalty)[metric.strings.weight - 1])
    assert float(found.scalar) == pytest.approx(float(pauli_ricci(metric).sum()), rel=1e-10)


def test_a_wrong_ricci_curvature_is_noticed() -> None:
    found = list(curvature_by_weight(3, nielsen(10)).ricci)
    found[1] += Fraction(1, 10**30)
    with pytest.raises(AssertionError):
        assert_exact(found, ricci_by_pairs(3, costs_by_weight(3, nielsen(10))))


@every_schedule
def test_many_qubits_equal_the_count_of_partners(name: str) -> None:
    n_qubits = 5 if name == "custom" else 17
    penalty = schedule(name, n_qubits)
    costs = costs_by_weight(n_qubits, penalty)
    expected = [
        oracle.exact_ricci(n_qubits, k, lambda w: costs[w - 1]) for k in range(1, n_qubits + 1)
    ]
    assert_exact(curvature_by_weight(n_qubits, penalty).ricci, expected)


@pytest.mark.parametrize("n_qubits", [1, 2, 9])
@pytest.mark.parametrize(("first", "ratio"), [("2/7", "5/3"), ("3", "1/4"), ("1", "1")])
def test_geometric_costs_have_two_routes(n_qubits: int, first: str, ratio: str) -> None:
    costs = [Fraction(first) * Fraction(ratio) ** k for k in range(n_qubits)]
    one = weights._geometric(n_qubits, Fraction(first), Fraction(ratio))
    assert_exact(one.ricci, weights._convolved(n_qubits, costs).ricci)


def test_strings_anticommute_where_three_weights_add_up_to_an_odd_number() -> None:
    for s, t in itertools.product(oracle.pauli_labels(3), repeat=2):
        r, anticommute = product(s, t)
        assert (weight(s) + weight(t) + weight(r)) % 2 == anticommute


@pytest.mark.parametrize(("s", "t", "r"), [("XYI", "ZYX", "YIX"), ("XIZ", "ZYX", "YYY")])
def test_letters_multiply_like_matrices(s: str, t: str, r: str) -> None:
    first, second, third = (oracle.pauli_matrix(label) for label in (s, t, r))
    found, anticommute = product(s, t)
    assert found == r
    assert abs(np.trace(first @ second @ third)) == 8
    np.testing.assert_array_equal(second @ first, (-1) ** anticommute * first @ second)


def test_strings_by_weight_are_counted() -> None:
    counted = np.bincount([weight(label) for label in oracle.pauli_labels(4)], minlength=5)
    assert strings_by_weight(4) == (1, *counted[1:].tolist())


# ---- scalar curvature


@pytest.mark.parametrize("q", [1, 4, 10, 100, Fraction(2, 3)])
def test_scalar_of_three_qubits(q: int | Fraction) -> None:
    expected = 1638 - 324 * q + Fraction(864) / q - Fraction(162) / q**2
    assert curvature_by_weight(3, nielsen(q)).scalar == expected


@pytest.mark.parametrize("n_qubits", [3, 8, 64, 200])
@pytest.mark.parametrize("q", [Fraction(1), Fraction(17, 3), Fraction(4**100)])
def test_scalar_of_the_cliff_by_counting_triples(n_qubits: int, q: Fraction) -> None:
    assert curvature_by_weight(n_qubits, nielsen(q)).scalar == oracle.cliff_scalar(n_qubits, q)


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 16, 300])
@pytest.mark.parametrize("base", [Fraction(1), Fraction(2), Fraction(8, 5)])
def test_scalar_of_exponential_costs(n_qubits: int, base: Fraction) -> None:
    """``a {4^n [(1 + 3u)^n - 1] - [(7 + 6u + 3u^2)^n - (7 - 6u + 3u^2)^n] / 2}`` with u = 1 / a."""
    u = 1 / base
    alone = 4**n_qubits * ((1 + 3 * u) ** n_qubits - 1)
    pairs = (7 + 6 * u + 3 * u**2) ** n_qubits - (7 - 6 * u + 3 * u**2) ** n_qubits
    assert curvature_by_weight(n_qubits, exponential(base)).scalar == base * (alone - pairs / 2)


@pytest.mark.parametrize(
    ("n_qubits", "family", "zero"),
    [
        (3, nielsen, 5.52207),
        (4, nielsen, 7.75975),
        (5, nielsen, 15.45132),
        (3, exponential, 6.053),
        (16, exponential, 1.682),
        (4, lambda odd: parity(odd, 1), 4.186),
    ],
)
def test_sign_change(n_qubits: int, family: Callable[[Fraction], Penalty], zero: float) -> None:
    found = sign_change(n_qubits, family, 1, 100)
    digits = FIVE_DIGITS if family is nielsen else 100 * FIVE_DIGITS
    assert float(found) == pytest.approx(zero, abs=digits)
    below, above = (
        curvature_by_weight(n_qubits, family(found * Fraction(1 + side * 1e-11))).scalar
        for side in (-1, 1)
    )
    assert below > 0 > above


@pytest.mark.parametrize("n_qubits", [50, 100, 200])
def test_sign_change_of_the_cliff_on_many_qubits(n_qubits: int) -> None:
    """``q* ~ 4^n / sqrt(108 n^3)``, up to ``1 + 3 / 2n`` from n (n - 1) (n - 2) in place of n^3."""
    found = sign_change(n_qubits, nielsen, 1, 4**n_qubits, tolerance=1e-6)
    ratio = float(found / 4**n_qubits) * math.sqrt(108 * n_qubits**3)
    assert n_qubits * (ratio - 1) == pytest.approx(1.5, abs=4 / n_qubits)


def test_sign_change_of_exponential_costs_on_many_qubits() -> None:
    """``1 - 1 / a ~ sqrt(16 log 2 / 3n)``, with a relative error of about 0.7 / sqrt(n)."""
    limit = math.sqrt(16 * math.log(2) / 3)
    for n_qubits in (100, 400):
        base = float(sign_change(n_qubits, exponential, 1, 4, tolerance=1e-5))
        error = math.sqrt(n_qubits) * (1 - 1 / base) / limit - 1
        assert math.sqrt(n_qubits) * error == pytest.approx(-0.7, abs=0.05)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (2, 3, "`low, high` must give scalar curvatures of both signs, but both are positive"),
        (7, 9.5, "both are negative"),
        (3, 2, "`low, high` must obey 0 < low < high, but are 3 and 2"),
        (0, 2, "must obey 0 < low < high"),
    ],
)
def test_sign_change_needs_a_bracket(low: float, high: float, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sign_change(3, nielsen, low, high)


# ---- a thousand qubits


def test_exponential_costs_on_a_thousand_qubits() -> None:
    found = curvature_by_weight(1000, exponential(4))
    assert len(found.ricci) == 1000
    for k in (1, 2, 3):
        assert found.ricci[k - 1] == oracle.exact_ricci(1000, k, lambda w: Fraction(4) ** (w - 1))
    # Of one string of full weight the partners are (1 + x + 2 e x)^n, whose odd part has a value.
    u, top = Fraction(1, 4), Fraction(4) ** 999
    with_both = top * 16 * ((2 * u + 2 * u**2) ** 1000 - (2 * u - 2 * u**2) ** 1000) / 2
    with_ratio = ((4 + u + 2) ** 1000 - (4 + u - 2) ** 1000) / top
    assert found.ricci[-1] == Fraction(4) ** 1000 / top + with_both - with_ratio


def test_curvatures_leave_the_doubles_and_not_the_decimals() -> None:
    found = curvature_by_weight(1000, exponential(4))
    with pytest.raises(ValueError, match="must keep curvatures below 1e308 as doubles"):
        _ = found.floats
    assert found.decimals[-1].adjusted() == 398
    assert found.decimals == tuple(map(decimal, found.ricci))
    assert decimal(found.scalar) < 0 < decimal(found.ricci[0])


@pytest.mark.parametrize("value", ["1/3", "-22/7", "0", "123456789012345678/1", "1e-400", "-7e500"])
def test_decimals_are_correct_to_seventeen_digits(value: str) -> None:
    exact, rounded = Fraction(value), decimal(Fraction(value))
    assert abs(Fraction(rounded) - exact) <= abs(exact) * Fraction(1, 10**16)
    assert len(rounded.as_tuple().digits) <= 17
    big = Fraction(3**5000 + 1, 7**3000)
    assert abs(Fraction(decimal(big)) / big - 1) <= Fraction(1, 10**16)


def test_doubles_are_the_nearest_ones() -> None:
    found = curvature_by_weight(40, nielsen(Fraction(10, 3)))
    np.testing.assert_array_equal(found.floats, [float(value) for value in found.ricci])
    np.testing.assert_array_equal(ricci_by_weight(40, nielsen(Fraction(10, 3))), found.floats)


# ---- the theorem of Bonnet and Myers


@pytest.mark.parametrize("n_qubits", [1, 2, 7, 600])
def test_diameter_bound_without_costs(n_qubits: int) -> None:
    bound = curvature_by_weight(n_qubits, nielsen(1)).diameter_bound
    assert bound is not None
    assert_close(bound, math.pi * math.sqrt(2 * (1 - 2 / 4.0 ** min(n_qubits, 500))), EXACT)


def test_diameter_bound_is_that_of_the_diameter() -> None:
    metric = PauliMetric(3, nielsen(1.2))
    above = diameter(metric, rng=np.random.default_rng(0), count=0).above
    assert_close(curvature_by_weight(3, nielsen(1.2)).diameter_bound, above["ricci"])
    assert curvature_by_weight(3, nielsen(10)).diameter_bound is None


def test_diameter_bound_is_a_double_where_its_square_is_none() -> None:
    heavy = curvature_by_weight(2, custom({1: 1e300, 2: 1e300}))
    heavier = curvature_by_weight(2, nielsen(10**500, locality=0))
    unit = curvature_by_weight(2, nielsen(1)).diameter_bound
    assert unit is not None
    assert_close(heavy.diameter_bound, unit * 1e150, EXACT)
    assert_close(heavier.diameter_bound, unit * 1e250, EXACT)


# ---- the door


@pytest.mark.parametrize("label", ["XX", "ZZ"])
def test_costs_that_differ_within_a_weight_are_refused(label: str) -> None:
    with pytest.raises(
        ValueError, match="must depend on the weight alone, but differs within weight 2"
    ):
        ricci_by_weight(2, custom({label: 3.0}))


@pytest.mark.parametrize(
    ("n_qubits", "penalty", "words"),
    [
        (3, chain(2.0), "must depend on the weight alone"),
        (2, band(1, 2.0), "`penalty` must fit Pauli strings"),
        (2, "nielsen", "must be a Penalty"),
        (3, draconian(), "`penalty` must have finite costs, but has infinite ones"),
        (3, custom({3: math.inf}), "`penalty` must have finite costs, but has infinite ones"),
        (
            2,
            Penalty("null", lambda g: g.reach * 0.0, lambda w, n: Fraction(w - 1)),
            "give positive",
        ),
        (0, nielsen(2), "`n_qubits` must be between 1 and 2000, but is 0"),
        (2001, nielsen(2), "`n_qubits` must be between 1 and 2000, but is 2001"),
    ],
)
def test_bad_input_is_refused(n_qubits: int, penalty: Penalty, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        curvature_by_weight(n_qubits, penalty)


def test_decimals_keep_signs_and_zeros() -> None:
    two = curvature_by_weight(1, nielsen(Fraction(1, 2), locality=0))
    assert two.decimals == (Decimal(4),)
    assert decimal(Fraction(0)) == 0
