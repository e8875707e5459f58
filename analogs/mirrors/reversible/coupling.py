"""Reversible residual networks on bits: additive couplings over GF(2), and their circuits.

A layer adds to one bit a polynomial of the others, ``x_b += f(x)``, of degree at most 2: a residual
layer whose inverse is itself.  Each monomial of f is one gate, NOT, CNOT or Toffoli.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qgeom._typing import Integer
from qgeom.algebra.reversible import controlled_flip

DEGREE = 2


@dataclass(frozen=True)
class Coupling:
    """``x_b += f(x)`` over GF(2).

    Parameters
    ----------
    flipped
        The bit b.
    monomials
        The monomials of f, each the bits that it multiplies; the empty one is 1.
    """

    flipped: int
    monomials: tuple[tuple[int, ...], ...]

    def forward(self, x: Integer) -> Integer:
        """Return the layer applied to bits (..., n) of zeros and ones.

        Examples
        --------
        >>> Coupling(2, ((0, 1), ())).forward(np.array([[1, 1, 0], [1, 0, 0]]))
        array([[1, 1, 0],
               [1, 0, 1]])
        """
        residual = sum(x[..., list(bits)].prod(axis=-1) for bits in self.monomials)
        result = x.copy()
        result[..., self.flipped] = (x[..., self.flipped] + residual) % 2
        return result

    def gates(self, bits: int) -> list[Integer]:
        """Return one gate a monomial, as permutations of the states; they commute."""
        return [controlled_flip(bits, monomial, self.flipped) for monomial in self.monomials]


def random_network(bits: int, layers: int, rng: np.random.Generator) -> list[Coupling]:
    """Return couplings of a random bit each, every monomial present with probability 1/2."""
    network = []
    for flipped in rng.integers(bits, size=layers).tolist():
        others = [bit for bit in range(bits) if bit != flipped]
        every = [m for k in range(DEGREE + 1) for m in itertools.combinations(others, k)]
        kept = rng.integers(2, size=len(every))
        network.append(
            Coupling(flipped, tuple(m for m, keep in zip(every, kept, strict=True) if keep))
        )
    return network


def permutation_of(network: Sequence[Coupling], bits: int) -> Integer:
    """Return where the network takes each of the 2^bits states, by running it on all of them.

    Examples
    --------
    >>> permutation_of([Coupling(1, ((0,),))], 2).tolist()  # CNOT
    [0, 3, 2, 1]
    """
    x = (np.arange(1 << bits)[:, None] >> np.arange(bits)) & 1
    y = functools.reduce(lambda state, layer: layer.forward(state), network, x)
    return y @ (1 << np.arange(bits))
