r"""Sectional curvature of many planes of a Pauli metric at once, in numpy or in torch on any device.

Arnold's formula (MATH.md section 4) for orthonormal x and y, in the one complex vector z = x + i y.
With the commutators ``a = [z, z*]``, ``b = [z, (G z)*]`` and ``c = [z, G z]`` of matrices, * the
adjoint and G the inertia,

    K = 1/4 sum_s {(|c_s|^2 - (Im b_s)^2) / q_s + a_s Re b_s - 3/4 q_s a_s^2}.

For ``a = 2 [x, y]``; the Hermitian parts of b and c are the difference and the sum of ``ad*_y G x`` and
``ad*_x G y``, and their anti-Hermitian parts the sum and the difference of ``ad*_x G x`` and
``ad*_y G y``, times -i, whose product is a difference of squares.  A plane takes six products and five
Pauli transforms of N x N matrices, where term by term it is ten products and fifteen transforms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from qgeom._checks import fail
from qgeom._linalg import as_complex, as_real, like, namespace
from qgeom._typing import Array
from qgeom.metric.invariant import check_riemannian
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.curvature import PLANE_TOLERANCE

# Scratch memory: what fits the caches of a processor, and what keeps all of a graphics card busy.
HOST_BYTES, CARD_BYTES = 2**21, 2**28
# N x N complex matrices of scratch memory for each plane.
SCRATCH = 16


def plane_curvatures(metric: PauliMetric, pairs: Array) -> Array:
    """Sectional curvature of planes, the numbers of `sectional_curvature`, several times as fast.

    Parameters
    ----------
    metric
        A Pauli metric.
    pairs
        Vectors x and y that span the planes, (planes, 2, dim) in double precision, as a numpy array or
        a torch tensor.

    Returns
    -------
    (planes,), of the kind and on the device of `pairs`.

    Raises
    ------
    ValueError
        If `pairs` has another shape or precision or is not finite, two vectors are (nearly) parallel,
        or a cost is infinite.

    Examples
    --------
    Berger sphere, costs (1, 1, q): ``K(X, Y) = 4 - 3q`` and ``K(X, Z) = q``.

    >>> from qgeom.metric.penalties import custom
    >>> x, y, z = np.eye(3)
    >>> plane_curvatures(PauliMetric(1, custom({"Z": 5.0})), np.array([[x, y], [x, z]])) + 0.0
    array([-11.,   5.])
    """
    check_riemannian("metric", metric)
    _check_pairs(metric, pairs)
    xp, tables = namespace(pairs), _Tables.of(metric, pairs)
    on_host = xp is np or pairs.device.type == "cpu"
    room = HOST_BYTES if on_host else CARD_BYTES
    batch = max(1, min(len(pairs), room // (16 * SCRATCH * metric.size**2)))
    scratch = _Scratch.of(batch, metric.size, pairs)
    found = xp.empty_like(pairs[:, 0, 0])
    for start in range(0, len(pairs), batch):
        part = pairs[start : start + batch]
        memory = scratch.first(len(part))
        _orthonormalise(tables, part, memory)
        found[start : start + batch] = _curvatures(tables, memory)
    return found


@dataclass(frozen=True, eq=False)
class _Tables:
    """What depends on the metric alone, on the device of the planes.

    A transform t of complex coefficients (see `pauli_coefficients`) is stored as 2 N^2 real numbers.
    """

    costs: Array  # (dim,)
    source: Array  # (2 N^2,) which number of (x, y) goes where in t
    lift: Array  # (2, 2 N^2) with which sign, for z, and times the cost, for G z
    hadamard: Array  # (N, N)
    scatter: Array  # (N^2,) entries of a matrix in terms of its rows along x masks
    gather: Array  # (N^2,) and back
    quadratic: Array  # (3, 2 N^2) weights of |a|^2, |b|^2, |c|^2

    @staticmethod
    def of(metric: PauliMetric, reference: Array) -> _Tables:
        """Return the tables of a metric, beside the reference array."""
        strings, size, q = metric.strings, metric.size, metric.inertia
        direct, turned = strings.place, strings.place ^ 1  # where real and imaginary parts stand
        source = np.zeros(2 * size**2, dtype=np.int64)
        source[direct], source[turned] = np.arange(metric.dim), metric.dim + np.arange(metric.dim)
        lift, quadratic = np.zeros((2, 2 * size**2)), np.zeros((3, 2 * size**2))
        for where, sign in ((direct, strings.sign), (turned, strings.sign * (-1.0) ** direct)):
            lift[:, where] = sign, sign * q
            quadratic[2, where] = 1 / q
        quadratic[0, direct] = -0.75 * q
        quadratic[1, turned] = -1 / q
        hadamard = scipy.linalg.hadamard(size).astype(np.float64)
        arrays = (q, source, lift, hadamard, strings.scatter, strings.gather, quadratic)
        return _Tables(*(like(array, reference) for array in arrays))


@dataclass(frozen=True, eq=False)
class _Scratch:
    """Memory that every batch uses again: new memory costs more time than what is written to it."""

    frames: Array  # (batch, 2, dim) orthonormal x and y
    products: Array  # the same
    flat: Array  # (batch, 2 N^2) real
    lifted: Array  # (batch, 2, 2 N^2) real
    waves: Array  # the same
    matrices: Array  # (batch, 2, N, N) complex: z and G z
    conjugate: Array  # (batch, 1, N, N)
    left: Array  # (batch, 3, N, N)
    right: Array  # the same

    @staticmethod
    def of(batch: int, size: int, reference: Array) -> _Scratch:
        """Return memory for `batch` planes of matrices of a size, beside the reference array."""

        def reals(*shape: int) -> Array:
            if namespace(reference) is np:
                return np.empty((batch, *shape))
            return reference.new_empty((batch, *shape))

        def matrices(count: int) -> Array:
            return as_complex(reals(count, size, size, 2))

        flat, dim = 2 * size**2, size**2 - 1
        vectors = reals(2, dim), reals(2, dim), reals(flat), reals(2, flat), reals(2, flat)
        return _Scratch(*vectors, matrices(2), matrices(1), matrices(3), matrices(3))

    def first(self, count: int) -> _Scratch:
        """Return the memory of the first `count` planes."""
        return _Scratch(*(array[:count] for array in vars(self).values()))


def _curvatures(tables: _Tables, scratch: _Scratch) -> Array:
    """K of the orthonormal frames."""
    xp, rows, size = namespace(scratch.frames), len(scratch.frames), len(tables.hadamard)
    _take(scratch.frames.reshape(rows, -1), tables.source, scratch.flat)
    xp.multiply(scratch.flat[:, None], tables.lift, out=scratch.lifted)
    _transform(tables, scratch.lifted, scratch.waves)
    waves = as_complex(scratch.waves.reshape(rows, 2, size**2, 2))
    _take(waves, tables.scatter, scratch.matrices.reshape(rows, 2, size**2))
    left, right = scratch.left, scratch.right
    _commutators(scratch, left, right)
    _take(left.reshape(rows, 3, size**2), tables.gather, right.reshape(rows, 3, size**2))
    traces, squares = (as_real(m).reshape(rows, 3, 2 * size**2) for m in (left, right))
    _transform(tables, squares, traces)
    mixed = xp.einsum("bi,bi->b", traces[:, 0], traces[:, 1])
    xp.multiply(traces, traces, out=squares)
    return (mixed + squares.reshape(rows, -1) @ tables.quadratic.reshape(-1)) / (4 * size**2)


def _commutators(scratch: _Scratch, left: Array, right: Array) -> None:
    """Put the complex conjugates of ``[z, z*]`` and ``[z, (G z)*]``, and ``[z, G z]``, into `left`.

    A transposed factor costs no copy, where an adjoint does.  The conjugate of a matrix has the
    conjugate coefficients up to signs, which all cancel in K.
    """
    xp, matrices, conjugate = namespace(left), scratch.matrices, scratch.conjugate
    conjugation = np.conjugate if xp is np else xp.conj_physical
    conjugation(matrices[:, :1], out=conjugate)
    transposed = matrices.swapaxes(-1, -2)
    xp.matmul(conjugate, transposed, out=left[:, :2])
    xp.matmul(transposed, conjugate, out=right[:, :2])
    xp.matmul(matrices[:, 0], matrices[:, 1], out=left[:, 2])
    xp.matmul(matrices[:, 1], matrices[:, 0], out=right[:, 2])
    xp.subtract(left, right, out=left)


def _transform(tables: _Tables, rows: Array, out: Array) -> None:
    """Walsh-Hadamard transform of real (batch, count, 2 N^2) along the rows of N x 2 N matrices.

    One product beats the butterfly of `fwht` on few qubits, and costs half a complex product on many.
    """
    size = len(tables.hadamard)
    shape = (*rows.shape[:2], size, 2 * size)
    namespace(rows).matmul(tables.hadamard, rows.reshape(shape), out=out.reshape(shape))


def _take(array: Array, index: Array, out: Array) -> None:
    """``out[...] = array[..., index]``."""
    if namespace(array) is np:
        np.take(array, index, axis=-1, out=out, mode="clip")  # other modes copy `out`
    else:
        namespace(array).index_select(array, array.ndim - 1, index, out=out)


def _orthonormalise(tables: _Tables, pairs: Array, scratch: _Scratch) -> None:
    """Gram-Schmidt of each pair into the frames."""
    xp, costs, products = namespace(pairs), tables.costs, scratch.products
    lengths = (xp.multiply(pairs, pairs, out=products) @ costs) ** 0.5
    if not lengths.all():
        raise fail("pairs", "span planes", "a vector is zero")
    xp.divide(pairs, lengths[..., None], out=scratch.frames)
    (x, y), spare = (scratch.frames[:, i] for i in (0, 1)), products[:, 0]
    overlaps = xp.multiply(x, y, out=spare) @ costs
    y -= xp.multiply(x, overlaps[:, None], out=spare)
    sines = (xp.multiply(y, y, out=spare) @ costs) ** 0.5
    if (sines < PLANE_TOLERANCE).any():
        raise fail("pairs", "span planes", f"the sine of an angle is {float(sines.min()):.3g}")
    y /= sines[:, None]


def _check_pairs(metric: PauliMetric, pairs: Array) -> None:
    xp = namespace(pairs)
    if pairs.ndim != 3 or tuple(pairs.shape[1:]) != (2, metric.dim):
        must = f"have shape (planes, 2, {metric.dim})"
        raise fail("pairs", must, f"has shape {tuple(pairs.shape)}")
    if pairs.dtype != xp.float64:
        raise fail("pairs", "be in double precision", f"is {pairs.dtype}")
    if not xp.isfinite(pairs).all():
        raise fail("pairs", "be finite", "has entries that are NaN or infinite")
