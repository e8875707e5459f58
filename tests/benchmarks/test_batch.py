"""A hundred boundary-value problems at once against one after the other, and torch against numpy."""

from __future__ import annotations

import functools

import numpy as np
import pytest
import torch

from qgeom.algebra.targets import target
from qgeom.geodesic.batch import connect_batch
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from tests.backends import BACKENDS, fetch, place
from tests.benchmarks.peers import Timed, best_time

METRIC = PauliMetric(3, nielsen(64.0))
COUNT = 100
CONVERGED = 0.9  # the other paths are lost at conjugate points


@functools.cache
def goals() -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.stack([target("haar", 3, rng=rng).matrix for _ in range(COUNT)])


@functools.cache
def timed(backend: str) -> Timed:
    there = place(goals(), backend)
    connect_batch(METRIC, there[:1])  # a device wakes up at its first call
    return best_time(lambda: connect_batch(METRIC, there), 3)


def test_batch_against_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    together, batch = timed("numpy")
    apart, single = best_time(lambda: [connect_batch(METRIC, goal) for goal in goals()], 1)
    kept = batch.converged
    with capsys.disabled():
        print(
            f"\n{COUNT} targets, numpy: {1e3 * together / COUNT:.1f} ms each, one by one "
            f"{1e3 * apart / COUNT:.1f} ms, ratio {apart / together:.2f}; {kept.sum()} converged"
        )
    assert kept.mean() >= CONVERGED
    alone = np.concatenate([one.length for one in single])
    assert np.abs(batch.length - alone)[kept].max() < 1e-9
    assert apart / together >= 1.0


@pytest.mark.parametrize("backend", BACKENDS[1:])
def test_torch_against_numpy(backend: str, capsys: pytest.CaptureFixture[str]) -> None:
    ours, expected = timed("numpy")
    theirs, found = timed(backend)
    kept = expected.converged
    with capsys.disabled():
        print(
            f"\n{COUNT} targets, torch on {backend}, {torch.get_num_threads()} thread(s): "
            f"{1e3 * theirs / COUNT:.1f} ms each, numpy {1e3 * ours / COUNT:.1f} ms, "
            f"ratio {ours / theirs:.2f}"
        )
    assert np.array_equal(fetch(found.converged, backend), kept)
    assert np.abs(fetch(found.length, backend) - expected.length)[kept].max() < 1e-9
