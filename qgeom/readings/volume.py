r"""How far a manifold of a given volume and Ricci curvature has to reach (Bishop and Gromov).

If ``Ric >= (D - 1) kappa``, a ball of radius r has at most the volume of one in the space of constant
curvature kappa, ``|S^(D-1)| int_0^r s(t)^(D-1) dt``, with s(t) = ``sin(sqrt(kappa) t) / sqrt(kappa)``
(sinh below 0).  A ball of the radius of the diameter is everything, so that the diameter is at least
the radius at which that integral reaches the volume (QUANTUM_GEOMETRY.md 3.4; Brown, arXiv:2112.05724).
All volumes are logarithms, which are doubles for up to 500 qubits.
"""

from __future__ import annotations

import math

import numpy as np
import scipy.optimize
import scipy.special

from qgeom._checks import check_integer
from qgeom._typing import Real
from qgeom.metric.invariant import check_riemannian
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, costs_by_weight
from qgeom.readings.ricci import pauli_ricci
from qgeom.readings.weights import curvature_by_weight, strings_by_weight

# Gauss nodes on each side of the peak of the integrand, and how many widths of it they span: it is
# log-concave, so the rest is below exp(-SPAN) of the whole.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(160)
SPAN = 40.0
# A volume within this relative distance of that of a whole sphere is that of the sphere.
WHOLE = 1e-11
# 4^n log 2^n is a double.
MAX_VOLUME_QUBITS = 500
# From here on Stirling's series of a product of factorials is exact to rounding, and sums are long.
STIRLING = 2**12
# Derivative of the zeta function at -1: log of Glaisher's constant is 1/12 less this.
ZETA_SLOPE = -0.16542114370045092
# The double next to -1: see `_log_ratio`.
LEAST_CHANGE = -1.0 + 2.0**-52


def log_volume(metric: PauliMetric, *, phase: bool = False) -> float:
    """Log of the Riemannian volume, of SU(N) if the `phase` counts and else of SU(N) / Z_N.

    ``vol SU(N) = sqrt(N) (2 pi)^((N-1)(N+2)/2) / prod_{k<N} k! * N^(-(N^2-1)/2) prod_a sqrt(q_a)``,
    and the N phases that leave the determinant at 1 share it equally.

    Raises
    ------
    ValueError
        If a cost is infinite.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> sphere = PauliMetric(1, nielsen(1.0))  # SU(2) is the unit 3-sphere
    >>> round(float(np.exp(log_volume(sphere, phase=True))) / np.pi**2, 12)
    2.0
    """
    check_riemannian("metric", metric)
    return _log_volume(metric.n_qubits, float(np.log(metric.inertia).sum()), phase)


def log_ball(radius: float, dim: float, curvature: float) -> float:
    """Log of the volume of a ball in the space of constant curvature, ``0 < radius <= pi / sqrt(kappa)``.

    Examples
    --------
    >>> round(float(np.exp(log_ball(2.0, 3, 0.0))) / np.pi, 9)  # (4 / 3) r^3
    10.666666667
    """
    top = 0.5 * math.pi / math.sqrt(curvature) if curvature > 0 else math.inf
    peak = min(radius, top)
    height, slope = _profile(peak, curvature)
    if peak == top:
        slope = 0.0  # and not the rounding of pi, times 4^n
    # Near the peak the exponent falls like its slope, or like the curvature of its top.
    width = 1.0 / max((dim - 1) * slope, math.sqrt(dim - 1) * math.exp(-height))
    total = 0.0
    for reach in (-min(peak, SPAN * width), min(radius - peak, SPAN * width)):
        offsets = 0.5 * reach * (1 + NODES)
        exponents = (dim - 1) * _log_ratio(offsets, slope, curvature)
        total += 0.5 * abs(reach) * float(WEIGHTS @ np.exp(exponents))
    sphere = math.log(2) + 0.5 * dim * math.log(math.pi) - scipy.special.gammaln(0.5 * dim)
    return float(sphere + (dim - 1) * height + math.log(total))


def _profile(t: float, curvature: float) -> tuple[float, float]:
    """``log s(t)`` and its slope ``s'(t) / s(t)``."""
    root = math.sqrt(abs(curvature))
    if curvature > 0:
        return math.log(math.sin(root * t) / root), root / math.tan(root * t)
    if curvature < 0:  # sinh itself leaves the doubles
        log_sinh = root * t + math.log(-0.5 * math.expm1(-2 * root * t))
        return log_sinh - math.log(root), root / math.tanh(root * t)
    return math.log(t), 1.0 / t


