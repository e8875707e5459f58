r"""Geodesic -> local path -> slices -> product formula: a circuit with a measured error and its budget.

The construction by which Nielsen, Dowling, Gu and Doherty (Science 311, 1133 (2006)) show that
``O(n^6 d^3)`` gates on one and two qubits do for a unitary at distance d.  The numbers of slices and
of steps are searched for, not taken from the bounds: the error is measured as an operator norm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_choice, check_integer, check_positive, check_unitary, fail
from qgeom._typing import Complex, Matrix, Vector
from qgeom.algebra.targets import Target
from qgeom.circuits.blocks import merge_gates
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.nielsen.budget import Budget, Stage
from qgeom.circuits.nielsen.fewest import Hunt, Recipe, fewest_gates, fewest_steps
from qgeom.circuits.nielsen.product_formula import ORDERS, formula_bound, formula_gates
from qgeom.circuits.nielsen.slicing import (
    INTEGRATORS,
    Path,
    cached_exponents,
    constant_path,
    evolve,
    exponents,
    geodesic_path,
    local_strings,
    project,
    projection_bound,
    propagator,
    slicing_bound,
)
from qgeom.geodesic.connect import connect
from qgeom.geodesic.curve import Geodesic
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.schedules import draconian

# Dense unitaries.
MAX_QUBITS = 6
# Gates of the longest circuit that is tried.
LIMIT = 4096
# The end of the local path is computed to this share of the error asked for, and no better than
# the second; both are added to what is predicted.
REFERENCE = 1e-3
FINEST_REFERENCE = 1e-12


@dataclass(frozen=True, eq=False)
class CompiledCircuit:
    """Gates on one and two qubits for a path, and how far they are from its end.

    Attributes
    ----------
    n_qubits
        Number of qubits.
    gates
        In order of time; neighbours are merged.
    budget
        Stages "projection", "slices" and "product formula": bounds and measured errors.
    error
        What was asked for.
    length
        Length of the geodesic, or ``t |H|`` with ``|H|^2 = tr(H^2) / 2^n``.
    integrator, order, slices, steps
        Of the slices ("mean" or "cf4"), and of the product formula of each exponential.
    status
        A sentence.
    """

    n_qubits: int
    gates: tuple[Gate, ...]
    budget: Budget
    error: float
    length: float
    integrator: str
    order: int
    slices: int
    steps: int
    status: str

    @property
    def reached(self) -> bool:
        """Whether the measured error is at most the one asked for."""
        return self.budget.measured <= self.error

    @property
    def atoms(self) -> int:
        """Number of gates on two qubits."""
        return atom_count(self.gates)


def atom_count(gates: tuple[Gate, ...]) -> int:
    """Number of gates on two qubits."""
    return sum(len(gate.qubits) == 2 for gate in gates)


def compile_geodesic(
    geodesic: Geodesic,
    error: float,
    *,
    integrator: str | None = None,
    order: int | None = None,
    limit: int = LIMIT,
) -> CompiledCircuit:
    """Circuit for the endpoint of a geodesic on at most six qubits, with few two-qubit gates.

    Strings of weight above 2 are dropped, whatever they cost.  Where that alone exceeds the error, the
    circuit is for the path without them, `reached` is False and the status says by how much: connect at
    a higher cost (the loss falls like ``1 / sqrt(q)``) or at the cost infinity (`draconian`: none is
    lost).  The error counts from the endpoint of the geodesic; its `residual` to a target adds to it.

    Parameters
    ----------
    geodesic
        One geodesic of a PauliMetric, finite or infinite costs.
    error
        Operator norm up to phase.
    integrator
        "mean" or "cf4"; default: both are tried, and the fewest two-qubit gates win.
    order
        Of the product formula, 1, 2 or 4; default: all are tried.
    limit
        Where a circuit has so many two-qubit gates, no longer one is tried.

    Raises
    ------
    ValueError
        For a metric that is none on at most six qubits, a batch, or an option that does not exist.
    FloatingPointError
        If the path turns too fast to be followed (extreme costs).

    Examples
    --------
    >>> from qgeom.geodesic.flow import shoot
    >>> from qgeom.metric.penalties import nielsen
    >>> h = np.zeros(15)
    >>> h[[14, 3]] = 0.3  # on two qubits one gate does it
    >>> circuit = compile_geodesic(shoot(PauliMetric(2, nielsen(64.0)), h), 1e-9)
    >>> circuit.atoms, circuit.reached
    (1, True)
    """
    path = geodesic_path(geodesic)
    if path.n_qubits > MAX_QUBITS:
        raise fail("geodesic", f"be on at most {MAX_QUBITS} qubits", f"is on {path.n_qubits}")
    if integrator is not None:
        check_choice("integrator", integrator, INTEGRATORS)
    allowed = local_strings(path.n_qubits)
    lost = projection_bound(path, allowed)
    local = project(path, allowed)
    end = geodesic.endpoint
    error = check_positive("error", error)
    doubt = max(REFERENCE * error, FINEST_REFERENCE) if lost else 0.0
    local_end = evolve(local, doubt) if lost else end
    projection = Stage("projection", lost + doubt, operator_error(end, local_end))
    aim = end if projection.measured <= error else local_end
    problem = _problem(local, aim, error, limit, order)
    integrators = INTEGRATORS[::-1] if integrator is None else (integrator,)
    recipe = fewest_gates(problem.hunt, integrators, problem.orders).recipe
    gates = problem.gates(recipe)
    sliced = exponents(local, recipe.slices, recipe.integrator)
    whole = propagator(sliced)
    slicing = doubt + slicing_bound(local, recipe.slices, recipe.integrator)
    stages = (
        projection,
        Stage("slices", slicing, operator_error(local_end, whole)),
        _formula_stage(sliced, recipe, whole, gates),
    )
    budget = Budget(stages, _gap(end, gates))
    return _circuit(problem, recipe, gates, budget, float(geodesic.length))


def is_two_local(hamiltonian: Vector) -> bool:
    """Whether all strings with a coefficient (dim,) have a weight of at most 2.

    Examples
    --------
    >>> is_two_local(np.eye(63)[62]), is_two_local(np.eye(63)[14])  # ZZZ and IZZ
    (False, True)
    """
    n_qubits = (len(hamiltonian) + 1).bit_length() // 2
    return not np.any(np.where(local_strings(n_qubits), 0.0, hamiltonian))


def evolution_circuit(
    hamiltonian: Vector,
    time: float = 1.0,
    error: float = 1e-4,
    *,
    order: int | None = None,
    limit: int = LIMIT,
) -> CompiledCircuit:
    """Circuit for ``exp(-i t H)`` of a two-local Hamiltonian: the product formula with fewest gates.

    Parameters
    ----------
    hamiltonian
        Pauli coefficients (dim,), on at most six qubits.
    time, error, order, limit
        t > 0; the rest as for `compile_geodesic`.

    Raises
    ------
    ValueError
        For a Hamiltonian that is not two-local, a time <= 0, or an option that does not exist.

    Examples
    --------
    >>> from qgeom.algebra.hamiltonians import transverse_ising
    >>> circuit = evolution_circuit(transverse_ising(3), 0.5, 1e-2)
    >>> circuit.atoms, circuit.reached, circuit.budget.holds
    (3, True, True)
    """
    path = constant_path(hamiltonian, time)
    if path.n_qubits > MAX_QUBITS:
        raise fail("hamiltonian", f"be on at most {MAX_QUBITS} qubits", f"is on {path.n_qubits}")
    whole = path.duration * path.hamiltonian(np.zeros(1))
    exact = propagator(whole)
    problem = _problem(path, exact, check_positive("error", error), limit, order)
    recipe = fewest_steps(problem.hunt, problem.orders).recipe
    gates = problem.gates(recipe)
    budget = Budget((_formula_stage(whole, recipe, exact, gates),), _gap(exact, gates))
    return _circuit(problem, recipe, gates, budget, float(np.linalg.norm(whole)))


def gate_count(
    curve: Geodesic | Target | Matrix, error: float, *, rng: np.random.Generator | None = None
) -> CompiledCircuit:
    """Circuit whose `atoms` and `length` are the two sides of the claim ``gates = O(n^t d^3)``.

    A target is first connected to the identity at infinite cost of the strings of weight above 2, so
    that nothing is lost by projection; that needs `rng`, and a minute from four qubits on.

    Raises
    ------
    ValueError
        As for `compile_geodesic` and `connect`, or for a target without `rng`.
    RuntimeError
        If no geodesic to the target is found.
    """
    if isinstance(curve, Geodesic):
        return compile_geodesic(curve, error)
    if rng is None:
        raise fail("rng", "be given for a target", "is None")
    unitary, n_qubits = check_unitary("curve", curve.matrix if isinstance(curve, Target) else curve)
    found = connect(PauliMetric(n_qubits, draconian()), unitary, rng=rng, throw=True)
    return compile_geodesic(found[0], error)


def _formula_stage(
    sliced: Vector, recipe: Recipe, whole: Complex, gates: tuple[Gate, ...]
) -> Stage:
    bound = sum(formula_bound(one, 1.0, recipe.order, recipe.steps) for one in sliced)
    return Stage("product formula", bound, _gap(whole, gates))


def _circuit(
    problem: _Problem, recipe: Recipe, gates: tuple[Gate, ...], budget: Budget, length: float
) -> CompiledCircuit:
    return CompiledCircuit(
        n_qubits=problem.local.n_qubits,
        gates=gates,
        budget=budget,
        error=problem.error,
        length=length,
        status=_status(budget, gates, problem.error),
        **recipe._asdict(),
    )


def _status(budget: Budget, gates: tuple[Gate, ...], error: float) -> str:
    lost = budget.stages[0]
    if lost.name == "projection" and lost.measured > error:
        return (
            f"Not reached: dropping the strings of weight above 2 costs {lost.measured:.1e} of "
            f"{error:.1e}; connect at a higher or at infinite cost."
        )
    count = f"{atom_count(gates)} gates on two qubits"
    if budget.measured > error:
        return f"Not reached: {count} err by {budget.measured:.1e} of {error:.1e}; raise the limit."
    return f"Reached: {count} err by {budget.measured:.1e} of {error:.1e}."


# ---- the search


@dataclass(frozen=True, eq=False)
class _Problem:
    """A two-local path, the unitary that counts, and what may be tried."""

    local: Path
    aim: Complex
    error: float
    limit: int
    orders: tuple[int, ...]

    @property
    def hunt(self) -> Hunt:
        return Hunt(self.measure, self.error, self.limit)

    def measure(self, recipe: Recipe) -> tuple[int, float]:
        gates = self.gates(recipe)
        gap = operator_error(self.aim, circuit_unitary(self.local.n_qubits, gates))
        return atom_count(gates), gap

    def gates(self, recipe: Recipe) -> tuple[Gate, ...]:
        return merge_gates(
            gate
            for one in cached_exponents(self.local, recipe.slices, recipe.integrator)
            for gate in formula_gates(one, 1.0, recipe.order, recipe.steps)
        )


def _problem(path: Path, aim: Complex, error: float, limit: int, order: int | None) -> _Problem:
    orders = ORDERS[::-1] if order is None else (order,)
    return _Problem(path, aim, error, check_integer("limit", limit, 1), orders)


def _gap(exact: Complex, gates: tuple[Gate, ...]) -> float:
    n_qubits = len(exact).bit_length() - 1
    return operator_error(exact, circuit_unitary(n_qubits, gates))
