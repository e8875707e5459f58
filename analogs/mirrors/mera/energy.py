r"""The critical Ising ring: exact energies, and the best state of a circuit of given layout.

``H = -sum_j Z_j Z_{j+1} - sum_j X_j`` with periodic ends, without normalisation.  Its ground energy is
``E_0 = -2 / sin(pi / 2n)``; low levels lie at ``E_k - E_0 ~ (2 pi v / n) Delta_k`` with the velocity
v = 2 and the scaling dimensions 0, 1/8, 1, 9/8, 9/8, ... of the Ising conformal field theory
(Cardy 1986).
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.optimize
import scipy.sparse
import scipy.sparse.linalg

from analogs.mirrors.mera.circuit import Circuit, Layer, gate_count, zero_state
from qgeom._checks import check_integer
from qgeom._linalg import dagger
from qgeom._typing import Complex, Real
from qgeom.algebra.paulis import pauli_coefficients, pauli_matrix
from qgeom.circuits.gates import Gate, apply_gate

MAX_QUBITS = 12
# Below this size the dense solver is as fast, and finds all levels.
DENSE = 8
VELOCITY = 2.0
# Standard deviation of the first angles, and limits of L-BFGS.
ANGLE, ITERATIONS, MEMORY = 0.3, 2000, 30


def critical_ising(n_qubits: int) -> Any:
    """H as a real sparse matrix (2^n, 2^n).

    Raises
    ------
    ValueError
        Unless `n_qubits` is 3..12 (on two qubits both bonds of the ring would be one).

    Examples
    --------
    >>> h = critical_ising(3).toarray()
    >>> float(h[0, 0]), float(h[0, 1])
    (-3.0, -1.0)
    """
    n = check_integer("n_qubits", n_qubits, 3, MAX_QUBITS)
    states = np.arange(1 << n)
    spins = 1 - 2 * (states[:, None] >> np.arange(n) & 1)
    bonds = (spins * np.roll(spins, -1, axis=1)).sum(axis=1)
    rows = np.repeat(states, n)
    flipped = (states[:, None] ^ (1 << np.arange(n))).ravel()
    fields = scipy.sparse.coo_array((np.ones(len(rows)), (rows, flipped)))
    return (scipy.sparse.diags_array(-bonds.astype(float)) - fields).tocsr()


def exact_energy(n_qubits: int) -> float:
    """``E_0 = -2 / sin(pi / 2n)``.

    Examples
    --------
    >>> [round(exact_energy(n), 6) for n in (4, 8, 16)]
    [-5.226252, -10.251662, -20.404594]
    """
    return float(-2.0 / np.sin(np.pi / (2 * check_integer("n_qubits", n_qubits, 2))))


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
    start = np.random.default_rng(0).normal(size=h.shape[0])
    energies, states = scipy.sparse.linalg.eigsh(h, count, which="SA", v0=start)
    order = np.argsort(energies)
    return energies[order], states[:, order]


def scaling_dimensions(energies: Real, n_qubits: int) -> Real:
    """``Delta_k = n (E_k - E_0) / (2 pi v)``, up to corrections of order ``1 / n^2``.

    Examples
    --------
    >>> scaling_dimensions(lowest_levels(10, 5)[0], 10).round(2)
    array([0.  , 0.13, 1.  , 1.12, 1.12])
    """
    return n_qubits * (energies - energies[0]) / (2.0 * np.pi * VELOCITY)


@dataclass(frozen=True, eq=False)
class Optimum:
    """A circuit whose energy is a minimum over its gates.

    Attributes
    ----------
    circuit
        The circuit; its gates are ``exp(-i H_g)``.
    generators
        Pauli coefficients (G, 15) of the ``H_g``.
    energy
        ``<H>`` in its state.
    iterations
        Steps of L-BFGS.
    """

    circuit: Circuit
    generators: Real
    energy: float
    iterations: int

    @property
    def relative_error(self) -> float:
        """``(E - E_0) / |E_0|``, not negative but for rounding."""
        exact = exact_energy(self.circuit.n_qubits)
        return (self.energy - exact) / abs(exact)


def minimise_energy(
    n_qubits: int,
    layers: Sequence[Layer],
    rng: np.random.Generator,
    *,
    ridge: float = 0.0,
    iterations: int = ITERATIONS,
) -> Optimum:
    """Minimise ``<H> + ridge sum_g |H_g|^2`` over all gates of a layout, from random small angles.

    L-BFGS with the exact gradient.  A state leaves its circuit open: bases between gates may turn,
    and an isometry says nothing on the input |1>.  A ridge chooses a short circuit among those.

    Examples
    --------
    >>> from analogs.mirrors.mera.circuit import mera_layers
    >>> minimise_energy(4, mera_layers(4), np.random.default_rng(0)).relative_error < 1e-6
    True
    """
    h, count = critical_ising(n_qubits), gate_count(layers)

    def objective(flat: Real) -> tuple[float, Real]:
        angles = flat.reshape(count, -1)
        energy, gradient = energy_gradient(h, n_qubits, layers, angles)
        return energy + ridge * float(flat @ flat), (gradient + 2.0 * ridge * angles).ravel()

    start = rng.normal(scale=ANGLE, size=15 * count)
    options = {"maxiter": iterations, "maxfun": 2 * iterations, "maxcor": MEMORY, "ftol": 1e-15}
    found = scipy.optimize.minimize(
        objective, start, jac=True, method="L-BFGS-B", options={**options, "gtol": 1e-9}
    )
    angles = found.x.reshape(count, -1)
    energy, _ = energy_gradient(h, n_qubits, layers, angles)
    circuit = Circuit(n_qubits, tuple(layers), exponentials(angles)[0])
    return Optimum(circuit, angles, energy, int(found.nit))


def energy_gradient(
    h: Any, n_qubits: int, layers: Sequence[Layer], angles: Real
) -> tuple[float, Real]:
    """``<H>`` and its derivatives by the coefficients (G, 15) of the gates' Hamiltonians."""
    matrices, eigen = exponentials(angles)
    energy, environments = gate_environments(h, Circuit(n_qubits, tuple(layers), matrices))
    return energy, _pull_back(environments, *eigen)


