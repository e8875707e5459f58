"""Reversible logic: permutations of the 2^n states of n bits, and the gates that generate them.

A gate adds a product of at most two bits to another one, over GF(2): NOT ``x_b += 1``, CNOT
``x_b += x_a`` and Toffoli ``x_b += x_a x_c``.  For n <= 3 these generate all permutations of the
states, for n >= 4 the even ones, since a gate that leaves a bit alone moves the states in an even
number of pairs.  As matrices the permutations are unitary: S_{2^n} lies in U(2^n).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._typing import Integer, Real

# A gate on four bits or more cannot move a single pair of states.
ALL_PERMUTATIONS = 3


def controlled_flip(bits: int, controls: Sequence[int], flipped: int) -> Integer:
    """Return the permutation that flips one bit where all controls are 1, (2^bits,).

    Bit 0 is the least significant one of a state, as in Qiskit.

    Raises
    ------
    ValueError
        If a bit is out of range, or the flipped bit is a control.

    Examples
    --------
    >>> controlled_flip(2, [0], 1).tolist()  # CNOT
    [0, 3, 2, 1]
    """
    for bit in (*controls, flipped):
        check_integer("bit", bit, 0, bits - 1)
    if flipped in controls:
        raise fail("flipped", "not be a control", f"is {flipped}")
    states = np.arange(1 << bits)
    mask = sum(1 << bit for bit in set(controls))
    return np.where((states & mask) == mask, states ^ (1 << flipped), states)


def reversible_gates(bits: int, *, controls: int = 2, neighbours: bool = False) -> Integer:
    """Return the gates on `bits` wires as permutations of the states, (G, 2^bits).

    Parameters
    ----------
    bits
        Number of wires.
    controls
        The most controls of a gate: 0 NOT, 1 CNOT, 2 Toffoli.  With at most one the gates generate
        the affine maps of GF(2)^n.
    neighbours
        Only gates whose bits stand side by side on a line.

    Raises
    ------
    ValueError
        If a number is out of range.

    Examples
    --------
    >>> reversible_gates(2).tolist()  # two NOT, two CNOT
    [[1, 0, 3, 2], [2, 3, 0, 1], [0, 1, 3, 2], [0, 3, 2, 1]]
    >>> [len(reversible_gates(3, controls=c, neighbours=True)) for c in (0, 1, 2)]
    [3, 7, 10]
    """
    check_integer("bits", bits, least=1)
    check_integer("controls", controls, 0, 2)
    found = []
    for count in range(min(bits, controls + 1)):
        for flipped in range(bits):
            others = [bit for bit in range(bits) if bit != flipped]
            for chosen in itertools.combinations(others, count):
                used = (*chosen, flipped)
                if not neighbours or max(used) - min(used) == count:
                    found.append(controlled_flip(bits, chosen, flipped))
    return np.array(found)


def gate_count(bits: int) -> int:
    """Return ``n + n (n - 1) + n (n - 1)(n - 2) / 2``: NOT, CNOT, Toffoli.

    Examples
    --------
    >>> [gate_count(n) for n in (1, 2, 3, 12)]
    [1, 4, 12, 804]
    """
    return bits + bits * (bits - 1) + bits * math.comb(bits - 1, 2)


def group_order(bits: int) -> int:
    """Return the number of maps that the gates generate: ``(2^n)!``, and half of it for n >= 4.

    Examples
    --------
    >>> [group_order(n) for n in (1, 2, 3)]
    [2, 24, 40320]
    """
    return math.factorial(1 << bits) // (1 if bits <= ALL_PERMUTATIONS else 2)


def permutation_matrix(permutation: Integer) -> Real:
    """Return the matrix that maps the basis vector of s to that of its image, (size, size).

    Examples
    --------
    >>> permutation_matrix(np.array([1, 2, 0]))
    array([[0., 0., 1.],
           [1., 0., 0.],
           [0., 1., 0.]])
    """
    return np.eye(len(permutation))[:, permutation]
