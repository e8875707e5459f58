r"""The state metric: the cheapest Hamiltonian that moves a state as wanted.

Right-invariance makes ``U -> U psi`` a Riemannian submersion onto the projective space CP^(N-1):

    |v|^2 = min { <H, H> : -i H psi = v modulo psi },   N = 2^n.

The minimiser has the momentum ``m = A^T b`` with ``A h = -i H psi`` projected off psi, that is
``L = N (psi b^dagger - b psi^dagger) / (2 i)``, a matrix of rank two, and ``|v|^2 = Re b^dagger v``
(QUANTUM_GEOMETRY.md 2.13).  Geodesics of states are those of the group with horizontal momentum.
"""

from __future__ import annotations

import numpy as np
import scipy.linalg

from qgeom._checks import check_finite_array, fail
from qgeom._typing import Complex, Covector, Real, Vector
from qgeom.algebra.paulis import pauli_coefficients, pauli_matrix
from qgeom.metric.pauli import PauliMetric

NORMALISATION_TOLERANCE = 1e-8


def check_state(name: str, state: Complex, metric: PauliMetric) -> Complex:
    """Return one state as complex128 (N,), or raise ValueError unless it is a unit vector."""
    vector = check_finite_array(name, state)
    if vector.shape != (metric.size,):
        raise fail(name, f"have shape ({metric.size},)", f"has shape {vector.shape}")
    norm = float(np.linalg.norm(vector))
    if abs(norm - 1) > NORMALISATION_TOLERANCE:
        raise fail(name, "be a unit vector", f"has norm {norm:.6g}")
    return vector.astype(np.complex128)


def tangent(state: Complex, velocity: Vector) -> Complex:
    """``-i H psi`` projected off psi: how H = sum h_s s moves the ray; velocities (..., dim)."""
    moved = -1j * (pauli_matrix(velocity) @ state)
    return moved - (moved @ state.conj())[..., None] * state


def horizontal_momentum(state: Complex, b: Complex) -> Covector:
    """``m = A^T b`` for tangent vectors b (..., N): the momenta of the cheapest Hamiltonians."""
    size = len(state)
    outer = state[:, None] * b.conj()[..., None, :]
    hermitian = (outer - np.conj(np.swapaxes(outer, -1, -2))) / 2j
    return size * pauli_coefficients(hermitian)


def tangent_basis(state: Complex) -> Complex:
    """Orthonormal real basis of the tangent space, (2N - 2, N): e_k and i e_k orthogonal to psi."""
    rest = scipy.linalg.null_space(state.conj()[None, :]).T
    return np.concatenate([rest, 1j * rest])


def cometric(metric: PauliMetric, state: Complex) -> Real:
    """``A G^-1 A^T`` in `tangent_basis`, (2N - 2, 2N - 2): the inverse of the state metric.

    Raises
    ------
    ValueError
        Unless `state` is a unit vector of length 2^n.

    Examples
    --------
    >>> from qgeom.metric.penalties import custom
    >>> cost = PauliMetric(1, custom({"X": 4.0}))
    >>> cometric(cost, np.array([1.0, 0.0]))  # moved by Y (cost 1) and by X (cost 4)
    array([[1.  , 0.  ],
           [0.  , 0.25]])
    """
    state = check_state("state", state, metric)
    basis = tangent_basis(state)
    moved = tangent(state, metric.raise_(horizontal_momentum(state, basis)))
    return (basis.conj() @ moved.T).real


def horizontal_lift(metric: PauliMetric, state: Complex, v: Complex) -> Vector:
    """Cheapest velocity h with ``-i H psi = v`` modulo psi, for one tangent vector v (N,).

    Raises
    ------
    ValueError
        Unless `state` is a unit vector.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> horizontal_lift(PauliMetric(1, nielsen(1.0)), np.array([1.0, 0.0]), np.array([0.0, 1.0]))
    array([0., 1., 0.])
    """
    basis = tangent_basis(state)
    coordinates = np.linalg.solve(cometric(metric, state), (basis.conj() @ v).real)
    return metric.raise_(horizontal_momentum(state, coordinates @ basis))


def state_norm(metric: PauliMetric, state: Complex, v: Complex) -> float:
    """Length of a tangent vector of states; ``sqrt(2 / N)`` times Fubini-Study where costs are 1.

    Raises
    ------
    ValueError
        Unless `state` is a unit vector.
    """
    return float(metric.norm(horizontal_lift(metric, state, v)))
