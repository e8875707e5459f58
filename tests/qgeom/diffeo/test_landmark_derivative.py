"""The derivative of the flow: finite differences, and a symplectic matrix."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.diffeo.kernels import Gaussian, Matern, RadialKernel
from qgeom.diffeo.landmark_derivative import mixed_hessian, position_hessian, tangent_flow
from qgeom.diffeo.landmarks import Cometric, hamilton_field, shoot_landmarks
from tests.closeness import assert_close

KERNELS = (Gaussian(0.8), Matern(1.1))
TOLERANCE = 1e-12
# Integration errors of some 1e-12 over a step of 1e-4, whose square is the other error.
DIFFERENCE, STEP = 1e-7, 1e-4


def whole(kernel: RadialKernel, q: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ends, and the whole derivative (B, 2 N D, 2 N D)."""
    half = q[0].size
    basis = np.eye(2 * half).reshape(2, half, 2 * half)
    ends, columns = tangent_flow(kernel, q, p, basis, TOLERANCE)
    return ends, columns.reshape(len(q), 2 * half, 2 * half)


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("shape", [(3, 4, 2), (2, 3, 1), (1, 2, 3)])
def test_derivative_is_the_difference_of_paths(
    kernel: RadialKernel, shape: tuple[int, ...], rng: np.random.Generator
) -> None:
    q, p = rng.normal(size=shape), 0.5 * rng.normal(size=shape)
    ends, derivative = whole(kernel, q, p)
    path = shoot_landmarks(kernel, q, p, tolerance=TOLERANCE)
    assert_close(ends[:, 0], path.endpoint, 1e-9)
    assert_close(ends[:, 1], path.momenta[:, -1], 1e-9)
    dq, dp = rng.normal(size=shape), rng.normal(size=shape)
    ahead, behind = (
        shoot_landmarks(kernel, q + h * dq, p + h * dp, tolerance=TOLERANCE) for h in (STEP, -STEP)
    )
    kick = np.stack([dq, dp], axis=1).reshape(len(q), -1, 1)
    moved = (derivative @ kick).reshape(ends.shape)
    assert_close(moved[:, 0], (ahead.endpoint - behind.endpoint) / (2 * STEP), DIFFERENCE)
    change = (ahead.momenta[:, -1] - behind.momenta[:, -1]) / (2 * STEP)
    assert_close(moved[:, 1], change, DIFFERENCE)


@pytest.mark.parametrize("kernel", KERNELS)
def test_derivative_is_symplectic(kernel: RadialKernel, rng: np.random.Generator) -> None:
    q, p = rng.normal(size=(2, 3, 5, 2))
    derivative = whole(kernel, q, p)[1]
    form = np.kron([[0.0, 1.0], [-1.0, 0.0]], np.eye(10))
    kept = derivative.swapaxes(-1, -2) @ form @ derivative
    assert_close(kept, np.broadcast_to(form, kept.shape), 1e-9)


@pytest.mark.parametrize("kernel", KERNELS)
def test_hessians_are_differences_of_the_field(
    kernel: RadialKernel, rng: np.random.Generator
) -> None:
    q, p, u = rng.normal(size=(3, 4, 2))
    h = 1e-5
    ahead, behind = (hamilton_field(Cometric.at(kernel, q + k * u), p) for k in (h, -h))
    here = Cometric.at(kernel, q)
    moved, pushed = ((x - y).ravel() / (2 * h) for x, y in zip(ahead, behind, strict=True))
    assert_close(mixed_hessian(here, p) @ u.ravel(), moved, DIFFERENCE)
    assert_close(-position_hessian(here, p) @ u.ravel(), pushed, DIFFERENCE)
