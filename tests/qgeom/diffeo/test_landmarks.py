"""Landmark geodesics: Hamilton's equations, an independent integrator, conserved quantities."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.diffeo.kernels import Gaussian, Matern, RadialKernel
from qgeom.diffeo.landmarks import Cometric, hamilton_field, hamiltonian, shoot_landmarks
from tests.closeness import EXACT, ROUNDING, assert_close, assert_order
from tests.oracles import landmarks as oracle

KERNELS = ((Gaussian(0.8), oracle.gaussian(0.8)), (Matern(1.1), oracle.matern(1.1)))
# Local error of an integration, and the error at its end after some tens of steps.
TOLERANCE, GLOBAL = 1e-12, 1e-9
# Central differences of order 4 with step 2e-3.
DIFFERENCE = 1e-9


def cloud(rng: np.random.Generator, *shape: int) -> tuple[np.ndarray, np.ndarray]:
    return rng.normal(size=shape), rng.normal(size=shape)


@pytest.mark.parametrize(("kernel", "plain"), KERNELS)
@pytest.mark.parametrize("dim", [1, 2, 3])
def test_field_is_that_of_the_hamiltonian(
    kernel: RadialKernel, plain: oracle.Kernel, dim: int, rng: np.random.Generator
) -> None:
    q, p = cloud(rng, 4, dim)
    assert_close(float(hamiltonian(kernel, q, p)), oracle.energy(plain, q, p), EXACT)
    velocity, force = hamilton_field(Cometric.at(kernel, q), p)
    expected = oracle.hamilton_rates(plain, q, p)
    assert_close(velocity, expected[0], DIFFERENCE)
    assert_close(force, expected[1], DIFFERENCE)


@pytest.mark.parametrize("kernel", [kernel for kernel, _ in KERNELS])
def test_derivatives_of_the_cometric_are_differences(
    kernel: RadialKernel, rng: np.random.Generator
) -> None:
    q, u = cloud(rng, 5, 2)
    v, h = rng.normal(size=(5, 2)), 1e-4

    def difference(name: str, *arguments: np.ndarray) -> np.ndarray:
        ahead, behind = Cometric.at(kernel, q + h * u), Cometric.at(kernel, q - h * u)
        if name == "matrix":
            return (ahead.matrix - behind.matrix) / (2 * h)
        return (getattr(ahead, name)(*arguments) - getattr(behind, name)(*arguments)) / (2 * h)

    here = Cometric.at(kernel, q)
    assert_close(here.change(u), difference("matrix"), 1e-6)
    assert_close(here.second_change(v, u), difference("change", v), 1e-6)
    assert_close(np.sum(here.gradient(v, u) * u), difference("inner", v, u), 1e-6)


def test_runge_kutta_converges_to_the_same_end_with_order_four(rng: np.random.Generator) -> None:
    q, p = cloud(rng, 5, 2)
    path = shoot_landmarks(Gaussian(0.8), q, p, tolerance=TOLERANCE)
    ends = [oracle.runge_kutta(0.8, q, p, steps) for steps in (80, 160, 320)]
    for found, k in ((path.endpoint, 0), (path.momenta[-1], 1)):
        assert_order([np.abs(end[k] - found).max() for end in ends], 4.0)
    assert np.abs(ends[-1][0] - path.endpoint).max() < 1e-7


@pytest.mark.parametrize("kernel", [kernel for kernel, _ in KERNELS])
def test_energy_and_momenta_are_conserved(kernel: RadialKernel, rng: np.random.Generator) -> None:
    q, p = cloud(rng, 2, 3, 6, 2)
    path = shoot_landmarks(kernel, q, p, times=np.linspace(0, 1, 7), tolerance=TOLERANCE)
    assert path.points.shape == (2, 3, 7, 6, 2)
    assert path.energy_drift.max() < GLOBAL
    for conserved in (path.linear_momentum, path.angular_momentum):
        first = np.take(conserved, [0], axis=2)
        assert np.abs(first).max() > 0.1
        assert_close(conserved, np.broadcast_to(first, conserved.shape), GLOBAL)
    speed = np.sqrt(2 * hamiltonian(kernel, q, p))
    assert_close(path.length, speed, ROUNDING)


def test_energy_drift_shows_a_coarse_integration(rng: np.random.Generator) -> None:
    q, p = cloud(rng, 6, 2)
    coarse = shoot_landmarks(Gaussian(0.5), q, 3 * p, tolerance=1e-3)
    fine = shoot_landmarks(Gaussian(0.5), q, 3 * p, tolerance=1e-12)
    assert coarse.energy_drift > 1e3 * fine.energy_drift


def test_a_batch_is_its_members(rng: np.random.Generator) -> None:
    q, p = cloud(rng, 3, 4, 2)
    times = np.array([0.0, 0.3, 1.0])
    together = shoot_landmarks(Gaussian(1.0), q, p, times=times, tolerance=TOLERANCE)
    for i in range(3):
        alone = shoot_landmarks(Gaussian(1.0), q[i], p[i], times=times, tolerance=TOLERANCE)
        assert_close(together.points[i], alone.points, GLOBAL)
        assert_close(together.velocities[i], alone.velocities, GLOBAL)


def test_paths_are_reversible_and_scale_with_the_width(rng: np.random.Generator) -> None:
    q, p = cloud(rng, 4, 2)
    path = shoot_landmarks(Gaussian(1.0), q, p, tolerance=TOLERANCE)
    back = shoot_landmarks(Gaussian(1.0), path.endpoint, -path.momenta[-1], tolerance=TOLERANCE)
    assert_close(back.endpoint, q, GLOBAL)
    wide = shoot_landmarks(Gaussian(2.5), 2.5 * q, 2.5 * p, tolerance=TOLERANCE)
    assert_close(wide.endpoint, 2.5 * path.endpoint, GLOBAL)


def test_coframes_whiten_the_cometric(rng: np.random.Generator) -> None:
    cometric = Cometric.at(Gaussian(1.0), rng.normal(size=(3, 5, 2)))
    coframe = cometric.coframe()
    identity = np.broadcast_to(np.eye(5), (3, 5, 5))
    assert_close(coframe.swapaxes(-1, -2) @ cometric.matrix @ coframe, identity, 1e-9)


@pytest.mark.parametrize(
    ("points", "momenta", "message"),
    [
        (np.zeros(3), np.zeros((3, 1)), r"`points` must be a real array"),
        (np.zeros((3, 2)), np.zeros((3, 1)), "share N and D"),
        (np.zeros((2, 3, 2)), np.zeros((4, 3, 2)), "broadcast"),
        (np.zeros((3, 2)), np.full((3, 2), np.nan), "`momenta` must be finite"),
        (1j * np.ones((3, 2)), np.zeros((3, 2)), r"`points` must be a real array"),
    ],
)
def test_wrong_arrays_are_refused(points: np.ndarray, momenta: np.ndarray, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        shoot_landmarks(Gaussian(1.0), points, momenta)


def test_landmarks_that_coincide_have_no_coframe() -> None:
    for gap in (0.0, 1e-9):
        with pytest.raises(ValueError, match="must be apart"):
            Cometric.at(Gaussian(1.0), np.array([[0.0], [gap]])).coframe()
