"""Q4: lengths of steps by two routes, and lengths that are too short caught."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analogs.evidence import Outcome, Setting, evaluate
from analogs.mirrors.minimality import gates
from analogs.mirrors.minimality.claims import Q4
from analogs.mirrors.minimality.gates import FAMILIES, TOLERANCE, judge
from analogs.mirrors.minimality.words import (
    MOVE,
    Word,
    group_word,
    landmark_words,
    on_qubits,
    random_gates,
    random_rotations,
)
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import band, nielsen
from tests.closeness import EXACT, assert_close

COST = 64.0
UNITARY = PauliMetric(3, nielsen(COST))
LAYERS = MatrixMetric("so", 4, band(1, COST))


def steps(seed: int, count: int = 5):
    """Gates and rotations with their metric."""
    rng = np.random.default_rng(seed)
    return (
        (UNITARY, [*random_gates(3, count, rng)]),
        (LAYERS, [*random_rotations(4, count, rng)]),
    )


def test_gates_act_on_the_qubits_that_are_named() -> None:
    rng = np.random.default_rng(0)
    a, b, c = rng.normal(size=(3, 2, 2)) + 1j * rng.normal(size=(3, 2, 2))
    whole = np.kron(np.kron(a, b), c)  # a on qubit 2, c on qubit 0
    apart = on_qubits(a, [2], 3) @ on_qubits(b, [1], 3) @ on_qubits(c, [0], 3)
    assert_close(apart, whole, EXACT)
    pair = np.kron(a, c)  # the last qubit of the list is the highest
    assert_close(on_qubits(pair, [0, 2], 3), on_qubits(a, [2], 3) @ on_qubits(c, [0], 3), EXACT)


def test_lengths_are_those_of_the_metric_and_steps_are_local() -> None:
    for metric, made in steps(1):
        for element, length in made:
            logarithm = metric.log(element)
            assert_close(float(metric.norm(logarithm)), length, 1e-9)
            assert np.abs(logarithm[metric.inertia > metric.inertia.min()]).max() < 1e-9


def test_one_step_is_as_far_as_it_is_long() -> None:
    for metric, made in steps(2, 1):
        word = group_word(metric, made, np.random.default_rng(0), search=True)
        assert_close([word.lower, word.found], [made[0][1]] * 2, 1e-9)


def test_the_product_is_taken_in_order_and_the_sum_bounds_it() -> None:
    for metric, made in steps(3):
        word = group_word(metric, made, np.random.default_rng(0), search=False)
        product = made[4][0] @ made[3][0] @ made[2][0] @ made[1][0] @ made[0][0]
        whole = group_word(metric, [(product, 0.0)], np.random.default_rng(0), search=False)
        assert_close(word.lower, whole.lower)
        assert word.lower <= word.total
        assert_close(word.total, sum(length for _, length in made))
        assert np.isnan(word.found)


def test_moves_of_landmarks_obey_the_triangle_inequality() -> None:
    (alone,) = landmark_words(1, 1, np.random.default_rng(4))
    assert_close(alone.found, MOVE, 1e-8)
    for word in landmark_words(3, 3, np.random.default_rng(5)):
        assert 0 < word.lower <= word.found <= word.total == 3 * MOVE


@pytest.mark.parametrize("family", [FAMILIES[1], FAMILIES[6]], ids=lambda family: family.name)
def test_a_length_that_is_too_short_is_caught(family) -> None:
    words = [*family.draw(1, 2, np.random.default_rng(6))]
    honest, sharp, *_ = judge(family, words)
    assert honest.outcome is sharp.outcome is Outcome.EXACT
    shortened = replace(words[0], total=words[0].total * (1 - 1e-6))
    caught, blunt, *_ = judge(family, [shortened, words[1]])
    assert caught.outcome is blunt.outcome is Outcome.REFUTED
    assert_close(caught.value, 1e-6, 1e-9)


def test_a_search_that_finds_nothing_reaches_nothing() -> None:
    lost = Word(steps=1, total=1.0, lower=1.0, found=np.nan)
    *_, reached = judge(FAMILIES[0], [lost])
    assert (reached.value, reached.decisive) == (0.0, False)


def test_claim_is_exact_on_every_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gates, "STEPS_QUICK", (1, 3))
    monkeypatch.setattr(gates, "MOVES_QUICK", (1, 2))
    kept = [family for family in FAMILIES if not family.name.startswith(("SO(4)", "SU(8)"))]
    monkeypatch.setattr(gates, "FAMILIES", tuple(kept))
    verdict, evidence = evaluate(Q4, Setting(quick=True, seeds=(0, 1)))
    assert verdict.outcome is Outcome.EXACT
    assert set(verdict.by_side()) == {"quantum", "network", "template"}
    rows = evidence.tables["words"]
    assert len(rows) == 2 * 2 * gates.WORDS * sum(family.quick for family in kept)
    assert all(row["lower"] <= row["total"] * (1 + TOLERANCE) for row in rows)
