"""The cheapest circuit: counts that are known, errors measured again, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from qiskit.quantum_info import Operator

from qgeom.algebra.targets import target
from qgeom.circuits.candidates import CANDIDATES, Aim, Draft, Task, _fitted
from qgeom.circuits.fitting.compress import FittedCircuit
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.synthesis import GATE_SETS, Synthesis, scan_errors, synthesize
from tests.qgeom.circuits.targets import TFIM3, XXX

EXACT = 1e-12


def haar(n_qubits: int, seed: int = 1) -> np.ndarray:
    return target("haar", n_qubits, rng=np.random.default_rng(seed)).matrix


def measured(found: Synthesis) -> float:
    """The error from the circuit alone, by the norm of the difference over many phases."""
    matrix, circuit = found.target.matrix, Operator(found.circuit).data
    phase = np.angle(np.trace(circuit.conj().T @ matrix)) + np.linspace(-0.01, 0.01, 201)
    differences = matrix - np.exp(1j * phase)[:, None, None] * circuit
    return float(np.linalg.norm(differences, ord=2, axis=(-2, -1)).min())


def aim(matrix: np.ndarray, effort: str = "normal") -> Aim:
    n_qubits = len(matrix).bit_length() - 1
    return Aim(matrix, n_qubits, effort, np.random.default_rng(0), lambda message, share: None)


@pytest.mark.parametrize(
    ("name", "cx", "rzz", "angle"),
    [("cnot", 1, 1, 0.5), ("swap", 3, 3, 1.5), ("iswap", 2, 2, 1.0), ("sqrtswap", 3, 3, 0.75)],
)
def test_two_qubit_gates(name: str, cx: int, rzz: int, angle: float) -> None:
    found = synthesize(name, "cx")
    assert (found.costs.cx, synthesize(name, "rzz").costs.rzz) == (cx, rzz)
    assert abs(found.costs.interaction_angle / np.pi - angle) < EXACT
    assert found.error < EXACT
    assert found.reached


@pytest.mark.parametrize("gate_set", GATE_SETS)
def test_circuits_keep_to_their_gate_set(gate_set: str) -> None:
    names = {
        "su4": {"unitary", "u"},
        "cx": {"cx", "u"},
        "rzz": {"rzz", "u"},
        "clifford+t": {"h", "s", "sdg", "t", "x", "y", "z", "cx"},
    }
    found = synthesize(haar(2), gate_set, 1e-3)
    assert set(found.circuit.count_ops()) <= names[gate_set]
    assert found.error <= 1e-3
    assert abs(found.error - measured(found)) < 1e-4


def test_qubits_are_those_of_qiskit() -> None:
    """CX with control 0 and target 1, T on qubit 2: no symmetry hides a wrong order."""
    cx = np.eye(4)[[0, 3, 2, 1]]
    matrix = np.kron(np.diag([1, np.exp(0.25j * np.pi)]), cx)
    found = synthesize(matrix, effort="low")
    assert operator_error(matrix, Operator(found.circuit).data) < EXACT
    assert found.costs.cx <= 4


@pytest.mark.parametrize(
    ("matrix", "gate_set", "most"),
    [(TFIM3, "cx", 6), (TFIM3, "su4", 3), (TFIM3, "rzz", 6)],
)
def test_short_evolutions_without_a_search(matrix: np.ndarray, gate_set: str, most: int) -> None:
    found = synthesize(matrix, gate_set, effort="low")
    assert found.best.method.endswith("fitted")
    assert getattr(found.costs, gate_set) <= most
    assert found.error <= 1e-8
    assert measured(found) < 1e-6  # the phases of the check are a grid


def test_haar_without_a_search() -> None:
    assert synthesize(haar(3), effort="low").costs.cx <= 19
    assert synthesize(haar(4), effort="low").costs.cx <= 95


def test_geodesic_beats_the_exact_decomposition() -> None:
    """exp(-i .3 XXX): Qiskit takes 18 CX."""
    draft = CANDIDATES["geodesic, fitted"](Task(aim(XXX), "cx", 1e-8), 20)
    assert draft is not None
    assert operator_error(XXX, circuit_unitary(3, draft.gates)) <= 1e-8
    assert sum(len(gate.qubits) == 2 for gate in draft.gates) <= 6


def test_a_budget_comes_with_product_formulas() -> None:
    found = synthesize(TFIM3, "su4", 1e-2, effort="low")
    (formula,) = [one for one in found.candidates if one.method == "product formula"]
    assert formula.budget is not None
    assert formula.budget.holds
    assert formula.error <= 1e-2


def test_blocks_near_the_identity_are_not_rounded_away() -> None:
    """Qiskit's decomposition loses them, which the fit repairs."""
    tiny = np.linalg.matrix_power(XXX, 1) @ TFIM3
    near = np.asarray(Operator(tiny).power(1e-4).data)
    found = synthesize(near, error=1e-10, effort="low")
    assert found.reached
    assert operator_error(near, Operator(found.circuit).data) <= 1e-10


