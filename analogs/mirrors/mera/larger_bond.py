"""MERA of larger bond dimension on the critical Ising ring, by quimb, an optional extra.

The circuits of this topic have bond dimension 2.  With chi the error falls quickly: this is how far.
Not part of any claim.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from analogs.mirrors.mera.circuit import check_power_of_two
from analogs.mirrors.mera.ising import exact_energy
from qgeom._checks import check_integer
from qgeom._typing import Real

INSTALL = "Larger bonds need quimb: pip install qgeom[mera]"
SITE = "I{}"


@dataclass(frozen=True)
class LargerBond:
    """A MERA of lowest energy.

    Attributes
    ----------
    n_qubits, bond
        Sites of the ring, chi.
    parameters
        Entries of all tensors.
    energy, relative_error
        Of the critical Ising ring.
    """

    n_qubits: int
    bond: int
    parameters: int
    energy: float

    @property
    def relative_error(self) -> float:
        """``(E - E_0) / |E_0|``."""
        exact = exact_energy(self.n_qubits)
        return (self.energy - exact) / abs(exact)


def bond_hamiltonian() -> Real:
    """One bond of the ring with half of the field of its sites, ``-ZZ - (XI + IX) / 2``, (4, 4).

    Examples
    --------
    >>> bond_hamiltonian()[0].tolist()
    [-1.0, -0.5, -0.5, -0.0]
    """
    x, z = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])
    bond: Real = np.kron(z, z) + 0.5 * (np.kron(x, np.eye(2)) + np.kron(np.eye(2), x))
    return -bond


def minimise_larger_bond(
    n_qubits: int, bond: int, *, seed: int, iterations: int = 300
) -> LargerBond:
    """Minimise the energy of a binary MERA with real tensors, bonds up to chi above the qubits.

    quimb contracts the light cone of each bond of the ring, torch differentiates it, L-BFGS descends.

    Raises
    ------
    ImportError
        If quimb is not installed.
    ValueError
        Unless `n_qubits` is a power of two, at least 4, and `bond` at least 2.
    """
    check_power_of_two("n_qubits", check_integer("n_qubits", n_qubits, least=4))
    check_integer("bond", bond, least=2)
    quimb, tensor = _quimb()
    quimb.seed_rand(seed)
    start = tensor.MERA.rand(n_qubits, max_bond=bond, dtype="float64")
    term = bond_hamiltonian()
    pairs = [(site, (site + 1) % n_qubits) for site in range(n_qubits)]
    optimizer = tensor.TNOptimizer(
        start,
        loss_fn=lambda mera, local: sum(_expectation(mera, local, pair) for pair in pairs),
        norm_fn=lambda mera: mera.isometrize(method="exp"),
        loss_constants={"local": term},
        optimizer="l-bfgs-b",
        autodiff_backend="torch",
        progbar=False,
    )
    optimizer.optimize(iterations)
    return LargerBond(n_qubits, bond, sum(own.size for own in start.tensors), min(optimizer.losses))


def _quimb() -> tuple[Any, Any]:
    try:
        return importlib.import_module("quimb"), importlib.import_module("quimb.tensor")
    except ImportError as error:
        raise ImportError(INSTALL) from error


def _expectation(mera: Any, local: Any, pair: tuple[int, int]) -> Any:
    """Energy of one bond: outside the light cone of its sites the isometries cancel."""
    cone = mera.select([SITE.format(site) for site in pair], "any")
    return (cone.gate(local, pair) & cone.H).contract(all, optimize="greedy")
