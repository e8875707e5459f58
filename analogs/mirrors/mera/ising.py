r"""The critical Ising ring, exactly: Hamiltonian, lowest levels, scaling dimensions.

``H = -sum_j Z_j Z_{j+1} - sum_j X_j`` with periodic ends, without normalisation.  Its ground energy is
``E_0 = -2 / sin(pi / 2n)``; low levels lie at ``E_k - E_0 ~ (2 pi v / n) Delta_k`` with the velocity
v = 2 and the scaling dimensions 0, 1/8, 1, 9/8, 9/8, ... of the Ising conformal field theory
(Cardy 1986).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse
import scipy.sparse.linalg

from qgeom._checks import check_integer
from qgeom._typing import Real

MAX_QUBITS = 16
# Up to here the dense solver is as fast.
DENSE = 8
VELOCITY = 2.0


def critical_ising(n_qubits: int) -> Any:
    """H as a real sparse matrix (2^n, 2^n).

    Raises
    ------
    ValueError
        Unless `n_qubits` is 3..16 (on two qubits both bonds of the ring would be one).

    Examples
    --------
    >>> h = critical_ising(3).toarray()
    >>> float(h[0, 0]), float(h[0, 1])
    (-3.0, -1.0)
    """
    n = check_integer("n_qubits", n_qubits, 3, MAX_QUBITS)
    states, sites = np.arange(1 << n), np.arange(n)
    spins = 1.0 - 2.0 * (states[:, None] >> sites & 1)
    bonds = (spins * np.roll(spins, -1, axis=1)).sum(axis=1)
    flipped = states[:, None] ^ (1 << sites)
    entries = (np.ones(flipped.size), (np.repeat(states, n), flipped.ravel()))
    return (scipy.sparse.diags_array(-bonds) - scipy.sparse.coo_array(entries)).tocsr()


def exact_energy(n_qubits: int) -> float:
    """``E_0 = -2 / sin(pi / 2n)``.

    Examples
    --------
    >>> [round(exact_energy(n), 6) for n in (4, 8, 16)]
    [-5.226252, -10.251662, -20.404594]
    """
    return float(-2.0 / np.sin(np.pi / (2 * check_integer("n_qubits", n_qubits, 3))))


def lowest_levels(n_qubits: int, count: int) -> tuple[Real, Real]:
    """The lowest energies (count,) and their states (2^n, count), by diagonalisation.

    Examples
    --------
    >>> bool(np.isclose(lowest_levels(6, 1)[0][0], exact_energy(6), rtol=1e-12))
    True
    """
    h = critical_ising(n_qubits)
    if n_qubits <= DENSE:
        energies, states = np.linalg.eigh(h.toarray())
        return energies[:count], states[:, :count]
    # A start without symmetry meets every level; a fixed one makes Lanczos repeatable.
    start = np.random.default_rng(0).normal(size=h.shape[0])
    energies, states = scipy.sparse.linalg.eigsh(h, count, which="SA", v0=start)
    order = np.argsort(energies)
    return energies[order], states[:, order]


def scaling_dimensions(energies: Real, n_qubits: int) -> Real:
    """``Delta_k = n (E_k - E_0) / (2 pi v)``, up to corrections of order ``1 / n^2``.

    Examples
    --------
    >>> scaling_dimensions(lowest_levels(10, 5)[0], 10).round(2)
    array([0.  , 0.13, 1.  , 1.11, 1.11])
    """
    return n_qubits * (energies - energies[0]) / (2.0 * np.pi * VELOCITY)
