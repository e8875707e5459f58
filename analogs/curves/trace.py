"""Which units a network runs, in which order, and what goes in and comes out of each.

Units are the finest parts of the tree of modules such that the input of each is the output of the
one before, or made of that output alone.  Layers in a row are units of their own; a residual block,
in which the input also goes past the layers, is one unit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import Any

import torch

from analogs.curves.between import Between
from analogs.curves.recording import SAMPLES, Run, fill, first_tensor, record, same_values

# Two runs of a float64 network on the same samples differ by rounding of sums only.
REPEAT_TOLERANCE = 1e-10


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One run of one unit on a batch.

    Parameters
    ----------
    name
        The attribute path in the model; a unit that runs again is "name#2", "name#3", ...  What a
        module does itself between the layers a and b is "between a and b".
    module
        The unit itself.
    input, output
        What went in and came out, real and finite, shape (batch, ...).
    args, kwargs
        Its arguments, with `recording.SAMPLES` in place of the input.
    inside
        The layers that a composite unit runs; empty for a single layer.
    """

    name: str
    module: torch.nn.Module
    input: torch.Tensor
    output: torch.Tensor
    args: tuple[Any, ...] = (SAMPLES,)
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    inside: tuple[LayerCall | UnreadCall, ...] = ()

    def apply(self, samples: torch.Tensor) -> torch.Tensor:
        """Return what the unit makes of other samples, its other arguments as they were."""
        returned = first_tensor(
            self.module(*fill(self.args, samples), **fill(self.kwargs, samples))
        )
        if returned is None:
            raise TypeError(f"the unit {self.name} returned no tensor this time")
        return returned


@dataclass(frozen=True, eq=False)
class UnreadCall:
    """One run of a unit that does not map a batch to a batch, and why it does not."""

    name: str
    module: torch.nn.Module
    reason: str


@dataclass(frozen=True, eq=False)
class Trace:
    """All units of one forward pass, the whole network as one unit, and sentences on the whole."""

    calls: tuple[LayerCall | UnreadCall, ...]
    whole: LayerCall | UnreadCall
    remarks: tuple[str, ...]


def trace(model: torch.nn.Module, x: torch.Tensor) -> Trace:
    """Run `model`, in evaluation mode and float64, on the batch `x` and find its units.

    A module that calls others is replaced by these if what goes in and out of them forms a chain
    from its input to its output; what it does itself between two of them (`torch.relu`, a reshape)
    is a unit of its own, unless it is the identity.  Else the module is one unit.

    What a value depends on is read off the graph of automatic differentiation.

    Examples
    --------
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU()).eval()
    >>> [call.name for call in trace(model.double(), torch.ones(1, 2).double()).calls]
    ['0', '1']
    """
    root = record(model, x)
    with torch.no_grad():
        result = model(x.clone())
    whole = _call(root)
    made = first_tensor(result)
    if not is_close(root.end, made):
        if isinstance(whole, LayerCall) and made is not None:
            whole = replace(whole, output=made)
        reason = "its layers draw random numbers, or change tensors in place that others use"
        return Trace((whole,), whole, (_one_unit(reason),))
    parts = _chain(root)
    if isinstance(parts, str):
        return Trace((whole,), whole, (_one_unit(parts),) if root.children else ())
    remarks = []
    if root.end is None:
        what = type(result).__name__
        remarks.append(f"The network returns a {what}, no tensor: what makes it is not read.")
    calls = list(_units(root))
    if not x.is_floating_point():
        skipped = list(takewhile(lambda call: isinstance(call, UnreadCall), calls))
        calls = calls[len(skipped) :]
        names = ", ".join(f"`{call.name}`" for call in skipped)
        remarks.append(f"The curve starts behind {names}, where the numbers become real.")
    return Trace(tuple(calls), whole, tuple(remarks))


def is_close(one: torch.Tensor | None, two: torch.Tensor | None) -> bool:
    """Whether both are missing, or have one shape and the same entries up to rounding."""
    if one is None or two is None:
        return one is two
    if one.shape != two.shape:
        return False
    one, two = one.detach(), two.detach()
    scale = max(1.0, float(two.abs().nan_to_num(0.0, 0.0).max()))
    return torch.allclose(one, two, rtol=0.0, atol=REPEAT_TOLERANCE * scale, equal_nan=True)


def _one_unit(reason: str) -> str:
    return f"The network is read as one unit: {reason}."


def _units(run: Run) -> Iterator[LayerCall | UnreadCall]:
    parts = _chain(run)
    if isinstance(parts, str):
        yield _call(run)
        return
    for part in parts:
        if isinstance(part, Run):
            yield from _units(part)
        else:
            yield part


def _chain(run: Run) -> list[Run | LayerCall | UnreadCall] | str:
    """Return the runs inside and what lies between them, or why they do not form a chain."""
    children = [child for child in run.children if not child.constant]
    if not children:
        return "it runs no layers"
    parts: list[Run | LayerCall | UnreadCall] = []
    value, last = run.start, None
    for child in children:
        if not child.followed:
            return f"`{child.name}` runs without gradients"
        if child.start is None or child.end is None:
            return f"`{child.name}` does not map one tensor to one tensor"
        if not same_values(value, child.start):
            if not child.start_sources <= {id(value)}:
                return f"the input of `{child.name}` is not made of {_source(run, last)} alone"
            parts.append(_between(run, last, child))
        parts.append(child)
        value, last = child.end, child
    if run.end is not None and not same_values(value, run.end):
        if not run.end_sources <= {id(value)}:
            return f"the output of `{run.name}` is not made of {_source(run, last)} alone"
        parts.append(_between(run, last, None))
    return parts


def _source(run: Run, last: Run | None) -> str:
    return f"the input of `{run.name}`" if last is None else f"the output of `{last.name}`"


def _between(run: Run, source: Run | None, target: Run | None) -> LayerCall | UnreadCall:
    if source is None:
        name, given = f"before {target.name}" if target else run.name, run.start
    else:
        name = f"between {source.name} and {target.name}" if target else f"after {source.name}"
        given = source.end
    output = target.start if target else run.end
    module = Between(run, source, target).eval()
    assert given is not None
    assert output is not None
    return _checked(LayerCall(name, module, given.detach(), output.detach()))


def _call(run: Run) -> LayerCall | UnreadCall:
    if run.start is None:
        return UnreadCall(run.name, run.module, "it takes other arguments than one tensor")
    if run.end is None:
        reason = f"it returns a {type(run.returned).__name__}, no tensor"
        return UnreadCall(run.name, run.module, reason)
    inside = tuple(map(_call, _leaves(run))) if run.children else ()
    ends = run.start.detach(), run.end.detach()
    return _checked(LayerCall(run.name, run.module, *ends, run.args, run.kwargs, inside))


def _checked(call: LayerCall) -> LayerCall | UnreadCall:
    """Check that the unit mapped one batch of real arrays to another."""
    given, output = call.input, call.output
    reason = ""
    if not (given.is_floating_point() and output.is_floating_point()):
        reason = "it does not map real numbers to real numbers"
    elif min(given.ndim, output.ndim) < 2 or len(given) != len(output):
        reason = "it does not keep the batch as its first dimension"
    elif not bool(torch.isfinite(output).all()):
        reason = "it returns NaN or infinity"
    return UnreadCall(call.name, call.module, reason) if reason else call


def _leaves(run: Run) -> Iterator[Run]:
    if not run.children:
        yield run
    for child in run.children:
        yield from _leaves(child)
