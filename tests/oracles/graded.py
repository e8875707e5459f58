"""Curvature of graded algebras by brute force: dictionaries, Koszul's formula, fluids on a grid.

Everything is slow and literal, and nothing here comes from the package under test.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AREA = 4 * math.pi**2
Terms = dict[Any, complex]
Wave = tuple[int, int]
Fields = NDArray[np.float64]


@dataclass(frozen=True)
class Graded:
    """``[e_a, e_b] = f e_c`` as ``bracket(a, b) = (c, f)``, the inertia, and the labels ``-a``."""

    bracket: Callable[[Any, Any], tuple[Hashable, float]]
    inertia: Callable[[Any], float]
    negative: Callable[[Any], Any]

    def christoffel(self, a: Any, b: Any) -> tuple[Hashable, float]:
        """Koszul: ``2 <nabla_a b, z> = <[a, b], z> - <[b, z], a> + <[z, a], b>``, ``z = -(a + b)``."""
        c, of_ab = self.bracket(a, b)
        z = self.negative(c)
        if not self.inertia(c):
            return c, 0.0
        of_bz, of_za = self.bracket(b, z)[1], self.bracket(z, a)[1]
        lowered = of_ab * self.inertia(c) - of_bz * self.inertia(a) + of_za * self.inertia(b)
        return c, lowered / (2 * self.inertia(c))

    def product(
        self, rule: Callable[[Any, Any], tuple[Hashable, float]], x: Terms, y: Terms
    ) -> Terms:
        """``sum_ab x_a y_b rule(a, b)``."""
        total: Terms = {}
        for (a, left), (b, right) in itertools.product(x.items(), y.items()):
            c, value = rule(a, b)
            if value:
                total[c] = total.get(c, 0.0) + value * left * right
        return total

    def inner(self, x: Terms, y: Terms) -> float:
        """``sum_a I_a x_a y_{-a}``."""
        pairs = ((self.inertia(a), left, y.get(self.negative(a), 0.0)) for a, left in x.items())
        return sum(inertia * left * right for inertia, left, right in pairs).real

    def sectional(self, x: Terms, y: Terms) -> float:
        """``<R(x, y) y, x>`` over the area, from the connection."""

        def nabla(u: Terms, v: Terms) -> Terms:
            return self.product(self.christoffel, u, v)

        first, second = nabla(x, nabla(y, y)), nabla(y, nabla(x, y))
        third = nabla(self.product(self.bracket, x, y), y)
        curved = self.inner(first, x) - self.inner(second, x) - self.inner(third, x)
        return curved / (self.inner(x, x) * self.inner(y, y) - self.inner(x, y) ** 2)


# ---- Pauli strings as strings of letters

PRODUCTS = {("X", "Y"): ("Z", 1), ("Y", "Z"): ("X", 1), ("Z", "X"): ("Y", 1)}
PRODUCTS |= {(b, a): (c, -power) for (a, b), (c, power) in PRODUCTS.items()}
PRODUCTS |= {(a, "I"): (a, 0) for a in "IXYZ"} | {("I", a): (a, 0) for a in "IXYZ"}
PRODUCTS |= {(a, a): ("I", 0) for a in "IXYZ"}


def pauli_bracket(s: str, t: str) -> tuple[str, float]:
    """``-i (st - ts)`` from the products of letters: ``st = i^k r`` gives 2, -2 or 0."""
    letters, powers = zip(*(PRODUCTS[pair] for pair in zip(s, t, strict=True)), strict=True)
    return "".join(letters), {0: 0.0, 1: 2.0, 2: 0.0, 3: -2.0}[sum(powers) % 4]


def pauli_graded(cost: Callable[[str], float]) -> Graded:
    """su(2^n) with a cost for each label."""
    return Graded(pauli_bracket, lambda s: cost(s) if set(s) != {"I"} else 0.0, lambda s: s)


def pair_curvature(s: str, t: str, cost: Callable[[str], float]) -> float:
    """``[(q_s - q_t)^2 + 2 q_r (q_s + q_t) - 3 q_r^2] / (q_s q_t q_r)``, 0 if s and t commute."""
    r, factor = pauli_bracket(s, t)
    if not factor:
        return 0.0
    q_s, q_t, q_r = cost(s), cost(t), cost(r)
    return ((q_s - q_t) ** 2 + 2 * q_r * (q_s + q_t) - 3 * q_r**2) / (q_s * q_t * q_r)


# ---- waves on the torus


def cross(k: Wave, m: Wave) -> int:
    return k[0] * m[1] - k[1] * m[0]


def square(k: Wave) -> int:
    return k[0] ** 2 + k[1] ** 2


def torus_graded() -> Graded:
    """Stream functions ``exp(i k.x)`` with ``[e_k, e_m] = (k x m) e_{k+m}``, energy norm."""
    return Graded(
        lambda a, b: ((a[0] + b[0], a[1] + b[1]), float(cross(a, b))),
        lambda k: AREA * square(k),
        lambda k: (-k[0], -k[1]),
    )


def real_part(modes: dict[Wave, complex]) -> Terms:
    """Coefficients of ``Re sum_k a_k e_k``."""
    total: Terms = {}
    for k, a in modes.items():
        for wave, amplitude in ((k, a / 2), ((-k[0], -k[1]), np.conj(a) / 2)):
            total[wave] = total.get(wave, 0.0) + amplitude
    return total


def arnold_curvature(k: Wave, m: Wave) -> float:
    """``K(cos k.x, cos m.x) = -(k^2 + m^2) / (4 S) sin^2(k, m) sin^2(k + m, k - m)`` (Arnold 1966)."""

    def sine_squared(a: Wave, b: Wave) -> float:
        return cross(a, b) ** 2 / (square(a) * square(b))

    plus, minus = (k[0] + m[0], k[1] + m[1]), (k[0] - m[0], k[1] - m[1])
    return -(square(k) + square(m)) / (4 * AREA) * sine_squared(k, m) * sine_squared(plus, minus)


def fluid_curvature(x: dict[Wave, complex], y: dict[Wave, complex], points: int = 64) -> float:
    """Gauss equation on a grid: ``<Q D_u u, Q D_v v> - |Q D_u v|^2``, Q onto gradients, over the area.

    SDiff sits in the flat group of all maps of the torus; no Lie algebra is used.
    """
    waves = np.fft.fftfreq(points, 1 / points)
    k = np.stack(np.meshgrid(waves, waves, indexing="ij"))
    u, v = (_velocity(modes, k) for modes in (x, y))

    def inner(f: Fields, g: Fields) -> float:
        return AREA * float(np.mean(np.sum(f * g, axis=0)))

    area = inner(u, u) * inner(v, v) - inner(u, v) ** 2
    uu, vv, uv = (_gradient_part(_advect(a, b, k), k) for a, b in ((u, u), (v, v), (u, v)))
    return (inner(uu, vv) - inner(uv, uv)) / area


def _velocity(modes: dict[Wave, complex], k: Fields) -> Fields:
    """``(-d_2 psi, d_1 psi)`` of ``psi = Re sum a_k exp(i k.x)``."""
    points = k.shape[1]
    x = 2 * np.pi * np.stack(np.meshgrid(*2 * [np.arange(points) / points], indexing="ij"))
    slopes = [
        sum(
            (1j * q[i] * a * np.exp(1j * (q[0] * x[0] + q[1] * x[1]))).real
            for q, a in modes.items()
        )
        for i in range(2)
    ]
    return np.stack([-slopes[1], slopes[0]])


def _advect(u: Fields, v: Fields, k: Fields) -> Fields:
    slopes = np.fft.ifft2(1j * k[:, None] * np.fft.fft2(v)[None]).real
    return np.einsum("ipq,ijpq->jpq", u, slopes)


def _gradient_part(field: Fields, k: Fields) -> Fields:
    norm = np.sum(k**2, axis=0)
    norm[0, 0] = 1.0
    transformed = np.fft.fft2(field)
    return np.fft.ifft2(k * np.sum(k * transformed, axis=0) / norm).real


# ---- su(N) by clock and shift


def half_plane(size: int) -> list[Wave]:
    """One of k and -k for every wave modulo an odd size."""
    half = size // 2
    return [k for k in itertools.product(range(-half, half + 1), repeat=2) if k > (0, 0)]


def clock_and_shift(size: int, k: Wave) -> NDArray[np.complex128]:
    """Unitary T_k with ``T_k T_m = exp(2 pi i (k x m) / N) T_{k+m}``, N odd."""
    root = np.exp(2j * np.pi / size)
    clock = np.diag(root ** (2 * np.arange(size)))
    shift = np.roll(np.eye(size), 1, axis=0)
    powers = [np.linalg.matrix_power(m, p % size) for m, p in zip((clock, shift), k, strict=True)]
    return root ** (-k[0] * k[1]) * powers[0] @ powers[1]


def zeitlin_basis(size: int) -> NDArray[np.complex128]:
    """Anti-Hermitian matrices of ``Re e_k`` and ``Re i e_k`` with ``e_k = N / (4 pi i) T_k``."""
    pairs = [
        (clock_and_shift(size, k), clock_and_shift(size, (-k[0], -k[1]))) for k in half_plane(size)
    ]
    cosines = [(plus + minus) / 2 for plus, minus in pairs]
    sines = [1j * (plus - minus) / 2 for plus, minus in pairs]
    return size / (4j * np.pi) * np.array(cosines + sines)


def zeitlin_inertia(size: int) -> Fields:
    """``<cos, cos> = <sin, sin> = 4 pi^2 |k|^2 / 2``."""
    return AREA / 2 * np.tile([float(square(k)) for k in half_plane(size)], 2)


def zeitlin_coordinates(size: int, modes: dict[Wave, complex]) -> Fields:
    """Real and imaginary parts of the amplitudes along `zeitlin_basis`."""
    amplitudes = np.array([modes.get(k, 0.0) for k in half_plane(size)], dtype=complex)
    return np.concatenate([amplitudes.real, amplitudes.imag])
