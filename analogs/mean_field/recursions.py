"""Mean-field theory of wide random networks: order, chaos and the critical line between them.

The layers are h_{l+1} = W phi(h_l) + b with N units, W_ij ~ N(0, sw^2/N) and b_i ~ N(0, sb^2).  As
N grows the units of a layer become independent Gaussians, so that all that a layer does is said
by Gaussian averages at the fixed point q* of the variance q = |h|^2 / N.

Source of every formula here: B. Poole, S. Lahiri, M. Raghu, J. Sohl-Dickstein, S. Ganguli,
Exponential expressivity in deep neural networks through transient chaos, NIPS 2016, section 2
(variance, C-map, chi1) and section 3 (chi2).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import acos, cos, inf, log, pi, sin, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq
from scipy.special import erf, expit, ndtr

from qgeom._checks import (
    check_choice,
    check_finite_array,
    check_finite_number,
    check_positive,
    fail,
)

Real = NDArray[np.float64]
Function = Callable[[Real], Real]

# exp(-9^2/2) is 3e-18: what the quadrature leaves out.
TAIL = 9.0
# The integrands are analytic within a/sqrt(q) of the real axis (a = pi/2 for tanh), and the
# trapezoidal rule errs by exp(-2 pi a / (sqrt(q) step)): less than 1e-16 for every q.
STEP = 0.25
# Variances below are zero and above have run away; fixed points nearer than the stride are one.
VANISHING = 2.0**-40
RUNAWAY = 2.0**20
STRIDE = 1.05
# A variance that a layer changes by less is fixed, as all are for ReLU at sw = sqrt(2).
ROUNDING = 8 * float(np.finfo(np.float64).eps)
# Correlations nearer to 1 are 1: the C-map is the identity there to rounding.
ALIGNED = 2.0**-40


def _nodes(variance: float) -> tuple[Real, Real]:
    scale = sqrt(variance)
    step = STEP / max(1.0, scale)
    reach = int(TAIL / step)
    z: Real = step * np.arange(-reach, reach + 1, dtype=np.float64)
    return scale * z, step * np.exp(-(z**2) / 2) / sqrt(2 * pi)


def gaussian_mean(function: Function, variance: float) -> float:
    """Return E[f(u)] for u ~ N(0, `variance`) and f analytic near the real axis.

    The trapezoidal rule in z = u / sqrt(q) converges geometrically (L. N. Trefethen and J. A. C.
    Weideman, SIAM Review 56 (2014) 385).  Gauss-Hermite nodes lie too far apart for a large q: 201
    of them miss E[phi''^2] of tanh at q = 12.6 by 5 %.

    Examples
    --------
    >>> round(float(gaussian_mean(np.cos, 2.0) * np.exp(1.0)), 14)
    1.0
    """
    u, weights = _nodes(variance)
    return float(weights @ function(u))


def gaussian_pair_mean(function: Function, variance: float, correlation: float) -> float:
    """Return E[f(u1) f(u2)] for Gaussians of one variance and the given correlation c.

    u1 = sqrt(q) z1 and u2 = sqrt(q) (c z1 + sqrt(1 - c^2) z2) with independent z1, z2 ~ N(0, 1).

    Examples
    --------
    >>> round(gaussian_pair_mean(lambda u: u, 2.0, 0.25), 14)
    0.5
    """
    u, weights = _nodes(variance)
    rest = sqrt(1 - correlation**2) * u
    inner = [weights @ function(correlation * first + rest) for first in u]
    return float((weights * function(u)) @ np.array(inner))


@dataclass(frozen=True)
class Activation:
    """An entrywise function phi and its averages over u ~ N(0, q).

    Parameters
    ----------
    value, slope, bend
        phi, phi' and phi''; `bend` is nan where it is no function.
    square, slope_square, bend_square
        q -> E[phi^2], E[phi'^2], E[phi''^2]; the last is inf for an activation with a kink.
    value_bend
        q -> E[phi phi''].
    product
        (q, c) -> E[phi(u1) phi(u2)] at correlation c.
    """

    value: Function
    slope: Function
    bend: Function
    square: Callable[[float], float]
    slope_square: Callable[[float], float]
    bend_square: Callable[[float], float]
    value_bend: Callable[[float], float]
    product: Callable[[float, float], float]


def smooth_activation(value: Function, slope: Function, bend: Function) -> Activation:
    """Return the activation with averages by quadrature; phi must be analytic near the real axis.

    Examples
    --------
    >>> sine = smooth_activation(np.sin, np.cos, lambda u: -np.sin(u))
    >>> round(float(sine.square(1.0) / (1 - np.exp(-2.0))), 14)
    0.5
    """
    return Activation(
        value,
        slope,
        bend,
        square=lambda q: gaussian_mean(lambda u: value(u) ** 2, q),
        slope_square=lambda q: gaussian_mean(lambda u: slope(u) ** 2, q),
        bend_square=lambda q: gaussian_mean(lambda u: bend(u) ** 2, q),
        value_bend=lambda q: gaussian_mean(lambda u: value(u) * bend(u), q),
        product=lambda q, c: gaussian_pair_mean(value, q, c),
    )


def _arc_cosine_kernel(variance: float, correlation: float) -> float:
    """E[relu(u1) relu(u2)]: Y. Cho and L. K. Saul, NIPS 2009, degree 1."""
    angle = acos(correlation)
    return variance * (sin(angle) + (pi - angle) * cos(angle)) / (2 * pi)


def _normal_density(u: Real) -> Real:
    return np.exp(-(u**2) / 2) / sqrt(2 * pi)


ACTIVATIONS: dict[str, Activation] = {
    "tanh": smooth_activation(
        np.tanh,
        lambda u: 1 - np.tanh(u) ** 2,
        lambda u: -2 * np.tanh(u) * (1 - np.tanh(u) ** 2),
    ),
    "erf": smooth_activation(
        erf,
        lambda u: 2 / sqrt(pi) * np.exp(-(u**2)),
        lambda u: -4 / sqrt(pi) * u * np.exp(-(u**2)),
    ),
    "sigmoid": smooth_activation(
        expit,
        lambda u: expit(u) * expit(-u),
        lambda u: -expit(u) * expit(-u) * np.tanh(u / 2),
    ),
    "gelu": smooth_activation(
        lambda u: u * ndtr(u),
        lambda u: ndtr(u) + u * _normal_density(u),
        lambda u: (2 - u**2) * _normal_density(u),
    ),
    "relu": Activation(
        lambda u: np.maximum(u, 0.0),
        lambda u: np.heaviside(u, 0.5),
        lambda u: np.full_like(u, np.nan),
        square=lambda q: q / 2,
        slope_square=lambda q: 0.5,
        bend_square=lambda q: inf,
        value_bend=lambda q: 0.0,
        product=_arc_cosine_kernel,
    ),
}


@dataclass(frozen=True)
class MeanField:
    """A random network at the fixed point of its variance.

    Parameters
    ----------
    activation
        Name in `ACTIVATIONS`.
    weight_scale, bias_scale
        sw and sb.
    variance
        q* = sw^2 E[phi^2] + sb^2.
    chi1
        sw^2 E[phi'^2]: each layer multiplies squared lengths of short vectors by chi1.
    chi2
        sw^2 E[phi''^2]; inf for an activation with a kink.
    """

    activation: str
    weight_scale: float
    bias_scale: float
    variance: float
    chi1: float
    chi2: float

    @property
    def length_rate(self) -> float:
        """1/2 log chi1, the growth of log length a layer: positive in the chaotic phase."""
        return log(self.chi1) / 2

    @property
    def curvature_limit(self) -> float:
        """Limit of N kappa^2 in deep layers, 3 chi2 / (chi1 (chi1 - 1)); inf if chi1 <= 1."""
        return 3 * self.chi2 / (self.chi1 * (self.chi1 - 1)) if self.chi1 > 1 else inf


def mean_field(
    activation: str, weight_scale: float, bias_scale: float, *, start: float = 1.0
) -> MeanField:
    """Return the mean field at the fixed point that layers reach from the variance `start`.

    The variance map V(q) = sw^2 E[phi(sqrt(q) z)^2] + sb^2 of each activation here increases with
    q, so its iterates move to the next fixed point on the side of V(start).

    Raises
    ------
    ValueError
        If the activation is unknown, a scale is out of range, or the variance runs away.

    Examples
    --------
    >>> field = mean_field("relu", 1.0, 0.5)  # q* = sb^2 / (1 - sw^2/2)
    >>> field.variance, field.chi1, field.chi2
    (0.5, 0.5, inf)
    """
    phi, first = _activation(activation), check_positive("start", start)
    sw, sb = check_positive("weight_scale", weight_scale), _bias(bias_scale)
    variance = _fixed_variance(lambda q: sw**2 * phi.square(q) + sb**2, first)
    if variance == inf:
        but = f"is {sw:.6g}: with {activation} and bias scale {sb:.6g} it passes {RUNAWAY:.0f}"
        raise fail("weight_scale", "let the variance come to rest", but)
    chi1, chi2 = sw**2 * phi.slope_square(variance), sw**2 * phi.bend_square(variance)
    return MeanField(activation, sw, sb, variance, chi1, chi2)


def _activation(name: str) -> Activation:
    return ACTIVATIONS[check_choice("activation", name, ACTIVATIONS)]


def _bias(bias_scale: float) -> float:
    if check_finite_number("bias_scale", bias_scale) < 0:
        raise fail("bias_scale", "be at least 0", f"is {bias_scale}")
    return float(bias_scale)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    # An absolute tolerance would spoil the small variances of small biases.
    return float(brentq(function, low, high, xtol=float(np.finfo(np.float64).tiny)))


def _fixed_variance(layer: Callable[[float], float], start: float) -> float:
    """Fixed point of an increasing map on the way from `start`; inf if there is none."""

    def gain(q: float) -> float:
        return layer(q) - q

    if abs(gain(start)) <= ROUNDING * start:
        return start
    low = high = start
    while gain(high) > 0:
        low, high = high, STRIDE * high
        if low > RUNAWAY:
            return inf
    while gain(low) < 0:
        low, high = (low / STRIDE if low > VANISHING else 0.0), low
    return _root(gain, low, high)


def positive_variance(field: MeanField) -> float:
    """Return q*, or raise ValueError if it is 0: a point has neither angles nor curves."""
    if field.variance == 0:
        raise fail("field", "have a variance above zero", "its layers shrink every input to 0")
    return field.variance


def correlation_map(field: MeanField, correlation: ArrayLike) -> Real:
    """Return C(c), the correlation of two inputs after a layer that they enter with correlation c.

    C(c) = (sw^2 E[phi(u1) phi(u2)] + sb^2) / q*, with u1, u2 of variance q* and correlation c.  It
    is convex on [0, 1] with C(1) = 1 and, by Price's theorem, the slope C'(1) = chi1.

    Raises
    ------
    ValueError
        If the variance is 0 or a correlation is outside [-1, 1].

    Examples
    --------
    >>> field = mean_field("relu", 1.0, 0.5)
    >>> abs(correlation_map(field, 0.0) - (1 / (2 * np.pi) + 0.5)) < 1e-15
    np.True_
    """
    q, phi = positive_variance(field), ACTIVATIONS[field.activation]
    array = check_finite_array("correlation", correlation)
    if np.iscomplexobj(array) or np.any(np.abs(array) > 1):
        raise fail("correlation", "lie between -1 and 1", f"reaches {np.abs(array).max():.6g}")
    products = np.array([phi.product(q, float(c)) for c in array.ravel()]).reshape(array.shape)
    return (field.weight_scale**2 * products + field.bias_scale**2) / q


def fixed_correlation(field: MeanField) -> float:
    """Return c*, the correlation that any two inputs tend to in deep layers.

    c* = 1 if chi1 <= 1 (order).  Else c* is the one root of C(c) = c in [0, 1) (chaos): C is
    convex, C(0) >= 0, and it crosses the diagonal from below at 1.

    Raises
    ------
    ValueError
        If the variance is 0.

    Examples
    --------
    >>> fixed_correlation(mean_field("relu", 1.0, 0.5))
    1.0
    >>> fixed_correlation(mean_field("tanh", 2.0, 0.0))  # odd and without bias: orthogonal
    0.0
    """
    positive_variance(field)

    def gain(c: float) -> float:
        return float(correlation_map(field, c)) - c

    if field.chi1 <= 1:
        return 1.0
    if gain(0.0) <= ROUNDING:
        return 0.0
    distance = 0.5
    while gain(1 - distance) >= 0:
        distance /= 2
        if distance < ALIGNED:
            return 1.0
    return _root(gain, 0.0, 1 - distance)


@dataclass(frozen=True)
class CriticalPoint:
    """Where chi1 = 1, between order and chaos.

    Parameters
    ----------
    weight_scale, variance
        sw and q* there.
    variance_slope
        V'(q*) = 1 + sw^2 E[phi phi''].  Layers come to rest at q* only if it is below 1.
    """

    weight_scale: float
    variance: float
    variance_slope: float


def critical_point(activation: str, bias_scale: float) -> CriticalPoint:
    """Return the point at which chi1 = 1 for the given bias.

    chi1 = 1 fixes sw^2 = 1 / E[phi'^2], and then q = V(q) reads q - E[phi^2] / E[phi'^2] = sb^2: one
    equation for q alone, whose smallest solution is taken.

    Raises
    ------
    ValueError
        If the activation is unknown, the bias negative, or there is no such point (ReLU with a
        bias: at sw = sqrt(2) its variance grows without bound).

    Source: S. Hayou, A. Doucet, J. Rousseau, On the impact of the activation function on deep
    neural networks training, ICML 2019 (the edge of chaos).

    Examples
    --------
    >>> critical_point("tanh", 0.0).weight_scale
    1.0
    >>> critical_point("relu", 0.0).weight_scale  # sqrt(2)
    1.4142135623730951
    """
    phi, target = _activation(activation), _bias(bias_scale) ** 2

    def excess(q: float) -> float:
        return q - phi.square(q) / phi.slope_square(q) - target

    low, high = 0.0, 0.0 if excess(0.0) == 0 else VANISHING
    while excess(high) < 0:
        low, high = high, 2 * high
        if low > RUNAWAY:
            but = f"is {bias_scale}: with {activation} no variance at rest has chi1 = 1"
            raise fail("bias_scale", "admit a critical point", but)
    q = _root(excess, low, high) if high > 0 else 0.0
    weight_square = 1 / phi.slope_square(q)
    return CriticalPoint(sqrt(weight_square), q, 1 + weight_square * phi.value_bend(q))
