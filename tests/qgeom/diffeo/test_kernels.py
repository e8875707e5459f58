"""Kernels: printed formulas, derivatives by differences, positive definite, regular at 0."""

from __future__ import annotations

import numpy as np
import pytest

from qgeom.diffeo.kernels import Gaussian, Matern, RadialKernel, reverse_bessel
from tests.closeness import EXACT, assert_close
from tests.oracles import landmarks as oracle

KERNELS = (Gaussian(0.7), Matern(0.7, order=2), Matern(1.3), Matern(1.3, order=9))
# Central differences with step h: h^2 and eps / h.
DIFFERENCE, STEP = 1e-9, 1e-5


def test_values_are_the_printed_formulas() -> None:
    r = np.linspace(0.0, 5.0, 21)
    assert_close(Gaussian(0.7)(r), oracle.gaussian(0.7)(r), EXACT)
    assert_close(Matern(1.3)(r), oracle.matern(1.3)(r), EXACT)
    assert_close(reverse_bessel(4), [105.0, 105.0, 45.0, 10.0, 1.0], EXACT)


@pytest.mark.parametrize("kernel", KERNELS)
def test_derivatives_are_those_of_the_squared_distance(kernel: RadialKernel) -> None:
    rho = np.linspace(0.3, 6.0, 20)
    ahead, behind = kernel.jet(rho + STEP), kernel.jet(rho - STEP)
    value, slope, bend = kernel.jet(rho)
    assert_close((ahead[0] - behind[0]) / (2 * STEP), slope, DIFFERENCE)
    assert_close((ahead[1] - behind[1]) / (2 * STEP), bend, DIFFERENCE)
    assert_close(value, kernel(np.sqrt(rho)), EXACT)


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_are_one_and_regular_at_zero(kernel: RadialKernel) -> None:
    at_zero = np.array(kernel.jet(np.zeros(1)))
    near = np.array(kernel.jet(np.full(1, 1e-14)))
    assert_close(at_zero[0], [1.0], EXACT)
    assert_close(near, at_zero, 1e-5)  # the odd term of lowest order goes like r
    second = (kernel(np.array(1e-4)) - 1.0) * 2e8
    assert_close(kernel.strain**2, -second, 1e-6)


@pytest.mark.parametrize("kernel", KERNELS)
def test_kernels_are_positive_definite(kernel: RadialKernel, rng: np.random.Generator) -> None:
    points = 2.0 * rng.normal(size=(30, 3))
    distance = np.linalg.norm(points[:, None] - points, axis=-1)
    assert np.linalg.eigvalsh(kernel(distance)).min() > 0


def test_matern_tends_to_the_gaussian() -> None:
    r = np.linspace(0.0, 4.0, 30)
    errors = [np.abs(Matern(0.9, order=n)(r) - Gaussian(0.9)(r)).max() for n in (25, 50, 100)]
    assert errors[2] < 3e-3
    assert_close(np.array(errors[:2]) / np.array(errors[1:]), [2.0, 2.0], 0.05)


@pytest.mark.parametrize("width", [0.0, -1.0, np.nan, np.inf])
def test_widths_must_be_positive(width: float) -> None:
    with pytest.raises(ValueError, match="Argument `width` must be"):
        Gaussian(width)
    with pytest.raises(ValueError, match="Argument `width` must be"):
        Matern(width)


@pytest.mark.parametrize("order", [1, 101])
def test_orders_outside_the_range_are_refused(order: int) -> None:
    with pytest.raises(ValueError, match="between 2 and 100"):
        Matern(1.0, order=order)
