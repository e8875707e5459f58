"""Networks whose layers are bounded: the nearest they come to a target, by projected gradients."""

from __future__ import annotations

import numpy as np
import torch

from analogs.mirrors.reachability.spaces import Aim, Space
from qgeom._typing import Real

# Of a rejected step this share is tried next; accepted ones take the rate of Barzilai and Borwein.
SHORTER = 0.25
# Rates are kept within this factor of 1 / L, the rate of one step to the goal in flat space.
RANGE = 100.0
# A step that is shorter, beside the bound, is none.
STILL = 1e-7


def random_layers(bound: Real, layers: int, dim: int, rng: np.random.Generator) -> Real:
    """Layers in directions uniform on the sphere, of lengths uniform in [0, bound], (B, L, dim)."""
    directions = rng.normal(size=(len(bound), layers, dim))
    lengths = bound[:, None] * rng.uniform(size=(len(bound), layers))
    return directions * (lengths / np.linalg.norm(directions, axis=-1))[..., None]


def project(layers: Real, bound: Real) -> Real:
    """Shorten every layer that is longer than the bound of its network, (B, L, dim) and (B,).

    Examples
    --------
    >>> project(np.array([[[3.0, 4.0], [0.3, 0.4]]]), np.array([1.0])).round(12).tolist()
    [[[0.6, 0.8], [0.3, 0.4]]]
    """
    norms = np.linalg.norm(layers, axis=-1, keepdims=True)
    return layers * np.minimum(1.0, bound[:, None, None] / np.maximum(norms, bound[:, None, None]))


def descend(space: Space, aim: Aim, bound: Real, start: Real, steps: int) -> tuple[Real, Real]:
    """Minimise `aim` over the layers of B networks, each with ``|x_l| <= bound``.

    The spectral projected gradient (Birgin, Martinez and Raydan 2000), monotone: a step that does not
    descend is repeated, shorter.

    Parameters
    ----------
    space, aim
        Where the layers move, and what the ends are worth.
    bound
        (B,), positive.
    start
        First layers, (B, L, dim).
    steps
        Evaluations at most.

    Returns
    -------
    layers, values
        (B, L, dim) and (B,).
    """
    layers = project(start, bound)
    value, slope = _evaluate(space, aim, layers)
    unit = 1.0 / start.shape[1]
    rate = np.full(len(start), unit)
    for _ in range(steps):
        trial = project(layers - rate[:, None, None] * slope, bound)
        move = trial - layers
        if np.all(np.abs(move).max(axis=(1, 2)) <= STILL * bound):
            break
        trial_value, trial_slope = _evaluate(space, aim, trial)
        lower = trial_value <= value
        bend = np.sum(move * (trial_slope - slope), axis=(1, 2))
        size = np.sum(move * move, axis=(1, 2))
        spectral = np.divide(size, bend, out=np.full_like(size, np.inf), where=bend > 0)
        spectral = np.clip(spectral, unit / RANGE, unit * RANGE)
        rate = np.where(lower, spectral, SHORTER * rate)
        chosen = lower[:, None, None]
        layers = np.where(chosen, trial, layers)
        slope = np.where(chosen, trial_slope, slope)
        value = np.where(lower, trial_value, value)
    return layers, value


def _evaluate(space: Space, aim: Aim, layers: Real) -> tuple[Real, Real]:
    x = torch.tensor(layers, requires_grad=True)
    ends = space.travel(x)
    value, slope = aim(ends.detach().numpy())
    (gradient,) = torch.autograd.grad(ends, x, torch.as_tensor(slope))
    return value, gradient.numpy()
