"""Angles of a circuit of CX gates: all starts at once against scipy's optimisers and Qiskit's AQC."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
import scipy.optimize
from qiskit.converters import dag_to_circuit
from qiskit.quantum_info import Operator
from qiskit.transpiler.passes.synthesis.aqc_plugin import AQCSynthesisPlugin
from scipy.stats import unitary_group

from qgeom.circuits.fitting.fit import fit
from qgeom.circuits.fitting.layouts import regular_layout
from qgeom.circuits.fitting.search import search
from qgeom.circuits.fitting.template import ATOMS, Template, assemble, to_gates
from qgeom.circuits.gates import circuit_unitary, operator_error

STARTS = 32
LENGTH = 15  # one CX more than the bound of three qubits
ERROR = 1e-8
Minimiser = Callable[[Callable[[np.ndarray], np.ndarray], int], np.ndarray]


def starts(seed: int) -> tuple[np.ndarray, Template]:
    target = unitary_group.rvs(8, random_state=seed)
    template = assemble(3, ATOMS["cx"], [regular_layout(3, LENGTH)] * STARTS)
    return target, template.randomised(np.random.default_rng(seed), 1.0)


def error(target: np.ndarray, template: Template, row: int) -> float:
    return operator_error(target, circuit_unitary(3, to_gates(ATOMS["cx"], template, row)))


def residual(target: np.ndarray, template: Template, angles: np.ndarray) -> np.ndarray:
    """What a newcomer would minimise: entries of e^{-i arg} U^dagger V - 1, by products of gates."""
    gates = to_gates(ATOMS["cx"], template.turned(angles[None]))
    w = target.conj().T @ circuit_unitary(3, gates)
    defect = (w * np.exp(-1j * np.angle(np.trace(w))) - np.eye(8)).ravel()
    return np.concatenate([defect.real, defect.imag])


def least_squares(function: Callable[[np.ndarray], np.ndarray], count: int) -> np.ndarray:
    return scipy.optimize.least_squares(function, np.zeros(count), max_nfev=60).x


def lbfgs(function: Callable[[np.ndarray], np.ndarray], count: int) -> np.ndarray:
    def cost(x: np.ndarray) -> float:
        return float((function(x) ** 2).sum())

    options = {"maxiter": 20}
    return scipy.optimize.minimize(cost, np.zeros(count), method="L-BFGS-B", options=options).x


@pytest.mark.parametrize("minimise", [least_squares, lbfgs])
def test_one_start_against_scipy(minimise: Minimiser, capsys: pytest.CaptureFixture[str]) -> None:
    target, template = starts(1)
    begin = time.perf_counter()
    found = fit(target, template)
    ours = (time.perf_counter() - begin) / STARTS
    one = template.take(np.array([found.best]))
    begin = time.perf_counter()
    angles = minimise(lambda x: residual(target, one, x), len(one.owner))
    theirs = time.perf_counter() - begin
    reached = float(np.linalg.norm(residual(target, one, angles)))
    with capsys.disabled():
        print(
            f"\n15 CX, best of {STARTS} starts: {1e3 * ours:.1f} ms a start, error "
            f"{found.residual.min():.1e}; {minimise.__name__} from that start {theirs:.1f} s, "
            f"{reached:.1e}, ratio {theirs / ours:.0f}"
        )
    assert error(target, found.template, found.best) < ERROR
    assert theirs / ours > 10.0


def test_search_against_approximate_compilation(capsys: pytest.CaptureFixture[str]) -> None:
    """Qiskit's AQC needs a given number of CX; it stops at its loose tolerance."""
    target = unitary_group.rvs(8, random_state=1)
    begin = time.perf_counter()
    theirs = AQCSynthesisPlugin().run(target, config={"seed": 1})
    seconds = time.perf_counter() - begin
    compiled = dag_to_circuit(theirs)
    distance = operator_error(target, Operator(compiled).data)
    begin = time.perf_counter()
    ours = search(target, atom="cx", effort="low", rng=np.random.default_rng(0))
    with capsys.disabled():
        print(
            f"\nHaar, three qubits: {ours.atoms} CX, {ours.error:.0e}, "
            f"{time.perf_counter() - begin:.1f} s; AQC {compiled.count_ops().get('cx')} CX, "
            f"{distance:.0e}, {seconds:.1f} s"
        )
    assert ours.error < ERROR < distance
    assert ours.atoms <= compiled.count_ops()["cx"]


def test_generic_unitaries_at_the_bound(capsys: pytest.CaptureFixture[str]) -> None:
    for n_qubits, name, count in ((3, "su4", 64), (3, "cx", 128), (4, "su4", 8), (4, "cx", 8)):
        target = unitary_group.rvs(1 << n_qubits, random_state=1)
        bound = ATOMS[name].bound(n_qubits)
        layouts = [regular_layout(n_qubits, bound + (n_qubits == 4))] * count
        template = assemble(n_qubits, ATOMS[name], layouts)
        begin = time.perf_counter()
        found = fit(target, template.randomised(np.random.default_rng(0), 1.0), first=True)
        seconds = time.perf_counter() - begin
        with capsys.disabled():
            print(
                f"\nHaar n = {n_qubits}, {len(layouts[0])} {name} (bound {bound}): "
                f"{found.residual.min():.0e} in {seconds:.1f} s, {count} starts"
            )
        assert found.residual.min() < ERROR
