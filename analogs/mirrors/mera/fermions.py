r"""The critical Ising ring as free fermions: the same layouts of gates, as two networks of rotations.

In the sector of even parity the ring is a quadratic form of 2n Majorana modes a_j, b_j, with the
energy ``E = -sum_jk M_jk G_jk`` of a state with correlations ``G = <-i a_j b_k>``, an orthogonal matrix
(d, d), d = n.  M holds the field on its diagonal and the bonds beside it, the bond that closes the ring
with the other sign; the least energy ``-sum of singular values of M`` is ``-2 / sin(pi / 2n)``.  A
Gaussian gate on two sites turns their a by one angle and their b by another.  So a circuit gives
``G = A B^T`` with two orthogonal linear networks A and B of its layout, and entanglement
renormalisation is a pair of wavelet networks (Evenbly and White, PRL 116, 140403, 2016).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy.optimize

from analogs.mirrors.mera.circuit import Layer, gate_count
from analogs.mirrors.mera.ising import exact_energy
from qgeom._checks import check_integer, fail
from qgeom._typing import Matrix, Real

# Limits of L-BFGS, and the standard deviation of the first angles.
OPTIONS = {"maxcor": 30, "ftol": 1e-15, "gtol": 1e-10}
ANGLE = 0.3


def couplings(n_qubits: int) -> Matrix:
    """M (n, n) of the critical ring, even parity.

    Raises
    ------
    ValueError
        Unless n is even, at least 4.

    Examples
    --------
    >>> couplings(4)[[0, 3]].tolist()
    [[1.0, 1.0, 0.0, 0.0], [-1.0, 0.0, 0.0, 1.0]]
    >>> m = couplings(8)
    >>> bool(np.isclose(-np.linalg.svd(m, compute_uv=False).sum(), exact_energy(8)))
    True
    """
    n = check_integer("n_qubits", n_qubits, 4)
    if n % 2:
        raise fail("n_qubits", "be even", f"is {n}")
    matrix = np.eye(n) + np.eye(n, k=1)
    matrix[-1, 0] = -1.0
    return matrix


def turn(rows: Matrix, layer: Layer, angles: Real) -> Matrix:
    """Rotate pairs of rows of a matrix (n, K) by angles, one a pair.

    Examples
    --------
    >>> turn(np.eye(2), ((0, 1),), np.array([np.pi / 2])).round(9).tolist()
    [[0.0, 1.0], [-1.0, 0.0]]
    """
    first, second = np.transpose(layer)
    c, s = np.cos(angles)[:, None], np.sin(angles)[:, None]
    turned = rows.copy()
    turned[first] = c * rows[first] + s * rows[second]
    turned[second] = c * rows[second] - s * rows[first]
    return turned


def network(n_qubits: int, layers: Sequence[Layer], angles: Real) -> Matrix:
    """Product (n, n) of the layers in order of time, angles (G,) in the order of the pairs."""
    matrix = np.eye(n_qubits)
    for layer, own in zip(layers, _by_layer(layers, angles), strict=True):
        matrix = turn(matrix, layer, own)
    return matrix


def energy_and_gradient(m: Matrix, layers: Sequence[Layer], angles: Real) -> tuple[float, Real]:
    """E of angles (2, G), those of A and of B, and its derivatives (2, G)."""
    a, b = (network(len(m), layers, own) for own in angles)
    slopes = [pull_back(layers, angles[0], a, -m @ b), pull_back(layers, angles[1], b, -m.T @ a)]
    return -float(np.vdot(m @ b, a)), np.array(slopes)


def pull_back(layers: Sequence[Layer], angles: Real, product: Matrix, slope: Matrix) -> Real:
    """Derivatives (G,) by the angles of a function with derivatives (n, n) by the product."""
    out: list[Real] = []
    for layer, own in zip(reversed(layers), reversed(_by_layer(layers, angles)), strict=True):
        first, second = np.transpose(layer)
        # A rotation moves its output (x, y) by (y, -x).
        along = slope[first] * product[second] - slope[second] * product[first]
        out.append(along.sum(axis=1))
        product, slope = turn(product, layer, -own), turn(slope, layer, -own)
    return np.concatenate(out[::-1])


def gaussian_error(
    n_qubits: int, layers: Sequence[Layer], rng: np.random.Generator, iterations: int
) -> float:
    """Relative error of the least energy of Gaussian gates on a layout, from one random start.

    Examples
    --------
    >>> from analogs.mirrors.mera.circuit import mera_layers
    >>> gaussian_error(4, mera_layers(4), np.random.default_rng(0), 200) < 1e-10
    True
    """
    m, count = couplings(n_qubits), gate_count(layers)

    def objective(flat: Real) -> tuple[float, Real]:
        energy, slopes = energy_and_gradient(m, layers, flat.reshape(2, count))
        return energy, slopes.ravel()

    found = scipy.optimize.minimize(
        objective,
        rng.normal(scale=ANGLE, size=2 * count),
        jac=True,
        method="L-BFGS-B",
        options={**OPTIONS, "maxiter": iterations, "maxfun": 2 * iterations},
    )
    exact = exact_energy(n_qubits)
    return float(found.fun - exact) / abs(exact)


def _by_layer(layers: Sequence[Layer], angles: Real) -> list[Real]:
    return np.split(angles, np.cumsum([len(layer) for layer in layers])[:-1])
