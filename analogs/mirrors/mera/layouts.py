"""MERA and two brickwork circuits to compare: as many gates, and as many layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analogs.mirrors.mera.circuit import (
    Circuit,
    Layer,
    brickwork_layers,
    gate_count,
    gate_generators,
    layer_generators,
    mera_layers,
    steps_length,
)
from analogs.mirrors.mera.energy import minimise_energy
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.metric.schedules import graph as neighbours_on

COST = 16.0
# Rounding of energies: an exact state has no smaller relative error.
FLOOR = 1e-12
MERA, BRICKWORK, DEEP = "MERA", "brickwork, as many gates", "brickwork, as many layers"


@dataclass(frozen=True)
class Ansatz:
    """A layout of two-qubit gates.

    Attributes
    ----------
    name, n_qubits, layers
        What it is called, and which pairs its gates act on.
    """

    name: str
    n_qubits: int
    layers: tuple[Layer, ...]

    @property
    def size(self) -> str:
        """Numbers of gates and layers in words."""
        return f"{gate_count(self.layers)} gates in {len(self.layers)} layers"


def ansatze(n_qubits: int) -> dict[str, Ansatz]:
    """MERA and its rivals on a ring.

    Examples
    --------
    >>> [ansatz.size for ansatz in ansatze(16).values()]
    ['29 gates in 7 layers', '29 gates in 4 layers', '56 gates in 7 layers']
    """
    mera = mera_layers(n_qubits)
    layouts = {
        MERA: mera,
        BRICKWORK: brickwork_layers(n_qubits, gate_count(mera)),
        DEEP: brickwork_layers(n_qubits, len(mera) * n_qubits // 2),
    }
    return {name: Ansatz(name, n_qubits, layers) for name, layers in layouts.items()}


@dataclass(frozen=True, eq=False)
class Solution:
    """A short circuit of lowest energy, from one start.

    Attributes
    ----------
    relative_error
        Of the energy, at least `FLOOR`.
    length, ring_length
        Sum over the gates of the norm of their logarithm (tr/2^n), with all pairs of qubits at cost
        1, and with only neighbours on the ring at cost 1; `COST` for everything else.
    layer_length
        Like `length`, gates of a layer at once.
    circuit
        The gates.
    """

    relative_error: float
    length: float
    ring_length: float
    layer_length: float
    circuit: Circuit


def solve(ansatz: Ansatz, rng: np.random.Generator, iterations: int) -> Solution:
    """Optimise all gates of a layout under fading ridges, and measure the circuit."""
    n_qubits = ansatz.n_qubits
    found = minimise_energy(n_qubits, ansatz.layers, rng, iterations=iterations)
    pairs = PauliMetric(n_qubits, nielsen(COST))
    edges = [(i, (i + 1) % n_qubits) for i in range(n_qubits)]
    ring = PauliMetric(n_qubits, neighbours_on(edges, COST))
    return Solution(
        max(found.relative_error, FLOOR),
        steps_length(pairs, gate_generators(pairs, found.circuit)),
        steps_length(ring, gate_generators(ring, found.circuit)),
        steps_length(pairs, layer_generators(pairs, found.circuit)),
        found.circuit,
    )
