"""Named targets, against Qiskit's gate library."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.linalg
from qiskit import QuantumCircuit
from qiskit.circuit import Parameter
from qiskit.circuit import library as gates
from qiskit.quantum_info import Operator

from qgeom.algebra.targets import ALIASES, FIXED, Target, target, target_names
from tests.closeness import EXACT, assert_close

GATES = {
    "x": gates.XGate(),
    "y": gates.YGate(),
    "z": gates.ZGate(),
    "h": gates.HGate(),
    "s": gates.SGate(),
    "t": gates.TGate(),
    "cnot": gates.CXGate(),
    "cz": gates.CZGate(),
    "swap": gates.SwapGate(),
    "iswap": gates.iSwapGate(),
    "toffoli": gates.CCXGate(),
    "ccz": gates.CCZGate(),
    "fredkin": gates.CSwapGate(),
}
# Qiskit has neither; their definitions are roots and exponentials.
BY_DEFINITION = {"sqrtswap", "b"}


def unitary(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size)))[0]


@pytest.mark.parametrize("name", GATES)
def test_gate_is_that_of_qiskit(name: str) -> None:
    found = target(name)
    assert_close(found.matrix, Operator(GATES[name]).data, EXACT)
    assert found.n_qubits == GATES[name].num_qubits
    assert found.name == name


def test_every_gate_has_an_oracle() -> None:
    assert set(FIXED) == set(GATES) | BY_DEFINITION


def test_square_root_of_swap_squares_to_swap() -> None:
    root = target("sqrtswap").matrix
    assert_close(root @ root, target("swap").matrix, EXACT)
    assert_close(root[1, 1], np.array(0.5 + 0.5j), EXACT)  # the principal root


def test_b_gate_is_an_exponential_in_the_weyl_chamber() -> None:
    x, y = target("x").matrix, target("y").matrix
    generator = np.pi / 4 * np.kron(x, x) + np.pi / 8 * np.kron(y, y)
    assert_close(target("b").matrix, scipy.linalg.expm(1j * generator))


@pytest.mark.parametrize("alias", ALIASES)
def test_alias_is_another_name(alias: str) -> None:
    assert_close(target(alias.upper()).matrix, target(ALIASES[alias]).matrix, EXACT)


@pytest.mark.parametrize("n_qubits", [1, 2, 3, 5])
def test_fourier_transform_is_that_of_qiskit(n_qubits: int) -> None:
    found = target("qft", n_qubits)
    assert_close(found.matrix, Operator(gates.QFTGate(n_qubits)).data)
    size = 1 << n_qubits
    assert_close(found.matrix, np.fft.ifft(np.eye(size), norm="ortho", axis=0))


def test_identity_is_the_identity() -> None:
    assert_close(target("identity", 3).matrix, np.eye(8), EXACT)


def test_haar_is_unitary_and_comes_from_the_generator() -> None:
    first, again, other = (
        target("haar", 3, rng=np.random.default_rng(seed)).matrix for seed in (1, 1, 2)
    )
    assert_close(first @ first.conj().T, np.eye(8))
    assert np.array_equal(first, again)
    assert np.abs(first - other).max() > 0.1


def test_haar_has_the_moments_of_haar_measure(rng: np.random.Generator) -> None:
    """``E |tr U|^2k = k!``: 1 and 2, with standard errors 1 and sqrt(20) over sqrt(draws)."""
    draws = np.array([np.trace(target("haar", 2, rng=rng).matrix) for _ in range(2000)])
    standard_errors = np.sqrt(np.array([1.0, 20.0]) / len(draws))
    moments = np.array([np.mean(np.abs(draws) ** 2), np.mean(np.abs(draws) ** 4)])
    assert np.all(np.abs(moments - [1.0, 2.0]) < 4 * standard_errors)


def test_control_is_the_least_significant_qubit() -> None:
    """CNOT is not symmetric: qubit 0 controls, so |01> (row 1) goes to |11> (row 3)."""
    assert target("cnot").matrix[3, 1] == 1
    assert target("cnot").matrix[2, 2] == 1


def test_a_circuit_keeps_the_order_of_its_qubits() -> None:
    circuit = QuantumCircuit(3, name="mixed")
    circuit.h(0)
    circuit.cx(0, 2)
    circuit.t(1)
    found = target(circuit)
    expected = np.kron(np.kron(np.eye(2), np.eye(2)), target("h").matrix)
    flip = np.zeros((8, 8))
    flip[[0, 5, 2, 7, 4, 1, 6, 3], np.arange(8)] = 1  # X on qubit 2 where qubit 0 is set
    phase = np.kron(np.kron(np.eye(2), target("t").matrix), np.eye(2))
    assert_close(found.matrix, phase @ flip @ expected, EXACT)
    assert (found.name, found.n_qubits) == ("mixed", 3)


@pytest.mark.parametrize("form", [np.asarray, Operator, lambda matrix: matrix.tolist()])
def test_a_matrix_in_any_form_is_kept(form: type, rng: np.random.Generator) -> None:
    matrix = unitary(rng, 4)
    found = target(form(matrix))
    assert_close(found.matrix, matrix, EXACT)
    assert (found.name, found.n_qubits) == ("2-qubit unitary", 2)


def test_a_gate_of_qiskit_is_a_target() -> None:
    assert_close(target(gates.RXXGate(0.3)).matrix, Operator(gates.RXXGate(0.3)).data, EXACT)


def test_a_target_is_its_own_target() -> None:
    found = target("toffoli")
    assert target(found) is found
    assert target(found, 3) is found


MEASURED = QuantumCircuit(1, 1)
MEASURED.measure(0, 0)
UNBOUND = QuantumCircuit(1)
UNBOUND.rx(Parameter("angle"), 0)


@pytest.mark.parametrize(
    ("source", "n_qubits", "message"),
    [
        ("tofoli", None, r"`target` must be one of x, y, .* \(or a unitary matrix\), but is 'tof"),
        ("qft", None, "`n_qubits` must be given for qft, but is missing"),
        ("qft", 0, "`n_qubits` must be between 1 and 10, but is 0"),
        ("identity", 11, "`n_qubits` must be between 1 and 10, but is 11"),
        ("identity", 1.5, "`n_qubits` must be an integer, but is 1.5"),
        ("cnot", 3, "`n_qubits` must be 2 for cnot, but is 3"),
        ("haar", 2, "`rng` must be given for haar, but is missing"),
        (np.eye(4), 3, "`n_qubits` must be 2 for 2-qubit unitary, but is 3"),
        (target("x"), 2, "`n_qubits` must be 1 for x, but is 2"),
        (np.eye(3), None, "`target` must have a size that is a power of two"),
        (np.ones((2, 3)), None, r"`target` must be a square matrix, but has shape \(2, 3\)"),
        (2 * np.eye(2), None, "`target` must be unitary, but U U.dagger differs .* by 3"),
        (np.full((2, 2), np.nan), None, "`target` must be finite, but has 4 entries"),
        (np.stack([np.eye(2)] * 2), None, "`target` must be one matrix, but has shape"),
        (None, None, "`target` must be an array of numbers, but is NoneType"),
        (MEASURED, None, "`target` must have a unitary matrix, but Qiskit finds none"),
        (UNBOUND, None, "`target` must have a unitary matrix, but Qiskit finds none"),
    ],
)
def test_what_is_no_target_is_refused(source: object, n_qubits: int | None, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        target(source, n_qubits)


@pytest.mark.parametrize("name", target_names())
def test_every_listed_name_is_a_target(name: str, rng: np.random.Generator) -> None:
    found = target(name, None if name in FIXED else 2, rng=rng)
    assert isinstance(found, Target)
    assert_close(found.matrix @ found.matrix.conj().T, np.eye(1 << found.n_qubits))
