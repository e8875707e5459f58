"""`qgeom distance`: the distance from the identity to a target, as a bracket."""

from __future__ import annotations

import click

from qgeom._cli import echo_json
from qgeom.commands.options import (
    cliff,
    describe_geodesic,
    describe_metric,
    echo_fields,
    generator,
    json_option,
    patient_progress,
    read_target,
    search_options,
)
from qgeom.metric.pauli import PauliMetric
from qgeom.readings.distance import Distance, distance


@click.command("distance")
@search_options
@json_option
def command(
    source: str,
    qubits: int | None,
    q: float | None,
    locality: int,
    seed: int,
    starts: int,
    as_json: bool,
) -> None:
    """Bracket the distance from the identity to TARGET.

    Above it is the length of the best path found, below it a certified bound.  TARGET is a gate
    (toffoli, cnot, swap, qft, haar, ...) or a .npy file with a unitary matrix; it counts up to a
    global phase.  Beyond 4 qubits the path is a straight line, without a search.
    """
    rng = generator(seed)
    aim = read_target(source, qubits, rng)
    metric = PauliMetric(aim.n_qubits, cliff(aim.n_qubits, q, locality))
    with patient_progress(aim.name) as report:
        found = distance(metric, aim, rng=rng, starts=starts, report=report)
    if as_json:
        echo_json(
            {
                "target": aim.name,
                "n_qubits": aim.n_qubits,
                "metric": describe_metric(aim.n_qubits, metric.penalty),
                "seed": seed,
                "lower": found.lower,
                "upper": found.upper,
                "lower_bound": found.lower_bound,
                "upper_bound": found.upper_bound,
                "tried": found.tried,
                "geodesic": found.geodesic and describe_geodesic(found.geodesic),
            }
        )
    else:
        about = [("target", aim.name), ("metric", describe_metric(aim.n_qubits, metric.penalty))]
        echo_fields([*about, *rows(found)])


def rows(found: Distance) -> list[tuple[str, str]]:
    """Return the bracket and every bound as lines of text."""
    return [
        ("distance", f"{found.lower:.9f} <= d <= {found.upper:.9f}"),
        ("lower", f"{found.lower:.9f}  {found.lower_bound}"),
        ("upper", f"{found.upper:.9f}  {found.upper_bound}"),
        ("tried", ", ".join(f"{name} {value:.6f}" for name, value in found.tried.items())),
    ]
