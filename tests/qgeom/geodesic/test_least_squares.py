"""The damped step, against stacked least squares, on numpy arrays and torch tensors."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.geodesic.least_squares import FLOOR, damped_solve
from tests.backends import BACKENDS, fetch, place
from tests.closeness import assert_close

NORMAL_EQUATIONS = 1e-9  # they square the condition number


@pytest.mark.parametrize("backend", BACKENDS)
def test_damped_step_is_the_minimum(backend: str, rng: np.random.Generator) -> None:
    """Gaps below and above 1, dampings below and above the floor."""
    matrix = rng.normal(size=(4, 5, 5))
    gap = rng.normal(size=(4, 5)) * np.array([3.0, 0.1, 0.1, 3.0])[:, None]
    damping = np.array([0.5, 2.0, 0.0, 1e-15])
    mu = np.maximum(damping * np.minimum((gap**2).sum(-1), 1.0), FLOOR)
    mu *= (matrix**2).sum((-1, -2)) / 5
    found = damped_solve(place(matrix, backend), place(gap, backend), place(damping, backend))
    step = fetch(found, backend)
    for a, x, b, m in zip(matrix, step, gap, mu, strict=True):
        stacked = np.concatenate([a, np.sqrt(m) * np.eye(5)])
        expected, *_ = np.linalg.lstsq(stacked, np.concatenate([b, np.zeros(5)]), rcond=None)
        assert_close(x, expected, NORMAL_EQUATIONS)


@pytest.mark.parametrize("backend", BACKENDS)
def test_singular_matrices_have_a_step(backend: str) -> None:
    matrix, gap = np.diag([1.0, 0.0])[None], np.array([[0.5, 0.0]])
    found = damped_solve(place(matrix, backend), place(gap, backend), place(np.zeros(1), backend))
    assert_close(fetch(found, backend), gap, NORMAL_EQUATIONS)
