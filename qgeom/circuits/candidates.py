"""Ways to a circuit for a unitary: each gives gates on one and two qubits, or none where it has none."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from qiskit.synthesis import qs_decomposition

from qgeom._typing import Complex, Vector
from qgeom.algebra.paulis import pauli_matrix
from qgeom.circuits.blocks import merge_gates
from qgeom.circuits.export import from_qiskit
from qgeom.circuits.fitting.compress import MAX_QUBITS as MAX_FITTED
from qgeom.circuits.fitting.compress import FittedCircuit, compress
from qgeom.circuits.fitting.search import search
from qgeom.circuits.fitting.template import ATOMS
from qgeom.circuits.gates import Gate
from qgeom.circuits.nielsen.budget import Budget
from qgeom.circuits.nielsen.pipeline import MAX_QUBITS as MAX_FORMULA
from qgeom.circuits.nielsen.pipeline import atom_count, compile_geodesic, evolution_circuit
from qgeom.circuits.nielsen.slicing import local_strings, operator_norms
from qgeom.geodesic.connect import connect
from qgeom.geodesic.continuation import Report
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.refine import RESIDUAL
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.metric.schedules import draconian

# Most qubits on which long circuits are fitted, geodesics are looked for (seconds on three, minutes on
# four), and circuits.
MAX_REFITTED = {"low": 3, "normal": 3, "high": 4}
MAX_CONNECTED = {"low": 0, "normal": 3, "high": 4}
MAX_SEARCHED = {"low": 0, "normal": 4, "high": MAX_FITTED}
SEARCH_EFFORT = {"normal": "normal", "high": "normal"}
# Of the error, what a method may use: rounding of small angles on output takes the rest.
SHARE = 0.9
# Of product formulas that a fit starts from: few gates first.
ROUGH = (0.3, 0.1, 0.03, 0.01, 3e-3, 1e-3)
# So many qubits afford fits from all of these, while they are no longer than the bound for almost every
# unitary times this; beyond, the first that succeeds is taken.
SMALL, LONGEST_START = 3, 2

# A product formula may need more gates than the best circuit so far, up to so many, and is shown.
SHOWN = 64

Gates = tuple[Gate, ...]


@dataclass(frozen=True, eq=False)
class Draft:
    """A circuit of gates on one and two qubits, with its error budget where it comes from a path."""

    gates: Gates
    budget: Budget | None = None


@dataclass(frozen=True, eq=False)
class Aim:
    """A unitary, with what is found out about it once for all gate sets and errors.

    Attributes
    ----------
    matrix
        Unitary (2^n, 2^n).
    n_qubits
        n.
    effort
        ``low``, ``normal`` or ``high``.
    rng
        Source of random starts.
    report
        Called with a message and the share of the work that is done.
    """

    matrix: Complex
    n_qubits: int
    effort: str
    rng: np.random.Generator
    report: Report

    @functools.cached_property
    def geodesic(self) -> Geodesic | None:
        """The shortest path found that moves along strings of weight 1 and 2 alone."""
        if not 3 <= self.n_qubits <= MAX_CONNECTED[self.effort]:
            return None
        metric = PauliMetric(self.n_qubits, draconian())
        found = connect(metric, self.matrix, rng=self.rng, report=self.report)
        return found[0] if found and found[0].residual <= RESIDUAL else None

    @functools.cached_property
    def logarithm(self) -> tuple[Vector, float] | None:
        """Two-local part of the principal logarithm, and the operator norm of the rest."""
        if not 3 <= self.n_qubits <= MAX_FORMULA:
            return None
        logarithm = PauliMetric(self.n_qubits, nielsen(1.0)).log(self.matrix)
        local = np.where(local_strings(self.n_qubits), logarithm, 0.0)
        return local, float(operator_norms(pauli_matrix(logarithm - local)))


@dataclass(frozen=True, eq=False)
class Task:
    """What is asked for: gates ``su4``, ``cx`` or ``rzz``, and an operator-norm error up to phase."""

    aim: Aim
    atom: str
    error: float

    @property
    def hamiltonian(self) -> Vector | None:
        """The principal logarithm, if it is two-local up to a tenth of the error."""
        if self.aim.logarithm is None:
            return None
        local, lost = self.aim.logarithm
        return local if local.any() and lost <= 0.1 * self.error else None


def exact(task: Task, most: int) -> Draft | None:
    """One gate on up to two qubits, Qiskit's quantum Shannon decomposition beyond."""
    if task.aim.n_qubits <= 2:
        return Draft((Gate(tuple(range(task.aim.n_qubits)), task.aim.matrix),))
    return Draft(merge_gates(from_qiskit(qs_decomposition(task.aim.matrix))))


