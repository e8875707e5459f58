"""The generator of a layer in gl(D), and its length in a weighted Frobenius norm."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analogs.curves.logarithm import ORIENTATION, real_log
from analogs.curves.squaring import Box, SquareLayer, square_layer
from qgeom._checks import check_choice, check_finite_array, check_positive, fail

Matrix = NDArray[np.float64]

MODES = ("square", "polar")
# A singular value below this share of the largest one makes a layer count as not invertible.
FLOOR = 1e-8
SYMMETRY_TOLERANCE = 1e-12


@dataclass(frozen=True, eq=False)
class LayerGenerator:
    """A real D x D generator of a layer W, in two parts.

    Parameters
    ----------
    mode
        "square": exp(rotation + stretch) = W.  "polar": exp(rotation) exp(stretch) = W.
    rotation, stretch
        The skew and the symmetric part, shape (D, D); None if refused.
    refused
        "" or the sentence that says why the layer has no generator.
    remarks
        Sentences on choices that were made and on repairs.
    """

    mode: str
    rotation: Matrix | None
    stretch: Matrix | None
    refused: str = ""
    remarks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_choice("mode", self.mode, MODES)
        if (self.rotation is None or self.stretch is None) != bool(self.refused):
            raise fail("refused", "be given exactly if there are no parts", f"is {self.refused!r}")


def layer_generator(
    matrix: Matrix,
    mode: str = "polar",
    *,
    box: Box | None = None,
    floor: float = FLOOR,
    repair: bool = False,
) -> LayerGenerator:
    """Return the generator of the layer `matrix` (m, n), completed to a square W first.

    "square" takes the real logarithm A of W and splits it in (A - A^T)/2 and (A + A^T)/2.
    "polar" writes W = Q P with Q orthogonal and P = sqrt(W^T W), and takes log Q and log P; it
    exists for every invertible W with det > 0.  A rectangular layer is completed by an isometry
    with det > 0 (see `squaring`), so only square layers can have the wrong orientation.

    Refused, with a sentence: singular values below `floor` times the largest; det < 0, where Q
    lies in O(D) but not in SO(D); in mode "square" also W outside the image of exp.  With
    `repair=True` small singular values are raised to the floor (the length then depends on it),
    and for det < 0 the left singular vector of the smallest singular value s is turned round,
    which moves W by 2 s in operator norm, the least possible; `remarks` says so.

    Raises
    ------
    ValueError
        If `matrix` is no real finite matrix, or `mode`, `floor` are out of range.

    Source: paper 1, section III.A, with the polar form of CLAIMS.md 3.1 for layers without a log.

    Examples
    --------
    >>> turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    >>> generator = layer_generator(3.0 * turn)
    >>> bool(np.isclose(generator.rotation[1, 0], np.pi / 2))
    True
    >>> bool(np.allclose(generator.stretch, np.log(3.0) * np.eye(2)))
    True
    """
    check_choice("mode", mode, MODES)
    check_floor(floor)
    return generate(square_layer(matrix, box), mode, floor=floor, repair=repair)


def generate(layer: SquareLayer, mode: str, *, floor: float, repair: bool) -> LayerGenerator:
    """Return the generator of a layer that is square already; see `layer_generator`.

    Examples
    --------
    >>> generate(square_layer(np.diag([1.0, 0.0])), "polar", floor=FLOOR, repair=False).refused
    'it has singular values below 1e-08 x the largest'
    """
    remarks = []
    if layer.choice:
        remarks.append("its completion to a square matrix is one of many")
    if layer.values[0] == 0:
        return _refuse(mode, "it is zero", remarks)
    if layer.values[-1] < floor * layer.values[0]:
        if not repair:
            sentence = f"it has singular values below {floor:g} x the largest"
            return _refuse(mode, sentence, remarks)
        layer = replace(layer, values=np.maximum(layer.values, floor * layer.values[0]))
        remarks.append(f"its small singular values were raised to {floor:g} x the largest")
    if np.linalg.slogdet(layer.isometry)[0] < 0:
        if not repair:
            return _refuse(mode, ORIENTATION, remarks)
        # Column -1 belongs to the smallest singular value s: W moves by 2 s in operator norm.
        layer = replace(layer, left=np.hstack([layer.left[:, :-1], -layer.left[:, -1:]]))
        remarks.append("its negative determinant was repaired along the smallest singular value")
    return _polar(layer, remarks) if mode == "polar" else _square(layer, remarks)


def layer_length(generator: LayerGenerator, weights: Matrix | None = None) -> float:
    """Return sqrt(sum_ij w_ij (R_ij^2 + S_ij^2) / D) for rotation R and stretch S; nan if refused.

    For weights w_ij = 1 it is |log W| in mode "square", and in mode "polar" the length of the
    curve exp(t R) exp(t S), 0 <= t <= 1, from the identity to W: there |R + S|^2 = |R|^2 + |S|^2,
    and the factor exp(t R) leaves the Frobenius norm alone.

    Parameters
    ----------
    weights
        Positive symmetric w, shape (D, D); None for ones.

    Raises
    ------
    ValueError
        If `weights` has another shape, is not symmetric, or not positive.

    Source: paper 1, equation 1, with the trace over D; CLAIMS.md 3.1, row "metric".

    Examples
    --------
    >>> turn = np.array([[0.0, -1.0], [1.0, 0.0]])
    >>> round(layer_length(layer_generator(turn)), 12) == round(np.pi / 2, 12)
    True
    """
    return float(np.hypot(*part_lengths(generator, weights)))


def part_lengths(generator: LayerGenerator, weights: Matrix | None = None) -> tuple[float, float]:
    """Return the lengths of the rotation and of the stretch alone; (nan, nan) if refused.

    Examples
    --------
    >>> part_lengths(layer_generator(np.diag([np.e, np.e])))
    (0.0, 1.0)
    """
    if generator.rotation is None or generator.stretch is None:
        return float("nan"), float("nan")
    size = len(generator.rotation)
    costs = np.ones((size, size)) if weights is None else _check_weights(weights, size)
    rotation, stretch = (
        float(np.sqrt(np.sum(costs * part**2) / size))
        for part in (generator.rotation, generator.stretch)
    )
    return rotation, stretch


def check_floor(floor: float) -> None:
    """Raise ValueError unless `floor` is strictly between 0 and 1."""
    if check_positive("floor", floor) >= 1:
        raise fail("floor", "be below 1", f"is {floor}")


def _check_weights(weights: Matrix, size: int) -> Matrix:
    array = check_finite_array("weights", weights)
    if array.shape != (size, size):
        raise fail("weights", f"have shape ({size}, {size})", f"has shape {array.shape}")
    if array.min() <= 0:
        raise fail("weights", "be positive", f"has the entry {array.min()}")
    if np.abs(array - array.T).max() > SYMMETRY_TOLERANCE * array.max():
        raise fail("weights", "be symmetric", "is not")
    return array


def _refuse(mode: str, sentence: str, remarks: list[str]) -> LayerGenerator:
    return LayerGenerator(mode, None, None, sentence, tuple(remarks))


def _polar(layer: SquareLayer, remarks: list[str]) -> LayerGenerator:
    rotation, sentence = real_log(layer.isometry)
    if rotation is None:
        return _refuse("polar", sentence, remarks)
    if sentence:
        remarks.append(sentence)
    stretch = (layer.right * np.log(layer.values)) @ layer.right.T
    return LayerGenerator("polar", (rotation - rotation.T) / 2, stretch, "", tuple(remarks))


def _square(layer: SquareLayer, remarks: list[str]) -> LayerGenerator:
    value, sentence = real_log(layer.matrix)
    if value is None:
        return _refuse("square", sentence, remarks)
    if sentence:
        remarks.append(sentence)
    skew, symmetric = (value - value.T) / 2, (value + value.T) / 2
    return LayerGenerator("square", skew, symmetric, "", tuple(remarks))
