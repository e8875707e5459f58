"""`qgeom curvature`: scalar, Ricci and sampled sectional curvature of Nielsen's metric."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import click
import numpy as np

from qgeom import plots
from qgeom._checks import check_integer, fail
from qgeom._cli import echo_json
from qgeom.commands.options import (
    describe_metric,
    echo_fields,
    echo_table,
    generator,
    json_option,
    metric_options,
    patient_progress,
    plot_option,
    seed_option,
)
from qgeom.geodesic.continuation import Report
from qgeom.metric.pauli import PauliMetric
from qgeom.metric.penalties import nielsen
from qgeom.readings.curvature_maps import NegativeShareMap, negative_share_map
from qgeom.readings.sampling import MOST, PLANE_LAWS, CurvatureSample, sample_curvature
from qgeom.readings.weights import MAX_WEIGHT_QUBITS, curvature_by_weight, decimal

QUANTILES = (0.05, 0.5, 0.95)
# A map of four laws on six qubits takes about ten seconds; every further qubit takes five times that.
MAP_QUBITS = 6
MAP_COSTS = tuple(4.0**k for k in range(7))
MAP_COUNT = 200


@click.command("curvature")
@click.option("--qubits", type=int, default=3, show_default=True, metavar="N")
@metric_options
@click.option(
    "--planes",
    type=click.Choice([*PLANE_LAWS, "all", "none"]),
    default="all",
    show_default=True,
    help="Law of the random planes.",
)
@click.option("--count", type=int, default=2000, show_default=True, help="Planes of each law.")
@click.option(
    "--half-width",
    type=float,
    metavar="W",
    help="Draw on until the share of negative planes is known to W at 95 % confidence.",
)
@click.option(
    "--most",
    type=int,
    default=MOST,
    show_default=True,
    help="Largest number of planes of each law with --half-width.",
)
@seed_option
@plot_option
@click.option(
    "--map",
    "chart",
    metavar="FILE",
    help="Write the share of negative planes over 1 to N qubits and q = 1, 4, ..., 4096 to FILE.",
)
@json_option
def command(
    qubits: int,
    q: float | None,
    locality: int,
    planes: str,
    count: int,
    half_width: float | None,
    most: int,
    seed: int,
    plot: str | None,
    chart: str | None,
    as_json: bool,
) -> None:
    """Report the curvature of Nielsen's metric on N qubits.

    Scalar and Ricci curvature are exact, for up to 2000 qubits with --planes none.  The share of
    negative planes is sampled, for laws of the plane that give very different answers.
    """
    for name, path in (("plot", plot), ("map", chart)):
        if path is not None:
            plots.check_plot_path(path, name)
            if planes == "none":
                raise fail(name, "come with planes to show", "is given with --planes none")
    if chart is not None:
        check_integer("qubits", qubits, 1, MAP_QUBITS)
    qubits = check_integer("qubits", qubits, 1, MAX_WEIGHT_QUBITS)
    penalty = nielsen(4**qubits if q is None else q, locality)
    laws = {"all": PLANE_LAWS, "none": ()}.get(planes, (planes,))
    metric = PauliMetric(qubits, penalty) if laws else None
    exact = curvature_by_weight(qubits, penalty)
    scalar = decimal(exact.scalar)
    if metric is None:
        rows = []
    elif number(scalar) is None:
        raise fail("q", "keep curvatures below 1e308 for planes", f"does not in {penalty.name}")
    else:
        rng = generator(seed)
        with patient_progress("curvature") as report:
            rule = {"count": count, "half_width": half_width, "most": most}
            samples = draw_planes(metric, laws, rng, report, **rule)
        if plot is not None:
            plots.save(plots.plot_curvature(samples, plots.canvas()[0], metric=metric), plot)
        rows = [describe_sample(sample, rng) for sample in samples]
    if chart is not None:
        with patient_progress("map") as report:
            draw_map(qubits, locality, laws, seed, report, chart)
    about = describe_metric(qubits, penalty)
    if as_json:
        echo_json(
            {
                "n_qubits": qubits,
                "metric": about,
                "seed": seed,
                "scalar": number(scalar),
                "scalar_decimal": str(scalar),
                "ricci_by_weight": [number(value) for value in exact.decimals],
                "ricci_by_weight_decimal": [str(value) for value in exact.decimals],
                "planes": rows,
            }
        )
    else:
        echo_text(about, exact.decimals, scalar, rows)


def draw_planes(
    metric: PauliMetric,
    laws: tuple[str, ...],
    rng: np.random.Generator,
    report: Report,
    **rule: Any,
) -> list[CurvatureSample]:
    """Sample planes of each law by the same rule (see `sample_curvature`)."""
    samples = []
    for done, law in enumerate(laws):

        def share_of_all(message: str, share: float, done: int = done) -> None:
            report(message, (done + share) / len(laws))

        samples.append(sample_curvature(metric, law, rng=rng, report=share_of_all, **rule))
    return samples


def draw_map(
    qubits: int, locality: int, laws: tuple[str, ...], seed: int, report: Report, path: str
) -> None:
    """Write the negative share over qubits and costs to a file, one panel for each law."""

    def family(n_qubits: int, q: float) -> PauliMetric:
        return PauliMetric(n_qubits, nielsen(q, locality))

    def found(done: int, law: str) -> NegativeShareMap:
        def share_of_all(message: str, share: float) -> None:
            report(message, (done + share) / len(laws))

        sizes = range(1, qubits + 1)
        return negative_share_map(
            family, sizes, MAP_COSTS, law, MAP_COUNT, seed=seed, report=share_of_all
        )

    panels = plots.canvas(len(laws), height=1.2 + 0.35 * qubits)
    for done, (law, axes) in enumerate(zip(laws, panels, strict=True)):
        name = f"nielsen(locality={locality}, q)"
        plots.plot_negative_share_map(found(done, law), axes, name=name)
    plots.save(panels[0], path)


def number(value: Decimal) -> float | None:
    """Return the double next to a decimal, None beyond 1e308.

    Examples
    --------
    >>> number(Decimal("1.5")), number(Decimal("1e400"))
    (1.5, None)
    """
    found = float(value)
    return found if math.isfinite(found) else None


def describe_sample(sample: CurvatureSample, rng: np.random.Generator) -> dict[str, Any]:
    """Return the numbers of one sample, with intervals at 95 % confidence.

    Wilson's of the negative share, the bootstrap's of the mean.
    """
    low, high = sample.negative_interval()
    mean_low, mean_high = sample.mean_interval(rng=rng)
    quantiles = zip(QUANTILES, sample.quantiles(QUANTILES).tolist(), strict=True)
    return {
        "law": sample.planes,
        "count": sample.count,
        "negative": sample.negative,
        "flat": sample.flat,
        "negative_share": sample.negative_share,
        "low": low,
        "high": high,
        "mean": sample.mean,
        "mean_low": mean_low,
        "mean_high": mean_high,
        "quantiles": {f"{level:g}": value for level, value in quantiles},
    }


def echo_text(
    about: str, ricci: tuple[Decimal, ...], scalar: Decimal, samples: list[dict[str, Any]]
) -> None:
    """Print the exact curvatures, and a table of the samples."""
    echo_fields(
        [
            ("metric", about),
            ("scalar", _ten_digits(scalar)),
            *((f"Ricci, weight {k}", _ten_digits(value)) for k, value in enumerate(ricci, start=1)),
        ]
    )
    if not samples:
        return
    heads = ["planes", "count", "negative", "95 % interval", "flat", "mean", "95 % interval"]
    rows = [[*heads, "5 %", "median", "95 %"]]
    for found in samples:
        rows.append(
            [
                found["law"],
                str(found["count"]),
                f"{found['negative_share']:.2%}",
                f"{found['low']:.2%} to {found['high']:.2%}",
                f"{found['flat'] / found['count']:.2%}",
                f"{found['mean']:.4g}",
                f"{found['mean_low']:.4g} to {found['mean_high']:.4g}",
                *(f"{value:.4g}" for value in found["quantiles"].values()),
            ]
        )
    click.echo()
    echo_table(rows)


def _ten_digits(value: Decimal) -> str:
    found = number(value)
    return f"{value:.10g}" if found is None else f"{found:.10g}"
