"""Nielsen's metric: SU(2^n) with a cost for each Pauli string."""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from qgeom._checks import check_unitary, fail
from qgeom._linalg import commutator, dagger, expm_hermitian, log_unitary, namespace
from qgeom._typing import Complex, Covector, Matrix, Real, Vector
from qgeom.algebra.paulis import PauliStrings, pauli_coefficients, pauli_matrix, pauli_strings
from qgeom.metric.invariant import RightInvariantMetric
from qgeom.metric.penalties import Generators, Penalty


@dataclass(frozen=True)
class PauliMetric(RightInvariantMetric):
    """``<H, J> = sum_s q_s h_s j_s = tr(H G(J)) / 2^n`` on SU(2^n), modulo global phase.

    Coordinates are Pauli coefficients ``h_s = tr(s H) / 2^n`` in label order; ``dU/dt = -i H U``
    (paper 1, eq. 1; MATH.md section 1).

    Parameters
    ----------
    n_qubits
        Number of qubits.
    penalty
        The cost q_s, e.g. ``nielsen(64.0)``.

    Raises
    ------
    ValueError
        If `n_qubits` is not an integer from 1 to 12, or the penalty does not fit.

    Examples
    --------
    >>> from qgeom.metric.penalties import nielsen
    >>> metric = PauliMetric(3, nielsen(64.0))
    >>> metric.dim, float(metric.inertia.max())
    (63, 64.0)
    """

    n_qubits: int
    penalty: Penalty

    def __post_init__(self) -> None:
        if not isinstance(self.penalty, Penalty):
            raise fail("penalty", "be a Penalty such as nielsen(64.0)", f"is {self.penalty!r}")
        _ = self.inertia  # validates at construction

    @property
    def strings(self) -> PauliStrings:
        """The Pauli strings behind the coordinates."""
        return pauli_strings(self.n_qubits)

    @property
    def dim(self) -> int:
        """``4^n - 1``."""
        return self.strings.dim

    @property
    def size(self) -> int:
        """``N = 2^n``."""
        return 1 << self.n_qubits

    @functools.cached_property
    def inertia(self) -> Real:
        """Cost q_s of each string."""
        strings = self.strings
        return self.penalty.costs(Generators("pauli", lambda: strings.labels, strings.weight))

    @property
    def isotropic(self) -> Real:
        """Costs 1: ``tr(H J) / 2^n`` is bi-invariant."""
        return np.ones(self.dim)

    @property
    def compact(self) -> bool:
        """Whether the matrices are unitary: yes."""
        return True

    @property
    def dtype(self) -> type[np.generic]:
        """Complex matrices."""
        return np.complex128

    def hamiltonian(self, x: Vector) -> Complex:
        """Hermitian ``H = sum_s x_s s``, (..., N, N)."""
        return pauli_matrix(x)

    def hat(self, x: Vector) -> Matrix:
        """``-i H``."""
        return -1j * pauli_matrix(x)

    def vee(self, u: Matrix) -> Vector:
        """Pauli coefficients of ``i u``."""
        return pauli_coefficients(1j * u)

    def transport(self, g: Matrix, m: Covector) -> Covector:
        """``U L U^dagger``."""
        return pauli_coefficients(g @ pauli_matrix(m) @ dagger(g))

    def coadjoint(self, x: Vector, m: Covector) -> Covector:
        """``i [X, L]``: the trace form is bi-invariant, so that ``<L, [X, V]> = <i [X, L], V>``."""
        return pauli_coefficients(1j * commutator(pauli_matrix(x), pauli_matrix(m)))

    def exp(self, x: Vector) -> Matrix:
        """``exp(-i H)``."""
        return expm_hermitian(pauli_matrix(x))

    def log(self, g: Matrix) -> Vector:
        """Coefficients of H with ``exp(-i H) ~ g``, after the phase of the trace is taken out."""
        xp = namespace(g)
        unit = xp.exp(-1j * xp.angle(xp.einsum("...ii->...", g)))
        return pauli_coefficients(log_unitary(g * unit[..., None, None]))

    def relaxed(self, exponent: float) -> PauliMetric:
        """Costs ``q_s^exponent``."""
        return PauliMetric(self.n_qubits, self.penalty.power(exponent))

    def check_element(self, name: str, g: Matrix) -> Matrix:
        """Return `g` as complex128, or raise ValueError unless it is a unitary of 2^n x 2^n."""
        unitary, n_qubits = check_unitary(name, g)
        if n_qubits != self.n_qubits:
            must = f"be a unitary on {self.n_qubits} qubits"
            raise fail(name, must, f"has shape {unitary.shape}")
        return unitary
