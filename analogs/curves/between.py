"""What a module does itself between two of the layers that it calls, as a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from analogs.curves.recording import SAMPLES, Run, fill, first_tensor, replace_first


class Between(torch.nn.Module):
    """The map from the output of one run in a module to the input of the next: a relu, a reshape.

    The module's own `forward` is run, with the layers that it calls replaced by what they returned
    when they were recorded, so it does nothing but what lies between.

    Parameters
    ----------
    caller
        The run of the module.
    source
        The child whose output is the input here; None for the input of the module.
    target
        The child whose input is wanted; None for the output of the module.
    """

    def __init__(self, caller: Run, source: Run | None, target: Run | None) -> None:
        super().__init__()
        # A run is no module: the weights of `caller` are not taken for weights of this map.
        self._caller, self._source, self._target = caller, source, target

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        """Return what lies behind, for a batch of what lies before."""
        runs = iter(self._caller.children)
        reached: list[torch.Tensor] = []

        def answer(*args: Any, **kwargs: Any) -> Any:
            run = next(runs)
            if run is self._target:
                reached.append(_samples_of(run, args, kwargs))
            if run is self._source:
                return replace_first(run.returned, samples)
            if run.end is None:
                return run.returned
            return replace_first(run.returned, _expanded(run.end, len(samples)))

        start = samples
        if self._source is not None and self._caller.start is not None:
            start = _expanded(self._caller.start, len(samples))
        with _answered_by(answer, [run.module for run in self._caller.children]):
            filled = fill(self._caller.args, start), fill(self._caller.kwargs, start)
            result = first_tensor(self._caller.module(*filled[0], **filled[1]))
        value = result if self._target is None else next(iter(reached), None)
        if value is None:
            raise RuntimeError("it takes another way through its layers for other samples")
        return value


def _samples_of(run: Run, args: Sequence[Any], kwargs: dict[str, Any]) -> torch.Tensor:
    """Return the argument that stands where the samples stood."""
    places = (*run.args, *run.kwargs.values())
    values = (*args, *kwargs.values())
    return next(v for place, v in zip(places, values, strict=True) if place is SAMPLES)


def _expanded(recorded: torch.Tensor, count: int) -> torch.Tensor:
    """The first recorded sample, `count` times: the right values do not depend on it."""
    return recorded.detach()[:1].repeat(count, *(1 for _ in recorded.shape[1:]))


@contextmanager
def _answered_by(answer: Callable[..., Any], modules: Sequence[torch.nn.Module]) -> Iterator[None]:
    """Let `answer` stand in for the `forward` of the modules."""
    kept = {module: vars(module).get("forward") for module in modules}
    for module in kept:
        vars(module)["forward"] = answer
    try:
        yield
    finally:
        for module, forward in kept.items():
            if forward is None:
                del vars(module)["forward"]
            else:
                vars(module)["forward"] = forward
