r"""Radial kernels: the Green's functions of the inertia operators of spaces of velocity fields.

A kernel is a function of the squared distance, ``k(r) = f(r^2)``, with ``k(0) = 1``.  Derivatives are
taken in ``rho = r^2``, where they are regular at 0.
"""

from __future__ import annotations

import functools
import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np
import numpy.polynomial.polynomial as poly
from numpy.typing import ArrayLike

from qgeom._checks import check_integer, check_positive
from qgeom._typing import Real

# Curvature asks for four derivatives of k, which the Matern kernels have from this order on.
LEAST_ORDER = 2
# The coefficients, about (2 n)! / n!, overflow not far beyond.
MOST_ORDER = 100


@dataclass(frozen=True)
class RadialKernel(ABC):
    """A positive definite function ``k(r) = f(r^2)`` with ``k(0) = 1``, at least four times smooth.

    Attributes
    ----------
    width
        The length scale s > 0: k depends on r / s.
    """

    width: float

    def __post_init__(self) -> None:
        check_positive("width", self.width)

    @abstractmethod
    def jet(self, squared: Real) -> tuple[Real, Real, Real]:
        """``f``, ``f'`` and ``f''`` at squared distances of any shape."""

    def __call__(self, distance: ArrayLike) -> Real:
        """``k(r)`` at distances of any shape."""
        return self.jet(np.square(np.asarray(distance, dtype=np.float64)))[0]

    @property
    def strain(self) -> float:
        r"""``sqrt(-k''(0))``, the largest Lipschitz constant of a velocity field of norm 1.

        ``|v(x) - v(y)|^2 <= 2 (k(0) - k(r)) |v|^2 <= -k''(0) r^2 |v|^2``.
        """
        slope = self.jet(np.zeros(()))[1]
        return math.sqrt(-2.0 * float(slope))


@final
@dataclass(frozen=True)
class Gaussian(RadialKernel):
    r"""``k(r) = exp(-r^2 / (2 s^2))``.

    Raises
    ------
    ValueError
        Unless the width is positive.

    Examples
    --------
    >>> Gaussian(2.0)(np.array([0.0, 2.0])) - np.exp([0.0, -0.5])
    array([0., 0.])
    >>> Gaussian(2.0).strain
    0.5
    """

    def jet(self, squared: Real) -> tuple[Real, Real, Real]:
        """``f``, ``f'`` and ``f''`` at squared distances of any shape."""
        rate = -0.5 / self.width**2
        value = np.exp(rate * squared)
        return value, rate * value, rate**2 * value


@final
@dataclass(frozen=True)
class Matern(RadialKernel):
    r"""``k(r) = e^-x theta_n(x) / theta_n(0)`` with ``x = sqrt(2 n + 1) r / s``, of order n.

    It is the Green's function of ``(1 - s^2 Laplacian / (2 n + 1))^(n + (D + 1)/2)`` in R^D: velocity
    fields of a Sobolev space, for k is 2 n times smooth and not more.  ``theta_n`` are the reverse
    Bessel polynomials; ``d/d(x^2) (e^-x theta_n) = -(1/2) e^-x theta_(n-1)`` gives the derivatives.
    For n to infinity it tends to the Gaussian of the same width.

    Attributes
    ----------
    order
        n from 2 (four times smooth, as curvature needs) to 100.

    Raises
    ------
    ValueError
        Unless the width is positive and the order in its range.

    Examples
    --------
    >>> x = np.sqrt(5.0)
    >>> np.round(Matern(2.0, order=2)(2.0) / (np.exp(-x) * (1 + x + x**2 / 3)), 12)
    np.float64(1.0)
    >>> round(Matern(1.0, order=2).strain ** 2, 12)  # (2 n + 1) / (2 n - 1)
    1.666666666667
    """

    order: int = 3

    def __post_init__(self) -> None:
        check_positive("width", self.width)
        check_integer("order", self.order, LEAST_ORDER, MOST_ORDER)

    def jet(self, squared: Real) -> tuple[Real, Real, Real]:
        """``f``, ``f'`` and ``f''`` at squared distances of any shape."""
        rate = (2 * self.order + 1) / self.width**2
        x = np.sqrt(rate * squared)
        decay = np.exp(-x) / reverse_bessel(self.order)[0]
        value, slope, bend = (
            (-0.5 * rate) ** k * decay * poly.polyval(x, np.array(reverse_bessel(self.order - k)))
            for k in range(3)
        )
        return value, slope, bend


@functools.cache
def reverse_bessel(order: int) -> tuple[float, ...]:
    """Coefficients of ``theta_n``, constant first; ``theta_n = (2 n - 1) theta_(n-1) + x^2 theta_(n-2)``.

    Examples
    --------
    >>> reverse_bessel(3)
    (15.0, 15.0, 6.0, 1.0)
    """
    if order < 2:
        return (1.0,) * (order + 1)
    shifted = (0.0, 0.0, *reverse_bessel(order - 2))
    lower = (2 * order - 1) * np.array(reverse_bessel(order - 1))
    return tuple(poly.polyadd(lower, shifted).tolist())
