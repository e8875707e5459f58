"""Layouts: sequences of pairs of qubits on which the two-qubit gates of a circuit act."""

from __future__ import annotations

import itertools

from qgeom.circuits.blocks import Pair, two_qubit_layers

Layout = tuple[Pair, ...]


def all_pairs(n_qubits: int) -> Layout:
    """Pairs of n qubits in order."""
    return tuple(itertools.combinations(range(n_qubits), 2))


def regular_layout(n_qubits: int, length: int) -> Layout:
    """All pairs in turn, in layers of pairs that act at once, over and over.

    Examples
    --------
    >>> regular_layout(4, 7)
    ((0, 3), (1, 2), (0, 2), (1, 3), (0, 1), (2, 3), (0, 3))
    """
    once = itertools.chain.from_iterable(two_qubit_layers(all_pairs(n_qubits)))
    return tuple(itertools.islice(itertools.cycle(once), length))


def extensions(layout: Layout, n_qubits: int, repeats: int) -> list[Layout]:
    """Layouts with one pair more that are not known to be another one in disguise.

    Left out: more than `repeats` gates in a row on a pair, with nothing between them on its qubits
    (`repeats` do); and a pair disjoint from the one before that ought to stand before it.

    Examples
    --------
    >>> extensions(((0, 1),), 3, 1)
    [((0, 1), (0, 2)), ((0, 1), (1, 2))]
    >>> extensions(((2, 3),), 4, 1)
    [((2, 3), (0, 2)), ((2, 3), (0, 3)), ((2, 3), (1, 2)), ((2, 3), (1, 3))]
    """
    found = []
    for pair in all_pairs(n_qubits):
        out_of_order = bool(layout) and pair < layout[-1] and set(pair).isdisjoint(layout[-1])
        if not out_of_order and _run(layout, pair) < repeats:
            found.append((*layout, pair))
    return found


def _run(layout: Layout, pair: Pair) -> int:
    """Gates on a pair at the end of a layout, gates on other qubits aside."""
    touching = (other for other in reversed(layout) if not set(pair).isdisjoint(other))
    return sum(1 for _ in itertools.takewhile(lambda other: other == pair, touching))