def gate_environments(h: Any, circuit: Circuit) -> tuple[float, Complex]:
    r"""``<H>`` and the environment E_g (4, 4) of each gate, ``d<H> = 2 Re tr(E_g dM_g)``.

    It is the contraction of ``<psi| H`` with everything but the gate M_g (Evenbly and Vidal,
    PRB 79, 144108, 2009).
    """
    states = [zero_state(circuit.n_qubits)]
    for gate in circuit.gates:
        states.append(apply_gate(gate, states[-1]))
    back = h @ states[-1]
    energy = float(np.vdot(states[-1], back).real)
    environments = np.empty((len(circuit.gates), 4, 4), dtype=np.complex128)
    for k in reversed(range(len(circuit.gates))):
        gate = circuit.gates[k]
        environments[k] = _rows(states[k], gate.qubits) @ dagger(_rows(back, gate.qubits))
        back = apply_gate(Gate(gate.qubits, dagger(gate.matrix)), back)
    return energy, environments


def exponentials(angles: Real) -> tuple[Complex, tuple[Real, Complex]]:
    """Gates ``exp(-i H_g)`` (G, 4, 4), and the eigenvalues and eigenvectors of the ``H_g``."""
    values, vectors = np.linalg.eigh(pauli_matrix(angles))
    gates = (vectors * np.exp(-1j * values)[:, None, :]) @ dagger(vectors)
    return gates, (values, vectors)


def _pull_back(environments: Complex, values: Real, vectors: Complex) -> Real:
    """Gradient (G, 15): ``dM = V (Phi * (V^dagger dH V)) V^dagger`` (Daleckii and Krein)."""
    mean = 0.5 * (values[:, :, None] + values[:, None, :])
    gap = values[:, :, None] - values[:, None, :]
    phi = -1j * np.exp(-1j * mean) * np.sinc(gap / (2.0 * np.pi))
    pulled = vectors @ (phi * (dagger(vectors) @ environments @ vectors)) @ dagger(vectors)
    # 2 Re tr(P K) for strings P on two qubits, whose coefficients are traces over 4.
    return 4.0 * pauli_coefficients(pulled + dagger(pulled))


def _rows(state: Complex, qubits: tuple[int, ...]) -> Complex:
    """A state (2^n, 1) as a matrix (4, 2^n / 4), the qubits of the gate in the row index."""
    n_qubits = len(state).bit_length() - 1
    axes = [n_qubits - 1 - q for q in reversed(qubits)]
    bits = state.reshape((2,) * n_qubits)
    return np.moveaxis(bits, axes, range(len(axes))).reshape(1 << len(axes), -1)
