"""Circuits with free parameters: slots on two qubits that turn by Pauli generators."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from qgeom._linalg import expm_hermitian
from qgeom._typing import Complex, Integer, Real
from qgeom.algebra.paulis import pauli_index, pauli_matrix, pauli_strings
from qgeom.circuits.blocks import Pair, fuse_single_qubit_gates, merge_gates
from qgeom.circuits.gates import Gate
from qgeom.circuits.two_qubit import CX, cx_circuit, rzz_circuit
from qgeom.circuits.weyl import kron_factors

IDENTITY = np.eye(4, dtype=np.complex128)
TWO_BODY = tuple(second + first for second in "XYZ" for first in "XYZ")
FIRST, SECOND = ("IX", "IY", "IZ"), ("XI", "YI", "ZI")


@dataclass(frozen=True, eq=False)
class Atom:
    """A two-qubit gate that circuits are counted in: consecutive slots on its pair of qubits.

    One-qubit gates are free.  Generators that can be pushed to the end of the circuit are left out:
    the local ones of SU(4), Z on the control and X on the target before CX, Z before RZZ.

    Attributes
    ----------
    name
        ``"su4"``, ``"cx"`` or ``"rzz"``.
    generators
        Labels of the free generators of each slot; the right letter acts on the first qubit.
    fixed
        (S, 4, 4), the slots before they turn.
    repeats
        So many in a row on one pair, with one-qubit gates between, make every two-qubit gate.
    """

    name: str
    generators: tuple[tuple[str, ...], ...]
    fixed: Complex
    repeats: int

    def bound(self, n_qubits: int) -> int:
        r"""Atoms that almost every unitary needs, ``ceil((4^n - 3n - 1) / parameters)``.

        Examples
        --------
        >>> [[ATOMS[name].bound(n) for name in ("su4", "cx", "rzz")] for n in (3, 4)]
        [[6, 14, 11], [27, 61, 49]]
        """
        return -(-(4**n_qubits - 3 * n_qubits - 1) // sum(map(len, self.generators)))

    def rewrite(self, gates: Iterable[Gate]) -> tuple[Gate, ...]:
        """The same circuit with these atoms for its two-qubit gates, and one-qubit gates fused."""
        blocks = merge_gates(gates)
        if self.name == "su4":
            return blocks
        return cx_circuit(blocks) if self.name == "cx" else rzz_circuit(blocks)


ATOMS = {
    atom.name: atom
    for atom in (
        Atom("su4", (TWO_BODY,), IDENTITY[None], 1),
        Atom("cx", (("IX", "IY", "YI", "ZI"), ()), np.stack([IDENTITY, CX]), 3),
        Atom("rzz", (("IX", "IY", "XI", "YI"), ("ZZ",)), np.stack([IDENTITY, IDENTITY]), 3),
    )
}


@dataclass(frozen=True, eq=False)
class Template:
    """B circuits of the same kinds of slots, in order of time; their pairs of qubits may differ.

    A slot turns from the left, ``M <- exp(-i sum_a d_a P_a) M``, by its generators P_a alone.

    Attributes
    ----------
    n_qubits
        n, the qubits of the register.
    generators
        Labels of the generators of each of the S slots; none where a slot is fixed.
    pairs
        (B, S, 2), qubits; the first is the least significant bit.
    matrices
        (B, S, 4, 4).
    """

    n_qubits: int
    generators: tuple[tuple[str, ...], ...]
    pairs: Integer
    matrices: Complex

    def __len__(self) -> int:
        return len(self.pairs)

    @functools.cached_property
    def owner(self) -> Integer:
        """Slot of each of the P parameters."""
        return np.repeat(np.arange(len(self.generators)), [len(g) for g in self.generators])

    @functools.cached_property
    def strings(self) -> Integer:
        """Two-qubit string of each of the P parameters."""
        return np.array([pauli_index(label) for g in self.generators for label in g], dtype=int)

    def take(self, rows: Integer) -> Template:
        """Return the circuits of some rows."""
        return replace(self, pairs=self.pairs[rows], matrices=self.matrices[rows])

    def turned(self, turns: Real) -> Template:
        """Turn all slots by parameters (B, P)."""
        coefficients = np.zeros((*self.pairs.shape[:2], 15))
        coefficients[:, self.owner, self.strings] = turns
        free = np.unique(self.owner)
        matrices = self.matrices.copy()
        matrices[:, free] = expm_hermitian(pauli_matrix(coefficients[:, free])) @ matrices[:, free]
        return replace(self, matrices=matrices)

    def randomised(self, rng: np.random.Generator, angle: float) -> Template:
        """Turn all slots by normal random numbers of standard deviation `angle`."""
        return self.turned(rng.normal(scale=angle, size=(len(self), len(self.owner))))

    def rows(self) -> tuple[Integer, Complex]:
        """Generators on the register, ``(P_a M)[i] = phase[a, i] M[row[a, i]]``: both (B, P, 2^n)."""
        two = pauli_strings(2)
        place = 1 << self.pairs[:, self.owner]
        x, z = two.x[self.strings], two.z[self.strings]
        flip = (x & 1) * place[..., 0] + (x >> 1) * place[..., 1]
        sign = (z & 1) * place[..., 0] + (z >> 1) * place[..., 1]
        # P = i^|x & z| X^x Z^z, and row i of X^x Z^z M is (-1)^(z . (i ^ x)) times row i ^ x of M.
        row = np.arange(1 << self.n_qubits) ^ flip[..., None]
        parity = np.bitwise_count(row & sign[..., None]) % 2
        power = np.bitwise_count(x & z).astype(np.int64)
        return row, (1j**power)[:, None] * np.where(parity, -1.0, 1.0)


def assemble(n_qubits: int, atom: Atom, layouts: Sequence[Sequence[Pair]]) -> Template:
    """Circuits of atoms on the pairs of layouts of one length, and one-qubit gates at the end.

    All slots are as they are before they turn.
    """
    sites = np.array(layouts, dtype=np.int64).reshape(len(layouts), -1, 2)
    ends = [(q, q + 1) for q in range(0, n_qubits - 1, 2)]
    last: tuple[tuple[str, ...], ...] = (FIRST + SECOND,) * len(ends)
    if n_qubits % 2:
        ends.append((n_qubits - 1, 0))
        last = (*last, FIRST)
    count, length = sites.shape[:2]
    end_pairs = np.broadcast_to(np.array(ends), (count, len(ends), 2))
    pairs = np.concatenate([np.repeat(sites, len(atom.generators), axis=1), end_pairs], axis=1)
    slots = [*(list(atom.fixed) * length), *([IDENTITY] * len(ends))]
    matrices = np.broadcast_to(np.stack(slots), (count, len(slots), 4, 4))
    return Template(n_qubits, atom.generators * length + last, pairs, matrices)


def layout_of(gates: Iterable[Gate]) -> tuple[Pair, ...]:
    """Pairs of the two-qubit gates, in order of time."""
    return tuple((g.qubits[0], g.qubits[1]) for g in gates if len(g.qubits) == 2)


def from_gates(n_qubits: int, atom: Atom, gates: Sequence[Gate]) -> Template:
    """One circuit, up to its phase, of gates that `atom.rewrite` returns.

    Examples
    --------
    >>> cx = np.eye(4)[[0, 3, 2, 1]]
    >>> template = from_gates(2, ATOMS["cx"], [Gate((1,), np.diag([1, 1j])), Gate((0, 1), cx)])
    >>> layout_of(to_gates(ATOMS["cx"], template))
    ((0, 1),)
    """
    template = assemble(n_qubits, atom, [layout_of(gates)])
    matrices = template.matrices.copy()
    waiting = [np.eye(2, dtype=np.complex128)] * n_qubits
    slot = 0
    for gate in gates:
        if len(gate.qubits) == 1:
            waiting[gate.qubits[0]] = gate.matrix @ waiting[gate.qubits[0]]
            continue
        last = slot + len(atom.generators) - 1
        matrices[0, last] = gate.matrix
        local = _flushed(waiting, gate.qubits)
        matrices[0, slot] = local if slot < last else gate.matrix @ local
        slot = last + 1
    for place in range(slot, len(template.generators)):
        matrices[0, place] = _flushed(waiting, template.pairs[0, place])
    return replace(template, matrices=matrices)


def _flushed(waiting: list[Complex], pair: Sequence[int]) -> Complex:
    """Product of what waits on the two qubits, where nothing waits any more."""
    first, second = pair
    local = np.asarray(np.kron(waiting[second], waiting[first]), dtype=np.complex128)
    waiting[first] = waiting[second] = np.eye(2, dtype=np.complex128)
    return local


def to_gates(atom: Atom, template: Template, row: int = 0) -> tuple[Gate, ...]:
    """One of the circuits as gates; neighbours are merged as far as they stay atoms."""
    gates: list[Gate] = []
    slots = zip(template.pairs[row].tolist(), template.matrices[row], strict=True)
    for labels, ((first, second), matrix) in zip(template.generators, slots, strict=True):
        if any("I" in label for label in labels):
            factors, _ = kron_factors(matrix)
            gates += [Gate((first,), factors[0]), Gate((second,), factors[1])]
        else:
            gates.append(Gate((first, second), matrix))
    return merge_gates(gates) if atom.name == "su4" else fuse_single_qubit_gates(gates)
