"""Images cut into square blocks, which are then put into another order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qgeom._checks import check_integer, fail


def permute_blocks(
    images: NDArray[np.float64], block: int, orders: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return images (n, channels, side, side) with their blocks in another order.

    Parameters
    ----------
    images
        Square images, cut row by row into m = (side / block)^2 blocks of `block` x `block` pixels.
    block
        A divisor of the side.
    orders
        Permutations of 0 ... m - 1, (m,) for all images or (n, m): block `orders[i]` moves to place i.

    Raises
    ------
    ValueError
        If the images are not square, or `block` does not divide their side.

    Examples
    --------
    >>> image = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> permute_blocks(image, 2, np.array([3, 1, 2, 0]))[0, 0]
    array([[10., 11.,  2.,  3.],
           [14., 15.,  6.,  7.],
           [ 8.,  9.,  0.,  1.],
           [12., 13.,  4.,  5.]])
    """
    count, channels, height, width = images.shape
    if height != width or height % check_integer("block", block, 1):
        but = f"is {block} beside images of {height} x {width}"
        raise fail("block", "divide the side of square images", but)
    places = height // block
    cut = images.reshape(count, channels, places, block, places, block)
    rows = cut.transpose(0, 2, 4, 1, 3, 5).reshape(count, places**2, channels, block, block)
    chosen = np.broadcast_to(orders, (count, places**2))[:, :, None, None, None]
    moved = np.take_along_axis(rows, chosen, axis=1)
    whole = moved.reshape(count, places, places, channels, block, block)
    return whole.transpose(0, 3, 1, 4, 2, 5).reshape(images.shape)


def one_order(count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a uniform permutation of 0 ... `count` - 1 other than the identity, (count,).

    Examples
    --------
    >>> one_order(2, np.random.default_rng(0)).tolist()
    [1, 0]
    """
    check_integer("count", count, 2)
    while True:
        order = rng.permutation(count)
        if (order != np.arange(count)).any():
            return order


def many_orders(images: int, count: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Return a uniform permutation of 0 ... `count` - 1 for each image, (images, count)."""
    return rng.permuted(np.tile(np.arange(count), (images, 1)), axis=1)
