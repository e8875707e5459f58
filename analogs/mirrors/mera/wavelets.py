r"""Wavelets as a network of rotations: the layout of MERA without its top gate, on d real features.

A pyramid turns signals into coefficients.  Each scale has two layers of rotations of neighbours on
the ring of its sites, between the pairs and within them; the first site of a pair goes on to the next
scale, the second one keeps a detail.  So a scale is a convolution of stride 2 with kernels of four
taps,

    low = (-s1 c2, c1 c2, c1 s2, s1 s2),   high = (s1 s2, -c1 s2, c1 c2, s1 c2),

c and s the cosines and sines of the two angles.  Daubechies' wavelet D4 has the angles -pi/6, pi/12;
Haar's has 0, pi/4 (Evenbly and White, PRL 116, 140403, 2016: free fermions).
"""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np
import scipy.optimize

from analogs.mirrors.mera.circuit import Layer, check_power_of_two, scale_layers, steps_length
from qgeom._checks import fail
from qgeom._typing import Matrix, Real, Vector
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.penalties import Penalty, band, custom

D4 = (-math.pi / 6, math.pi / 12)
HAAR = (0.0, math.pi / 4)


@dataclass(frozen=True)
class Pyramid:
    """All scales of a wavelet transform on a ring of d features, down to two coarse ones.

    Parameters
    ----------
    size
        d, a power of two and at least 4.
    angles
        For each scale, the finest first, the angle between the pairs and that within them.

    Raises
    ------
    ValueError
        If the size does not fit, or there are not ``log2(d) - 1`` pairs of angles.

    Examples
    --------
    >>> pyramid = uniform_pyramid(8, D4)
    >>> pyramid.depth, pyramid.gates
    (4, 12)
    """

    size: int
    angles: tuple[tuple[float, float], ...]

    def __post_init__(self) -> None:
        scales = check_power_of_two("size", self.size).bit_length() - 2
        if len(self.angles) != scales or not scales:
            raise fail("angles", f"hold {max(scales, 1)} pairs", f"holds {len(self.angles)}")

    @functools.cached_property
    def layers(self) -> tuple[tuple[Layer, float], ...]:
        """Pairs and angle of the layers that turn something, in order of time."""
        out: list[tuple[Layer, float]] = []
        for scale, (between, within) in enumerate(self.angles):
            pairs, gaps = scale_layers(self.size, 1 << scale)
            out += [(gaps, between), (pairs, within)]
        return tuple((layer, angle) for layer, angle in out if angle)

    @property
    def depth(self) -> int:
        """Number of layers."""
        return len(self.layers)

    @property
    def gates(self) -> int:
        """Number of rotations."""
        return sum(len(layer) for layer, _ in self.layers)

    @functools.cached_property
    def rotations(self) -> Matrix:
        """Logarithms of the layers, (L, d, d)."""
        out = np.zeros((self.depth, self.size, self.size))
        for own, (layer, angle) in zip(out, self.layers, strict=True):
            for i, j in layer:
                own[i, j], own[j, i] = angle, -angle
        return out

    @property
    def matrix(self) -> Matrix:
        """The transform (d, d): coarse coefficients at the sites 0, d / 2, details at the others."""
        metric = unpenalised(self.size)
        layers = metric.exp(metric.vee(self.rotations))
        return functools.reduce(lambda done, layer: layer @ done, layers, metric.identity)


def uniform_pyramid(size: int, angles: tuple[float, float]) -> Pyramid:
    """The same two angles at every scale.

    Examples
    --------
    >>> np.abs(uniform_pyramid(4, HAAR).matrix[0]).round(6)
    array([0.707107, 0.707107, 0.      , 0.      ])
    """
    return Pyramid(size, (angles,) * (check_power_of_two("size", size).bit_length() - 2))


def filters(between: float, within: float) -> tuple[Real, Real]:
    """Low-pass and high-pass kernels (4,) of a scale, on the sites -1, 0, 1, 2 about a pair.

    Examples
    --------
    >>> low, high = filters(*D4)
    >>> bool(np.allclose(low * 4 * np.sqrt(2), [1 + 3**.5, 3 + 3**.5, 3 - 3**.5, 1 - 3**.5]))
    True
    """
    c1, s1, c2, s2 = np.cos(between), np.sin(between), np.cos(within), np.sin(within)
    low = np.array([-s1 * c2, c1 * c2, c1 * s2, s1 * s2])
    return low, np.array([s1 * s2, -c1 * s2, c1 * c2, s1 * c2])


