"""`analogs measure`: a user's own network as a curve of layers."""

from __future__ import annotations

import csv
import math
import os
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
import numpy as np

from analogs.commands.options import aligned, json_option
from analogs.curves import CurveDistance, LayerReading, NetworkCurve, band_weights
from analogs.curves.loading import check_runs, load_network, load_samples
from analogs.curves.measure import LARGEST_BOX, MEASURE_MODES, Report
from analogs.report.network_curve import draw_curve
from qgeom._checks import fail
from qgeom._cli import BadInput, echo_json
from qgeom.commands.options import patient_progress
from qgeom.plots.canvas import check_plot_path, save

_HEADER = ("unit", "kind", "input", "output", "MACs", "length", "|W-1|", "step", "log vol", "")
_LONGEST_NAME = 44
_FILE = click.Path(path_type=Path)


@click.command("measure")
@click.argument("path", type=_FILE, metavar="[MODEL.pt]", required=False)
@click.option(
    "--model-from",
    metavar="MODULE:FUNCTION",
    help="Function without arguments that builds the network; MODEL.pt then holds its weights.",
)
@click.option(
    "--input",
    "source",
    type=_FILE,
    metavar="FILE",
    required=True,
    help="Samples, shape (batch, ...): array x of a .npz (or its only one), or a .npy.",
)
@click.option(
    "--mode",
    type=click.Choice(MEASURE_MODES),
    default="polar",
    show_default=True,
    help="Length of a unit: of its rotation and stretch, of its logarithm, of its Jacobians.",
)
@click.option("--radius", type=int, metavar="R", help="With --q: reach of free entries, in pixels.")
@click.option("--q", type=float, metavar="Q", help="With --radius: cost of entries beyond.")
@click.option("--repair", is_flag=True, help="Lift lost dimensions, turn round wrong orientations.")
@click.option(
    "--samples",
    type=int,
    metavar="N",
    default=16,
    show_default=True,
    help="Number of samples, the first ones.",
)
@click.option(
    "--largest",
    type=int,
    metavar="D",
    default=LARGEST_BOX,
    show_default=True,
    help="Units of more dimensions are counted and not read.",
)
@click.option("--distance", is_flag=True, help="Search a shorter path to where the curve ends.")
@click.option("--csv", "table", type=_FILE, metavar="FILE", help="Write the units as a table.")
@click.option("--plot", type=_FILE, metavar="FILE", help="Draw steps and singular values.")
@json_option
def command(
    path: Path | None,
    model_from: str | None,
    source: Path,
    mode: str,
    radius: int | None,
    q: float | None,
    repair: bool,
    samples: int,
    largest: int,
    distance: bool,
    table: Path | None,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Read a network of your own, unit by unit, as a curve of layers.

    MODEL.pt is what torch.save wrote: a network of layers of torch.nn (torchvision and timm too,
    where they are installed), or weights, whose network a function builds, found from the working
    directory on.  No code in the file is run; TorchScript and exported programs are not opened.

    \b
    Examples:
      analogs measure model.pt --input x.npz
      analogs measure weights.pt --model-from my_networks:make --input x.npz
    """  # noqa: D301 - click's mark that keeps the line breaks
    if (radius is None) != (q is None):
        raise BadInput("Give --radius and --q together, or neither.")
    if plot is not None:
        check_plot_path(plot)
    if table is not None and not table.parent.is_dir():
        raise fail("csv", "lie in a folder that exists", f"is {str(table)!r}")
    sys.path.insert(0, os.getcwd())
    model = load_network(path, model_from)
    x = load_samples(source, samples)
    check_runs(model, x)
    costs = None if radius is None or q is None else band_weights(radius, q)
    with patient_progress("measure") as report:
        curve = NetworkCurve.from_module(
            model, x, mode=mode, weights=costs, repair=repair, largest=largest, report=report
        )
        found = _distance(curve, report) if distance else None
    if table is not None:
        _write_csv(curve, table)
    if plot is not None:
        save(draw_curve(curve).axes[0], plot)
    if as_json:
        echo_json(_record(curve, found, len(x)))
    else:
        click.echo(_in_words(curve, found, len(x)))


def _distance(curve: NetworkCurve, report: Report) -> CurveDistance | str:
    """Return the distance, or the sentence that says why the curve has none."""
    try:
        return curve.distance(rng=np.random.default_rng(0), report=report)
    except ValueError as error:
        if not str(error).startswith(("Argument `curve`", "Argument `mode`")):
            raise
        return f"No distance: {error}"


def _write_csv(curve: NetworkCurve, path: Path) -> None:
    records = curve.to_records()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(records[0]) if records else [])
        writer.writeheader()
        writer.writerows(records)


def _totals(
    curve: NetworkCurve, found: CurveDistance | str | None
) -> dict[str, float | int | None]:
    totals = {
        "macs_counted": curve.macs_counted,
        "macs_paper": curve.macs_paper,
        "length": curve.length,
        "unpenalised_length": curve.unpenalised_length,
        "spectral_length": curve.spectral_length,
        "feature_length": curve.feature_length,
        "step_variation": curve.step_variation,
    }
    if isinstance(found, CurveDistance):
        lower, upper = found.efficiency
        totals |= {"distance_lower": found.lower, "distance_upper": found.upper}
        totals |= {"efficiency_lower": lower, "efficiency_upper": upper}
    return totals


def _record(curve: NetworkCurve, found: CurveDistance | str | None, samples: int) -> dict[str, Any]:
    whole = None if curve.whole is None else curve.whole.to_record()
    units = [
        layer.to_record() | {"singular_values": layer.singular_values} for layer in curve.layers
    ]
    return {
        "mode": curve.mode,
        "samples": samples,
        "units": units,
        "whole": whole,
        "totals": _totals(curve, found),
        "remarks": _remarks(curve, found),
    }


def _in_words(curve: NetworkCurve, found: CurveDistance | str | None, samples: int) -> str:
    """Return an aligned table of the units, the totals, and all remarks."""
    notes = list(dict.fromkeys(remark for layer in curve.layers for remark in layer.remarks))
    rows = [_row(layer, notes) for layer in curve.layers]
    totals = [
        (name.replace("_", " "), _number(value)) for name, value in _totals(curve, found).items()
    ]
    lines = [f"mode {curve.mode}, {samples} samples, evaluation mode, float64", ""]
    lines += [aligned([_HEADER, *rows]), "", aligned(totals)]
    remarks = [f"[{place}] {note}" for place, note in enumerate(notes, 1)]
    return "\n".join([*lines, *_paragraph(remarks), *_paragraph(_remarks(curve, found))])


def _remarks(curve: NetworkCurve, found: CurveDistance | str | None) -> list[str]:
    return [*curve.remarks, *([found] if isinstance(found, str) else [])]


def _paragraph(lines: Sequence[str]) -> list[str]:
    return ["", *lines] if lines else []


def _row(layer: LayerReading, notes: Sequence[str]) -> tuple[str, ...]:
    marks = "".join(f"[{notes.index(remark) + 1}]" for remark in layer.remarks)
    shapes = ("x".join(map(str, shape)) or "-" for shape in (layer.input_shape, layer.output_shape))
    numbers = (layer.length, layer.spectral_step, layer.feature_step, layer.log_volume)
    name = textwrap.shorten(layer.name, _LONGEST_NAME, placeholder="...")
    macs = _number(layer.macs_counted)
    return (name, layer.kind, *shapes, macs, *map(_number, numbers), marks)


def _number(value: float | int | None) -> str:
    if value is None:
        return "?"
    if isinstance(value, int):
        return str(value)
    return "-" if math.isnan(value) else f"{value:.4g}"
