"""What the commands share: how targets, metrics and seeds are named, and how results are shown."""

from __future__ import annotations

import contextlib
import os
import threading
import tokenize
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import numpy as np

from qgeom._checks import check_integer, fail
from qgeom._progress import Progress
from qgeom.algebra.targets import Target, target
from qgeom.geodesic.continuation import Report
from qgeom.geodesic.curve import Geodesic
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import Penalty, nielsen

# Shorter commands show no progress.
PATIENCE_S = 2.0
# What numpy raises for a file that is no .npy file, or a damaged one.
_UNREADABLE = (ValueError, EOFError, MemoryError, OverflowError, SyntaxError, tokenize.TokenError)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def stacked(*decorators: Decorator) -> Decorator:
    """Return several click decorators as one; the first is shown first in the help."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


json_option = click.option("--json", "as_json", is_flag=True, help="Print strict JSON.")
plot_option = click.option(
    "--plot", metavar="FILE", help="Write a figure to FILE (.png, .svg, .pdf)."
)
seed_option = click.option("--seed", type=int, default=0, show_default=True, help="Random seed.")
metric_options = stacked(
    click.option("--q", type=float, help="Cost of the non-local Pauli strings.  [default: 4^n]"),
    click.option(
        "--locality",
        type=int,
        default=2,
        show_default=True,
        metavar="K",
        help="Strings of weight up to K cost 1.",
    ),
)
search_options = stacked(
    click.argument("source", metavar="TARGET"),
    click.option("--qubits", type=int, metavar="N", help="For qft, haar and identity."),
    metric_options,
    seed_option,
    click.option(
        "--starts",
        type=int,
        help="Random starts.  [default: 16; fewer on 2 and 4 qubits]",
    ),
)


def generator(seed: int) -> np.random.Generator:
    """Return the random numbers of a seed, or raise ValueError if it is negative."""
    return np.random.default_rng(check_integer("seed", seed, 0))


def read_target(source: str, n_qubits: int | None, rng: np.random.Generator) -> Target:
    """Return the target of a gate name, or of a .npy file (anything with a dot or a slash)."""
    if not Path(source).suffix and os.sep not in source:
        return target(source, n_qubits, rng=rng)
    with open(source, "rb") as file:
        try:
            matrix = np.lib.format.read_array(file, allow_pickle=False)
        except _UNREADABLE as error:
            reason = " ".join(str(error).split()) or type(error).__name__
            must = "be a .npy file with a unitary matrix"
            raise fail("target", must, f"is {source!r}: {reason.rstrip('.')}") from None
    found = target(matrix, n_qubits)
    return Target(Path(source).stem, found.matrix, found.n_qubits)


def cliff(n_qubits: int, q: float | None, locality: int) -> Penalty:
    """Return Nielsen's penalty, with q = 4^n if it is not given."""
    return nielsen(4.0**n_qubits if q is None else q, locality)


def check_dim(found: Target, most: int) -> None:
    """Raise ValueError if the group of a target has more than `most` dimensions."""
    check_integer("qubits", found.n_qubits, 1, (most + 1).bit_length() // 2)


@contextlib.contextmanager
def patient_progress(label: str) -> Iterator[Report]:
    """Open a progress line on standard error that appears after two seconds.

    A timer shows the last report then, since the next one may be minutes away.
    """
    last, lock = ("", 0.0), threading.Lock()
    with Progress(label) as progress:

        def show() -> None:
            with lock:
                progress(*last)

        def report(message: str, share: float) -> None:
            nonlocal last
            last = (message, share)
            if not timer.is_alive():
                show()

        timer = threading.Timer(PATIENCE_S, show)
        timer.start()
        try:
            yield report
        finally:
            timer.cancel()
            timer.join()


def describe_metric(n_qubits: int, penalty: Penalty) -> str:
    """Return the name, size and unit of a metric in one line."""
    noun = "qubit" if n_qubits == 1 else "qubits"
    return f"{penalty.name} on {n_qubits} {noun}, <H, J> = tr(HJ) / 2^n at cost 1"


def describe_geodesic(geodesic: Geodesic) -> dict[str, Any]:
    """Return the numbers of one geodesic, with its initial velocity by Pauli string."""
    metric = geodesic.metric
    labels = metric.strings.labels if isinstance(metric, PauliMetric) else range(metric.dim)
    return {
        "length": geodesic.length,
        "energy_drift": geodesic.energy_drift,
        "residual": geodesic.residual,
        "scheme": geodesic.scheme,
        "status": geodesic.status,
        "velocity": dict(zip(labels, geodesic.velocity.tolist(), strict=True)),
    }


def echo_fields(fields: Iterable[tuple[str, str]]) -> None:
    """Print aligned lines "name  value"."""
    rows = list(fields)
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        click.echo(f"{name:<{width}}  {value}")


def echo_table(rows: list[list[str]]) -> None:
    """Print rows in columns: the first to the left, all others to the right."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for first, *rest in rows:
        cells = [f"{cell:>{width}}" for cell, width in zip(rest, widths[1:], strict=True)]
        click.echo("  ".join([f"{first:<{widths[0]}}", *cells]).rstrip())
