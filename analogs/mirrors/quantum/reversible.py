"""Reversible Boolean networks: permutations of the 2^n states of n bits, built from NCT gates.

A layer is one gate on at most three bits: NOT, CNOT ``x_b += x_a`` or Toffoli ``x_c += x_a x_b``
over GF(2), an additive coupling layer.  Length is the number of gates, so the diameter is that of a
Cayley graph.  For n <= 3 the gates generate all permutations, for n >= 4 the even ones, since a gate
that leaves a bit alone moves the states in an even number of pairs.
"""

from __future__ import annotations

import itertools
import math

import numpy as np

from qgeom._checks import check_integer
from qgeom._typing import Integer

# 8^8 permutation codes are a table of 16 MB; four bits have 16!/2 = 10^13 permutations.
MAX_SEARCH_BITS = 3


def gates(bits: int) -> Integer:
    """Return all NCT gates on `bits` wires as permutations of the states, (G, 2^bits).

    Examples
    --------
    >>> gates(2).tolist()  # two NOT, two CNOT
    [[1, 0, 3, 2], [2, 3, 0, 1], [0, 1, 3, 2], [0, 3, 2, 1]]
    """
    check_integer("bits", bits, least=1)
    states = np.arange(1 << bits)
    found = []
    for controls in range(min(bits, 3)):
        for target in range(bits):
            others = [bit for bit in range(bits) if bit != target]
            for chosen in itertools.combinations(others, controls):
                mask = sum(1 << bit for bit in chosen)
                active = (states & mask) == mask
                found.append(np.where(active, states ^ (1 << target), states))
    return np.array(found)


def gate_count(bits: int) -> int:
    """Return ``n + n (n - 1) + n (n - 1)(n - 2) / 2``: NOT, CNOT, Toffoli.

    Examples
    --------
    >>> [gate_count(n) for n in (1, 2, 3, 12)]
    [1, 4, 12, 804]
    """
    return bits + bits * (bits - 1) + bits * math.comb(bits - 1, 2)


def word_lengths(bits: int) -> tuple[int, ...]:
    """Count the permutations that need 0, 1, 2, ... gates, by breadth-first search.

    Raises
    ------
    ValueError
        If there are more than three bits.

    Source: V. V. Shende, A. K. Prasad, I. L. Markov and J. P. Hayes, Synthesis of reversible logic
    circuits, quant-ph/0207001, for three bits.

    Examples
    --------
    >>> word_lengths(1), sum(word_lengths(2))
    ((1, 1), 24)
    """
    check_integer("bits", bits, least=1, most=MAX_SEARCH_BITS)
    layer, size = gates(bits), 1 << bits
    digits = size ** np.arange(size)
    seen = np.zeros(size**size, dtype=bool)
    frontier = np.arange(size)[None]
    seen[frontier @ digits] = True
    counts = []
    while len(frontier):
        counts.append(len(frontier))
        reached = layer[:, frontier].reshape(-1, size)
        codes, first = np.unique(reached @ digits, return_index=True)
        new = ~seen[codes]
        seen[codes[new]] = True
        frontier = reached[first[new]]
    return tuple(counts)


def group_order(bits: int) -> int:
    """Return ``(2^n)!``, and half of it for n >= 4."""
    return math.factorial(1 << bits) // (1 if bits <= MAX_SEARCH_BITS else 2)


def counting_bound(bits: int) -> int:
    """Return the least k with as many words of at most k gates as the group has elements.

    There are at most ``1 + G + ... + G^k`` of them, so some element needs k gates: about
    ``log (2^n)! / log G``, which grows like ``n 2^n / log n``.

    Examples
    --------
    >>> [counting_bound(n) for n in (1, 2, 3, 4, 12)]
    [1, 3, 5, 9, 4482]
    """
    count, order = gate_count(bits), group_order(bits)
    words, power, length = 1, 1, 0
    while words < order:
        power *= count
        words += power
        length += 1
    return length


def construction_bound(bits: int) -> int:
    """Return a number of gates that suffices for every element, ``O(n 2^n)``; n >= 4.

    1. An even permutation of M = 2^n states is a product of at most M - 2 cycles of three states:
       each puts one more state in place, and two that are left are in place by parity.
    2. Let A flip bit v if bit u and the bits S are 1, and B flip u if v and the bits S' are 1, where
       S and S' share out the n - 2 other bits evenly.  Where one of S, S' has a 0, A B A B is the
       identity; elsewhere A and B are the two CNOTs between u and v, and (A B)^2 is a cycle of the
       three states with (u, v) != (0, 0).
    3. A and B have ceil(n/2) and floor(n/2) controls, m each, and take one gate for m <= 2 and
       4 (m - 2) Toffolis otherwise, since m - 2 other bits can be borrowed (A. Barenco et al.,
       Phys. Rev. A 52, 3457, lemma 7.2).
    4. Any three states a, b, c are brought to those of step 2 by NOTs that make a = 1...1, then by
       flips, under the control that a bit u with b_u = 0 is 0, that leave b no other 0, then by
       flips under a bit v with c_v = 0, v != u, likewise: at most 3 n - 2 NOTs and 2 n - 2 CNOTs,
       before the cycle and after it.

    Raises
    ------
    ValueError
        If there are fewer than four bits.

    Examples
    --------
    >>> construction_bound(4)  # 14 cycles of 2 (1 + 1) + 2 (10 + 6) gates
    504
    """
    check_integer("bits", bits, least=MAX_SEARCH_BITS + 1)
    halves = (bits // 2, bits - bits // 2)
    cycle = 2 * sum(1 if controls <= 2 else 4 * (controls - 2) for controls in halves)
    return ((1 << bits) - 2) * (cycle + 2 * (5 * bits - 4))
