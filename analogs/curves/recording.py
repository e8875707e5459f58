"""Records one forward pass as a tree: which module ran inside which, and what was made of what.

Every module is handed a fresh copy of its input, and its caller a fresh copy of its output, so that
the graph of automatic differentiation ends at these copies.  Where the graph behind a value ends
tells what the value was made of: the output of the layer before alone, or also something older.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import torch

# torch keeps reparametrised weights (orthogonal, weight norm) in this child; it is no layer.
PARAMETRIZATIONS = "parametrizations"


class _Samples:
    """Stands in recorded arguments where the samples go."""


SAMPLES = _Samples()


@dataclass(eq=False)
class Run:
    """One call of one module.

    Parameters
    ----------
    name
        The attribute path in the model; a module that runs again is "name#2", "name#3", ...
    module
        The module.
    args, kwargs
        Its arguments, with `SAMPLES` in place of the one tensor that depends on the samples.
    constant
        Whether nothing that it was given depends on the samples.
    followed
        Whether it ran with gradients; without them nothing is known on what values are made of.
    start
        That one tensor, as the module was handed it; None if there is none, or more than one.
    start_sources
        Ids of the copies that it was made of: the `start` of the caller, the `end` of its runs.
    returned
        All that the module returned.
    end
        The first tensor of it, as the caller was handed it.
    end_sources
        Ids of the copies that it was made of: `start`, the `end` of the runs inside.
    children
        The runs inside, in order.
    """

    name: str
    module: torch.nn.Module
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    constant: bool = False
    followed: bool = True
    start: torch.Tensor | None = None
    start_sources: frozenset[int] = frozenset()
    returned: Any = None
    end: torch.Tensor | None = None
    end_sources: frozenset[int] = frozenset()
    children: list[Run] = field(default_factory=list)


def fill(arguments: Any, samples: torch.Tensor) -> Any:
    """Return a tuple or dictionary of arguments with `samples` in their place."""
    if isinstance(arguments, dict):
        return dict(zip(arguments, fill(tuple(arguments.values()), samples), strict=True))
    return tuple(samples if value is SAMPLES else value for value in arguments)


def first_tensor(returned: Any) -> torch.Tensor | None:
    """Return a tensor, or the first entry of a tuple if that is one; else None.

    Examples
    --------
    >>> first_tensor((torch.tensor(3), "weights"))
    tensor(3)
    """
    if isinstance(returned, tuple) and returned:
        returned = returned[0]
    return returned if isinstance(returned, torch.Tensor) else None


def replace_first(returned: Any, tensor: torch.Tensor) -> Any:
    """Put `tensor` where `first_tensor` finds one."""
    return (tensor, *returned[1:]) if isinstance(returned, tuple) else tensor


def same_values(one: Any, two: Any) -> bool:
    """Whether two tensors hold the same numbers in the same order, in any shape."""
    if not (isinstance(one, torch.Tensor) and isinstance(two, torch.Tensor)):
        return False
    if one.numel() != two.numel():
        return False
    one, two = one.flatten(), two.flatten()
    return bool(((one == two) | (one.isnan() & two.isnan())).all())


def record(model: torch.nn.Module, x: torch.Tensor) -> Run:
    """Run `model` on `x` and return the tree of its runs.

    Examples
    --------
    >>> model = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
    >>> [run.name for run in record(model, torch.ones(1, 2)).children]
    ['0', '1']
    """
    recorder = _Recorder()
    hooks: list[Any] = []
    for path, module in model.named_modules():
        if PARAMETRIZATIONS in path.split("."):
            continue
        name = path or type(module).__name__
        hooks.append(
            module.register_forward_pre_hook(
                lambda module, args, kwargs, name=name: recorder.enter(name, module, args, kwargs),
                with_kwargs=True,
            )
        )
        hooks.append(module.register_forward_hook(lambda _m, _a, output: recorder.leave(output)))
    try:
        with torch.enable_grad():
            model(x.clone())
    finally:
        for hook in hooks:
            hook.remove()
    return recorder.roots[0]


class _Recorder:
    """What the hooks of one forward pass share."""

    def __init__(self) -> None:
        self.roots: list[Run] = []
        self._open: list[Run] = []
        self._counts: dict[str, int] = {}
        # Holds the copies, so that no other tensor gets their id.
        self._copies: dict[int, torch.Tensor] = {}

    def enter(
        self, name: str, module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Open a run; return the arguments with a copy of the samples."""
        count = self._counts[name] = self._counts.get(name, 0) + 1
        run = Run(name if count == 1 else f"{name}#{count}", module, args, kwargs)
        run.followed = torch.is_grad_enabled()
        caller = self._open[-1] if self._open else None
        (self.roots if caller is None else caller.children).append(run)
        self._open.append(run)
        moving = self._moving((args, kwargs), caller)
        run.constant = not moving
        top = [*args, *kwargs.values()]
        if len(moving) != 1 or not any(value is moving[0] for value in top):
            return args, kwargs
        [samples] = moving
        run.args = tuple(SAMPLES if value is samples else value for value in args)
        run.kwargs = {k: SAMPLES if value is samples else value for k, value in kwargs.items()}
        run.start, run.start_sources = self._copy(samples), self._sources(samples)
        # The clone keeps an in-place layer from overwriting the copy.
        copy = run.start.clone()
        return fill(run.args, copy), fill(run.kwargs, copy)

    def leave(self, returned: Any) -> Any:
        """Close the innermost run; return what it returned, with a copy of its first tensor."""
        run = self._open.pop()
        run.returned, tensor = returned, first_tensor(returned)
        if run.constant or tensor is None:
            return returned
        run.end, run.end_sources = self._copy(tensor), self._sources(tensor)
        return replace_first(returned, run.end.clone())

    def _moving(self, arguments: Any, caller: Run | None) -> list[torch.Tensor]:
        """Return the distinct tensors among the arguments that depend on the samples."""
        tensors = {id(tensor): tensor for tensor in _tensors(arguments)}
        return [
            tensor
            for tensor in tensors.values()
            # Integers carry no graph: they are known by their values.
            if caller is None or self._sources(tensor) or same_values(tensor, caller.start)
        ]

    def _copy(self, tensor: torch.Tensor) -> torch.Tensor:
        copy = tensor.detach().clone().requires_grad_(tensor.is_floating_point())
        self._copies[id(copy)] = copy
        return copy

    def _sources(self, tensor: torch.Tensor) -> frozenset[int]:
        """Return the ids of the copies at which the graph behind `tensor` ends."""
        found: set[int] = set()
        seen: set[Any] = set()
        todo: list[Any] = [tensor.grad_fn]
        while todo:
            node = todo.pop()
            if node is None or node in seen:
                continue
            seen.add(node)
            variable = getattr(node, "variable", None)
            if id(variable) in self._copies:
                found.add(id(variable))
            todo.extend(following for following, _ in node.next_functions)
        return frozenset(found)


def _tensors(arguments: Any) -> Iterator[torch.Tensor]:
    if isinstance(arguments, torch.Tensor):
        yield arguments
    elif isinstance(arguments, dict):
        yield from _tensors(list(arguments.values()))
    elif isinstance(arguments, list | tuple):
        for part in arguments:
            yield from _tensors(part)
