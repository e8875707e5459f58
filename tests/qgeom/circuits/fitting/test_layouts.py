"""Layouts of pairs, against brute force over all sequences."""

from __future__ import annotations

import itertools

import pytest

from qgeom.circuits.fitting.layouts import Layout, all_pairs, extensions, regular_layout


def grown(n_qubits: int, length: int, repeats: int) -> list[Layout]:
    layouts: list[Layout] = [()]
    for _ in range(length):
        layouts = [longer for one in layouts for longer in extensions(one, n_qubits, repeats)]
    return layouts


def normal_form(layout: Layout) -> Layout:
    """Smallest sequence that commuting disjoint neighbours reaches, by exhaustion."""
    seen, todo = {layout}, [layout]
    while todo:
        one = todo.pop()
        for k in range(len(one) - 1):
            swapped = (*one[:k], one[k + 1], one[k], *one[k + 2 :])
            if not set(one[k]) & set(one[k + 1]) and swapped not in seen:
                seen.add(swapped)
                todo.append(swapped)
    return min(seen)


def repeats_in_a_row(layout: Layout, repeats: int) -> bool:
    """Whether more than `repeats` gates on a pair follow each other, others commuted out of the way."""
    runs: dict[tuple[int, int], int] = {}
    for pair in layout:
        for other in list(runs):
            if other != pair and set(other) & set(pair):
                runs[other] = 0
        runs[pair] = runs.get(pair, 0) + 1
        if runs[pair] > repeats:
            return True
    return False


@pytest.mark.parametrize(
    ("n_qubits", "length", "repeats"), [(3, 5, 1), (3, 5, 3), (4, 4, 1), (4, 4, 2)]
)
def test_every_circuit_is_met_once(n_qubits: int, length: int, repeats: int) -> None:
    every = itertools.product(all_pairs(n_qubits), repeat=length)
    expected = {normal_form(one) for one in every if not repeats_in_a_row(one, repeats)}
    found = grown(n_qubits, length, repeats)
    assert {normal_form(one) for one in found} == expected
    assert len(found) == len(set(found))


def test_four_qubits_have_few_layouts_twice() -> None:
    # Neighbours in order are no full normal form, (0, 1) (2, 3) (0, 1) with two repeats for one.
    found = grown(4, 4, 1)
    assert len(found) <= 1.1 * len({normal_form(one) for one in found})


@pytest.mark.parametrize("n_qubits", [2, 3, 4, 5])
def test_regular_layouts_hold_all_pairs_equally(n_qubits: int) -> None:
    pairs = all_pairs(n_qubits)
    layout = regular_layout(n_qubits, 3 * len(pairs))
    assert all(layout.count(pair) == 3 for pair in pairs)
    assert regular_layout(n_qubits, 2) == layout[:2]
    if n_qubits > 2:
        assert not repeats_in_a_row(layout, 1)