def test_larger_errors_take_no_more_gates() -> None:
    counts = [found.costs.cx for found in scan_errors(TFIM3, "cx", (0.5, 1e-2, 1e-6), effort="low")]
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_an_angle_within_the_error_takes_no_gate() -> None:
    nearly = np.diag(np.exp(1e-3j * np.array([1, -1, -1, 1])))
    assert synthesize(nearly, error=2e-3).costs.cx == 0
    assert synthesize(nearly, error=5e-4).costs.cx == 2
    assert synthesize(nearly, "rzz", error=5e-4).costs.rzz == 1


def test_clifford_and_t_gates_stay_exact() -> None:
    found = synthesize("t", "clifford+t")
    assert (found.costs.t, found.error < EXACT) == (1, True)
    assert synthesize("cz", "clifford+t").costs.t == 0


def test_one_seed_one_circuit() -> None:
    first, again = (synthesize(XXX, effort="low", rng=np.random.default_rng(3)) for _ in range(2))
    assert first.circuit == again.circuit


def test_progress_rises() -> None:
    shares: list[float] = []
    scan_errors(TFIM3, errors=(1e-1, 1e-2), effort="low", report=lambda _, s: shares.append(s))
    assert shares == sorted(shares)
    assert 0.0 <= shares[0] < shares[-1] <= 1.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("toffoly",), "`target` must be one of"),
        (("cnot", "cy"), "`gate_set` must be one of su4, cx, rzz, clifford\\+t, but is 'cy'"),
        (("cnot", "cx", -1.0), "`error` must be positive"),
        (("cnot", "cx", 1e-14), "`error` must be at least 1e-12, but is 1e-14"),
        ((np.ones((4, 4)),), "`target` must be unitary"),
    ],
)
def test_bad_input_is_refused(arguments: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        synthesize(*arguments)


def test_unknown_effort_is_refused() -> None:
    with pytest.raises(ValueError, match="`effort` must be one of low, normal, high"):
        synthesize("cnot", effort="huge")


def test_cheap_circuits_that_miss_the_error_lose(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CANDIDATES, "nothing at all", lambda task, most: Draft(()))
    found = synthesize("iswap")
    assert [one.method for one in found.candidates] == ["exact decomposition", "nothing at all"]
    assert found.candidates[1].costs.cx == 0


def test_logarithms_that_are_not_local_have_no_product_formula() -> None:
    methods = [one.method for one in synthesize(XXX, effort="low").candidates]
    assert methods
    assert not any("formula" in method for method in methods)


def test_of_several_fits_the_shortest_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    """`compress` gives back what it gets: three starts, of which the second is out of reach."""
    cx = Gate((0, 1), np.eye(4)[[0, 3, 2, 1]])
    starts = [(cx,) * 5, (cx,), (cx,) * 3, (cx,) * 4]

    def unchanged(gates: tuple[Gate, ...], *_: object, **__: object) -> FittedCircuit:
        return FittedCircuit(3, "cx", gates, error=float(len(gates) == 1), allowed=0.5)

    monkeypatch.setattr("qgeom.circuits.candidates.compress", unchanged)
    draft = _fitted(Task(aim(XXX), "cx", 1e-8), starts)
    assert draft is not None
    assert len(draft.gates) == 3


def test_clifford_t_says_what_is_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    methods = {"a wrong circuit": lambda task, most: Draft(())}
    monkeypatch.setattr("qgeom.circuits.synthesis.CANDIDATES", methods)
    found = synthesize("iswap", "clifford+t", 1e-3)
    assert not found.reached
    assert found.error > 1.0
