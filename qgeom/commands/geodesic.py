"""`qgeom geodesic`: the geodesics from the identity to a target."""

from __future__ import annotations

import click

from qgeom import plots
from qgeom._cli import echo_json
from qgeom.algebra.targets import Target
from qgeom.commands.options import (
    check_dim,
    cliff,
    describe_geodesic,
    describe_metric,
    echo_fields,
    echo_table,
    generator,
    json_option,
    patient_progress,
    plot_option,
    read_target,
    search_options,
)
from qgeom.geodesic.connect import MAX_DIM, connect
from qgeom.geodesic.curve import Geodesic
from qgeom.geodesic.refine import RESIDUAL
from qgeom.metric.pauli import PauliMetric

NOT_CONVERGED = 1
NOTHING = "No geodesic survived the ladder of costs; more --starts may help."


@click.command("geodesic")
@search_options
@click.option("--all", "show_all", is_flag=True, help="Show every geodesic that was found.")
@plot_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    source: str,
    qubits: int | None,
    q: float | None,
    locality: int,
    seed: int,
    starts: int,
    show_all: bool,
    plot: str | None,
    as_json: bool,
) -> None:
    """Find geodesics from the identity to TARGET, shortest first.

    TARGET is a gate (toffoli, cnot, swap, qft, haar, ...) or a .npy file with a unitary matrix; it
    counts up to a global phase.  Up to 3 qubits take seconds, 4 a minute, 5 and 6 much longer.  The
    exit code is 1 if the search did not converge.
    """
    if plot is not None:
        plots.check_plot_path(plot)
    rng = generator(seed)
    aim = read_target(source, qubits, rng)
    check_dim(aim, MAX_DIM)
    metric = PauliMetric(aim.n_qubits, cliff(aim.n_qubits, q, locality))
    with patient_progress(aim.name) as report:
        found = connect(metric, aim, rng=rng, starts=starts, report=report)
    if plot is not None and found:
        draw(found[0], plot)
    shown = found if show_all else found[:1]
    if as_json:
        echo_json(
            {
                "target": aim.name,
                "n_qubits": aim.n_qubits,
                "metric": describe_metric(aim.n_qubits, metric.penalty),
                "seed": seed,
                "found": len(found),
                "geodesics": [describe_geodesic(geodesic) for geodesic in shown],
            }
        )
    else:
        echo_text(aim, metric, found, show_all)
    if not found or not found[0].residual <= RESIDUAL:
        ctx.exit(NOT_CONVERGED)


def draw(geodesic: Geodesic, path: str) -> None:
    """Write the figure of one geodesic: its controls, and the energy of each class."""
    above, below = plots.canvas(2, height=3.0)
    plots.plot_controls(geodesic, above)
    plots.save(plots.plot_geodesic(geodesic, below), path)


def echo_text(
    aim: Target, metric: PauliMetric, found: tuple[Geodesic, ...], show_all: bool
) -> None:
    """Print the shortest geodesic, and the others as a table."""
    hint = "" if show_all or len(found) < 2 else " (--all shows them)"
    echo_fields(
        [
            ("target", aim.name),
            ("metric", describe_metric(aim.n_qubits, metric.penalty)),
            ("found", f"{len(found)} distinct{hint}"),
            *(summary(found[0]) if found else [("status", NOTHING)]),
        ]
    )
    if show_all and found:
        rows = [
            [str(rank), f"{one.length:.9f}", f"{one.residual:.0e}"]
            for rank, one in enumerate(found, start=1)
        ]
        click.echo()
        echo_table([["", "length", "residual"], *rows])


def summary(best: Geodesic) -> list[tuple[str, str]]:
    """Return the numbers of one geodesic as lines of text."""
    return [
        ("length", f"{best.length:.9f}"),
        ("status", best.status),
        ("energy", f"conserved to {best.energy_drift:.0e} ({best.scheme})"),
    ]
