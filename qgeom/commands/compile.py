"""`qgeom compile`: circuits for a target, beside one another and beside the distance."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click
import numpy as np

from qgeom import plots
from qgeom._checks import fail
from qgeom._cli import echo_json
from qgeom.circuits.export import to_qasm
from qgeom.circuits.synthesis import EFFORTS, GATE_SETS, Candidate, Synthesis, scan_errors
from qgeom.commands.options import (
    cliff,
    describe_metric,
    echo_fields,
    echo_table,
    generator,
    json_option,
    patient_progress,
    plot_option,
    read_target,
    seed_option,
)
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.distance import Distance, distance

NOT_REACHED = 1
# The bracket of the distance is found by default up to here: seconds.
MAX_BRACKET = 3


@click.command("compile")
@click.argument("source", metavar="TARGET")
@click.option("--qubits", type=int, metavar="N", help="For qft, haar and identity.")
@click.option(
    "--gate-set",
    type=click.Choice(GATE_SETS),
    default="cx",
    show_default=True,
    help="The gates that are counted; all but Clifford+T come with any gate on one qubit.",
)
@click.option(
    "--error",
    "errors",
    type=float,
    multiple=True,
    default=(1e-8,),
    show_default=True,
    help="Operator norm up to phase; may be repeated.",
)
@click.option(
    "--effort",
    type=click.Choice(EFFORTS),
    default="normal",
    show_default=True,
    help="Closed forms and fits, also a minute of searches on up to four qubits, or longer.",
)
@click.option(
    "--distance/--no-distance",
    "with_distance",
    default=None,
    help="Bracket the distance too.  [default: up to 3 qubits]",
)
@click.option("--qasm", metavar="FILE", help="Write the circuit to FILE as OpenQASM 3.")
@seed_option
@plot_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    source: str,
    qubits: int | None,
    gate_set: str,
    errors: tuple[float, ...],
    effort: str,
    with_distance: bool | None,
    qasm: str | None,
    seed: int,
    plot: str | None,
    as_json: bool,
) -> None:
    """Compile TARGET into a circuit: the cheapest of several candidates within an error.

    TARGET is a gate (toffoli, cnot, swap, qft, haar, ...) or a .npy file with a unitary matrix; it
    counts up to a global phase, and qubit 0 is the least significant bit.  Every error is measured on
    the circuit that comes out.  The exit code is 1 if no candidate is within the (last) error.
    """
    if plot is not None:
        plots.check_plot_path(plot)
    if qasm is not None and not Path(qasm).parent.is_dir():
        raise fail("qasm", "lie in a folder that exists", f"is {qasm!r}")
    rng = generator(seed)
    aim = read_target(source, qubits, rng)
    with patient_progress(aim.name) as report:
        scan = scan_errors(aim, gate_set, errors, effort=effort, rng=rng, report=report)
        bracket = None
        if aim.n_qubits <= MAX_BRACKET if with_distance is None else with_distance:
            metric = PauliMetric(aim.n_qubits, cliff(aim.n_qubits, None, 2))
            bracket = distance(metric, aim, rng=rng, report=report)
    if plot is not None:
        (axes,) = plots.canvas(width=8.0)
        draw = plots.plot_counts(scan, axes) if len(scan) > 1 else plots.plot_costs(scan[0], axes)
        plots.save(draw, plot)
    if qasm is not None:
        write_text(Path(qasm), to_qasm(scan[-1].circuit))
    if as_json:
        echo_json(as_record(scan, bracket, seed))
    else:
        echo_text(scan, bracket)
    if not scan[-1].reached:
        ctx.exit(NOT_REACHED)


def write_text(path: Path, text: str) -> None:
    """Write a file at once: a reader sees the old one or the new, never half."""
    staging = path.with_name(f".{path.name}.part")
    staging.write_text(text, encoding="utf-8")
    os.replace(staging, path)


def as_record(scan: tuple[Synthesis, ...], bracket: Distance | None, seed: int) -> dict[str, Any]:
    """Return everything that was found, for JSON."""
    first = scan[0]
    return {
        "target": first.target.name,
        "n_qubits": first.target.n_qubits,
        "gate_set": first.gate_set,
        "seed": seed,
        "distance": bracket and {"lower": bracket.lower, "upper": bracket.upper},
        "local_length": first.length,
        "circuits": [
            {
                "allowed": found.allowed,
                "reached": found.reached,
                "status": found.status,
                "candidates": [_candidate(one) for one in found.candidates],
            }
            for found in scan
        ],
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    budget = one.budget and [
        {"stage": stage.name, "predicted": stage.predicted, "measured": stage.measured}
        for stage in one.budget.stages
    ]
    costs = {name: getattr(one.costs, name) for name in one.costs.__dataclass_fields__}
    return {
        "method": one.method,
        "error": one.error,
        **costs,
        "seconds": one.seconds,
        "budget": budget,
    }


def echo_text(scan: tuple[Synthesis, ...], bracket: Distance | None) -> None:
    """Print the target, its lengths, and a table of candidates for each error."""
    aim = scan[0].target
    rows = [("target", aim.name), ("gate set", scan[0].gate_set)]
    if bracket is not None:
        metric = describe_metric(aim.n_qubits, cliff(aim.n_qubits, None, 2))
        rows.append(("distance", f"{bracket.lower:.6f} <= d <= {bracket.upper:.6f}  ({metric})"))
    if scan[0].length is not None:
        rows.append(("local path", f"{scan[0].length:.6f}  at infinite cost of non-local strings"))
    echo_fields(rows)
    for found in scan:
        click.echo(f"\nerror at most {found.allowed:.1e}.  {found.status}")
        echo_table([HEADER, *(_row(one) for one in found.candidates)])
        if found.best.budget is not None:
            click.echo(f"\n{found.best.budget.table()}")


HEADER = ["method", "SU(4)", "CX", "RZZ", "angle/(pi/2)", "T", "depth", "error", "seconds"]


def _row(one: Candidate) -> list[str]:
    costs = one.costs
    return [
        one.method,
        str(costs.su4),
        str(costs.cx),
        str(costs.rzz),
        f"{costs.interaction_angle / (0.5 * np.pi):.3f}",
        "-" if costs.t is None else str(costs.t),
        str(costs.depth),
        f"{one.error:.1e}",
        f"{one.seconds:.1f}",
    ]
