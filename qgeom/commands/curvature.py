"""`qgeom curvature`: scalar, Ricci and sampled sectional curvature of Nielsen's metric."""

from __future__ import annotations

import math
from typing import Any

import click
import numpy as np
import scipy.stats

from qgeom import plots
from qgeom._checks import check_integer, fail
from qgeom._cli import echo_json
from qgeom._typing import Real
from qgeom.commands.options import (
    cliff,
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
from qgeom.metric.penalties import Penalty
from qgeom.readings.ricci import ricci_by_weight
from qgeom.readings.sampling import PLANE_LAWS, CurvatureSample, sample_curvature

QUANTILES = (0.05, 0.5, 0.95)
CONFIDENCE = 0.95
# Progress is reported this often while the planes of one law are drawn.
PORTIONS = 20
# Scalar curvature grows like 16^n q: it is a double up to here, for q = 4^n.
MAX_QUBITS = 150


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
@seed_option
@plot_option
@json_option
def command(
    qubits: int,
    q: float | None,
    locality: int,
    planes: str,
    count: int,
    seed: int,
    plot: str | None,
    as_json: bool,
) -> None:
    """Report the curvature of Nielsen's metric on N qubits.

    Scalar and Ricci curvature are exact, for up to 150 qubits with --planes none.  The share of
    negative planes is sampled, for laws of the plane that give very different answers.
    """
    if plot is not None:
        plots.check_plot_path(plot)
        if planes == "none":
            raise fail("plot", "come with planes to show", "is given with --planes none")
    qubits = check_integer("qubits", qubits, 1, MAX_QUBITS)
    penalty = cliff(qubits, q, locality)
    ricci, scalar = exact_curvature(qubits, penalty)
    laws = {"all": PLANE_LAWS, "none": ()}.get(planes, (planes,))
    samples = []
    if laws:
        metric, rng = PauliMetric(qubits, penalty), generator(seed)
        with patient_progress("curvature") as report:
            samples = draw_planes(metric, laws, check_integer("count", count, 1), rng, report)
        if plot is not None:
            plots.save(plots.plot_curvature(samples, plots.canvas()[0], metric=metric), plot)
    if as_json:
        echo_json(
            {
                "n_qubits": qubits,
                "metric": describe_metric(qubits, penalty),
                "seed": seed,
                "scalar": scalar,
                "ricci_by_weight": ricci,
                "planes": [describe_sample(sample) for sample in samples],
            }
        )
    else:
        echo_text(describe_metric(qubits, penalty), ricci, scalar, samples)


def exact_curvature(n_qubits: int, penalty: Penalty) -> tuple[Real, float]:
    """Return Ricci by weight, (n,), and scalar curvature ``S = sum_k C(n, k) 3^k Ric(k)``.

    Raises
    ------
    ValueError
        If the costs are so large that a curvature is no double.

    Examples
    --------
    >>> exact_curvature(2, cliff(2, 1.0, 2))
    (array([8., 8.]), 120.0)
    """
    counts = [float(math.comb(n_qubits, k) * 3**k) for k in range(1, n_qubits + 1)]
    with np.errstate(over="ignore", invalid="ignore"):
        ricci = ricci_by_weight(n_qubits, penalty)
        scalar = float(np.dot(counts, ricci))
    if not math.isfinite(scalar):
        raise fail("q", "keep curvatures below 1e308", f"does not in {penalty.name}")
    return ricci, scalar


def draw_planes(
    metric: PauliMetric,
    laws: tuple[str, ...],
    count: int,
    rng: np.random.Generator,
    report: Report,
) -> list[CurvatureSample]:
    """Sample `count` planes of each law in portions; the portions do not change what is drawn."""
    sizes = [len(part) for part in np.array_split(np.arange(count), min(PORTIONS, count))]
    samples = []
    for i, law in enumerate(laws):
        values = []
        for j, size in enumerate(sizes):
            report(f"planes {law}", (i + j / len(sizes)) / len(laws))
            values.append(sample_curvature(metric, law, size, rng=rng).values)
        samples.append(CurvatureSample(np.concatenate(values), law))
    return samples


def describe_sample(sample: CurvatureSample) -> dict[str, Any]:
    """Return the numbers of one sample, with Wilson's interval of the negative share."""
    interval = scipy.stats.binomtest(sample.negative, sample.count).proportion_ci(
        CONFIDENCE, method="wilson"
    )
    return {
        "law": sample.planes,
        "count": sample.count,
        "negative": sample.negative,
        "flat": sample.flat,
        "negative_share": sample.negative_share,
        "low": interval.low,
        "high": interval.high,
        "mean": sample.mean,
        "quantiles": {
            f"{level:g}": value
            for level, value in zip(QUANTILES, sample.quantiles(QUANTILES), strict=True)
        },
    }


def echo_text(about: str, ricci: Real, scalar: float, samples: list[CurvatureSample]) -> None:
    """Print the exact curvatures, and a table of the samples."""
    echo_fields(
        [
            ("metric", about),
            ("scalar", f"{scalar:.10g}"),
            *((f"Ricci, weight {k}", f"{value:.10g}") for k, value in enumerate(ricci, start=1)),
        ]
    )
    if not samples:
        return
    rows = [["planes", "count", "negative", "95 % interval", "flat", "5 %", "median", "95 %"]]
    for sample in samples:
        found = describe_sample(sample)
        rows.append(
            [
                sample.planes,
                str(sample.count),
                f"{sample.negative_share:.2%}",
                f"{found['low']:.2%} to {found['high']:.2%}",
                f"{sample.flat / sample.count:.2%}",
                *(f"{value:.4g}" for value in sample.quantiles(QUANTILES)),
            ]
        )
    click.echo()
    echo_table(rows)
