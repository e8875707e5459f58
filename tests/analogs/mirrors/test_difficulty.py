"""C14: normal forms against truth tables, Schmidt coefficients, made-up tables."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.stats

from analogs.evidence import Outcome, Setting, Trial, hold_family, settle
from analogs.evidence.claim import Row
from analogs.evidence.repetition import join
from analogs.mirrors.difficulty.claims import C14
from analogs.mirrors.difficulty.normal_form import normal_form, terms_off_identity
from analogs.mirrors.difficulty.ranking import (
    MAPS,
    conclude,
    distance_bound,
    repeat,
    second_schmidt,
)
from qgeom.algebra.reversible import permutation_matrix, reversible_gates
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.distance import distance
from tests.closeness import assert_close

SETTING = Setting(True, (0, 1))


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_the_normal_form_gives_the_map_back(bits: int, rng: np.random.Generator) -> None:
    permutation = rng.permutation(2**bits)
    polynomials = normal_form(permutation)
    for x in range(2**bits):
        monomials = [(x & m) == m for m in range(2**bits)]
        outputs = (polynomials @ np.array(monomials, dtype=int)) % 2
        assert outputs @ (1 << np.arange(bits)) == permutation[x]


def test_every_gate_is_one_term_off_the_identity() -> None:
    assert {terms_off_identity(gate) for gate in reversible_gates(3)} == {1}
    assert terms_off_identity(np.arange(8)) == 0


def test_products_of_one_qubit_unitaries_have_one_schmidt_coefficient(
    rng: np.random.Generator,
) -> None:
    a, b, c = scipy.stats.unitary_group.rvs(2, size=3, random_state=rng)
    assert second_schmidt(np.kron(np.kron(a, b), c)) < 1e-12
    pair = scipy.stats.unitary_group.rvs(4, random_state=rng)
    assert second_schmidt(np.kron(pair, c)) > 1e-3
    assert second_schmidt(np.kron(c, pair)) > 1e-3
    swap = permutation_matrix(np.array([0, 2, 1, 3]))
    assert_close(second_schmidt(swap), 0.5)  # four equal ones


def test_the_bound_is_that_of_the_bracket(rng: np.random.Generator) -> None:
    metric, image = PauliMetric(3, nielsen(64.0)), rng.permutation(8)
    found = distance(metric, permutation_matrix(image), rng=rng, branches=2, starts=0)
    assert_close(distance_bound(metric, image), found.lower)


def made_up(slopes: tuple[float, float], count: int = 128) -> dict[str, tuple[Row, ...]]:
    rng = np.random.default_rng(2)
    lengths = list(itertools.islice(itertools.cycle(range(1, 9)), count))
    rows = tuple(
        {
            "length": n,
            "lower_bound": slopes[0] * n + rng.standard_normal(),
            "terms": slopes[1] * n + rng.standard_normal(),
        }
        for n in lengths
    )
    return {"maps": rows, "products": ({"second": 0.0},)}


@pytest.mark.parametrize(
    ("slopes", "count", "outcome"),
    [
        ((1.0, 1.0), 128, Outcome.SUPPORTED),
        ((0.0, -1.0), 128, Outcome.REFUTED),
        ((0.0, 1.0), 128, Outcome.DEFINITION_DEPENDENT),
        ((0.0, 0.0), 8, Outcome.INCONCLUSIVE),
    ],
)
def test_hints(slopes: tuple[float, float], count: int, outcome: Outcome) -> None:
    assert settle(hold_family(conclude(SETTING, made_up(slopes, count)).readings)) is outcome


def test_a_repetition_has_as_many_maps_of_each_length() -> None:
    tables = join((7,), [repeat(Trial(True, 7))])
    lengths = [row["length"] for row in tables["maps"]]
    assert lengths == sorted(list(range(1, 9)) * MAPS)
    assert all(row["terms"] == 1 for row in tables["maps"] if row["length"] == 1)
    shown = [r for r in conclude(Setting(True, (7,)), tables).readings if not r.decisive]
    assert [r.outcome for r in shown] == [Outcome.EXACT]


def test_the_claim_is_malformed_and_repaired() -> None:
    assert C14.malformed
    assert C14.decidable
