"""Normal forms of Clifford+T words against products of matrices and a count of the group."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

from qgeom.circuits.clifford_t.rotations import rz_matrix
from qgeom.circuits.clifford_t.words import (
    CLIFFORD_ROTATIONS,
    CLIFFORD_WORDS,
    MATRICES,
    Word,
    about,
    bloch_rotation,
    word,
    word_matrix,
)
from qgeom.circuits.gates import operator_error
from tests.closeness import assert_close

ROUNDING = 1e-13
NAMES = sorted(MATRICES)


def random_names(length: int, seed: int) -> list[str]:
    return np.random.default_rng(seed).choice(NAMES, length).tolist()


@pytest.mark.parametrize("name", NAMES)
def test_gates_are_those_of_qiskit(name: str) -> None:
    circuit = QuantumCircuit(1)
    getattr(circuit, name)(0)
    assert_close(MATRICES[name], Operator(circuit).data, ROUNDING)


@pytest.mark.parametrize(("length", "seed"), [(0, 0), (1, 1), (10, 2), (60, 3), (400, 4)])
def test_the_normal_form_is_the_product(length: int, seed: int) -> None:
    names = random_names(length, seed)
    form = word(names)
    assert operator_error(form.matrix, word_matrix(names)) < ROUNDING
    assert_close(form.rotation, bloch_rotation(word_matrix(names)), ROUNDING)
    assert form.gates.count("t") == form.t_count <= sum(name in ("t", "tdg") for name in names)
    assert "tdg" not in form.gates
    assert all(a != b for a, b in itertools.pairwise(form.axes))
    assert word(form.gates) == form


def test_the_product_is_that_of_the_group() -> None:
    a, b, c = (word(random_names(40, seed)) for seed in (5, 6, 7))
    assert (a @ b) @ c == a @ (b @ c)
    assert a.inverse() @ a == a @ a.inverse() == Word()
    assert operator_error((a @ b).matrix, a.matrix @ b.matrix) < ROUNDING


def test_one_normal_form_for_each_operator() -> None:
    """Of all words with at most 3 T gates, 24 (1 + 3 + 6 + 12) differ, and so do their rotations."""
    forms = {Word()}
    for _ in range(3):
        step = [Word((axis,), clifford) for axis in range(3) for clifford in range(24)]
        forms |= {a @ b for a in step for b in forms}
    forms |= {Word((), clifford) for clifford in range(24)}
    short = [form for form in forms if form.t_count <= 2]
    assert [sum(form.t_count == t for form in short) for t in range(3)] == [24, 72, 144]
    rotations = {np.rint(1e9 * form.rotation).astype(int).tobytes() for form in short}
    assert len(rotations) == len(short)


def test_cliffords_are_the_rotations_of_the_cube() -> None:
    assert len(CLIFFORD_WORDS) == 24
    assert len({rotation.tobytes() for rotation in CLIFFORD_ROTATIONS + 0.0}) == 24
    assert_close(np.linalg.det(CLIFFORD_ROTATIONS), np.ones(24), ROUNDING)
    assert max(map(len, CLIFFORD_WORDS)) == 3


def test_neighbours_merge() -> None:
    assert word(["t", "t"]).gates == ("s",)
    assert word(["s", "s"]).gates == ("z",)
    assert word(["h", "h"]) == word(["t", "tdg"]) == Word()
    assert word(["t"] * 7).t_count == 1
    assert word(["t", "x", "t"]).t_count == 0


def test_a_turn_carried_to_another_axis() -> None:
    paulis = [MATRICES[name] for name in "xyz"]
    for axis, pauli in enumerate(paulis):
        expected = np.cos(np.pi / 8) * np.eye(2) - 1j * np.sin(np.pi / 8) * pauli
        assert operator_error(about(axis, word(["t"])).matrix, expected) < ROUNDING
    assert operator_error(rz_matrix(np.pi / 4), MATRICES["t"]) < ROUNDING


def test_other_names_are_refused() -> None:
    with pytest.raises(ValueError, match=r"`names` must be one of h, s, .*, but is 'cx'"):
        word(["h", "cx"])
