"""Shortest words to a direction, against all words and the count of directions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from qgeom.circuits.clifford_t.directions import axis_level, closest_pair, grow, root, shortest_word
from qgeom.circuits.clifford_t.words import Word, word
from tests.closeness import assert_close

ROUNDING = 1e-12


def random_direction(seed: int) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=3)
    return vector / np.linalg.norm(vector)


def all_words(most: int) -> list[Word]:
    return [
        Word(axes, clifford)
        for t in range(most + 1)
        for axes in itertools.product(range(3), repeat=t)
        if all(a != b for a, b in itertools.pairwise(axes))
        for clifford in range(24)
    ]


def test_levels_hold_each_direction_once() -> None:
    assert [axis_level(t).path.size for t in range(13)] == [1, 1, 1] + [
        2**t // 8 for t in range(3, 13)
    ]
    keys = {tuple(np.rint(1e9 * p).tolist()) for t in range(13) for p in axis_level(t).points.T}
    assert len(keys) == sum(axis_level(t).path.size for t in range(13))


def test_levels_hold_all_directions() -> None:
    words = [one for one in all_words(5) if one.t_count == 5]
    folded = np.sort(np.abs([one.rotation[:, 2] for one in words]), axis=1)
    levels = np.concatenate([axis_level(t).points.T for t in range(6)])
    gaps = np.linalg.norm(folded[:, None] - levels, axis=-1)
    assert gaps.min(axis=1).max() < ROUNDING
    assert gaps.min(axis=0)[-axis_level(5).path.size :].max() < ROUNDING


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("distance", [0.3, 0.1])
def test_no_shorter_word_is_within_the_distance(seed: int, distance: float) -> None:
    direction, axis = random_direction(seed), seed % 3
    found = shortest_word(direction, axis, distance, 10)
    assert found is not None
    assert np.linalg.norm(found.rotation[:, axis] - direction) <= distance
    every = all_words(min(found.t_count, 5))
    gaps = np.array([np.linalg.norm(one.rotation[:, axis] - direction) for one in every])
    counts = np.array([one.t_count for one in every])
    assert not (gaps[counts < found.t_count] <= distance).any()
    same = gaps[counts == found.t_count]
    if same.size:
        assert_close(np.linalg.norm(found.rotation[:, axis] - direction), same.min(), ROUNDING)


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-5])
def test_the_length_is_two_logarithms(distance: float) -> None:
    counts = []
    for seed in range(8):
        direction = random_direction(10 + seed)
        found = shortest_word(direction, seed % 3, distance, 42)
        assert found is not None
        gap = np.linalg.norm(found.rotation[:, seed % 3] - direction)
        assert gap <= distance * (1 + 1e-9)
        counts.append(found.t_count)
    # The number of words within the distance is a Poisson variable of mean one at log2(2 / (3 d^2)).
    assert abs(np.mean(counts) - np.log2(2 / (3 * distance**2))) < 2.0


@pytest.mark.parametrize("length", [0, 1, 8, 20])
@pytest.mark.parametrize("axis", range(3))
def test_exact_directions_are_met_exactly(length: int, axis: int) -> None:
    rng = np.random.default_rng(length)
    target = word(np.array(["t", "h", "s", "h"])[rng.integers(0, 4, 4 * length)].tolist())
    found = shortest_word(target.rotation[:, axis], axis, 1e-11, 20)
    assert found is not None
    assert found.t_count <= target.t_count
    assert_close(found.rotation[:, axis], target.rotation[:, axis], ROUNDING)


def test_too_few_gates_find_nothing() -> None:
    assert shortest_word(random_direction(1), 0, 1e-6, 12) is None


def test_the_closest_pair_is_that_of_brute_force() -> None:
    queries = root(random_direction(5))
    for _ in range(5):
        queries = grow(queries)
    table = axis_level(10)
    gaps = np.linalg.norm(queries.points[:, :, None] - table.points[:, None], axis=0)
    pair = closest_pair(queries, table, 0.2)
    assert pair is not None
    assert_close(gaps[pair], gaps.min(), ROUNDING)
    assert closest_pair(queries, table, 0.9 * gaps.min()) is None
