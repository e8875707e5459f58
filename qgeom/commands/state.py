"""`qgeom state`: the distance of two states, as a bracket."""

from __future__ import annotations

import click
import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._cli import echo_json
from qgeom.commands.options import (
    cliff,
    describe_geodesic,
    describe_metric,
    echo_fields,
    generator,
    json_option,
    metric_options,
    patient_progress,
    seed_option,
)
from qgeom.metric.pauli import PauliMetric
from qgeom.states.connect import MAX_QUBITS, RESIDUAL, state_distance
from qgeom.states.named import named_state

NOT_CONVERGED = 1


@click.command("state")
@click.argument("start", metavar="START")
@click.argument("end", metavar="END")
@click.option("--qubits", type=int, metavar="N", help="For two names; else that of the bits.")
@metric_options
@seed_option
@click.option("--starts", type=int, default=4, show_default=True, help="Random starts.")
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    start: str,
    end: str,
    qubits: int | None,
    q: float | None,
    locality: int,
    seed: int,
    starts: int,
    as_json: bool,
) -> None:
    """Bracket the distance from state START to state END on up to 6 qubits.

    A state is a bit string such as 010 (the rightmost bit is qubit 0), or ghz, w, plus or haar; its
    phase does not count.  Above the distance is the length of the best geodesic found, below it the
    angle between the states.  The exit code is 1 if the search did not converge.
    """
    rng = generator(seed)
    size = count_qubits(start, end, qubits)
    first, last = (named_state(name, size, rng=rng) for name in (start, end))
    metric = PauliMetric(size, cliff(size, q, locality))
    with patient_progress(f"{start} to {end}") as report:
        found = state_distance(metric, first, last, rng=rng, starts=starts, report=report)
    about = describe_metric(size, metric.penalty)
    fidelity = float(abs(np.vdot(first, last)) ** 2)
    if as_json:
        echo_json(
            {
                "start": start,
                "end": end,
                "n_qubits": size,
                "metric": about,
                "seed": seed,
                "fidelity": fidelity,
                "lower": found.lower,
                "upper": found.upper,
                "geodesic": {
                    **describe_geodesic(found.geodesic),
                    "residual": found.residual,
                    "status": found.status,
                },
            }
        )
    else:
        echo_fields(
            [
                ("states", f"{start} to {end}, fidelity {fidelity:.6f}"),
                ("metric", about),
                ("distance", f"{found.lower:.9f} <= d <= {found.upper:.9f}"),
                ("status", found.status),
            ]
        )
    if not found.residual <= RESIDUAL:
        ctx.exit(NOT_CONVERGED)


def count_qubits(start: str, end: str, qubits: int | None) -> int:
    """Return the number of qubits that the bits name, or the given one.

    Examples
    --------
    >>> count_qubits("000", "ghz", None)
    3
    """
    bits = [name for name in (start, end) if name and set(name) <= {"0", "1"}]
    if qubits is None and bits:
        qubits = len(bits[0])
    if qubits is None:
        raise fail("qubits", f"be given for {start} and {end}", "is missing")
    return check_integer("qubits", qubits, 1, MAX_QUBITS)
