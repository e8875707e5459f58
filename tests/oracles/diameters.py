"""Diameters by brute force: a wave of geodesics on the Berger sphere, volumes by adaptive quadrature."""

from __future__ import annotations

import math

import numpy as np
import scipy.integrate

SHELLS, ANGLES = 31, 61
RAYS = 1200


def berger_wave(q: float, phase: bool) -> float:
    """Largest first arrival over cells of SU(2) (modulo phase), costs (1, 1, q).

    Geodesics are ``exp(-i (m_p X + m_z Z)) exp(-i (1/q - 1) m_z Z)`` of length
    ``sqrt(m_p^2 + m_z^2 / q)``; up to turns about Z their ends have two coordinates, the modulus and
    the argument of the upper left entry.  The first arrival in a cell is at most the distance of its
    points, and below it by no more than the size of the cell.
    """
    tilt, length = np.meshgrid(
        np.linspace(0, np.pi / 2, RAYS), np.linspace(1e-6, 1.02 * np.pi, RAYS), indexing="ij"
    )
    across, along = length * np.cos(tilt), length * np.sqrt(q) * np.sin(tilt)
    angle = np.hypot(across, along)
    corner = (np.cos(angle) - 1j * along / angle * np.sin(angle)) * np.exp(1j * (1 - 1 / q) * along)
    argument, top = np.abs(np.angle(corner)), np.pi
    if not phase:
        argument, top = np.minimum(argument, np.pi - argument), np.pi / 2
    shell = np.round(np.arccos(np.minimum(np.abs(corner), 1)) / (np.pi / 2) * (SHELLS - 1))
    sector = np.round(argument / top * (ANGLES - 1))
    first = np.full((SHELLS, ANGLES), np.inf)
    np.minimum.at(first, (shell.astype(int).ravel(), sector.astype(int).ravel()), length.ravel())
    first[-1] = first[-1].min()  # the argument of 0 has no meaning
    return float(first[np.isfinite(first)].max())


def log_ball_volume(radius: float, dim: int, curvature: float) -> float:
    """Log of the volume of a ball of constant curvature, by adaptive quadrature."""
    root = math.sqrt(abs(curvature))

    def sine(t: float) -> float:
        if curvature == 0:
            return t
        return (math.sin(root * t) if curvature > 0 else math.sinh(root * t)) / root

    top = sine(min(radius, math.pi / (2 * root)) if curvature > 0 else radius)
    integral, _ = scipy.integrate.quad(
        lambda t: (sine(t) / top) ** (dim - 1), 0.0, radius, epsabs=0.0, epsrel=1e-11, limit=500
    )
    sphere = math.log(2) + dim / 2 * math.log(math.pi) - math.lgamma(dim / 2)
    return sphere + (dim - 1) * math.log(top) + math.log(integral)
