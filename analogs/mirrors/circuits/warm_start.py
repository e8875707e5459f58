"""EM12: whether a numerical fit of a circuit gains from starting at the circuit of the geodesic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from analogs.evidence import Evidence, Reading, Setting, effect_reading
from analogs.evidence.claim import Row
from analogs.evidence.statistics import bca_interval, permutation_p
from qgeom._typing import Complex, Real
from qgeom.circuits.blocks import merge_gates
from qgeom.circuits.fitting.fit import fit
from qgeom.circuits.fitting.template import (
    ATOMS,
    Template,
    assemble,
    from_gates,
    layout_of,
    to_gates,
)
from qgeom.circuits.gates import Gate, circuit_unitary, operator_error
from qgeom.circuits.nielsen.product_formula import evolution_gates, formula_gates
from qgeom.circuits.nielsen.slicing import (
    Path,
    constant_path,
    exponents,
    geodesic_path,
    local_strings,
    propagator,
)
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.flow import shoot
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.schedules import draconian

# Decades of the error, fixed before the first run.
SMALLEST = 0.5
RANDOM_STARTS = 8
# Standard deviation of the random angles; most steps of the fit, the same for all starts.
ANGLE, ITERATIONS = 1.0, 100
# Strang steps of a circuit: as many as stay below the gates that almost every unitary needs.
STEPS = {3: 1, 4: 2}
ATOM = ATOMS["su4"]
ORDER = 2
STREAM = 20261124

# Constant Hamiltonians or geodesics, and their lengths.
KINDS = ((True, 0.1), (True, 1.0), (False, 1.0), (False, 2.0))
STARTS = ("geodesic", "Suzuki", "one random", "best of the random")


@dataclass(frozen=True)
class Family:
    """Targets at one distance.

    Attributes
    ----------
    straight
        Whether the geodesic is that of a constant Hamiltonian.
    n_qubits, length
        Number of qubits; length of the geodesic, for constant ones the time t at ``|H| = 1``.
    """

    straight: bool
    n_qubits: int
    length: float

    @property
    def name(self) -> str:
        """What the targets are, in words."""
        if self.straight:
            return f"n = {self.n_qubits}, constant H, t = {self.length:g}"
        return f"n = {self.n_qubits}, geodesic of length {self.length:g}"

    def draw(self, rng: np.random.Generator) -> tuple[Path, Complex]:
        """A random path of local Hamiltonians alone, and its end."""
        metric = PauliMetric(self.n_qubits, draconian())
        momentum = rng.normal(size=metric.dim)
        velocity = metric.raise_(momentum)
        scale = self.length / float(metric.norm(velocity))
        if self.straight:
            path = constant_path(scale * velocity, 1.0)
            return path, propagator(exponents(path, 1))
        geodesic = shoot(metric, momentum=scale * momentum)
        return geodesic_path(geodesic), geodesic.endpoint


THREE, FOUR = (tuple(Family(straight, n, d) for straight, d in KINDS) for n in (3, 4))
FAMILIES = (*THREE, *FOUR)


@dataclass(frozen=True)
class Result:
    """log10 of the operator-norm errors, before and after the fit, by start in the order of STARTS."""

    atoms: int
    before: Real
    after: Real


def compare_starts(setting: Setting) -> Evidence:
    """Fit one random target a seed and family from every start, with equal layouts and steps."""
    families = THREE if setting.quick else FAMILIES
    found: dict[Family, list[Result]] = {family: [] for family in families}
    for done, family in enumerate(families):
        setting.report(family.name, done / len(families))
        for seed in setting.seeds:
            found[family].append(solve(family, np.random.default_rng([STREAM, seed])))
    rng = setting.resampling_generator()
    pairs = [pair for family, own in found.items() for pair in _gains(family, own, rng)]
    rows = [row for family, own in found.items() for row in _rows(family, setting.seeds, own)]
    tables = {"errors": tuple(rows), "gains": tuple(row for _, row in pairs)}
    return Evidence(tuple(reading for reading, _ in pairs), tables, note=_note(found))


def solve(family: Family, rng: np.random.Generator) -> Result:
    """Errors for one target."""
    path, target = family.draw(rng)
    starts = starting_circuits(path, target, STEPS[family.n_qubits], rng)
    fitted = fit(target, starts, iterations=ITERATIONS).template
    before, after = (_errors(target, template) for template in (starts, fitted))
    atoms = len(layout_of(to_gates(ATOM, starts)))
    return Result(atoms, _by_start(before), _by_start(after))


def starting_circuits(
    path: Path, target: Complex, steps: int, rng: np.random.Generator
) -> Template:
    """The geodesic's circuit, that of the local part of the logarithm, and random ones, on one layout.

    Raises
    ------
    RuntimeError
        If the first two differ in layout: a Hamiltonian without terms on some pair.
    """
    along = merge_gates(
        gate for one in exponents(path, steps) for gate in formula_gates(one, 1.0, ORDER, 1)
    )
    logarithm = log_branches(PauliMetric(path.n_qubits, draconian()), target, 1)[0]
    straight = evolution_gates(logarithm * local_strings(path.n_qubits), 1.0, ORDER, steps)
    layout = layout_of(along)
    if layout_of(straight) != layout:
        raise RuntimeError(f"Layouts differ: {layout} and {layout_of(straight)}.")
    random = assemble(path.n_qubits, ATOM, [layout] * RANDOM_STARTS).randomised(rng, ANGLE)
    return _stacked(random, (along, straight))


def _stacked(random: Template, circuits: Sequence[tuple[Gate, ...]]) -> Template:
    """Circuits before the random ones, in one batch."""
    templates = [from_gates(random.n_qubits, ATOM, gates) for gates in circuits]
    return Template(
        random.n_qubits,
        random.generators,
        np.concatenate([*(t.pairs for t in templates), random.pairs]),
        np.concatenate([*(t.matrices for t in templates), random.matrices]),
    )


def _errors(target: Complex, template: Template) -> Real:
    """log10 of the operator-norm error of each circuit."""
    gates = (to_gates(ATOM, template, row) for row in range(len(template)))
    unitaries = (circuit_unitary(template.n_qubits, own) for own in gates)
    return np.log10([operator_error(target, unitary) for unitary in unitaries])


def _by_start(errors: Real) -> Real:
    return np.array([*errors[:3], errors[2:].min()])


def _gains(
    family: Family, found: Sequence[Result], rng: np.random.Generator
) -> Iterator[tuple[Reading, Row]]:
    """The geodesic's circuit against each other start, after the fit and (without a vote) before."""
    for moment in ("before", "after"):
        errors = np.array([getattr(result, moment) for result in found])
        own = errors[:, 0]
        for other, name in enumerate(STARTS[1:], start=1):
            interval = bca_interval(own - errors[:, other], rng=rng)
            p = permutation_p(
                own, errors[:, other], _difference, exchange="paired", alternative="less", rng=rng
            )
            # For a constant Hamiltonian the two circuits are one, and there is nothing to compare.
            same = family.straight and name == "Suzuki"
            reading = effect_reading(
                f"log10 of the error {moment} the fit, geodesic minus {name}",
                "quantum",
                f"{family.name}, against {name}",
                interval,
                count=len(found),
                smallest_effect=SMALLEST,
                direction=-1,
                p_value=p,
                decisive=moment == "after" and not same,
            )
            row = {"family": family.name, "moment": moment, "other": name}
            yield reading, {**row, **interval._asdict()}


def _difference(x: Real, y: Real, axis: int = -1) -> Real:
    return np.mean(x, axis=axis) - np.mean(y, axis=axis)


def _rows(family: Family, seeds: Sequence[int], found: Sequence[Result]) -> Iterator[Row]:
    for seed, result in zip(seeds, found, strict=True):
        for start, before, after in zip(STARTS, result.before, result.after, strict=True):
            yield {
                "family": family.name,
                "n_qubits": family.n_qubits,
                "seed": seed,
                "atoms": result.atoms,
                "start": start,
                "before": before,
                "after": after,
            }


def _note(found: dict[Family, list[Result]]) -> str:
    parts = []
    for family, own in found.items():
        medians = np.median([result.after for result in own], axis=0)
        parts.append(f"{family.name} {', '.join(f'{median:.1f}' for median in medians)}")
    return f"Median log10 of the error after the fit ({'; '.join(STARTS)}): {'; '.join(parts)}."
