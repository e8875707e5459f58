"""Blocks of landmarks that are permuted: how far away a smooth deformation sees the goal."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analogs.mirrors.permutation.blocks import one_order, permute_blocks
from qgeom.diffeo.kernels import Matern
from qgeom.diffeo.landmark_bounds import landmark_distance_bound

# The unit square is cut into 2 x 2 blocks; a velocity field varies over a quarter of it.
BLOCKS = 2
KERNEL = Matern(0.25, order=3)
# Landmarks along the side of a block.
LANDMARKS = (2, 4, 8)
# Of the smooth deformation that is the control: the share by which it moves points.
BEND = 0.1


@dataclass(frozen=True)
class Torn:
    """Certified lower bounds of the distance, for each number of landmarks along a block."""

    permuted: tuple[float, ...]
    smooth: tuple[float, ...]


def torn(rng: np.random.Generator) -> Torn:
    """Permute the blocks of finer and finer grids of landmarks in one random order."""
    order = one_order(BLOCKS**2, rng)
    grids = [grid(BLOCKS * along) for along in LANDMARKS]
    permuted = [
        permute_blocks(points, along, order) for along, points in zip(LANDMARKS, grids, strict=True)
    ]
    return Torn(
        tuple(_bound(a, b) for a, b in zip(grids, permuted, strict=True)),
        tuple(_bound(points, points + BEND * np.sin(np.pi * points)) for points in grids),
    )


def grid(side: int) -> NDArray[np.float64]:
    """Return `side` x `side` points of the unit square as an image of two channels.

    Examples
    --------
    >>> grid(2)[0, 0]
    array([[0.25, 0.75],
           [0.25, 0.75]])
    """
    centres = (np.arange(side) + 0.5) / side
    return np.stack(np.meshgrid(centres, centres))[None]


def _bound(start: NDArray[np.float64], goal: NDArray[np.float64]) -> float:
    first, last = (points.reshape(2, -1).T for points in (start, goal))
    return float(landmark_distance_bound(KERNEL, first, last))
