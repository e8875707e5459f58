"""Reads any torch network layer by layer: operations, linear parts, generators, lengths."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable
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
    FLOOR,
    MODES,
    check_floor,
    generate,
    layer_length,
    part_lengths,
)
from analogs.curves.operations import macs_counted, macs_paper
from analogs.curves.records import NAN, LayerReading, NetworkReading
from analogs.curves.spectrum import singular_numbers, singular_values
from analogs.curves.squaring import Box, common_box, square_layer
from analogs.curves.trace import LayerCall, UnreadCall, trace
from analogs.curves.weights import LayerWeights
from qgeom._checks import check_choice, check_integer, fail

Matrix = NDArray[np.float64]

MEASURE_MODES = (*MODES, "jacobian")
# The dense work on a box of D dimensions takes O(D^3): a few seconds at D = 1024.
LARGEST_BOX = 1024


@dataclass(frozen=True)
class _Options:
    mode: str
    weights: LayerWeights | None
    floor: float
    repair: bool
    largest: int


def measure(
    model: torch.nn.Module,
    x: torch.Tensor | NDArray[np.float64],
    *,
    mode: str = "polar",
    weights: LayerWeights | None = None,
    floor: float = FLOOR,
    repair: bool = False,
    largest: int = LARGEST_BOX,
) -> NetworkReading:
    """Read every layer that `model` runs on the batch `x`, in order of execution.

    The model is copied to float64 on the CPU and is not changed.  "polar" and "square" give each
    affine layer the generator of `layer_generator`; other layers (ReLU, max pooling) get Jacobian
    statistics and no length, as the paper has it: "if the nonlinear operations are omitted".
    "jacobian" gives those too a polar length, the mean over the samples of that of their Jacobian;
    a ReLU with a closed unit is then refused, unless `repair` lifts its zeros to the floor.

    Parameters
    ----------
    model
        Any module in evaluation mode that takes one batch.
    x
        Samples, shape (batch, ...).
    weights
        Costs of the entries of a generator, from `band_weights`, `kernel_weights` or your own
        function of the layer call and the shape of its box; None for ones.
    floor, repair
        As in `layer_generator`.
    largest
        Layers whose box has more dimensions are counted but not read, and a remark says so.

    Raises
    ------
    ValueError
        If the model is in training mode, is complex, or runs no layer, or an argument is out of
        range.  A layer that cannot be read does not raise: its `remarks` say why.

    Source: paper 1, section III.A; CLAIMS.md 3.2, rules 4 to 7.

    Examples
    --------
    >>> turn = torch.nn.Linear(2, 2).requires_grad_(False)
    >>> _ = turn.weight.copy_(torch.tensor([[0.0, -1.0], [1.0, 0.0]]))
    >>> reading = measure(torch.nn.Sequential(turn, torch.nn.ReLU()).eval(), torch.ones(1, 2))
    >>> round(reading.length, 6), reading.macs_counted  # a quarter turn: pi / 2
    (1.570796, 4)
    """
    check_choice("mode", mode, MEASURE_MODES)
    check_floor(floor)
    options = _Options(mode, weights, floor, repair, check_integer("largest", largest, 1))
    batch = _check_batch(x)
    path = trace(_double(model), batch)
    layers = tuple(_read(call, options) for call in path.calls)
    return NetworkReading(mode, layers, path.remarks + _omissions(layers, mode))


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


def _double(model: torch.nn.Module) -> torch.nn.Module:
    if not isinstance(model, torch.nn.Module):
        raise fail("model", "be a torch.nn.Module", f"is {type(model).__name__}")
    if any(weight.is_complex() for weight in model.parameters()):
        raise fail("model", "have real weights", "has complex ones")
    return copy.deepcopy(model).requires_grad_(False).to("cpu", torch.float64)


def _omissions(layers: tuple[LayerReading, ...], mode: str) -> tuple[str, ...]:
    """Sentences on the layers that the lengths leave out or founder on."""
    remarks = []
    unread = [layer.name for layer in layers if layer.affine is None]
    bent = [layer.name for layer in layers if layer.affine is False]
    if unread:
        remarks.append(f"Not read, so the lengths are nan: {', '.join(unread)}.")
    if bent and mode != "jacobian":
        remarks.append(f"Not affine, so left out of the lengths: {', '.join(bent)}.")
    return tuple(remarks)


def _read(call: LayerCall | UnreadCall, options: _Options) -> LayerReading:
    """Read one layer: first what needs no matrix, then the matrix or the Jacobians."""
    reading = LayerReading(call.name, type(call.module).__name__)
    if isinstance(call, UnreadCall):
        return replace(reading, remarks=(call.reason,))
    input_shape, output_shape = tuple(call.input.shape[1:]), tuple(call.output.shape[1:])
    counted = macs_counted(call.module, input_shape, output_shape)
    reading = replace(
        reading,
        input_shape=input_shape,
        output_shape=output_shape,
        macs_paper=macs_paper(call.module, input_shape),
        macs_counted=counted,
        feature_step=_feature_step(call.input, call.output),
        remarks=() if counted is not None else ("its multiply-adds are not known",),
    )
    refused = sample_refusal(call)
    if refused:
        return replace(reading, remarks=(*reading.remarks, refused))
    return _read_action(call, reading, options)


def _read_action(call: LayerCall, reading: LayerReading, options: _Options) -> LayerReading:
    """Add the numbers of the matrix of an affine layer, of the Jacobians of another one."""
    # Entries of a fully connected layer have no positions that could be centred.
    centred = not isinstance(call.module, torch.nn.Linear)
    box = common_box(reading.input_shape, reading.output_shape, centred=centred)
    if box.size > options.largest:
        remark = f"its box has {box.size} dimensions, more than the limit of {options.largest}"
        affine = None if may_be_affine(call) else False
        return replace(reading, affine=affine, remarks=(*reading.remarks, remark))
    costs = None if options.weights is None else options.weights(call, box.shape)
    remarks = list(reading.remarks)
    if may_be_affine(call):
        matrix, bias = affine_part(call.module, reading.input_shape)
        if acts_as(call, matrix, bias):
            numbers, sentences = _numbers([matrix], box, costs, options, lengths=True)
            remarks += sentences
            return replace(reading, affine=True, matrix=matrix, remarks=tuple(remarks), **numbers)
        remarks.append("it is not affine, unlike its class")
    lengths = options.mode == "jacobian"
    paths = jacobians(call.module, call.input)
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
    options: _Options,
    *,
    lengths: bool,
) -> tuple[dict[str, Any], list[str]]:
    """Means over the matrices (one W, or a Jacobian for each sample), and their sentences."""
    rows: list[dict[str, float]] = []
    sentences: Counter[str] = Counter()
    for matrix in matrices:
        row = singular_numbers(matrix)
        if lengths:
            layer = square_layer(matrix, box)
            step = layer.matrix - np.eye(box.size)
            row["spectral_step"] = float(singular_values(step)[0])
            mode = "square" if options.mode == "square" else "polar"
            generator = generate(layer, mode, floor=options.floor, repair=options.repair)
            row["length"] = layer_length(generator, costs)
            row["rotation_length"], row["stretch_length"] = part_lengths(generator, costs)
            sentences.update(filter(None, (generator.refused, *generator.remarks)))
        rows.append(row)
    means = {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}
    if len(rows) == 1:
        return means, list(sentences)
    return means, [f"{n} of {len(rows)} samples: {text}" for text, n in sentences.items()]
