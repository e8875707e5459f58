"""Time of the boundary-value search; the results are asserted beside it."""

from __future__ import annotations

import time

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.geodesic.connect import connect, scan_costs
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from tests.benchmarks.peers import best_time
from tests.oracles import distances

LENGTH = 1e-6
RESIDUAL = 1e-9
TARGETS = 100


@pytest.mark.parametrize("q", [4.0, 100.0])
@pytest.mark.parametrize("gate", ["cnot", "swap", "iswap"])
def test_two_qubit_gates(gate: str, q: float, capsys: pytest.CaptureFixture[str]) -> None:
    metric = PauliMetric(2, nielsen(q, locality=1))
    goal = target(gate)
    seconds, found = best_time(lambda: connect(metric, goal, rng=np.random.default_rng(0)), 3)
    with capsys.disabled():
        print(f"\n{gate}, q = {q:g}: {found[0].length:.6f} in {seconds:.2f} s")
    assert abs(found[0].length - distances.two_qubits(gate, q)) < LENGTH


@pytest.mark.parametrize("q", [8.0, 64.0])
@pytest.mark.parametrize("gate", sorted(distances.CLIFF))
def test_one_cost(gate: str, q: float, capsys: pytest.CaptureFixture[str]) -> None:
    metric, goal = PauliMetric(3, nielsen(q)), target(gate, 3)
    seconds, found = best_time(lambda: connect(metric, goal, rng=np.random.default_rng(0)), 1)
    with capsys.disabled():
        print(f"\n{gate}, q = {q:g}: {found[0].length:.6f} in {seconds:.2f} s")
    assert found[0].length <= distances.CLIFF[gate][distances.CLIFF_COSTS.index(q)] + LENGTH


@pytest.mark.parametrize("gate", sorted(distances.CLIFF))
def test_eight_costs(gate: str, capsys: pytest.CaptureFixture[str]) -> None:
    goal = target(gate, 3)

    def scan() -> list[float]:
        found = scan_costs(
            lambda q: PauliMetric(3, nielsen(q)),
            distances.CLIFF_COSTS,
            goal,
            rng=np.random.default_rng(0),
        )
        return [float(geodesics[0].length) for geodesics in found]

    seconds, lengths = best_time(scan, 1)
    with capsys.disabled():
        print(f"\n{gate}, eight costs: {np.round(lengths, 6)} in {seconds:.1f} s")
    assert (np.array(lengths) <= np.array(distances.CLIFF[gate]) + LENGTH).all()


@pytest.mark.parametrize(("branches", "at_most"), [(1, 0.5), (8, 2.0)])
def test_haar_targets(branches: int, at_most: float, capsys: pytest.CaptureFixture[str]) -> None:
    """A hundred random targets on three qubits at q = 64, without random starts: all converge."""
    metric = PauliMetric(3, nielsen(64.0))

    seconds, residuals = [], []
    for seed in range(TARGETS):
        rng = np.random.default_rng(seed)
        goal = target("haar", 3, rng=rng)
        begin = time.process_time()
        found = connect(metric, goal, rng=rng, branches=branches, starts=0)
        seconds.append(time.process_time() - begin)
        residuals.append(float(found[0].residual))
    converged = int((np.array(residuals) <= RESIDUAL).sum())
    median = float(np.median(seconds))
    with capsys.disabled():
        print(f"\n{branches} branches: median {median:.3f} s, {converged} of {TARGETS} converge")
    assert converged == TARGETS
    assert median < at_most
