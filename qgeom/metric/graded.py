"""Right-invariant metrics on graded Lie algebras: sparse vectors, hence any size.

The basis elements e_a are labelled by an abelian group, ``[e_a, e_b] = f(a, b) e_{a+b}`` with real
``f(a, b) = f(-a, -b)``, and the inertia is one number ``I_a = I_{-a}`` for each label.  The form
``(x, y) = sum_a x_a conj(y_a)`` must be bi-invariant: ``f(a, b) = f(b, c)`` whenever ``a + b + c = 0``.
Then ``<x, y> = (I x, y)`` and ``B(x, y) = I^-1 [I x, y]`` (MATH.md section 4).

Elements of the real algebra have ``x_{-a} = conj(x_a)``.  Pauli strings (-a = a, real coefficients),
the Fourier modes of the torus and Zeitlin's su(N) are three instances.
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from qgeom._checks import check_finite_array, fail
from qgeom._typing import Array, Real

Labels: TypeAlias = NDArray[Any]  # (..., width): integers, signed or words of bits

# Pairs of terms looked at at once: arrays of 2 MB.
PAIRS_PER_BLOCK = 2**18
# Parts of a real element that should cancel, relative to its largest coefficient.
REALITY_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class SparseVector:
    """``sum_a x_a e_a`` over few labels; make one by the `vector` of a metric.

    Scalars that multiply or divide may be arrays that broadcast against the terms.

    Examples
    --------
    >>> x = collect(np.array([[2, 0], [1, 0], [2, 0]]), np.array([1.0, 5.0, 2.0]))
    >>> x.labels.tolist(), (x + x).coefficients.tolist(), len(x - x)
    ([[1, 0], [2, 0]], [10.0, 6.0], 0)
    """

    labels: Labels  # (terms, width), rows distinct and in one fixed order
    coefficients: Array  # (terms,), real or complex, none zero

    # Lets numpy scalars and arrays hand multiplication over to this class.
    __array_ufunc__ = None

    def __len__(self) -> int:
        return len(self.labels)

    def __add__(self, other: SparseVector) -> SparseVector:
        labels, (mine, theirs) = align(self, other)
        return _without_zeros(labels, mine + theirs)

    def __sub__(self, other: SparseVector) -> SparseVector:
        labels, (mine, theirs) = align(self, other)
        return _without_zeros(labels, mine - theirs)

    def __mul__(self, scalar: Array) -> SparseVector:
        return _without_zeros(self.labels, self.coefficients * scalar)

    __rmul__ = __mul__

    def __truediv__(self, scalar: Array) -> SparseVector:
        return _without_zeros(self.labels, self.coefficients / scalar)


def collect(labels: Labels, coefficients: Array) -> SparseVector:
    """The sparse vector of terms (terms, width), (terms,): equal labels are summed, zeros dropped."""
    _, first, place = np.unique(_as_bytes(labels), return_index=True, return_inverse=True)
    return _without_zeros(labels[first], _summed(place, coefficients, len(first)))


def align(x: SparseVector, y: SparseVector) -> tuple[Labels, tuple[Array, Array]]:
    """The union of the labels of two vectors, and the coefficients of both on it."""
    if np.array_equal(x.labels, y.labels):
        return x.labels, (x.coefficients, y.coefficients)
    labels = np.concatenate([x.labels, y.labels])
    _, first, place = np.unique(_as_bytes(labels), return_index=True, return_inverse=True)
    mine, theirs = np.split(place, [len(x)])
    return labels[first], (
        _summed(mine, x.coefficients, len(first)),
        _summed(theirs, y.coefficients, len(first)),
    )


class GradedMetric(abc.ABC):
    """A right-invariant metric on a graded Lie algebra, for sparse elements.

    It has the operations that Arnold's formula asks of a `RightInvariantMetric`, under the same names.
    Subclasses are final: they say how labels add, what the bracket and the inertia of labels are.
    """

    # ---- what an instance supplies; labels are (..., width) and broadcast

    @property
    @abc.abstractmethod
    def width(self) -> int:
        """Number of integers in a label."""

    @abc.abstractmethod
    def add(self, a: Labels, b: Labels) -> Labels:
        """Label ``a + b`` of the bracket, (..., width)."""

    @abc.abstractmethod
    def negative(self, a: Labels) -> Labels:
        """Label ``-a`` of the conjugate."""

    @abc.abstractmethod
    def factor(self, a: Labels, b: Labels) -> Real:
        """``f(a, b)`` in ``[e_a, e_b] = f(a, b) e_{a+b}``, (...)."""

    @abc.abstractmethod
    def inertia(self, labels: Labels) -> Real:
        """``I_a > 0`` of labels (terms, width), (terms,)."""

    @abc.abstractmethod
    def check_labels(self, name: str, labels: Labels) -> None:
        """Raise ValueError unless all are labels of basis elements."""

    # ---- what follows for every instance

    def check_vector(self, name: str, x: SparseVector) -> SparseVector:
        """Return `x` in its one form, or raise ValueError unless it lies in the real algebra."""
        if not isinstance(x, SparseVector):
            raise fail(name, "be a sparse vector made by `metric.vector`", f"is {x!r}")
        if x.labels.shape != (*x.coefficients.shape, self.width):
            must = f"have labels (terms, {self.width}) and coefficients (terms,)"
            raise fail(name, must, f"has {x.labels.shape} and {x.coefficients.shape}")
        self.check_labels(name, x.labels)
        check_finite_array(name, x.coefficients)
        conjugate = collect(self.negative(x.labels), np.conj(x.coefficients))
        stray = np.abs((x - conjugate).coefficients).max(initial=0.0)
        if stray > REALITY_TOLERANCE * np.abs(x.coefficients).max(initial=0.0):
            must = "be real, x_{-a} = conj(x_a)"
            raise fail(name, must, f"breaks that by {stray:.3g}")
        return collect(x.labels, x.coefficients)

    def bracket(self, x: SparseVector, y: SparseVector) -> SparseVector:
        """Lie bracket ``[x, y] = sum_ab f(a, b) x_a y_b e_{a+b}``, block by block of the terms of x."""
        rows = max(1, PAIRS_PER_BLOCK // max(1, len(y)))
        labels, coefficients = [np.empty_like(x.labels[:0])], [x.coefficients[:0]]
        for start in range(0, len(x), rows):
            block = slice(start, start + rows)
            factors = self.factor(x.labels[block, None], y.labels)
            # Most pairs commute: only the others are added, and their labels sorted.
            i, j = np.nonzero(factors)
            labels.append(self.add(x.labels[block][i], y.labels[j]))
            coefficients.append(factors[i, j] * x.coefficients[block][i] * y.coefficients[j])
        return collect(np.concatenate(labels), np.concatenate(coefficients))

    def coadjoint(self, x: SparseVector, m: SparseVector) -> SparseVector:
        """``ad*_x m = [m, x]``, that is ``(ad*_x m, v) = (m, [x, v])`` in the bi-invariant form."""
        return self.bracket(m, x)

    def lower(self, x: SparseVector) -> SparseVector:
        """Momentum ``m = I x`` of a velocity."""
        return SparseVector(x.labels, self.inertia(x.labels) * x.coefficients)

    def raise_(self, m: SparseVector) -> SparseVector:
        """Velocity ``x = I^-1 m`` of a momentum."""
        return SparseVector(m.labels, m.coefficients / self.inertia(m.labels))

    def inner(self, x: SparseVector, y: SparseVector) -> Real:
        """``<x, y> = sum_a I_a x_a conj(y_a)``, a scalar."""
        labels, (mine, theirs) = align(x, y)
        shared = np.flatnonzero((mine != 0) & (theirs != 0))
        products = (mine[shared] * np.conj(theirs[shared])).real
        return np.sum(self.inertia(labels[shared]) * products)

    def norm(self, x: SparseVector) -> Real:
        """``sqrt(<x, x>)``."""
        return np.sqrt(self.inner(x, x))


def _as_bytes(labels: Labels) -> Array:
    """One opaque item a label: a row sorts as fast as a number."""
    width = labels.shape[1] * labels.itemsize
    return np.ascontiguousarray(labels).view(f"V{width}").ravel()


def _summed(place: NDArray[np.intp], coefficients: Array, size: int) -> Array:
    """Sum of the coefficients that share a place."""
    if not np.iscomplexobj(coefficients):
        return np.bincount(place, coefficients, size)
    real, imaginary = coefficients.real, coefficients.imag
    return np.bincount(place, real, size) + 1j * np.bincount(place, imaginary, size)


def _without_zeros(labels: Labels, coefficients: Array) -> SparseVector:
    present = coefficients != 0
    if present.all():
        return SparseVector(labels, coefficients)
    return SparseVector(labels[present], coefficients[present])
