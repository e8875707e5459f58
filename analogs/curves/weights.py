"""Costs of the entries of a generator: 1 for local ones, q for those that reach further."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.curves.trace import LayerCall
from qgeom._checks import check_integer, check_positive

Matrix = NDArray[np.float64]
Shape = tuple[int, ...]

# From a layer call and the shape of its box to costs of shape (D, D).
LayerWeights = Callable[[LayerCall, Shape], Matrix]


def offset_weights(
    channels: int, side: int | Shape, radius: int, q: float, *, periodic: bool = False
) -> Matrix:
    """Return w (d, d), d = channels * pixels: 1 where pixel offsets are <= radius, q beyond.

    The offset of two pixels is the larger of their offsets in x and in y, round the edge if
    `periodic`; channels are free.  Entries count channel first, as torch flattens an image.

    Parameters
    ----------
    side
        An integer for a square image, else the tuple of its extents (any number of axes).

    Raises
    ------
    ValueError
        If a size is below 1, `radius` below 0, or `q` not positive.

    Source: CLAIMS.md 3.1, row "metric"; paper 1, equation 1, with kernels as the local set P.

    Examples
    --------
    >>> offset_weights(1, (3,), 1, 9.0)
    array([[1., 1., 9.],
           [1., 1., 1.],
           [9., 1., 1.]])
    """
    check_integer("channels", channels, 1)
    sides = side if isinstance(side, tuple) else (side, side)
    for extent in sides:
        check_integer("side", extent, 1)
    check_integer("radius", radius, 0)
    check_positive("q", q)
    places = np.indices(sides).reshape(len(sides), -1)
    offsets = np.abs(places[:, :, None] - places[:, None, :])
    if periodic:
        offsets = np.minimum(offsets, np.reshape(sides, (-1, 1, 1)) - offsets)
    pixels = np.where(offsets.max(axis=0) <= radius, 1.0, float(q))
    return np.tile(pixels, (channels, channels))


def band_weights(radius: int, q: float) -> LayerWeights:
    """Return the global costs: the same `radius` and `q` for every layer that acts on images.

    Entries of layers that act on flat vectors, and of fully connected ones, all cost 1: there
    is no distance between their coordinates.

    Examples
    --------
    >>> call = LayerCall("act", torch.nn.ReLU(), torch.ones(1, 1, 2), torch.ones(1, 1, 2))
    >>> band_weights(0, 4.0)(call, (1, 2))
    array([[1., 4.],
           [4., 1.]])
    """
    check_integer("radius", radius, 0)
    check_positive("q", q)

    def weights(call: LayerCall, shape: Shape) -> Matrix:
        return _image_weights(call, shape, radius, q)

    return weights


def kernel_weights(q: float) -> LayerWeights:
    """Return the costs that change with the layer: radius = reach of the layer's own kernel.

    This is the first metric of paper 1, section III.A, "it only assigns a finite length to the
    allowed local operations [...] of this layer", with the finite cost `q` beyond them.

    Examples
    --------
    >>> conv = torch.nn.Conv1d(1, 1, 3, padding=1)
    >>> call = LayerCall("conv", conv, torch.ones(1, 1, 3), torch.ones(1, 1, 3))
    >>> kernel_weights(4.0)(call, (1, 3))
    array([[1., 1., 4.],
           [1., 1., 1.],
           [4., 1., 1.]])
    """
    check_positive("q", q)

    def weights(call: LayerCall, shape: Shape) -> Matrix:
        return _image_weights(call, shape, _reach(call.module), q)

    return weights


def _image_weights(call: LayerCall, shape: Shape, radius: int, q: float) -> Matrix:
    if len(shape) == 1 or isinstance(call.module, torch.nn.Linear):
        return np.ones((prod(shape), prod(shape)))
    periodic = getattr(call.module, "padding_mode", "") == "circular"
    return offset_weights(shape[0], shape[1:], radius, q, periodic=periodic)


def _reach(module: torch.nn.Module) -> int:
    """Largest offset that the kernel covers; 0 for a layer without a kernel."""
    kernel = np.atleast_1d(getattr(module, "kernel_size", 1))
    dilation = np.atleast_1d(getattr(module, "dilation", 1))
    return int(np.max(dilation * (kernel // 2)))