def convolution_matrix(size: int, angles: tuple[float, float]) -> Matrix:
    """One scale as a convolution of stride 2 on a ring, (d, d), written down from its kernels.

    Rows 2k hold the low-pass kernel, rows 2k + 1 the high-pass kernel on the sites 2k - 1 .. 2k + 2.

    Examples
    --------
    >>> matrix = convolution_matrix(8, D4)
    >>> bool(np.allclose(matrix @ matrix.T, np.eye(8)))
    True
    """
    matrix = np.zeros((size, size))
    for row in range(size):
        columns = (row - row % 2 + np.arange(-1, 3)) % size
        np.add.at(matrix[row], columns, filters(*angles)[row % 2])
    return matrix


def filter_bank(size: int, angles: tuple[float, float]) -> Matrix:
    """All scales: the convolution of stride 2 again and again on what is left, (d, d)."""
    matrix, spacing = np.eye(size), 1
    while size // spacing > 2:
        coarse = np.arange(0, size, spacing)
        matrix[coarse] = convolution_matrix(len(coarse), angles) @ matrix[coarse]
        spacing *= 2
    return matrix


def ring_band(size: int, radius: int, q: float) -> Penalty:
    """Cost 1 for entries at most `radius` apart on the ring, `q` beyond.

    Examples
    --------
    >>> (MatrixMetric("so", 4, ring_band(4, 1, 16.0)).inertia * 2).tolist()
    [1.0, 16.0, 1.0, 1.0, 16.0, 1.0]
    """

    def cost(label: str) -> float:
        first, second = map(int, label.split(","))
        return 1.0 if min((first - second) % size, (second - first) % size) <= radius else q

    return custom(cost)


@dataclass(frozen=True)
class PyramidReading:
    """Counts and lengths of a pyramid; ``|A|^2 = sum_ij w_ij A_ij^2 / d``.

    Attributes
    ----------
    size, depth, gates
        d, layers, rotations.
    length
        Of the path through the layers.
    logarithm
        Norm of the principal logarithm of the whole transform.
    """

    size: int
    depth: int
    gates: int
    length: float
    logarithm: float


def read_pyramid(pyramid: Pyramid, metric: MatrixMetric) -> PyramidReading:
    """Measure a pyramid in a metric on SO(d).

    Examples
    --------
    >>> reading = read_pyramid(uniform_pyramid(8, D4), unpenalised(8))
    >>> round(reading.length * 8**0.5, 2), round(reading.logarithm * 8**0.5, 2)
    (3.79, 2.04)
    """
    steps: Vector = metric.vee(pyramid.rotations)
    logarithm = metric.norm(metric.log(pyramid.matrix[None]))[0]
    return PyramidReading(
        pyramid.size,
        pyramid.depth,
        pyramid.gates,
        steps_length(metric, steps),
        float(logarithm),
    )


def learn_pyramid(
    target: Matrix, rng: np.random.Generator, starts: int = 4
) -> tuple[Pyramid, float]:
    """The pyramid nearest to a transform (d, d), and its mean squared error on white signals.

    A linear network of orthogonal layers of stride 2, trained from random angles by least squares;
    the error is ``|W - target|_F^2 / d``.

    Examples
    --------
    >>> target = uniform_pyramid(8, D4).matrix
    >>> learn_pyramid(target, np.random.default_rng(0))[1] < 1e-20
    True
    """
    size = len(target)
    scales = check_power_of_two("target", size).bit_length() - 2

    def network(flat: Real) -> Pyramid:
        return Pyramid(size, tuple((float(a), float(b)) for a, b in flat.reshape(-1, 2)))

    def residual(flat: Real) -> Real:
        return (network(flat).matrix - target).ravel()

    found = [
        scipy.optimize.least_squares(
            residual, rng.uniform(-np.pi, np.pi, 2 * scales), xtol=1e-15, ftol=1e-15, gtol=1e-15
        )
        for _ in range(starts)
    ]
    best = min(found, key=lambda one: float(one.cost))
    return network(best.x), 2.0 * float(best.cost) / size


def unpenalised(size: int) -> MatrixMetric:
    """SO(d) with ``|A|^2 = tr(A^T A) / d``."""
    return MatrixMetric("so", size, band(1, 1.0))
