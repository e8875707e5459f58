r"""Exact algebra of one-qubit Clifford+T operators up to phase, each in its normal form.

Every operator is ``T_{k_1} T_{k_2} ... T_{k_t} C`` with T_k the turn by 45 degrees about axis k,
neighbours ``k_i != k_{i+1}`` and C one of 24 Cliffords, in exactly one way; t is then the least
number of T gates (Matsumoto and Amano, arXiv:0806.3834).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qgeom._checks import check_choice
from qgeom._linalg import dagger
from qgeom._typing import Complex, Real
from qgeom.circuits.two_qubit import FROM_Z, H, S, X, Y, Z

PAULIS = np.stack([X, Y, Z])
MATRICES: dict[str, Complex] = {
    "h": H,
    "s": S,
    "sdg": S.conj(),
    "x": X,
    "y": Y,
    "z": Z,
    "t": np.diag([1, np.exp(0.25j * np.pi)]),
    "tdg": np.diag([1, np.exp(-0.25j * np.pi)]),
}
CLIFFORD_NAMES = ("h", "s", "sdg", "x", "y", "z")


def bloch_rotation(unitary: Complex) -> Real:
    """Rotation (3, 3) of the Bloch ball, ``R_ij = tr(sigma_i U sigma_j U^dagger) / 2``.

    Examples
    --------
    >>> bloch_rotation(MATRICES["h"]).round(12) + 0.0
    array([[ 0.,  0.,  1.],
           [ 0., -1.,  0.],
           [ 1.,  0.,  0.]])
    """
    turned = unitary @ PAULIS @ dagger(unitary)
    return 0.5 * np.einsum("iab,jba->ij", PAULIS, turned).real


def _clifford_words() -> tuple[tuple[str, ...], ...]:
    """The 24 Cliffords as shortest words in order of time, the identity first."""
    steps = {name: np.rint(bloch_rotation(MATRICES[name])) for name in CLIFFORD_NAMES}
    seen: dict[bytes, tuple[str, ...]] = {}
    reached: list[tuple[Real, tuple[str, ...]]] = [(np.eye(3), ())]
    for rotation, word in reached:  # grows while it is read
        if seen.setdefault(_key(rotation), word) is word:
            reached += [(step @ rotation, (*word, name)) for name, step in steps.items()]
    return tuple(seen.values())


def _key(rotation: Real) -> bytes:
    return np.rint(rotation).astype(np.int8).tobytes()


def word_matrix(names: Iterable[str]) -> Complex:
    """Unitary (2, 2) of gate names in order of time.

    Examples
    --------
    >>> word_matrix(["t", "t", "sdg"]).round(12).real + 0.0
    array([[1., 0.],
           [0., 1.]])
    """
    matrix = np.eye(2, dtype=np.complex128)
    for name in names:
        matrix = MATRICES[name] @ matrix
    return matrix


CLIFFORD_WORDS = _clifford_words()
CLIFFORD_ROTATIONS = np.rint([bloch_rotation(word_matrix(word)) for word in CLIFFORD_WORDS])
_INDEX = {_key(rotation): index for index, rotation in enumerate(CLIFFORD_ROTATIONS)}
_PRODUCT = [[_INDEX[_key(a @ b)] for b in CLIFFORD_ROTATIONS] for a in CLIFFORD_ROTATIONS]
_INVERSE = [_INDEX[_key(a.T)] for a in CLIFFORD_ROTATIONS]


def clifford_index(rotation: Real) -> int:
    """Place in CLIFFORD_WORDS of a rotation (3, 3) that permutes the axes up to signs."""
    return _INDEX[_key(rotation)]


def _named(*names: str) -> int:
    return clifford_index(bloch_rotation(word_matrix(names)))


# Cliffords that carry the axis z to the axes x, y, z, and the quarter turns about x, y, z.
_TO_AXIS = tuple(clifford_index(bloch_rotation(matrix)) for matrix in FROM_Z)
_QUARTER = tuple(_PRODUCT[_PRODUCT[g][_named("s")]][_INVERSE[g]] for g in _TO_AXIS)


@dataclass(frozen=True)
class Word:
    """A one-qubit Clifford+T operator up to phase, ``T_{axes[0]} ... T_{axes[-1]} C``.

    Attributes
    ----------
    axes
        Axes (0, 1, 2 for x, y, z) of the turns by 45 degrees, the latest in time first; no two
        neighbours are equal.
    clifford
        Place of C, which acts first, in CLIFFORD_WORDS.
    """

    axes: tuple[int, ...] = ()
    clifford: int = 0

    @property
    def t_count(self) -> int:
        """Least number of T and T^dagger gates."""
        return len(self.axes)

    def __matmul__(self, first: Word) -> Word:
        """Product of operators: `first` acts before this one."""
        axes, clifford = list(self.axes), self.clifford
        for axis in first.axes:
            clifford = _append(axes, clifford, axis)
        return Word(tuple(axes), _PRODUCT[clifford][first.clifford])

    def inverse(self) -> Word:
        """Operator that undoes this one."""
        out = Word((), _INVERSE[self.clifford])
        for axis in reversed(self.axes):
            out = out @ Word((axis,), _INVERSE[_QUARTER[axis]])
        return out

    @cached_property
    def gates(self) -> tuple[str, ...]:
        """Names of gates in order of time: h, s, sdg, x, y, z and `t_count` times t."""
        clifford, names = self.clifford, []
        for axis in reversed(self.axes):
            names += [*CLIFFORD_WORDS[_PRODUCT[_INVERSE[_TO_AXIS[axis]]][clifford]], "t"]
            clifford = _TO_AXIS[axis]
        return (*names, *CLIFFORD_WORDS[clifford])

    @cached_property
    def matrix(self) -> Complex:
        """Unitary (2, 2), the product of `gates`."""
        return word_matrix(self.gates)

    @cached_property
    def rotation(self) -> Real:
        """Rotation (3, 3) of the Bloch ball."""
        return bloch_rotation(self.matrix)


def _append(axes: list[int], clifford: int, axis: int) -> int:
    """Multiply ``T_{axes[0]} ... C`` from the right by T_axis; changes `axes`, returns the new C."""
    image = CLIFFORD_ROTATIONS[clifford][:, axis]
    # C T_k = T_{C k} C, where C k may be an axis backwards: T_{-k} = T_k Q_k^{-1}.
    axis = int(np.abs(image).argmax())
    if image[axis] < 0:
        clifford = _PRODUCT[_INVERSE[_QUARTER[axis]]][clifford]
    if axes and axes[-1] == axis:
        axes.pop()
        return _PRODUCT[_QUARTER[axis]][clifford]
    axes.append(axis)
    return clifford


_GATE_WORDS = {name: Word((), _named(name)) for name in CLIFFORD_NAMES} | {
    "t": Word((2,)),
    "tdg": Word((2,), _named("sdg")),
}


def word(names: Iterable[str]) -> Word:
    """Normal form of gate names in order of time.

    Examples
    --------
    >>> word(["t", "h", "h", "t", "x"]).gates, word(["t", "h", "t"]).t_count
    (('s', 'x'), 2)

    Raises
    ------
    ValueError
        If a name is not one of h, s, sdg, x, y, z, t, tdg.
    """
    out = Word()
    for name in names:
        out = _GATE_WORDS[check_choice("names", name, _GATE_WORDS)] @ out
    return out


def from_z(axis: int) -> Word:
    """Clifford that carries the axis z to an axis (0, 1, 2 for x, y, z)."""
    return Word((), _TO_AXIS[axis])


def about(axis: int, turn: Word) -> Word:
    """A word of a turn about z, carried over to another axis.

    Examples
    --------
    >>> about(0, word(["s"])).gates, about(1, word(["z"])).gates
    (('h', 's', 'h'), ('y',))
    """
    return from_z(axis) @ turn @ from_z(axis).inverse()
