"""A layer from R^n to R^m as a square matrix: where both spaces sit, and what fills the rest.

Both spaces are placed in one space R^D, the box, by choosing which of its coordinates each entry
is.  The layer W then fixes a D x D matrix on the span of its rows only.  On the complement N of
that span it is completed by the isometry onto the complement M of its columns that is nearest to
the identity, the orthogonal polar factor of the projection of N to M.  So no length is invented:
a layer that only drops or adds coordinates becomes the identity matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import NDArray

from qgeom._checks import check_finite_array, fail

Shape = tuple[int, ...]
Matrix = NDArray[np.float64]

# Below this cosine a principal direction has no nearest partner, and any choice is as near.
CHOICE_TOLERANCE = 1e-8


@dataclass(frozen=True, eq=False)
class Box:
    """A space that holds the input and the output of a layer.

    Parameters
    ----------
    shape
        Shape of the box, (channels, *spatial) or (size,); coordinates count in C order.
    inputs, outputs
        Box coordinate of each input and of each output entry.
    """

    shape: Shape
    inputs: NDArray[np.intp]
    outputs: NDArray[np.intp]

    @property
    def size(self) -> int:
        """Dimension D of the box."""
        return prod(self.shape)


def common_box(input_shape: Shape, output_shape: Shape, *, centred: bool = True) -> Box:
    """Return the smallest box for samples of both shapes.

    Shapes (channels, *spatial) with equally many axes share the box of the larger extents.
    Channels sit at the first places.  If `centred`, a short spatial axis of length s sits in a
    long one of length S at every (S // s)-th place, with equal margins: where the windows of a
    pooling, of a strided or of an unpadded convolution have their centres.  Else, and for shapes
    with different numbers of axes, which are flattened, entries sit at the first places.

    Examples
    --------
    >>> common_box((1, 4), (2, 2)).shape
    (2, 4)
    >>> common_box((1, 4), (2, 2)).outputs
    array([0, 2, 4, 6])
    """
    if len(input_shape) != len(output_shape):
        input_shape, output_shape = (prod(input_shape),), (prod(output_shape),)
    shape = tuple(np.maximum(input_shape, output_shape).tolist())

    def coordinates(part: Shape) -> NDArray[np.intp]:
        axes = [
            _centred(short, long) if centred and axis > 0 else np.arange(short)
            for axis, (short, long) in enumerate(zip(part, shape, strict=True))
        ]
        return np.ravel_multi_index(np.ix_(*axes), shape).ravel()

    return Box(shape, coordinates(input_shape), coordinates(output_shape))


def _centred(short: int, long: int) -> NDArray[np.intp]:
    stride = long // short
    margin = (long - (stride * (short - 1) + 1)) // 2
    return margin + stride * np.arange(short)


@dataclass(frozen=True, eq=False)
class SquareLayer:
    """A layer completed to a square matrix, left diag(values) right^T + bridge.

    Parameters
    ----------
    left, right
        Singular vectors of the layer in the box, shape (D, r) with r = min(m, n).
    values
        Its singular values, largest first, shape (r,).
    bridge
        The completion, a partial isometry of rank D - r, shape (D, D).
    choice
        Whether another completion would be as near to the identity.
    """

    left: Matrix
    values: NDArray[np.float64]
    right: Matrix
    bridge: Matrix
    choice: bool

    @property
    def matrix(self) -> Matrix:
        """The completed layer W, shape (D, D)."""
        return (self.left * self.values) @ self.right.T + self.bridge

    @property
    def isometry(self) -> Matrix:
        """The orthogonal factor Q of the polar decomposition W = Q P."""
        return self.left @ self.right.T + self.bridge

    @property
    def completed(self) -> bool:
        """Whether there was anything to complete."""
        return len(self.left) > len(self.values)


def square_layer(matrix: Matrix, box: Box | None = None) -> SquareLayer:
    """Complete the layer `matrix` (m, n) to a square one in `box` (default: first coordinates).

    If something is completed, det > 0 can be had by the choice of the isometry, and the nearest
    one with det > 0 is taken.  An (n, n) matrix in a box of n dimensions stays as it is, with the
    sign of its determinant.

    Raises
    ------
    ValueError
        If `matrix` is not a real finite (m, n) array or does not fit the box.

    Examples
    --------
    >>> square_layer(np.array([[1.0, 0.0]])).matrix.round(12) + 0.0
    array([[1., 0.],
           [0., 1.]])
    """
    array = check_finite_array("matrix", matrix)
    if array.ndim != 2 or array.size == 0 or np.iscomplexobj(array):
        raise fail("matrix", "be a real (m, n) array", f"is {array.dtype} of shape {array.shape}")
    place = common_box((array.shape[1],), (array.shape[0],)) if box is None else box
    if (len(place.outputs), len(place.inputs)) != array.shape:
        but = f"is {array.shape} for {len(place.outputs)} outputs, {len(place.inputs)} inputs"
        raise fail("matrix", "fit the box", but)
    u, values, vt = np.linalg.svd(array.astype(np.float64), full_matrices=False)
    left, right = np.zeros((place.size, len(values))), np.zeros((place.size, len(values)))
    left[place.outputs], right[place.inputs] = u, vt.T
    bridge, choice = _bridge(left, right)
    return SquareLayer(left, values, right, bridge, choice)


def _bridge(left: Matrix, right: Matrix) -> tuple[Matrix, bool]:
    """Join the complements by the isometry nearest to the identity that makes det(Q) > 0."""
    size, rank = left.shape
    if rank == size:
        return np.zeros((size, size)), False
    target = np.linalg.qr(left, mode="complete")[0][:, rank:]
    source = np.linalg.qr(right, mode="complete")[0][:, rank:]
    u, cosines, vt = np.linalg.svd(target.T @ source)
    if np.linalg.slogdet(left @ right.T + target @ u @ vt @ source.T)[0] < 0:
        # The direction with the smallest cosine loses least by turning round.
        u[:, -1] *= -1
    return target @ u @ vt @ source.T, bool(cosines[-1] < CHOICE_TOLERANCE)
