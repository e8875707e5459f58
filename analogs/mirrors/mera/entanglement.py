r"""Entanglement entropy of blocks, and the cut through the circuit's network that bounds it.

A network of tensors joined by bonds of dimension chi gives every block A of its outputs an entropy
``S(A) <= log(chi) min_cut(A)``, whatever the tensors: the bonds of a cut carry all that A shares with
the rest (Vidal 2008; Swingle 2012).  In natural units, chi = 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import networkx as nx
import numpy as np

from analogs.evidence.statistics import slope
from analogs.mirrors.mera.circuit import Layer
from analogs.mirrors.mera.graphs import circuit_graph
from qgeom._checks import fail
from qgeom._typing import Complex, Real

BOND = math.log(2.0)
# Schmidt coefficients below carry no entropy that double precision could see.
SMALLEST = 1e-15


def block(start: int, size: int, n_qubits: int) -> tuple[int, ...]:
    """Neighbouring qubits on the ring.

    Examples
    --------
    >>> block(2, 3, 4)
    (2, 3, 0)
    """
    return tuple((start + k) % n_qubits for k in range(size))


def entropy(state: Complex | Real, qubits: Iterable[int]) -> float:
    """``S = -tr rho log rho`` of some qubits of a pure state (2^n,).

    Raises
    ------
    ValueError
        If a qubit is not there or repeated.

    Examples
    --------
    >>> bell = np.array([1, 0, 0, 1]) / np.sqrt(2)
    >>> [round(entropy(bell, own) / BOND, 9) for own in ([0], [0, 1])]
    [1.0, 0.0]
    """
    own, n_qubits = list(qubits), state.size.bit_length() - 1
    if len(set(own)) < len(own) or not set(own) <= set(range(n_qubits)):
        raise fail("qubits", f"be distinct and from 0 to {n_qubits - 1}", f"is {own}")
    axes = [n_qubits - 1 - q for q in own]
    bits = np.moveaxis(state.reshape((2,) * n_qubits), axes, range(len(axes)))
    schmidt = np.linalg.svd(bits.reshape(1 << len(axes), -1), compute_uv=False) ** 2
    weights = schmidt[schmidt > SMALLEST]
    return float(abs(weights @ np.log(weights)))  # 0.0 rather than -0.0


def min_cut(n_qubits: int, layers: Sequence[Layer], qubits: Iterable[int]) -> int:
    """Fewest bonds that separate the last wires of some qubits from the others'.

    Inputs |0> are tensors of their own gate and cost nothing.

    Examples
    --------
    >>> layers = ((0, 1), (2, 3)), ((1, 2),)
    >>> [min_cut(4, layers, own) for own in ([0], [0, 1], [0, 2])]
    [1, 2, 2]
    """
    network, inside = circuit_graph(layers, outputs=n_qubits), set(qubits)
    for qubit in range(n_qubits):
        network.add_edge("inside" if qubit in inside else "outside", ("out", qubit))
    if not inside or len(inside) == n_qubits:
        return 0
    return int(nx.maximum_flow_value(network, "inside", "outside"))


def block_entropies(state: Complex | Real) -> Real:
    """Mean entropy (n / 2,) of the blocks of 1, 2, ..., n / 2 neighbours on the ring.

    Examples
    --------
    >>> block_entropies(np.eye(16)[0])
    array([0., 0.])
    """
    n = state.size.bit_length() - 1
    return np.array(
        [
            np.mean([entropy(state, block(start, size, n)) for start in range(n)])
            for size in range(1, n // 2 + 1)
        ]
    )


def central_charge(entropies: Real, n_qubits: int) -> float:
    """Fit c of ``S(l) = (c / 3) log((n / pi) sin(pi l / n)) + const`` (Calabrese and Cardy 2004).

    Parameters
    ----------
    entropies
        Of the blocks of 1, 2, ... neighbours of n on a ring, at least two.
    n_qubits
        n.

    Examples
    --------
    >>> sizes = np.arange(1, 5)
    >>> round(central_charge(np.log(np.sin(np.pi * sizes / 8)) / 6 + 0.4, 8), 9)
    0.5
    """
    sizes = np.arange(1, len(entropies) + 1)
    chords = np.log(n_qubits / np.pi * np.sin(np.pi * sizes / n_qubits))
    return float(3.0 * slope(chords, entropies))
