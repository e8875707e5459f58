r"""The state of lowest energy that a circuit of given layout reaches on the critical Ising ring.

All gates are ``exp(-i H_g)`` with 15 free coefficients each.  L-BFGS follows the exact gradient, from
the environments of the gates (Evenbly and Vidal, PRB 79, 144108, 2009).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.optimize

from analogs.mirrors.mera.circuit import (
    Circuit,
    Layer,
    apply_gates,
    gate_count,
    mera_layers,
    zero_state,
)
from analogs.mirrors.mera.ising import critical_ising, exact_energy
from qgeom._linalg import dagger
from qgeom._typing import Complex, Real
from qgeom.algebra.paulis import pauli_coefficients, pauli_matrix
from qgeom.circuits.gates import Gate, apply_gate

# A state leaves its circuit open: bases between gates may turn, and an isometry is free on the input
# |1>.  Ridges that fade away lead to a short circuit among those; the last is the energy alone.
RIDGES = (1.0, 0.1, 0.01, 0.0)
# Standard deviation of the first coefficients; limits of L-BFGS for each ridge.
ANGLE, ITERATIONS = 0.3, 600
OPTIONS = {"maxcor": 30, "ftol": 1e-14, "gtol": 1e-9}
PARAMETERS = 15


@dataclass(frozen=True, eq=False)
class Optimum:
    """A circuit whose energy is a minimum over its gates.

    Attributes
    ----------
    circuit
        The circuit.
    energy
        Mean of ``<H>`` over the input states.
    iterations
        Steps of L-BFGS.
    """

    circuit: Circuit
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
    inputs: Complex | None = None,
    ridges: Sequence[float] = RIDGES,
    iterations: int = ITERATIONS,
) -> Optimum:
    """Minimise ``<H> + ridge sum_g |H_g|^2`` over all gates of a layout, from random small angles.

    Parameters
    ----------
    n_qubits, layers
        The layout.
    rng
        Draws the first angles.
    inputs
        Orthonormal states (2^n, K) that the circuit acts on; |0 ... 0> if not given.  With several
        the mean of their energies is minimised.
    ridges
        One after another.
    iterations
        Most steps for each ridge.

    Examples
    --------
    >>> found = minimise_energy(4, mera_layers(4), np.random.default_rng(0))
    >>> abs(found.relative_error) < 1e-10
    True
    """
    h, count = critical_ising(n_qubits), gate_count(layers)
    start = zero_state(n_qubits) if inputs is None else inputs

    def circuit_of(flat: Real) -> tuple[Circuit, tuple[Real, Complex]]:
        matrices, eigen = exponentials(flat.reshape(count, PARAMETERS))
        return Circuit(n_qubits, tuple(layers), matrices), eigen

    def objective(flat: Real, ridge: float) -> tuple[float, Real]:
        circuit, eigen = circuit_of(flat)
        energy, environments = gate_environments(h, circuit, start)
        gradient = pull_back(environments, *eigen).ravel()
        return energy + ridge * float(flat @ flat), gradient + 2.0 * ridge * flat

    flat, steps = rng.normal(scale=ANGLE, size=PARAMETERS * count), 0
    options = {**OPTIONS, "maxiter": iterations, "maxfun": 2 * iterations}
    for ridge in ridges:
        found = scipy.optimize.minimize(
            objective, flat, (ridge,), jac=True, method="L-BFGS-B", options=options
        )
        flat, steps = found.x, steps + int(found.nit)
    return Optimum(circuit_of(flat)[0], objective(flat, 0.0)[0], steps)


def renormalised_levels(
    n_qubits: int, rng: np.random.Generator, *, iterations: int = ITERATIONS
) -> Real:
    """Energies (4,) of the Hamiltonian that MERA without its top gate leaves on the last two sites.

    The gates minimise the mean energy of all four states.  Each level is an upper bound of the exact
    one (Courant, Fischer), and their gaps are those of the scaling dimensions.

    Examples
    --------
    >>> from analogs.mirrors.mera.ising import lowest_levels
    >>> levels = renormalised_levels(4, np.random.default_rng(0))
    >>> bool((levels >= lowest_levels(4, 4)[0]).all())
    True
    """
    (top,), *layers = mera_layers(n_qubits)
    inputs = pair_states(n_qubits, top)
    found = minimise_energy(n_qubits, layers, rng, inputs=inputs, iterations=iterations)
    states = apply_gates(found.circuit.gates, inputs)
    return np.linalg.eigvalsh(dagger(states) @ (critical_ising(n_qubits) @ states))


def pair_states(n_qubits: int, pair: tuple[int, int]) -> Complex:
    """The four basis states of a pair of qubits, all others in |0>, as columns (2^n, 4).

    Examples
    --------
    >>> pair_states(3, (0, 2)).real.argmax(axis=0)
    array([0, 1, 4, 5])
    """
    low, high = (1 << qubit for qubit in pair)
    states = np.zeros((1 << n_qubits, 4), dtype=np.complex128)
    states[[0, low, high, low + high], range(4)] = 1.0
    return states


def gate_environments(h: Any, circuit: Circuit, inputs: Complex) -> tuple[float, Complex]:
    r"""Mean of ``<H>`` over inputs (2^n, K), and the environment E_g (4, 4) of each gate.

    The environment is the contraction of ``<psi| H`` with everything but the gate M_g:
    ``d<H> = 2 Re tr(E_g dM_g)``.
    """
    states = [inputs]
    for gate in circuit.gates:
        states.append(apply_gate(gate, states[-1]))
    back = (h @ states[-1]) / inputs.shape[1]
    energy = float(np.vdot(states[-1], back).real)
    environments = np.empty((len(circuit.gates), 4, 4), dtype=np.complex128)
    for k in reversed(range(len(circuit.gates))):
        qubits, matrix = circuit.gates[k].qubits, circuit.gates[k].matrix
        environments[k] = _by_pair(states[k], qubits) @ dagger(_by_pair(back, qubits))
        back = apply_gate(Gate(qubits, dagger(matrix)), back)
    return energy, environments


def exponentials(angles: Real) -> tuple[Complex, tuple[Real, Complex]]:
    """Gates ``exp(-i H_g)`` (G, 4, 4), and the eigenvalues and eigenvectors of the ``H_g``."""
    values, vectors = np.linalg.eigh(pauli_matrix(angles))
    gates = (vectors * np.exp(-1j * values)[:, None, :]) @ dagger(vectors)
    return gates, (values, vectors)


def pull_back(environments: Complex, values: Real, vectors: Complex) -> Real:
    """Derivatives (G, 15) by the coefficients of the ``H_g``.

    ``dM = V (Phi * (V^dagger dH V)) V^dagger`` (Daleckii and Krein), and Phi is symmetric.
    """
    mean = 0.5 * (values[:, :, None] + values[:, None, :])
    gap = values[:, :, None] - values[:, None, :]
    phi = -1j * np.exp(-1j * mean) * np.sinc(gap / (2.0 * np.pi))
    pulled = vectors @ (phi * (dagger(vectors) @ environments @ vectors)) @ dagger(vectors)
    # 2 Re tr(P K) for strings P on two qubits, whose coefficients are traces over 4.
    return 4.0 * pauli_coefficients(pulled + dagger(pulled))


def _by_pair(states: Complex, qubits: tuple[int, ...]) -> Complex:
    """States (2^n, K) as a matrix (4, 2^n K / 4) with the qubits of a gate in the row index."""
    n_qubits = len(states).bit_length() - 1
    axes = [n_qubits - 1 - q for q in reversed(qubits)]
    bits = states.reshape(*(2,) * n_qubits, -1)
    return np.moveaxis(bits, axes, range(len(axes))).reshape(1 << len(axes), -1)
