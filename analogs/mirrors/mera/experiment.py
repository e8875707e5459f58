"""M3, EM3: MERA as a wavelet network, and against a brickwork circuit of as many gates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, effect_reading, exact_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import bca_interval
from analogs.mirrors.mera.circuit import (
    Circuit,
    Layer,
    brickwork_layers,
    gate_count,
    gate_generators,
    layer_generators,
    mera_layers,
    steps_length,
)
from analogs.mirrors.mera.energy import ITERATIONS, minimise_energy, renormalised_levels
from analogs.mirrors.mera.entanglement import (
    block,
    block_entropies,
    central_charge,
    entropy,
    min_cut,
)
from analogs.mirrors.mera.graphs import circuit_graph
from analogs.mirrors.mera.hyperbolicity import hyperbolicity
from analogs.mirrors.mera.ising import lowest_levels, scaling_dimensions
from analogs.mirrors.mera.wavelets import (
    D4,
    HAAR,
    filter_bank,
    learn_pyramid,
    read_pyramid,
    ring_band,
    uniform_pyramid,
)
from qgeom._typing import Complex, Real
from qgeom.metric.matrix import MatrixMetric
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.metric.schedules import graph as neighbours_on

QUBITS = 8
COST = 16.0
# A factor 2 in a quantity counts (CLAIMS.md 1.9).
FACTOR = 2.0
# Of the identities: rounding in products of rotations; squared error of a fit to the end.
TOLERANCE, FITTED = 1e-12, 1e-20
# Rounding of energies: an exact state has no smaller relative error.
FLOOR = 1e-12
# Of entropies, which are sums of p log p.
ENTROPY_TOLERANCE = 1e-10
ITERATIONS_QUICK = 250
FEATURES_QUICK, FEATURES_FULL = (8, 16), (8, 16, 32, 64, 128)
LEARNED = 16
# Of the Ising conformal field theory: identity, spin, energy, first descendant of the spin.
DIMENSIONS = (0.0, 0.125, 1.0, 1.125)


@dataclass(frozen=True)
class Ansatz:
    """A layout of two-qubit gates."""

    name: str
    layers: tuple[Layer, ...]


MERA = Ansatz("MERA", mera_layers(QUBITS))
BRICKWORK = Ansatz("brickwork", brickwork_layers(QUBITS, gate_count(MERA.layers)))
# As many layers instead of as many gates: without a vote, since the sheet says gates.
DEEP = Ansatz("brickwork of equal depth", brickwork_layers(QUBITS, len(MERA.layers) * QUBITS // 2))
ANSATZE = (MERA, BRICKWORK, DEEP)


@dataclass(frozen=True, eq=False)
class Solution:
    """The state of lowest energy of one start.

    Attributes
    ----------
    relative_error
        Of the energy, at least `FLOOR`.
    length, ring_length
        Sum over the gates of the norm of their logarithm (tr/2^n), with all pairs of qubits at cost
        1, and with only neighbours on the ring at cost 1.
    layer_length
        Like `length`, gates of a layer at once.
    circuit
        The gates.
    """

    relative_error: float
    length: float
    ring_length: float
    layer_length: float
    circuit: Circuit


def renormalisation(setting: Setting) -> Evidence:
    """Compare energies of the critical Ising ring; check that the wavelet network is the same layout."""
    setting.report("wavelets", 0.0)
    sizes = FEATURES_QUICK if setting.quick else FEATURES_FULL
    iterations = ITERATIONS_QUICK if setting.quick else ITERATIONS
    readings = [*wavelet_readings(sizes, setting.generators())]
    found: dict[str, list[Solution]] = {ansatz.name: [] for ansatz in ANSATZE}
    for done, rng in enumerate(setting.generators()):
        setting.report(f"start {done}", (1 + done) / (1 + len(setting.seeds)))
        for ansatz, own in zip(ANSATZE, rng.spawn(len(ANSATZE)), strict=True):
            found[ansatz.name].append(solve(ansatz, own, iterations))
    resampling = setting.resampling_generator()
    readings += _gains(found, resampling)
    exact, state = lowest_levels(QUBITS, 1)[1][:, 0], found[MERA.name][0].circuit.state
    cuts = [*_cut_rows(state, exact)]
    readings.append(cut_reading(cuts))
    tables = {
        "circuits": tuple(_circuit_rows(setting.seeds, found)),
        "pyramids": tuple(_pyramid_rows(sizes)),
        "entropies": tuple(cuts),
        "levels": tuple(_level_rows(setting.generators()[0], iterations)),
    }
    charges = (central_charge(block_entropies(own), QUBITS) for own in (exact, state))
    note = "Central charge from the entropies: {:.3f} exact, {:.3f} MERA; 1/2 for n to infinity."
    return Evidence(tuple(readings), tables, note=note.format(*charges))


def solve(ansatz: Ansatz, rng: np.random.Generator, iterations: int = ITERATIONS) -> Solution:
    """Optimise all gates of a layout from one random start, and measure the circuit."""
    found = minimise_energy(QUBITS, ansatz.layers, rng, iterations=iterations)
    pairs = PauliMetric(QUBITS, nielsen(COST))
    edges = [(i, (i + 1) % QUBITS) for i in range(QUBITS)]
    ring = PauliMetric(QUBITS, neighbours_on(edges, COST))
    return Solution(
        max(found.relative_error, FLOOR),
        steps_length(pairs, gate_generators(pairs, found.circuit)),
        steps_length(ring, gate_generators(ring, found.circuit)),
        steps_length(pairs, layer_generators(pairs, found.circuit)),
        found.circuit,
    )


def wavelet_readings(
    sizes: Sequence[int], generators: Sequence[np.random.Generator]
) -> Iterator[Reading]:
    """The layout of rotations is the network of strided convolutions, and training finds it."""
    misses = {
        name: [np.abs(uniform_pyramid(d, angles).matrix - filter_bank(d, D4)).max() for d in sizes]
        for name, angles in (("D4", D4), ("Haar, control", HAAR))
    }
    for name, errors in misses.items():
        yield exact_reading(
            f"largest entry of MERA's layout of rotations minus the D4 filter bank, angles of {name}",
            "network",
            f"SO(d), d = {', '.join(map(str, sizes))}; {name}",
            float(max(errors)),
            tolerance=TOLERANCE,
            count=len(sizes),
            decisive=name == "D4",
        )
    target = filter_bank(LEARNED, D4)
    control = np.linalg.qr(np.random.default_rng(0).normal(size=target.shape))[0]
    for name, aim, own in (
        ("D4 filter bank", target, generators),
        ("random orthogonal matrix, control", control, generators[:1]),
    ):
        errors = [learn_pyramid(aim, rng)[1] for rng in own]
        yield exact_reading(
            "mean squared error of trained orthogonal layers of stride 2",
            "network",
            f"SO({LEARNED}), white signals; {name}",
            max(errors),
            tolerance=FITTED,
            count=len(errors),
            decisive=aim is target,
        )


def _gains(found: dict[str, list[Solution]], rng: np.random.Generator) -> Iterator[Reading]:
    """Compare brickwork with MERA, start by start."""
    energy = "relative error of the energy"
    ring_length = f"Nielsen length, ring neighbours local, q = {COST:g}"
    for rival, name, attribute in (
        (BRICKWORK, energy, "relative_error"),
        (DEEP, energy, "relative_error"),
        (BRICKWORK, "Nielsen length, all pairs local", "length"),
        (BRICKWORK, ring_length, "ring_length"),
    ):
        mera, bricks = (
            np.array([getattr(solution, attribute) for solution in found[ansatz.name]])
            for ansatz in (MERA, rival)
        )
        counts = [f"{gate_count(a.layers)} gates in {len(a.layers)} layers" for a in (MERA, rival)]
        yield effect_reading(
            f"log(brickwork / MERA) of the {name}",
            "quantum",
            f"critical Ising ring of {QUBITS} qubits, {counts[0]} against {counts[1]}",
            bca_interval(np.log(bricks / mera), rng=rng),
            count=len(mera),
            smallest_effect=float(np.log(FACTOR)),
            decisive=rival is BRICKWORK and name == energy,
        )


def _circuit_rows(seeds: Sequence[int], found: dict[str, list[Solution]]) -> Iterator[Row]:
    for ansatz in ANSATZE:
        for seed, solution in zip(seeds, found[ansatz.name], strict=True):
            yield {
                "layout": ansatz.name,
                "seed": seed,
                "gates": gate_count(ansatz.layers),
                "depth": len(ansatz.layers),
                "delta": hyperbolicity(circuit_graph(ansatz.layers)),
                "relative_error": solution.relative_error,
                "length": solution.length,
                "ring_length": solution.ring_length,
                "layer_length": solution.layer_length,
            }


def _pyramid_rows(sizes: Sequence[int]) -> Iterator[Row]:
    for size in sizes:
        pyramid = uniform_pyramid(size, D4)
        for q in (1.0, COST):
            reading = read_pyramid(pyramid, MatrixMetric("so", size, ring_band(size, 1, q)))
            yield {
                "features": size,
                "depth": reading.depth,
                "gates": reading.gates,
                "q": q,
                "length": reading.length,
                "logarithm": reading.logarithm,
                "frobenius_length": reading.length * size**0.5,
                "frobenius_logarithm": reading.logarithm * size**0.5,
            }


def _level_rows(rng: np.random.Generator, iterations: int) -> Iterator[Row]:
    """Scaling dimensions from the Hamiltonian that MERA leaves on two sites."""
    energies = lowest_levels(QUBITS, len(DIMENSIONS))[0]
    levels = renormalised_levels(QUBITS, rng, iterations=iterations)
    columns = (scaling_dimensions(own, QUBITS) for own in (energies, levels))
    for conformal, exact, mera in zip(DIMENSIONS, *columns, strict=True):
        yield {"conformal": conformal, "exact": exact, "mera": mera}


def _cut_rows(state: Complex, exact: Real) -> Iterator[Row]:
    for size in range(1, QUBITS // 2 + 1):
        for start in range(QUBITS):
            own = block(start, size, QUBITS)
            yield {
                "size": size,
                "start": start,
                "entropy": entropy(state, own),
                "entropy_exact": entropy(exact, own),
                "min_cut": min_cut(QUBITS, MERA.layers, own),
            }


def cut_reading(rows: Sequence[Row]) -> Reading:
    """No block has more entropy than its minimal cut lets through."""
    entropies, cuts = (
        np.array([row[name] for row in rows], dtype=float) for name in ("entropy", "min_cut")
    )
    return exact_reading(
        "entropy of a block beyond log(2) times its minimal cut",
        "quantum",
        f"all blocks of up to {QUBITS // 2} neighbours, the optimised MERA",
        _excess(entropies, cuts),
        tolerance=ENTROPY_TOLERANCE,
        count=len(rows),
    )


def _excess(entropies: Real, cuts: Real) -> float:
    return float(np.maximum(entropies - np.log(2.0) * cuts, 0.0).max())
