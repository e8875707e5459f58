"""`qgeom diameter`: the diameter at each cost q, as a bracket, and how it grows with q."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

import click
import numpy as np

from qgeom import plots
from qgeom._checks import check_integer
from qgeom._cli import echo_json
from qgeom._typing import Real
from qgeom.commands.options import (
    describe_metric,
    echo_fields,
    echo_table,
    generator,
    json_option,
    patient_progress,
    plot_option,
    seed_option,
)
from qgeom.metric.penalties import nielsen
from qgeom.readings.scaling import (
    LEAST,
    PowerLaw,
    Saturation,
    ScanRow,
    diameter_scan,
    power_law,
    saturation,
)

COSTS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0)
# A target on eight qubits climbs for minutes.
MAX_QUBITS = 8


@click.command("diameter")
@click.option("--qubits", type=int, default=3, show_default=True, metavar="N")
@click.option(
    "--q",
    "costs",
    type=float,
    multiple=True,
    help="Cost of the non-local Pauli strings; give several.  [default: 2, 4, 8, ..., 128]",
)
@click.option(
    "--locality",
    type=int,
    default=2,
    show_default=True,
    metavar="K",
    help="Strings of weight up to K cost 1.",
)
@click.option(
    "--count", type=int, default=1, show_default=True, help="Targets at each cost; 0: bounds alone."
)
@seed_option
@click.option("--starts", type=int, default=4, show_default=True, help="Random starts of a search.")
@plot_option
@json_option
def command(
    qubits: int,
    costs: tuple[float, ...],
    locality: int,
    count: int,
    seed: int,
    starts: int,
    plot: str | None,
    as_json: bool,
) -> None:
    """Bracket the diameter, the distance to the farthest gate, at one or more costs q.

    lower and upper are certified.  found is the longest of the shortest paths to a few targets that
    are far away: an estimate, on either side of the diameter.  From three costs on it is told how the
    bounds grow, and whether the estimate saturates.  After Ctrl-C the finished rows are shown.
    """
    if plot is not None:
        plots.check_plot_path(plot)
    qubits = check_integer("qubits", qubits, 1, MAX_QUBITS)
    penalty = partial(nielsen, locality=locality)
    about = describe_metric(qubits, replace(penalty(1.0), name=f"nielsen({locality=})"))
    rng, rows = generator(seed), list[ScanRow]()
    values = sorted(set(costs or COSTS))
    present = partial(show, rows, about, seed, plot, as_json)
    try:
        with patient_progress("diameter") as report:
            for row in diameter_scan(
                penalty, [qubits], values, rng=rng, count=count, report=report, starts=starts
            ):
                rows.append(row)
    except KeyboardInterrupt:
        if rows:
            present()
        raise
    present()


def show(rows: Sequence[ScanRow], about: str, seed: int, plot: str | None, as_json: bool) -> None:
    """Print the rows and their fits, and draw them."""
    laws, level = fit_bounds(rows), fit_estimate(rows)
    if as_json:
        echo_json(
            {
                "n_qubits": rows[0].n_qubits,
                "metric": about,
                "seed": seed,
                "rows": [describe_row(row) for row in rows],
                "power_laws": {name: describe_fit(law) for name, law in laws.items()},
                "saturation": level and describe_fit(level),
            }
        )
    else:
        echo_text(about, rows, laws, level)
    if plot is not None:
        plots.save(plots.plot_diameters(rows, plots.canvas()[0], level=level), plot)


def column(rows: Sequence[ScanRow], name: str) -> Real:
    """Return one number of each bracket, (rows,), NaN where there is none."""
    return np.array([getattr(row.diameter, name) for row in rows], dtype=np.float64)


def fit_bounds(rows: Sequence[ScanRow]) -> dict[str, PowerLaw]:
    """Fit a power of q to the certified ends; nothing to fewer than three costs."""
    if len(rows) < LEAST:
        return {}
    costs = np.array([row.q for row in rows])
    return {name: power_law(costs, column(rows, name)) for name in ("lower", "upper")}


def fit_estimate(rows: Sequence[ScanRow]) -> Saturation | None:
    """Fit the limit of the estimate, which is made to grow: no diameter falls with the cost."""
    found = column(rows, "found")
    if len(rows) < LEAST or np.isnan(found).any():
        return None
    estimate = np.maximum.accumulate(np.maximum(found, column(rows, "lower")))
    return saturation(np.array([row.q for row in rows]), estimate)


def describe_row(row: ScanRow) -> dict[str, Any]:
    """Return the numbers of one bracket."""
    found = row.diameter
    return {
        "q": row.q,
        "lower": found.lower,
        "found": found.found,
        "upper": found.upper,
        "lower_bound": found.lower_bound,
        "upper_bound": found.upper_bound,
    }


def describe_fit(fit: PowerLaw | Saturation) -> dict[str, Any]:
    """Return the numbers of one fit, with its confidence interval."""
    return {**asdict(fit), "interval": fit.interval()}


def echo_text(
    about: str, rows: Sequence[ScanRow], laws: dict[str, PowerLaw], level: Saturation | None
) -> None:
    """Print the brackets as a table, and how they grow."""
    echo_fields([("metric", about)])
    click.echo()
    table = [["q", "lower", "found", "upper", "lower by", "upper by"]]
    for row in rows:
        one = row.diameter
        lengths = [f"{value:.6f}" if value else "-" for value in (one.lower, one.found, one.upper)]
        table.append([f"{row.q:g}", *lengths, one.lower_bound, one.upper_bound or "-"])
    echo_table(table)
    fields = [
        (name, f"grows like q^{law.exponent:z.3f}, {spread(law)}") for name, law in laws.items()
    ]
    if level is not None:
        fields.append(("found", sentence(level, rows[-1].q)))
    if fields:
        click.echo()
        echo_fields(fields)


def spread(fit: PowerLaw | Saturation) -> str:
    """Return the confidence interval of a fit in words."""
    low, high = fit.interval()
    return f"95 % interval {low:z.3f} to {high:z.3f}"


def sentence(level: Saturation, last: float) -> str:
    """Return what a fit to estimates says about saturation."""
    _, high = level.interval()
    if level.critical is None:
        most = f"one could be as high as {high:.3f}"
        return f"not within {level.tolerance:.0%} of a limit up to q = {last:g}: {most}"
    limit = f"extrapolates to {level.limit:.3f}, {spread(level)}"
    return f"{limit}: within {level.tolerance:.0%} from q = {level.critical:.3g} on"
