"""Ideal fluids on the flat torus, and Zeitlin's su(N) in place of them: labels are wave vectors.

The basis element e_k is the stream function ``exp(i k.x)`` on ``R^2 / (2 pi Z)^2``, and the metric is
the kinetic energy ``<u, v> = int u.v dx``, that is ``I_k = 4 pi^2 |k|^2`` (Arnold 1966).  Curvatures
scale with the area: ``4 pi^2 K`` is the number that does not depend on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_finite_array, check_integer, fail
from qgeom._typing import Real
from qgeom.metric.graded import GradedMetric, Labels, SparseVector, collect

AREA = 4 * math.pi**2
# Cross products of wave vectors up to this length are exact in float64.
MAX_WAVE_NUMBER = 2**25


@dataclass(frozen=True)
class TorusMetric(GradedMetric):
    """Area-preserving diffeomorphisms of the torus, SDiff(T^2): ``[e_k, e_l] = (k x l) e_{k+l}``.

    That is minus the Poisson bracket of stream functions; translations (k = 0) are left out.

    Examples
    --------
    >>> metric = TorusMetric()
    >>> x, y = metric.vector({(1, 0): 1.0}), metric.vector({(0, 1): 1.0})  # cos x1, cos x2
    >>> metric.terms(metric.bracket(x, y))  # [cos x1, cos x2] = -sin x1 sin x2
    {(1, -1): (-0.5+0j), (1, 1): (0.5+0j)}
    """

    def vector(self, modes: Mapping[tuple[int, int], complex]) -> SparseVector:
        """The stream function ``Re sum_k a_k exp(i k.x)``: real a_k are cosines, imaginary ones sines.

        Raises
        ------
        ValueError
            If a key is not a pair of integers other than (0, 0), or an amplitude not a finite number.
        """
        return _stream_function(self, modes)

    def terms(self, x: SparseVector) -> dict[tuple[int, int], complex]:
        """Wave vectors of one half-plane and amplitudes, the inverse of `vector`."""
        return _amplitudes(x)

    @property
    def width(self) -> int:
        """Two components."""
        return 2

    def add(self, a: Labels, b: Labels) -> Labels:
        """Sum of wave vectors."""
        return a + b

    def negative(self, a: Labels) -> Labels:
        """The opposite wave."""
        return -a

    def factor(self, a: Labels, b: Labels) -> Real:
        """``k x l = k_1 l_2 - k_2 l_1``."""
        return _cross(a, b).astype(np.float64)

    def inertia(self, labels: Labels) -> Real:
        """``4 pi^2 |k|^2``."""
        return AREA * np.sum(labels**2, axis=-1)

    def check_labels(self, name: str, labels: Labels) -> None:
        """Raise ValueError unless all are wave vectors other than 0 of at most 2^25 a component."""
        _check_waves(name, labels, MAX_WAVE_NUMBER)


@dataclass(frozen=True)
class ZeitlinMetric(GradedMetric):
    """su(N) as a fluid of finitely many modes: ``[e_k, e_l] = N/2pi sin(2pi (k x l)/N) e_{k+l mod N}``.

    The matrices ``e_k = N/(4 pi i) T_k`` of the clock-and-shift unitaries with ``T_k T_l = exp(2 pi i
    (k x l) / N) T_{k+l}`` obey it.  The inertia is that of the torus, |k|^2 of the representative with
    components between -(N - 1)/2 and (N - 1)/2, and the curvature of fixed planes converges to that
    of the torus as ``N^-2`` (Zeitlin 1991; TEMPLATE_MATCHING.md 3.1).

    Parameters
    ----------
    size
        N, odd.

    Raises
    ------
    ValueError
        If `size` is not an odd integer of at least 3.

    Examples
    --------
    >>> metric = ZeitlinMetric(5)
    >>> metric.terms(metric.vector({(3, 0): 1.0}))  # waves that agree on 5 points are the same
    {(2, 0): (1+0j)}
    """

    size: int

    def __post_init__(self) -> None:
        if check_integer("size", self.size, 3, MAX_WAVE_NUMBER) % 2 == 0:
            raise fail("size", "be odd", f"is {self.size}")

    def vector(self, modes: Mapping[tuple[int, int], complex]) -> SparseVector:
        """The element ``Re sum_k a_k e_k``, where ``Re`` keeps the real algebra; k counts mod N.

        Raises
        ------
        ValueError
            If a key is not a pair of integers other than 0 mod N, or an amplitude not a finite number.
        """
        return _stream_function(self, modes)

    def terms(self, x: SparseVector) -> dict[tuple[int, int], complex]:
        """Wave vectors of one half-plane and amplitudes, the inverse of `vector`."""
        return _amplitudes(x)

    @property
    def width(self) -> int:
        """Two components."""
        return 2

    def add(self, a: Labels, b: Labels) -> Labels:
        """Sum of wave vectors modulo N, the representative around 0."""
        half = self.size // 2
        return (a + b + half) % self.size - half

    def negative(self, a: Labels) -> Labels:
        """The opposite wave."""
        return -a

    def factor(self, a: Labels, b: Labels) -> Real:
        """``N/2pi sin(2pi (k x l)/N)``, exactly 0 where the waves commute."""
        turns = _cross(a, b) % self.size / self.size
        return self.size / (2 * np.pi) * np.sin(2 * np.pi * turns)

    def inertia(self, labels: Labels) -> Real:
        """``4 pi^2 |k|^2``."""
        return AREA * np.sum(labels**2, axis=-1)

    def check_labels(self, name: str, labels: Labels) -> None:
        """Raise ValueError unless all are representatives other than 0."""
        _check_waves(name, labels, self.size // 2)


def _cross(a: Labels, b: Labels) -> Labels:
    return a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0]


def _check_waves(name: str, labels: Labels, most: int) -> None:
    if labels.dtype != np.int64:
        raise fail(name, "have wave vectors of type int64", f"has {labels.dtype}")
    if not labels.any(axis=-1).all():
        raise fail(name, "have no constant mode (0, 0)", "has one")
    largest = int(np.abs(labels).max(initial=0))
    if largest > most:
        raise fail(name, f"have wave numbers of at most {most}", f"has {largest}")


def _stream_function(
    metric: GradedMetric, modes: Mapping[tuple[int, int], complex]
) -> SparseVector:
    """``Re sum_k a_k e_k``: half of each amplitude at k, half of its conjugate at -k."""
    waves = check_finite_array("modes", [*modes])
    if waves.ndim != 2 or waves.shape[1] != 2 or not np.issubdtype(waves.dtype, np.integer):
        raise fail("modes", "have pairs of integers as keys", f"has {[*modes]}")
    labels = metric.add(waves.astype(np.int64), np.zeros(2, dtype=np.int64))
    metric.check_labels("modes", labels)
    amplitudes = check_finite_array("modes", [*modes.values()]).astype(np.complex128) / 2
    return collect(
        np.concatenate([labels, metric.negative(labels)]),
        np.concatenate([amplitudes, np.conj(amplitudes)]),
    )


def _amplitudes(x: SparseVector) -> dict[tuple[int, int], complex]:
    pairs = zip(map(tuple, x.labels.tolist()), (2 * x.coefficients).tolist(), strict=True)
    return {wave: amplitude for wave, amplitude in sorted(pairs) if wave > (0, 0)}