def fitted_exact(task: Task, most: int) -> Draft | None:
    """The exact decomposition, all gates fitted again: also where Qiskit lost some.

    It rounds blocks near the identity away, an error of up to 3e-5 each.
    """
    if not 3 <= task.aim.n_qubits <= MAX_REFITTED[task.aim.effort]:
        return None
    return _fitted(task, [merge_gates(from_qiskit(qs_decomposition(task.aim.matrix)))])


def product_formula(task: Task, most: int) -> Draft | None:
    """The logarithm as a Hamiltonian, where it is two-local."""
    if task.hamiltonian is None:
        return None
    found = evolution_circuit(task.hamiltonian, error=SHARE * task.error, limit=max(most, SHOWN))
    return Draft(found.gates, found.budget)


def geodesic_pipeline(task: Task, most: int) -> Draft | None:
    """Nielsen's construction: the path of `Task.geodesic`, sliced, by product formulas."""
    if task.aim.geodesic is None:
        return None
    found = compile_geodesic(task.aim.geodesic, SHARE * task.error, limit=max(most, SHOWN))
    return Draft(found.gates, found.budget)


def fitted_formula(task: Task, most: int) -> Draft | None:
    """A rough product formula, all gates fitted to the unitary."""
    if task.hamiltonian is None:
        return None
    rough = (evolution_circuit(task.hamiltonian, error=error).gates for error in ROUGH)
    return _fitted(task, rough)


def fitted_geodesic(task: Task, most: int) -> Draft | None:
    """A rough circuit of the geodesic, all gates fitted to the unitary."""
    if task.aim.geodesic is None:
        return None
    path = task.aim.geodesic
    return _fitted(task, (compile_geodesic(path, error).gates for error in ROUGH))


def searched(task: Task, most: int) -> Draft | None:
    """Numerical search from random starts over layouts."""
    if not 3 <= task.aim.n_qubits <= MAX_SEARCHED[task.aim.effort]:
        return None
    found = search(
        task.aim.matrix,
        atom=task.atom,
        error=SHARE * task.error,
        effort=SEARCH_EFFORT[task.aim.effort],
        rng=task.aim.rng,
        report=task.aim.report,
    )
    return Draft(found.gates)


def _fitted(task: Task, starts: Iterable[Gates]) -> Draft | None:
    """The shortest circuit that a start can be fitted to, without the gates that it does not need."""
    best: FittedCircuit | None = None
    longest = LONGEST_START * ATOMS["su4"].bound(task.aim.n_qubits)
    for gates in starts:
        if best is not None and (task.aim.n_qubits > SMALL or atom_count(gates) > longest):
            break
        found = compress(
            gates,
            task.aim.matrix,
            error=SHARE * task.error,
            atom=task.atom,
            rng=task.aim.rng,
            report=task.aim.report,
        )
        if found.reached and (best is None or found.atoms < best.atoms):
            best = found
    return None if best is None else Draft(best.gates)


# In order: the number of two-qubit gates of the best so far, `most`, limits the product formulas.
CANDIDATES: dict[str, Callable[[Task, int], Draft | None]] = {
    "exact decomposition": exact,
    "exact decomposition, fitted": fitted_exact,
    "product formula": product_formula,
    "product formula, fitted": fitted_formula,
    "geodesic pipeline": geodesic_pipeline,
    "geodesic, fitted": fitted_geodesic,
    "search": searched,
}
