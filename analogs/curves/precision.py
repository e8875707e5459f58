"""A copy of a network in double precision, on the processor, that can be read without harm."""

from __future__ import annotations

import copy

import torch

from qgeom._checks import fail


def in_float64(model: torch.nn.Module) -> torch.nn.Module:
    """Return a copy of `model` in float64 on the CPU.

    Raises
    ------
    ValueError
        If it is no module, has complex weights, or is in training mode, where dropout and batch
        norm make the map depend on chance and on the other samples.

    Examples
    --------
    >>> in_float64(torch.nn.Linear(2, 3).eval()).weight.dtype
    torch.float64
    """
    if not isinstance(model, torch.nn.Module):
        raise fail("model", "be a torch.nn.Module", f"is {type(model).__name__}")
    if any(weight.is_complex() for weight in model.parameters()):
        raise fail("model", "have real weights", "has complex ones")
    for name, module in model.named_modules():
        if module.training:
            where = f"its layer `{name}`" if name else "it"
            but = f"{where} is in training mode, where dropout and batch norm vary; call .eval()"
            raise fail("model", "be in evaluation mode", but)
    return copy.deepcopy(model).to("cpu", torch.float64)
