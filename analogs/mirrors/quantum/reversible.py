"""The diameter of reversible networks: permutations of the 2^n states of n bits, in gates.

A layer is one gate on at most three bits: NOT, CNOT ``x_b += x_a`` or Toffoli ``x_c += x_a x_b``
over GF(2), an additive coupling layer.  Length is the number of gates, so the diameter is that of a
Cayley graph; up to three bits a search knows it (`qgeom.readings.word_length`).
"""

from __future__ import annotations

from qgeom._checks import check_integer
from qgeom.algebra.reversible import ALL_PERMUTATIONS, gate_count, group_order


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
    check_integer("bits", bits, least=ALL_PERMUTATIONS + 1)
    halves = (bits // 2, bits - bits // 2)
    cycle = 2 * sum(1 if controls <= 2 else 4 * (controls - 2) for controls in halves)
    return ((1 << bits) - 2) * (cycle + 2 * (5 * bits - 4))
