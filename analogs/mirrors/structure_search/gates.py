"""The quantum side: the fewest entangling gates of a two-qubit circuit against its infidelity."""

from __future__ import annotations

import numpy as np

from qgeom._typing import Real
from qgeom.circuits.weyl import canonical_gate

QUARTER = np.pi / 4


def entangler_infidelities(coordinates: Real) -> Real:
    """Least ``1 - |tr(U^dagger V) / 4|^2`` over circuits V of at most 0, 1, 2, 3 CX gates, (..., 4).

    Of Weyl coordinates (..., 3): what is left of them once the nearest ones that the gates reach, none,
    (pi/4, 0, 0), (a, b, 0) or all, are taken off (Vidal and Dawson 2004).

    Examples
    --------
    SWAP has three equal coordinates, CX is reached by one gate.

    >>> swap, cx = np.full(3, QUARTER), np.array([QUARTER, 0.0, 0.0])
    >>> [entangler_infidelities(own).round(6).tolist() for own in (swap, cx)]
    [[0.75, 0.75, 0.5, 0.0], [0.5, 0.0, 0.0, 0.0]]
    """
    left = [
        coordinates,
        coordinates - np.array([QUARTER, 0.0, 0.0]),
        coordinates * np.array([0.0, 0.0, 1.0]),
        np.zeros_like(coordinates),
    ]
    traces = np.einsum("...ii->...", canonical_gate(np.stack(left, axis=-2)))
    infidelities: Real = np.clip(1.0 - np.abs(traces / 4.0) ** 2, 0.0, None)
    # Close to the identity one gate is worse than none.
    return np.minimum.accumulate(infidelities, axis=-1)
