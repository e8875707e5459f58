"""Which layers a network runs, in which order, and what goes in and comes out of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from qgeom._checks import fail

# torch keeps reparametrised weights (orthogonal, weight norm) in this child; it is no layer.
PARAMETRIZATIONS = "parametrizations"


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One run of one leaf layer on a batch.

    Parameters
    ----------
    name
        The attribute path in the model; a layer that runs again is "name#2", "name#3", ...
    module
        The layer itself.
    input, output
        What went in and came out, real and finite, shape (batch, ...).
    """

    name: str
    module: torch.nn.Module
    input: torch.Tensor
    output: torch.Tensor


@dataclass(frozen=True, eq=False)
class UnreadCall:
    """One run of a leaf layer that does not map a batch to a batch, and why it does not."""

    name: str
    module: torch.nn.Module
    reason: str


@dataclass(frozen=True, eq=False)
class Trace:
    """All layer calls of one forward pass, and sentences on what the leaf layers do not show."""

    calls: tuple[LayerCall | UnreadCall, ...]
    remarks: tuple[str, ...]


def trace(model: torch.nn.Module, x: torch.Tensor) -> Trace:
    """Run `model` on the batch `x` and record every leaf layer in order of execution.

    A leaf is a module without children; a layer whose weights are reparametrised counts as one.
    What a `forward` does outside of leaf layers (a residual sum, `torch.relu`) leaves no call;
    it is noticed where the output of one layer is not the input of the next, and remarked on.

    Raises
    ------
    ValueError
        If the model or one of its layers is in training mode, or runs no layer at all.

    Examples
    --------
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU()).eval()
    >>> [call.name for call in trace(model, torch.ones(1, 2)).calls]
    ['0', '1']
    """
    _refuse_training_mode(model)
    calls: list[LayerCall | UnreadCall] = []
    pending: dict[str, Any] = {}
    counts: dict[str, int] = {}

    def before(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        # A copy, because an in-place layer overwrites its input.
        single = len(args) == 1 and not kwargs and isinstance(args[0], torch.Tensor)
        pending[name] = args[0].detach().clone() if single else None

    def after(name: str, module: torch.nn.Module, output: Any) -> None:
        counts[name] = counts.get(name, 0) + 1
        label = name if counts[name] == 1 else f"{name}#{counts[name]}"
        calls.append(_call(label, module, pending.pop(name), output))

    hooks = []
    for name, module in dict(_leaves(model)).items():
        hooks.append(
            module.register_forward_pre_hook(
                lambda _, args, kwargs, name=name: before(name, args, kwargs), with_kwargs=True
            )
        )
        hooks.append(
            module.register_forward_hook(
                lambda module, _, output, name=name: after(name, module, output)
            )
        )
    try:
        with torch.no_grad():
            result = model(x.clone())
    finally:
        for hook in hooks:
            hook.remove()
    if not calls:
        raise fail("model", "run at least one layer (torch.nn.Module)", "runs none")
    return Trace(tuple(calls), _chain_remarks(x, calls, result))


def _refuse_training_mode(model: torch.nn.Module) -> None:
    for name, module in model.named_modules():
        if module.training:
            where = f"its layer `{name}`" if name else "it"
            but = f"{where} is in training mode, where dropout and batch norm vary; call .eval()"
            raise fail("model", "be in evaluation mode", but)


def _leaves(model: torch.nn.Module) -> Iterator[tuple[str, torch.nn.Module]]:
    """Leaf modules with their paths, each module once."""
    seen: set[int] = set()

    def walk(module: torch.nn.Module, path: str) -> Iterator[tuple[str, torch.nn.Module]]:
        children = [(n, c) for n, c in module.named_children() if n != PARAMETRIZATIONS]
        if not children and id(module) not in seen:
            seen.add(id(module))
            yield path or type(module).__name__, module
        for name, child in children:
            yield from walk(child, f"{path}.{name}" if path else name)

    return walk(model, "")


def _call(name: str, module: torch.nn.Module, given: Any, output: Any) -> LayerCall | UnreadCall:
    """Check that the layer mapped one batch of real arrays to another."""
    reason = ""
    if given is None:
        reason = "it takes other arguments than one tensor"
    elif not isinstance(output, torch.Tensor):
        reason = f"it returns a {type(output).__name__}, no tensor"
    elif not (given.is_floating_point() and output.is_floating_point()):
        reason = "it does not map real numbers to real numbers"
    elif min(given.ndim, output.ndim) < 2 or len(given) != len(output):
        reason = "it does not keep the batch as its first dimension"
    elif not bool(torch.isfinite(output).all()):
        reason = "it returns NaN or infinity"
    if reason:
        return UnreadCall(name, module, reason)
    return LayerCall(name, module, given, output.detach().clone())


def _chain_remarks(
    x: torch.Tensor, calls: list[LayerCall | UnreadCall], result: Any
) -> tuple[str, ...]:
    """Give a sentence for every place where the layers do not follow one another directly."""
    remarks = []
    value: torch.Tensor | None = x
    source = "the network's input"
    for call in calls:
        given = call.input if isinstance(call, LayerCall) else None
        if not _same_values(value, given):
            remarks.append(
                f"The input of `{call.name}` is not {source}: the network does something between "
                "them, or branches, and that is not read."
            )
        value = call.output if isinstance(call, LayerCall) else None
        source = f"the output of `{call.name}`"
    if not _same_values(value, result):
        remarks.append(f"The network's output is not {source}: what follows it is not read.")
    return tuple(remarks)


def _same_values(one: Any, two: Any) -> bool:
    """Whether two tensors hold the same numbers in the same order, in any shape."""
    if not (isinstance(one, torch.Tensor) and isinstance(two, torch.Tensor)):
        return False
    return one.numel() == two.numel() and torch.equal(one.flatten(), two.flatten())
