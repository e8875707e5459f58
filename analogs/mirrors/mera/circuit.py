r"""Binary MERA on a ring of qubits as a circuit, and a brickwork circuit of as many gates.

Read from the top, entanglement renormalisation at bond dimension 2 is a quantum circuit on |0 ... 0>
(Vidal 2008; P2 IV.5): a top gate entangles two qubits half a ring apart; then every scale doubles the
number of sites, by isometries, gates whose second qubit is fresh, and disentanglers between the pairs.
The layout has ``2n - 3`` gates in ``2 log2(n) - 1`` layers.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._typing import Complex, Vector
from qgeom.algebra.paulis import pauli_strings
from qgeom.circuits.blocks import Pair
from qgeom.circuits.gates import Gate, apply_gate
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.pauli import PauliMetric

Layer = tuple[Pair, ...]


@dataclass(frozen=True, eq=False)
class Circuit:
    """Layers of two-qubit gates.

    Parameters
    ----------
    n_qubits
        n.
    layers
        Disjoint pairs of qubits, layer by layer in order of time.
    matrices
        Unitaries (G, 4, 4) of the gates; the first qubit of a pair is the least significant bit.
    """

    n_qubits: int
    layers: tuple[Layer, ...]
    matrices: Complex

    @functools.cached_property
    def gates(self) -> tuple[Gate, ...]:
        """The gates in order of time."""
        pairs = itertools.chain.from_iterable(self.layers)
        return tuple(Gate(pair, own) for pair, own in zip(pairs, self.matrices, strict=True))

    @property
    def state(self) -> Complex:
        """What the circuit makes of |0 ... 0>, (2^n,)."""
        return apply_gates(self.gates, zero_state(self.n_qubits))[:, 0]


def mera_layers(n_qubits: int) -> tuple[Layer, ...]:
    """Pairs of the top gate, then of isometries and disentanglers, scale by scale.

    Raises
    ------
    ValueError
        Unless `n_qubits` is a power of two, at least 2.

    Examples
    --------
    >>> mera_layers(4)
    (((0, 2),), ((0, 1), (2, 3)), ((1, 2), (3, 0)))
    """
    check_power_of_two("n_qubits", n_qubits)
    layers: list[Layer] = [((0, n_qubits // 2),)]
    spacing = n_qubits // 4
    while spacing:
        layers += scale_layers(n_qubits, spacing)
        spacing //= 2
    return tuple(layers)


def scale_layers(size: int, spacing: int) -> tuple[Layer, Layer]:
    """Pairs of the two layers of one scale: sites `spacing` apart, and those between the pairs.

    Examples
    --------
    >>> scale_layers(8, 2)
    (((0, 2), (4, 6)), ((2, 4), (6, 0)))
    """
    starts = range(0, size, 2 * spacing)
    return (
        tuple((i, i + spacing) for i in starts),
        tuple((i + spacing, (i + 2 * spacing) % size) for i in starts),
    )


def brickwork_layers(n_qubits: int, gates: int) -> tuple[Layer, ...]:
    """Pairs of neighbours on the ring, layer by layer; the last layer may be cut short.

    Raises
    ------
    ValueError
        Unless `n_qubits` is even, at least 4, and `gates` positive.

    Examples
    --------
    >>> brickwork_layers(4, 5)
    (((0, 1), (2, 3)), ((1, 2), (3, 0)), ((0, 1),))
    """
    check_integer("n_qubits", n_qubits, least=4)
    if n_qubits % 2:
        raise fail("n_qubits", "be even", f"is {n_qubits}")
    left = check_integer("gates", gates, least=1)
    layers: list[Layer] = []
    for bricks in itertools.cycle(scale_layers(n_qubits, 1)):
        if left <= 0:
            break
        layers.append(bricks[:left])
        left -= len(bricks)
    return tuple(layers)


def gate_count(layers: Sequence[Layer]) -> int:
    """Number of pairs in all layers.

    Examples
    --------
    >>> [gate_count(mera_layers(n)) for n in (4, 8, 16)]
    [5, 13, 29]
    """
    return sum(map(len, layers))


def zero_state(n_qubits: int) -> Complex:
    """|0 ... 0> as a column, (2^n, 1)."""
    state = np.zeros((1 << n_qubits, 1), dtype=np.complex128)
    state[0] = 1.0
    return state


def apply_gates(gates: Iterable[Gate], states: Complex) -> Complex:
    """Gates in order of time on states, the columns of a matrix (2^n, K)."""
    return functools.reduce(lambda matrix, gate: apply_gate(gate, matrix), gates, states)


def gate_generators(metric: PauliMetric, circuit: Circuit) -> Vector:
    """Pauli coefficients (G, dim) on the register of the principal logarithms of the gates.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> swap = np.eye(4)[[0, 2, 1, 3]]
    >>> circuit = Circuit(3, (((0, 2),),), swap[None])
    >>> metric = PauliMetric(3, nielsen(16.0))
    >>> x = gate_generators(metric, circuit)[0]  # exp(-i pi / 4 (XX + YY + ZZ)) up to phase
    >>> [metric.strings.labels[a] for a in np.flatnonzero(x.round(9))]
    ['XIX', 'YIY', 'ZIZ']
    """
    two, generators = pauli_strings(2), np.zeros((len(circuit.gates), metric.dim))
    own = PauliMetric(2, metric.penalty).log(circuit.matrices)
    for row, gate in enumerate(circuit.gates):
        first, second = gate.qubits
        x, z = (((mask & 1) << first) | ((mask >> 1) << second) for mask in (two.x, two.z))
        generators[row, metric.strings.index_of(x, z)] = own[row]
    return generators


def layer_generators(metric: PauliMetric, circuit: Circuit) -> Vector:
    """Coefficients (L, dim) of the layers: their gates act at once, on disjoint pairs."""
    starts = np.cumsum([0, *map(len, circuit.layers[:-1])])
    return np.add.reduceat(gate_generators(metric, circuit), starts, axis=0)


def steps_length(metric: RightInvariantMetric, generators: Vector) -> float:
    """Length ``sum_k |x_k|`` of the path through steps ``exp(x_k)``, (K, dim).

    Examples
    --------
    A rotation by pi / 2 in two steps, ``|A|^2 = tr(A^T A) / d``.

    >>> from qgeom.metric.matrix import MatrixMetric
    >>> from qgeom.metric.penalties import band
    >>> steps_length(MatrixMetric("so", 2, band(1, 1.0)), np.full((2, 1), np.pi / 4)) * 2 / np.pi
    1.0
    """
    return float(metric.norm(generators).sum())


def check_power_of_two(name: str, value: int) -> int:
    """Return `value` as an int, or raise ValueError unless it is 2, 4, 8, ..."""
    number = check_integer(name, value, least=2)
    if number & (number - 1):
        raise fail(name, "be a power of two", f"is {number}")
    return number
