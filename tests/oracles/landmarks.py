"""Landmarks by brute force: dense metrics, Christoffel symbols, classical Runge-Kutta, quadrature.

Everything is slow and literal, and nothing here comes from the package under test.  A kernel is a
function k of arrays of distances.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import scipy.integrate

Kernel = Callable[[np.ndarray], np.ndarray]
# Step of the central differences of order 4: their error h^4 meets their rounding eps / h^2.
STEP = 2e-3
STENCIL = ((-2, 1 / 12), (-1, -2 / 3), (1, 2 / 3), (2, -1 / 12))


def gaussian(width: float) -> Kernel:
    return lambda r: np.exp(-(r**2) / (2 * width**2))


def matern(width: float) -> Kernel:
    """Matern kernel of smoothness 7/2, as printed in textbooks."""

    def kernel(r: np.ndarray) -> np.ndarray:
        x = np.sqrt(7) * r / width
        return (1 + x + 2 / 5 * x**2 + x**3 / 15) * np.exp(-x)

    return kernel


def cometric(kernel: Kernel, x: np.ndarray, dim: int) -> np.ndarray:
    """``K(q) (x) 1_D`` at flat coordinates x (N D,)."""
    q = x.reshape(-1, dim)
    distance = np.sqrt(((q[:, None] - q[None]) ** 2).sum(-1))
    return np.kron(kernel(distance), np.eye(dim))


def energy(kernel: Kernel, q: np.ndarray, p: np.ndarray) -> float:
    return float(p.ravel() @ cometric(kernel, q.ravel(), q.shape[1]) @ p.ravel()) / 2


def derivative(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, step: float) -> np.ndarray:
    """Central differences of order 4: derivatives of f along each coordinate, on the first axis."""
    rows = [sum(c * f(x + k * step * e) for k, c in STENCIL) / step for e in np.eye(x.size)]
    return np.array(rows)


def riemann(kernel: Kernel, q: np.ndarray) -> np.ndarray:
    """``R[i, j, k, l] = <R(d_i, d_j) d_k, d_l>`` from Christoffel symbols of the metric ``K^-1``."""
    dim = q.shape[1]

    def metric(x: np.ndarray) -> np.ndarray:
        return np.linalg.inv(cometric(kernel, x, dim))

    def christoffel(x: np.ndarray) -> np.ndarray:
        """``Gamma[m, i, j]``, the coefficient of ``d_m`` in ``nabla_i d_j``."""
        dg = derivative(metric, x, STEP)
        lowered = 0.5 * (
            np.einsum("ijl->lij", dg) + np.einsum("jil->lij", dg) - np.einsum("lij->lij", dg)
        )
        return np.einsum("ml,lij->mij", cometric(kernel, x, dim), lowered)

    x = q.ravel()
    gamma, d_gamma = christoffel(x), derivative(christoffel, x, STEP)
    product = np.einsum("mia,ajk->ijkm", gamma, gamma)
    moved = np.einsum("imjk->ijkm", d_gamma) + product
    return np.einsum("ijkm,ml->ijkl", moved - moved.swapaxes(0, 1), metric(x))


def curvature(kernel: Kernel, q: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """Sectional curvature of the plane of the velocities of two covectors."""
    dim = q.shape[1]
    raised = cometric(kernel, q.ravel(), dim)
    a, b = a.ravel(), b.ravel()
    u, v = raised @ a, raised @ b
    area = (a @ u) * (b @ v) - (a @ v) ** 2
    return float(np.einsum("ijkl,i,j,k,l", riemann(kernel, q), u, v, v, u) / area)


def ricci(kernel: Kernel, q: np.ndarray, a: np.ndarray) -> float:
    """Ricci curvature of the direction of a covector: the trace of the tensor, no frame."""
    raised = cometric(kernel, q.ravel(), q.shape[1])
    u = raised @ a.ravel()
    trace = np.einsum("ijkl,il,j,k", riemann(kernel, q), raised, u, u)
    return float(trace / (a.ravel() @ u))


def pair_curvature(g0: float, g: float, slope: float, bend: float) -> float:
    """Two landmarks on a line: g, g', g'' at their distance (TEMPLATE_MATCHING.md 3.2)."""
    return (g0 - g) / (g0 + g) * bend - (2 * g0 - g) / (g0 + g) ** 2 * slope**2


def gaussian_pair_curvature(r: float) -> float:
    g = float(np.exp(-(r**2) / 2))
    return pair_curvature(1.0, g, -r * g, (r**2 - 1) * g)


def pair_distance(kernel: Kernel, start: float, end: float) -> float:
    """``int dr / sqrt(2 (k(0) - k(r)))``: an antisymmetric pair on a line (section 3.4)."""

    def rate(r: float) -> float:
        return 1 / np.sqrt(2 * (1 - float(kernel(np.array(r)))))

    return abs(scipy.integrate.quad(rate, start, end, epsabs=1e-12, epsrel=1e-12)[0])


def hamilton_rates(kernel: Kernel, q: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """``dH/dp`` and ``-dH/dq`` by differences of the energy."""

    def of_p(x: np.ndarray) -> float:
        return energy(kernel, q, x.reshape(p.shape))

    def of_q(x: np.ndarray) -> float:
        return energy(kernel, x.reshape(q.shape), p)

    dq, dp = derivative(of_p, p.ravel(), STEP), -derivative(of_q, q.ravel(), STEP)
    return dq.reshape(q.shape), dp.reshape(p.shape)


def runge_kutta(
    width: float, q: np.ndarray, p: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """q(1), p(1) for the Gaussian, by the classical scheme of order 4."""

    def rate(q: np.ndarray, p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        gap = q[:, None] - q[None]
        k = np.exp(-(gap**2).sum(-1) / (2 * width**2))
        return k @ p, np.einsum("ij,ijd->id", (p @ p.T) * k, gap) / width**2

    h = 1 / steps
    for _ in range(steps):
        q1, p1 = rate(q, p)
        q2, p2 = rate(q + h / 2 * q1, p + h / 2 * p1)
        q3, p3 = rate(q + h / 2 * q2, p + h / 2 * p2)
        q4, p4 = rate(q + h * q3, p + h * p3)
        q = q + h / 6 * (q1 + 2 * q2 + 2 * q3 + q4)
        p = p + h / 6 * (p1 + 2 * p2 + 2 * p3 + p4)
    return q, p
