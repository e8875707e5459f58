r"""Matching of landmarks in L steps: a network of kernel layers, deep without being harder to train.

With Gaussian K and free momenta p_l, the flow and what is minimised are

    q_{l+1} = q_l + (1/L) K(q_l) p_l,
    E = (1/2L) sum_l p_l . K(q_l) p_l + |q_L - goal|^2 / (2 s^2)

(template matching in L Euler steps).  The first term is what networks of section IIIA lack.
"""

from __future__ import annotations

import numpy as np
import torch

SQUARE = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
# Shake of the goal, weight of a miss, width of the kernel; steps of Adam and their rate.
SHAKE, MISS, WIDTH = 0.3, 0.1, 1.0
ADAM_STEPS, RATE = 60, 0.05


def share_reached(steps: int, rng: np.random.Generator) -> float:
    """Return ``1 - |q_L - goal| / |q_0 - goal|`` after a fixed number of gradient steps.

    Examples
    --------
    >>> 0.8 < share_reached(6, np.random.default_rng(0)) < 1
    True
    """
    start = torch.tensor(SQUARE)
    goal = torch.tensor(SQUARE + SHAKE * rng.normal(size=SQUARE.shape))
    momenta = torch.zeros((steps, *SQUARE.shape), dtype=torch.float64, requires_grad=True)
    descent = torch.optim.Adam([momenta], lr=RATE)
    for _ in range(ADAM_STEPS):
        descent.zero_grad()
        end, energy = flow(start, momenta)
        (energy + ((end - goal) ** 2).sum() / (2 * MISS**2)).backward()
        descent.step()
    end, _ = flow(start, momenta.detach())
    return float(1 - torch.linalg.norm(end - goal) / torch.linalg.norm(start - goal))


def flow(start: torch.Tensor, momenta: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the end (n, 2) and the energy of the flow of `momenta` (L, n, 2) from `start`."""
    points, energy = start, torch.zeros((), dtype=start.dtype)
    for momentum in momenta:
        squared = ((points[:, None] - points[None]) ** 2).sum(-1)
        velocity = torch.exp(-squared / (2 * WIDTH**2)) @ momentum
        energy = energy + (momentum * velocity).sum() / (2 * len(momenta))
        points = points + velocity / len(momenta)
    return points, energy
