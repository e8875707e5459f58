"""Word lengths against a slow search, known groups and published numbers."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from qgeom._typing import Integer
from qgeom.algebra.reversible import gate_count, group_order, reversible_gates
from qgeom.readings.word_length import word_lengths
from tests.closeness import assert_close


def slow_histogram(generators: Integer) -> tuple[int, ...]:
    """Breadth-first search on tuples, generators before instead of after."""
    moves = [tuple(move) for move in generators.tolist()]
    start = tuple(range(generators.shape[1]))
    depth, frontier = {start: 0}, [start]
    while frontier:
        reached = []
        for element in frontier:
            for move in moves:
                new = tuple(element[point] for point in move)
                if new not in depth:
                    depth[new] = depth[element] + 1
                    reached.append(new)
        frontier = reached
    counts = Counter(depth.values())
    return tuple(counts[k] for k in range(len(counts)))


@pytest.mark.parametrize("bits", [1, 2, 3])
@pytest.mark.parametrize("neighbours", [False, True])
def test_histogram_agrees_with_a_slow_search(bits: int, neighbours: bool) -> None:
    gates = reversible_gates(bits, neighbours=neighbours)
    found = word_lengths(gates)
    assert found.histogram == slow_histogram(gates)
    assert found.order == group_order(bits)
    assert found.histogram[1] == len(gates) <= gate_count(bits)


@pytest.mark.parametrize(
    ("options", "published"),
    [
        ({}, (1, 12, 102, 625, 2780, 8921, 17049, 10253, 577)),
        ({"neighbours": True}, (1, 10, 70, 376, 1603, 5334, 12464, 15445, 4931, 86)),
    ],
)
def test_three_bits_have_the_published_histograms(options, published) -> None:
    """V. V. Shende, A. K. Prasad, I. L. Markov and J. P. Hayes, quant-ph/0207001, and CLAIMS.md."""
    assert word_lengths(reversible_gates(3, **options)).histogram == published


def test_affine_maps_are_a_small_subgroup() -> None:
    found = word_lengths(reversible_gates(3, controls=1))
    assert found.order == 8 * 7 * 6 * 4  # 2^3 |GL(3, 2)|
    assert found.diameter == 7
    toffoli = reversible_gates(3)[-1]
    assert found.of(toffoli) == -1


def test_neighbouring_transpositions_count_inversions(rng: np.random.Generator) -> None:
    moves = np.array([np.r_[:i, i + 1, i, i + 2 : 6] for i in range(5)])
    found = word_lengths(moves)
    images = np.array([rng.permutation(6) for _ in range(50)])
    inversions = [sum(a > b for i, a in enumerate(g) for b in g[i + 1 :]) for g in images.tolist()]
    assert_close(found.of(images), np.array(inversions))
    assert found.diameter == 15


def test_a_single_cycle_walks_one_way() -> None:
    found = word_lengths(np.roll(np.arange(5), 1)[None])
    assert found.histogram == (1, 1, 1, 1, 1)


def test_lengths_are_a_right_invariant_distance(rng: np.random.Generator) -> None:
    found = word_lengths(reversible_gates(3))
    first = np.array([rng.permutation(8) for _ in range(200)])
    second = np.array([rng.permutation(8) for _ in range(200)])
    product = np.take_along_axis(first, second, axis=1)
    lengths = found.of(np.stack([first, second, product, np.argsort(first, axis=1)]))
    assert (lengths[2] <= lengths[0] + lengths[1]).all()
    assert_close(lengths[3], lengths[0])


def test_elements_have_their_length() -> None:
    found = word_lengths(reversible_gates(3, controls=1))
    every = [found.elements(k) for k in range(found.diameter + 1)]
    assert tuple(map(len, every)) == found.histogram
    assert all((found.of(group) == k).all() for k, group in enumerate(every))
    assert len(np.unique(np.concatenate(every), axis=0)) == found.order


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="`generators` must be permutations"):
        word_lengths(np.array([[0, 0, 1]]))
    with pytest.raises(ValueError, match="`points` must be between 1 and 8"):
        word_lengths(np.arange(9)[None])
    with pytest.raises(ValueError, match="`permutations` must permute 3 points"):
        word_lengths(np.array([[1, 0, 2]])).of(np.array([0, 1]))