def _log_ratio(offset: Real, slope: float, curvature: float) -> Real:
    """``log(s(t + offset) / s(t))`` from the slope at t, for offsets far below the precision of t."""
    root = math.sqrt(abs(curvature))
    if curvature > 0:
        change = slope / root * np.sin(root * offset) - 2 * np.sin(root * offset / 2) ** 2
    elif curvature < 0:
        change = slope / root * np.sinh(root * offset) + 2 * np.sinh(root * offset / 2) ** 2
    else:
        change = slope * offset
    # Near the centre s vanishes, and rounding may pass -1: there the ball has no volume to speak of.
    return np.log1p(np.maximum(change, LEAST_CHANGE))


def volume_bound(metric: PauliMetric, *, phase: bool = False) -> float:
    r"""``diameter >= r`` with ``vol_kappa(r) = vol``, ``kappa = min Ric / (D - 1)``.

    Ricci is diagonal in the strings, so its least value over unit vectors is that of a string.

    Raises
    ------
    ValueError
        If a cost is infinite.

    Examples
    --------
    The 3-sphere and its half, SU(2) and SU(2) modulo phase: the bound is the diameter.

    >>> from qgeom.metric.penalties import nielsen
    >>> sphere = PauliMetric(1, nielsen(1.0))
    >>> round(volume_bound(sphere, phase=True) / np.pi, 9), round(volume_bound(sphere) / np.pi, 9)
    (1.0, 0.5)
    """
    volume, dim = log_volume(metric, phase=phase), metric.dim
    return _reach(volume, dim, float(pauli_ricci(metric).min()) / (dim - 1))


def volume_bound_by_weight(n_qubits: int, penalty: Penalty, *, phase: bool = False) -> float:
    r"""`volume_bound` for costs that depend on the weight alone, on up to 500 qubits.

    Without costs it tends to ``sqrt(2) arcsin(e^(1/4) / sqrt(2))`` on many qubits: the volume to the
    power of 1/D becomes that of the sphere of curvature 1/2, times ``e^(1/4) / sqrt(2)``.

    Raises
    ------
    ValueError
        Unless ``1 <= n_qubits <= 500``, or if the costs are not those of weights, or infinite.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> round(volume_bound_by_weight(300, nielsen(1)), 6)
    1.60987
    """
    n_qubits = check_integer("n_qubits", n_qubits, 1, MAX_VOLUME_QUBITS)
    costs, counts = costs_by_weight(n_qubits, penalty), strings_by_weight(n_qubits)[1:]
    logs = [math.log(cost.numerator) - math.log(cost.denominator) for cost in costs]
    volume = _log_volume(n_qubits, math.fsum(map(math.prod, zip(logs, counts, strict=True))), phase)
    curvature = curvature_by_weight(n_qubits, penalty).least / (4**n_qubits - 2)
    return _reach(volume, 4.0**n_qubits - 1, float(curvature))


def _log_volume(n_qubits: int, log_costs: float, phase: bool) -> float:
    """`log_volume` from the sum of the logarithms of all costs."""
    size = 2.0**n_qubits
    turns = 0.5 * (size - 1) * (size + 2) * np.log(2 * np.pi)
    sheets = 0.0 if phase else np.log(size)
    scale = 0.5 * (2 - size**2) * np.log(size)
    return float(scale + turns - _log_factorials(size) + 0.5 * log_costs - sheets)


def _log_factorials(size: float) -> float:
    """``log prod_{k < size} k!``, the logarithm of Barnes' ``G(size + 1)``."""
    if size <= STIRLING:
        return float(scipy.special.gammaln(np.arange(1, size) + 1.0).sum())
    log = math.log(size)
    quadratic = size**2 * (0.5 * log - 0.75) + 0.5 * size * math.log(2 * math.pi)
    return quadratic - log / 12 + ZETA_SLOPE


def _reach(volume: float, dim: float, curvature: float) -> float:
    """Radius at which a ball in the space of constant curvature has the volume, given as a log."""

    def missing(radius: float) -> float:
        return log_ball(radius, dim, curvature) - volume

    if curvature > 0:
        far = np.pi / np.sqrt(curvature)
        if missing(far) <= WHOLE * max(1.0, abs(volume)):
            return float(far)
    else:
        far = 1.0
        while missing(far) < 0:
            far *= 2.0
    near = far
    while missing(near) > 0:
        near *= 0.5
    return float(scipy.optimize.brentq(missing, near, far, xtol=1e-13))
