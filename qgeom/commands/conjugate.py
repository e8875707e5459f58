"""`qgeom conjugate`: conjugate times of the straight line to a target, or along a Pauli string."""

from __future__ import annotations

import math

import click
import numpy as np

from qgeom._checks import check_integer, check_positive, fail
from qgeom._cli import echo_json
from qgeom._typing import Vector
from qgeom.algebra.paulis import LETTERS, pauli_index
from qgeom.algebra.targets import Target
from qgeom.commands.options import (
    check_dim,
    cliff,
    describe_metric,
    echo_fields,
    echo_table,
    generator,
    json_option,
    metric_options,
    patient_progress,
    read_target,
    seed_option,
)
from qgeom.geodesic.branches import log_branches
from qgeom.geodesic.endpoint import MAX_MATRIX
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.jacobi import ConjugateTimes
from qgeom.readings.line_jacobi import is_line_geodesic, line_conjugate_times
from qgeom.readings.pauli_jacobi import pauli_conjugate_times

# Strings of n qubits are rows of 4^n arrays.
MAX_STRING = 10
# A longer table is cut; JSON has all of it.
MOST_ROWS = 20


@click.command("conjugate")
@click.argument("source", metavar="TARGET")
@click.option("--qubits", type=int, metavar="N", help="For qft, haar and identity.")
@metric_options
@click.option(
    "--horizon", type=float, metavar="T", help="Search up to T.  [default: 1, a string: pi]"
)
@seed_option
@json_option
def command(
    source: str,
    qubits: int | None,
    q: float | None,
    locality: int,
    horizon: float | None,
    seed: int,
    as_json: bool,
) -> None:
    """Find the conjugate times of the straight line exp(-iHt) to TARGET.

    Beyond the first one the line is no longer a local minimum of length.  TARGET is a gate (toffoli,
    cnot, swap, ...) or a .npy file with a unitary matrix, reached at t = 1 by the shortest logarithm
    H whose line is a geodesic; or a Pauli string in capital letters such as XXI, which is H itself.
    """
    if set(source) <= set(LETTERS):
        name = source
        metric, speed, found = along_string(source, qubits, q, locality, horizon)
    else:
        aim = read_target(source, qubits, generator(seed))
        name = aim.name
        metric, speed, found = along_line(aim, q, locality, horizon)
    about = describe_metric(metric.n_qubits, metric.penalty)
    if as_json:
        echo_json(
            {
                "target": name,
                "n_qubits": metric.n_qubits,
                "metric": about,
                "seed": seed,
                "speed": speed,
                "horizon": found.horizon,
                "times": found.times,
                "multiplicity": found.multiplicity,
            }
        )
    else:
        echo_text([("target", name), ("metric", about)], speed, found)


def along_string(
    label: str, n_qubits: int | None, q: float | None, locality: int, horizon: float | None
) -> tuple[PauliMetric, float, ConjugateTimes]:
    """Return the metric, the speed and the exact conjugate times of ``exp(-i t P)``."""
    size = check_integer("qubits", len(label), 1, MAX_STRING)
    if n_qubits not in (None, size):
        raise fail("qubits", f"be {size} for {label}", f"is {n_qubits}")
    metric = PauliMetric(size, cliff(size, q, locality))
    end = math.pi if horizon is None else check_positive("horizon", horizon)
    found = pauli_conjugate_times(metric, label, end)
    cost = metric.inertia[pauli_index(label)]
    return metric, math.sqrt(cost), found


def along_line(
    aim: Target, q: float | None, locality: int, horizon: float | None
) -> tuple[PauliMetric, float, ConjugateTimes]:
    """Return the metric, the speed and the conjugate times of the line to a target."""
    check_dim(aim, MAX_MATRIX)
    metric = PauliMetric(aim.n_qubits, cliff(aim.n_qubits, q, locality))
    end = 1.0 if horizon is None else check_positive("horizon", horizon)
    velocity = shortest_line(metric, aim)
    with patient_progress(aim.name) as report:
        found = line_conjugate_times(metric, velocity, end, report=report)
    return metric, float(metric.norm(velocity)), found


def shortest_line(metric: PauliMetric, aim: Target) -> Vector:
    """Return the shortest logarithm of a target whose straight line is a geodesic.

    Raises
    ------
    ValueError
        If there is none among two logarithms for each eigenvalue.
    """
    logarithms = log_branches(metric, aim.matrix, 2 * metric.size)
    lines = [x for x in logarithms if is_line_geodesic(metric, x)]
    if not lines:
        must = "have a logarithm H that commutes with its momentum G(H)"
        raise fail("target", must, f"{aim.name} has none: no straight line to it is a geodesic")
    return min(lines, key=lambda x: float(metric.norm(x)))


def echo_text(about: list[tuple[str, str]], speed: float, found: ConjugateTimes) -> None:
    """Print the first conjugate time, and all of them as a table."""
    until = f"up to t = {found.horizon:g}"
    first = "the line is a local minimum of length"
    if len(found.times):
        first = f"t = {found.times[0]:.9f}, length {speed * found.times[0]:.9f}"
    echo_fields(
        [
            *about,
            ("speed", f"{speed:.9f}"),
            ("first", first if len(found.times) else f"none {until}: {first}"),
            ("index", f"{int(found.multiplicity.sum())} {until}"),
        ]
    )
    if len(found.times):
        index = np.cumsum(found.multiplicity)
        rows = [
            [f"{time:.9f}", str(count), str(total)]
            for time, count, total in zip(found.times, found.multiplicity, index, strict=True)
        ]
        click.echo()
        echo_table([["conjugate time", "multiplicity", "index beyond"], *rows[:MOST_ROWS]])
        if len(rows) > MOST_ROWS:
            click.echo(f"and {len(rows) - MOST_ROWS} more (--json shows them)")
