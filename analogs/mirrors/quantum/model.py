r"""Majorana bilinears: so(2n) inside su(2^n), an orthogonal network inside the unitary group.

Jordan-Wigner puts two Majorana operators on mode m, ``gamma_2m = X_m Z_{m-1} ... Z_0`` and
``gamma_2m+1 = Y_m Z_{m-1} ... Z_0``.  The spin representation

    A  ->  1/4 sum_ij A_ij gamma_i gamma_j,    so that  E_ij - E_ji  ->  gamma_i gamma_j / 2,

keeps the bracket.  Each bilinear is one Pauli string, of weight one more than the distance of its
modes: a weight limit on strings is a band of modes on features.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_integer
from qgeom._typing import Integer, Real, Vector
from qgeom.algebra.paulis import pauli_product
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, custom, nielsen

# |image|^2 in tr/2^n is sum_{i<j} (A_ij / 2)^2, and |A|_F^2 = 2 sum_{i<j} A_ij^2.
NORM_RATIO = 8


def mode_band(radius: int, q: float) -> Penalty:
    """Cost 1 for entries between modes at most `radius` apart, `q` beyond.

    Mode m owns the features 2m and 2m + 1, so this is the band of a network with two channels at
    each site.

    Examples
    --------
    >>> metric = MatrixMetric("so", 6, mode_band(1, 16.0))
    >>> int(np.count_nonzero(metric.inertia == metric.inertia.min()))  # of 15
    11
    """
    check_integer("radius", radius, least=0)

    def cost(label: str) -> float:
        first, second = (int(feature) // 2 for feature in label.split(","))
        return 1.0 if abs(first - second) <= radius else q

    return custom(cost)


def bilinears(n_qubits: int) -> tuple[Integer, Real]:
    """Images of the basis ``E_ij - E_ji``, i < j, of so(2n): one Pauli string each.

    Returns
    -------
    index, coefficient
        Both (n (2n - 1),): the string's index and the coefficient, 1/2 or -1/2, of the Hermitian
        H with ``-i H = gamma_i gamma_j / 2``.

    Examples
    --------
    ``gamma_0 gamma_1 = X Y = i Z``.

    >>> index, coefficient = bilinears(1)
    >>> index.tolist(), coefficient.tolist()
    ([2], [-0.5])
    """
    mode, second = np.divmod(np.arange(2 * n_qubits), 2)
    x = 1 << mode
    z = (x - 1) | (x * second)
    i, j = np.triu_indices(2 * n_qubits, 1)
    x, z, power = pauli_product(x[i], z[i], x[j], z[j])
    qubits = np.arange(n_qubits)
    has_x, has_z = (x[:, None] >> qubits) & 1, (z[:, None] >> qubits) & 1
    # Base-4 letters X = 1, Y = 2, Z = 3; the identity, number 0, has no index.
    index = ((has_x ^ 3 * has_z) << 2 * qubits).sum(axis=1) - 1
    # H = i/2 gamma_i gamma_j = i^(power + 1) / 2 times the string.
    return index, np.where(power == 3, 0.5, -0.5)


@dataclass(frozen=True)
class Matchgates:
    """Circuits on n qubits, the network on 2n features, and the map between them.

    Parameters
    ----------
    n_qubits
        n.
    locality
        Pauli strings up to this weight cost 1, so features of modes up to `locality` - 1 apart do.
    q
        Cost of all others.

    Raises
    ------
    ValueError
        If an argument does not fit `PauliMetric`, `nielsen` or `mode_band`.

    Examples
    --------
    >>> bridge = Matchgates(3, 2, 16.0)
    >>> x = np.eye(15)[0]
    >>> image = bridge.lift(x)
    >>> bool(bridge.circuits.inner(image, image) == bridge.frobenius(x) / 8)
    True
    """

    n_qubits: int
    locality: int
    q: float

    @functools.cached_property
    def circuits(self) -> PauliMetric:
        """Nielsen's metric, with the trace over 2^n."""
        return PauliMetric(self.n_qubits, nielsen(self.q, self.locality))

    @functools.cached_property
    def network(self) -> MatrixMetric:
        """SO(2n) with a band of modes, with the trace over 2n as in every `MatrixMetric`."""
        return MatrixMetric("so", 2 * self.n_qubits, mode_band(self.locality - 1, self.q))

    def frobenius(self, x: Vector) -> Real:
        """Squared norm of the network with the Frobenius product as it is, not over 2n."""
        return self.network.inner(x, x) * self.network.size

    def lift(self, x: Vector) -> Vector:
        """Pauli coefficients of the image, (..., n (2n - 1)) -> (..., 4^n - 1)."""
        index, coefficient = bilinears(self.n_qubits)
        image = np.zeros((*x.shape[:-1], self.circuits.dim))
        image[..., index] = x * coefficient
        return image

    def normal(self, y: Vector) -> Vector:
        """Part orthogonal to the span of the bilinears, in the metric and in the trace form."""
        index, _ = bilinears(self.n_qubits)
        rest = np.array(y)
        rest[..., index] = 0.0
        return rest
