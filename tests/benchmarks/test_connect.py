"""Time of the boundary-value search; the results are asserted beside it."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.algebra.targets import target
from qgeom.geodesic.connect import connect
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from tests.benchmarks.peers import best_time


@pytest.mark.parametrize(
    ("gate", "n_qubits", "q", "locality", "best"),
    [
        ("cnot", 2, 4.0, 1, 1.923826),
        ("toffoli", 3, 8.0, 2, 1.469346),
        ("toffoli", 3, 64.0, 2, 1.841258),
        ("fredkin", 3, 8.0, 2, 1.877097),
        ("qft", 3, 4.0, 2, 1.943576),
    ],
)
def test_connect(
    gate: str,
    n_qubits: int,
    q: float,
    locality: int,
    best: float,
    capsys: pytest.CaptureFixture[str],
) -> None:
    metric = PauliMetric(n_qubits, nielsen(q, locality))
    goal = target(gate, n_qubits)
    seconds, found = best_time(lambda: connect(metric, goal, rng=np.random.default_rng(0)), 1)
    with capsys.disabled():
        print(f"\n{gate}, q = {q:g}: {found[0].length:.6f} in {seconds:.2f} s")
    assert found[0].length <= best
    assert found[0].residual <= 1e-9
