"""Fewer two-qubit gates from a given circuit: refit all of them together, then leave some out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from qgeom._checks import check_choice, check_positive, check_unitary, fail
from qgeom._typing import Complex, Integer
from qgeom.circuits.fitting.fit import fit
from qgeom.circuits.fitting.template import ATOMS, Atom, Template, from_gates, layout_of, to_gates
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.geodesic.continuation import Report

MIN_QUBITS, MAX_QUBITS = 2, 5
# Of the gates left out together at first: half as many after each failure.
BULK = 0.25
# Circuits with different gates left out that are refitted at once, and steps for each.
WIDTH, STEPS = 8, 60
# The others are refitted from where they are, and after random turns by such an angle: circuits of
# Clifford gates are often stationary.
KICKS = (0.0, 0.5)


@dataclass(frozen=True, eq=False)
class FittedCircuit:
    """A circuit for a unitary.

    Attributes
    ----------
    n_qubits, atom
        Number of qubits, and the kind of two-qubit gates that are counted.
    gates
        In order of time.
    error
        Operator norm up to phase, computed from these gates.
    allowed
        The error that was asked for.
    """

    n_qubits: int
    atom: str
    gates: tuple[Gate, ...]
    error: float
    allowed: float

    @property
    def atoms(self) -> int:
        """Number of two-qubit gates."""
        return len(layout_of(self.gates))

    @property
    def reached(self) -> bool:
        """Whether the error is at most the one asked for."""
        return self.error <= self.allowed


@dataclass(frozen=True, eq=False)
class Problem:
    """A unitary to reach with gates of one kind up to an error."""

    target: Complex
    n_qubits: int
    atom: Atom
    error: float

    def synthesis(self, gates: tuple[Gate, ...]) -> FittedCircuit:
        """Gates with their measured error."""
        error = operator_error(self.target, circuit_unitary(self.n_qubits, gates))
        return FittedCircuit(self.n_qubits, self.atom.name, gates, error, self.error)

    def polished(self, template: Template) -> FittedCircuit:
        """First circuit of a template, fitted as well as can be."""
        fitted = fit(self.target, template.take(np.zeros(1, dtype=int))).template
        both = [self.synthesis(to_gates(self.atom, one)) for one in (fitted, template)]
        return min(both, key=lambda circuit: circuit.error)

    def holds(self, template: Template, row: int) -> bool:
        """Whether one of the circuits is close enough."""
        return self.synthesis(to_gates(self.atom, template, row)).reached


def check_problem(target: Any, atom: str, error: float) -> Problem:
    """Return the problem, or raise ValueError for one that cannot be posed."""
    check_choice("atom", atom, ATOMS)
    matrix, n_qubits = check_unitary("target", target)
    if matrix.ndim != 2 or not MIN_QUBITS <= n_qubits <= MAX_QUBITS:
        wanted = f"be one unitary on {MIN_QUBITS} to {MAX_QUBITS} qubits"
        raise fail("target", wanted, f"has shape {matrix.shape}")
    return Problem(matrix, n_qubits, ATOMS[atom], check_positive("error", error))


def compress(
    gates: Iterable[Gate],
    target: Any,
    *,
    error: float,
    atom: str = "su4",
    rng: np.random.Generator,
    report: Report | None = None,
) -> FittedCircuit:
    """A circuit with fewer two-qubit gates, from one that is near a unitary.

    The gates are rewritten as atoms and refitted all together; then gates are left out, the others
    refitted from where they are, as long as the error allows.  Where it is not reached even with all
    of them, `reached` is False and none are left out.

    Parameters
    ----------
    gates
        On one or two qubits, in order of time: that of a geodesic or a product formula, say.
    target
        Unitary (2^n, 2^n), 2 <= n <= 5.
    error
        Operator norm up to phase.
    atom
        ``"su4"`` (any two-qubit gate), ``"cx"`` or ``"rzz"`` (any angle).
    rng
        Decides which gates are left out first.
    report
        Called with a message and the share of the gates that have been tried.

    Raises
    ------
    ValueError
        For a target that is not unitary or too large, gates that do not fit on its qubits, an unknown
        atom, or an error that is not positive.

    Examples
    --------
    >>> cx = np.eye(4)[[0, 3, 2, 1]]
    >>> four = [Gate((0, 1), cx), Gate((1, 2), cx)] * 2  # a CX on qubits 0 and 2, along the chain
    >>> unitary = circuit_unitary(3, four)
    >>> rng = np.random.default_rng(0)
    >>> [compress(four, unitary, error=1e-9, atom=atom, rng=rng).atoms for atom in ("cx", "su4")]
    [4, 3]
    """
    problem = check_problem(target, atom, error)
    given = tuple(gates)
    for gate in given:
        if len(gate.qubits) > 2 or max(gate.qubits) >= problem.n_qubits:
            wanted = f"act on one or two of {problem.n_qubits} qubits"
            raise fail("gates", wanted, f"has one on {gate.qubits}")
    given = problem.atom.rewrite(given)
    start = from_gates(problem.n_qubits, problem.atom, given)
    fitted = problem.polished(start)
    if not fitted.reached:
        return fitted
    again = from_gates(problem.n_qubits, problem.atom, fitted.gates)
    return problem.polished(prune(problem, again, rng, report))


def prune(
    problem: Problem, template: Template, rng: np.random.Generator, report: Report | None = None
) -> Template:
    """Leave out atoms of one circuit within the error: many at once first, then each that is left."""
    all_atoms = atoms = _atoms(problem, template)
    bulk = max(1, int(BULK * atoms))
    while atoms:
        if report:
            report(f"{atoms} gates, leaving out {bulk}", 1.0 - atoms / all_atoms)
        smaller = _smaller(problem, template, bulk, rng)
        if smaller is not None:
            template, atoms = smaller, atoms - bulk
            bulk = max(1, min(bulk, int(BULK * atoms)))
        elif bulk == 1:
            break
        else:
            bulk //= 2
    return template


def _atoms(problem: Problem, template: Template) -> int:
    # The slots of one-qubit gates at the end are not of the atom.
    return (len(template.generators) - (problem.n_qubits + 1) // 2) // len(problem.atom.generators)


def _smaller(
    problem: Problem, template: Template, bulk: int, rng: np.random.Generator
) -> Template | None:
    """A circuit without `bulk` of the atoms: some subsets, or all of them if it is one."""
    order = rng.permuted(np.tile(np.arange(_atoms(problem, template)), (WIDTH, 1)), axis=1)
    chosen = order[:, :bulk] if bulk > 1 else order[0][:, None]
    for some in np.array_split(chosen, -(-len(chosen) // WIDTH)):
        shorter = _without(problem.atom, template, np.tile(some, (len(KICKS), 1)))
        kicks = np.repeat(KICKS, len(some))[:, None]
        starts = shorter.turned(kicks * rng.normal(size=(len(kicks), len(shorter.owner))))
        found = fit(problem.target, starts, iterations=STEPS, tolerance=problem.error, first=True)
        if problem.holds(found.template, found.best):
            return found.template.take(np.array([found.best]))
    return None


def _without(atom: Atom, template: Template, chosen: Integer) -> Template:
    """Copies of one circuit, each without some of its atoms (C, K)."""
    stride = len(atom.generators)
    gone = (stride * chosen[..., None] + np.arange(stride)).reshape(len(chosen), -1)
    keep = np.ones((len(chosen), len(template.generators)), dtype=bool)
    np.put_along_axis(keep, gone, False, axis=1)
    slots = np.nonzero(keep)[1].reshape(len(chosen), -1)
    return replace(
        template,
        generators=template.generators[gone.shape[1] :],
        pairs=template.pairs[0][slots],
        matrices=template.matrices[0][slots],
    )
