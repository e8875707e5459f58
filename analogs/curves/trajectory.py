"""Lengths of the image of a curve, and how much it turns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from analogs.curves.differential import SampleMap, first_derivative, flattened, sample_map
from qgeom._checks import check_integer, fail


@dataclass(frozen=True)
class ImageOfCurve:
    """What a function makes of a curve.

    Parameters
    ----------
    length
        Integral of |d/dt f(c(t))|.
    turning
        Total angle by which the tangent turns, corners at the kinks of f included.
    """

    length: float
    turning: float


def along(
    function: SampleMap | torch.nn.Module,
    curve: SampleMap,
    start: float,
    stop: float,
    count: int = 256,
) -> ImageOfCurve:
    """Return length and turning of the image of `curve`, t -> one sample, from `start` to `stop`.

    The speeds are added by the trapezoidal rule over `count` steps, exact for a closed smooth
    curve up to exponentially small terms; the turning is the sum of the angles between
    neighbouring tangents, which approaches the integral of the curvature from below.

    Raises
    ------
    ValueError
        If `count` is below 2, `stop` is not beyond `start`, or the image stands still.

    Source: M. Raghu et al., On the expressive power of deep neural networks, ICML 2017 (lengths of
    trajectories); B. Poole et al., NIPS 2016, section 3 (Gauss map).

    Examples
    --------
    >>> circle = lambda t: torch.stack([2 * t.cos(), 2 * t.sin()])
    >>> image = along(lambda p: p, circle, 0.0, 2 * np.pi)
    >>> round(image.length / np.pi, 9), round(image.turning / np.pi, 9)
    (4.0, 2.0)
    """
    check_integer("count", count, 2)
    if not stop > start:
        raise fail("stop", f"be beyond `start` = {start}", f"is {stop}")
    inner = sample_map(function)
    flat = flattened(lambda time: inner(curve(time.squeeze())), torch.zeros(1))
    times = np.linspace(start, stop, count + 1)
    velocities = np.stack(
        [first_derivative(flat, torch.tensor([time]), np.ones(1)) for time in times]
    )
    speeds = np.linalg.norm(velocities, axis=1)
    if not speeds.min() > 0:
        raise fail("function", "keep the curve moving", "stops it")
    units = velocities / speeds[:, None]
    # 2 asin(chord / 2): arccos of the inner product would lose half the digits of small angles.
    chords = np.linalg.norm(np.diff(units, axis=0), axis=1)
    turning = float(np.sum(2 * np.arcsin(np.minimum(chords / 2, 1.0))))
    return ImageOfCurve(float(np.trapezoid(speeds, times)), turning)
