"""Reads the units of a network: operations, linear parts or Jacobians, generators, lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analogs.curves.action import (
    acts_as,
    affine_part,
    jacobians,
    may_be_affine,
    sample_refusal,
)
from analogs.curves.generator import (
    MODES,
    check_floor,
    generate,
    layer_length,
    part_lengths,
)
from analogs.curves.operations import macs_of_call, paper_macs_of_call
from analogs.curves.precision import in_float64
from analogs.curves.records import NAN, LayerReading
from analogs.curves.spectrum import singular_numbers, singular_values
from analogs.curves.squaring import Box, common_box, square_layer
from analogs.curves.trace import LayerCall, UnreadCall, trace
from analogs.curves.weights import LayerWeights
from qgeom._checks import check_choice, check_integer, fail

Matrix = NDArray[np.float64]
Report = Callable[[str, float], None]

MEASURE_MODES = (*MODES, "jacobian")
# The dense work on a box of D dimensions takes O(D^3): a few seconds at D = 1024.
LARGEST_BOX = 1024


@dataclass(frozen=True)
class Options:
    """How units are read; see `NetworkCurve.from_module`."""

    mode: str
    weights: LayerWeights | None
    floor: float
    repair: bool
    largest: int

    def __post_init__(self) -> None:
        check_choice("mode", self.mode, MEASURE_MODES)
        check_floor(self.floor)
        check_integer("largest", self.largest, 1)


@dataclass(frozen=True, eq=False)
class Readings:
    """The units of a network in order of execution, the network as one unit, and sentences."""

    layers: tuple[LayerReading, ...]
    whole: LayerReading
    remarks: tuple[str, ...]


def read_units(
    model: torch.nn.Module,
    x: torch.Tensor | NDArray[np.float64],
    options: Options,
    report: Report | None = None,
) -> Readings:
    """Read every unit that `model` runs on the batch `x`, and the whole; see `NetworkCurve`.

    Examples
    --------
    >>> options = Options("polar", None, 1e-8, False, 100)
    >>> readings = read_units(torch.nn.ReLU().eval(), torch.ones(1, 2), options)
    >>> readings.layers[0].rank_share
    1.0
    """
    batch = _check_batch(x)
    path = trace(in_float64(model).requires_grad_(False), batch)
    count = len(path.calls) + 1
    layers = []
    for done, call in enumerate(path.calls):
        if report is not None:
            report(call.name, done / count)
        layers.append(_read(call, options))
    if report is not None:
        report("the whole network", (count - 1) / count)
    # The whole is no step of the curve: what is asked of it are its singular values.
    whole = _read(path.whole, replace(options, mode="polar", weights=None))
    remarks = path.remarks + _omissions(layers, options.mode)
    return Readings(tuple(layers), whole, remarks)


def _check_batch(x: torch.Tensor | NDArray[np.float64]) -> torch.Tensor:
    try:
        batch = torch.as_tensor(x).detach().cpu()
    except (TypeError, ValueError, RuntimeError):
        raise fail("x", "be a tensor or an array", f"is {type(x).__name__}") from None
    if batch.ndim < 2 or batch.numel() == 0 or batch.is_complex():
        but = f"is {batch.dtype} of shape {tuple(batch.shape)}"
        raise fail("x", "be real of shape (batch, ...)", but)
    if not bool(torch.isfinite(batch).all()):
        raise fail("x", "be finite", "holds NaN or infinity")
    return batch.to(torch.float64) if batch.is_floating_point() else batch


def _omissions(layers: Sequence[LayerReading], mode: str) -> tuple[str, ...]:
    """Sentences on the layers that the lengths leave out or founder on."""
    remarks = []
    unread = [layer.name for layer in layers if layer.affine is None]
    bent = [layer.name for layer in layers if layer.affine is False]
    if unread:
        remarks.append(f"Not read, so the lengths are nan: {', '.join(unread)}.")
    if bent and mode != "jacobian":
        remarks.append(f"Not affine, so left out of the lengths: {', '.join(bent)}.")
    return tuple(remarks)


def _read(call: LayerCall | UnreadCall, options: Options) -> LayerReading:
    """Read one layer: first what needs no matrix, then the matrix or the Jacobians."""
    reading = LayerReading(call.name, type(call.module).__name__)
    if isinstance(call, UnreadCall):
        return replace(reading, remarks=(call.reason,))
    input_shape, output_shape = tuple(call.input.shape[1:]), tuple(call.output.shape[1:])
    refused = sample_refusal(call)
    counted = None if refused else macs_of_call(call)
    reading = replace(
        reading,
        input_shape=input_shape,
        output_shape=output_shape,
        macs_paper=paper_macs_of_call(call),
        macs_counted=counted,
        feature_step=_feature_step(call.input, call.output),
        remarks=() if counted is not None else ("its multiply-adds are not known",),
    )
    if refused:
        return replace(reading, remarks=(*reading.remarks, refused))
    return _read_action(call, reading, options)


def _read_action(call: LayerCall, reading: LayerReading, options: Options) -> LayerReading:
    """Add the numbers of the matrix of an affine layer, of the Jacobians of another one."""
    # Entries of a fully connected layer have no positions that could be centred.
    centred = not isinstance(call.module, torch.nn.Linear)
    box = common_box(reading.input_shape, reading.output_shape, centred=centred)
    if box.size > options.largest:
        remark = f"its box has {box.size} dimensions, more than the limit of {options.largest}"
        affine = None if may_be_affine(call) else False
        return replace(reading, affine=affine, remarks=(*reading.remarks, remark))
    costs = None if options.weights is None else options.weights(call, box.shape)
    reading = replace(reading, costs=costs)
    remarks = list(reading.remarks)
    if may_be_affine(call):
        matrix, bias = affine_part(call.module, reading.input_shape)
        if acts_as(call, matrix, bias):
            numbers, sentences = _numbers([matrix], box, costs, options, lengths=True)
            remarks += sentences
            return replace(reading, affine=True, matrix=matrix, remarks=tuple(remarks), **numbers)
        remarks.append("it is not affine, unlike its class")
    lengths = options.mode == "jacobian"
    paths = jacobians(call.apply, call.input)
    numbers, sentences = _numbers(paths, box, costs, options, lengths=lengths)
    return replace(reading, affine=False, remarks=(*remarks, *sentences), **numbers)


def _feature_step(given: torch.Tensor, output: torch.Tensor) -> float:
    """Median of |h_out - h_in| / |h_in| over the samples with h_in != 0; nan without any."""
    if given.shape != output.shape:
        return NAN
    sizes = given.flatten(1).norm(dim=1)
    steps = (output - given).flatten(1).norm(dim=1)[sizes > 0] / sizes[sizes > 0]
    return float(np.median(steps.numpy())) if len(steps) else NAN


def _numbers(
    matrices: Iterable[Matrix],
    box: Box,
    costs: Matrix | None,
    options: Options,
    *,
    lengths: bool,
) -> tuple[dict[str, Any], list[str]]:
    """Means over the matrices (one W, or a Jacobian for each sample), and their sentences."""
    rows: list[dict[str, float]] = []
    spectra: list[Matrix] = []
    sentences: Counter[str] = Counter()
    for matrix in matrices:
        spectra.append(singular_values(matrix))
        row = singular_numbers(spectra[-1], matrix.shape)
        if lengths:
            layer = square_layer(matrix, box)
            step = layer.matrix - np.eye(box.size)
            row["spectral_step"] = float(singular_values(step)[0])
            mode = "square" if options.mode == "square" else "polar"
            generator = generate(layer, mode, floor=options.floor, repair=options.repair)
            row["length"] = layer_length(generator, costs)
            row["unpenalised_length"] = layer_length(generator)
            row["rotation_length"], row["stretch_length"] = part_lengths(generator, costs)
            sentences.update(filter(None, (generator.refused, *generator.remarks)))
        rows.append(row)
    means: dict[str, Any] = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    means["singular_values"] = np.mean(spectra, axis=0)
    if len(rows) == 1:
        return means, list(sentences)
    return means, [f"{n} of {len(rows)} samples: {text}" for text, n in sentences.items()]
