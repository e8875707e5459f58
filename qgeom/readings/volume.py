r"""How far a manifold of a given volume and Ricci curvature has to reach (Bishop and Gromov).

If ``Ric >= (D - 1) kappa``, a ball of radius r has at most the volume of one in the space of constant
curvature kappa, ``|S^(D-1)| int_0^r s(t)^(D-1) dt``, with s(t) = ``sin(sqrt(kappa) t) / sqrt(kappa)``
(sinh below 0).  A ball of the radius of the diameter is everything, so that the diameter is at least
the radius at which that integral reaches the volume (QUANTUM_GEOMETRY.md 3.4; Brown, arXiv:2112.05724).
"""

from __future__ import annotations

import numpy as np
import scipy.optimize
import scipy.special

from qgeom._typing import Real
from qgeom.metric.invariant import check_riemannian
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.ricci import pauli_ricci

# Gauss nodes on each side of the peak of the integrand, and how many widths of it they span: it is
# log-concave, so the rest is below exp(-SPAN) of the whole.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(160)
SPAN = 40.0
# A volume within this relative distance of that of a whole sphere is that of the sphere.
WHOLE = 1e-11


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
    size = metric.size
    factorials = scipy.special.gammaln(np.arange(1, size) + 1.0).sum()
    turns = 0.5 * (size - 1) * (size + 2) * np.log(2 * np.pi)
    costs = 0.5 * np.log(metric.inertia).sum()
    sheets = 0.0 if phase else np.log(size)
    return float(0.5 * (1 - metric.dim) * np.log(size) + turns - factorials + costs - sheets)


def log_ball(radius: float, dim: int, curvature: float) -> float:
    """Log of the volume of a ball in the space of constant curvature, ``0 < radius <= pi / sqrt(kappa)``.

    Examples
    --------
    >>> round(float(np.exp(log_ball(2.0, 3, 0.0))) / np.pi, 9)  # (4 / 3) r^3
    10.666666667
    """
    root = np.sqrt(abs(curvature))
    peak = min(radius, 0.5 * np.pi / root) if curvature > 0 else radius
    sine, slope = _profile(np.array([peak]), curvature)
    # Near the peak the exponent falls like its slope, or like the curvature of its top.
    width = 1.0 / max((dim - 1) * float(slope[0]), np.sqrt(dim - 1.0) / float(sine[0]))
    total = 0.0
    for end in (max(0.0, peak - SPAN * width), min(radius, peak + SPAN * width)):
        half = 0.5 * abs(end - peak)
        at = 0.5 * (end + peak) + half * NODES
        total += half * float(WEIGHTS @ (_profile(at, curvature)[0] / sine[0]) ** (dim - 1))
    sphere = np.log(2.0) + 0.5 * dim * np.log(np.pi) - scipy.special.gammaln(0.5 * dim)
    return float(sphere + (dim - 1) * np.log(sine[0]) + np.log(total))


def _profile(t: Real, curvature: float) -> tuple[Real, Real]:
    """``s(t)`` and ``s'(t) / s(t)``."""
    root = np.sqrt(abs(curvature))
    if curvature > 0:
        return np.sin(root * t) / root, root / np.tan(root * t)
    if curvature < 0:
        return np.sinh(root * t) / root, root / np.tanh(root * t)
    return t, 1.0 / t


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
    curvature = float(pauli_ricci(metric).min()) / (dim - 1)

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
