"""Few two-qubit gates for a unitary, from nothing: layouts grown gate by gate, and regular ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qgeom._checks import check_choice
from qgeom._typing import Real
from qgeom.circuits.fitting.compress import FittedCircuit, Problem, check_problem
from qgeom.circuits.fitting.fit import fit, sweep
from qgeom.circuits.fitting.layouts import Layout, extensions, regular_layout
from qgeom.circuits.fitting.template import TWO_BODY, Template, assemble, to_gates
from qgeom.geodesic.continuation import Report

# Standard deviation of the random angles at the start.
ANGLE = 1.0
# Steps with all starts, with the best share of them, and with the best of these (at least FINALISTS).
ROUNDS, SHARE, FINALISTS = (12, 15, 100), 0.3, 4
# Sweeps before the first step where gates are free: cheap, and more starts reach the end.
SWEEPS = 10
# Where steps are expensive the beam is narrowed to this, so that longer layouts are met: no length is
# to take more than this share of the work.
NARROW, LEVEL = 4, 1 / 16
# Regular layouts are tried up to so many gates beyond the bound, each for this share of the work.
SURPLUS, REGULAR = 3, 0.25


@dataclass(frozen=True)
class Effort:
    """How hard to search.

    Attributes
    ----------
    beam, starts
        Layouts of each length that are extended, at most, and random starts for each extension.
    regular
        Random starts for each regular layout.
    work
        Bound on the multiplications, about, of one step of all starts.
    """

    beam: int
    starts: int
    regular: int
    work: float


EFFORTS = {
    "low": Effort(8, 8, 64, 2e8),
    "normal": Effort(24, 8, 256, 2e9),
    "high": Effort(64, 16, 1024, 2e10),
}


def search(
    target: Any,
    *,
    atom: str = "su4",
    error: float = 1e-8,
    effort: str = "normal",
    rng: np.random.Generator,
    report: Report | None = None,
) -> FittedCircuit:
    """A circuit with few two-qubit gates for a unitary on two to five qubits.

    Layouts are grown pair by pair: of each length those are kept from which random starts came nearest
    (beam search).  This finds the short circuits of targets with structure.  Others get a regular layout
    of as many gates as almost every unitary needs.  The count is not proved to be the least.

    Parameters
    ----------
    target
        Unitary (2^n, 2^n), 2 <= n <= 5; from four qubits on the layouts are grown as far as `effort`
        allows.
    atom
        ``"su4"`` (any two-qubit gate), ``"cx"`` or ``"rzz"`` (any angle).
    error
        Operator norm up to phase.  Circuits are polished beyond it.
    effort
        ``"low"``, ``"normal"`` or ``"high"``: ten to thirty seconds, one to three minutes, half an
        hour at most.
    rng
        Source of the starts.
    report
        Called with a message and the share of the work that is done.

    Returns
    -------
    FittedCircuit
        With the fewest gates; or the nearest circuit, `reached` False.

    Raises
    ------
    ValueError
        For a target that is not unitary or of another size, an unknown atom or effort, or an error
        that is not positive.

    Examples
    --------
    >>> swap = np.eye(4)[[0, 2, 1, 3]]
    >>> found = search(swap, atom="cx", effort="low", rng=np.random.default_rng(0))
    >>> found.atoms, found.error < 1e-12
    (3, True)
    """
    problem = check_problem(target, atom, error)
    hard = EFFORTS[check_choice("effort", effort, EFFORTS)]
    tell = report or (lambda message, fraction: None)
    grown = _grown(problem, hard, rng, tell)
    if grown.reached:
        return grown
    return min(grown, _regular(problem, hard, rng, tell), key=lambda circuit: circuit.error)


def _grown(
    problem: Problem, effort: Effort, rng: np.random.Generator, tell: Report
) -> FittedCircuit:
    """Circuit of the shortest layout found by growing, or the nearest."""
    layouts: list[Layout] = [()]
    found: list[FittedCircuit] = []
    work = 0.0
    for length in range(problem.atom.bound(problem.n_qubits)):
        template = assemble(problem.n_qubits, problem.atom, layouts)
        work += effort.starts * _work(template)
        if found and work > effort.work:
            break
        tell(f"{length} gates in {len(layouts)} layouts", 0.8 * min(1.0, work / effort.work))
        copies = np.repeat(np.arange(len(layouts)), effort.starts)
        best, residual = _race(problem, template.take(copies), rng)
        if problem.holds(best, 0):
            return problem.polished(best)
        found.append(problem.synthesis(to_gates(problem.atom, best)))
        order = residual.reshape(len(layouts), -1).min(axis=1).argsort(kind="stable")
        affordable = LEVEL * effort.work / (effort.starts * _work(template) / len(layouts))
        beam = max(NARROW, min(effort.beam, int(affordable / problem.n_qubits)))
        layouts = _extended(problem, [layouts[k] for k in order[:beam]])
    return min(found, key=lambda circuit: circuit.error)


def _regular(
    problem: Problem, effort: Effort, rng: np.random.Generator, tell: Report
) -> FittedCircuit:
    """Circuit of the shortest regular layout that reaches the error, or the nearest."""
    n_qubits, bound = problem.n_qubits, problem.atom.bound(problem.n_qubits)
    found = []
    for length in range(bound, bound + SURPLUS + 1):
        tell(f"{length} gates in regular layouts", 0.8 + 0.2 * (length - bound) / (SURPLUS + 1))
        layout = regular_layout(n_qubits, length)
        template = assemble(n_qubits, problem.atom, [layout])
        starts = int(min(effort.regular, max(1.0, REGULAR * effort.work / _work(template))))
        best, _ = _race(problem, template.take(np.zeros(starts, dtype=int)), rng)
        found.append(problem.polished(best))
        if found[-1].reached:
            return found[-1]
    return min(found, key=lambda circuit: circuit.error)


def _extended(problem: Problem, layouts: Sequence[Layout]) -> list[Layout]:
    repeats = problem.atom.repeats
    return [longer for short in layouts for longer in extensions(short, problem.n_qubits, repeats)]


def _work(template: Template) -> float:
    """Multiplications, about, of one step: products with generators, and the normal equations."""
    size, parameters = 1 << template.n_qubits, len(template.owner)
    return len(template) * parameters * size**2 * (size + parameters)


def _race(problem: Problem, template: Template, rng: np.random.Generator) -> tuple[Template, Real]:
    """The best of circuits with random angles, and the residuals of all: the worst stop early."""
    template = template.randomised(rng, ANGLE)
    if TWO_BODY in template.generators:
        for _ in range(SWEEPS):
            template = sweep(problem.target, template)
    rows, residual = np.arange(len(template)), np.full(len(template), np.inf)
    for steps in ROUNDS:
        found = fit(problem.target, template, iterations=steps, tolerance=problem.error, first=True)
        residual[rows] = found.residual
        best = found.template.take(np.array([found.best]))
        if found.residual.min() <= problem.error:
            break
        kept = found.residual.argsort()[: max(FINALISTS, round(SHARE * len(rows)))]
        rows, template = rows[kept], found.template.take(kept)
    return best, residual
