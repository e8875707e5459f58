"""`synthesize`: the cheapest of several circuits for a unitary, errors measured on what comes out."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from qiskit import QuantumCircuit
from qiskit.quantum_info import Operator

from qgeom._checks import check_choice, check_positive, fail
from qgeom.algebra.targets import Target, target
from qgeom.circuits.candidates import CANDIDATES, Aim, Draft, Task
from qgeom.circuits.clifford_t.circuit import clifford_t
from qgeom.circuits.export import GATE_SETS as CONTINUOUS_SETS
from qgeom.circuits.export import Costs, count_costs, from_qiskit, to_qiskit
from qgeom.circuits.gates import circuit_unitary, operator_error
from qgeom.circuits.nielsen.budget import Budget
from qgeom.circuits.two_qubit import cx_circuit
from qgeom.geodesic.continuation import Report

GATE_SETS = (*CONTINUOUS_SETS, "clifford+t")
EFFORTS = ("low", "normal", "high")
# Of the error, what the continuous circuit under a Clifford+T circuit may take.
CONTINUOUS = 1e-3
# Of a scan.
ERRORS = (1e-1, 1e-2, 1e-3, 1e-4, 1e-6, 1e-8)
# Double precision leaves no smaller errors to measure.
FINEST = 1e-12
# Of what is left of the error, the part that all angles that are rounded away may take together.
ROUNDED = 0.9
# So many continuous circuits, the best ones, are turned into Clifford+T circuits.
DISCRETE = 2


@dataclass(frozen=True, eq=False)
class Candidate:
    """What one method came to.

    Attributes
    ----------
    method
        Its name.
    circuit
        In the gate set asked for.
    error
        Operator norm up to phase between the unitary and the circuit, by Qiskit's `Operator`.
    costs
        Of the circuit.
    seconds
        Time it took.
    budget
        Errors by stage, of a product formula or the geodesic pipeline.
    """

    method: str
    circuit: QuantumCircuit
    error: float
    costs: Costs
    seconds: float
    budget: Budget | None = None


@dataclass(frozen=True, eq=False)
class Synthesis:
    """A circuit for a unitary, beside the others that were tried.

    Attributes
    ----------
    target
        The unitary.
    gate_set
        One of `GATE_SETS`.
    allowed
        The error asked for.
    candidates
        The best first.
    length
        Of the shortest path found along strings of weight 1 and 2 alone, ``|H|^2 = tr(H^2) / 2^n``;
        None where none was looked for.
    """

    target: Target
    gate_set: str
    allowed: float
    candidates: tuple[Candidate, ...]
    length: float | None

    @property
    def best(self) -> Candidate:
        """Within the error the one with the lowest cost, or else the nearest."""
        return self.candidates[0]

    @property
    def circuit(self) -> QuantumCircuit:
        """Circuit of the best."""
        return self.best.circuit

    @property
    def error(self) -> float:
        """Measured error of the best."""
        return self.best.error

    @property
    def costs(self) -> Costs:
        """Costs of the best."""
        return self.best.costs

    @property
    def reached(self) -> bool:
        """Whether the best is within the error asked for."""
        return self.error <= self.allowed

    @property
    def status(self) -> str:
        """What came out, as a sentence."""
        if self.reached:
            return f"The {self.best.method} needs the fewest of {len(self.candidates)} candidates."
        return f"No candidate is within {self.allowed:.1e}; the nearest is shown."


def synthesize(
    source: Any,
    gate_set: str = "cx",
    error: float = 1e-8,
    *,
    effort: str = "normal",
    n_qubits: int | None = None,
    rng: np.random.Generator | None = None,
    report: Report | None = None,
) -> Synthesis:
    """Circuit for a unitary within an error, the cheapest of several candidates.

    Parameters
    ----------
    source
        Anything that `target` takes: a name, a unitary matrix, a Qiskit circuit or operator.
    gate_set
        ``su4`` (any gate on two qubits), ``cx`` or ``rzz`` with one-qubit gates, or ``clifford+t``.
    error
        Operator norm up to phase, ``min_phi |U - e^{i phi} V|``.
    effort
        ``low``: closed forms, product formulas, and fits that start from them, seconds; ``normal``: also
        geodesics on three qubits and searches on up to four, about a minute; ``high``: geodesics on
        four qubits and searches on five, many minutes.
    n_qubits
        For the names of families.
    rng
        For starts of searches; default: seed 0.
    report
        Called with a message and the share of the candidates that are done.

    Raises
    ------
    ValueError
        As `target`, for another gate set or effort, or an error below 1e-12.

    Examples
    --------
    >>> found = synthesize("iswap", "cx")
    >>> found.costs.cx, found.error < 1e-12
    (2, True)
    >>> synthesize("swap", "rzz").costs.interaction_angle / np.pi
    1.5
    """
    (found,) = scan_errors(
        source, gate_set, (error,), effort=effort, n_qubits=n_qubits, rng=rng, report=report
    )
    return found


def scan_errors(
    source: Any,
    gate_set: str = "cx",
    errors: Iterable[float] = ERRORS,
    *,
    effort: str = "normal",
    n_qubits: int | None = None,
    rng: np.random.Generator | None = None,
    report: Report | None = None,
) -> tuple[Synthesis, ...]:
    """`synthesize` at several errors: counts against error, with one search for a geodesic.

    Examples
    --------
    >>> small = np.diag(np.exp(0.003j * np.array([1, -1, -1, 1])))
    >>> [found.costs.cx for found in scan_errors(small, "cx", (1e-2, 1e-4))]
    [0, 2]
    """
    check_choice("gate_set", gate_set, GATE_SETS)
    check_choice("effort", effort, EFFORTS)
    allowed = [_checked(error) for error in errors]
    found = target(source, n_qubits, rng=rng)
    generator = np.random.default_rng(0) if rng is None else rng
    results: list[Synthesis] = []

    def tell(message: str, share: float) -> None:
        if report is not None:
            report(message, (len(results) + share) / len(allowed))

    progress = _Progress(tell)
    aim = Aim(found.matrix, found.n_qubits, effort, generator, progress)
    for error in allowed:
        best = _best(aim, gate_set, error, progress)
        length = None if aim.geodesic is None else float(aim.geodesic.length)
        results.append(Synthesis(found, gate_set, error, best, length))
    return tuple(results)


def _checked(error: float) -> float:
    if check_positive("error", error) < FINEST:
        raise fail("error", f"be at least {FINEST:g}", f"is {error}")
    return error


@dataclass(eq=False)
class _Progress:
    """Puts the method at work in front of what it reports, and never goes back."""

    report: Report
    method: str = ""
    done: int = 0
    highest: float = 0.0

    def begin(self, done: int, method: str) -> None:
        """Say what comes next."""
        self.done, self.method = done, method
        self("start", 0.0)

    def __call__(self, message: str, share: float) -> None:
        # A method may start over; the next error starts from 0.
        before = self.highest if self.done or share else 0.0
        self.highest = max(before, (self.done + share) / len(CANDIDATES))
        self.report(f"{self.method}: {message}", self.highest)


def _best(aim: Aim, gate_set: str, error: float, progress: _Progress) -> tuple[Candidate, ...]:
    """Candidates, the best first."""
    discrete = gate_set == "clifford+t"
    finer = max(CONTINUOUS * error, FINEST) if discrete else error
    task = Task(aim, "cx" if discrete else gate_set, finer)
    found: list[Candidate] = []
    for done, (method, build) in enumerate(CANDIDATES.items()):
        progress.begin(done, method)
        start = time.perf_counter()
        draft = build(task, min((one.costs.su4 for one in found), default=1))
        if draft is not None:
            found.append(_measured(method, task, draft, time.perf_counter() - start))
    found = _ranked(found, task.atom, finer)
    if not discrete:
        return tuple(found)
    return tuple(_ranked([_discrete(aim, one, error) for one in found[:DISCRETE]], gate_set, error))


def _measured(method: str, task: Task, draft: Draft, seconds: float) -> Candidate:
    n_qubits, matrix = task.aim.n_qubits, task.aim.matrix
    # What the error leaves goes, in equal parts, into angles that vanish.
    slack = task.error - operator_error(matrix, circuit_unitary(n_qubits, draft.gates))
    tolerance = max(FINEST, ROUNDED * slack / max(1, len(draft.gates)))
    circuit = to_qiskit(n_qubits, draft.gates, task.atom, tolerance)
    gap = operator_error(matrix, Operator(circuit).data)
    costs = count_costs(n_qubits, from_qiskit(circuit), FINEST)
    return Candidate(method, circuit, gap, costs, seconds, draft.budget)


def _discrete(aim: Aim, one: Candidate, error: float) -> Candidate:
    """Turn a circuit of CX and one-qubit gates into Clifford+T gates."""
    start = time.perf_counter()
    gates = cx_circuit(from_qiskit(one.circuit))
    # One that is out of reach already is still written, to be shown as such.
    left = error - one.error if one.error < error else error
    circuit = clifford_t(aim.n_qubits, gates, left).circuit()
    gap = operator_error(aim.matrix, Operator(circuit).data)
    costs = count_costs(aim.n_qubits, from_qiskit(circuit))
    seconds = one.seconds + time.perf_counter() - start
    return Candidate(one.method, circuit, gap, costs, seconds)


def _ranked(found: list[Candidate], gate_set: str, error: float) -> list[Candidate]:
    """Within the error first, then the cost of the gate set, depth and the interaction angle."""

    def key(one: Candidate) -> tuple[float, ...]:
        if one.error > error:
            return (1.0, one.error)
        costs = one.costs
        count = {"su4": costs.su4, "cx": costs.cx, "rzz": costs.rzz, "clifford+t": costs.t}
        return (0.0, float(count[gate_set] or 0), costs.depth, costs.interaction_angle)

    return sorted(found, key=key)
