"""C1: what of a network is a circuit exactly, and what loses information and is none."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np
import torch

from analogs.curves.pullback import jacobian_at
from analogs.evidence import Evidence, Reading, Repeated, Setting, Trial, exact_reading
from analogs.evidence.claim import Row
from analogs.mirrors.reversible.coupling import Coupling, permutation_of, random_network
from analogs.mirrors.reversible.matchgates import (
    adjoint_defect,
    circuit_unitary,
    convolution,
    length_defect,
    network_matrix,
)
from qgeom._typing import Integer, Real
from qgeom.algebra.reversible import permutation_matrix

# Rounding of products of a few dozen matrices of at most 16 rows.
TOLERANCE = 1e-12
QUBITS_QUICK, QUBITS_FULL = (2, 3), (2, 3, 4)
BITS_QUICK, BITS_FULL = (2, 3, 4), (2, 3, 4, 5, 6)
LAYERS = 6
# Angles of the kernels, within the injectivity radius of each layer.
LARGEST_ANGLE = 2.0
# Inputs at which the rank of a layer is found, of this many features.
POINTS, FEATURES = 10, 64
CONVOLUTIONS = "orthogonal convolutions of two taps, as circuits of Z and XX rotations"
COUPLINGS = "additive couplings over GF(2), as circuits of NOT, CNOT and Toffoli"
LAYER = "a convolution of two taps, ReLU and pooling over pairs, on 64 normal features"
NOTE = (
    "Curvature and Euler-Arnold flow of such networks agree with Nielsen's by the same code: EM1. A "
    "circular convolution would close the chain with the parity of all qubits, which is no local "
    "gate; the ends are open here. The correspondence is of linear layers to free fermions, and of "
    "layers on bits to classical logic: neither is a universal gate set, and neither has a ReLU."
)

Stage = Callable[[torch.Tensor], torch.Tensor]


def repeat(trial: Trial) -> dict[str, list[Row]]:
    """Compare one random convolutional network and one of couplings, of each size, with circuits."""
    rng = trial.generator()
    qubits, bits = (QUBITS_QUICK, BITS_QUICK) if trial.quick else (QUBITS_FULL, BITS_FULL)
    trial.report("convolutions", 0.0)
    convolutions = [_convolution_row(n, _angles(rng)) for n in qubits]
    trial.report("couplings", 0.5)
    couplings = [_coupling_row(n, random_network(n, LAYERS, rng)) for n in bits]
    trial.report("ranks", 0.8)
    losses = list(_losses(rng))
    return {"convolutions": convolutions, "couplings": couplings, "losses": losses}


def conclude(setting: Setting, tables: Mapping[str, tuple[Row, ...]]) -> Evidence:
    """Read the largest error of each identity, and the directions that the nonlinear layer loses."""
    readings = [
        _identity(
            "max |U gamma_i U^-1 - sum_k W_ki gamma_k|", CONVOLUTIONS, tables, "adjoint_error"
        ),
        _identity("relative difference of the lengths", CONVOLUTIONS, tables, "length_error"),
        _identity("max |network - product of its gates|", COUPLINGS, tables, "circuit_error"),
        _identity("max |network reversed x network - 1|", COUPLINGS, tables, "inverse_error"),
        _identity(
            "control with YY for XX: max |U gamma_i U^-1 - sum_k W_ki gamma_k|",
            CONVOLUTIONS,
            tables,
            "wrong_error",
            decisive=False,
        ),
        _loss_reading(tables["losses"]),
    ]
    return Evidence(tuple(readings), tables, note=NOTE)


CORRESPONDENCE = Repeated(repeat, conclude)


def circuit_permutation(network: Sequence[Coupling], bits: int) -> Real:
    """Return the product of the unitary matrices of all gates, the first layer first."""
    gates = [permutation_matrix(gate) for layer in network for gate in layer.gates(bits)]
    return functools.reduce(lambda product, gate: gate @ product, gates, np.eye(1 << bits))


def kept_rank(stage: Stage, points: Real) -> float:
    """Return the mean rank of the Jacobian of a stage over the points, as a share of its inputs.

    Examples
    --------
    >>> kept_rank(torch.relu, np.array([[1.0, -1.0], [1.0, 1.0]]))
    0.75
    """
    ranks = [np.linalg.matrix_rank(jacobian_at(stage, point)) for point in points]
    return float(np.mean(ranks)) / points.shape[1]


def _angles(rng: np.random.Generator) -> list[float]:
    return rng.uniform(-LARGEST_ANGLE, LARGEST_ANGLE, LAYERS).tolist()


def _convolution_row(n_qubits: int, angles: Sequence[float]) -> Row:
    matrix = network_matrix(angles, n_qubits)
    return {
        "n_qubits": n_qubits,
        "layers": len(angles),
        "adjoint_error": adjoint_defect(circuit_unitary(angles, n_qubits), matrix),
        "length_error": length_defect(angles, n_qubits),
        "wrong_error": adjoint_defect(circuit_unitary(angles, n_qubits, ("Z", "YY")), matrix),
    }


def _coupling_row(bits: int, network: Sequence[Coupling]) -> Row:
    image: Integer = permutation_of(network, bits)
    again = permutation_of([*network, *reversed(network)], bits)
    circuit = circuit_permutation(network, bits)
    return {
        "bits": bits,
        "gates": sum(len(layer.monomials) for layer in network),
        "circuit_error": float(np.abs(permutation_matrix(image) - circuit).max()),
        "inverse_error": float(np.abs(again - np.arange(1 << bits)).max()),
    }


def _losses(rng: np.random.Generator) -> Iterator[Row]:
    angle, points = float(rng.uniform(-1, 1)), rng.standard_normal((POINTS, FEATURES))

    def conv(x: torch.Tensor) -> torch.Tensor:
        return convolution(x[None], angle, 0)[0]

    def pool(x: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.max_pool1d(x[None], 2)[0]

    stages: dict[str, Stage] = {
        "CONV": conv,
        "CONV-ReLU": lambda x: torch.relu(conv(x)),
        "CONV-ReLU-Pooling": lambda x: pool(torch.relu(conv(x))),
    }
    for name, stage in stages.items():
        yield {"stage": name, "features": FEATURES, "kept": kept_rank(stage, points)}


def _identity(
    name: str,
    definition: str,
    tables: Mapping[str, tuple[Row, ...]],
    column: str,
    *,
    decisive: bool = True,
) -> Reading:
    table = "convolutions" if definition == CONVOLUTIONS else "couplings"
    errors = np.array([row[column] for row in tables[table]], dtype=float)
    return exact_reading(
        name,
        "network",
        definition,
        float(errors.max()),
        tolerance=TOLERANCE,
        count=len(errors),
        decisive=decisive,
    )


def _loss_reading(rows: Sequence[Row]) -> Reading:
    layers = [row["kept"] for row in rows if row["stage"] == "CONV-ReLU-Pooling"]
    kept = np.array(layers, dtype=float)
    return exact_reading(
        "share of the directions that a CONV-ReLU-Pooling layer loses",
        "network",
        LAYER,
        1.0 - float(kept.mean()),
        tolerance=0.0,
        count=len(kept) * POINTS,
        decisive=False,
    )
